/** KeyMetadata, as CreateKey, DescribeKey and ReplicateKey return it. */

import { algorithms } from '../crypto/index.js'
import {
  ACCOUNT_ID,
  currentMaterial,
  isSymmetric,
  type Key,
  relatedKeys,
  type State,
} from '../model/model.js'
import { seconds } from './request-context.js'

export function keyMetadata(state: State, key: Key): object {
  const { encryption, signing, mac, keyAgreement } = algorithms(key.keySpec, key.keyUsage)
  const pending = key.deletion
  const material = isSymmetric(key) ? currentMaterial(key) : undefined
  return {
    AWSAccountId: ACCOUNT_ID,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: seconds(key.createdAt),
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: key.keyUsage,
    KeyState: key.state,
    ...(pending !== null &&
      pending.deleteAt !== null && { DeletionDate: seconds(pending.deleteAt) }),
    Origin: key.origin,
    KeyManager: key.manager,
    CustomerMasterKeySpec: key.keySpec,
    KeySpec: key.keySpec,
    ...(encryption.length > 0 && { EncryptionAlgorithms: encryption }),
    ...(signing.length > 0 && { SigningAlgorithms: signing }),
    ...(mac.length > 0 && { MacAlgorithms: mac }),
    ...(keyAgreement.length > 0 && { KeyAgreementAlgorithms: keyAgreement }),
    MultiRegion: key.multiRegion !== null,
    ...(key.multiRegion !== null && { MultiRegionConfiguration: configuration(state, key) }),
    ...(pending !== null &&
      pending.deleteAt === null && { PendingDeletionWindowInDays: pending.windowInDays }),
    ...(material !== undefined && { CurrentKeyMaterialId: material.id }),
  }
}

function configuration(state: State, key: Key): object {
  const related = relatedKeys(state, key.keyId).sort((a, b) => (a.region < b.region ? -1 : 1))
  const place = (other: Key) => ({ Arn: other.arn, Region: other.region })
  const primary = related.find((other) => other.multiRegion === 'PRIMARY')
  return {
    MultiRegionKeyType: key.multiRegion,
    ...(primary !== undefined && { PrimaryKey: place(primary) }),
    ReplicaKeys: related.filter((other) => other.multiRegion === 'REPLICA').map(place),
  }
}
