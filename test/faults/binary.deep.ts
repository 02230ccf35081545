/** The built binary against `sandbox serve --faults`: all that can go wrong with `create`, and some more. */

import pMap from 'p-map'
import { expect, test } from 'vitest'
import { testSeed } from '../support/seed.js'
import { Bench } from './support/bench.js'
import { runBinary } from './support/binary.js'
import { someOf } from './support/chance.js'
import { broken, OTHERS_BY_BINARY, ready, suitsBinary, WHOLE_BY_BINARY } from './support/matrix.js'
import { TRIALS, type Trial } from './support/trials.js'

const SIDE_BY_SIDE = 4
const seed = testSeed()
console.log(`faults by the binary: KMSCTL_TEST_SEED=${seed}`)

async function all(trial: Trial, most: number): Promise<void> {
  const it = await ready(new Bench(), trial)
  const cases = someOf(seed, it.cases.filter(suitsBinary), most)
  const found = await pMap(cases, ({ plan }) => broken(it, plan, runBinary), {
    concurrency: SIDE_BY_SIDE,
  })
  console.log(`${trial.name}, by the binary: ${cases.length} cases`)
  expect(found.flat().slice(0, 5)).toEqual([])
}

test.each(TRIALS)('$name', async (trial) => {
  await all(trial, trial.name === WHOLE_BY_BINARY ? Number.POSITIVE_INFINITY : OTHERS_BY_BINARY)
})
