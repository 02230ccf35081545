/**
 * A sample of the fault matrix (the whole of it: `npm run test:deep`): some faults at some requests, and
 * some plans of several faults, for every changing command.
 */
import { expect, test } from 'vitest'
import { testSeed } from '../support/seed.js'
import { Bench } from './support/bench.js'
import { plansOf, someOf } from './support/chance.js'
import { broken, ready } from './support/matrix.js'
import { TRIALS } from './support/trials.js'

const CASES = 4
const PLANS = 1
const seed = testSeed()
console.log(`sample of the fault matrix: KMSCTL_TEST_SEED=${seed}`)

test.each(TRIALS)('$name', async (trial) => {
  const all = await ready(new Bench(), trial)
  const cases = someOf(seed, all.cases, CASES).map(({ plan }) => plan)
  const found: string[] = []
  for (const plan of [...cases, ...plansOf(seed, PLANS)]) found.push(...(await broken(all, plan)))
  expect(found).toEqual([])
})

test('a seed makes the same choices', () => {
  const list = Array.from({ length: 500 }, (_, index) => index)
  expect(someOf(7, list, 5)).toEqual(someOf(7, list, 5))
  expect(someOf(7, list, 5)).not.toEqual(someOf(8, list, 5))
  expect(plansOf(7, 3)).toEqual(plansOf(7, 3))
})
