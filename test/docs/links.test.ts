import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DOCUMENTS, prose, ROOT, read } from './markdown.js'

/** How GitHub makes an anchor of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')
}

function anchors(path: string): string[] {
  return [...prose(read(path)).matchAll(/^#+ (.+)$/gm)].map(([, text]) => anchor(text as string))
}

const LINKS = DOCUMENTS.flatMap((document) =>
  [...prose(read(document)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => ({ document, target: target as string }))
    .filter(({ target }) => !/^[a-z]+:/.test(target)),
)

describe('links between documents', () => {
  test('there are some', () => {
    expect(LINKS.length).toBeGreaterThan(20)
  })

  test.each(LINKS)('$document: $target', ({ document, target }) => {
    const [path = '', fragment] = target.split('#')
    const file = path === '' ? document : join(dirname(document), path)
    expect(existsSync(join(ROOT, file))).toBe(true)
    if (fragment !== undefined) expect(anchors(file)).toContain(fragment)
  })

  const linkedFrom = (from: string) =>
    LINKS.filter(({ document }) => document === from).map(({ document, target }) =>
      join(dirname(document), target.split('#')[0] ?? ''),
    )

  test.each(DOCUMENTS.filter((path) => /^(?:docs|examples)\/[^/]+$/.test(path)))(
    '%s is linked from the README',
    (document) => {
      expect(linkedFrom('README.md')).toContain(document)
    },
  )

  test('every document but AGENTS.md is found from the README', () => {
    const found = new Set(['README.md'])
    // A set's loop comes to what is added meanwhile.
    for (const document of found) for (const target of linkedFrom(document)) found.add(target)
    expect(DOCUMENTS.filter((path) => !found.has(path))).toEqual(['AGENTS.md'])
  })
})
