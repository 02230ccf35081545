/** Whatever is cited is in the repository: contract and facts, files and folders. */
import { describe, expect, test } from 'vitest'
import { brokenCitations, pathsOf, sectionsOf, TRACKED } from './citations.js'
import { read } from './markdown.js'

const CITABLE = {
  sections: sectionsOf(read('docs/reference/contract.md')),
  paths: pathsOf(TRACKED),
}
const CITING = TRACKED.filter((path) =>
  /^(?:[A-Z]+\.md$|(?:bench|docs|examples|schemas|scripts|src|test)\/)/.test(path),
)

test('the contract has seven sections, and eleven points of safety', () => {
  const points = Array.from({ length: 11 }, (_, index) => `6.${index + 1}`)
  expect([...CITABLE.sections].sort()).toEqual(
    ['1', '2', '3', '4', '5', '6', '7', ...points].sort(),
  )
})

test('every citation names what is there', () => {
  expect(CITING.length).toBeGreaterThan(500)
  const broken = CITING.map((path) => [path, brokenCitations(read(path), CITABLE)] as const)
  expect(Object.fromEntries(broken.filter(([, citations]) => citations.length > 0))).toEqual({})
})

/** Written so that this file cites nothing itself. */
const cite = (...parts: string[]) => parts.join('')

describe('a citation that names nothing is found', () => {
  test.each([
    cite('contract', ' 8'),
    cite('contract', ' 6.12'),
    cite('contract', ' 1.1'),
    cite('contract, ', 'section 6.3'),
    cite('section', ' 6 of the contract'),
    cite('(section', ' 4'),
    cite('issue', ' 7'),
    cite('issues', ' 3'),
    cite('truth', '/quotas.md'),
    cite('docs', '/facts/nothing.csv'),
    cite('src', '/lib/nowhere/*.ts'),
    cite('schemas', '/nothing.json'),
  ])('%s', (cited) => {
    expect(brokenCitations(`/** What it does (${cited}). */`, CITABLE)).not.toEqual([])
    expect(brokenCitations(`- See \`${cited}\`, which says it.`, CITABLE)).not.toEqual([])
  })

  test('in a list, and where a comment breaks its line', () => {
    const list = cite('contract', ' 2, 6.3 and 9')
    expect(brokenCitations(list, CITABLE)).toEqual([cite('contract', ' 9')])
    const wrapped = cite(' * as it must (contract', '\n * 6.99).')
    expect(brokenCitations(wrapped, CITABLE)).toEqual([cite('contract', ' 6.99')])
  })
})

test.each([
  '(contract 6.3)',
  'Contract 2, 6.2 and 6.11: it asks',
  '(contract 3 to 5)',
  'held to docs/facts/key-states.csv.',
  'the schemas in `schemas/`, the sources in src/lib/kms, the pages docs/*.md',
  'RFC 8032 section 5.1',
  'no issue of ours',
  "from '../../src/nowhere/at-all.js'",
])('%s is no broken citation', (text) => {
  expect(brokenCitations(text, CITABLE)).toEqual([])
})
