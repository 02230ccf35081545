/**
 * The key specs and what each can do, as data.
 *
 * Source: AWS KMS Developer Guide, "Key spec reference"
 * (https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html), and the
 * enumerations KeySpec, SigningAlgorithmSpec, EncryptionAlgorithmSpec, MacAlgorithmSpec and
 * KeyAgreementAlgorithmSpec of the API model.
 */
import { unsupported } from './errors.js'

export type Hash = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'sm3'

export type Curve = 'prime256v1' | 'secp384r1' | 'secp521r1' | 'secp256k1' | 'SM2'

export type MlDsa = 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87'

type Kind =
  | { kind: 'aes' | 'hmac'; bytes: number }
  | { kind: 'rsa'; bits: number }
  | { kind: 'ec'; curve: Curve }
  | { kind: 'ed25519' }
  | { kind: 'ml-dsa'; type: MlDsa }

/** A key's algorithms of each usage, in the order in which DescribeKey lists them. */
type Usages = {
  ENCRYPT_DECRYPT?: readonly string[]
  SIGN_VERIFY?: readonly string[]
  GENERATE_VERIFY_MAC?: readonly string[]
  KEY_AGREEMENT?: readonly string[]
}

export type Spec = Kind & { usages: Usages }

/** The hash is that of the message, and so sets the length of a DIGEST. */
export type SigningAlgorithm =
  | { scheme: 'pkcs1' | 'pss' | 'ecdsa' | 'sm2' | 'ed25519ph'; hash: Hash }
  | { scheme: 'ed25519' | 'ml-dsa'; hash?: undefined }

export const signingAlgorithms: ReadonlyMap<string, SigningAlgorithm> = new Map<
  string,
  SigningAlgorithm
>([
  ['RSASSA_PKCS1_V1_5_SHA_256', { scheme: 'pkcs1', hash: 'sha256' }],
  ['RSASSA_PKCS1_V1_5_SHA_384', { scheme: 'pkcs1', hash: 'sha384' }],
  ['RSASSA_PKCS1_V1_5_SHA_512', { scheme: 'pkcs1', hash: 'sha512' }],
  ['RSASSA_PSS_SHA_256', { scheme: 'pss', hash: 'sha256' }],
  ['RSASSA_PSS_SHA_384', { scheme: 'pss', hash: 'sha384' }],
  ['RSASSA_PSS_SHA_512', { scheme: 'pss', hash: 'sha512' }],
  ['ECDSA_SHA_256', { scheme: 'ecdsa', hash: 'sha256' }],
  ['ECDSA_SHA_384', { scheme: 'ecdsa', hash: 'sha384' }],
  ['ECDSA_SHA_512', { scheme: 'ecdsa', hash: 'sha512' }],
  ['SM2DSA', { scheme: 'sm2', hash: 'sm3' }],
  ['ED25519_SHA_512', { scheme: 'ed25519' }],
  ['ED25519_PH_SHA_512', { scheme: 'ed25519ph', hash: 'sha512' }],
  ['ML_DSA_SHAKE_256', { scheme: 'ml-dsa' }],
])

export const macHashes: ReadonlyMap<string, Hash> = new Map<string, Hash>([
  ['HMAC_SHA_224', 'sha224'],
  ['HMAC_SHA_256', 'sha256'],
  ['HMAC_SHA_384', 'sha384'],
  ['HMAC_SHA_512', 'sha512'],
])

export const oaepHashes: ReadonlyMap<string, Hash> = new Map<string, Hash>([
  ['RSAES_OAEP_SHA_1', 'sha1'],
  ['RSAES_OAEP_SHA_256', 'sha256'],
])

const rsaUsages: Usages = {
  ENCRYPT_DECRYPT: [...oaepHashes.keys()],
  SIGN_VERIFY: [...signingAlgorithms.keys()].filter((name) => name.startsWith('RSASSA_')),
}

function hmac(bytes: number, algorithm: string): Spec {
  return { kind: 'hmac', bytes, usages: { GENERATE_VERIFY_MAC: [algorithm] } }
}

function rsa(bits: number): Spec {
  return { kind: 'rsa', bits, usages: rsaUsages }
}

function ec(curve: Curve, usages: Usages): Spec {
  return { kind: 'ec', curve, usages }
}

function mlDsa(type: MlDsa): Spec {
  return { kind: 'ml-dsa', type, usages: { SIGN_VERIFY: ['ML_DSA_SHAKE_256'] } }
}

const ecdh = ['ECDH']

const specs: ReadonlyMap<string, Spec> = new Map<string, Spec>([
  [
    'SYMMETRIC_DEFAULT',
    { kind: 'aes', bytes: 32, usages: { ENCRYPT_DECRYPT: ['SYMMETRIC_DEFAULT'] } },
  ],
  ['HMAC_224', hmac(28, 'HMAC_SHA_224')],
  ['HMAC_256', hmac(32, 'HMAC_SHA_256')],
  ['HMAC_384', hmac(48, 'HMAC_SHA_384')],
  ['HMAC_512', hmac(64, 'HMAC_SHA_512')],
  ['RSA_2048', rsa(2048)],
  ['RSA_3072', rsa(3072)],
  ['RSA_4096', rsa(4096)],
  ['ECC_NIST_P256', ec('prime256v1', { SIGN_VERIFY: ['ECDSA_SHA_256'], KEY_AGREEMENT: ecdh })],
  ['ECC_NIST_P384', ec('secp384r1', { SIGN_VERIFY: ['ECDSA_SHA_384'], KEY_AGREEMENT: ecdh })],
  ['ECC_NIST_P521', ec('secp521r1', { SIGN_VERIFY: ['ECDSA_SHA_512'], KEY_AGREEMENT: ecdh })],
  ['ECC_SECG_P256K1', ec('secp256k1', { SIGN_VERIFY: ['ECDSA_SHA_256'] })],
  [
    'ECC_NIST_EDWARDS25519',
    { kind: 'ed25519', usages: { SIGN_VERIFY: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'] } },
  ],
  ['SM2', ec('SM2', { ENCRYPT_DECRYPT: ['SM2PKE'], SIGN_VERIFY: ['SM2DSA'], KEY_AGREEMENT: ecdh })],
  ['ML_DSA_44', mlDsa('ml-dsa-44')],
  ['ML_DSA_65', mlDsa('ml-dsa-65')],
  ['ML_DSA_87', mlDsa('ml-dsa-87')],
])

/** The names of every key spec that this folder knows, whether or not this Node.js can run it. */
export const keySpecs: readonly string[] = [...specs.keys()]

export function findSpec(keySpec: string): Spec | undefined {
  return specs.get(keySpec)
}

export function specOf(keySpec: string): Spec {
  const spec = specs.get(keySpec)
  if (spec === undefined) throw unsupported(`key spec ${keySpec} is not implemented`)
  return spec
}

/** The lists of DescribeKey. A usage that the spec does not allow has none. */
export function algorithms(
  keySpec: string,
  keyUsage: string,
): { encryption: string[]; signing: string[]; mac: string[]; keyAgreement: string[] } {
  const usages = specs.get(keySpec)?.usages ?? {}
  const of = (usage: keyof Usages) => (usage === keyUsage ? [...(usages[usage] ?? [])] : [])
  return {
    encryption: of('ENCRYPT_DECRYPT'),
    signing: of('SIGN_VERIFY'),
    mac: of('GENERATE_VERIFY_MAC'),
    keyAgreement: of('KEY_AGREEMENT'),
  }
}
