/** docs/reference/reliability.md names, for each promise, tests that exist. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { prose, ROOT, read } from './markdown.js'

const DOCUMENT = read('docs/reference/reliability.md')
const [, promises = ''] = prose(DOCUMENT).split('## Promises')
const ROWS = (promises.split('\n## ')[0] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| |'))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')))

test('each promise of contract 6 is there, and each exit code that a change has', () => {
  const numbers = ROWS.map(([number]) => number)
  for (let number = 1; number <= 10; number++) expect(numbers).toContain(String(number))
  expect(numbers).toEqual(expect.arrayContaining(['0', '1–6, 9', '7', '8', 'any']))
})

test.each(ROWS)('%s: %s', (_number, _promise, kept = '') => {
  const files = [...kept.matchAll(/`([^`]+)` ("[^"]+"(?:, "[^"]+")*)/g)]
  expect(files.length).toBeGreaterThan(0)
  expect(kept.replaceAll(/`[^`]+` "[^"]+"(, "[^"]+")*/g, '').replaceAll('; ', '')).toBe('')
  for (const [, file = '', names = ''] of files) {
    expect(existsSync(join(ROOT, file)), file).toBe(true)
    const text = read(file)
    for (const [, name = ''] of names.matchAll(/"([^"]+)"/g)) expect(text).toContain(name)
  }
})

test('each other test that is named is there', () => {
  const named = [...DOCUMENT.matchAll(/`(test\/[\w./-]+)`/g)].map(([, path = '']) => path)
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
})
