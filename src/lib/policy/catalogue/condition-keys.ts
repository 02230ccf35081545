/**
 * The condition keys of KMS. Source: "AWS KMS condition keys" in the KMS Developer Guide and the Service
 * Authorization Reference (docs/facts/condition-keys.csv, to which a test holds this).
 */

/** One condition key. A name ends in `${…}` or `<…>` where the rest of it is free. */
export interface ConditionKey {
  readonly name: string
  readonly type: 'String' | 'Bool' | 'Numeric' | 'ARN' | 'Date'
  /** Multivalued keys need ForAnyValue or ForAllValues. */
  readonly multivalued: boolean
  /** Without effect in a key policy. */
  readonly iamOnly?: true
}

const key = (name: string, type: ConditionKey['type'] = 'String'): ConditionKey => ({
  name: `kms:${name}`,
  type,
  multivalued: false,
})

/** KMS's condition keys, by their names. */
export const KMS_CONDITION_KEYS: readonly ConditionKey[] = [
  key('BypassPolicyLockoutSafetyCheck', 'Bool'),
  key('CallerAccount'),
  key('CustomerMasterKeySpec'),
  key('CustomerMasterKeyUsage'),
  key('DataKeyPairSpec'),
  key('EncryptionAlgorithm'),
  key('EncryptionContext:${Key}'),
  { ...key('EncryptionContextKeys'), multivalued: true },
  key('ExpirationModel'),
  key('GrantConstraintSourceArn', 'ARN'),
  key('GrantConstraintType'),
  key('GranteePrincipal'),
  key('GranteeServicePrincipal'),
  key('GrantIsForAWSResource', 'Bool'),
  { ...key('GrantOperations'), multivalued: true },
  key('KeyAgreementAlgorithm'),
  key('KeyOrigin'),
  key('KeySpec'),
  key('KeyUsage'),
  key('MacAlgorithm'),
  key('MessageType'),
  key('MultiRegion', 'Bool'),
  key('MultiRegionKeyType'),
  key('PrimaryRegion'),
  key('RecipientAttestation:ImageSha384'),
  key('RecipientAttestation:NitroTPMPCR<PCR_ID>'),
  key('RecipientAttestation:PCR<PCR_ID>'),
  key('ReEncryptOnSameKey', 'Bool'),
  key('ReplicaRegion'),
  key('RequestAlias'),
  { ...key('ResourceAliases'), multivalued: true, iamOnly: true },
  key('RetiringPrincipal'),
  key('RetiringServicePrincipal'),
  key('RotationPeriodInDays', 'Numeric'),
  key('ScheduleKeyDeletionPendingWindowInDays', 'Numeric'),
  key('SigningAlgorithm'),
  key('TrailingDaysWithoutKeyUsage', 'Numeric'),
  key('ValidTo', 'Date'),
  key('ViaService'),
  key('WrappingAlgorithm'),
  key('WrappingKeySpec'),
]
