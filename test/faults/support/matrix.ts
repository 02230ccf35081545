import { expect, test } from 'vitest'
import type { FaultPlan } from '../../../src/lib/sandbox/faults/index.js'
import { type Broken, measured } from '../../support/run/measured.js'
import { Bench, type Outcome, type Prepared } from './bench.js'
import { type Case, casesOf } from './cases.js'
import { type Reference, referenceOf, violations } from './invariants.js'
import { TRIALS, type Trial } from './trials.js'

/** How much the deep runs choose of what they do not try whole. */
export const PLANS_BY_CHANCE = 400
export const WHOLE_BY_BINARY = 'create'
export const FORMS_BY_BINARY = 40
export const OTHERS_BY_BINARY = 12
/** Within the binary's limit (binary.ts), so that it meets what is late. */
const LATEST_MS = 8_000
const SLOWEST_MS = 1_000
const MOST_CALLS = 4

/** What is known to be broken, and why it has to be. */
const EXCLUDED: readonly { trial: string; violation: RegExp; why: string }[] = [
  {
    trial: 'create --no-claim-tag',
    violation: /^key [\w-]+ was made and is neither named/,
    why: 'the flag gives up the one thing by which a key is found whose creation was not answered',
  },
]

let excluded = 0

/** How often what is known to be broken was met since it was asked last. */
export function excludedSince(): number {
  const count = excluded
  excluded = 0
  return count
}

/** What was broken, by kind. */
export function tally(found: readonly string[]): Broken {
  const kinds = {
    duplicates: /keys were made, not|was sent \d+ times, not/,
    unreported: /is neither named nor/,
    falseSuccesses: /a false success/,
    deletions: /is to be deleted, which nobody has confirmed/,
  }
  const count = (kind: RegExp) => found.filter((text) => kind.test(text)).length
  const known = Object.values(kinds)
  return {
    duplicates: count(kinds.duplicates),
    unreported: count(kinds.unreported),
    falseSuccesses: count(kinds.falseSuccesses),
    deletions: count(kinds.deletions),
    others: found.filter((text) => !known.some((kind) => kind.test(text))).length,
  }
}

/** A trial with the run without faults, which says what each request is. */
export interface Ready {
  readonly prepared: Prepared
  readonly reference: Reference
  readonly cases: readonly Case[]
}

export async function ready(bench: Bench, trial: Trial): Promise<Ready> {
  const prepared = await bench.prepare(trial)
  const clean = await prepared.run({ rules: [] })
  expect(clean, `${trial.name}: ${clean.stdout}${clean.stderr}`).toMatchObject({
    exitCode: 0,
    problem: null,
  })
  const reference = referenceOf(clean)
  expect(violations(clean, reference)).toEqual([])
  return { prepared, reference, cases: casesOf(clean.calls) }
}

/** Tries one plan; what it broke is told with what is needed to repeat it. */
export async function broken(
  { prepared, reference }: Ready,
  plan: FaultPlan,
  run: (prepared: Prepared, plan: FaultPlan) => Promise<Outcome> = (one) => one.run(plan),
): Promise<string[]> {
  const outcome = await run(prepared, plan)
  const { name } = prepared.trial
  const all = violations(outcome, reference)
  const others = all.filter(
    (text) => !EXCLUDED.some((known) => known.trial === name && known.violation.test(text)),
  )
  excluded += all.length - others.length
  return others.map(
    (text) =>
      `${text}: exit ${outcome.exitCode} of “${prepared.trial.change}” with ` +
      `${JSON.stringify(plan)}\n${outcome.stdout}`,
  )
}

/** What can be tried over a network and in real time: what is late comes soon, and what is silent is so once. */
export function suitsBinary({ what, span, operation }: Case): boolean {
  const { fault, delayMs = 0, forCalls = 0, forMs = 0 } = what
  if (delayMs > LATEST_MS || forMs > LATEST_MS || forCalls > MOST_CALLS) return false
  if (fault === 'slow' && delayMs > SLOWEST_MS) return false
  return span === 'once' || (span === 'operation' && !/^(Describe|Get|List)/.test(operation))
}

/** How many of a trial's cases the built binary is tried with. */
export function mostByBinary({ name, change }: Trial): number {
  if (name === WHOLE_BY_BINARY) return Number.POSITIVE_INFINITY
  return change.startsWith('create ') ? FORMS_BY_BINARY : OTHERS_BY_BINARY
}

/** Every fault at every request of these trials. */
export function matrix(choose: (trial: Trial) => boolean): void {
  test.each(TRIALS.filter(choose))('$name', async (trial) => {
    const all = await ready(new Bench(), trial)
    const found: string[] = []
    for (const one of all.cases) found.push(...(await broken(all, one.plan)))
    measured('faults', null, all.cases.length, tally(found), { excluded: excludedSince() })
    console.log(`${trial.name}: ${all.cases.length} cases, ${found.length} violations`)
    // A few of them are enough to begin with.
    expect(found.slice(0, 5)).toEqual([])
  })
}
