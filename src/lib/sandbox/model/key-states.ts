/**
 * Which operation works in which key state.
 *
 * Source: AWS KMS Developer Guide, "Key states of AWS KMS keys", in the copy described in
 * docs/facts/key-states.md. What is not listed here works. The sentences are the guide's footnotes.
 *
 * Choices of the sandbox where the guide leaves one:
 * - "DisabledException or KMSInvalidStateException" for a key pending deletion:
 *   KMSInvalidStateException, always.
 * - "DisabledException or UnsupportedOperationException" of the rotation operations: origin
 *   and spec decide first (rotatable.ts), the state afterwards, and last of all whether a
 *   multi-Region key is the primary.
 * - Unknown cells (operations younger than the copy of the guide): RotateKeyOnDemand is refused
 *   as EnableKeyRotation is in PendingDeletion, PendingReplicaDeletion and Creating, is
 *   unsupported in Unavailable (only custom key stores get there) and works in Updating.
 *   ListKeyRotations and GetKeyLastUsage only read, and work in every state.
 * - Cells marked n/a, because asymmetric keys had no imported material in 2023: PendingImport and
 *   Unavailable refuse every cryptographic operation alike.
 * - ReplicateKey in Unavailable (n/a: a multi-Region key is in no custom key store): refused.
 */

import { ServiceError } from '../http/service-error.js'
import type { Key, KeyState } from './model.js'

interface Refusal {
  code: 'DisabledException' | 'KMSInvalidStateException'
  /** What follows the key's ARN. */
  sentence: string
}

const invalid = (sentence: string): Refusal => ({ code: 'KMSInvalidStateException', sentence })

const disabled: Refusal = { code: 'DisabledException', sentence: 'is disabled.' }
const pendingDeletion = invalid('is pending deletion.')
const pendingReplicaDeletion = invalid('is pending replica deletion.')
const pendingImport = invalid('is pending import.')
const unavailable = invalid('is unavailable.')
const creating = invalid('is creating.')
const updating = invalid('is updating.')
const notPendingDeletion = invalid('is not pending deletion.')

type Row = Partial<Record<KeyState, Refusal>>

const anywhere: Row = {}

/** Tags, aliases, description: everything but a key on its way out. */
const unlessPendingDeletion: Row = {
  PendingDeletion: pendingDeletion,
  PendingReplicaDeletion: pendingReplicaDeletion,
}

const cryptographic: Row = {
  ...unlessPendingDeletion,
  Disabled: disabled,
  PendingImport: pendingImport,
  Unavailable: unavailable,
  Creating: creating,
}

/** Unavailable: [12] succeeds, but nothing changes until the key store is back. */
const switching: Row = {
  ...unlessPendingDeletion,
  PendingImport: pendingImport,
  Creating: creating,
  Updating: updating,
}

const rotating: Row = { ...unlessPendingDeletion, Disabled: disabled, Creating: creating }

const rules: Record<string, Row> = {
  CancelKeyDeletion: {
    Creating: notPendingDeletion,
    Disabled: notPendingDeletion,
    Enabled: notPendingDeletion,
    PendingImport: notPendingDeletion,
    Unavailable: notPendingDeletion,
    Updating: notPendingDeletion,
  },
  CreateAlias: unlessPendingDeletion,
  CreateGrant: {
    ...unlessPendingDeletion,
    Disabled: disabled,
    PendingImport: pendingImport,
    Creating: creating,
  },
  Decrypt: cryptographic,
  // [10] asked of the new target; the key that the alias leaves may be in any state.
  UpdateAlias: unlessPendingDeletion,
  DeleteAlias: anywhere,
  DescribeKey: anywhere,
  DisableKey: switching,
  DisableKeyRotation: rotating,
  EnableKey: switching,
  EnableKeyRotation: rotating,
  Encrypt: cryptographic,
  GenerateDataKey: cryptographic,
  GenerateDataKeyWithoutPlaintext: cryptographic,
  GenerateMac: cryptographic,
  GetKeyLastUsage: anywhere,
  GetKeyPolicy: anywhere,
  GetKeyRotationStatus: anywhere,
  GetPublicKey: cryptographic,
  ListAliases: anywhere,
  ListGrants: anywhere,
  ListKeyPolicies: anywhere,
  ListKeyRotations: anywhere,
  ListResourceTags: anywhere,
  PutKeyPolicy: anywhere,
  ReEncrypt: cryptographic,
  ReplicateKey: { ...cryptographic, Updating: updating },
  RetireGrant: anywhere,
  RevokeGrant: anywhere,
  RotateKeyOnDemand: { ...rotating, PendingImport: pendingImport },
  ScheduleKeyDeletion: { ...unlessPendingDeletion, Updating: updating },
  Sign: cryptographic,
  TagResource: unlessPendingDeletion,
  UntagResource: unlessPendingDeletion,
  UpdateKeyDescription: unlessPendingDeletion,
  Verify: cryptographic,
  VerifyMac: cryptographic,
}

/** Refuses an operation that the key's state forbids. */
export function requireState(operation: string, key: Key): void {
  const row = rules[operation]
  if (row === undefined) throw new Error(`no rule for ${operation} in the key-state table`)
  const refusal = row[key.state]
  if (refusal !== undefined) {
    throw new ServiceError(refusal.code, `${key.arn} ${refusal.sentence}`)
  }
}
