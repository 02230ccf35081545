import {
  DescribeKeyCommand,
  GetKeyLastUsageCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListGrantsCommand,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { KmsctlError } from '../../../src/lib/errors.js'
import { describeKey } from '../../../src/lib/kms/key/describe.js'
import {
  ARN,
  answerParts,
  awsError,
  denied,
  failing,
  failure,
  KEY_ID,
  metadata,
  mockedSession,
  notFound,
  reset,
  withKey,
} from '../support.js'

const parts = {
  aliases: 'ListAliases',
  rotation: 'GetKeyRotationStatus',
  tags: 'ListResourceTags',
  lastUsage: 'GetKeyLastUsage',
  grants: 'ListGrants',
} as const

describe('the calls of describe', () => {
  it('reads the key once, then its parts by ARN, each once', async () => {
    const { session, kms, sent } = mockedSession()
    answerParts(kms)
    await describeKey(session, 'app')
    const [first, ...rest] = sent()
    expect(first).toEqual(['DescribeKey', { KeyId: 'alias/app' }])
    expect(rest.map(([name, input]) => [name, (input as { KeyId?: string }).KeyId]).sort()).toEqual(
      [
        ['GetKeyLastUsage', ARN],
        ['GetKeyRotationStatus', ARN],
        ['ListAliases', KEY_ID],
        ['ListGrants', ARN],
        ['ListResourceTags', ARN],
      ],
    )
  })

  it('a kind of key that cannot rotate costs no call for rotation', async () => {
    const { session, kms, sent } = mockedSession()
    answerParts(kms, metadata({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }))
    const { rotation } = await describeKey(session, KEY_ID)
    expect(rotation).toMatchObject({ eligible: false, enabled: false, reason: expect.any(String) })
    expect(sent().map(([name]) => name)).not.toContain('GetKeyRotationStatus')
  })

  it('turns every page of aliases and tags, and counts the first page of grants', async () => {
    const { session, kms, sent } = mockedSession()
    answerParts(kms)
    kms
      .on(ListAliasesCommand)
      .resolvesOnce({ Aliases: [{ AliasName: 'alias/b' }], Truncated: true, NextMarker: 'm1' })
      .resolvesOnce({ Aliases: [], Truncated: true, NextMarker: 'm2' })
      .resolves({ Aliases: [{ AliasName: 'alias/a' }] })
    kms
      .on(ListResourceTagsCommand)
      .resolvesOnce({ Tags: [], Truncated: true, NextMarker: 't1' })
      .resolves({ Tags: [{ TagKey: 'Owner', TagValue: '' }] })
    kms
      .on(ListGrantsCommand)
      .resolves({ Grants: [{ GrantId: 'a' }, { GrantId: 'b' }], Truncated: true, NextMarker: 'g' })
    expect(await describeKey(session, KEY_ID)).toMatchObject({
      aliases: ['alias/a', 'alias/b'],
      tags: { Owner: '' },
      grants: { count: 2, more: true },
    })
    expect(sent().filter(([name]) => name === 'ListGrants')).toHaveLength(1)
    expect(
      sent()
        .filter(([name]) => name === 'ListAliases')
        .at(-1)?.[1],
    ).toMatchObject({
      Marker: 'm2',
    })
  })

  it.each([
    ['a recorded use', new Date('2026-05-30T00:00:00Z'), '2026-05-01', 'used'],
    ['no use since it was made', undefined, '2026-05-01', 'unused'],
    ['no use, and older than the tracking', undefined, '2020-01-01', 'unknown'],
  ])('last use: %s (semantics, GetKeyLastUsage)', async (_name, Timestamp, created, status) => {
    const { session, kms } = mockedSession()
    answerParts(kms)
    kms.on(GetKeyLastUsageCommand).resolves({
      KeyLastUsage: Timestamp === undefined ? {} : { Timestamp, Operation: 'Decrypt' },
      KeyCreationDate: new Date(created),
      TrackingStartDate: new Date('2026-04-23'),
    } as never)
    const { lastUsage } = await describeKey(session, KEY_ID)
    expect(lastUsage).toMatchObject({ status, trackingStartDate: '2026-04-23T00:00:00.000Z' })
  })

  it('the metadata of the answer, in the words of contract 4', async () => {
    const { session, kms } = mockedSession()
    answerParts(
      kms,
      metadata({
        KeyState: 'PendingReplicaDeletion',
        MultiRegion: true,
        PendingDeletionWindowInDays: 9,
        MultiRegionConfiguration: {
          MultiRegionKeyType: 'PRIMARY',
          PrimaryKey: { Arn: ARN, Region: 'us-east-1' },
          ReplicaKeys: [{ Arn: 'arn:replica', Region: 'eu-west-1' }],
        },
      }),
    )
    expect(await describeKey(session, KEY_ID)).toMatchObject({
      keyId: KEY_ID,
      arn: ARN,
      accountId: '111122223333',
      region: 'us-east-1',
      enabled: false,
      keyState: 'PendingReplicaDeletion',
      deletionDate: null,
      pendingDeletionWindowInDays: 9,
      multiRegionConfiguration: {
        multiRegionKeyType: 'PRIMARY',
        replicaKeys: [{ arn: 'arn:replica', region: 'eu-west-1' }],
      },
      rotation: { reason: expect.stringContaining('deletion is pending') },
    })
  })
})

describe('describe survives its parts (contract 4: one part never hides the rest)', () => {
  it.each(Object.entries(parts))('%s denied', async (field, operation) => {
    const { session, keyId } = await withKey({ tags: { Owner: 'a' } })
    failing(session, { [operation]: () => denied(`kms:${operation}`) })
    const told = await describeKey(session, keyId)
    expect(told.unavailable).toEqual([{ field, code: 'AccessDeniedException' }])
    for (const part of Object.keys(parts) as (keyof typeof parts)[]) {
      if (part === field) expect(told[part]).toBeNull()
      else expect(told[part]).not.toBeNull()
    }
  })

  it.each([
    ['HTTP 500', () => awsError('InternalFailure', 'x', 500), 'InternalFailure'],
    ['an unknown call', () => awsError('UnknownOperationException'), 'UnknownOperationException'],
    ['a reset', reset, 'Unreachable'],
    ['a timeout', () => Object.assign(new Error('late'), { name: 'TimeoutError' }), 'Timeout'],
    ['an empty answer', () => new KmsctlError('BadResponse', 'nothing'), 'BadResponse'],
  ])('last use with %s, as moto answers GetKeyLastUsage', async (_name, error, code) => {
    const { session, keyId } = await withKey()
    failing(session, { GetKeyLastUsage: error })
    expect(await describeKey(session, keyId)).toMatchObject({
      lastUsage: null,
      keyState: 'Enabled',
      unavailable: [{ field: 'lastUsage', code }],
    })
  })

  it('all parts at once', async () => {
    const { session, keyId } = await withKey()
    failing(session, Object.fromEntries(Object.values(parts).map((name) => [name, denied])))
    const told = await describeKey(session, keyId)
    expect(told.keyState).toBe('Enabled')
    expect(told.unavailable.map(({ field }) => field).sort()).toEqual(Object.keys(parts).sort())
  })

  it.each(['app', 'id', 'arn'])('DescribeKey denied, the key named by its %s', async (by) => {
    const { session, key, keyId, arn } = await withKey({ tags: { Owner: 'a' } })
    failing(session, { DescribeKey: () => denied('kms:DescribeKey') })
    const told = await describeKey(session, { id: keyId, arn }[by] ?? by)
    expect(told).toMatchObject({
      keyId,
      arn,
      accountId: key.accountId,
      keyState: null,
      keySpec: null,
      aliases: ['alias/app'],
      tags: { Owner: 'a' },
      rotation: { enabled: true },
      unavailable: [{ field: 'metadata', code: 'AccessDeniedException' }],
    })
  })

  it('everything fails: the error of DescribeKey', async () => {
    const { session, keyId } = await withKey()
    failing(
      session,
      Object.fromEntries(['DescribeKey', ...Object.values(parts)].map((name) => [name, denied])),
    )
    await expect(describeKey(session, keyId)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  })

  it('DescribeKey and ListAliases denied, the key named by an alias: the error', async () => {
    const { session } = await withKey()
    failing(session, { DescribeKey: denied, ListAliases: denied })
    await expect(describeKey(session, 'app')).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  })

  it('a missing key is missing: nothing else is asked', async () => {
    const { session, kms, sent } = mockedSession()
    kms.on(DescribeKeyCommand).rejects(notFound())
    await expect(describeKey(session, KEY_ID)).rejects.toMatchObject({ name: 'NotFoundException' })
    expect(sent()).toHaveLength(1)
  })

  it('an interrupt is not taken for a missing part', async () => {
    const { session, kms } = mockedSession()
    answerParts(kms)
    kms
      .on(GetKeyRotationStatusCommand)
      .rejects(new KmsctlError('Interrupted', 'interrupted by SIGINT', { exitCode: 130 }))
    expect(await failure(describeKey(session, KEY_ID))).toMatchObject({ exitCode: 130 })
  })
})
