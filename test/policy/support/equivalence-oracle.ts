import fc from 'fast-check'
import { expect } from 'vitest'
import { samePolicy } from '../../../src/lib/policy/compare/equivalence.js'
import type { PolicyDocument, Statement } from '../../../src/lib/policy/document/document.js'
import { decide } from '../evaluator.js'
import { type Dice, diceOf } from './dice.js'
import { anyDocument } from './documents.js'
import { differing, requestFor } from './requests.js'
import { changed, respelt } from './rewrites.js'

/** What a run saw: pairs of policies, those called equal, those that the oracle told apart. */
export interface Tally {
  pairs: number
  equal: number
  toldApart: number
}

/** Requests that are asked of each pair. */
const REQUESTS = 16

/**
 * Compares pairs of policies: each one with another spelling of it, which must be called equal, or with a
 * changed one. No two that the oracle tells apart by a request may be called equal.
 */
export function comparePairs(pairs: number, seed: number): Tally {
  const tally: Tally = { pairs: 0, equal: 0, toldApart: 0 }
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const dice = diceOf(g)
      const one = anyDocument(dice)
      const kept = dice.percent(40)
      const edited = kept ? one : changedSomewhat(one, dice)
      const other = respelt(edited, dice)
      const equal = samePolicy(one, other)
      expect(samePolicy(other, one)).toBe(equal)
      const difference = toldApart(one, other, differing(one, edited), dice)
      const both = () => JSON.stringify({ one, other })
      if (kept && !equal) throw new Error(`two spellings are not called equal: ${both()}`)
      if (equal && difference !== null) {
        throw new Error(`told apart by ${JSON.stringify(difference)}, called equal: ${both()}`)
      }
      tally.pairs++
      if (equal) tally.equal++
      if (difference !== null) tally.toldApart++
    }),
    { numRuns: pairs, seed },
  )
  return tally
}

function changedSomewhat(document: PolicyDocument, dice: Dice): PolicyDocument {
  const once = changed(document, dice)
  return dice.percent(20) ? changed(once, dice) : once
}

/** A request about which two policies decide differently, or null where none was found. */
function toldApart(
  one: PolicyDocument,
  other: PolicyDocument,
  focus: readonly Statement[],
  dice: Dice,
): unknown {
  for (let asked = 0; asked < REQUESTS; asked++) {
    const request = requestFor([one, other], focus, dice)
    const decisions = [decide(one, request), decide(other, request)]
    if (decisions[0] !== decisions[1]) return { request, decisions }
  }
  return null
}
