/**
 * A sample of the fault matrix by the built binary against `sandbox serve --faults` (all of create's:
 * `npm run test:deep`).
 */
import { expect, test } from 'vitest'
import { testSeed } from '../support/seed.js'
import { Bench } from './support/bench.js'
import { runBinary } from './support/binary.js'
import { someOf } from './support/chance.js'
import { broken, ready, suitsBinary } from './support/matrix.js'
import { TRIALS } from './support/trials.js'

const seed = testSeed()
console.log(`sample of faults by the binary: KMSCTL_TEST_SEED=${seed}`)

test.each(['create', 'alias update'])('%s', async (name) => {
  const all = await ready(new Bench(), TRIALS.find((trial) => trial.name === name) as never)
  // Where nothing answers it takes its whole time: black-holes.test.ts.
  const cases = all.cases.filter((one) => suitsBinary(one) && one.what.fault !== 'hang')
  const changes = cases.filter(({ operation }) => !/^(Describe|Get|List)/.test(operation))
  for (const { plan } of someOf(seed, changes, 1)) {
    expect(await broken(all, plan, runBinary)).toEqual([])
  }
})
