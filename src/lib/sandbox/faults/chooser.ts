/** Which rule a call meets. */
import type { FaultPlan, FaultRule } from './plan.js'

export class RuleChooser {
  readonly #rules: { rule: FaultRule; count: number; random: () => number }[]

  constructor({ rules, seed = 0 }: FaultPlan) {
    this.#rules = rules.map((rule, index) => ({ rule, count: 0, random: generator(seed, index) }))
  }

  /** The first rule that fires. Every rule counts the calls of its operation, whoever answers them. */
  choose(operation: string): FaultRule | undefined {
    let chosen: FaultRule | undefined
    for (const counted of this.#rules) {
      const { rule } = counted
      if (rule.operation !== '*' && rule.operation !== operation) continue
      counted.count += 1
      if (fires(rule, counted.count, counted.random)) chosen ??= rule
    }
    return chosen
  }
}

function fires(rule: FaultRule, count: number, random: () => number): boolean {
  const { call, calls, from, probability } = rule
  if (call !== undefined) return count === call
  if (calls !== undefined) return calls.includes(count)
  if (from !== undefined) return count >= from
  return probability === undefined || random() < probability
}

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32, of Tommy Ettinger, public domain). */
function generator(seed: number, index: number): () => number {
  let state = (seed ^ Math.imul(index + 1, 0x9e37_79b9)) >>> 0
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
