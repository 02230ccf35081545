/** CreateKey, DescribeKey, references to keys, keys that AWS manages. */
import { describe, expect, it } from 'vitest'
import { supportedKeySpec } from '../../../src/lib/sandbox/crypto/index.js'
import { managedKeyId } from '../../../src/lib/sandbox/model/managed-keys.js'
import { ACCOUNT, Bench, base64, OTHER_REGION, REGION, START } from '../support.js'

const arn = (resource: string, region = REGION) => `arn:aws:kms:${region}:${ACCOUNT}:${resource}`

describe('CreateKey', () => {
  it('answers the metadata that AWS was recorded to answer (LocalStack test_create_key)', async () => {
    const bench = new Bench()
    const key = await bench.create({ Description: 'test key 123' })
    expect(key.KeyId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(key.CurrentKeyMaterialId).toMatch(/^[0-9a-f]{64}$/)
    expect(key).toEqual({
      AWSAccountId: ACCOUNT,
      Arn: arn(`key/${key.KeyId}`),
      CreationDate: START / 1000,
      CurrentKeyMaterialId: key.CurrentKeyMaterialId,
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      Description: 'test key 123',
      Enabled: true,
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      KeyId: key.KeyId,
      KeyManager: 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyState: 'Enabled',
      KeyUsage: 'ENCRYPT_DECRYPT',
      MultiRegion: false,
      Origin: 'AWS_KMS',
    })
    expect(await bench.describe(key.KeyId)).toEqual(key)
  })

  it('makes HMAC keys as recorded (LocalStack test_hmac_create_key)', async () => {
    const key = await new Bench().create({
      KeySpec: 'HMAC_256',
      KeyUsage: 'GENERATE_VERIFY_MAC',
      Description: 'test key',
    })
    expect(key).toMatchObject({ MacAlgorithms: ['HMAC_SHA_256'], KeySpec: 'HMAC_256' })
    expect(key).not.toHaveProperty('EncryptionAlgorithms')
    expect(key).not.toHaveProperty('CurrentKeyMaterialId')
  })

  it('starts imported keys in PendingImport, symmetric or not (LocalStack test_import_key_*)', async () => {
    const bench = new Bench()
    const key = await bench.create({ Origin: 'EXTERNAL' })
    expect(key).toMatchObject({ KeyState: 'PendingImport', Enabled: false, Origin: 'EXTERNAL' })
    expect(key).not.toHaveProperty('CurrentKeyMaterialId')
    const spec = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }
    const other = await bench.create({ ...spec, Origin: 'EXTERNAL' })
    expect(other).toMatchObject({ KeyState: 'PendingImport', SigningAlgorithms: ['ECDSA_SHA_256'] })
  })

  it('gives multi-Region keys an mrk- ID and a configuration (LocalStack test_create_multi_region_key)', async () => {
    const key = await new Bench().create({ MultiRegion: true })
    expect(key.KeyId).toMatch(/^mrk-[0-9a-f]{32}$/)
    expect(key.MultiRegionConfiguration).toEqual({
      MultiRegionKeyType: 'PRIMARY',
      PrimaryKey: { Arn: key.Arn, Region: REGION },
      ReplicaKeys: [],
    })
  })

  // API reference, CreateKeyRequest: KeyUsage, KeySpec, Origin, CustomKeyStoreId.
  const refusals: [string, object, string][] = [
    [
      'usage missing',
      { KeySpec: 'RSA_2048' },
      'ValidationException: You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    ],
    [
      'usage of another type',
      { KeySpec: 'ECC_SECG_P256K1', KeyUsage: 'KEY_AGREEMENT' },
      'ValidationException: KeyUsage KEY_AGREEMENT is not compatible with KeySpec ECC_SECG_P256K1',
    ],
    ['signing with AES', { KeyUsage: 'SIGN_VERIFY' }, 'ValidationException'],
    [
      'SM2 outside China',
      { KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' },
      'UnsupportedOperationException',
    ],
    ['a missing key store', { CustomKeyStoreId: 'cks-1' }, 'CustomKeyStoreNotFoundException'],
    [
      'a missing external key store',
      { CustomKeyStoreId: 'cks-1', Origin: 'EXTERNAL_KEY_STORE', XksKeyId: 'k' },
      'CustomKeyStoreNotFoundException',
    ],
    ['no key store for its origin', { Origin: 'AWS_CLOUDHSM' }, 'ValidationException'],
    [
      'a key store for AWS_KMS',
      { Origin: 'AWS_KMS', CustomKeyStoreId: 'c' },
      'ValidationException',
    ],
    [
      'multi-Region in a key store',
      { CustomKeyStoreId: 'c', MultiRegion: true },
      'UnsupportedOperationException',
    ],
    ['XksKeyId alone', { XksKeyId: 'k' }, 'ValidationException'],
    [
      'both names of the spec',
      { KeySpec: 'RSA_2048', CustomerMasterKeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' },
      'ValidationException',
    ],
  ]
  it.each(refusals)('refuses %s', async (_name, input, message) => {
    const bench = new Bench()
    expect(await bench.failure('CreateKey', input)).toMatch(message)
    expect((await bench.list('ListKeys', 'Keys')).items).toHaveLength(2)
  })

  it('answers UnsupportedOperationException for types that this Node lacks (contract)', async () => {
    const input = { KeySpec: 'ML_DSA_65', KeyUsage: 'SIGN_VERIFY' }
    const bench = new Bench()
    if (supportedKeySpec('ML_DSA_65')) expect((await bench.create(input)).KeySpec).toBe('ML_DSA_65')
    else expect(await bench.code('CreateKey', input)).toBe('UnsupportedOperationException')
  })

  it('names keys of the China Regions in their partition', async () => {
    const key = await new Bench().create({}, 'cn-north-1')
    expect(key.Arn).toBe(`arn:aws-cn:kms:cn-north-1:${ACCOUNT}:key/${key.KeyId}`)
  })
})

describe('references to keys', () => {
  it('DescribeKey takes ID, ARN, alias name and alias ARN', async () => {
    const bench = new Bench()
    const { KeyId, Arn } = await bench.create()
    await bench.call('CreateAlias', { AliasName: 'alias/app', TargetKeyId: KeyId })
    for (const reference of [KeyId, Arn, 'alias/app', arn('alias/app')]) {
      expect((await bench.describe(reference)).Arn).toBe(Arn)
    }
  })

  it('cryptographic operations and GetPublicKey take aliases too', async () => {
    const bench = new Bench()
    const spec = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }
    const signing = await bench.create(spec)
    const cipher = await bench.create()
    await bench.call('CreateAlias', { AliasName: 'alias/sign', TargetKeyId: signing.KeyId })
    await bench.call('CreateAlias', { AliasName: 'alias/crypt', TargetKeyId: cipher.KeyId })
    const made = await bench.call('Encrypt', { KeyId: 'alias/crypt', Plaintext: base64('x') })
    expect(made.KeyId).toBe(cipher.Arn)
    expect((await bench.call('GetPublicKey', { KeyId: arn('alias/sign') })).KeyId).toBe(signing.Arn)
  })

  // The API reference of each: "Specify the key ID or key ARN of the KMS key."
  it.each([
    'CancelKeyDeletion',
    'DisableKey',
    'EnableKey',
    'EnableKeyRotation',
    'GetKeyLastUsage',
    'GetKeyPolicy',
    'GetKeyRotationStatus',
    'ListGrants',
    'ListResourceTags',
    'ScheduleKeyDeletion',
  ])('%s takes no alias', async (operation) => {
    const bench = new Bench()
    const { KeyId } = await bench.create()
    await bench.call('CreateAlias', { AliasName: 'alias/app', TargetKeyId: KeyId })
    expect(await bench.failure(operation, { KeyId: 'alias/app' })).toBe(
      "NotFoundException: Invalid keyId 'alias/app'",
    )
    expect(await bench.code(operation, { KeyId: arn('alias/app') })).toBe('InvalidArnException')
  })

  it('words what does not exist as recorded (LocalStack test_get_key_*)', async () => {
    const bench = new Bench()
    const id = '134f2428-cec1-4b25-a1ae-9048164dba47'
    const missing = `NotFoundException: Key '${arn(`key/${id}`)}' does not exist`
    const describe = (KeyId: string) => bench.failure('DescribeKey', { KeyId })
    expect(await describe(id)).toBe(missing)
    expect(await describe(arn(`key/${id}`))).toBe(missing)
    expect(await describe('fake-key-id')).toBe("NotFoundException: Invalid keyId 'fake-key-id'")
    expect(await describe('mrk-fake-key-id')).toBe(
      "NotFoundException: Invalid keyId 'mrk-fake-key-id'",
    )
    expect(await describe(arn(`key/${id}`, 'ap-southeast-1'))).toBe(
      'NotFoundException: Invalid arn ap-southeast-1',
    )
    expect(await describe('alias/none')).toBe(
      `NotFoundException: Alias ${arn('alias/none')} is not found.`,
    )
    expect(await describe('arn:aws:s3:::bucket')).toMatch('InvalidArnException')
    expect(await describe(arn(`key/${id}`).replace(ACCOUNT, '111122223333'))).toMatch(
      'AccessDeniedException',
    )
  })

  it('keeps the Regions apart', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create()
    expect(await bench.failure('DescribeKey', { KeyId }, OTHER_REGION)).toBe(
      `NotFoundException: Key '${arn(`key/${KeyId}`, OTHER_REGION)}' does not exist`,
    )
  })
})

describe('EnableKey and DisableKey', () => {
  it('are repeatable and change nothing else', async () => {
    const bench = new Bench()
    const key = await bench.create()
    for (const [operation, KeyState] of [
      ['DisableKey', 'Disabled'],
      ['DisableKey', 'Disabled'],
      ['EnableKey', 'Enabled'],
      ['EnableKey', 'Enabled'],
    ] as const) {
      expect(await bench.call(operation, { KeyId: key.KeyId })).toBeUndefined()
      const Enabled = KeyState === 'Enabled'
      expect(await bench.describe(key.KeyId)).toEqual({ ...key, KeyState, Enabled })
    }
  })

  it('a key that never had material is not enabled without it', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create({ Origin: 'EXTERNAL' })
    await bench.call('ScheduleKeyDeletion', { KeyId })
    await bench.call('CancelKeyDeletion', { KeyId })
    expect((await bench.describe(KeyId)).KeyState).toBe('Disabled')
    await bench.call('EnableKey', { KeyId })
    expect((await bench.describe(KeyId)).KeyState).toBe('PendingImport')
  })
})

// docs/facts/semantics.md, "AWS-managed keys"; API reference of DescribeKey and ListAliases.
describe('keys that AWS manages', () => {
  it('are there from the start, with the same IDs in every sandbox', async () => {
    const bench = new Bench()
    const key = await bench.describe('alias/aws/s3')
    expect(key).toMatchObject({ KeyManager: 'AWS', KeyState: 'Enabled' })
    expect(key.KeyId).toBe(managedKeyId(REGION, 's3'))
    expect((await new Bench().describe('alias/aws/s3')).KeyId).toBe(key.KeyId)
    expect((await bench.describe('alias/aws/s3', OTHER_REGION)).KeyId).not.toBe(key.KeyId)
  })

  it('rotate every year, whatever happens', async () => {
    const bench = new Bench()
    const KeyId = managedKeyId(REGION, 'ebs')
    const { CurrentKeyMaterialId } = await bench.describe(KeyId)
    expect(await bench.call('GetKeyRotationStatus', { KeyId })).toMatchObject({
      KeyRotationEnabled: true,
      RotationPeriodInDays: 365,
    })
    await bench.sandbox.advance(366 * 24 * 3600 * 1000)
    expect((await bench.describe(KeyId)).CurrentKeyMaterialId).not.toBe(CurrentKeyMaterialId)
  })

  it('some aliases have no key until DescribeKey asks for it', async () => {
    const bench = new Bench()
    const aliases = async () => (await bench.list('ListAliases', 'Aliases')).items
    const find = async () => (await aliases()).find((alias) => alias.AliasName === 'alias/aws/rds')
    expect(await find()).toEqual({ AliasName: 'alias/aws/rds', AliasArn: arn('alias/aws/rds') })
    expect(await bench.code('Encrypt', { KeyId: 'alias/aws/rds', Plaintext: base64('x') })).toBe(
      'NotFoundException',
    )
    const key = await bench.describe('alias/aws/rds')
    expect(key.KeyManager).toBe('AWS')
    expect(await find()).toMatchObject({ TargetKeyId: key.KeyId, CreationDate: START / 1000 })
  })

  const KeyId = managedKeyId(REGION, 'ebs')
  it.each<[string, object]>([
    ['CancelKeyDeletion', { KeyId }],
    ['CreateAlias', { AliasName: 'alias/mine', TargetKeyId: KeyId }],
    [
      'CreateGrant',
      { KeyId, GranteePrincipal: `arn:aws:iam::${ACCOUNT}:root`, Operations: ['Decrypt'] },
    ],
    ['DisableKey', { KeyId }],
    ['DisableKeyRotation', { KeyId }],
    ['EnableKey', { KeyId }],
    ['EnableKeyRotation', { KeyId }],
    ['Encrypt', { KeyId, Plaintext: base64('x') }],
    ['GenerateDataKey', { KeyId, KeySpec: 'AES_256' }],
    ['ListKeyRotations', { KeyId }],
    ['PutKeyPolicy', { KeyId, Policy: '{}' }],
    ['RotateKeyOnDemand', { KeyId }],
    ['ScheduleKeyDeletion', { KeyId }],
    ['TagResource', { KeyId, Tags: [] }],
    ['UntagResource', { KeyId, TagKeys: [] }],
    ['UpdateKeyDescription', { KeyId, Description: '' }],
  ])('refuse %s', async (operation, input) => {
    expect(await new Bench().failure(operation, input)).toBe(
      `AccessDeniedException: User: arn:aws:iam::${ACCOUNT}:user/sandbox is not authorized to ` +
        `perform: kms:${operation} on resource: ${arn(`key/${KeyId}`)} because no ` +
        `resource-based policy allows the kms:${operation} action`,
    )
  })

  it.each(['GetKeyPolicy', 'GetKeyLastUsage', 'ListGrants', 'ListKeyPolicies', 'ListResourceTags'])(
    'allow %s',
    async (operation) => {
      await new Bench().call(operation, { KeyId })
    },
  )
})

describe('operations that read', () => {
  it('store nothing, once their Region exists', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create()
    await bench.create({ MultiRegion: true })
    const before = await bench.store.read()
    const text = JSON.stringify(before)
    for (const operation of [
      'DescribeKey',
      'GetKeyLastUsage',
      'GetKeyPolicy',
      'GetKeyRotationStatus',
      'ListAliases',
      'ListGrants',
      'ListKeyPolicies',
      'ListKeyRotations',
      'ListKeys',
      'ListResourceTags',
    ]) {
      await bench.call(operation, { KeyId })
    }
    expect(await bench.store.read()).toBe(before)
    expect(JSON.stringify(before)).toBe(text)
  })
})
