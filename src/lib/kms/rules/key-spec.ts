/**
 * The kinds of keys that KMS makes, and what each can be.
 * Source: CreateKey in the KMS API Reference (@aws-sdk/client-kms 3.1162.0), parameters KeySpec,
 * KeyUsage, Origin, CustomKeyStoreId and MultiRegion.
 */

/** What a key can be for. A key has exactly one usage, for life. */
export const KEY_USAGES = [
  'ENCRYPT_DECRYPT',
  'SIGN_VERIFY',
  'GENERATE_VERIFY_MAC',
  'KEY_AGREEMENT',
  'ENCAPSULATE_DECAPSULATE',
] as const

export type KeyUsage = (typeof KEY_USAGES)[number]

/** Where a key's material comes from. */
export const ORIGINS = ['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'] as const

export type Origin = (typeof ORIGINS)[number]

/** The origins whose keys live in a custom key store. */
export const CUSTOM_STORE_ORIGINS: readonly string[] = ['AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE']

/** What KMS documents of one key spec. */
export interface KeySpecFacts {
  /** The family in words, as in "an HMAC key". */
  readonly family: string
  readonly usages: readonly KeyUsage[]
  /** The usage that goes without saying, or null where the spec has several. */
  readonly defaultUsage: KeyUsage | null
  readonly origins: readonly Origin[]
  /** Whether KMS offers it in China Regions only (SM2), or everywhere but there (ML-KEM). */
  readonly chinaOnly: boolean
  readonly notInChina: boolean
}

// "You can import key material into KMS keys of all supported KMS key types" (CreateKey), "All KMS key
// types are supported" (GetParametersForImport). The sentence under Origin that EXTERNAL is "valid only
// for symmetric KMS keys" is older than both and contradicts them; KMS itself decides there.
const GENERATED_OR_IMPORTED: readonly Origin[] = ['AWS_KMS', 'EXTERNAL']

function facts(
  family: string,
  usages: readonly KeyUsage[],
  others: Partial<Pick<KeySpecFacts, 'origins' | 'chinaOnly' | 'notInChina'>> = {},
): KeySpecFacts {
  return {
    family,
    usages,
    defaultUsage: usages.length === 1 ? (usages[0] ?? null) : null,
    origins: GENERATED_OR_IMPORTED,
    chinaOnly: false,
    notInChina: false,
    ...others,
  }
}

const HMAC = facts('HMAC', ['GENERATE_VERIFY_MAC'])
const RSA = facts('RSA', ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'])
const NIST_CURVE = facts('NIST elliptic curve', ['SIGN_VERIFY', 'KEY_AGREEMENT'])
const ML_DSA = facts('ML-DSA', ['SIGN_VERIFY'])
const ML_KEM = facts('ML-KEM', ['ENCAPSULATE_DECAPSULATE'], { notInChina: true })

/** Every key spec, in the order of the API Reference. */
export const KEY_SPECS = {
  SYMMETRIC_DEFAULT: facts('symmetric encryption', ['ENCRYPT_DECRYPT'], { origins: ORIGINS }),
  HMAC_224: HMAC,
  HMAC_256: HMAC,
  HMAC_384: HMAC,
  HMAC_512: HMAC,
  RSA_2048: RSA,
  RSA_3072: RSA,
  RSA_4096: RSA,
  ECC_NIST_P256: NIST_CURVE,
  ECC_NIST_P384: NIST_CURVE,
  ECC_NIST_P521: NIST_CURVE,
  // "(ed25519) - signing and verification only"
  ECC_NIST_EDWARDS25519: facts('Edwards curve', ['SIGN_VERIFY']),
  ECC_SECG_P256K1: facts('secp256k1 elliptic curve', ['SIGN_VERIFY']),
  ML_DSA_44: ML_DSA,
  ML_DSA_65: ML_DSA,
  ML_DSA_87: ML_DSA,
  ML_KEM_512: ML_KEM,
  ML_KEM_768: ML_KEM,
  ML_KEM_1024: ML_KEM,
  SM2: facts('SM2', ['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'KEY_AGREEMENT'], { chinaOnly: true }),
} as const satisfies Record<string, KeySpecFacts>

export type KeySpec = keyof typeof KEY_SPECS

/** What is documented of a spec, or undefined for one that this table does not know. */
export function keySpecFacts(spec: string): KeySpecFacts | undefined {
  return Object.hasOwn(KEY_SPECS, spec) ? KEY_SPECS[spec as KeySpec] : undefined
}
