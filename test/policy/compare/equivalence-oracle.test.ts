import { expect, test } from 'vitest'
import { comparePairs } from '../support/equivalence-oracle.js'

const PAIRS = 500

// The long run is `npm run test:deep`.
test('no two policies that IAM tells apart are called the same', () => {
  const { pairs, equal, toldApart } = comparePairs(PAIRS, 4)
  expect(pairs).toBe(PAIRS)
  // So that it is known that the requests look where the differences are.
  expect(equal).toBeGreaterThan(PAIRS / 3)
  expect(toldApart).toBeGreaterThan(PAIRS / 6)
})
