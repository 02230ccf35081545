import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { planCreate } from '../../../src/lib/kms/create/plan.js'
import { showPolicy } from '../../../src/lib/kms/policy/read.js'
import { sandboxSession } from '../../support/session.js'
import {
  ACCOUNT,
  answerParts,
  apply,
  changes,
  create,
  denied,
  dry,
  failing,
  failure,
  KEY_ID,
  metadata,
  mockedSession,
  notFound,
  OTHER_ID,
  request,
  reset,
} from '../support.js'

/** Aliases are free, and whatever is made is read back as it was asked for. */
function creating() {
  const mocked = mockedSession()
  const { kms } = mocked
  answerParts(kms)
  kms.on(DescribeKeyCommand).callsFake(({ KeyId }) => {
    if (KeyId.startsWith('alias/')) throw notFound()
    return { KeyMetadata: metadata() }
  })
  kms.on(CreateKeyCommand).resolves({ KeyMetadata: metadata() })
  kms.on(CreateAliasCommand).resolves({})
  kms.on(EnableKeyRotationCommand).resolves({})
  kms.on(DisableKeyCommand).resolves({})
  kms.on(ListAliasesCommand).resolves({ Aliases: [{ AliasName: 'alias/app' }] })
  kms
    .on(GetKeyRotationStatusCommand)
    .resolves({ KeyRotationEnabled: true, RotationPeriodInDays: 365 })
  return mocked
}

describe('the calls of create', () => {
  it('least: the alias is looked for, then the key, its alias and its rotation are made', async () => {
    const { session, sent, changes } = creating()
    const { changed, key, warnings } = await create(session, { aliases: ['app'] })
    expect(sent()[0]).toEqual(['DescribeKey', { KeyId: 'alias/app' }])
    expect(changes()).toEqual([
      [
        'CreateKey',
        {
          KeySpec: 'SYMMETRIC_DEFAULT',
          KeyUsage: 'ENCRYPT_DECRYPT',
          Origin: 'AWS_KMS',
          Tags: [{ TagKey: 'kmsctl:claim', TagValue: expect.stringMatching(/^[0-9a-f]{32}$/) }],
        },
      ],
      ['CreateAlias', { AliasName: 'alias/app', TargetKeyId: KEY_ID }],
      ['EnableKeyRotation', { KeyId: KEY_ID }],
    ])
    expect({ changed, warnings }).toEqual({ changed: true, warnings: [] })
    expect(key).toMatchObject({ keyId: KEY_ID, aliases: ['alias/app'] })
  })

  it('all of it: policy and tags in CreateKey, aliases, rotation, and disabling last', async () => {
    const { session, kms, changes } = creating()
    const root = { AWS: `arn:aws:iam::${ACCOUNT}:root` }
    const statement = { Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' }
    const policy = { Version: '2012-10-17', Statement: [statement] }
    kms
      .on(ListAliasesCommand)
      .resolves({ Aliases: [{ AliasName: 'alias/a' }, { AliasName: 'alias/b' }] })
    kms.on(ListResourceTagsCommand).resolves({ Tags: [{ TagKey: 'Owner', TagValue: 'x' }] })
    kms
      .on(GetKeyRotationStatusCommand)
      .resolves({ KeyRotationEnabled: true, RotationPeriodInDays: 90 })
    kms.on(DescribeKeyCommand, { KeyId: metadata().Arn as string }).resolves({
      KeyMetadata: metadata({ KeyState: 'Disabled' }),
    })
    const { warnings } = await create(session, {
      aliases: ['a', 'alias/b'],
      description: 'what for',
      rotationPeriodDays: 90,
      tags: { Owner: 'x' },
      disabled: true,
      multiRegion: true,
      claimTag: false,
      policy: { text: JSON.stringify(policy), source: 'p.json' },
    })
    expect(changes()).toEqual([
      [
        'CreateKey',
        {
          KeySpec: 'SYMMETRIC_DEFAULT',
          KeyUsage: 'ENCRYPT_DECRYPT',
          Origin: 'AWS_KMS',
          MultiRegion: true,
          Description: 'what for',
          Policy: JSON.stringify(policy),
          Tags: [{ TagKey: 'Owner', TagValue: 'x' }],
        },
      ],
      ['CreateAlias', { AliasName: 'alias/a', TargetKeyId: KEY_ID }],
      ['CreateAlias', { AliasName: 'alias/b', TargetKeyId: KEY_ID }],
      ['EnableKeyRotation', { KeyId: KEY_ID, RotationPeriodInDays: 90 }],
      ['DisableKey', { KeyId: KEY_ID }],
    ])
    expect(warnings).toEqual([])
  })

  it('without an alias, without rotation, without the claim tag: one call', async () => {
    const { session, kms, changes } = creating()
    kms.on(GetKeyRotationStatusCommand).resolves({ KeyRotationEnabled: false })
    await create(session, { noAlias: true, rotation: false, claimTag: false })
    expect(changes()).toHaveLength(1)
    expect(changes()[0]?.[1]).not.toHaveProperty('Tags')
  })

  it('a custom key store is named in CreateKey', async () => {
    const { session, changes } = creating()
    const over = { origin: 'EXTERNAL_KEY_STORE', customKeyStoreId: 'cks-1', xksKeyId: 'x1' }
    await dry(planCreate(session, request(over)))
    expect(changes()).toEqual([])
    const { calls } = await dry(planCreate(session, request(over)))
    expect(calls[0]?.input).toMatchObject({
      Origin: 'EXTERNAL_KEY_STORE',
      CustomKeyStoreId: 'cks-1',
      XksKeyId: 'x1',
    })
    expect(calls.map(({ operation }) => operation)).not.toContain('EnableKeyRotation')
  })

  it('a dry run shows what is then sent, and sends nothing', async () => {
    const { session, changes } = creating()
    const plan = await planCreate(session, request())
    const { calls } = await dry(Promise.resolve(plan))
    expect(changes()).toEqual([])
    await plan.apply()
    expect(changes().map(([name]) => name)).toEqual(calls.map(({ operation }) => operation))
    expect(changes()[0]?.[1]).toEqual(calls[0]?.input)
  })

  it('a taken alias is 6, names the key, and sends nothing', async () => {
    const { session, kms, changes } = creating()
    kms
      .on(DescribeKeyCommand, { KeyId: 'alias/app' })
      .resolves({ KeyMetadata: metadata({ KeyId: OTHER_ID }) })
    expect(await failure(planCreate(session, request()))).toMatchObject({
      code: 'AliasTaken',
      exitCode: 6,
      details: { keyId: OTHER_ID, aliasName: 'alias/app' },
    })
    expect(changes()).toEqual([])
  })

  it('NotFoundException of the calls right after CreateKey is waited out (semantics)', async () => {
    const { session, kms, sleeps, changes } = creating()
    kms.on(CreateAliasCommand).rejectsOnce(notFound()).rejectsOnce(notFound()).resolves({})
    await create(session)
    expect(sleeps).toEqual([100, 200])
    expect(changes().filter(([name]) => name === 'CreateKey')).toHaveLength(1)
    expect(changes().filter(([name]) => name === 'CreateAlias')).toHaveLength(3)
  })

  it('a key that is not found at first is read back later', async () => {
    const { session, kms } = creating()
    let looks = 0
    kms.on(DescribeKeyCommand).callsFake(({ KeyId }) => {
      if (KeyId.startsWith('alias/') || looks++ < 2) throw notFound()
      return { KeyMetadata: metadata() }
    })
    expect((await create(session)).warnings).toEqual([])
  })

  it('a key that may not be described is made, with a warning and every part named as unread', async () => {
    const { session, kms } = creating()
    kms.on(DescribeKeyCommand).callsFake(({ KeyId }) => {
      throw KeyId.startsWith('alias/') ? notFound() : denied('kms:DescribeKey')
    })
    const { changed, key, warnings } = await create(session)
    expect(changed).toBe(true)
    expect(warnings).toEqual([expect.stringContaining('AccessDeniedException')])
    expect(key).toMatchObject({ keyId: KEY_ID, keySpec: 'SYMMETRIC_DEFAULT', aliases: null })
    expect(key.unavailable.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['aliases', 'rotation', 'tags', 'lastUsage', 'grants']),
    )
  })

  it('a description that is 8193 characters long is 2 and asks nothing (constraints)', async () => {
    const { session, sent } = creating()
    const over = request({ description: 'x'.repeat(8193) })
    expect(await failure(planCreate(session, over))).toMatchObject({ exitCode: 2 })
    expect(sent()).toEqual([])
  })

  it.each([
    ['not JSON', '{', /not JSON/],
    ['a character that KMS refuses', '{"Statement":[{"Sid":"ś"}]}', /U\+015B/],
    ['no policy', '[]', /no key policy/],
    ['empty', '', /empty/],
  ])('a policy file that is %s is 2 and asks nothing', async (_name, text, words) => {
    const { session, sent } = creating()
    const error = await failure(
      planCreate(session, request({ policy: { text, source: 'p.json' } })),
    )
    expect(error.exitCode).toBe(2)
    expect(error.message).toMatch(words)
    expect(sent()).toEqual([])
  })

  it.each([
    ['--policy with --admin', { policy: { text: '{}', source: 'p' }, admins: ['root'] }],
    ['a principal that is none', { admins: ['user/'] }],
  ])('%s is 2 and asks nothing', async (_name, over) => {
    const { session, sent } = creating()
    expect(await failure(planCreate(session, request(over)))).toMatchObject({ exitCode: 2 })
    expect(sent()).toEqual([])
  })

  it('an STS out of reach is no reason to refuse, unless the policy needs the account', async () => {
    const { session } = creating()
    const lonely = { ...session, identity: () => Promise.reject(reset()) }
    const plan = await planCreate(lonely, request())
    expect(plan.warnings).toEqual([expect.stringContaining('Unreachable')])
    expect(plan.accountId).toBe('unknown')
    await expect(planCreate(lonely, request({ admins: ['root'] }))).rejects.toMatchObject({
      code: 'ECONNRESET',
    })
  })
})

describe('create on the embedded KMS', () => {
  it('everything at once is there when it is read', async () => {
    const session = await sandboxSession()
    const { key, warnings } = await create(session, {
      aliases: ['app', 'second'],
      description: 'for tests',
      rotationPeriodDays: 180,
      tags: { Team: 'payments', Empty: '' },
      disabled: true,
    })
    expect(warnings).toEqual([])
    expect(key).toMatchObject({
      aliases: ['alias/app', 'alias/second'],
      description: 'for tests',
      keyState: 'Disabled',
      rotation: { eligible: true },
      tags: {
        Team: 'payments',
        Empty: '',
        'kmsctl:claim': expect.stringMatching(/^[0-9a-f]{32}$/),
      },
      unavailable: [],
    })
    expect(changes(session)).toEqual([
      'CreateKey',
      'CreateAlias',
      'CreateAlias',
      'EnableKeyRotation',
      'DisableKey',
    ])
  })

  it('49 tags beside the claim tag fit, and 50 without it (contract 2)', async () => {
    const session = await sandboxSession()
    const tags = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']))
    const { key } = await create(session, { aliases: ['a'], tags: tags(49) })
    expect(Object.keys(key.tags ?? {})).toHaveLength(50)
    const bare = await create(session, { aliases: ['b'], tags: tags(50), claimTag: false })
    expect(Object.keys(bare.key.tags ?? {})).toHaveLength(50)
    expect(await failure(create(session, { aliases: ['c'], tags: tags(50) }))).toMatchObject({
      exitCode: 2,
    })
  })

  it('a built policy names principals of the caller’s account, and KMS takes it', async () => {
    const session = await sandboxSession()
    const { key } = await create(session, {
      admins: ['user/alice'],
      users: ['role/app', ACCOUNT],
      grantUsers: ['root'],
    })
    const text = JSON.stringify(await showPolicy(session, key.keyId))
    expect(text).toContain('arn:aws:iam::000000000000:user/alice')
    expect(text).toContain('arn:aws:iam::000000000000:role/app')
    expect(text).toContain(`arn:aws:iam::${ACCOUNT}:root`)
    expect(text).toContain('kms:CreateGrant')
  })

  it('a policy that locks out is refused before it is sent (contract 6.11); allowed, it is AWS’s refusal, and no key', async () => {
    const session = await sandboxSession()
    const locked = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111122223333:root' },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    }
    const policy = { text: JSON.stringify(locked), source: 'p.json' }
    expect(await failure(create(session, { policy }))).toMatchObject({
      code: 'PolicyRejected',
      exitCode: 5,
      message: 'the policy is refused: lockout',
    })
    expect(changes(session)).toEqual([])
    const attempt = apply(planCreate(session, request({ policy, allow: ['lockout'] })))
    expect(await failure(attempt)).toMatchObject({
      code: 'MalformedPolicyDocumentException',
      exitCode: 5,
    })
    expect(changes(session)).toEqual(['CreateKey'])
  })

  it('kms:TagResource denied names --no-claim-tag (contract 2)', async () => {
    const session = await sandboxSession()
    failing(session, { CreateKey: () => denied('kms:TagResource on resource: *') })
    const error = await failure(create(session))
    expect(error).toMatchObject({ code: 'AccessDeniedException', exitCode: 4 })
    expect(error.hints.join()).toContain('--no-claim-tag')
  })
})
