import type { MultiRegionKey, KeyMetadata as SdkMetadata } from '@aws-sdk/client-kms'
import { KmsctlError } from '../../errors.js'
import type { KeyMetadata, MultiRegionConfiguration, RegionalKey } from '../../results.js'

/** An SDK date as the contract prints dates; null where AWS gave none. */
export function isoDate(date: Date | undefined): string | null {
  return date === undefined ? null : date.toISOString()
}

/**
 * DescribeKey's answer in kmsctl's shape.
 *
 * @throws KmsctlError `BadResponse` for an answer without the key's ID and ARN: the SDK lets an empty
 * 200 pass as success
 */
export function toKeyMetadata(
  metadata: SdkMetadata | undefined,
  operation = 'DescribeKey',
): KeyMetadata {
  if (metadata?.KeyId === undefined || metadata.Arn === undefined) {
    throw new KmsctlError('BadResponse', `the answer to ${operation} names no key`)
  }
  const [, , , region = '', account = ''] = metadata.Arn.split(':')
  return {
    keyId: metadata.KeyId,
    arn: metadata.Arn,
    accountId: metadata.AWSAccountId ?? account,
    region,
    description: metadata.Description ?? '',
    keyState: metadata.KeyState ?? (metadata.Enabled === true ? 'Enabled' : 'Disabled'),
    enabled: metadata.Enabled === true,
    keyManager: metadata.KeyManager === 'AWS' ? 'AWS' : 'CUSTOMER',
    keySpec: metadata.KeySpec ?? metadata.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT',
    keyUsage: metadata.KeyUsage ?? 'ENCRYPT_DECRYPT',
    origin: metadata.Origin ?? 'AWS_KMS',
    ...(metadata.CustomKeyStoreId === undefined
      ? {}
      : { customKeyStoreId: metadata.CustomKeyStoreId }),
    multiRegion: metadata.MultiRegion === true,
    multiRegionConfiguration: toMultiRegion(metadata.MultiRegionConfiguration),
    creationDate: isoDate(metadata.CreationDate),
    deletionDate: isoDate(metadata.DeletionDate),
    pendingDeletionWindowInDays: metadata.PendingDeletionWindowInDays ?? null,
  }
}

function toMultiRegion(
  configuration: SdkMetadata['MultiRegionConfiguration'],
): MultiRegionConfiguration | null {
  if (configuration?.MultiRegionKeyType === undefined) return null
  const regional = (key: MultiRegionKey | undefined): RegionalKey => ({
    arn: key?.Arn ?? '',
    region: key?.Region ?? '',
  })
  return {
    multiRegionKeyType: configuration.MultiRegionKeyType,
    primaryKey: regional(configuration.PrimaryKey),
    replicaKeys: (configuration.ReplicaKeys ?? []).map(regional),
  }
}

/** The replicas that a primary key still has; none for any other key. */
export function replicasOf(metadata: Pick<KeyMetadata, 'multiRegionConfiguration'>): RegionalKey[] {
  const configuration = metadata.multiRegionConfiguration
  return configuration?.multiRegionKeyType === 'PRIMARY' ? configuration.replicaKeys : []
}

export function isPendingDeletion(keyState: string | null): boolean {
  return keyState === 'PendingDeletion' || keyState === 'PendingReplicaDeletion'
}
