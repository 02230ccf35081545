/**
 * A plan of faults is data: which calls go wrong, and how. It is read strictly, because a rehearsal
 * whose rule never fires proves nothing.
 */
import { operations } from '../operations/index.js'
import type { Effect, FaultKind } from './kinds.js'
import { EFFECTS, FAULTS, isOneOf, LAGS, LOSSES, MAKING } from './kinds.js'

/** One rule. Of `call`, `calls`, `from` and `probability` at most one; without any, every call. */
export interface FaultRule {
  /** An operation of KMS, STS's GetCallerIdentity, or `*` for all. */
  readonly operation: string
  readonly fault: FaultKind
  /** The Nth call of the operation since the start, from 1; of `*`, of any operation. */
  readonly call?: number
  readonly calls?: readonly number[]
  /** This call and all after it. */
  readonly from?: number
  /** From 0 to 1; needs the plan's `seed`. */
  readonly probability?: number
  /** Of faults that lose the answer; `before` when left out. */
  readonly effect?: Effect
  /** Milliseconds: until the effect of `later` lands, or until a `slow` answer comes. */
  readonly delayMs?: number
  /** How long reads are `stale`, or what was made is `not-found`: for so many calls that touch it, */
  readonly forCalls?: number
  /** or for so many milliseconds of the sandbox's clock. */
  readonly forMs?: number
}

export interface FaultPlan {
  /** What decides where a probability does. */
  readonly seed?: number
  /** The first rule that fires decides. */
  readonly rules: readonly FaultRule[]
}

/** A plan that cannot be carried out; the message names the value and what to change. */
export class FaultPlanError extends Error {}

const RULE_MEMBERS = [
  'operation',
  'fault',
  'call',
  'calls',
  'from',
  'probability',
  'effect',
  'delayMs',
  'forCalls',
  'forMs',
] as const

const SELECTORS = ['call', 'calls', 'from', 'probability'] as const

const MOST_CALLS = 1_000_000
const DAY_MS = 86_400_000
const MOST_SEED = 0xffff_ffff

type Members = Readonly<Record<string, unknown>>

/**
 * Reads a plan from JSON.
 *
 * @throws FaultPlanError
 */
export function readFaultPlan(text: string): FaultPlan {
  const plan = parse(text)
  if (!isObject(plan)) throw new FaultPlanError(`a plan of faults is an object, not ${shown(plan)}`)
  refuseOthers(plan, ['seed', 'rules'], '')
  const { seed, rules } = plan
  if (seed !== undefined) wholeNumber(seed, 'seed', 0, MOST_SEED)
  if (!Array.isArray(rules) || rules.length === 0) {
    throw new FaultPlanError(`rules is ${shown(rules)}, not a list of at least one rule`)
  }
  for (const [index, rule] of rules.entries())
    checkRule(rule, `rules[${index}]`, seed !== undefined)
  return plan as unknown as FaultPlan
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new FaultPlanError(`no JSON: ${(error as Error).message}`)
  }
}

function checkRule(rule: unknown, at: string, seeded: boolean): void {
  if (!isObject(rule)) throw new FaultPlanError(`${at} is ${shown(rule)}, not an object`)
  refuseOthers(rule, RULE_MEMBERS, `${at}.`)
  const { operation, fault } = rule
  if (typeof operation !== 'string' || !isOperation(operation)) {
    throw new FaultPlanError(
      `${at}.operation is ${shown(operation)}, which is no operation of the embedded KMS, and not "*"`,
    )
  }
  if (!isOneOf(FAULTS, fault)) {
    throw new FaultPlanError(`${at}.fault is ${shown(fault)}, not one of ${FAULTS.join(', ')}`)
  }
  checkSelector(rule, at, seeded)
  checkEffect(rule, fault, at)
  checkLag(rule, operation, fault, at)
}

function isOperation(name: string): boolean {
  return name === '*' || name === 'GetCallerIdentity' || operations.has(name)
}

function checkSelector(rule: Members, at: string, seeded: boolean): void {
  const given = SELECTORS.filter((name) => rule[name] !== undefined)
  if (given.length > 1) {
    throw new FaultPlanError(`${at} has ${given.join(' and ')}: one of them says which calls`)
  }
  const { call, calls, from, probability } = rule
  if (call !== undefined) wholeNumber(call, `${at}.call`, 1, MOST_CALLS)
  if (from !== undefined) wholeNumber(from, `${at}.from`, 1, MOST_CALLS)
  if (calls !== undefined) {
    if (!Array.isArray(calls) || calls.length === 0) {
      throw new FaultPlanError(`${at}.calls is ${shown(calls)}, not a list of call numbers`)
    }
    for (const [index, one] of calls.entries()) {
      wholeNumber(one, `${at}.calls[${index}]`, 1, MOST_CALLS)
    }
  }
  if (probability === undefined) return
  if (typeof probability !== 'number' || !(probability >= 0 && probability <= 1)) {
    throw new FaultPlanError(`${at}.probability is ${shown(probability)}, not a number from 0 to 1`)
  }
  if (!seeded) {
    throw new FaultPlanError(`${at}.probability needs the plan's seed, so that it can be repeated`)
  }
}

function checkEffect({ effect, delayMs }: Members, fault: FaultKind, at: string): void {
  if (effect !== undefined && !isOneOf(EFFECTS, effect)) {
    throw new FaultPlanError(`${at}.effect is ${shown(effect)}, not one of ${EFFECTS.join(', ')}`)
  }
  if (effect !== undefined && !isOneOf(LOSSES, fault)) {
    throw new FaultPlanError(
      `${at}.effect is not for ${fault}, whose effect is known: leave it out, or use one of ${LOSSES.join(', ')}`,
    )
  }
  if (effect === 'later' || fault === 'slow') {
    if (delayMs === undefined) {
      const why = fault === 'slow' ? 'an answer that is slow' : 'an effect that lands later'
      throw new FaultPlanError(`${at}.delayMs is missing: ${why} needs it`)
    }
    wholeNumber(delayMs, `${at}.delayMs`, 1, DAY_MS)
  } else if (delayMs !== undefined) {
    throw new FaultPlanError(`${at}.delayMs is for slow, and for "effect": "later"`)
  }
}

function checkLag(rule: Members, operation: string, fault: FaultKind, at: string): void {
  const { forCalls, forMs } = rule
  if (!isOneOf(LAGS, fault)) {
    const given = ['forCalls', 'forMs'].find((name) => rule[name] !== undefined)
    if (given !== undefined) throw new FaultPlanError(`${at}.${given} is for ${LAGS.join(' and ')}`)
    return
  }
  if ((forCalls === undefined) === (forMs === undefined)) {
    throw new FaultPlanError(`${at}: ${fault} needs either forCalls or forMs`)
  }
  if (forCalls !== undefined) wholeNumber(forCalls, `${at}.forCalls`, 1, MOST_CALLS)
  if (forMs !== undefined) wholeNumber(forMs, `${at}.forMs`, 1, DAY_MS)
  if (fault === 'not-found' && operation !== '*' && !MAKING.has(operation)) {
    throw new FaultPlanError(
      `${at}.operation is ${shown(operation)}, which makes nothing: not-found is for ${[...MAKING].join(', ')}`,
    )
  }
  if (fault === 'stale' && operation !== '*' && operations.get(operation)?.writes !== true) {
    throw new FaultPlanError(
      `${at}.operation is ${shown(operation)}, which changes nothing: stale names the change that reads do not show`,
    )
  }
}

function refuseOthers(value: Members, known: readonly string[], at: string): void {
  const other = Object.keys(value).find((name) => !known.includes(name))
  if (other === undefined) return
  throw new FaultPlanError(`${at}${other} is unknown: there are ${known.join(', ')}`)
}

function wholeNumber(value: unknown, at: string, least: number, most: number): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return
  throw new FaultPlanError(`${at} is ${shown(value)}, not a whole number from ${least} to ${most}`)
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value as it stands in the file, cut short. */
function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
