import type { FaultPlan, FaultRule } from '../../../src/lib/sandbox/faults/index.js'
import { LOSSES } from '../../../src/lib/sandbox/faults/kinds.js'
import type { Outcome } from './bench.js'
import { comparable, type Inventory, newKeys } from './inventory.js'

/** What the run without faults left, step by step: the state before it and after each of its calls. */
export interface Reference {
  readonly before: Inventory
  readonly steps: readonly Inventory[]
  readonly sent: Readonly<Record<string, number>>
}

/** Contract 6.7: sent at most once for each intention. */
const AT_MOST_ONCE = ['CreateKey', 'RotateKeyOnDemand', 'CreateGrant', 'ReplicateKey']

/** The run's limit of 300 s (contract 2), and a second to end in. */
const LONGEST_MS = 301_000
/** Runs over many keys have none, and `recover` is one; of their requests each has (contract 6.8), and waits follow. */
const LONGEST_REQUEST_MS = 35_000
/** Reading back takes at most 10 s (contract 6.9), and describing the key 30 s. */
const LONGEST_LOOK_MS = 41_000
/** How long a key is looked for before that whose creation got no answer: `--settle`. */
const SETTLE_MS = 120_000
/** A request that takes longer than this has lost its answer (contract 6.8). */
const REQUEST_LIMIT_MS = 30_000

export function referenceOf({ before, steps, calls }: Outcome): Reference {
  const sent: Record<string, number> = {}
  for (const { operation } of calls) sent[operation] = (sent[operation] ?? 0) + 1
  return { before, steps: [before, ...steps], sent }
}

/**
 * What a run promises whatever goes wrong (contract 4 to 6), held against the embedded KMS's
 * own state: never a false success, never a change that is not told, never a second key.
 *
 * @returns what was broken, in words; empty where all held
 */
export function violations(outcome: Outcome, reference: Reference): string[] {
  const { elapsedMs, problem, calls } = outcome
  if (problem !== null) return [problem]
  const broken: string[] = []
  const expect = (holds: boolean, otherwise: string) => {
    if (!holds) broken.push(otherwise)
  }
  const told = JSON.parse(outcome.stdout)
  const keys = 'results' in told ? told.results.length : 1
  const longest = outcome.line.startsWith('recover')
    ? LONGEST_REQUEST_MS * calls.length
    : LONGEST_MS * keys
  expect(elapsedMs <= longest, `it took ${elapsedMs / 1000} s`)
  const looked = outcome.exitCode === 0 ? (outcome.afterLastChangeMs ?? 0) : 0
  const sought = /was lost; the key was found by its claim tag/.test(outcome.stdout)
  const longestLook = LONGEST_LOOK_MS + (sought ? SETTLE_MS : 0)
  expect(looked <= longestLook, `after the last change it looked for ${looked / 1000} s`)
  for (const operation of AT_MOST_ONCE) {
    const sent = calls.filter((call) => call.operation === operation).length
    const wanted = reference.sent[operation] ?? 0
    expect(sent <= wanted, `${operation} was sent ${sent} times, not ${wanted}`)
  }
  broken.push(...brokenByKeys(outcome, reference))
  if ('results' in told) broken.push(...brokenByBatch(outcome, reference, told))
  else if ('claims' in told) broken.push(...brokenByClaims(outcome, reference, told))
  else broken.push(...brokenByExit(outcome, reference, told))
  return broken
}

/** Keys that were made are told of, and there is no more than one of them; none is to be deleted that was not. */
function brokenByKeys({ stdout, before, final, claims }: Outcome, reference: Reference): string[] {
  const asked = reference.steps.at(-1) ?? before
  const wanted = newKeys(asked, before).length
  const toBeDeleted = [...final].flatMap(([keyId, { window }]) => {
    const confirmed = window === null || asked.get(keyId)?.window === window
    return confirmed || before.get(keyId)?.window === window ? [] : [keyId]
  })
  const made = newKeys(final, before)
  const untold = made.filter((keyId) => {
    const claim = claims.get(keyId)
    return !stdout.includes(keyId) && (claim === undefined || !stdout.includes(claim))
  })
  return [
    ...toBeDeleted.map((keyId) => `key ${keyId} is to be deleted, which nobody has confirmed`),
    ...(made.length > wanted ? [`${made.length} keys were made, not ${wanted}`] : []),
    ...untold.map(
      (keyId) => `key ${keyId} was made and is neither named nor to be found by a claim`,
    ),
  ]
}

// biome-ignore lint/suspicious/noExplicitAny: results and failures of every command
type Told = any

function brokenByExit(outcome: Outcome, reference: Reference, told: Told): string[] {
  const { exitCode, before, atEnd, final } = outcome
  const { steps } = reference
  const broken: string[] = []
  const expect = (holds: boolean, otherwise: string) => {
    if (!holds) broken.push(otherwise)
  }
  const at = (inventory: Inventory) => {
    const text = comparable(inventory, before)
    return steps.flatMap((step, index) =>
      comparable(step, reference.before) === text ? [index] : [],
    )
  }
  const [ended, landed] = [at(atEnd), at(final)]
  const last = steps.length - 1
  expect(landed.length > 0, 'it left what no part of the change leaves')
  if (exitCode === 0) {
    const unread = (told.warnings as string[]).some((warning) =>
      /could not be read back|still showed the old value/.test(warning),
    )
    const whole = (told.claims ?? []).every(({ state }: Told) => state === 'finished')
    const done = ended.includes(last) && landed.includes(last)
    expect(told.changed !== false, 'a change that was needed is told as none')
    expect(unread || !whole || done, 'a false success')
    if (told.key !== undefined) broken.push(...brokenByKey(told.key, atEnd, unread))
    return broken
  }
  const { error } = told
  expect(error !== undefined && error.exitCode === exitCode, 'the exit code is not told')
  const done: string[] = error?.details?.done ?? []
  const unknown = error?.details?.outcome === 'unknown' || exitCode === 8
  const text = JSON.stringify(told)
  const possible = unknown ? [done.length, done.length + 1] : [done.length]
  if (exitCode === 7 || exitCode === 8) {
    expect(
      landed.some((step) => possible.includes(step)),
      `${done.join(', ') || 'nothing'} is told as done, and step ${landed} was reached`,
    )
  }
  switch (exitCode) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 9:
      expect(ended.includes(0) && landed.includes(0), `something was changed`)
      break
    case 7:
      // What an earlier run has done is told in the message.
      expect(
        done.length > 0 || unknown || /was created, but/.test(text),
        'it does not say what was done',
      )
      expect(names(text, before, final), 'it names no key')
      break
    case 8:
      expect(
        error.hints.some((hint: string) => /kmsctl [a-z]/.test(hint)),
        'no hint says how to look',
      )
      // Of a creation that was cut off before, the answer was lost then.
      expect(
        mayHaveLost(outcome.plan) || /whether an earlier run/.test(text),
        'nothing that was lost could have changed anything',
      )
      break
    default:
      expect(false, `it ended with ${exitCode}`)
  }
  return broken
}

/** The key that a success shows is there, and is as it is shown. */
function brokenByKey({ keyId, keyState }: Told, atEnd: Inventory, unread: boolean): string[] {
  const held = atEnd.get(keyId)
  if (held === undefined) return [`it tells of key ${keyId}, which is not there`]
  if (unread || keyState === null || keyState === held.state) return []
  return [`it shows the key as ${keyState}, and it is ${held.state}`]
}

/** `recover` of one creation: what is told of it is so, and it makes no key. */
function brokenByClaims(
  { exitCode, before, atEnd, final }: Outcome,
  { steps, before: began }: Reference,
  told: Told,
): string[] {
  const broken: string[] = []
  const at = (inventory: Inventory) =>
    steps.findIndex((step) => comparable(step, began) === comparable(inventory, before))
  const [ended, landed] = [at(atEnd), at(final)]
  const [{ state, next, keyId }] = told.claims
  if (ended < 0 || landed < 0) broken.push('it left what no part of the change leaves')
  const whole = ended === steps.length - 1 && landed === ended
  if (state === 'finished' && !whole) broken.push('a false success')
  // Not found, it may be one of the keys that could not be read.
  const hidden = state === 'unknown' && /could not be read/.test(told.warnings.join())
  if (state !== 'finished' && !hidden && !(state === 'open' && next !== null)) {
    broken.push(`its key is there, and is told as ${state}, with ${next}`)
  }
  if (landed > 0 && keyId === null) broken.push('it names no key')
  const wanted = state === 'finished' ? 0 : state === 'unknown' ? 8 : 7
  if (exitCode !== wanted) broken.push(`it ended with ${exitCode}, and is told as ${state}`)
  return broken
}

/** Whether a text names a key that is or was there, or a claim token. */
function names(text: string, before: Inventory, final: Inventory): boolean {
  return [...before.keys(), ...final.keys()].some((keyId) => text.includes(keyId))
}

/** Whether a plan can lose the answer of a call that had, or may yet have, an effect. */
function mayHaveLost({ rules }: FaultPlan): boolean {
  return rules.some(
    ({ fault, delayMs = 0 }: FaultRule) =>
      (LOSSES as readonly string[]).includes(fault) ||
      (fault === 'slow' && delayMs >= REQUEST_LIMIT_MS - 1_000),
  )
}

/** Several keys: what is told of each is so. */
function brokenByBatch(outcome: Outcome, reference: Reference, told: Told): string[] {
  const { before, atEnd, final, exitCode } = outcome
  const broken: string[] = []
  const codes = new Set<number>()
  /** What a key goes through: as it was, after each call that changes it, as was asked for. */
  const stagesOf = (keyId: string) => [
    ...new Set([before, ...reference.steps].map((step) => JSON.stringify(step.get(keyId)))),
  ]
  const stageOf = (inventory: Inventory, keyId: string) =>
    stagesOf(keyId).indexOf(JSON.stringify(inventory.get(keyId)))
  for (const { key, keyId, changed, error } of told.results) {
    codes.add(error?.exitCode ?? 0)
    const warned = (told.warnings as string[]).some((warning) => warning.startsWith(`${key}: `))
    const name = key.replace(/^(alias\/)?/, 'alias/')
    const id = keyId ?? [...before].find(([, held]) => held.aliases.includes(name))?.[0]
    const [ended, landed] = [stageOf(atEnd, id), stageOf(final, id)]
    const done = error?.details?.done?.length ?? 0
    const holds =
      error === null
        ? landed === stagesOf(id).length - 1 || warned
        : changed === null
          ? landed === done || landed === done + 1
          : changed === true
            ? done > 0 && landed === done
            : landed === 0 && ended === 0
    if (!holds) broken.push(`${key} is told as changed: ${changed} (${error?.code}), and is not so`)
  }
  for (const keyId of before.keys()) {
    if (stageOf(final, keyId) < 0)
      broken.push(`key ${keyId} is left as no part of the change leaves it`)
  }
  const [first = 0] = codes
  const common = codes.size === 1 ? first : 7
  if (exitCode !== common) broken.push(`it ended with ${exitCode}, and its keys with ${[...codes]}`)
  return broken
}
