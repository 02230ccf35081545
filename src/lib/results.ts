/**
 * The shapes of what commands print under `--json` (contract, section 4). Dates are ISO 8601 in UTC.
 * Types only: every room may import this file, and it imports nothing but the shape of errors.
 */
import type { ErrorJson } from './errors.js'

/** What KMS says of a key's automatic and on-demand rotation. */
export interface Rotation {
  /** Whether this kind of key can rotate automatically. */
  eligible: boolean
  /** Why it cannot, or why what is shown is suspended; null otherwise. */
  reason: string | null
  enabled: boolean
  rotationPeriodInDays: number | null
  nextRotationDate: string | null
  onDemandRotationStartDate: string | null
}

export interface LastUsage {
  /** `unknown` is never `unused`: tracking may have begun after the key's last use. */
  status: 'used' | 'unused' | 'unknown'
  operation: string | null
  timestamp: string | null
  trackingStartDate: string | null
}

/** A part of a key that could not be read, and the code of the error that hid it. */
export interface Unavailable {
  field: string
  code: string
}

export interface RegionalKey {
  arn: string
  region: string
}

export interface MultiRegionConfiguration {
  multiRegionKeyType: 'PRIMARY' | 'REPLICA'
  primaryKey: RegionalKey
  replicaKeys: RegionalKey[]
}

/** What DescribeKey tells of a key. */
export interface KeyMetadata {
  keyId: string
  arn: string
  accountId: string
  region: string
  description: string
  keyState: string
  enabled: boolean
  keyManager: 'CUSTOMER' | 'AWS'
  keySpec: string
  keyUsage: string
  origin: string
  customKeyStoreId?: string
  multiRegion: boolean
  multiRegionConfiguration: MultiRegionConfiguration | null
  creationDate: string | null
  deletionDate: string | null
  pendingDeletionWindowInDays: number | null
}

/** What is known of a key even when DescribeKey is refused. */
type KeyIdentity = Pick<KeyMetadata, 'keyId' | 'arn' | 'accountId' | 'region'>

/** Metadata of which everything but the identity is null when DescribeKey is refused. */
type Readable<T> = { [K in keyof T]: K extends keyof KeyIdentity ? T[K] : T[K] | null }

/** Everything known of one key. A part that could not be read is null and named in `unavailable`. */
export interface Key extends Readable<KeyMetadata> {
  aliases: string[] | null
  rotation: Rotation | null
  tags: Record<string, string> | null
  lastUsage: LastUsage | null
  grants: { count: number; more: boolean } | null
  unavailable: Unavailable[]
}

/** A key as lists show it; its metadata is null where its policy lets nothing be read. */
export interface ListedKey extends Readable<KeyMetadata> {
  aliases: string[] | null
  /** With `--long`, as are those below; null where it could not be read. */
  rotation?: Rotation | null
  tags?: Record<string, string> | null
  monthlyCostUsd?: number
}

export interface KeyList {
  keys: ListedKey[]
  warnings: string[]
  /** With `--long`: when the list prices were looked up. */
  pricesAsOf?: string
}

export interface Alias {
  aliasName: string
  aliasArn: string
  targetKeyId: string | null
  creationDate: string | null
  lastUpdatedDate: string | null
}

export interface AliasList {
  aliases: Alias[]
}

export interface TagList {
  tags: Record<string, string>
}

export interface RotationStatus extends Rotation {
  history: { rotationDate: string | null; rotationType: string | null }[] | null
}

/** One call of AWS's, as `--dry-run` shows it and as it is sent. */
export interface PlannedCall {
  operation: string
  input: Record<string, unknown>
}

export interface DryRun {
  dryRun: true
  calls: PlannedCall[]
  warnings: string[]
  /** What a key that would be made costs. */
  price?: NewKeyPrice
}

/** List prices in US dollars, and when they were looked up. */
export interface Price {
  monthlyCostUsd: number
  pricesAsOf: string
}

/** What a key that would be made costs, and how much more after each of its first two rotations. */
export interface NewKeyPrice extends Price {
  perRotationUsd: number
}

export interface Change {
  changed: boolean
  key: Key
  warnings: string[]
}

/** One key of a change of several: what happened to it. */
export interface BatchItem {
  /** The KEY as it was given. */
  key: string
  keyId: string | null
  /** Null where the outcome is unknown. */
  changed: boolean | null
  error: ErrorJson | null
}

export interface Batch {
  results: BatchItem[]
  warnings: string[]
}

export interface Reason {
  code: string
  severity: 'danger' | 'caution' | 'info'
  message: string
}

/** The evidence for and against deleting a key. */
export interface DeletionCheck extends Price {
  key: Key
  verdict: 'safe' | 'unsafe' | 'unknown'
  reasons: Reason[]
}

/** Who calls, where the calls go, and what decided each of them. */
export interface WhoAmI {
  accountId: string
  arn: string
  userId: string
  partition: string
  region: string
  /** KMS's endpoint; `sandbox` where the embedded KMS answers in the process. */
  endpoint: string
  profile: string | null
  sources: { region: string; profile: string; credentials: string; endpoint: string }
  warnings: string[]
}

/** A key's policy, as KMS keeps it: the document itself. */
export interface KeyPolicy {
  Version?: string
  Id?: string
  Statement: unknown
}

/** The embedded KMS: its clock, its file, what is in it, by Region. */
export interface SandboxStatus {
  file: string | null
  now: string
  offsetDays: number
  accountId: string
  regions: Record<string, { keys: Record<string, number>; aliases: number }>
}

export interface SandboxServed {
  url: string
}

/** What a command that did not succeed prints. */
export interface Failure {
  error: ErrorJson
}
