/** Several faults in one run, by chance: the same promises, for every changing command. */
import { expect, test } from 'vitest'
import { measured } from '../support/run/measured.js'
import { testSeed } from '../support/seed.js'
import { Bench } from './support/bench.js'
import { plansOf } from './support/chance.js'
import { broken, excludedSince, PLANS_BY_CHANCE, ready, tally } from './support/matrix.js'
import { TRIALS } from './support/trials.js'

const seed = testSeed()
console.log(
  `several faults by chance: KMSCTL_TEST_SEED=${seed}, ${PLANS_BY_CHANCE} plans for each command`,
)

test.each(TRIALS)('$name', async (trial) => {
  const all = await ready(new Bench(), trial)
  const found: string[] = []
  for (const plan of plansOf(seed, PLANS_BY_CHANCE)) found.push(...(await broken(all, plan)))
  const excluded = excludedSince()
  measured('chance', seed, PLANS_BY_CHANCE, tally(found), { excluded })
  console.log(`${trial.name}: ${PLANS_BY_CHANCE} plans, ${found.length} violations`)
  expect(found.slice(0, 5)).toEqual([])
})
