/** The cryptographic operations; their primitives have their own tests in test/sandbox/crypto. */
import { createPublicKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Bench, base64, START } from '../support.js'

const ECC = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }
const HMAC = { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }
const RSA = { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }

describe('Encrypt and Decrypt', () => {
  it('symmetric: the ciphertext names its key, and the context must agree (recorded)', async () => {
    const bench = new Bench()
    const { Arn, CurrentKeyMaterialId, KeyId } = await bench.create()
    const EncryptionContext = { purpose: 'test' }
    const made = await bench.call('Encrypt', { KeyId, Plaintext: base64('x'), EncryptionContext })
    expect(made).toMatchObject({ KeyId: Arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' })
    const { CiphertextBlob } = made
    expect(await bench.call('Decrypt', { CiphertextBlob, EncryptionContext })).toEqual({
      KeyId: Arn,
      Plaintext: base64('x'),
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      KeyMaterialId: CurrentKeyMaterialId,
    })
    expect(await bench.failure('Decrypt', { CiphertextBlob })).toBe('InvalidCiphertextException: ')
    const garbage = { CiphertextBlob: base64('garbage') }
    expect(await bench.code('Decrypt', garbage)).toBe('InvalidCiphertextException')
  })

  it('another key is an IncorrectKeyException (recorded)', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create()
    const { CiphertextBlob } = await bench.call('Encrypt', { KeyId, Plaintext: base64('x') })
    for (const input of [{}, HMAC]) {
      const other = await bench.create(input)
      expect(await bench.failure('Decrypt', { CiphertextBlob, KeyId: other.KeyId })).toBe(
        'IncorrectKeyException: The key ID in the request does not identify a CMK that can perform this operation.',
      )
    }
  })

  it('RSA: key and algorithm must be named', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create(RSA)
    const EncryptionAlgorithm = 'RSAES_OAEP_SHA_256'
    const input = { KeyId, EncryptionAlgorithm }
    const { CiphertextBlob } = await bench.call('Encrypt', { ...input, Plaintext: base64('x') })
    const read = await bench.call('Decrypt', { ...input, CiphertextBlob })
    expect(read.Plaintext).toBe(base64('x'))
    expect(read).not.toHaveProperty('KeyMaterialId')
    const unnamed = { CiphertextBlob, EncryptionAlgorithm }
    expect(await bench.code('Decrypt', unnamed)).toBe('ValidationException')
    expect(await bench.failure('Encrypt', { KeyId, Plaintext: base64('x') })).toBe(
      'InvalidKeyUsageException: Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.',
    )
    const context = { ...input, Plaintext: base64('x'), EncryptionContext: { a: 'b' } }
    expect(await bench.code('Encrypt', context)).toBe('ValidationException')
    const long = { ...input, Plaintext: base64('x'.repeat(191)) }
    expect(await bench.failure('Encrypt', long)).toBe(
      'ValidationException: Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048 cannot encrypt data larger than 190 bytes.',
    )
  })

  it('ReEncrypt moves a secret from key to key', async () => {
    const bench = new Bench()
    const from = await bench.create()
    const to = await bench.create()
    const SourceEncryptionContext = { from: 'a' }
    const { CiphertextBlob } = await bench.call('Encrypt', {
      KeyId: from.KeyId,
      Plaintext: base64('secret'),
      EncryptionContext: SourceEncryptionContext,
    })
    const made = await bench.call('ReEncrypt', {
      CiphertextBlob,
      SourceEncryptionContext,
      DestinationKeyId: to.KeyId,
    })
    expect(made).toMatchObject({
      SourceKeyId: from.Arn,
      KeyId: to.Arn,
      SourceKeyMaterialId: from.CurrentKeyMaterialId,
      DestinationKeyMaterialId: to.CurrentKeyMaterialId,
    })
    const read = await bench.call('Decrypt', { CiphertextBlob: made.CiphertextBlob })
    expect(read).toMatchObject({ KeyId: to.Arn, Plaintext: base64('secret') })
    for (const { KeyId } of [from, to]) {
      const { KeyLastUsage } = await bench.call('GetKeyLastUsage', { KeyId })
      expect(KeyLastUsage.Operation).toBe(KeyId === to.KeyId ? 'Decrypt' : 'ReEncrypt')
    }
  })
})

describe('data keys and random bytes', () => {
  it('by spec or by number of bytes, and not both', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create()
    const { CiphertextBlob, Plaintext } = await bench.call('GenerateDataKey', {
      KeyId,
      KeySpec: 'AES_256',
    })
    expect(Buffer.from(Plaintext, 'base64')).toHaveLength(32)
    expect((await bench.call('Decrypt', { CiphertextBlob })).Plaintext).toBe(Plaintext)
    const hidden = { KeyId, NumberOfBytes: 5 }
    const without = await bench.call('GenerateDataKeyWithoutPlaintext', hidden)
    expect(without).not.toHaveProperty('Plaintext')
    const read = await bench.call('Decrypt', { CiphertextBlob: without.CiphertextBlob })
    expect(Buffer.from(read.Plaintext, 'base64')).toHaveLength(5)
    for (const wrong of [{}, { KeySpec: 'AES_128', NumberOfBytes: 3 }]) {
      expect(await bench.code('GenerateDataKey', { KeyId, ...wrong })).toBe('ValidationException')
    }
    const random = await bench.call('GenerateRandom', { NumberOfBytes: 12 })
    expect(Buffer.from(random.Plaintext, 'base64')).toHaveLength(12)
  })
})

describe('Sign, Verify and MACs', () => {
  const Message = base64('message')
  const SigningAlgorithm = 'ECDSA_SHA_256'

  it('sign so that anybody with the public key can check it', async () => {
    const bench = new Bench()
    const { Arn, KeyId } = await bench.create(ECC)
    const { Signature } = await bench.call('Sign', { KeyId, Message, SigningAlgorithm })
    const given = { KeyId, Message, SigningAlgorithm, Signature }
    expect(await bench.call('Verify', given)).toEqual({
      KeyId: Arn,
      SignatureValid: true,
      SigningAlgorithm,
    })
    const other = { ...given, Message: base64('other') }
    expect(await bench.failure('Verify', other)).toBe('KMSInvalidSignatureException: ')
    const { PublicKey, ...rest } = await bench.call('GetPublicKey', { KeyId })
    expect(rest).toMatchObject({
      KeyId: Arn,
      KeyUsage: 'SIGN_VERIFY',
      SigningAlgorithms: [SigningAlgorithm],
    })
    const key = createPublicKey({
      key: Buffer.from(PublicKey, 'base64'),
      format: 'der',
      type: 'spki',
    })
    expect(verify('sha256', Buffer.from('message'), key, Buffer.from(Signature, 'base64'))).toBe(
      true,
    )
  })

  it('words the wrong usage and algorithm as recorded', async () => {
    const bench = new Bench()
    const hmac = await bench.create(HMAC)
    const aes = await bench.create()
    expect(await bench.failure('Sign', { KeyId: hmac.KeyId, Message, SigningAlgorithm })).toBe(
      `InvalidKeyUsageException: ${hmac.Arn} key usage is GENERATE_VERIFY_MAC which is not valid for Sign.`,
    )
    const mac = { Message, MacAlgorithm: 'HMAC_SHA_256' }
    expect(await bench.failure('GenerateMac', { ...mac, KeyId: aes.KeyId })).toBe(
      `InvalidKeyUsageException: ${aes.Arn} key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac.`,
    )
    const wrong = { ...mac, KeyId: hmac.KeyId, MacAlgorithm: 'HMAC_SHA_512' }
    expect(await bench.failure('GenerateMac', wrong)).toBe(
      'InvalidKeyUsageException: Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_256.',
    )
    expect(await bench.code('GetPublicKey', { KeyId: aes.KeyId })).toBe(
      'UnsupportedOperationException',
    )
  })

  it('MACs', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create(HMAC)
    const input = { KeyId, Message, MacAlgorithm: 'HMAC_SHA_256' }
    const { Mac } = await bench.call('GenerateMac', input)
    expect((await bench.call('VerifyMac', { ...input, Mac })).MacValid).toBe(true)
    const wrong = { ...input, Mac: base64('wrong') }
    expect(await bench.failure('VerifyMac', wrong)).toBe('KMSInvalidMacException: ')
  })
})

describe('dry runs', () => {
  it('report success as DryRunOperationException and leave no trace', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create()
    const Plaintext = base64('x')
    const { CiphertextBlob } = await bench.call('Encrypt', { KeyId, Plaintext })
    const used = await bench.call('GetKeyLastUsage', { KeyId })
    for (const [operation, input] of [
      ['Encrypt', { KeyId, Plaintext }],
      ['Decrypt', { CiphertextBlob }],
      ['Decrypt', { KeyId, DryRunModifiers: ['IGNORE_CIPHERTEXT'] }],
      ['ReEncrypt', { CiphertextBlob, DestinationKeyId: KeyId }],
      ['GenerateDataKey', { KeyId, KeySpec: 'AES_128' }],
    ] as const) {
      expect(await bench.code(operation, { ...input, DryRun: true })).toBe(
        'DryRunOperationException',
      )
    }
    const wrong = { CiphertextBlob: base64('x'), DryRun: true }
    expect(await bench.code('Decrypt', wrong)).toBe('InvalidCiphertextException')
    expect(await bench.call('GetKeyLastUsage', { KeyId })).toEqual(used)
  })
})

// API reference of GetKeyLastUsage; the date of docs/facts/semantics.md.
describe('GetKeyLastUsage', () => {
  it('is empty until a cryptographic operation succeeds', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create()
    const unused = {
      KeyId,
      KeyLastUsage: {},
      TrackingStartDate: START / 1000,
      KeyCreationDate: START / 1000,
    }
    expect(await bench.call('GetKeyLastUsage', { KeyId })).toEqual(unused)
    await bench.code('Decrypt', { KeyId, CiphertextBlob: base64('garbage') })
    expect(await bench.call('GetKeyLastUsage', { KeyId })).toEqual(unused)
    bench.time += 5000
    await bench.call('GenerateDataKey', { KeyId, KeySpec: 'AES_256' })
    const { KeyLastUsage } = await bench.call('GetKeyLastUsage', { KeyId })
    expect(KeyLastUsage).toEqual({
      Operation: 'GenerateDataKey',
      Timestamp: START / 1000 + 5,
      CloudTrailEventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      KmsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  it('tracking began on 2026-04-23 for keys that are older', async () => {
    const bench = new Bench()
    bench.time = Date.parse('2025-01-01T00:00:00Z')
    const { KeyId } = await bench.create()
    const usage = await bench.call('GetKeyLastUsage', { KeyId })
    expect(usage.TrackingStartDate).toBe(Date.parse('2026-04-23T00:00:00Z') / 1000)
    expect(usage.KeyCreationDate).toBe(bench.time / 1000)
  })
})
