import { errorCode } from '../../aws/call/errors.js'
import { readWithin } from '../../aws/call/time-limit.js'
import type { Session } from '../../aws/session.js'
import { ends } from '../../errors.js'
import type {
  Change,
  Confirmation,
  DryRun,
  Key,
  KeyMetadata,
  NewKeyPrice,
  PlannedCall,
} from '../../results.js'
import { describeParts, unreadKey } from '../key/describe.js'
import { readMetadata } from '../key/resolve.js'
import { type Call, endedAfter, failedAfter, names } from './calls.js'
import { type Delivery, deliver } from './deliver.js'
import { readBack } from './read-back.js'

/** The terminal's part of a change, brought by the command. */
export interface Gate {
  readonly dryRun: boolean
  announce(accountId: string, region: string): Promise<void>
  /** @throws KmsctlError `ConfirmationRequired` or `Declined` */
  confirm(confirmation: Confirmation, warnings: readonly string[]): Promise<void>
}

/**
 * A change that has been checked against the key as it is, and not begun. What `--dry-run` shows and
 * what is sent are the same calls.
 */
export interface Plan<R> {
  readonly accountId: string
  readonly region: string
  /** The key that is changed; none where one is made. */
  readonly arn?: string
  /** Empty where everything already holds. */
  readonly calls: readonly Call[]
  readonly confirmation?: Confirmation
  readonly warnings: readonly string[]
  /** What a key that would be made costs. */
  readonly price?: NewKeyPrice
  /** The result where there was nothing to do. */
  unchanged(): Promise<R>
  /** Sends the calls and reads back what they did. */
  apply(): Promise<R>
  /** As `apply`, and the key is not described again: one of many is told in a line. Returns warnings. */
  applyBriefly?(): Promise<readonly string[]>
}

/**
 * Carries a plan out: shows it dry, or returns what already holds, or announces, asks, sends and reads
 * back (contract 3 and 6). Every change goes through here.
 */
export async function carryOut<R>(plan: Plan<R>, gate: Gate): Promise<R | DryRun> {
  if (gate.dryRun) {
    return {
      dryRun: true,
      calls: plan.calls.map(shown),
      warnings: [...plan.warnings],
      ...(plan.price === undefined ? {} : { price: plan.price }),
    }
  }
  if (plan.calls.length === 0) return plan.unchanged()
  await gate.announce(plan.accountId, plan.region)
  if (plan.confirmation !== undefined) await gate.confirm(plan.confirmation, plan.warnings)
  return plan.apply()
}

function shown({ operation, input }: Call): PlannedCall {
  return { operation, input: { ...input } }
}

/** What a change of one existing key is made of; `sender` and `asBefore` hold for each of its calls. */
export interface KeyChange extends Delivery {
  readonly session: Session
  readonly key: KeyMetadata
  readonly calls: readonly Call[]
  readonly confirmation?: Confirmation
  readonly warnings?: readonly string[]
  /** Commands that finish or undo the work when it stops half-way. */
  readonly hints?: readonly string[]
  /** Reads what was changed and says whether it now holds. */
  readonly holds: () => Promise<boolean>
}

/** The plan of a change of one existing key: send, read back, describe. */
export function planKeyChange(change: KeyChange): Plan<Change> {
  const { session, key, calls } = change
  const warnings = [...(change.warnings ?? [])]
  return {
    accountId: key.accountId,
    region: key.region,
    arn: key.arn,
    calls,
    ...(change.confirmation === undefined ? {} : { confirmation: change.confirmation }),
    warnings,
    unchanged: async () => ({
      changed: false,
      key: await describeParts(session, key),
      warnings,
    }),
    apply: async () => {
      warnings.push(...(await sendAndReadBack(change)))
      try {
        return { changed: true, key: await lookAgain(session, key), warnings }
      } catch (error) {
        throw endedAfter(names(calls), error, key.keyId)
      }
    },
    applyBriefly: async () => [...warnings, ...(await sendAndReadBack(change))],
  }
}

/** Sends a change's calls and reads back what they did; returns what is to be warned of. */
async function sendAndReadBack(change: KeyChange): Promise<string[]> {
  const { session, key, calls, holds } = change
  const unanswered = await sendOrLook(change)
  // A lost answer's call was looked up; the others were not.
  if (unanswered.length >= calls.length) return unanswered
  try {
    return [...unanswered, ...(await readBack(session, holds))]
  } catch (error) {
    throw endedAfter(names(calls), error, key.keyId)
  }
}

/**
 * Sends a change's calls in their order.
 *
 * @returns a warning when an answer was lost and the key shows the change; else nothing
 */
async function sendOrLook(change: KeyChange): Promise<string[]> {
  const { session, key, calls, hints } = change
  let seen = false
  for (const [index, call] of calls.entries()) {
    try {
      seen = (await deliver(session, call, change)) === 'seen' || seen
    } catch (error) {
      throw failedAfter(calls.slice(0, index), calls.slice(index), error, key.keyId, hints ?? [])
    }
  }
  return seen ? [`an answer of AWS's was lost, but the key shows that the change was done`] : []
}

/** How long a key is described after it was changed; then the change is told without it. */
const LOOK_MS = 30_000

/** The key after a change, which was done whether or not the key can be described now. */
async function lookAgain(session: Session, key: KeyMetadata): Promise<Key> {
  try {
    const looked = await readWithin(LOOK_MS, async () =>
      describeParts(session, await readMetadata(session, key.arn)),
    )
    return looked?.value ?? unreadKey(key, 'Timeout')
  } catch (error) {
    if (ends('task', error)) throw error
    return unreadKey(key, errorCode(error))
  }
}
