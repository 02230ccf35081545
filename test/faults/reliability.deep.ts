/** The fault tables of docs/reference/reliability.md: `npm run reliability` writes them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../docs/markdown.js'
import { CLASSES } from './support/classes.js'
import { madeAnew, rowsOfTrial } from './support/document.js'
import type { Row } from './support/table.js'
import { TRIALS } from './support/trials.js'

const DOCUMENT = join(ROOT, 'docs', 'reference', 'reliability.md')

test('docs/reference/reliability.md says what the faults do', async () => {
  const text = readFileSync(DOCUMENT, 'utf8')
  const made = await madeAnew(text)
  if (process.env.KMSCTL_WRITE_RELIABILITY === '1') writeFileSync(DOCUMENT, made)
  else expect(text, 'run npm run reliability').toBe(made)
})

const ALIKE = CLASSES.flatMap(({ trials: [shown = '', ...others] }) =>
  others.map((name) => ({ name, shown })),
)

test.each(ALIKE)('$name: what is shown for $shown', async ({ name, shown }) => {
  // Operations have other names, and that is all.
  const plain = (rows: readonly Row[]) =>
    rows.map((row) => ({
      ...row,
      at: row.reads ? row.at : 'the change',
      outcome: row.outcome.replace(/(?<=whether )\w+/, 'it'),
    }))
  expect(plain(await rowsOfTrial(name))).toEqual(plain(await rowsOfTrial(shown)))
})

test('every changing command is in a class', () => {
  const named = new Set(CLASSES.flatMap(({ trials }) => trials))
  const known = new Set(TRIALS.map(({ name }) => name))
  expect([...named].filter((name) => !known.has(name))).toEqual([])
  const heads = (names: Iterable<string>) =>
    new Set([...names].map((name) => name.split(/,| --/)[0]))
  const classed = heads(named)
  expect([...heads(known)].filter((head) => !classed.has(head))).toEqual([])
})
