/** `create --if-not-exists` by two and three runners at once, in 10,000 orders. */
import { expect, test } from 'vitest'
import { measured, UNBROKEN } from '../support/run/measured.js'
import { testSeed } from '../support/seed.js'
import { together } from './support/together.js'

const SCHEDULES = 10_000
const seed = testSeed()

test('one wins; the others change nothing, are refused (6) or tell of their keys (7)', async () => {
  const ends = await together(SCHEDULES, seed)
  console.log(`runners at once: KMSCTL_TEST_SEED=${seed}, ${JSON.stringify(ends)}`)
  measured('together', seed, SCHEDULES, UNBROKEN, { ends })
  expect(ends).toMatchObject({ schedules: SCHEDULES, won: SCHEDULES })
})
