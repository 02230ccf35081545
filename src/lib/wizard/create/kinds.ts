/** Kinds of keys in words, over the table of specs that `create` is checked by. */
import {
  KEY_SPECS,
  type KeySpec,
  type KeySpecFacts,
  type KeyUsage,
  keySpecFacts,
} from '../../kms/rules/key-spec.js'
import type { Choice } from '../question.js'

export type Kind = 'encrypt' | 'sign' | 'mac' | 'agree' | 'post-quantum'

interface KindFacts {
  readonly label: string
  readonly hint: string
  /** Null where it follows from the spec. */
  readonly usage: KeyUsage | null
  readonly spec: KeySpec
}

const KINDS: Readonly<Record<Kind, KindFacts>> = {
  encrypt: {
    label: 'Encrypt data',
    hint: 'also for AWS services',
    usage: 'ENCRYPT_DECRYPT',
    spec: 'SYMMETRIC_DEFAULT',
  },
  sign: {
    label: 'Sign and verify',
    hint: 'with a key pair',
    usage: 'SIGN_VERIFY',
    spec: 'ECC_NIST_P256',
  },
  mac: {
    label: 'Make MACs',
    hint: 'such as tokens: HMAC',
    usage: 'GENERATE_VERIFY_MAC',
    spec: 'HMAC_256',
  },
  agree: {
    label: 'Agree on keys',
    hint: 'a shared secret: ECDH',
    usage: 'KEY_AGREEMENT',
    spec: 'ECC_NIST_P256',
  },
  'post-quantum': {
    label: 'Post-quantum',
    hint: 'signatures or key encapsulation',
    usage: null,
    spec: 'ML_DSA_65',
  },
}

/** What a key of this spec is, for whoever does not know its name. */
const WORDS: Readonly<Record<KeySpec, string>> = {
  SYMMETRIC_DEFAULT: 'AES-256; what AWS services use',
  HMAC_224: 'HMAC with SHA-224',
  HMAC_256: 'HMAC with SHA-256',
  HMAC_384: 'HMAC with SHA-384',
  HMAC_512: 'HMAC with SHA-512',
  RSA_2048: 'RSA, 2048 bits',
  RSA_3072: 'RSA, 3072 bits',
  RSA_4096: 'RSA, 4096 bits',
  ECC_NIST_P256: 'NIST curve P-256',
  ECC_NIST_P384: 'NIST curve P-384',
  ECC_NIST_P521: 'NIST curve P-521',
  ECC_NIST_EDWARDS25519: 'Ed25519',
  ECC_SECG_P256K1: 'secp256k1, as blockchains use',
  ML_DSA_44: 'ML-DSA-44: signatures',
  ML_DSA_65: 'ML-DSA-65: signatures',
  ML_DSA_87: 'ML-DSA-87: signatures',
  ML_KEM_512: 'ML-KEM-512: key encapsulation',
  ML_KEM_768: 'ML-KEM-768: key encapsulation',
  ML_KEM_1024: 'ML-KEM-1024: key encapsulation',
  SM2: 'SM2, in China Regions',
}

const USAGES: Readonly<Record<KeyUsage, string>> = {
  ENCRYPT_DECRYPT: 'Encrypt and decrypt',
  SIGN_VERIFY: 'Sign and verify',
  GENERATE_VERIFY_MAC: 'Make and verify MACs',
  KEY_AGREEMENT: 'Agree on keys',
  ENCAPSULATE_DECAPSULATE: 'Encapsulate and decapsulate',
}

/** Quantum computers are no threat to these (FIPS 203 and 204, as CreateKey names them). */
function isPostQuantum(spec: string): boolean {
  return spec.startsWith('ML_')
}

export const KIND_CHOICES: readonly Choice[] = Object.entries(KINDS).map(
  ([value, { label, hint }]) => ({ value, label, hint }),
)

/** The kind that a key of this spec and usage is, or undefined where that does not tell. */
export function kindOf(spec: string | undefined, usage: string | undefined): Kind | undefined {
  if (spec !== undefined && isPostQuantum(spec)) return 'post-quantum'
  const told = usage ?? (spec === undefined ? undefined : keySpecFacts(spec)?.defaultUsage)
  return (Object.keys(KINDS) as Kind[]).find((kind) => told && KINDS[kind].usage === told)
}

/** The specs of a kind that a Region has, in the order of KMS's table. */
export function specsOfKind(kind: Kind, region: string): KeySpec[] {
  const { usage } = KINDS[kind]
  return inRegion(region).filter((spec) => {
    const { usages }: KeySpecFacts = KEY_SPECS[spec]
    return usage === null ? isPostQuantum(spec) : !isPostQuantum(spec) && usages.includes(usage)
  })
}

/** The specs that can be used so, post-quantum ones too. */
export function specsOfUsage(usage: string, region: string): KeySpec[] {
  return inRegion(region).filter((spec) => {
    const { usages }: KeySpecFacts = KEY_SPECS[spec]
    return (usages as readonly string[]).includes(usage)
  })
}

/** The spec that is as good as any where nobody has a reason for another one. */
export function usualSpec(kind: Kind | undefined, specs: readonly string[]): string {
  const usual = kind === undefined ? undefined : KINDS[kind].spec
  return usual !== undefined && specs.includes(usual) ? usual : (specs[0] ?? '')
}

/** The usage to name with a spec of this kind; undefined where it goes without saying. */
export function usageToName(kind: Kind | undefined, spec: string): KeyUsage | undefined {
  if (kind === undefined || keySpecFacts(spec)?.defaultUsage !== null) return undefined
  return KINDS[kind].usage ?? undefined
}

export function specChoices(specs: readonly KeySpec[]): Choice[] {
  return specs.map((spec) => ({ value: spec, label: spec, hint: WORDS[spec] }))
}

export function usageChoices(spec: string): Choice[] {
  return (keySpecFacts(spec)?.usages ?? []).map((usage) => ({
    value: usage,
    label: USAGES[usage],
    hint: usage,
  }))
}

function inRegion(region: string): KeySpec[] {
  const china = region.startsWith('cn-')
  return (Object.keys(KEY_SPECS) as KeySpec[]).filter((spec) => {
    const { chinaOnly, notInChina }: KeySpecFacts = KEY_SPECS[spec]
    return china ? !notInChina : !chinaOnly
  })
}
