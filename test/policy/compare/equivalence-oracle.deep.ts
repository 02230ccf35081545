import { expect, test } from 'vitest'
import { comparePairs } from '../support/equivalence-oracle.js'
import { printedSeed } from '../support/seed.js'

const PAIRS = 100_000

test(`no two of ${PAIRS} pairs of policies that IAM tells apart are called the same`, () => {
  const tally = comparePairs(PAIRS, printedSeed('equivalence'))
  console.log(`equivalence: ${JSON.stringify(tally)}`)
  expect(tally.pairs).toBe(PAIRS)
  expect(tally.equal).toBeGreaterThan(PAIRS / 3)
  expect(tally.toldApart).toBeGreaterThan(PAIRS / 6)
}, 1_800_000)
