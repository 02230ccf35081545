/**
 * The actions of KMS. Source: "AWS KMS permissions" in the KMS Developer Guide, with what the Service
 * Authorization Reference has besides (docs/facts/actions.csv and docs/facts/actions.md, to which a test holds this), and
 * the API Reference for Encapsulate and Decapsulate.
 */

/** One action of KMS, as a policy names it. */
export interface KmsAction {
  /** `kms:Encrypt`, in AWS's own spelling. */
  readonly name: string
  /** Where a statement with it has an effect: `key` policies, `iam` policies alone, or needed in `both`. */
  readonly policy: 'key' | 'iam' | 'both'
  /** Whether principals of other accounts can use it. */
  readonly crossAccount: boolean
  /** KMS's own and AWS's condition keys that come with it, besides those of every action on a key. */
  readonly conditionKeys: readonly string[]
}

/** The condition keys that come with every action on a key. */
export const KEY_CONDITION_KEYS: readonly string[] = [
  'aws:ResourceTag/${TagKey}',
  'kms:CallerAccount',
  'kms:KeyOrigin',
  'kms:KeySpec',
  'kms:KeyUsage',
  'kms:MultiRegion',
  'kms:MultiRegionKeyType',
  'kms:ResourceAliases',
  'kms:ViaService',
]

const CONTEXT = ['kms:EncryptionContext:${Key}', 'kms:EncryptionContextKeys']
const CRYPTO = ['kms:EncryptionAlgorithm', 'kms:RequestAlias', ...CONTEXT]
const ATTESTED = [
  'kms:RecipientAttestation:ImageSha384',
  'kms:RecipientAttestation:NitroTPMPCR<PCR_ID>',
  'kms:RecipientAttestation:PCR<PCR_ID>',
]
const REQUEST_TAGS = ['aws:RequestTag/${TagKey}', 'aws:TagKeys']

const action =
  (policy: KmsAction['policy'], crossAccount: boolean) =>
  (name: string, ...conditionKeys: string[]): KmsAction => ({
    name: `kms:${name}`,
    policy,
    crossAccount,
    conditionKeys,
  })
const local = action('key', false)
const shared = action('key', true)
const iam = action('iam', false)
const both = action('both', false)

/** Every action of KMS, by its name. */
export const KMS_ACTIONS: readonly KmsAction[] = [
  local('CancelKeyDeletion'),
  iam('ConnectCustomKeyStore'),
  both('CreateAlias'),
  iam('CreateCustomKeyStore'),
  shared(
    'CreateGrant',
    ...CONTEXT,
    'kms:GrantConstraintSourceArn',
    'kms:GrantConstraintType',
    'kms:GrantIsForAWSResource',
    'kms:GrantOperations',
    'kms:GranteePrincipal',
    'kms:GranteeServicePrincipal',
    'kms:RetiringPrincipal',
    'kms:RetiringServicePrincipal',
  ),
  iam('CreateKey', ...REQUEST_TAGS, 'kms:BypassPolicyLockoutSafetyCheck'),
  shared('Decapsulate', 'kms:RequestAlias'),
  shared('Decrypt', ...CRYPTO, ...ATTESTED),
  both('DeleteAlias'),
  iam('DeleteCustomKeyStore'),
  local('DeleteImportedKeyMaterial'),
  shared('DeriveSharedSecret', 'kms:KeyAgreementAlgorithm', 'kms:RequestAlias', ...ATTESTED),
  iam('DescribeCustomKeyStores'),
  shared('DescribeKey', 'kms:RequestAlias'),
  local('DisableKey', 'kms:TrailingDaysWithoutKeyUsage'),
  local('DisableKeyRotation'),
  iam('DisconnectCustomKeyStore'),
  local('EnableKey'),
  local('EnableKeyRotation', 'kms:RotationPeriodInDays'),
  shared('Encapsulate', 'kms:RequestAlias'),
  shared('Encrypt', ...CRYPTO),
  shared('GenerateDataKey', ...CRYPTO, ...ATTESTED),
  shared('GenerateDataKeyPair', ...CRYPTO, 'kms:DataKeyPairSpec', ...ATTESTED),
  shared('GenerateDataKeyPairWithoutPlaintext', ...CRYPTO, 'kms:DataKeyPairSpec'),
  shared('GenerateDataKeyWithoutPlaintext', ...CRYPTO),
  shared('GenerateMac', 'kms:MacAlgorithm', 'kms:RequestAlias'),
  iam('GenerateRandom', ...ATTESTED),
  local('GetKeyLastUsage'),
  local('GetKeyPolicy'),
  shared('GetKeyRotationStatus'),
  local('GetParametersForImport', 'kms:WrappingAlgorithm', 'kms:WrappingKeySpec'),
  shared('GetPublicKey', 'kms:RequestAlias'),
  local('ImportKeyMaterial', 'kms:ExpirationModel', 'kms:ValidTo'),
  iam('ListAliases'),
  shared('ListGrants', 'kms:GrantIsForAWSResource'),
  local('ListKeyPolicies'),
  local('ListKeyRotations'),
  iam('ListKeys'),
  local('ListResourceTags'),
  iam('ListRetirableGrants'),
  local('PutKeyPolicy', 'kms:BypassPolicyLockoutSafetyCheck'),
  shared('ReEncryptFrom', ...CRYPTO, 'kms:ReEncryptOnSameKey'),
  shared('ReEncryptTo', ...CRYPTO, 'kms:ReEncryptOnSameKey'),
  local('ReplicateKey', 'kms:ReplicaRegion'),
  { ...iam('RetireGrant', ...CONTEXT, 'kms:GrantConstraintType'), crossAccount: true },
  shared('RevokeGrant', 'kms:GrantIsForAWSResource'),
  local('RotateKeyOnDemand'),
  local(
    'ScheduleKeyDeletion',
    'kms:ScheduleKeyDeletionPendingWindowInDays',
    'kms:TrailingDaysWithoutKeyUsage',
  ),
  shared('Sign', 'kms:MessageType', 'kms:RequestAlias', 'kms:SigningAlgorithm'),
  local('SynchronizeMultiRegionKey'),
  local('TagResource', ...REQUEST_TAGS),
  local('UntagResource', ...REQUEST_TAGS),
  both('UpdateAlias'),
  iam('UpdateCustomKeyStore'),
  local('UpdateKeyDescription'),
  local('UpdatePrimaryRegion', 'kms:PrimaryRegion'),
  shared('Verify', 'kms:MessageType', 'kms:RequestAlias', 'kms:SigningAlgorithm'),
  shared('VerifyMac', 'kms:MacAlgorithm', 'kms:RequestAlias'),
]
