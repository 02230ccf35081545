/** The built binary against `sandbox serve --faults`: all that can go wrong with `create`, and some more. */

import pMap from 'p-map'
import { expect, test } from 'vitest'
import { measured } from '../support/run/measured.js'
import { testSeed } from '../support/seed.js'
import { Bench } from './support/bench.js'
import { runBinary } from './support/binary.js'
import { someOf } from './support/chance.js'
import { violations } from './support/invariants.js'
import { broken, excludedSince, mostByBinary, ready, suitsBinary, tally } from './support/matrix.js'
import { TRIALS } from './support/trials.js'

const SIDE_BY_SIDE = 6
const seed = testSeed()
console.log(`faults by the binary: KMSCTL_TEST_SEED=${seed}`)

test.each(TRIALS)('$name', async (trial) => {
  const it = await ready(new Bench(), trial)
  const clean = await runBinary(it.prepared, { rules: [] })
  expect(clean, `${trial.name}: ${clean.stdout}${clean.stderr}`).toMatchObject({ exitCode: 0 })
  expect(violations(clean, it.reference)).toEqual([])
  const cases = someOf(seed, it.cases.filter(suitsBinary), mostByBinary(trial))
  const found = await pMap(cases, ({ plan }) => broken(it, plan, runBinary), {
    concurrency: SIDE_BY_SIDE,
  })
  const excluded = excludedSince()
  measured('binary', seed, cases.length, tally(found.flat()), { excluded })
  console.log(`${trial.name}, by the binary: ${cases.length} cases`)
  expect(found.flat().slice(0, 5)).toEqual([])
})
