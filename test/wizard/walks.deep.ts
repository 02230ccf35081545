import { expect, test } from 'vitest'
import { testSeed } from '../support/seed.js'
import { walkAbout } from './walks.js'

const WALKS = 2_000

test('whatever is answered, what the review shows can be made', async () => {
  const seed = testSeed()
  console.log(`walks: KMSCTL_TEST_SEED=${seed}, ${WALKS} of them`)
  expect(await walkAbout(WALKS, seed)).toBeGreaterThan((WALKS * 2) / 3)
})
