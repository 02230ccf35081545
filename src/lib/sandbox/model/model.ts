/**
 * The sandbox's state, as it lies in its file. Everything is plain JSON: dates are milliseconds
 * since 1970, what is absent is null.
 */
import type { Material } from '../crypto/index.js'

/** The form of the state file. A reader refuses a greater number; see state-store.ts. */
export const FORMAT = 1

export const ACCOUNT_ID = '000000000000'

export const DAY = 24 * 60 * 60 * 1000

export type KeyState =
  | 'Creating'
  | 'Enabled'
  | 'Disabled'
  | 'PendingDeletion'
  | 'PendingImport'
  | 'PendingReplicaDeletion'
  | 'Unavailable'
  | 'Updating'

export interface StoredMaterial extends Material {
  /** Null for the first material of a key, which no rotation made. */
  rotatedAt: number | null
  rotationType: 'AUTOMATIC' | 'ON_DEMAND' | null
}

export interface Rotation {
  enabled: boolean
  periodInDays: number
  nextAt: number | null
  /** Set while an on-demand rotation is in progress. */
  onDemandStartedAt: number | null
  /** Of the 25 that a key has in its life. */
  onDemandCount: number
}

export interface Deletion {
  windowInDays: number
  /** Null while a multi-Region primary waits for its last replica to go. */
  deleteAt: number | null
}

export interface Tag {
  key: string
  value: string
}

export interface Grant {
  grantId: string
  name: string | null
  createdAt: number
  granteePrincipal: string | null
  granteeServicePrincipal: string | null
  retiringPrincipal: string | null
  retiringServicePrincipal: string | null
  operations: string[]
  constraints: GrantConstraints | null
}

export interface GrantConstraints {
  EncryptionContextSubset?: Record<string, string>
  EncryptionContextEquals?: Record<string, string>
  SourceArn?: string
}

interface LastUsage {
  operation: string
  at: number
  eventId: string
  requestId: string
}

export interface Key {
  keyId: string
  arn: string
  region: string
  createdAt: number
  description: string
  keySpec: string
  keyUsage: string
  origin: string
  manager: 'AWS' | 'CUSTOMER'
  state: KeyState
  /** When a key that is Creating will be ready. */
  readyAt: number | null
  multiRegion: 'PRIMARY' | 'REPLICA' | null
  policy: string
  tags: Tag[]
  /** Oldest first; the last one is current. Empty where material was never imported. */
  materials: StoredMaterial[]
  /** Of a replica: unused, its primary's counts. */
  rotation: Rotation
  deletion: Deletion | null
  grants: Grant[]
  lastUsage: LastUsage | null
}

export interface Alias {
  name: string
  arn: string
  /** Null for an alias that AWS reserved and has not yet given a key. */
  targetKeyId: string | null
  createdAt: number | null
  updatedAt: number | null
}

export interface Region {
  keys: Record<string, Key>
  aliases: Record<string, Alias>
}

export interface State {
  format: number
  /** What `advance` has added to the real clock, in milliseconds. */
  clockOffset: number
  regions: Record<string, Region>
}

export function emptyState(): State {
  return { format: FORMAT, clockOffset: 0, regions: {} }
}

export function noRotation(): Rotation {
  return {
    enabled: false,
    periodInDays: 365,
    nextAt: null,
    onDemandStartedAt: null,
    onDemandCount: 0,
  }
}

/** The keys that share one key ID: one of a single-Region key, primary and replicas of the others. */
export function relatedKeys(state: State, keyId: string): Key[] {
  const related: Key[] = []
  for (const region of Object.values(state.regions)) {
    const key = region.keys[keyId]
    if (key !== undefined) related.push(key)
  }
  return related
}

/** The key whose rotation settings count: itself, or the primary of a replica. */
export function leaderOf(state: State, key: Key): Key {
  if (key.multiRegion !== 'REPLICA') return key
  return relatedKeys(state, key.keyId).find((other) => other.multiRegion === 'PRIMARY') ?? key
}

export function currentMaterial(key: Key): StoredMaterial | undefined {
  return key.materials.at(-1)
}

/** Only symmetric encryption keys have several materials, and show their identifiers. */
export function isSymmetric(key: Key): boolean {
  return key.keySpec === 'SYMMETRIC_DEFAULT'
}
