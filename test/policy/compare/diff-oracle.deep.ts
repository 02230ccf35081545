import { expect, test } from 'vitest'
import { compareDiffs } from '../support/diff-oracle.js'
import { printedSeed } from '../support/seed.js'

const PAIRS = 20_000

test('whoever gains or loses access by IAM’s rules is told', () => {
  const { pairs, gained, lost } = compareDiffs(PAIRS, printedSeed('diff'))
  expect(pairs).toBe(PAIRS)
  expect(gained).toBeGreaterThan(PAIRS / 4)
  expect(lost).toBeGreaterThan(PAIRS / 4)
})
