import { describe, expect, test } from 'vitest'
import {
  generateMaterial,
  publicKeyDer,
  sign,
  supportedKeySpec,
} from '../../../src/lib/sandbox/crypto/index.js'
import { keyOf, publicHalf, refusal } from './keys.js'

const raw = { SYMMETRIC_DEFAULT: 32, HMAC_224: 28, HMAC_256: 32, HMAC_384: 48, HMAC_512: 64 }
const mlDsa = ['ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87']

describe('material', () => {
  test.each(Object.entries(raw))('%s is %i random bytes', (keySpec, length) => {
    const [a, b] = [generateMaterial(keySpec), generateMaterial(keySpec)]
    expect(Buffer.from(a.secret, 'base64')).toHaveLength(length)
    expect(a).toMatchObject({ keySpec, id: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(a.id).not.toBe(b.id)
    expect(a.secret).not.toBe(b.secret)
  })

  test.each([
    ['RSA_2048', { asymmetricKeyType: 'rsa', asymmetricKeyDetails: { modulusLength: 2048 } }],
    ['RSA_3072', { asymmetricKeyType: 'rsa', asymmetricKeyDetails: { modulusLength: 3072 } }],
    ['ECC_NIST_P256', { asymmetricKeyDetails: { namedCurve: 'prime256v1' } }],
    ['ECC_NIST_P384', { asymmetricKeyDetails: { namedCurve: 'secp384r1' } }],
    ['ECC_NIST_P521', { asymmetricKeyDetails: { namedCurve: 'secp521r1' } }],
    ['ECC_SECG_P256K1', { asymmetricKeyDetails: { namedCurve: 'secp256k1' } }],
    ['ECC_NIST_EDWARDS25519', { asymmetricKeyType: 'ed25519' }],
  ])('%s has the public key that its name promises', (keySpec, expected) => {
    expect(supportedKeySpec(keySpec)).toBe(true)
    expect(publicHalf(keyOf(keySpec))).toMatchObject(expected)
  })

  test('SM2 public keys name the curve 1.2.156.10197.1.301', () => {
    const der = publicKeyDer(keyOf('SM2')).toString('hex')
    expect(der).toMatch(/^3059301306072a8648ce3d020106082a811ccf5501822d03420004[0-9a-f]{128}$/)
  })

  // Lengths of FIPS 204 table 2, and 22 bytes of SubjectPublicKeyInfo around them.
  test.runIf(supportedKeySpec('ML_DSA_44')).each([
    ['ML_DSA_44', 1312],
    ['ML_DSA_65', 1952],
    ['ML_DSA_87', 2592],
  ])('%s has a public key of %i bytes', (keySpec, length) => {
    expect(publicKeyDer(keyOf(keySpec))).toHaveLength(length + 22)
  })

  test.skipIf(supportedKeySpec('ML_DSA_44')).each(mlDsa)('%s is refused by name', (keySpec) => {
    const expected = refusal(
      'UnsupportedOperationException',
      `The embedded KMS: key spec ${keySpec} needs Node.js 24.6 or later.`,
    )
    expect(() => generateMaterial(keySpec)).toThrow(expected)
    // A state file may come from a newer Node.
    const material = { id: '0'.repeat(64), keySpec, secret: '' }
    expect(() => publicKeyDer(material)).toThrow(expected)
    expect(() => sign(material, 'ML_DSA_SHAKE_256', Buffer.alloc(1), 'RAW')).toThrow(expected)
  })

  test.each(['ML_KEM_768', 'RSA_1024', '', 'constructor', '__proto__'])(
    'refuses the unknown key spec %j',
    (keySpec) => {
      expect(supportedKeySpec(keySpec)).toBe(false)
      expect(() => generateMaterial(keySpec)).toThrow(refusal('UnsupportedOperationException'))
    },
  )
})
