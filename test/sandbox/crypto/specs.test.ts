import { describe, expect, test } from 'vitest'
import { algorithms } from '../../../src/lib/sandbox/crypto/index.js'

const none = { encryption: [], signing: [], mac: [], keyAgreement: [] }
const rsa = ['RSASSA_PKCS1_V1_5_SHA_', 'RSASSA_PSS_SHA_'].flatMap((name) =>
  [256, 384, 512].map((bits) => `${name}${bits}`),
)

describe('algorithms, as DescribeKey lists them', () => {
  test.each([
    ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', { encryption: ['SYMMETRIC_DEFAULT'] }],
    ['HMAC_224', 'GENERATE_VERIFY_MAC', { mac: ['HMAC_SHA_224'] }],
    ['HMAC_512', 'GENERATE_VERIFY_MAC', { mac: ['HMAC_SHA_512'] }],
    ['RSA_2048', 'ENCRYPT_DECRYPT', { encryption: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] }],
    ['RSA_4096', 'SIGN_VERIFY', { signing: rsa }],
    ['ECC_NIST_P256', 'SIGN_VERIFY', { signing: ['ECDSA_SHA_256'] }],
    ['ECC_NIST_P384', 'KEY_AGREEMENT', { keyAgreement: ['ECDH'] }],
    ['ECC_NIST_P521', 'SIGN_VERIFY', { signing: ['ECDSA_SHA_512'] }],
    ['ECC_SECG_P256K1', 'SIGN_VERIFY', { signing: ['ECDSA_SHA_256'] }],
    [
      'ECC_NIST_EDWARDS25519',
      'SIGN_VERIFY',
      { signing: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'] },
    ],
    ['SM2', 'ENCRYPT_DECRYPT', { encryption: ['SM2PKE'] }],
    ['SM2', 'SIGN_VERIFY', { signing: ['SM2DSA'] }],
    ['SM2', 'KEY_AGREEMENT', { keyAgreement: ['ECDH'] }],
    ['ML_DSA_65', 'SIGN_VERIFY', { signing: ['ML_DSA_SHAKE_256'] }],
  ])('%s for %s', (keySpec, keyUsage, expected) => {
    expect(algorithms(keySpec, keyUsage)).toEqual({ ...none, ...expected })
  })

  test.each([
    ['SYMMETRIC_DEFAULT', 'SIGN_VERIFY'],
    ['ECC_SECG_P256K1', 'KEY_AGREEMENT'],
    ['ECC_NIST_EDWARDS25519', 'KEY_AGREEMENT'],
    ['RSA_2048', 'constructor'],
    ['NO_SUCH_SPEC', 'SIGN_VERIFY'],
  ])('%s has none for %s', (keySpec, keyUsage) => {
    expect(algorithms(keySpec, keyUsage)).toEqual(none)
  })

  test('hands out copies', () => {
    algorithms('ECC_NIST_P256', 'SIGN_VERIFY').signing.push('MINE')
    expect(algorithms('ECC_NIST_P256', 'SIGN_VERIFY').signing).toEqual(['ECDSA_SHA_256'])
  })
})
