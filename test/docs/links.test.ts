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

  test('every document is reached from the README', () => {
    const reached = new Set(['README.md'])
    for (const document of reached) {
      for (const { target } of LINKS.filter((link) => link.document === document)) {
        const [path = ''] = target.split('#')
        if (path.endsWith('.md')) reached.add(join(dirname(document), path))
      }
    }
    // AGENTS.md is found by its name.
    const documents = DOCUMENTS.filter((path) => path !== 'AGENTS.md')
    expect(documents.filter((path) => !reached.has(path))).toEqual([])
  })
})
