/** The layout of src and test: small folders, and no two folders that import each other. */
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { TRACKED } from '../docs/citations.js'
import { ROOT } from '../docs/markdown.js'

const MOST_FILES = 15

const FILES = TRACKED.filter((path) => /^(?:src|test)\//.test(path))

/** The folders that hold more files than `most`, subfolders not counted. */
function crowded(files: readonly string[], most: number): string[] {
  const counts = new Map<string, number>()
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1)
  return [...counts].filter(([, count]) => count > most).map(([folder]) => folder)
}

/** From each place to those that its files import, imports of types included. */
function arrows(
  sources: readonly (readonly [path: string, text: string])[],
  placeOf: (path: string) => string,
): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const [path, text] of sources) {
    for (const [, specifier = ''] of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
      const from = placeOf(path)
      const to = placeOf(normalize(join(dirname(path), specifier)))
      if (from === to) continue
      found.set(from, (found.get(from) ?? new Set()).add(to))
    }
  }
  return found
}

/** The places from which arrows lead back to themselves. */
function onCycles(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return [...graph.keys()].filter((start) => {
    const reached = new Set<string>()
    const open = [...(graph.get(start) ?? [])]
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (reached.has(place)) continue
      reached.add(place)
      open.push(...(graph.get(place) ?? []))
    }
    return reached.has(start)
  })
}

const SOURCES = FILES.filter((path) => path.startsWith('src/') && path.endsWith('.ts')).map(
  (path) => [path, readFileSync(join(ROOT, path), 'utf8')] as const,
)

/** `src/lib/kms/key/describe.ts` → `src/lib/kms`; errors.ts and results.ts are places of their own. */
function roomOf(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('src/lib/') ? 3 : 2)
    .join('/')
}

test(`no folder has more than ${MOST_FILES} files`, () => {
  expect(FILES.length).toBeGreaterThan(400)
  expect(crowded(FILES, MOST_FILES)).toEqual([])
})

test('no folders import each other in a circle', () => {
  const graph = arrows(SOURCES, dirname)
  expect(graph.size).toBeGreaterThan(40)
  expect(onCycles(graph)).toEqual([])
})

test('no rooms import each other in a circle', () => {
  const graph = arrows(SOURCES, roomOf)
  expect(graph.size).toBeGreaterThan(8)
  expect(onCycles(graph)).toEqual([])
})

test('a crowded folder and a circle are found', () => {
  expect(crowded(['a/1', 'a/2', 'a/b/3'], 1)).toEqual(['a'])
  const circle = [
    ['a/x.ts', "import { y } from '../b/y.js'"],
    ['b/y.ts', "import type { Z } from '../c/z.js'"],
    ['c/z.ts', "const x = await import('../a/x.js')"],
    ['d/w.ts', "import { x } from '../a/x.js'"],
  ] as const
  expect(onCycles(arrows(circle, dirname))).toEqual(['a', 'b', 'c'])
})
