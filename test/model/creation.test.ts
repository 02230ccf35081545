/** A sample of the model's runs; `npm run test:deep` plays 100,000 of them (docs/reference/reliability.md). */
import { expect, test } from 'vitest'
import { testSeed } from '../support/seed.js'
import { count } from './support/count.js'

/** A few seconds of work, and more on a machine that has others. */
const SCHEDULES = 500
const seed = testSeed()

test(`one, two and three runners, ${SCHEDULES} schedules: no duplicate, no key untold, no false success`, async () => {
  console.log(`creations by chance: KMSCTL_TEST_SEED=${seed}, ${SCHEDULES} schedules`)
  const { kmsctl } = await count(SCHEDULES, seed)
  expect(kmsctl).toMatchObject({ schedules: SCHEDULES, duplicates: 0, unreported: 0, orphans: 0 })
  // That it plays what it is for: keys are made, runs are killed, and not all of them succeed.
  expect(kmsctl.keys).toBeGreaterThan(SCHEDULES / 2)
  expect(kmsctl.killed).toBeGreaterThan(SCHEDULES / 4)
  for (const exitCode of [0, 6, 7]) expect(kmsctl.ends[exitCode] ?? 0).toBeGreaterThan(0)
}, 180_000)

test('the same schedules with the SDK as it comes: it makes keys that nobody asked for or hears of', async () => {
  const { sdk } = await count(100, 20_260_601, { beside: true })
  expect(sdk.duplicates).toBeGreaterThan(0)
  expect(sdk.unreported).toBeGreaterThan(0)
})
