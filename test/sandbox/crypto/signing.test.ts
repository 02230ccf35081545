import { execFileSync } from 'node:child_process'
import {
  constants,
  createHash,
  createPrivateKey,
  type KeyObject,
  sign as nodeSign,
  verify as nodeVerify,
  randomBytes,
} from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import {
  algorithms,
  generateMaterial,
  type Material,
  type MessageType,
  publicKeyDer,
  sign,
  supportedKeySpec,
  verify,
} from '../../../src/lib/sandbox/crypto/index.js'
import { keySpecs } from '../../../src/lib/sandbox/crypto/specs.js'
import { keyOf, publicHalf, refusal, tampered } from './keys.js'

const message = Buffer.from('a message to sign')

const pairs = keySpecs
  .filter((keySpec) => supportedKeySpec(keySpec))
  .flatMap((keySpec) =>
    algorithms(keySpec, 'SIGN_VERIFY').signing.map((algorithm) => [keySpec, algorithm] as const),
  )

/** RSA and ECDSA: the hash, by the end of the algorithm's name. */
const hashed = pairs.filter(([, algorithm]) => /^(RSASSA|ECDSA)/.test(algorithm))

function hashOf(algorithm: string): string {
  return algorithm === 'SM2DSA' ? 'sm3' : `sha${algorithm.slice(-3)}`
}

function digest(algorithm: string, bytes: Uint8Array = message): Buffer {
  return createHash(hashOf(algorithm)).update(bytes).digest()
}

/** The parameters that AWS documents, spelled for Node: a salt as long as the hash. */
function forNode<T>(algorithm: string, key: T) {
  return algorithm.startsWith('RSASSA_PSS')
    ? {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: digest(algorithm).length,
      }
    : { key }
}

function privateHalf(material: Material): KeyObject {
  const key = Buffer.from(material.secret, 'base64')
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

/** A message of a type that the algorithm takes, and another. */
function messagesFor(algorithm: string): [MessageType, Buffer, Buffer][] {
  if (algorithm === 'ED25519_SHA_512' || algorithm === 'ML_DSA_SHAKE_256') {
    return [['RAW', message, tampered(message, 0)]]
  }
  const asDigest: [MessageType, Buffer, Buffer] = [
    'DIGEST',
    digest(algorithm),
    tampered(digest(algorithm), -1),
  ]
  if (algorithm === 'ED25519_PH_SHA_512') return [asDigest]
  return [['RAW', message, tampered(message, 0)], asDigest]
}

describe.each(pairs)('%s with %s', (keySpec, algorithm) => {
  const material = keyOf(keySpec)

  test.each(messagesFor(algorithm))('round trips %s, and nothing else', (type, text, other) => {
    const signature = sign(material, algorithm, text, type)
    expect(verify(material, algorithm, text, type, signature)).toBe(true)
    expect(verify(material, algorithm, text, type, new Uint8Array(signature))).toBe(true)
    expect(verify(material, algorithm, other, type, signature)).toBe(false)
    for (const at of [0, 40, -1]) {
      expect(verify(material, algorithm, text, type, tampered(signature, at))).toBe(false)
    }
    const longer = Buffer.concat([signature, Buffer.alloc(1)])
    for (const wrong of [longer, signature.subarray(1), signature.subarray(0, -1)]) {
      expect(verify(material, algorithm, text, type, wrong)).toBe(false)
    }
  })

  test('never throws at a signature, whatever it is', () => {
    const [type, text] = messagesFor(algorithm)[0] ?? ['RAW', message]
    const length = sign(material, algorithm, text, type).length
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ minLength: length, maxLength: length }),
      fc.constantFrom(0, 0xff).map((byte) => new Uint8Array(length).fill(byte)),
    )
    fc.assert(
      fc.property(garbage, (bytes) => {
        expect(verify(material, algorithm, text, type, bytes)).toBe(false)
      }),
      { numRuns: 20 },
    )
  })

  test('is not valid under another key', () => {
    if (keySpec.startsWith('RSA_')) return
    const other = generateMaterial(keySpec)
    for (const [type, text] of messagesFor(algorithm)) {
      const signature = sign(material, algorithm, text, type)
      expect(verify(other, algorithm, text, type, signature)).toBe(false)
    }
  })
})

describe.each(hashed)('%s with %s and node:crypto', (keySpec, algorithm) => {
  const material = keyOf(keySpec)
  const hash = hashOf(algorithm)

  test.each(['RAW', 'DIGEST'] as const)('agree on signatures over %s', (type) => {
    const signature = sign(material, algorithm, type === 'RAW' ? message : digest(algorithm), type)
    const theirs = forNode(algorithm, publicHalf(material))
    expect(nodeVerify(hash, message, theirs, signature)).toBe(true)
    expect(nodeVerify(hash, tampered(message, 0), theirs, signature)).toBe(false)
    // The other type of the same message is the same message.
    expect(verify(material, algorithm, message, 'RAW', signature)).toBe(true)
    expect(verify(material, algorithm, digest(algorithm), 'DIGEST', signature)).toBe(true)
  })

  test("agree on Node's signatures", () => {
    const signature = nodeSign(hash, message, forNode(algorithm, privateHalf(material)))
    expect(verify(material, algorithm, message, 'RAW', signature)).toBe(true)
    expect(verify(material, algorithm, digest(algorithm), 'DIGEST', signature)).toBe(true)
  })

  test('agree on the empty message', () => {
    const signature = sign(material, algorithm, Buffer.alloc(0), 'RAW')
    const theirs = forNode(algorithm, publicHalf(material))
    expect(nodeVerify(hash, Buffer.alloc(0), theirs, signature)).toBe(true)
  })

  test('refuses digests of other lengths', () => {
    const right = digest(algorithm).length
    const expected = refusal(
      'ValidationException',
      `Digest is invalid length for algorithm ${algorithm}.`,
    )
    for (const length of [0, 20, right - 1, right + 1, right === 64 ? 32 : 64]) {
      const wrong = Buffer.alloc(length)
      expect(() => sign(material, algorithm, wrong, 'DIGEST')).toThrow(expected)
      expect(() => verify(material, algorithm, wrong, 'DIGEST', Buffer.alloc(64))).toThrow(expected)
    }
  })
})

describe('elliptic curve signatures', () => {
  const curves = hashed.filter(([keySpec]) => keySpec.startsWith('ECC'))

  test.each(curves)('%s: many keys and digests agree with Node', (keySpec, algorithm) => {
    for (let round = 0; round < 40; round++) {
      const material = generateMaterial(keySpec)
      const text = randomBytes(20)
      const ours = sign(material, algorithm, digest(algorithm, text), 'DIGEST')
      expect(nodeVerify(hashOf(algorithm), text, publicHalf(material), ours)).toBe(true)
      const theirs = nodeSign(hashOf(algorithm), text, privateHalf(material))
      expect(verify(material, algorithm, text, 'RAW', theirs)).toBe(true)
    }
  })

  test.each([
    ['zeros', '3006020100020100'],
    ['a zero r', '3006020100020101'],
    ['a negative number', '3006020181020101'],
    ['a padded number', '300702020001020101'],
    ['one number', '3003020101'],
    ['three numbers', '3009020101020101020101'],
    ['an empty number', '30050200020101'],
    ['a long form of a short length', '308106020101020101'],
    ['an indefinite length', '30800201010201010000'],
    ['a length beyond the end', '3006020101020201'],
    ['nothing', ''],
  ])('refuses DER with %s', (_name, hex) => {
    const signature = Buffer.from(hex, 'hex')
    expect(verify(keyOf('ECC_NIST_P256'), 'ECDSA_SHA_256', message, 'RAW', signature)).toBe(false)
    expect(verify(keyOf('SM2'), 'SM2DSA', message, 'RAW', signature)).toBe(false)
  })
})

describe('PSS', () => {
  const material = keyOf('RSA_2048')

  test.each([0, 20, 222])('refuses a salt of %i bytes: KMS has 32', (saltLength) => {
    const key = privateHalf(material)
    const padding = constants.RSA_PKCS1_PSS_PADDING
    const signature = nodeSign('sha256', message, { key, padding, saltLength })
    expect(verify(material, 'RSASSA_PSS_SHA_256', message, 'RAW', signature)).toBe(false)
  })

  test('draws a new salt every time, and PKCS #1 v1.5 has none', () => {
    const twice = (algorithm: string) =>
      [0, 1].map(() => sign(material, algorithm, message, 'RAW').toString('hex'))
    expect(new Set(twice('RSASSA_PSS_SHA_256')).size).toBe(2)
    expect(new Set(twice('RSASSA_PKCS1_V1_5_SHA_256')).size).toBe(1)
  })
})

describe('message types', () => {
  test.each([
    ['ECC_NIST_EDWARDS25519', 'ED25519_SHA_512', 'DIGEST', 'algorithm ED25519_SHA_512'],
    ['ECC_NIST_EDWARDS25519', 'ED25519_PH_SHA_512', 'RAW', 'algorithm ED25519_PH_SHA_512'],
    ['ECC_NIST_EDWARDS25519', 'ED25519_SHA_512', 'EXTERNAL_MU', 'key spec ECC_NIST_EDWARDS25519'],
    ['ECC_NIST_P256', 'ECDSA_SHA_256', 'EXTERNAL_MU', 'key spec ECC_NIST_P256'],
    ['RSA_2048', 'RSASSA_PSS_SHA_256', 'EXTERNAL_MU', 'key spec RSA_2048'],
  ] as const)('%s with %s does not take %s', (keySpec, algorithm, type, subject) => {
    const expected = refusal(
      'ValidationException',
      `Message type ${type} is incompatible with ${subject}.`,
    )
    const [material, text] = [keyOf(keySpec), Buffer.alloc(64)]
    expect(() => sign(material, algorithm, text, type)).toThrow(expected)
    expect(() => verify(material, algorithm, text, type, text)).toThrow(expected)
  })

  test.each([
    ['DIGEST', 64, 'ValidationException', 'DIGEST is incompatible with key spec ML_DSA_65'],
    ['EXTERNAL_MU', 63, 'ValidationException', 'External Mu is invalid length'],
    ['EXTERNAL_MU', 64, 'UnsupportedOperationException', 'EXTERNAL_MU'],
  ] as const)('ML_DSA_65 refuses %s of %i bytes', (type, length, code, words) => {
    const material = { id: '0'.repeat(64), keySpec: 'ML_DSA_65', secret: '' }
    expect(() => sign(material, 'ML_DSA_SHAKE_256', Buffer.alloc(length), type)).toThrow(
      refusal(code, expect.stringContaining(words)),
    )
  })

  test('ED25519_PH_SHA_512 takes digests of 64 bytes', () => {
    const material = keyOf('ECC_NIST_EDWARDS25519')
    expect(() => sign(material, 'ED25519_PH_SHA_512', Buffer.alloc(32), 'DIGEST')).toThrow(
      refusal('ValidationException', 'Digest is invalid length for algorithm ED25519_PH_SHA_512.'),
    )
  })
})

test.each([
  ['ECC_NIST_P256', 'ECDSA_SHA_384'],
  ['ECC_NIST_P384', 'ECDSA_SHA_256'],
  ['ECC_NIST_P256', 'RSASSA_PSS_SHA_256'],
  ['RSA_2048', 'ECDSA_SHA_256'],
  ['RSA_2048', 'RSAES_OAEP_SHA_256'],
  ['ECC_NIST_EDWARDS25519', 'ECDSA_SHA_512'],
  ['SM2', 'ECDSA_SHA_256'],
  ['HMAC_256', 'HMAC_SHA_256'],
  ['SYMMETRIC_DEFAULT', 'SYMMETRIC_DEFAULT'],
  ['RSA_2048', 'NO_SUCH_ALGORITHM'],
])('%s does not sign with %s', (keySpec, algorithm) => {
  const expected = refusal(
    'InvalidKeyUsageException',
    `Algorithm ${algorithm} is incompatible with key spec ${keySpec}.`,
  )
  const material = keyOf(keySpec)
  expect(() => sign(material, algorithm, message, 'RAW')).toThrow(expected)
  expect(() => verify(material, algorithm, message, 'RAW', message)).toThrow(expected)
})

describe('signatures without a digest of their own', () => {
  const whole = pairs.filter(([, name]) => /^(ED25519|ML_DSA)_SHA/.test(name))

  test.each(whole)('%s agrees with Node', (keySpec, algorithm) => {
    const material = keyOf(keySpec)
    const ours = sign(material, algorithm, message, 'RAW')
    expect(nodeVerify(null, message, publicHalf(material), ours)).toBe(true)
    const theirs = nodeSign(null, message, privateHalf(material))
    expect(verify(material, algorithm, message, 'RAW', theirs)).toBe(true)
  })
})

describe('SM2DSA', () => {
  const material = keyOf('SM2')

  /** OpenSSL, asked through Node, signs for the empty identity, so a DIGEST can be compared. */
  function digestOfNobody(text: Buffer): Buffer {
    const parameters = [
      'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc',
      '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93',
      '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7',
      'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
    ]
    const z = createHash('sm3')
      .update(Buffer.from(`0000${parameters.join('')}`, 'hex'))
      .update(publicKeyDer(material).subarray(-64))
      .digest()
    return createHash('sm3').update(z).update(text).digest()
  }

  test('over a DIGEST agrees with Node', () => {
    for (let round = 0; round < 20; round++) {
      const text = randomBytes(20)
      const ours = sign(material, 'SM2DSA', digestOfNobody(text), 'DIGEST')
      expect(nodeVerify('sm3', text, publicHalf(material), ours)).toBe(true)
      const theirs = nodeSign('sm3', text, privateHalf(material))
      expect(verify(material, 'SM2DSA', digestOfNobody(text), 'DIGEST', theirs)).toBe(true)
    }
  })
})

describe.skipIf(!hasOpenssl())('openssl pkeyutl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kmsctl-crypto-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  function accepts(
    material: Material,
    signature: Buffer,
    text: Buffer,
    options: string[],
  ): boolean {
    const files = { key: publicKeyDer(material), text, signature }
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
    const where = ['-inkey', 'key', '-in', 'text', '-sigfile', 'signature']
    try {
      execFileSync(
        'openssl',
        ['pkeyutl', '-verify', '-pubin', '-keyform', 'DER', ...where, ...options],
        {
          cwd: folder,
          stdio: 'pipe',
        },
      )
      return true
    } catch {
      return false
    }
  }

  test.each(hashed)('verifies %s with %s over a digest', (keySpec, algorithm) => {
    const material = keyOf(keySpec)
    const options = [`digest:${hashOf(algorithm)}`]
    if (algorithm.startsWith('RSASSA_PSS')) {
      options.push('rsa_padding_mode:pss', `rsa_pss_saltlen:${digest(algorithm).length}`)
    }
    const flags = options.flatMap((option) => ['-pkeyopt', option])
    const signature = sign(material, algorithm, digest(algorithm), 'DIGEST')
    expect(accepts(material, signature, digest(algorithm), flags)).toBe(true)
    expect(accepts(material, tampered(signature, -1), digest(algorithm), flags)).toBe(false)
  })

  test('verifies SM2DSA for the identity that KMS uses', () => {
    const flags = ['-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678']
    const signature = sign(keyOf('SM2'), 'SM2DSA', message, 'RAW')
    expect(accepts(keyOf('SM2'), signature, message, flags)).toBe(true)
    expect(accepts(keyOf('SM2'), tampered(signature, -1), message, flags)).toBe(false)
  })
})

function hasOpenssl(): boolean {
  try {
    // LibreSSL answers to the same name without SM2.
    return /^OpenSSL [3-9]/.test(execFileSync('openssl', ['version'], { encoding: 'utf8' }))
  } catch {
    return false
  }
}
