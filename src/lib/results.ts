/**
 * The shapes of what commands print under `--json` (contract 4). Dates are ISO 8601 in UTC.
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
  /** With `--long`, as are the tags; null where it could not be read. */
  rotation?: Rotation | null
  tags?: Record<string, string> | null
  /** With `--price`. */
  monthlyCostUsd?: number
  /** With `--last-used`. */
  lastUsage?: LastUsage | null
}

/** What stands beside the keys of a list. */
export interface KeyListEnd {
  warnings: string[]
  /** With `--price`: when the list prices were looked up. */
  pricesAsOf?: string
  /** Where several Regions were asked: how each of them answered. */
  regions?: RegionOutcome[]
}

export interface RegionOutcome {
  region: string
  /** What kept its keys, or some of them, from being listed. */
  error: ErrorJson | null
}

export interface KeyList extends KeyListEnd {
  keys: ListedKey[]
  /** What ended the list before all keys were in it. */
  error?: ErrorJson
}

/** Everything known of several keys, in the order in which they were given. */
export interface KeyDescriptions {
  keys: Key[]
  warnings: string[]
  /** The KEYs that could not be described. */
  errors: { key: string; error: ErrorJson }[]
  /** What ended the list before all keys were in it. */
  error?: ErrorJson
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

/** What has become of a creation that did not finish. */
export interface RecoveredClaim {
  token: string
  keyId: string | null
  /** The name that the key was to get; the first of several. */
  alias: string | null
  state: /** The key has all that was asked for. */
    | 'finished'
    /** The key lacks something that could not be done now. */
    | 'open'
    /** The names of the key are other keys' by now. */
    | 'surplus'
    /** No key is found, and there may be one. */
    | 'unknown'
    /** There certainly is no key. */
    | 'none'
    /** The key is pending deletion, or deleted. */
    | 'given-up'
    /** Another run works on it now. */
    | 'running'
    /** With `--scan`: a key with a claim tag and no name, of which this journal knows nothing. */
    | 'unnamed'
    /** The key has another name than it was to get. */
    | 'adopted'
    | 'forgotten'
  /** The command to run next; null where there is nothing to do. */
  next: string | null
}

export interface Recovery {
  claims: RecoveredClaim[]
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

/** What a change would do to one of several keys. */
export interface PlannedItem {
  key: string
  keyId: string | null
  /** False where it is so already. */
  changes: boolean
  /** Why it cannot be done; null where it can. */
  problem: string | null
}

/** A question that must be answered before a change (contract 6.3). */
export type Confirmation =
  | {
      readonly kind: 'yes'
      readonly question: string
      /** What would become of each of several keys, shown to whoever is asked. */
      readonly preview?: readonly PlannedItem[]
    }
  | {
      readonly kind: 'typed'
      /** What is about to happen, shown before the question. */
      readonly question: string
      /** What a person has to type: the alias, or the ID where there is none. */
      readonly expected: string
      /** What `--confirm` has to name: the key's ID. */
      readonly keyId: string
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

/** An AWS service of the catalogue, and what it asks a key policy for. */
export interface PolicyService {
  /** As `--service` names it. */
  name: string
  title: string
  /** Who calls KMS, in words. */
  calledBy: string
  /** The one kind of key that the service works with. */
  key: {
    inWords: string
    keySpec: string
    keyUsage: string
    /** The only Region that the key may be in; null: any. */
    region: string | null
    singleRegion: boolean
  }
  uses: ServiceUse[]
  /** What to know before using it. */
  notes: string[]
}

/** One way in which a service uses keys. */
export interface ServiceUse {
  purpose: string
  /** What the ARN of `--service NAME=SOURCE_ARN` names; null for the use without one. */
  source: {
    what: string
    example: string
    /** Where it decides: the service principal by the service that the ARN names. */
    publishers: Record<string, string>
  } | null
  /** A command line that makes a key for it. */
  example: string
  /** The statements, with names in capitals for what the key, the account or the ARN tells. */
  statements: Record<string, unknown>[]
  /** The address of the page that the statements are from. */
  documentation: string
}

export interface PolicyServices {
  services: PolicyService[]
}

/** One thing that a linter found in a policy. */
export interface Finding {
  /** The rule's ID, in kebab case: docs/reference/policy-rules.md has them all. */
  rule: string
  severity: 'error' | 'warning' | 'note'
  /** The statement's number, from 1; null where the whole document is meant. */
  statement: number | null
  sid: string | null
  message: string
  fix: string
}

export interface PolicyLint {
  findings: Finding[]
}

/** A statement of a policy: its number in the document, from 1, and its Sid. */
export interface StatementRef {
  number: number
  sid: string | null
}

/** A principal as a policy names it. */
export interface PolicyPrincipal {
  /** An ARN, a service's name; `*` is everybody. An account is its root's ARN. */
  principal: string
  /** `AWS`, `Service`, `Federated`, `CanonicalUser`. */
  kind: string
}

/** Who gained or lost which actions. */
export interface AccessChange extends PolicyPrincipal {
  /** The principal itself, all of an account whom no statement names, or everybody. */
  scope: 'principal' | 'account' | 'everybody'
  /** Of everybody: those whom statements name and who gain, or lose, nothing by this one. */
  except: PolicyPrincipal[]
  /** Every one, in AWS's spelling. */
  actions: string[]
  /** The same in short: `kms:*`, `kms:Encrypt, kms:GenerateDataKey*`. */
  summary: string
  /** In words. All of them must hold; none where the access is without condition. */
  conditions: string[]
  /** In words: where what was gained was there already, or what was lost remains. One is enough. */
  unless: string[]
}

/** What differs between a policy and another: one statement, or the document's own elements. */
export interface PolicyChange {
  kind: 'added' | 'removed' | 'changed' | 'document'
  /** The statement before; null where there was none. */
  before: StatementRef | null
  after: StatementRef | null
  /** `Allow` or `Deny`, as the statement after (before, where it was removed) has it. */
  effect: string | null
  gains: AccessChange[]
  losses: AccessChange[]
  /** What else there is to know, in words. */
  notes: string[]
}

/** What differs between two policies, by meaning. */
export interface PolicyDiff {
  equal: boolean
  changes: PolicyChange[]
  /** With `--text`: the lines of a unified diff of the two, both written in one spelling. */
  text?: string[]
}

/** A policy that a key had, as it was kept before a command replaced it. */
export interface PolicyVersion {
  number: number
  keptAt: string
  /** The ARN of who was about to replace it; null where STS could not be asked. */
  by: string | null
  /** The command that was about to replace it. */
  command: string
  /** Null where the text is no policy document. */
  statements: number | null
  characters: number
  /** Whether the key's present policy means the same; null where that could not be read. */
  present: boolean | null
}

/** The policies that are kept of a key, the oldest first. KMS itself keeps only the present one. */
export interface PolicyVersions {
  keyId: string
  arn: string
  versions: PolicyVersion[]
  warnings: string[]
}

/** What a statement says, of one principal or of several. */
export interface PolicyRule {
  statement: StatementRef
  /** Every one, in AWS's spelling. */
  actions: string[]
  /** The same in short. */
  summary: string
  /** In words. All of them must hold. */
  conditions: string[]
  /** Whether it leaves it to IAM policies of the account, which must allow it too. */
  iam: boolean
}

/** How much of what there is to do of one kind with the key. */
export interface Extent {
  extent: 'all' | 'some' | 'none'
  /** Whether any of it depends on conditions. */
  conditional: boolean
}

/**
 * What a key's policy lets a principal do. What it leaves to IAM policies of an account is told of the
 * account, and not again of its principals.
 */
export interface PrincipalAccess extends PolicyPrincipal {
  /** The principal itself, all of an account whom no statement names, or everybody. */
  scope: 'principal' | 'account' | 'everybody'
  administer: Extent
  use: Extent
  grant: Extent
  delete: Extent
  read: Extent
  allowed: PolicyRule[]
  denied: PolicyRule[]
}

/** A Deny statement: it wins over whatever allows. */
export interface PolicyDenial extends PolicyRule {
  principals: PolicyPrincipal[]
  /** Whether it is about everybody but those principals. */
  allBut: boolean
}

/** Who may do what with a key by its policy. */
export interface PolicyExplanation {
  principals: PrincipalAccess[]
  denies: PolicyDenial[]
  /** What else there is to know, in words. */
  notes: string[]
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

export interface CompletionScript {
  shell: 'bash' | 'zsh' | 'fish'
  /** The script as it is sourced. */
  script: string
}
