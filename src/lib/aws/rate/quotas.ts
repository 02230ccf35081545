/**
 * How often KMS lets an operation be called: requests a second, account and Region, as AWS sets them for
 * new accounts (Developer Guide, requests-per-second; docs/facts/quotas.md). Most can be raised, and other
 * programs use the same quota: these are where a run begins, not what it holds on to.
 */
const PER_SECOND: readonly (readonly [rate: number, operations: readonly string[]])[] = [
  [1, ['GetParametersForImport']],
  [
    5,
    [
      'CreateKey',
      'CreateAlias',
      'UpdateAlias',
      'EnableKey',
      'DisableKey',
      'DisableKeyRotation',
      'RotateKeyOnDemand',
      'CancelKeyDeletion',
      'UpdateKeyDescription',
      'UntagResource',
      'ReplicateKey',
      'UpdatePrimaryRegion',
      'GetKeyLastUsage',
    ],
  ],
  [10, ['TagResource']],
  [
    15,
    [
      'DeleteAlias',
      'EnableKeyRotation',
      'PutKeyPolicy',
      'ScheduleKeyDeletion',
      'ImportKeyMaterial',
      'DeleteImportedKeyMaterial',
    ],
  ],
  [50, ['CreateGrant', 'RetireGrant', 'RevokeGrant']],
  [100, ['ListGrants', 'ListKeyPolicies', 'ListKeyRotations', 'ListRetirableGrants']],
  [500, ['ListKeys', 'ListAliases']],
  [1000, ['GetKeyPolicy', 'GetKeyRotationStatus']],
  [2000, ['DescribeKey', 'GetPublicKey', 'ListResourceTags']],
]

/** An operation that the table does not name is taken for one of the slow ones. */
const UNLISTED = 5

const QUOTAS: ReadonlyMap<string, number> = new Map(
  PER_SECOND.flatMap(([rate, operations]) => operations.map((name) => [name, rate] as const)),
)

/** Requests a second that KMS allows of an operation, unless the account's quota was raised. */
export function quotaOf(operation: string): number {
  return QUOTAS.get(operation) ?? UNLISTED
}
