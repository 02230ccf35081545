import pMap from 'p-map'
import { concernsCredentials, explain } from '../../aws/call/errors.js'
import { DEFAULT_CONCURRENCY, sideBySide } from '../../aws/rate/pacing.js'
import type { Session } from '../../aws/session.js'
import { EXIT, type ExitCode, ends, errorJson, KmsctlError, usageError } from '../../errors.js'
import type { Batch, BatchItem, Change, DryRun, PlannedItem } from '../../results.js'
import { carryOut, type Gate, type Plan } from '../change/plan.js'
import { type ListFilter, listKeys } from '../list/list.js'
import { commonCode, exitCodeOfAll } from '../list/outcomes.js'
import { UNWATCHED, type Watch } from '../list/progress-reporter.js'
import { parseKeyRef } from '../rules/key-ref.js'

/** A key to be changed: what it is called in the result, and the KEY by which it is found. */
interface Target {
  readonly text: string
  readonly key: string
}

type Planned = Target &
  (
    | { readonly plan: Plan<Change>; readonly error: null }
    | { readonly plan: null; readonly error: KmsctlError }
  )

/** A change of keys, and the exit code that tells how it went (contract 5). */
export interface KeysOutcome {
  readonly result: Change | Batch | DryRun
  readonly exitCode: ExitCode
}

/** KEYs as they were given: one alone is answered as every other change, several as a batch. */
export type GivenKeys =
  | { readonly kind: 'one'; readonly key: string }
  | { readonly kind: 'several'; readonly keys: readonly string[] }
  | { readonly kind: 'selected'; readonly filter: ListFilter }

/** A change of one key or of many: the same plan for each of them. */
export interface KeysChange {
  readonly session: Session
  readonly keys: GivenKeys
  readonly planOne: (key: string) => Promise<Plan<Change>>
  readonly gate: Gate
  /** As a question begins: `Disable 3 keys`. */
  readonly doing: string
  /** The question's second sentence, of a change that asks whoever named the keys. */
  readonly asksBecause?: string
  /** Keys looked at and changed at once. */
  readonly concurrency?: number | undefined
  readonly watch?: Watch
}

/**
 * Changes one key, or several: all are looked at first, one question covers them, and each is reported.
 * One that fails does not stop the others. Keys that a selector found are always asked about.
 */
export async function changeKeys(change: KeysChange): Promise<KeysOutcome> {
  const { keys, planOne, gate } = change
  if (keys.kind === 'one') {
    return { result: await carryOut(await planOne(keys.key), gate), exitCode: EXIT.OK }
  }
  const { targets, warnings } =
    keys.kind === 'several' ? given(keys.keys) : await selected(change, keys.filter)
  const { result, exitCode } = await changeSeveral(change, targets)
  return { result: { ...result, warnings: [...warnings, ...result.warnings] }, exitCode }
}

interface Targets {
  readonly targets: readonly Target[]
  readonly warnings: readonly string[]
}

function given(keys: readonly string[]): Targets {
  if (keys.length === 0) throw usageError('no KEY was given: standard input holds none')
  // What the input alone breaks is told before anything is sent.
  for (const key of keys) parseKeyRef(key)
  return { targets: [...new Set(keys)].map((key) => ({ text: key, key })), warnings: [] }
}

/** The keys that a selector finds, each called by its first alias. */
async function selected(
  { session, concurrency, watch = UNWATCHED }: KeysChange,
  filter: ListFilter,
): Promise<Targets> {
  watch.phase('reading keys')
  const { keys, warnings } = await listKeys(session, filter, { concurrency, watch })
  const targets = keys.map(({ aliases, keyId }) => ({ text: aliases?.[0] ?? keyId, key: keyId }))
  return { targets, warnings: targets.length > 0 ? warnings : [...warnings, 'no key is selected'] }
}

async function changeSeveral(
  change: KeysChange,
  targets: readonly Target[],
): Promise<{ result: Batch | DryRun; exitCode: ExitCode }> {
  const { gate, concurrency = DEFAULT_CONCURRENCY, watch = UNWATCHED } = change
  watch.phase('checking keys')
  watch.expect(targets.length)
  const looked = await pMap(
    targets,
    async (target) => {
      const planned = await planFor(target, change)
      watch.step()
      return planned
    },
    { concurrency: sideBySide(concurrency) },
  )
  const planned = onceEach(looked)
  // Where not one can be done, the failures are the result, and not "nothing to do".
  const dry = gate.dryRun && (planned.length === 0 || planned.some(({ plan }) => plan !== null))
  if (dry) return dryRun(planned)
  const changing = planned.filter(changes)
  const [first] = changing
  if (first?.plan) {
    await gate.announce(first.plan.accountId, first.plan.region)
    sayHowLong(change, changing)
    await ask(change, planned, changing.length)
  }
  watch.phase('changing keys')
  watch.expect(changing.length)
  const settle = settler()
  const settled = await pMap(
    planned,
    async (one) => {
      const told = await settle(one)
      if (changes(one)) watch.step()
      return told
    },
    { concurrency },
  )
  const results = settled.map(({ item }) => item)
  const exitCode = exitCodeOfAll(results)
  const again = 'interrupted: the same command does the rest, and leaves as it is what is done'
  const interrupted = exitCode === EXIT.SIGINT || exitCode === EXIT.SIGTERM
  const warnings = settled.flatMap(({ said }) => said)
  return {
    result: { results, warnings: interrupted ? [...warnings, again] : warnings },
    exitCode,
  }
}

function changes({ plan }: Planned): boolean {
  return (plan?.calls.length ?? 0) > 0
}

/** Says before the question how long KMS's rates make the changes take: the slowest operation decides. */
function sayHowLong(
  { session, watch = UNWATCHED }: KeysChange,
  changing: readonly Planned[],
): void {
  const counts = new Map<string, number>()
  for (const { operation } of changing.flatMap(({ plan }) => plan?.calls ?? [])) {
    counts.set(operation, (counts.get(operation) ?? 0) + 1)
  }
  const slow = [...counts].map(([part, keys]) => {
    const perSecond = session.rateOf?.(part) ?? Number.POSITIVE_INFINITY
    return { part, does: 'changes' as const, region: session.region, keys, perSecond }
  })
  const [slowest] = slow.sort((a, b) => b.keys / b.perSecond - a.keys / a.perSecond)
  if (slowest !== undefined) watch.slow(slowest)
}

/** One question for all. Whoever named the keys is asked only by changes that ask anyway. */
async function ask(
  { gate, keys, doing, asksBecause }: KeysChange,
  planned: readonly Planned[],
  count: number,
): Promise<void> {
  if (asksBecause === undefined && keys.kind !== 'selected') return
  const because = asksBecause === undefined ? '' : ` ${asksBecause}`
  const question = `${doing} ${count} ${count === 1 ? 'key' : 'keys'}?${because}`
  await gate.confirm({ kind: 'yes', question, preview: planned.map(preview) }, [])
}

function preview(planned: Planned): PlannedItem {
  const { text, plan, error } = planned
  return {
    key: text,
    keyId: idOf(planned) ?? null,
    changes: (plan?.calls.length ?? 0) > 0,
    problem: error === null ? null : `${error.code}: ${error.message}`,
  }
}

function idOf({ plan }: Planned): string | undefined {
  return plan?.arn?.split('/').at(-1)
}

/** A key that was given by several names is changed once; by its other names it is so already. */
function onceEach(planned: readonly Planned[]): Planned[] {
  const seen = new Set<string>()
  return planned.map((one) => {
    const arn = one.plan?.arn
    if (one.plan === null || arn === undefined || !seen.has(arn)) {
      if (arn !== undefined) seen.add(arn)
      return one
    }
    return { ...one, plan: { ...one.plan, calls: [] } }
  })
}

async function planFor(target: Target, { planOne }: KeysChange): Promise<Planned> {
  try {
    return { ...target, plan: await planOne(target.key), error: null }
  } catch (error) {
    if (ends('run', error)) throw error
    return { ...target, plan: null, error: explain(error) }
  }
}

function dryRun(planned: readonly Planned[]): { result: DryRun; exitCode: ExitCode } {
  const calls = planned.flatMap(({ plan }) => plan?.calls ?? [])
  const failures = planned.flatMap(({ text, error }) => (error === null ? [] : [{ text, error }]))
  return {
    result: {
      dryRun: true,
      calls: calls.map(({ operation, input }) => ({ operation, input: { ...input } })),
      warnings: [
        ...planned.flatMap(({ plan }) => plan?.warnings ?? []),
        ...failures.map(({ text, error }) => `${text}: ${error.message}`),
      ],
    },
    exitCode: commonCode(
      failures.map(({ error }) => error.exitCode),
      planned.length,
    ),
  }
}

interface Settled {
  readonly item: BatchItem
  readonly said: readonly string[]
}

/**
 * Changes the planned keys one by one, for as long as the credentials hold. A key that comes again by another name is
 * so already only where its change succeeded.
 */
function settler(): (planned: Planned) => Promise<Settled> {
  let refused: KmsctlError | undefined
  const firsts = new Map<string, Promise<Settled>>()
  return async (planned) => {
    const arn = planned.plan?.arn
    const first = arn === undefined ? undefined : firsts.get(arn)
    if (first !== undefined) {
      const { item } = await first
      if (item.error !== null) return { item: { ...item, key: planned.text }, said: [] }
    }
    const settling = settleOne(planned)
    if (arn !== undefined && first === undefined) firsts.set(arn, settling)
    return settling
  }

  async function settleOne(planned: Planned): Promise<Settled> {
    const { text, plan, error } = planned
    if (plan === null) return failed(planned, error)
    if (plan.calls.length === 0) return settled(planned, false, plan.warnings)
    // The others would be refused alike, one after another, at the pace of KMS's rates.
    if (refused !== undefined) return failed(planned, notSent(text, refused))
    try {
      return settled(planned, true, await briefly(plan))
    } catch (cause) {
      const told = explain(cause)
      if (concernsCredentials(told)) refused = told
      return failed(planned, told)
    }
  }
}

async function briefly(plan: Plan<Change>): Promise<readonly string[]> {
  return plan.applyBriefly?.() ?? (await plan.apply()).warnings
}

function settled(planned: Planned, changed: boolean, warnings: readonly string[]): Settled {
  const { text } = planned
  return {
    item: { key: text, keyId: idOf(planned) ?? null, changed, error: null },
    said: warnings.map((warning) => `${text}: ${warning}`),
  }
}

function failed(planned: Planned, cause: KmsctlError): Settled {
  const { keyId, done, outcome } = cause.details ?? {}
  const known = (keyId as string | undefined) ?? idOf(planned)
  const changed = outcome === 'unknown' ? null : Array.isArray(done) && done.length > 0
  const item = { key: planned.text, keyId: known ?? null, changed, error: errorJson(cause) }
  return { item, said: [] }
}

function notSent(text: string, { code, message, hints, exitCode }: KmsctlError): KmsctlError {
  return new KmsctlError(code, `${text} was not tried: ${message}`, { hints, exitCode })
}
