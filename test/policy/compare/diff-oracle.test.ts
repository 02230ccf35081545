import { expect, test } from 'vitest'
import { compareDiffs } from '../support/diff-oracle.js'

// The long run is `npm run test:deep`.
test('whoever gains or loses access by IAM’s rules is told', () => {
  const { pairs, gained, lost } = compareDiffs(800, 4)
  expect(pairs).toBe(800)
  expect(gained).toBeGreaterThan(200)
  expect(lost).toBeGreaterThan(200)
})
