import type { Session } from '../../aws/session.js'
import type { KeyMetadata, ListedKey } from '../../results.js'
import { readLastUsage, readRotation, readTags } from '../key/describe.js'
import { countRotations, hasHistory } from '../rotation/rotation.js'
import { monthlyCostUsd } from '../rules/price.js'

/** What is read of each key of a list besides its metadata: only what was asked for is sent. */
export interface KeyParts {
  /** Rotation and tags: GetKeyRotationStatus, ListResourceTags. */
  readonly long?: boolean | undefined
  /** The price a month: ListKeyRotations, for keys that can have been rotated. */
  readonly price?: boolean | undefined
  /** The last use: GetKeyLastUsage. */
  readonly lastUsed?: boolean | undefined
}

/** The parts asked for that KMS tells so slowly that somebody should know before (docs/facts/quotas.md). */
export function slowParts({ price, lastUsed }: KeyParts): { part: string; operation: string }[] {
  return [
    ...(price ? [{ part: 'price', operation: 'ListKeyRotations' }] : []),
    ...(lastUsed ? [{ part: 'last use', operation: 'GetKeyLastUsage' }] : []),
  ]
}

/**
 * The parts asked for. One that cannot be read is null.
 *
 * @param tags where they are known already
 * @param unread told of each part that could not be read; may throw what ends the list
 */
export async function readListParts(
  session: Session,
  key: KeyMetadata,
  tags: Record<string, string> | null,
  { long, price, lastUsed }: KeyParts,
  unread: (part: string, error: unknown) => void,
): Promise<Partial<ListedKey>> {
  const part = async <T>(name: string, read: () => Promise<T>): Promise<T | null> => {
    try {
      return await read()
    } catch (error) {
      unread(name, error)
      return null
    }
  }
  const [rotation, read, cost, lastUsage] = await Promise.all([
    long ? part('rotation', () => readRotation(session, key)) : undefined,
    long ? (tags ?? part('tags', () => readTags(session, key.arn))) : undefined,
    price ? costOf(session, key) : undefined,
    lastUsed ? part('last use', () => readLastUsage(session, key.arn)) : undefined,
  ])
  return {
    ...(rotation === undefined ? {} : { rotation }),
    ...(read === undefined ? {} : { tags: read }),
    ...(cost === undefined ? {} : { monthlyCostUsd: cost }),
    ...(lastUsage === undefined ? {} : { lastUsage }),
  }
}

/** Rotations are asked for only where the price depends on them. */
async function costOf(session: Session, key: KeyMetadata): Promise<number> {
  const { keyManager, keyState } = key
  const least = monthlyCostUsd({ keyManager, keyState, rotations: 0 })
  if (least === 0 || !hasHistory(key)) return least
  return monthlyCostUsd({ keyManager, keyState, rotations: await countRotations(session, key) })
}
