/** 100,000 schedules of creations, and beside them the same with the SDK as it comes. */
import { expect, test } from 'vitest'
import { testSeed } from '../support/seed.js'
import { count } from './support/count.js'

const SCHEDULES = Number(process.env.KMSCTL_TEST_SCHEDULES ?? 100_000)
const seed = testSeed()

test('no duplicate, no key untold, no false success', async () => {
  console.log(`creations by chance: KMSCTL_TEST_SEED=${seed}, ${SCHEDULES} schedules`)
  const { kmsctl, sdk } = await count(SCHEDULES, seed, { beside: true })
  console.log(JSON.stringify({ seed, kmsctl, sdk }))
  expect(kmsctl).toMatchObject({
    schedules: SCHEDULES,
    duplicates: 0,
    unreported: 0,
    falseSuccesses: 0,
    orphans: 0,
  })
})
