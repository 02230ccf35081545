import {
  GetKeyLastUsageCommand,
  GetKeyRotationStatusCommand,
  ListGrantsCommand,
  paginateListAliases,
  paginateListResourceTags,
} from '@aws-sdk/client-kms'
import { errorCode, isNotFound } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import { ends } from '../../errors.js'
import type { Key, KeyMetadata, LastUsage, Rotation, Unavailable } from '../../results.js'
import type { KeyRef } from '../rules/key-ref.js'
import { rotationEligibility } from '../rules/rotation.js'
import { isoDate, isPendingDeletion } from './metadata.js'
import { describeRef, scopedRef } from './resolve.js'

/** Everything known of one key. A part that cannot be read is null and named in `unavailable`. */
export async function describeKey(session: Session, text: string): Promise<Key> {
  const ref = await scopedRef(session, text)
  try {
    return await describeParts(session, await describeRef(session, ref))
  } catch (error) {
    return describeWithoutMetadata(session, ref, error)
  }
}

/** Reads what DescribeKey does not tell, all parts side by side. */
export async function describeParts(session: Session, metadata: KeyMetadata): Promise<Key> {
  return { ...metadata, ...(await readParts(session, metadata)) }
}

async function readParts(session: Session, key: RotatingKey & Pick<KeyMetadata, 'keyId'>) {
  const { arn, keyId } = key
  const parts = new Parts()
  const [aliases, rotation, tags, lastUsage, grants] = await Promise.all([
    parts.read('aliases', () => readAliases(session, keyId)),
    parts.read('rotation', () => readRotation(session, key)),
    parts.read('tags', () => readTags(session, arn)),
    parts.read('lastUsage', () => readLastUsage(session, arn)),
    parts.read('grants', () => readGrants(session, arn)),
  ])
  return { aliases, rotation, tags, lastUsage, grants, unavailable: parts.unavailable }
}

/** A key that was changed and could not be looked at again: nothing that may have changed is shown. */
export function unreadKey(metadata: KeyMetadata, code: string): Key {
  const parts = { aliases: null, rotation: null, tags: null, lastUsage: null, grants: null }
  const unavailable = ['metadata', ...Object.keys(parts)].map((field) => ({ field, code }))
  return { ...metadata, keyState: null, enabled: null, ...parts, unavailable }
}

/** Reads parts of a key so that one that fails hides no other. */
class Parts {
  readonly unavailable: Unavailable[] = []

  async read<T>(field: string, read: () => Promise<T>): Promise<T | null> {
    try {
      return await read()
    } catch (error) {
      // kmsctl's own errors (an interrupt, the deadline) concern the run, not one part of a key.
      if (ends('task', error)) throw error
      this.unavailable.push({ field, code: errorCode(error) })
      return null
    }
  }
}

/** The metadata of a key whose DescribeKey is refused. */
export const UNREAD_METADATA = {
  description: null,
  keyState: null,
  enabled: null,
  keyManager: null,
  keySpec: null,
  keyUsage: null,
  origin: null,
  multiRegion: null,
  multiRegionConfiguration: null,
  creationDate: null,
  deletionDate: null,
  pendingDeletionWindowInDays: null,
} as const

/**
 * A key whose DescribeKey is refused may still show its other parts. Without metadata there is no ARN
 * from KMS, so this works for a KEY that is an ID or an ARN; for an alias, the list of aliases is asked.
 */
async function describeWithoutMetadata(
  session: Session,
  ref: KeyRef,
  cause: unknown,
): Promise<Key> {
  if (ends('task', cause) || isNotFound(cause)) throw cause
  const keyId = await targetOf(session, ref, cause)
  const { accountId, partition } = await session.identity().catch(() => {
    throw cause
  })
  const arn = `arn:${partition}:kms:${session.region}:${accountId}:key/${keyId}`
  const parts = await readParts(session, { keyId, arn })
  const { aliases, rotation, tags, lastUsage, grants } = parts
  if ([aliases, rotation, tags, lastUsage, grants].every((part) => part === null)) throw cause
  const unavailable = [{ field: 'metadata', code: errorCode(cause) }, ...parts.unavailable]
  const identity = { keyId, arn, accountId, region: session.region }
  return { ...identity, ...UNREAD_METADATA, ...parts, unavailable }
}

async function targetOf(session: Session, ref: KeyRef, cause: unknown): Promise<string> {
  if (ref.kind === 'id' || ref.kind === 'arn') return ref.id
  try {
    for await (const page of paginateListAliases({ client: session.kms }, {})) {
      const alias = page.Aliases?.find(({ AliasName }) => AliasName === ref.name)
      if (alias?.TargetKeyId !== undefined) return alias.TargetKeyId
    }
  } catch {
    // The list is refused too: the first refusal is the one to tell.
  }
  throw cause
}

/** The names of a key, sorted. */
export async function readAliases(session: Session, keyId: string): Promise<string[]> {
  const names: string[] = []
  for await (const page of paginateListAliases({ client: session.kms }, { KeyId: keyId })) {
    for (const { AliasName } of page.Aliases ?? [])
      if (AliasName !== undefined) names.push(AliasName)
  }
  return names.sort()
}

/** A key's tags, by name. */
export async function readTags(session: Session, arn: string): Promise<Record<string, string>> {
  const tags: [string, string][] = []
  for await (const page of paginateListResourceTags({ client: session.kms }, { KeyId: arn })) {
    for (const { TagKey, TagValue } of page.Tags ?? []) tags.push([TagKey ?? '', TagValue ?? ''])
  }
  return Object.fromEntries(tags.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The first page alone: it tells whether there are grants, and more. */
async function readGrants(session: Session, arn: string): Promise<Key['grants']> {
  const page = await session.kms.send(new ListGrantsCommand({ KeyId: arn }))
  return { count: page.Grants?.length ?? 0, more: page.Truncated === true }
}

/** What decides on a key's rotation; without it KMS alone is asked. */
type RotatingKey = Pick<KeyMetadata, 'arn'> & Partial<KeyMetadata>

/** Rotation as the contract shows it. Keys that cannot rotate cost no call. */
export async function readRotation(session: Session, key: RotatingKey): Promise<Rotation> {
  const known = key.keySpec === undefined ? undefined : rotationEligibility(key as KeyMetadata)
  if (known?.eligible === false && key.keyManager !== 'AWS') {
    return { ...NO_ROTATION, reason: known.reason }
  }
  const status = await session.kms.send(new GetKeyRotationStatusCommand({ KeyId: key.arn }))
  const suspended = isPendingDeletion(key.keyState ?? null)
    ? 'suspended because deletion is pending; cancelling the deletion restores it'
    : null
  return {
    eligible: known?.eligible ?? true,
    reason: known?.reason ?? suspended,
    enabled: status.KeyRotationEnabled === true,
    rotationPeriodInDays: status.RotationPeriodInDays ?? null,
    nextRotationDate: isoDate(status.NextRotationDate),
    onDemandRotationStartDate: isoDate(status.OnDemandRotationStartDate),
  }
}

const NO_ROTATION: Rotation = {
  eligible: false,
  reason: null,
  enabled: false,
  rotationPeriodInDays: null,
  nextRotationDate: null,
  onDemandRotationStartDate: null,
}

/**
 * When the key was last used. An empty answer means "unused" only for a key that was created after
 * KMS began to track (docs/facts/semantics.md, GetKeyLastUsage); for any other it means "unknown".
 */
export async function readLastUsage(session: Session, arn: string): Promise<LastUsage> {
  const answer = await session.kms.send(new GetKeyLastUsageCommand({ KeyId: arn }))
  const { KeyLastUsage, KeyCreationDate: created, TrackingStartDate: tracked } = answer
  const usedAt = KeyLastUsage?.Timestamp
  const wholeLife = created !== undefined && tracked !== undefined && created >= tracked
  return {
    status: usedAt !== undefined ? 'used' : wholeLife ? 'unused' : 'unknown',
    operation: KeyLastUsage?.Operation ?? null,
    timestamp: isoDate(usedAt),
    trackingStartDate: isoDate(tracked),
  }
}
