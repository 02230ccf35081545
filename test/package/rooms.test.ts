/** Folders that can be taken in at a glance, and that need each other in one direction only. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { cyclesOf, filesByFolder, needsOf } from './folders.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MOST = 15

function filesIn(...folders: string[]): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', ...folders], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  return listed.split('\0').filter((file) => file !== '' && existsSync(join(ROOT, file)))
}

test(`no folder of src or test has more than ${MOST} files side by side`, () => {
  const folders = [...filesByFolder(filesIn('src', 'test'))]
  expect(folders.length).toBeGreaterThan(20)
  expect(folders.filter(([, files]) => files.length > MOST).map(([folder]) => folder)).toEqual([])
})

describe('folders that need each other', () => {
  test('there are none in src/lib', () => {
    const sources = filesIn('src/lib').filter((file) => file.endsWith('.ts'))
    const needs = needsOf(
      new Map(sources.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')])),
    )
    expect([...needs.values()].flatMap((own) => [...own]).length).toBeGreaterThan(50)
    expect(cyclesOf(needs)).toEqual([])
  })

  test.each([
    ['a value', "import { b } from '../b/b.js'"],
    ['a type', "import type { B } from '../b/b.js'"],
    ['several lines', "import {\n  one,\n  type B,\n} from '../b/b.js'"],
    ['what is passed on', "export { b } from '../b/b.js'"],
    ['what is loaded when it is needed', "const b = await import('../b/b.js')"],
    ['effects alone', "import '../b/b.js'"],
  ])('a cycle is found: %s', (_name, text) => {
    const sources = new Map([
      ['lib/a/a.ts', text],
      ['lib/b/b.ts', "import { c } from './c/c.js'"],
      ['lib/b/c/c.ts', "import { a } from '../../a/a.js'"],
      ['lib/d/d.ts', "import { a } from '../a/a.js'"],
    ])
    expect(cyclesOf(needsOf(sources))).toEqual(['lib/a → lib/b → lib/b/c → lib/a'])
  })

  test('files of one folder, and packages, make none', () => {
    const sources = new Map([
      ['lib/a/a.ts', "import './other.js'\nimport { b } from '../b/b.js'\nimport 'node:fs'"],
      ['lib/a/other.ts', "import './a.js'"],
      ['lib/b/b.ts', ''],
    ])
    expect(cyclesOf(needsOf(sources))).toEqual([])
  })
})
