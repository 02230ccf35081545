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

  test.each(['docs', 'examples'])('every document of %s is linked from the README', (folder) => {
    const linked = LINKS.filter(({ document }) => document === 'README.md')
    for (const document of DOCUMENTS.filter((path) => path.startsWith(`${folder}/`))) {
      expect(linked.map(({ target }) => target.split('#')[0])).toContain(document)
    }
  })
})
