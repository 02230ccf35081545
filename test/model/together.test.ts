/** A sample of `create --if-not-exists` by several runners at once; more of them in `npm run test:deep`. */
import { expect, test } from 'vitest'
import { testSeed } from '../support/seed.js'
import { together } from './support/together.js'

const SCHEDULES = 200
const seed = testSeed()

test('two and three runners at once: one wins; the others change nothing, are refused (6) or tell of their keys (7)', async () => {
  console.log(`runners at once: KMSCTL_TEST_SEED=${seed}, ${SCHEDULES} schedules`)
  const ends = await together(SCHEDULES, seed)
  expect(ends).toMatchObject({ schedules: SCHEDULES, won: SCHEDULES })
  // That it plays what it is for.
  for (const end of ['unchanged', 'refused', 'surplus'] as const) {
    expect(ends[end]).toBeGreaterThan(0)
  }
})
