import { paginateListKeyRotations } from '@aws-sdk/client-kms'
import type { Session } from '../../aws/session.js'
import { ends, KmsctlError } from '../../errors.js'
import type { Change, KeyMetadata, Rotation, RotationStatus } from '../../results.js'
import { type Plan, planKeyChange } from '../change/plan.js'
import { readRotation } from '../key/describe.js'
import { isoDate } from '../key/metadata.js'
import { requireState, resolveForChange, resolveKey } from '../key/resolve.js'
import { rotationPeriodDays } from '../rules/limits.js'
import { rotates, rotationEligibility } from '../rules/rotation.js'

/** A key's lifetime of on-demand rotations; not adjustable (API Reference, RotateKeyOnDemand). */
const ON_DEMAND_ROTATIONS = 25

/** `rotation status`: rotation now, and the rotations so far. */
export async function rotationStatus(session: Session, text: string): Promise<RotationStatus> {
  const key = await resolveKey(session, text)
  const [rotation, history] = await Promise.all([
    readRotation(session, key),
    hasHistory(key) ? tolerantHistory(session, key.arn) : [],
  ])
  return { ...rotation, history }
}

/** Null where it cannot be read: KMS refuses it for keys that AWS manages. */
async function tolerantHistory(session: Session, arn: string): Promise<History | null> {
  try {
    return await readHistory(session, arn)
  } catch (error) {
    if (ends('task', error)) throw error
    return null
  }
}

/** ListKeyRotations knows symmetric encryption keys only; for others it is an error. */
export function hasHistory(key: KeyMetadata): boolean {
  return key.keySpec === 'SYMMETRIC_DEFAULT' && key.customKeyStoreId === undefined
}

type History = NonNullable<RotationStatus['history']>

/** The rotations that were completed, oldest first. */
async function readHistory(session: Session, arn: string): Promise<History> {
  const history: History = []
  for await (const page of paginateListKeyRotations({ client: session.kms }, { KeyId: arn })) {
    for (const { RotationDate, RotationType } of page.Rotations ?? []) {
      // The first key material has no rotation date: it is no rotation.
      if (RotationDate === undefined) continue
      history.push({ rotationDate: isoDate(RotationDate), rotationType: RotationType ?? null })
    }
  }
  return history.sort((a, b) => ((a.rotationDate ?? '') < (b.rotationDate ?? '') ? -1 : 1))
}

/** How many rotations a key has had; the price depends on it. Null where it cannot be read. */
export async function countRotations(session: Session, key: KeyMetadata): Promise<number | null> {
  if (!hasHistory(key)) return 0
  return (await tolerantHistory(session, key.arn))?.length ?? null
}

/** Plans automatic rotation. Without a period the one in force stays, or KMS's default of 365 days. */
export async function planEnableRotation(
  session: Session,
  text: string,
  period: number | undefined,
): Promise<Plan<Change>> {
  if (period !== undefined) rotationPeriodDays(period)
  const key = await resolveForChange(session, text)
  const rotation = await settableRotation(session, key)
  const wanted = period ?? rotation.rotationPeriodInDays ?? undefined
  const holdsAlready =
    rotation.enabled && (period === undefined || period === rotation.rotationPeriodInDays)
  return planKeyChange({
    session,
    key,
    calls: holdsAlready
      ? []
      : [
          {
            operation: 'EnableKeyRotation',
            input: {
              KeyId: key.arn,
              ...(wanted === undefined ? {} : { RotationPeriodInDays: wanted }),
            },
          },
        ],
    holds: async () => rotates(await readRotation(session, key), wanted ?? null),
  })
}

export async function planDisableRotation(session: Session, text: string): Promise<Plan<Change>> {
  const key = await resolveForChange(session, text)
  const rotation = await settableRotation(session, key)
  return planKeyChange({
    session,
    key,
    calls: rotation.enabled ? [{ operation: 'DisableKeyRotation', input: { KeyId: key.arn } }] : [],
    holds: async () => !(await readRotation(session, key)).enabled,
  })
}

/**
 * Refuses keys that cannot rotate, replicas (rotation is set on the primary: API Reference,
 * EnableKeyRotation) and states in which KMS refuses, and reads the rotation in force.
 */
async function settableRotation(session: Session, key: KeyMetadata): Promise<Rotation> {
  const { eligible, reason } = rotationEligibility(key)
  if (!eligible) throw notEligible(key, `has no automatic rotation: ${reason}`)
  refuseReplica(key)
  requireState(key, 'set to rotate', ['Enabled', 'Updating'])
  return readRotation(session, key)
}

function refuseReplica(key: KeyMetadata): void {
  const configuration = key.multiRegionConfiguration
  if (configuration?.multiRegionKeyType !== 'REPLICA') return
  const { arn, region } = configuration.primaryKey
  throw notEligible(key, `is a replica: rotation belongs to its primary key in ${region}`, [
    `use ${arn} with --region ${region}`,
  ])
}

function notEligible(key: KeyMetadata, why: string, hints: readonly string[] = []): KmsctlError {
  return new KmsctlError('NotEligible', `key ${key.keyId} ${why}`, {
    hints,
    details: { keyId: key.keyId },
  })
}

/**
 * Plans one on-demand rotation. It is sent once and asks first: a key has 25 of them in its life, and
 * the first two rotations raise its price.
 */
export async function planRotateNow(session: Session, text: string): Promise<Plan<Change>> {
  const key = await resolveForChange(session, text)
  if (!hasHistory(key)) {
    throw notEligible(
      key,
      'cannot be rotated: only symmetric encryption keys outside custom key stores can',
    )
  }
  if (key.origin === 'EXTERNAL' && key.multiRegion) {
    throw notEligible(
      key,
      'cannot be rotated on demand: it is multi-Region with imported key material',
    )
  }
  refuseReplica(key)
  requireState(key, 'rotated', ['Enabled'])
  const before = await tolerantHistory(session, key.arn)
  return planKeyChange({
    session,
    key,
    calls: [{ operation: 'RotateKeyOnDemand', input: { KeyId: key.arn } }],
    confirmation: {
      kind: 'yes',
      question: `Rotate key ${key.keyId} now? A key can be rotated on demand ${ON_DEMAND_ROTATIONS} times in its life${soFar(before)}.`,
    },
    hints: [`see what happened: kmsctl rotation status ${key.keyId}`],
    holds: async () => {
      const [rotation, history] = await Promise.all([
        readRotation(session, key),
        tolerantHistory(session, key.arn),
      ])
      const grown = before !== null && history !== null && onDemand(history) > onDemand(before)
      return rotation.onDemandRotationStartDate !== null || grown
    },
  })
}

function soFar(history: History | null): string {
  if (history === null) return ''
  return ` (so far ${onDemand(history)})`
}

/** An automatic rotation at the same time is not the one that was asked for. */
function onDemand(history: History): number {
  return history.filter(({ rotationType }) => rotationType === 'ON_DEMAND').length
}
