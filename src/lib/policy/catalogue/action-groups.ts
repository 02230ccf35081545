/**
 * What each action of KMS is for: to administer a key, to use it, to grant its use, to delete it or to
 * read what it is. Every action is in one group. Source: "Default key policy" (administrators, users,
 * grants for AWS resources) and "AWS KMS permissions" in the KMS Developer Guide; the API Reference for
 * what works on which keys.
 */

/** The groups, in the order in which they are shown. */
export const ACTION_GROUPS = ['administer', 'use', 'grant', 'delete', 'read'] as const

export type ActionGroup = (typeof ACTION_GROUPS)[number]

/** What is known of the key that a policy is of; what is not known rules nothing out. */
export interface KeyFacts {
  readonly keySpec?: string
  readonly keyUsage?: string
  readonly origin?: string
  readonly multiRegion?: boolean
}

type Applies = (key: KeyFacts) => boolean

const always: Applies = () => true
/** A permission that AWS checks of itself and nobody needs. */
const never: Applies = () => false
const ofUsage =
  (...usages: string[]): Applies =>
  ({ keyUsage }) =>
    keyUsage === undefined || usages.includes(keyUsage)
const symmetric: Applies = ({ keySpec }) => keySpec === undefined || keySpec === 'SYMMETRIC_DEFAULT'
const publicKeys: Applies = ({ keySpec }) =>
  keySpec === undefined || !/^(?:SYMMETRIC_|HMAC_)/.test(keySpec)
const imported: Applies = ({ origin }) => origin === undefined || origin === 'EXTERNAL'
const multiRegion: Applies = (key) => key.multiRegion !== false
const encryption = ofUsage('ENCRYPT_DECRYPT')
const signing = ofUsage('SIGN_VERIFY')
const macs = ofUsage('GENERATE_VERIFY_MAC')
const encapsulation = ofUsage('ENCAPSULATE_DECAPSULATE')

/** By action, without `kms:`: its group, and the keys that it works on. */
const TABLE: Readonly<Record<string, readonly [ActionGroup, Applies]>> = {
  CancelKeyDeletion: ['administer', always],
  ConnectCustomKeyStore: ['administer', always],
  CreateAlias: ['administer', always],
  CreateCustomKeyStore: ['administer', always],
  CreateKey: ['administer', always],
  DeleteAlias: ['administer', always],
  DeleteCustomKeyStore: ['administer', always],
  DisableKey: ['administer', always],
  DisableKeyRotation: ['administer', symmetric],
  DisconnectCustomKeyStore: ['administer', always],
  EnableKey: ['administer', always],
  EnableKeyRotation: ['administer', symmetric],
  GetParametersForImport: ['administer', imported],
  ImportKeyMaterial: ['administer', imported],
  PutKeyPolicy: ['administer', always],
  ReplicateKey: ['administer', multiRegion],
  RotateKeyOnDemand: ['administer', symmetric],
  SynchronizeMultiRegionKey: ['administer', never],
  TagResource: ['administer', always],
  UntagResource: ['administer', always],
  UpdateAlias: ['administer', always],
  UpdateCustomKeyStore: ['administer', always],
  UpdateKeyDescription: ['administer', always],
  UpdatePrimaryRegion: ['administer', multiRegion],

  Decapsulate: ['use', encapsulation],
  Decrypt: ['use', encryption],
  DeriveSharedSecret: ['use', ofUsage('KEY_AGREEMENT')],
  Encapsulate: ['use', encapsulation],
  Encrypt: ['use', encryption],
  GenerateDataKey: ['use', symmetric],
  GenerateDataKeyPair: ['use', symmetric],
  GenerateDataKeyPairWithoutPlaintext: ['use', symmetric],
  GenerateDataKeyWithoutPlaintext: ['use', symmetric],
  GenerateMac: ['use', macs],
  GenerateRandom: ['use', always],
  ReEncryptFrom: ['use', encryption],
  ReEncryptTo: ['use', encryption],
  Sign: ['use', signing],
  Verify: ['use', signing],
  VerifyMac: ['use', macs],

  CreateGrant: ['grant', always],
  RetireGrant: ['grant', always],
  RevokeGrant: ['grant', always],

  DeleteImportedKeyMaterial: ['delete', imported],
  ScheduleKeyDeletion: ['delete', always],

  DescribeCustomKeyStores: ['read', always],
  DescribeKey: ['read', always],
  GetKeyLastUsage: ['read', always],
  GetKeyPolicy: ['read', always],
  GetKeyRotationStatus: ['read', always],
  GetPublicKey: ['read', publicKeys],
  ListAliases: ['read', always],
  ListGrants: ['read', always],
  ListKeyPolicies: ['read', always],
  ListKeyRotations: ['read', always],
  ListKeys: ['read', always],
  ListResourceTags: ['read', always],
  ListRetirableGrants: ['read', always],
}

/** The group of an action, or null for one that KMS does not have. */
export function groupOf(action: string): ActionGroup | null {
  return entryOf(action)?.[0] ?? null
}

/** Whether an action can be done with a key of this kind. */
export function worksOn(action: string, key: KeyFacts): boolean {
  return entryOf(action)?.[1](key) ?? false
}

function entryOf(action: string): readonly [ActionGroup, Applies] | undefined {
  const name = action.replace(/^kms:/, '')
  return Object.hasOwn(TABLE, name) ? TABLE[name] : undefined
}
