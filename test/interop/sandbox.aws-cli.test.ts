import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { afterwards } from './support/afterwards.js'
import { expectAgreement } from './support/agreement.js'
import {
  type Aws,
  awsFor,
  clientEnvironment,
  execute,
  type Json,
  type Kmsctl,
  kmsctlFor,
  REGION,
  temporaryFolder,
} from './support/programs.js'
import { startSandbox } from './support/servers.js'

const ACCOUNT = '000000000000'
const OTHER_REGION = 'us-west-2'
const BOTO3 = new URL('./boto3_pages.py', import.meta.url).pathname
const byId = (a: Json, b: Json) => (a < b ? -1 : 1)

/** The AWS CLI does, kmsctl looks. */
describe('the AWS CLI against sandbox serve', () => {
  const later = afterwards()
  let home: string
  let url: string
  let aws: Aws
  let kmsctl: Kmsctl

  beforeAll(async () => {
    home = temporaryFolder(later)
    ;({ url } = await startSandbox(home, join(home, 'sandbox'), later))
    aws = awsFor(home, url)
    kmsctl = kmsctlFor(home, url)
  })

  const newKey = async (...flags: string[]): Promise<Json> =>
    (await aws('kms', 'create-key', ...flags)).KeyMetadata
  /** A file with these bytes, as the AWS CLI takes it. */
  const blob = (bytes: Uint8Array | string): string => {
    const path = join(home, randomBytes(8).toString('hex'))
    writeFileSync(path, bytes)
    return `fileb://${path}`
  }
  const base64 = (text: string) => blob(Buffer.from(text, 'base64'))
  /** What kmsctl and the AWS CLI both say of a key. */
  const described = async (reference: string): Promise<Json> => {
    const key = await kmsctl.ok('describe', reference)
    expect(key).toMatchObject({ unavailable: [], sandbox: true })
    await expectAgreement(aws, key)
    return key
  }

  test('makes a key that kmsctl shows as it was made', async () => {
    const policy = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    }
    const { KeyId } = await newKey(
      '--description',
      'by the AWS CLI',
      '--tags',
      'TagKey=A,TagValue=1',
    )
    const id = ['--key-id', KeyId]
    await aws('kms', 'create-alias', '--alias-name', 'alias/cli', '--target-key-id', KeyId)
    await aws('kms', 'put-key-policy', ...id, '--policy', JSON.stringify(policy))
    await aws('kms', 'tag-resource', ...id, '--tags', 'TagKey=B,TagValue=2', 'TagKey=C,TagValue=3')
    await aws('kms', 'untag-resource', ...id, '--tag-keys', 'C')
    await aws('kms', 'enable-key-rotation', ...id, '--rotation-period-in-days', '120')
    await aws('kms', 'update-key-description', ...id, '--description', 'changed')

    expect(await described('cli')).toMatchObject({
      keyId: KeyId,
      accountId: ACCOUNT,
      region: REGION,
      aliases: ['alias/cli'],
      description: 'changed',
      tags: { A: '1', B: '2' },
      rotation: { enabled: true, rotationPeriodInDays: 120 },
      lastUsage: { status: 'unused' },
    })
    expect(await kmsctl.ok('policy', 'show', 'cli')).toEqual(policy)
    const { keys } = await kmsctl.ok('list', '--alias-prefix', 'cli')
    expect(keys).toMatchObject([{ keyId: KeyId, aliases: ['alias/cli'] }])
    const { aliases } = await kmsctl.ok('alias', 'list', KeyId)
    expect(aliases).toMatchObject([{ aliasName: 'alias/cli', targetKeyId: KeyId }])
    expect(await kmsctl.ok('rotation', 'status', 'cli')).toMatchObject({
      enabled: true,
      rotationPeriodInDays: 120,
      history: [],
    })
  })

  test('encrypts and decrypts, and kmsctl tells of the use', async () => {
    const [{ KeyId, Arn }, other] = [await newKey(), await newKey()]
    const context = ['--encryption-context', 'app=x']
    const plaintext = randomBytes(64)
    const encrypted = await aws(
      ...['kms', 'encrypt', '--key-id', KeyId, '--plaintext', blob(plaintext), ...context],
    )
    const ciphertext = ['--ciphertext-blob', base64(encrypted.CiphertextBlob)]

    const decrypted = await aws('kms', 'decrypt', ...ciphertext, ...context)
    expect(decrypted.KeyId).toBe(Arn)
    expect(Buffer.from(decrypted.Plaintext, 'base64')).toEqual(plaintext)
    const moved = await aws(
      ...['kms', 're-encrypt', ...ciphertext, '--source-encryption-context', 'app=x'],
      ...['--destination-key-id', other.KeyId],
    )
    expect(moved).toMatchObject({ SourceKeyId: Arn, KeyId: other.Arn })
    const again = await aws('kms', 'decrypt', '--ciphertext-blob', base64(moved.CiphertextBlob))
    expect(Buffer.from(again.Plaintext, 'base64')).toEqual(plaintext)
    const dataKey = await aws(
      'kms',
      'generate-data-key',
      '--key-id',
      KeyId,
      '--key-spec',
      'AES_256',
    )
    const opened = await aws('kms', 'decrypt', '--ciphertext-blob', base64(dataKey.CiphertextBlob))
    expect(opened.Plaintext).toBe(dataKey.Plaintext)

    expect(await described(KeyId)).toMatchObject({ lastUsage: { status: 'used' } })
    const refused = await kmsctl.fails(5, 'deletion', 'schedule', KeyId, '--confirm', KeyId)
    expect(refused.code).toBe('RecentlyUsed')
  })

  test('signs what others can verify', async () => {
    const { KeyId, SigningAlgorithms } = await newKey(
      ...['--key-spec', 'ECC_NIST_P256', '--key-usage', 'SIGN_VERIFY'],
    )
    expect(SigningAlgorithms).toEqual(['ECDSA_SHA_256'])
    const message = randomBytes(100)
    const common = [
      '--key-id',
      KeyId,
      '--signing-algorithm',
      'ECDSA_SHA_256',
      '--message',
      blob(message),
    ]
    const { Signature } = await aws('kms', 'sign', ...common)

    const { PublicKey } = await aws('kms', 'get-public-key', '--key-id', KeyId)
    const key = createPublicKey({
      key: Buffer.from(PublicKey, 'base64'),
      format: 'der',
      type: 'spki',
    })
    expect(verify('sha256', message, key, Buffer.from(Signature, 'base64'))).toBe(true)
    const verified = await aws('kms', 'verify', ...common, '--signature', base64(Signature))
    expect(verified.SignatureValid).toBe(true)
    const forged = await aws.fails('kms', 'verify', ...common, '--signature', blob('forged'))
    expect(forged).toContain('(KMSInvalidSignatureException)')
    await described(KeyId)
  })

  test('makes and verifies a MAC', async () => {
    const { KeyId } = await newKey('--key-spec', 'HMAC_256', '--key-usage', 'GENERATE_VERIFY_MAC')
    const common = [
      '--key-id',
      KeyId,
      '--mac-algorithm',
      'HMAC_SHA_256',
      '--message',
      blob('message'),
    ]
    const { Mac } = await aws('kms', 'generate-mac', ...common)
    expect(Buffer.from(Mac, 'base64')).toHaveLength(32)
    const { MacValid } = await aws('kms', 'verify-mac', ...common, '--mac', base64(Mac))
    expect(MacValid).toBe(true)
    const forged = await aws.fails('kms', 'verify-mac', ...common, '--mac', blob('forged'))
    expect(forged).toContain('(KMSInvalidMacException)')
    await described(KeyId)
  })

  test('disables, enables, schedules deletion and cancels it', async () => {
    const { KeyId, Arn } = await newKey()
    const id = ['--key-id', KeyId]

    await aws('kms', 'disable-key', ...id)
    expect(await described(KeyId)).toMatchObject({ keyState: 'Disabled', enabled: false })
    await aws('kms', 'enable-key', ...id)
    expect(await described(KeyId)).toMatchObject({ keyState: 'Enabled', enabled: true })

    const scheduled = await aws(
      'kms',
      'schedule-key-deletion',
      ...id,
      '--pending-window-in-days',
      '7',
    )
    expect(scheduled).toEqual({
      KeyId: Arn,
      DeletionDate: expect.any(String),
      KeyState: 'PendingDeletion',
      PendingWindowInDays: 7,
    })
    const pending = await described(KeyId)
    expect(pending.keyState).toBe('PendingDeletion')
    const { keys } = await kmsctl.ok('deletion', 'list')
    expect(keys).toContainEqual(
      expect.objectContaining({ keyId: KeyId, deletionDate: pending.deletionDate }),
    )
    expect(await aws('kms', 'cancel-key-deletion', ...id)).toEqual({ KeyId: Arn })
    expect(await described(KeyId)).toMatchObject({ keyState: 'Disabled', deletionDate: null })
  })

  test('rotates on demand, and kmsctl shows the history', async () => {
    const { KeyId } = await newKey()
    await aws('kms', 'rotate-key-on-demand', '--key-id', KeyId)
    await vi.waitFor(
      async () => {
        const status = await kmsctl.ok('rotation', 'status', KeyId)
        expect(status.onDemandRotationStartDate).toBe(null)
        expect(status.history).toMatchObject([{ rotationType: 'ON_DEMAND' }])
      },
      { timeout: 30_000, interval: 500 },
    )
    const { Rotations } = await aws('kms', 'list-key-rotations', '--key-id', KeyId)
    expect(Rotations).toMatchObject([{ RotationType: 'ON_DEMAND' }])
  })

  test('grants, and kmsctl counts', async () => {
    const { KeyId, Arn } = await newKey()
    const id = ['--key-id', KeyId]
    const grant = (name: string) =>
      aws(
        ...['kms', 'create-grant', ...id, '--name', name, '--operations', 'Encrypt', 'Decrypt'],
        ...['--grantee-principal', `arn:aws:iam::${ACCOUNT}:role/${name}`],
      )
    const [first, second, third] = [await grant('one'), await grant('two'), await grant('three')]
    expect((await grant('one')).GrantId).toBe(first.GrantId)

    const { Grants } = await aws('kms', 'list-grants', ...id, '--page-size', '2')
    expect(Grants.map(({ GrantId }: Json) => GrantId).sort()).toEqual(
      [first, second, third].map(({ GrantId }) => GrantId).sort(),
    )
    expect((await kmsctl.ok('describe', KeyId)).grants).toEqual({ count: 3, more: false })
    const check = await kmsctl.ok('deletion', 'check', KeyId)
    expect(check.verdict).toBe('unsafe')
    expect(check.reasons).toContainEqual(expect.objectContaining({ code: 'Grants' }))

    await aws('kms', 'revoke-grant', ...id, '--grant-id', first.GrantId)
    await aws('kms', 'retire-grant', '--key-id', Arn, '--grant-id', second.GrantId)
    expect((await kmsctl.ok('describe', KeyId)).grants).toEqual({ count: 1, more: false })
  })

  test('replicates, and kmsctl shows both keys', async () => {
    const { KeyId, Arn } = await newKey('--multi-region')
    const replicaArn = Arn.replace(REGION, OTHER_REGION)
    const { ReplicaKeyMetadata } = await aws(
      ...['kms', 'replicate-key', '--key-id', KeyId, '--replica-region', OTHER_REGION],
    )
    expect(ReplicaKeyMetadata).toMatchObject({ Arn: replicaArn, KeyState: 'Creating' })

    const configuration = {
      primaryKey: { arn: Arn, region: REGION },
      replicaKeys: [{ arn: replicaArn, region: OTHER_REGION }],
    }
    expect(await described(KeyId)).toMatchObject({
      multiRegionConfiguration: { multiRegionKeyType: 'PRIMARY', ...configuration },
    })
    const replica = await kmsctl.ok('describe', KeyId, '--region', OTHER_REGION)
    expect(replica).toMatchObject({
      arn: replicaArn,
      region: OTHER_REGION,
      multiRegionConfiguration: { multiRegionKeyType: 'REPLICA', ...configuration },
    })
    const waits = await aws('kms', 'schedule-key-deletion', '--key-id', KeyId)
    expect(waits).toEqual({
      KeyId: Arn,
      KeyState: 'PendingReplicaDeletion',
      PendingWindowInDays: 30,
    })
    expect(await described(KeyId)).toMatchObject({
      keyState: 'PendingReplicaDeletion',
      deletionDate: null,
    })
  })

  test('pages through keys, aliases and tags as kmsctl does', async () => {
    const { KeyId } = await newKey()
    for (const name of ['p1', 'p2', 'p3']) {
      const target = ['--alias-name', `alias/pages/${name}`, '--target-key-id', KeyId]
      await aws('kms', 'create-alias', ...target)
    }
    const tags = Array.from({ length: 5 }, (_, index) => `TagKey=T${index},TagValue=${index}`)
    await aws('kms', 'tag-resource', '--key-id', KeyId, '--tags', ...tags)

    const whole = await aws('kms', 'list-keys')
    const paged = await aws('kms', 'list-keys', '--page-size', '1')
    expect(paged.Keys).toEqual(whole.Keys)
    const pieces: Json[] = []
    for (let token: string | undefined; ; ) {
      const from = token === undefined ? [] : ['--starting-token', token]
      const piece = await aws('kms', 'list-keys', '--max-items', '3', '--page-size', '2', ...from)
      pieces.push(...piece.Keys)
      token = piece.NextToken
      if (token === undefined) break
    }
    expect(pieces).toEqual(whole.Keys)
    const { keys } = await kmsctl.ok('list', '--manager', 'all')
    expect(keys.map(({ keyId }: Json) => keyId).sort()).toEqual(
      whole.Keys.map((key: Json) => key.KeyId).sort(),
    )

    const { Aliases } = await aws('kms', 'list-aliases', '--page-size', '2')
    const { aliases } = await kmsctl.ok('alias', 'list')
    expect(aliases.map(({ aliasName }: Json) => aliasName)).toEqual(
      Aliases.map(({ AliasName }: Json) => AliasName).sort(byId),
    )
    const id = ['--key-id', KeyId]
    expect((await aws('kms', 'list-aliases', ...id, '--page-size', '1')).Aliases).toHaveLength(3)
    expect((await aws('kms', 'list-resource-tags', ...id, '--page-size', '2')).Tags).toHaveLength(5)
    const first = await aws('kms', 'list-keys', '--no-paginate', '--limit', '1')
    expect(first).toMatchObject({ Truncated: true, NextMarker: expect.any(String) })
    expect(first.Keys).toHaveLength(1)
  })

  test('answers STS', async () => {
    expect(await aws('sts', 'get-caller-identity')).toEqual({
      UserId: expect.any(String),
      Account: ACCOUNT,
      Arn: `arn:aws:iam::${ACCOUNT}:user/sandbox`,
    })
  })

  test('refuses in AWS’s words', async () => {
    const { KeyId, Arn } = await newKey()
    const id = ['--key-id', KeyId]
    const absent = '1234abcd-12ab-34cd-56ef-1234567890ab'
    const arn = (resource: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:${resource}`
    await aws('kms', 'create-alias', '--alias-name', 'alias/refusals', '--target-key-id', KeyId)
    const encrypt = ['encrypt', ...id, '--plaintext', blob('hello')]
    const refusals: [argv: string[], operation: string, code: string, message: string][] = [
      [
        ['describe-key', '--key-id', absent],
        'DescribeKey',
        'NotFoundException',
        `Key '${arn(`key/${absent}`)}' does not exist`,
      ],
      [
        ['describe-key', '--key-id', 'alias/absent'],
        'DescribeKey',
        'NotFoundException',
        `Alias ${arn('alias/absent')} is not found.`,
      ],
      [
        ['delete-alias', '--alias-name', 'alias/absent'],
        'DeleteAlias',
        'NotFoundException',
        `Alias ${arn('alias/absent')} is not found.`,
      ],
      [
        ['create-alias', '--alias-name', 'alias/refusals', '--target-key-id', KeyId],
        'CreateAlias',
        'AlreadyExistsException',
        `An alias with the name ${arn('alias/refusals')} already exists`,
      ],
      [
        ['create-alias', '--alias-name', 'alias/aws/mine', '--target-key-id', KeyId],
        'CreateAlias',
        'NotAuthorizedException',
        '',
      ],
      [
        ['tag-resource', ...id, '--tags', 'TagKey=aws:x,TagValue=y'],
        'TagResource',
        'TagException',
        'Tags beginning with aws: are reserved',
      ],
      [
        ['schedule-key-deletion', ...id, '--pending-window-in-days', '3'],
        'ScheduleKeyDeletion',
        'ValidationException',
        "1 validation error detected: Value '3' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value greater than or equal to 7",
      ],
      [
        ['list-keys', '--marker', 'nonsense', '--no-paginate'],
        'ListKeys',
        'InvalidMarkerException',
        "Could not deserialize marker 'nonsense'",
      ],
      [
        ['cancel-key-deletion', ...id],
        'CancelKeyDeletion',
        'KMSInvalidStateException',
        `${Arn} is not pending deletion.`,
      ],
      [
        ['describe-custom-key-stores'],
        'DescribeCustomKeyStores',
        'UnsupportedOperationException',
        'The embedded KMS does not implement the operation DescribeCustomKeyStores.',
      ],
    ]
    const disabled: typeof refusals = [
      [encrypt, 'Encrypt', 'DisabledException', `${Arn} is disabled.`],
    ]
    const pending: typeof refusals = [
      [encrypt, 'Encrypt', 'KMSInvalidStateException', `${Arn} is pending deletion.`],
      [
        ['enable-key', ...id],
        'EnableKey',
        'KMSInvalidStateException',
        `${Arn} is pending deletion.`,
      ],
    ]
    const expectRefusals = async (expected: typeof refusals) => {
      const answers = await aws.all(expected.map(([argv]) => ['kms', ...argv]))
      expect(answers.map(({ stderr }) => stderr.trim())).toEqual(
        expected.map(([, operation, code, message]) =>
          `An error occurred (${code}) when calling the ${operation} operation: ${message}`.trim(),
        ),
      )
    }

    await expectRefusals(refusals)
    await aws('kms', 'disable-key', ...id)
    await expectRefusals(disabled)
    await aws('kms', 'schedule-key-deletion', ...id)
    await expectRefusals(pending)
  })

  test.skipIf(inject('tools').boto3 === null)(
    'boto3 pages, and catches errors by their class',
    async () => {
      const { KeyId } = await newKey('--tags', ...[1, 2, 3].map((n) => `TagKey=T${n},TagValue=`))
      for (const name of ['a', 'b', 'c']) {
        const grantee = `arn:aws:iam::${ACCOUNT}:role/${name}`
        const more = ['--name', name, '--grantee-principal', grantee, '--operations', 'Encrypt']
        await aws('kms', 'create-grant', '--key-id', KeyId, ...more)
      }

      const python = inject('tools').boto3 ?? 'python3'
      const ended = await execute(python, [BOTO3, KeyId], clientEnvironment(home, url))
      expect(ended.stderr).toBe('')
      const seen = JSON.parse(ended.stdout)

      const { keys } = await kmsctl.ok('list', '--manager', 'all')
      const { aliases } = await kmsctl.ok('alias', 'list')
      const key = await kmsctl.ok('describe', KeyId)
      expect(seen).toEqual({
        keys: keys.map(({ keyId }: Json) => keyId).sort(),
        aliases: aliases.map(({ aliasName }: Json) => aliasName).sort(),
        tags: ['T1', 'T2', 'T3'],
        grants: [expect.any(String), expect.any(String), expect.any(String)],
        rotations: [],
        policies: ['default'],
        created: key.creationDate.replace('Z', '000+00:00'),
        decrypted: 'hello',
        wrongContext: ['InvalidCiphertextException', 'InvalidCiphertextException'],
        absent: ['NotFoundException', 'NotFoundException'],
        marker: ['InvalidMarkerException', 'InvalidMarkerException'],
        account: ACCOUNT,
      })
      expect(key.grants).toEqual({ count: 3, more: false })
    },
  )
})
