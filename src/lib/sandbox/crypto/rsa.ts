/** RSA encryption: RSAES-OAEP (RFC 8017 section 7.1), one hash for the label and for MGF1. */
import { constants, privateDecrypt, publicEncrypt } from 'node:crypto'
import {
  incompatibleAlgorithm,
  invalidCiphertext,
  plaintextTooLong,
  unsupported,
} from './errors.js'
import { type Material, privateKey, publicKey } from './material.js'
import { type Hash, oaepHashes, specOf } from './specs.js'

const hashLengths: Partial<Record<Hash, number>> = { sha1: 20, sha256: 32 }

export function encryptRsa(material: Material, algorithm: string, plaintext: Uint8Array): Buffer {
  const { hash, limit } = oaep(material, algorithm)
  if (plaintext.length > limit) throw plaintextTooLong(algorithm, material.keySpec, limit)
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  return publicEncrypt({ key: publicKey(material), padding, oaepHash: hash }, plaintext)
}

export function decryptRsa(material: Material, algorithm: string, ciphertext: Uint8Array): Buffer {
  const { hash } = oaep(material, algorithm)
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const key = privateKey(material)
  try {
    return privateDecrypt({ key, padding, oaepHash: hash }, ciphertext)
  } catch {
    throw invalidCiphertext()
  }
}

/** The API reference of Encrypt lists the limits; they are RFC 8017's, k − 2·hLen − 2. */
function oaep(material: Material, algorithm: string): { hash: Hash; limit: number } {
  const spec = specOf(material.keySpec)
  if (!spec.usages.ENCRYPT_DECRYPT?.includes(algorithm)) {
    throw incompatibleAlgorithm(algorithm, material.keySpec)
  }
  // KMS has it in the China Regions only.
  if (algorithm === 'SM2PKE') throw unsupported('encryption algorithm SM2PKE is not implemented')
  const hash = oaepHashes.get(algorithm)
  const length = hash && hashLengths[hash]
  if (spec.kind !== 'rsa' || hash === undefined || length === undefined) {
    throw incompatibleAlgorithm(algorithm, material.keySpec)
  }
  return { hash, limit: spec.bits / 8 - 2 * length - 2 }
}
