/**
 * RSA signatures over a digest (RFC 8017).
 *
 * Node's `sign` always hashes what it is given, so the encodings are made here, and OpenSSL does
 * only the RSA operation, through `privateEncrypt` and `publicDecrypt` without padding.
 */
import { constants, createHash, privateEncrypt, publicDecrypt, randomBytes } from 'node:crypto'
import { type Material, privateKey, publicKey } from './material.js'
import { type Hash, specOf } from './specs.js'

/** Section 8.2. */
export function signPkcs1(material: Material, hash: Hash, digest: Buffer): Buffer {
  return privateOperation(material, encodePkcs1(hash, digest, modulusLength(material)))
}

/** Compares whole encodings, as section 8.2.2 does: parsing padding has led to forgeries. */
export function verifyPkcs1(
  material: Material,
  hash: Hash,
  digest: Buffer,
  signature: Buffer,
): boolean {
  const encoded = publicOperation(material, signature)
  return encoded?.equals(encodePkcs1(hash, digest, modulusLength(material))) ?? false
}

/** Section 8.1, with MGF1 over the same hash, and a salt as long as the hash, as KMS has them. */
export function signPss(material: Material, hash: Hash, digest: Buffer): Buffer {
  const salt = randomBytes(digest.length)
  return privateOperation(material, encodePss(hash, digest, salt, modulusLength(material)))
}

/** Section 9.1.2: recovers the salt, encodes anew with it, and compares. */
export function verifyPss(
  material: Material,
  hash: Hash,
  digest: Buffer,
  signature: Buffer,
): boolean {
  const encoded = publicOperation(material, signature)
  if (encoded === undefined) return false
  const hashStart = encoded.length - digest.length - 1
  const mask = mgf1(hash, encoded.subarray(hashStart, -1), hashStart)
  const salt = xor(encoded.subarray(0, hashStart), mask).subarray(-digest.length)
  return encoded.equals(encodePss(hash, digest, salt, encoded.length))
}

/** Section 9.2 note 1: the DER of DigestInfo before the digest itself. */
const digestInfos: Partial<Record<Hash, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
}

/** Section 9.2: 00 01 FF…FF 00 DigestInfo. */
function encodePkcs1(hash: Hash, digest: Buffer, length: number): Buffer {
  const prefix = digestInfos[hash]
  if (prefix === undefined) throw new Error(`no DigestInfo for ${hash}`)
  const info = Buffer.concat([Buffer.from(prefix, 'hex'), digest])
  const encoded = Buffer.alloc(length, 0xff)
  encoded.set([0, 1])
  encoded[length - info.length - 1] = 0
  encoded.set(info, length - info.length)
  return encoded
}

/** Section 9.1.1. Moduli are whole bytes, so just one bit must be cleared to stay below them. */
function encodePss(hash: Hash, digest: Buffer, salt: Buffer, length: number): Buffer {
  const h = createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest()
  const block = Buffer.alloc(length - h.length - 1)
  block[block.length - salt.length - 1] = 1
  block.set(salt, block.length - salt.length)
  const masked = xor(block, mgf1(hash, h, block.length))
  masked[0] = (masked[0] ?? 0) & 0x7f
  return Buffer.concat([masked, h, Buffer.from([0xbc])])
}

/** Appendix B.2.1. */
function mgf1(hash: Hash, seed: Buffer, length: number): Buffer {
  const blocks: Buffer[] = []
  const counter = Buffer.alloc(4)
  for (let done = 0; done < length; done += blocks[0]?.length ?? length) {
    blocks.push(createHash(hash).update(seed).update(counter).digest())
    counter.writeUInt32BE(blocks.length)
  }
  return Buffer.concat(blocks).subarray(0, length)
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)))
}

function modulusLength(material: Material): number {
  const spec = specOf(material.keySpec)
  if (spec.kind !== 'rsa') throw new Error(`${material.keySpec} has no modulus`)
  return spec.bits / 8
}

function privateOperation(material: Material, encoded: Buffer): Buffer {
  return privateEncrypt({ key: privateKey(material), padding: constants.RSA_NO_PADDING }, encoded)
}

/** Undefined for what cannot be a signature of the key: a wrong length, or not below the modulus. */
function publicOperation(material: Material, signature: Buffer): Buffer | undefined {
  if (signature.length !== modulusLength(material)) return undefined
  const key = publicKey(material)
  try {
    return publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature)
  } catch {
    return undefined
  }
}
