import { exitCodeOf } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import { EXIT, KmsctlError } from '../../errors.js'
import type { Change, DeletionCheck, Key, KeyMetadata } from '../../results.js'
import type { Call } from '../change/calls.js'
import { type Plan, planKeyChange } from '../change/plan.js'
import { describeParts } from '../key/describe.js'
import { isPendingDeletion, replicasOf } from '../key/metadata.js'
import {
  findKey,
  readMetadata,
  requireState,
  resolveForChange,
  resolveKey,
} from '../key/resolve.js'
import { countRotations } from '../rotation/rotation.js'
import { DEFAULT_WINDOW_DAYS, windowDays } from '../rules/limits.js'
import { monthlyCostUsd, PRICES_AS_OF } from '../rules/price.js'
import { recentUse, verdict } from './evidence.js'

const DAY_MS = 86_400_000

/** States from which KMS schedules a deletion (docs/facts/key-states.csv). */
const DELETABLE = ['Enabled', 'Disabled', 'PendingImport', 'Unavailable', 'Creating']

/** The evidence for and against deleting a key; changes nothing. */
export async function checkDeletion(session: Session, text: string): Promise<DeletionCheck> {
  return gatherEvidence(session, await resolveKey(session, text))
}

async function gatherEvidence(session: Session, metadata: KeyMetadata): Promise<DeletionCheck> {
  const [key, rotations] = await Promise.all([
    describeParts(session, metadata),
    countRotations(session, metadata),
  ])
  const { keyManager, keyState } = metadata
  const { verdict: told, reasons } = verdict(key, session.now())
  const cost = monthlyCostUsd({ keyManager, keyState, rotations })
  return { key, verdict: told, reasons, monthlyCostUsd: cost, pricesAsOf: PRICES_AS_OF }
}

export interface ScheduleInput {
  /** Undefined where nobody asked for a window: 30 days. */
  readonly days: number | undefined
  readonly releaseAliases: boolean
  readonly allowRecentUse: boolean
}

/** A deletion that has been planned, with the evidence to show before it is confirmed. */
export interface DeletionPlan extends Plan<Change> {
  readonly evidence: DeletionCheck
  /** When the key would be deleted; null for a primary that waits for its replicas. */
  readonly deletionDate: Date | null
}

/** Plans a deletion after looking at everything that speaks against it. */
export async function planScheduleDeletion(
  session: Session,
  text: string,
  input: ScheduleInput,
): Promise<DeletionPlan> {
  const days = windowDays(input.days ?? DEFAULT_WINDOW_DAYS)
  const key = await resolveForChange(session, text)
  const pending = isPendingDeletion(key.keyState)
  if (!pending) requireState(key, 'deleted', DELETABLE)
  const evidence = await gatherEvidence(session, key)
  const used = recentUse(evidence.key, session.now())
  if (!pending && used !== null && !input.allowRecentUse) throw recentlyUsed(evidence.key, used)
  if (!pending && !input.allowRecentUse) refuseUnasked(evidence.key)

  const released = input.releaseAliases ? requireAliases(evidence.key) : []
  const calls: Call[] = [
    ...(pending ? [] : [scheduleCall(key, days)]),
    ...released.map((name): Call => ({ operation: 'DeleteAlias', input: { AliasName: name } })),
  ]
  const due = new Date(session.now().getTime() + days * DAY_MS)
  const waits = replicasOf(key).length > 0
  const warnings = [
    ...(pending ? otherWindow(key, input.days, due) : []),
    ...(!pending && waits ? [waitsForReplicas(key, days)] : []),
    ...(!pending &&
    evidence.key.lastUsage?.status !== 'used' &&
    evidence.key.lastUsage?.status !== 'unused'
      ? ['when the key was last used is unknown: it may be in use']
      : []),
  ]
  const plan = planKeyChange({
    session,
    key,
    calls,
    confirmation: {
      kind: 'typed',
      question: pending
        ? `This deletes ${released.join(', ')} of key ${key.keyId}, which is pending deletion already.`
        : `This schedules key ${key.keyId} for deletion ${waits ? 'once its replicas are gone' : `on ${due.toISOString()}`}. After that, nothing encrypted under it can be read again, by anybody. Until then: kmsctl deletion cancel ${key.keyId}`,
      expected: evidence.key.aliases?.[0] ?? key.keyId,
      keyId: key.keyId,
    },
    warnings,
    hints: [`cancel the deletion: kmsctl deletion cancel ${key.keyId}`],
    holds: async () => {
      const now = await readMetadata(session, key.arn)
      const gone = await Promise.all(released.map((name) => findKey(session, name)))
      return isPendingDeletion(now.keyState) && gone.every((holder) => holder === null)
    },
  })
  return { ...plan, evidence, deletionDate: pending || waits ? null : due }
}

function scheduleCall(key: KeyMetadata, days: number): Call {
  return {
    operation: 'ScheduleKeyDeletion',
    input: { KeyId: key.arn, PendingWindowInDays: days },
  }
}

/**
 * "Unknown" is what KMS or a permission leaves unknown; a question that was not answered just now is
 * not that: asked again in a moment, KMS may know of a use a minute ago. No key is deleted on it.
 */
function refuseUnasked(key: Key): void {
  const code = key.unavailable.find(({ field }) => field === 'lastUsage')?.code
  if (code === undefined || exitCodeOf(code) !== EXIT.UNAVAILABLE) return
  throw new KmsctlError(
    'Unreachable',
    `when key ${key.keyId} was last used could not be asked just now (${code}): nothing was changed`,
    { hints: ['try again in a moment'], details: { keyId: key.keyId, cause: code } },
  )
}

/** Contract 6.4: a key used within the last 30 days is not deleted without `--allow-recent-use`. */
function recentlyUsed(key: Key, usedAt: string): KmsctlError {
  const operation = key.lastUsage?.operation ?? 'an operation'
  return new KmsctlError(
    'RecentlyUsed',
    `key ${key.keyId} was used for ${operation} on ${usedAt}, within the last 30 days: it is in use`,
    {
      hints: [
        `switch it off first and see what breaks: kmsctl disable ${key.keyId}`,
        'add --allow-recent-use if it must be deleted all the same',
      ],
      details: { keyId: key.keyId, lastUsage: key.lastUsage },
    },
  )
}

function requireAliases(key: Key): string[] {
  if (key.aliases !== null) return key.aliases
  const code = key.unavailable.find(({ field }) => field === 'aliases')?.code ?? 'Internal'
  throw new KmsctlError(code, `the aliases of key ${key.keyId} cannot be read (${code})`, {
    hints: ['leave out --release-aliases, or allow kms:ListAliases'],
    exitCode: exitCodeOf(code),
  })
}

/** A deletion that is under way keeps its date: KMS has no call that moves it. */
function otherWindow(key: KeyMetadata, asked: number | undefined, due: Date): string[] {
  if (asked === undefined) return []
  const { deletionDate, pendingDeletionWindowInDays: window } = key
  const apart = Math.abs(new Date(deletionDate ?? due).getTime() - due.getTime())
  if (deletionDate === null ? asked === window : apart <= DAY_MS) return []
  const stays =
    deletionDate === null
      ? `waits for its replicas with ${window} days`
      : `stays on ${deletionDate}`
  return [
    `the deletion ${stays}: a window of ${asked} days was not set; cancel and schedule again to change the date`,
  ]
}

function waitsForReplicas(key: KeyMetadata, days: number): string {
  const regions = replicasOf(key).map(({ region }) => region)
  return `the key waits for its replicas in ${regions.join(', ')}: its ${days} days begin when the last of them is deleted`
}

/**
 * Plans cancelling a deletion. KMS leaves the key disabled (API Reference, CancelKeyDeletion);
 * `enable` also enables it, but never a key whose deletion was not pending.
 */
export async function planCancelDeletion(
  session: Session,
  text: string,
  enable: boolean,
): Promise<Plan<Change>> {
  const key = await resolveForChange(session, text)
  const pending = isPendingDeletion(key.keyState)
  const calls: Call[] = pending
    ? [
        { operation: 'CancelKeyDeletion', input: { KeyId: key.arn } },
        ...(enable ? [{ operation: 'EnableKey', input: { KeyId: key.arn } } as const] : []),
      ]
    : []
  return planKeyChange({
    session,
    key,
    calls,
    hints: enable ? [`enable it: kmsctl enable ${key.keyId}`] : [],
    warnings:
      enable && !pending && !key.enabled
        ? [`the key was not pending deletion, so it was not enabled: kmsctl enable ${key.keyId}`]
        : [],
    holds: async () => {
      const now = await readMetadata(session, key.arn)
      return !isPendingDeletion(now.keyState) && (!enable || now.enabled)
    },
  })
}
