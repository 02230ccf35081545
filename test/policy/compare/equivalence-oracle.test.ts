import { expect, test } from 'vitest'
import { comparePairs } from '../support/equivalence-oracle.js'

// The long run is `npm run test:deep`.
test('no two policies that IAM tells apart are called the same', () => {
  const { pairs, equal, toldApart } = comparePairs(1500, 4)
  expect(pairs).toBe(1500)
  // So that it is known that the requests look where the differences are.
  expect(equal).toBeGreaterThan(500)
  expect(toldApart).toBeGreaterThan(250)
})
