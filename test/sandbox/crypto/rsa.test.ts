import {
  constants,
  createPrivateKey,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decryptRsa, encryptRsa } from '../../../src/lib/sandbox/crypto/index.js'
import { keyOf, publicHalf, refusal, tampered } from './keys.js'

const padding = constants.RSA_PKCS1_OAEP_PADDING
const invalid = refusal('InvalidCiphertextException', '')

// The limits are those of the API reference of Encrypt.
describe.each([
  ['RSA_2048', 'RSAES_OAEP_SHA_1', 'sha1', 214],
  ['RSA_2048', 'RSAES_OAEP_SHA_256', 'sha256', 190],
  ['RSA_3072', 'RSAES_OAEP_SHA_1', 'sha1', 342],
  ['RSA_3072', 'RSAES_OAEP_SHA_256', 'sha256', 318],
  ['RSA_4096', 'RSAES_OAEP_SHA_1', 'sha1', 470],
  ['RSA_4096', 'RSAES_OAEP_SHA_256', 'sha256', 446],
])('%s with %s', (keySpec, algorithm, oaepHash, limit) => {
  const material = keyOf(keySpec)

  test.each([1, limit])('round trips %i bytes', (length) => {
    const plaintext = randomBytes(length)
    const ciphertext = encryptRsa(material, algorithm, plaintext)
    expect(decryptRsa(material, algorithm, ciphertext)).toEqual(plaintext)
  })

  test('refuses one byte more than the documented limit', () => {
    expect(() => encryptRsa(material, algorithm, Buffer.alloc(limit + 1))).toThrow(
      refusal(
        'ValidationException',
        `Algorithm ${algorithm} and key spec ${keySpec} cannot encrypt data larger than ${limit} bytes.`,
      ),
    )
  })

  test('understands others, and others understand it', () => {
    const plaintext = randomBytes(32)
    const theirs = publicEncrypt({ key: publicHalf(material), padding, oaepHash }, plaintext)
    expect(decryptRsa(material, algorithm, theirs)).toEqual(plaintext)
    const key = createPrivateKey({
      key: Buffer.from(material.secret, 'base64'),
      format: 'der',
      type: 'pkcs8',
    })
    const ours = encryptRsa(material, algorithm, plaintext)
    expect(privateDecrypt({ key, padding, oaepHash }, ours)).toEqual(plaintext)
  })
})

describe('decryption refuses', () => {
  const material = keyOf('RSA_2048')
  const ciphertext = encryptRsa(material, 'RSAES_OAEP_SHA_256', Buffer.from('secret'))

  test('a changed ciphertext, the other algorithm, another key', () => {
    const decrypt = (bytes: Buffer, algorithm = 'RSAES_OAEP_SHA_256') =>
      decryptRsa(material, algorithm, bytes)
    for (const at of [0, 100, -1]) expect(() => decrypt(tampered(ciphertext, at))).toThrow(invalid)
    expect(() => decrypt(ciphertext, 'RSAES_OAEP_SHA_1')).toThrow(invalid)
    expect(() => decryptRsa(keyOf('RSA_3072'), 'RSAES_OAEP_SHA_256', ciphertext)).toThrow(invalid)
  })

  test('garbage of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => {
        expect(() => decryptRsa(material, 'RSAES_OAEP_SHA_1', garbage)).toThrow(invalid)
      }),
      { numRuns: 50 },
    )
  })
})

test.each([
  ['RSA_2048', 'SYMMETRIC_DEFAULT'],
  ['RSA_2048', 'SM2PKE'],
  ['ECC_NIST_P256', 'RSAES_OAEP_SHA_256'],
  ['SYMMETRIC_DEFAULT', 'SYMMETRIC_DEFAULT'],
])('%s does not do %s', (keySpec, algorithm) => {
  const expected = refusal(
    'InvalidKeyUsageException',
    `Algorithm ${algorithm} is incompatible with key spec ${keySpec}.`,
  )
  expect(() => encryptRsa(keyOf(keySpec), algorithm, Buffer.alloc(1))).toThrow(expected)
  expect(() => decryptRsa(keyOf(keySpec), algorithm, Buffer.alloc(256))).toThrow(expected)
})

test('SM2PKE is not implemented, and says so', () => {
  const expected = refusal('UnsupportedOperationException', expect.stringContaining('SM2PKE'))
  expect(() => encryptRsa(keyOf('SM2'), 'SM2PKE', Buffer.alloc(1))).toThrow(expected)
  expect(() => decryptRsa(keyOf('SM2'), 'SM2PKE', Buffer.alloc(1))).toThrow(expected)
})
