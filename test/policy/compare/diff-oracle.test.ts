import { expect, test } from 'vitest'
import { compareDiffs } from '../support/diff-oracle.js'

const PAIRS = 250

// The long run is `npm run test:deep`.
test('whoever gains or loses access by IAM’s rules is told', () => {
  const { pairs, gained, lost } = compareDiffs(PAIRS, 4)
  expect(pairs).toBe(PAIRS)
  expect(gained).toBeGreaterThan(PAIRS / 4)
  expect(lost).toBeGreaterThan(PAIRS / 4)
})
