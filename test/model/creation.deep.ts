/** 100,000 schedules of creations, and beside them the same with the SDK as it comes. */
import { expect, test } from 'vitest'
import { measured, UNBROKEN } from '../support/run/measured.js'
import { testSeed } from '../support/seed.js'
import { count } from './support/count.js'

const SCHEDULES = Number(process.env.KMSCTL_TEST_SCHEDULES ?? 100_000)
/** What is counted is noted after so many; each part has the next seed. */
const PART = 10_000
const seed = testSeed()

test('no duplicate, no key untold, no false success', async () => {
  console.log(`creations by chance: KMSCTL_TEST_SEED=${seed}, ${SCHEDULES} schedules`)
  for (let part = 0; part * PART < SCHEDULES; part += 1) {
    const schedules = Math.min(PART, SCHEDULES - part * PART)
    const { kmsctl, sdk } = await count(schedules, seed + part, { beside: true })
    console.log(JSON.stringify({ seed: seed + part, kmsctl, sdk }))
    for (const [run, counts] of [['schedules', kmsctl] as const, ['sdk', sdk] as const]) {
      // No run of the model schedules a deletion: that it is sent is a violation of its own.
      measured(run, seed, schedules, { ...UNBROKEN, ...counts }, { ends: counts.ends })
    }
    expect(kmsctl).toMatchObject({
      schedules,
      duplicates: 0,
      unreported: 0,
      falseSuccesses: 0,
      orphans: 0,
    })
  }
})
