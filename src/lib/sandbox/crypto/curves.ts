/**
 * Elliptic curve signatures over a digest.
 *
 * Node's `sign` always hashes what it is given, so a signature over a DIGEST has to be put
 * together here. OpenSSL still does the curve: an ECDH object turns a number into its multiple of
 * the base point, and that is all that is needed, because the sandbox verifies with the private
 * key at hand. Where a verifier adds two points, u1·G + u2·Q, this one adds two numbers:
 * (u1 + u2·d)·G is the same point.
 */
import { createECDH, createHash } from 'node:crypto'
import { decodeIntegers, ecPrivateScalar, encodeIntegers } from './der.js'
import { type Material, privateKey } from './material.js'
import { type Curve, specOf } from './specs.js'

/** The order of each curve's base point: SEC 2 version 2 section 2, and GB/T 32918.5 for SM2. */
const orders: Record<Curve, bigint> = {
  prime256v1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  secp384r1:
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  secp521r1:
    0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  secp256k1: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  SM2: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
}

/**
 * ECDSA (FIPS 186-5 section 6.4), as DER (RFC 3279 section 2.2.3). KMS pairs each curve with a
 * hash that is no longer than the curve's order, so a digest is never cut short.
 */
export function signEcdsa(material: Material, digest: Buffer): Buffer {
  const { curve, order, secret } = keyOf(material)
  for (;;) {
    const nonce = ephemeral(curve)
    const r = nonce.x % order
    const s = modulo(inverse(nonce.k, order) * (toNumber(digest) + r * secret), order)
    if (r !== 0n && s !== 0n) return encodeIntegers([r, s])
  }
}

export function verifyEcdsa(material: Material, digest: Buffer, signature: Buffer): boolean {
  const { curve, order, secret } = keyOf(material)
  const [r, s] = decodeSignature(signature, order)
  if (r === undefined || s === undefined) return false
  const u = modulo(inverse(s, order) * (toNumber(digest) + r * secret), order)
  return u !== 0n && multiplyBase(curve, u).x % order === r
}

/** SM2 digital signature (GB/T 32918.2 section 6), as DER like ECDSA's. */
export function signSm2(material: Material, digest: Buffer): Buffer {
  const { curve, order, secret } = keyOf(material)
  for (;;) {
    const nonce = ephemeral(curve)
    const r = (toNumber(digest) + nonce.x) % order
    const s = modulo(inverse(1n + secret, order) * (nonce.k - r * secret), order)
    if (r !== 0n && r + nonce.k !== order && s !== 0n) return encodeIntegers([r, s])
  }
}

export function verifySm2(material: Material, digest: Buffer, signature: Buffer): boolean {
  const { curve, order, secret } = keyOf(material)
  const [r, s] = decodeSignature(signature, order)
  if (r === undefined || s === undefined) return false
  const t = (r + s) % order
  const u = modulo(s + t * secret, order)
  if (t === 0n || u === 0n) return false
  return (toNumber(digest) + multiplyBase(curve, u).x) % order === r
}

/**
 * What SM2DSA signs: SM3 over a hash of the signer's identity, the curve and the public key, and
 * then the message. KMS uses the default identity; see "Offline verification with SM2 key pairs"
 * (https://docs.aws.amazon.com/kms/latest/developerguide/offline-operations.html).
 */
export function digestSm2(material: Material, message: Uint8Array): Buffer {
  const { curve, secret } = keyOf(material)
  const identity = Buffer.from('1234567812345678')
  const prime = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn
  const b = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n
  const base = multiplyBase(curve, 1n)
  const point = multiplyBase(curve, secret)
  const z = createHash('sm3')
    .update(Buffer.from([0, identity.length * 8]))
    .update(identity)
  for (const number of [prime - 3n, b, base.x, base.y, point.x, point.y]) {
    z.update(toBytes(number, 32))
  }
  return createHash('sm3').update(z.digest()).update(message).digest()
}

function keyOf(material: Material): { curve: Curve; order: bigint; secret: bigint } {
  const spec = specOf(material.keySpec)
  if (spec.kind !== 'ec') throw new Error(`${material.keySpec} has no curve`)
  // Imported keys come in many shapes; what OpenSSL writes back has one.
  const pkcs8 = privateKey(material).export({ type: 'pkcs8', format: 'der' })
  return { curve: spec.curve, order: orders[spec.curve], secret: ecPrivateScalar(pkcs8) }
}

function decodeSignature(signature: Buffer, order: bigint): bigint[] {
  const numbers = decodeIntegers(signature)
  const valid = numbers?.length === 2 && numbers.every((number) => number > 0n && number < order)
  return valid ? numbers : []
}

/** A fresh key pair of the curve serves as the nonce and its point: OpenSSL draws it evenly. */
function ephemeral(curve: Curve): { k: bigint; x: bigint } {
  const ecdh = createECDH(curve)
  const { x } = toPoint(ecdh.generateKeys())
  return { k: toNumber(ecdh.getPrivateKey()), x }
}

/** The base point, `factor` times. The factor must be from 1 to the order less one. */
function multiplyBase(curve: Curve, factor: bigint): { x: bigint; y: bigint } {
  const ecdh = createECDH(curve)
  ecdh.setPrivateKey(toBytes(factor, Math.ceil(orders[curve].toString(16).length / 2)))
  return toPoint(ecdh.getPublicKey())
}

/** SEC 1 section 2.3.4, uncompressed: 0x04, x, y. */
function toPoint(encoded: Buffer): { x: bigint; y: bigint } {
  const length = (encoded.length - 1) / 2
  return { x: toNumber(encoded.subarray(1, 1 + length)), y: toNumber(encoded.subarray(1 + length)) }
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`)
}

function toBytes(number: bigint, length: number): Buffer {
  return Buffer.from(number.toString(16).padStart(length * 2, '0'), 'hex')
}

function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus
  return rest < 0n ? rest + modulus : rest
}

/** By Euclid's extended algorithm; the modulus is prime and the value no multiple of it. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [modulo(value, modulus), modulus, 1n, 0n]
  while (b !== 0n) {
    const quotient = a / b
    ;[a, b, x, y] = [b, a - quotient * b, y, x - quotient * y]
  }
  return modulo(x, modulus)
}
