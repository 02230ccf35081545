import pMap from 'p-map'
import { endsRun, explain } from '../aws/errors.js'
import { EXIT, type ExitCode, errorJson, type KmsctlError, usageError } from '../errors.js'
import type { Batch, BatchItem, Change, DryRun } from '../results.js'
import { carryOut, type Gate, type Plan } from './change.js'
import { parseKeyRef } from './rules/key-ref.js'

/** Keys that are looked at side by side; changes are sent one after another. */
const CONCURRENCY = 8

type Planned = { readonly text: string } & (
  | { readonly plan: Plan<Change>; readonly error: null }
  | { readonly plan: null; readonly error: KmsctlError }
)

/** A change of keys, and the exit code that tells how it went (contract, section 5). */
export interface KeysOutcome {
  readonly result: Change | Batch | DryRun
  readonly exitCode: ExitCode
}

/** KEYs as they were given: one alone is answered as every other change, several as a batch. */
export type GivenKeys =
  | { readonly single: string; readonly several: readonly [] }
  | { readonly single: null; readonly several: readonly string[] }

/**
 * Changes one key, or several as `changeSeveral` does.
 *
 * @param question for the keys that would change; undefined where nothing is asked
 */
export async function changeKeys(
  keys: GivenKeys,
  planOne: (text: string) => Promise<Plan<Change>>,
  gate: Gate,
  question?: (count: number) => string,
): Promise<KeysOutcome> {
  if (keys.single === null) return changeSeveral(keys.several, planOne, gate, question)
  return { result: await carryOut(await planOne(keys.single), gate), exitCode: EXIT.OK }
}

/**
 * Changes several keys: all are looked at first, one question covers them, and each is reported. One
 * that fails does not stop the others.
 */
async function changeSeveral(
  texts: readonly string[],
  planOne: (text: string) => Promise<Plan<Change>>,
  gate: Gate,
  question?: (count: number) => string,
): Promise<KeysOutcome> {
  if (texts.length === 0) throw usageError('no KEY was given: standard input holds none')
  // What the input alone breaks is told before anything is sent.
  for (const text of texts) parseKeyRef(text)
  const looked = await pMap([...new Set(texts)], (text) => planFor(text, planOne), {
    concurrency: CONCURRENCY,
  })
  const planned = onceEach(looked)
  if (gate.dryRun && planned.some(({ plan }) => plan !== null)) return dryRun(planned)
  const changing = planned.filter(({ plan }) => (plan?.calls.length ?? 0) > 0)
  const [first] = changing
  if (first?.plan) {
    await gate.announce(first.plan.accountId, first.plan.region)
    if (question !== undefined) {
      await gate.confirm({ kind: 'yes', question: question(changing.length) }, [])
    }
  }
  const results: BatchItem[] = []
  const warnings: string[] = []
  for (const one of planned) {
    const { item, said } = await settle(one)
    results.push(item)
    warnings.push(...said)
  }
  return { result: { results, warnings }, exitCode: exitCodeOf(results) }
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

async function planFor(
  text: string,
  planOne: (text: string) => Promise<Plan<Change>>,
): Promise<Planned> {
  try {
    return { text, plan: await planOne(text), error: null }
  } catch (error) {
    // The run's own end stops all of it; a refusal of one key (its state, its kind) does not.
    if (endsRun(error) && (error.code === 'Interrupted' || error.code === 'Timeout')) throw error
    return { text, plan: null, error: explain(error) }
  }
}

function dryRun(planned: readonly Planned[]): KeysOutcome {
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

/** The question has been answered for all keys; what is left of the gate is open. */
const OPEN: Gate = { dryRun: false, announce: async () => {}, confirm: async () => {} }

async function settle({
  text,
  plan,
  error,
}: Planned): Promise<{ item: BatchItem; said: string[] }> {
  const failed = (cause: KmsctlError): { item: BatchItem; said: string[] } => {
    const { keyId, done, outcome } = cause.details ?? {}
    const known = (keyId as string | undefined) ?? plan?.arn?.split('/').at(-1)
    const changed = outcome === 'unknown' ? null : Array.isArray(done) && done.length > 0
    return { item: { key: text, keyId: known ?? null, changed, error: errorJson(cause) }, said: [] }
  }
  if (plan === null) return failed(error)
  try {
    const change = (await carryOut(plan, OPEN)) as Change
    const { changed, key, warnings } = change
    return {
      item: { key: text, keyId: key.keyId, changed, error: null },
      said: warnings.map((warning) => `${text}: ${warning}`),
    }
  } catch (cause) {
    return failed(explain(cause))
  }
}

function exitCodeOf(results: readonly BatchItem[]): ExitCode {
  const codes = results.flatMap(({ error }) => (error === null ? [] : [error.exitCode as ExitCode]))
  return commonCode(codes, results.length)
}

/** 0 if all are done, their common code if all failed alike, else 7; an interrupt keeps its own. */
function commonCode(codes: readonly ExitCode[], total: number): ExitCode {
  const [first] = codes
  if (first === undefined) return EXIT.OK
  const interrupted = codes.find((code) => code === EXIT.SIGINT || code === EXIT.SIGTERM)
  if (interrupted !== undefined) return interrupted
  return codes.length === total && codes.every((code) => code === first) ? first : EXIT.PARTIAL
}
