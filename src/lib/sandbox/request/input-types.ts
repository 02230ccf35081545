/**
 * The member types that operations share, with the lengths, ranges and patterns of the API model
 * (botocore, kms/2014-11-01/service-2.json) and, where the service is narrower than its model,
 * of the API reference (docs/facts/constraints.md).
 */
import {
  blob,
  flag,
  integer,
  list,
  oneOf,
  required,
  structure,
  text,
  texts,
} from './input-schema.js'

export const keyId = required(text({ min: 1, max: 2048 }))
export const optionalKeyId = text({ min: 1, max: 2048 })
export const aliasName = required(text({ min: 1, max: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ }))
export const description = text({ min: 0, max: 8192 })
export const requiredDescription = required(description)

/** 131072 of the model is not checked here: too long a policy is a LimitExceededException. */
export const policy = text({ min: 1, pattern: /^[\u0009\u000A\u000D\u0020-\u00FF]+$/ })
export const requiredPolicy = required(policy)
export const policyName = text({ min: 1, max: 128, pattern: /^[\w]+$/ })
export const bypass = flag()

const tagKey = text({ min: 1, max: 128 })
export const tags = list(
  structure({ TagKey: required(tagKey), TagValue: required(text({ min: 0, max: 256 })) }),
)
export const tagKeys = list(tagKey)

/** The model says 1 to 365; the service takes 7 to 30 (API reference of ScheduleKeyDeletion). */
export const pendingWindowInDays = integer({ min: 7, max: 30 })
export const rotationPeriodInDays = integer({ min: 90, max: 2560 })
export const replicaRegion = required(text({ min: 1, max: 32, pattern: /^([a-z]+-){2,3}\d+$/ }))

export const marker = text({ min: 1, max: 1024, pattern: /^[\u0020-\u00FF]*$/ })
export const limit1000 = integer({ min: 1, max: 1000 })
export const limit100 = integer({ min: 1, max: 100 })
export const limit50 = integer({ min: 1, max: 50 })

export const grantId = text({ min: 1, max: 128 })
export const grantToken = text({ min: 1, max: 8192 })
export const grantTokens = list(grantToken, { max: 10 })
export const grantName = text({ min: 1, max: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ })
export const principal = text({ min: 1, max: 256, pattern: /^[\w+=,.@:/-]+$/ })
export const dryRun = flag()

export const plaintext = blob({ min: 1, max: 4096 })
export const ciphertext = blob({ min: 1, max: 6144 })
export const encryptionContext = texts()
export const numberOfBytes = integer({ min: 1, max: 1024 })
export const dryRunModifiers = list(oneOf(['IGNORE_CIPHERTEXT']))

/** Accepted so that it can be refused: the sandbox answers no attested enclaves. */
export const recipient = structure({})

export const keySpec = oneOf([
  'ECC_NIST_EDWARDS25519',
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_SECG_P256K1',
  'HMAC_224',
  'HMAC_256',
  'HMAC_384',
  'HMAC_512',
  'ML_DSA_44',
  'ML_DSA_65',
  'ML_DSA_87',
  'ML_KEM_1024',
  'ML_KEM_512',
  'ML_KEM_768',
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'SM2',
  'SYMMETRIC_DEFAULT',
])

/** The deprecated member's enumeration was closed before the newer specs came. */
export const customerMasterKeySpec = oneOf([
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_SECG_P256K1',
  'HMAC_224',
  'HMAC_256',
  'HMAC_384',
  'HMAC_512',
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'SM2',
  'SYMMETRIC_DEFAULT',
])

export const keyUsage = oneOf([
  'ENCAPSULATE_DECAPSULATE',
  'ENCRYPT_DECRYPT',
  'GENERATE_VERIFY_MAC',
  'KEY_AGREEMENT',
  'SIGN_VERIFY',
])

export const origin = oneOf(['AWS_CLOUDHSM', 'AWS_KMS', 'EXTERNAL', 'EXTERNAL_KEY_STORE'])
export const customKeyStoreId = text({ min: 1, max: 64 })
export const xksKeyId = text({ min: 1, max: 128, pattern: /^[a-zA-Z0-9-_.]+$/ })

export const dataKeySpec = oneOf(['AES_128', 'AES_256'])
export const encryptionAlgorithm = oneOf([
  'RSAES_OAEP_SHA_1',
  'RSAES_OAEP_SHA_256',
  'SM2PKE',
  'SYMMETRIC_DEFAULT',
])
export const signingAlgorithm = required(
  oneOf([
    'ECDSA_SHA_256',
    'ECDSA_SHA_384',
    'ECDSA_SHA_512',
    'ED25519_PH_SHA_512',
    'ED25519_SHA_512',
    'ML_DSA_SHAKE_256',
    'RSASSA_PKCS1_V1_5_SHA_256',
    'RSASSA_PKCS1_V1_5_SHA_384',
    'RSASSA_PKCS1_V1_5_SHA_512',
    'RSASSA_PSS_SHA_256',
    'RSASSA_PSS_SHA_384',
    'RSASSA_PSS_SHA_512',
    'SM2DSA',
  ]),
)
export const macAlgorithm = required(
  oneOf(['HMAC_SHA_224', 'HMAC_SHA_256', 'HMAC_SHA_384', 'HMAC_SHA_512']),
)
export const messageType = oneOf(['DIGEST', 'EXTERNAL_MU', 'RAW'])

export const grantOperation = oneOf([
  'CreateGrant',
  'Decapsulate',
  'Decrypt',
  'DeriveSharedSecret',
  'DescribeKey',
  'Encapsulate',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateMac',
  'GetPublicKey',
  'ReEncryptFrom',
  'ReEncryptTo',
  'RetireGrant',
  'Sign',
  'Verify',
  'VerifyMac',
])
