/** Key material: made, recognised, and turned into the forms that the algorithms take. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  getCurves,
  getHashes,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { unsupported } from './errors.js'
import { findSpec, type MlDsa, type Spec, specOf } from './specs.js'

export type Material = {
  /** 64 hexadecimal digits, as KeyMaterialId. */
  id: string
  keySpec: string
  /** Base64. Raw bytes for symmetric and HMAC keys, PKCS#8 DER for asymmetric ones. */
  secret: string
}

/** Whether this Node.js can make and use keys of the spec. */
export function supportedKeySpec(keySpec: string): boolean {
  const spec = findSpec(keySpec)
  return spec !== undefined && missing(spec) === undefined
}

/** New material with a new random identity. */
export function generateMaterial(keySpec: string): Material {
  const secret = newSecret(usableSpec(keySpec))
  return { id: randomBytes(32).toString('hex'), keySpec, secret: secret.toString('base64') }
}

/** A state file made by a newer Node.js may hold keys that this one cannot use. */
function usableSpec(keySpec: string): Spec {
  const spec = specOf(keySpec)
  const lack = missing(spec)
  if (lack !== undefined) throw unsupported(`key spec ${keySpec} needs ${lack}`)
  return spec
}

function newSecret(spec: Spec): Buffer {
  switch (spec.kind) {
    case 'aes':
    case 'hmac':
      return randomBytes(spec.bytes)
    case 'rsa':
      return pkcs8(generateKeyPairSync('rsa', { modulusLength: spec.bits }).privateKey)
    case 'ec':
      return pkcs8(generateKeyPairSync('ec', { namedCurve: spec.curve }).privateKey)
    case 'ed25519':
      return pkcs8(generateKeyPairSync('ed25519').privateKey)
    case 'ml-dsa':
      // The seed is the whole key: 54 bytes in the state file instead of up to 4962.
      return mlDsaPkcs8(spec.type, randomBytes(32))
  }
}

function pkcs8(key: KeyObject): Buffer {
  return key.export({ type: 'pkcs8', format: 'der' })
}

/** The DER SubjectPublicKeyInfo (RFC 5280) that GetPublicKey returns. */
export function publicKeyDer(material: Material): Buffer {
  return publicKey(material).export({ type: 'spki', format: 'der' })
}

export function secretBytes(material: Material): Buffer {
  return Buffer.from(material.secret, 'base64')
}

export function privateKey(material: Material): KeyObject {
  usableSpec(material.keySpec)
  return createPrivateKey({ key: secretBytes(material), format: 'der', type: 'pkcs8' })
}

export function publicKey(material: Material): KeyObject {
  return createPublicKey(privateKey(material))
}

/** What the running Node.js would need for the spec; undefined when it has it. */
function missing(spec: Spec): string | undefined {
  switch (spec.kind) {
    case 'ec':
      // Both are in Node's own builds; distributors who drop curves drop these.
      if (!getCurves().includes(spec.curve)) return `an OpenSSL with the curve ${spec.curve}`
      if (spec.curve === 'SM2' && !getHashes().includes('sm3')) return 'an OpenSSL with SM3'
      return undefined
    case 'ml-dsa':
      return hasMlDsa(spec.type) ? undefined : 'Node.js 24.6 or later'
    default:
      return undefined
  }
}

const mlDsaProbes = new Map<MlDsa, boolean>()

/**
 * Asks once, and only when somebody wants such a key. The type's name is the test: Node 22 with
 * OpenSSL 3.5 reads the key too, but does not know what it is and cannot sign with it.
 */
function hasMlDsa(type: MlDsa): boolean {
  const known = mlDsaProbes.get(type)
  if (known !== undefined) return known
  let found = false
  try {
    const key = createPrivateKey({
      key: mlDsaPkcs8(type, Buffer.alloc(32)),
      format: 'der',
      type: 'pkcs8',
    })
    found = (key.asymmetricKeyType as string | undefined) === type
  } catch {
    // An OpenSSL before 3.5 cannot decode the algorithm's identifier.
  }
  mlDsaProbes.set(type, found)
  return found
}

/** The last byte of the object identifier id-ml-dsa-* (2.16.840.1.101.3.4.3.n). */
const mlDsaIdentifiers: Record<MlDsa, number> = {
  'ml-dsa-44': 0x11,
  'ml-dsa-65': 0x12,
  'ml-dsa-87': 0x13,
}

/** RFC 9881 section 6, the seed-only form: PKCS#8 whose private key is `[0] OCTET STRING (32)`. */
function mlDsaPkcs8(type: MlDsa, seed: Buffer): Buffer {
  const header = Buffer.from('3034020100300b060960864801650304030004228020', 'hex')
  header[17] = mlDsaIdentifiers[type]
  return Buffer.concat([header, seed])
}
