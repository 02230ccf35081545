/**
 * SYMMETRIC_DEFAULT: AES-256 in Galois/Counter Mode (NIST SP 800-38D) with the encryption context
 * as additional authenticated data.
 *
 * KMS leaves the form of its ciphertext blobs undocumented. This one is the sandbox's own:
 *
 *   magic and version  4 bytes  "KSB" 0x01
 *   key id             2 bytes of length (big-endian), then UTF-8
 *   material id        32 bytes
 *   nonce              12 bytes, random
 *   ciphertext         as long as the plaintext
 *   tag                16 bytes
 *
 * Everything before the nonce is authenticated too, so that a blob cannot be passed off as
 * another key's. Sizes of plaintexts are the operations' business: Encrypt stops at 4096 bytes,
 * the private half of a data key pair may be longer.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { invalidCiphertext } from './errors.js'
import { type Material, secretBytes } from './material.js'

const magic = Buffer.from('KSB\x01', 'latin1')
const nonceLength = 12
const tagLength = 16
const materialIdLength = 32

export function encryptSymmetric(
  keyId: string,
  material: Material,
  plaintext: Uint8Array,
  context: Record<string, string>,
): Buffer {
  const header = blobHeader(keyId, material.id)
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', secretBytes(material), nonce)
  cipher.setAAD(Buffer.concat([header, encodeContext(context)]))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([header, nonce, ciphertext, cipher.getAuthTag()])
}

/** Which key, and which of its materials, a blob names. Only decrypting proves that it is so. */
export function readSymmetricBlob(blob: Uint8Array): { keyId: string; materialId: string } {
  const { keyId, materialId } = parseBlob(blob)
  return { keyId, materialId }
}

export function decryptSymmetric(
  material: Material,
  blob: Uint8Array,
  context: Record<string, string>,
): Buffer {
  const { materialId, header, nonce, ciphertext, tag } = parseBlob(blob)
  if (materialId !== material.id) throw invalidCiphertext()
  const decipher = createDecipheriv('aes-256-gcm', secretBytes(material), nonce, {
    authTagLength: tagLength,
  })
  decipher.setAAD(Buffer.concat([header, encodeContext(context)]))
  decipher.setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()])
  } catch {
    throw invalidCiphertext()
  }
}

/**
 * One byte string for each encryption context, whatever the order of its pairs, and never the same
 * for two: a count, then each key and value behind its length, sorted by key. The strings are
 * written as UTF-16, because UTF-8 would write every lone surrogate as the same U+FFFD.
 */
export function encodeContext(context: Record<string, string>): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))
  const parts = [uint32(pairs.length)]
  for (const text of pairs.flat()) {
    const bytes = Buffer.from(text, 'utf16le')
    parts.push(uint32(bytes.length), bytes)
  }
  return Buffer.concat(parts)
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function blobHeader(keyId: string, materialId: string): Buffer {
  const name = Buffer.from(keyId, 'utf8')
  const length = Buffer.alloc(2)
  length.writeUInt16BE(name.length)
  return Buffer.concat([magic, length, name, Buffer.from(materialId, 'hex')])
}

function parseBlob(bytes: Uint8Array) {
  const blob = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const nameStart = magic.length + 2
  if (blob.length < nameStart || !blob.subarray(0, magic.length).equals(magic)) {
    throw invalidCiphertext()
  }
  const nameEnd = nameStart + blob.readUInt16BE(magic.length)
  const headerEnd = nameEnd + materialIdLength
  const nonceEnd = headerEnd + nonceLength
  const tagStart = blob.length - tagLength
  if (tagStart < nonceEnd) throw invalidCiphertext()
  return {
    keyId: blob.toString('utf8', nameStart, nameEnd),
    materialId: blob.toString('hex', nameEnd, headerEnd),
    header: blob.subarray(0, headerEnd),
    nonce: blob.subarray(headerEnd, nonceEnd),
    ciphertext: blob.subarray(nonceEnd, tagStart),
    tag: blob.subarray(tagStart),
  }
}
