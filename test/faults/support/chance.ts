import fc from 'fast-check'
import type { FaultPlan, FaultRule } from '../../../src/lib/sandbox/faults/index.js'
import { LOSSES, REFUSALS } from '../../../src/lib/sandbox/faults/kinds.js'

const loss = fc.record({
  fault: fc.constantFrom(...LOSSES),
  effect: fc.constantFrom('before' as const, 'after' as const),
})
const late = fc.record({
  fault: fc.constantFrom(...LOSSES),
  effect: fc.constant('later' as const),
  delayMs: fc.integer({ min: 1, max: 60_000 }),
})
const refused = fc.record({ fault: fc.constantFrom(...REFUSALS) })
const slow = fc.record({
  fault: fc.constant('slow' as const),
  delayMs: fc.integer({ min: 1, max: 40_000 }),
})
const stale = fc.record({
  fault: fc.constant('stale' as const),
  forMs: fc.integer({ min: 1, max: 20_000 }),
})

const rule: fc.Arbitrary<FaultRule> = fc
  .tuple(fc.oneof(loss, late, refused, slow, stale), fc.constantFrom(0.05, 0.2, 0.5, 0.9))
  .map(([what, probability]) => ({ operation: '*', probability, ...what }))

/** Plans of several faults, any of which may meet any request. */
const plans: fc.Arbitrary<FaultPlan> = fc.record({
  seed: fc.nat(0x7fff_ffff),
  rules: fc.array(rule, { minLength: 1, maxLength: 4 }),
})

/** So many plans, the same ones for the same seed. */
export function plansOf(seed: number, count: number): FaultPlan[] {
  return fc.sample(plans, { seed, numRuns: count })
}

/** So many of a list, each at most once, the same ones for the same seed. */
export function someOf<T>(seed: number, list: readonly T[], count: number): T[] {
  const most = Math.min(count, list.length)
  const subarray = fc.shuffledSubarray([...list], { minLength: most, maxLength: most })
  return fc.sample(subarray, { seed, numRuns: 1 })[0] ?? []
}
