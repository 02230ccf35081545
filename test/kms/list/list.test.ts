import {
  DescribeKeyCommand,
  GetKeyLastUsageCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListKeyRotationsCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { KmsctlError } from '../../../src/lib/errors.js'
import { planScheduleDeletion } from '../../../src/lib/kms/deletion/deletion.js'
import {
  collect,
  listKeys,
  streamKeys,
  streamPendingDeletions,
} from '../../../src/lib/kms/list/list.js'
import { UNWATCHED } from '../../../src/lib/kms/list/progress-reporter.js'
import { planDisable } from '../../../src/lib/kms/settings/enable-disable.js'
import type { ListedKey } from '../../../src/lib/results.js'
import { sandboxSession } from '../../support/session.js'
import {
  apply,
  arnOf,
  awsError,
  changes,
  createdIn,
  denied,
  failure,
  KEY_ID,
  metadata,
  mockedSession,
  notFound,
  OTHER_ID,
} from '../support.js'

const customer = { manager: 'customer' } as const

function twoKeys() {
  const mocked = mockedSession()
  mocked.kms.on(ListKeysCommand).resolves({
    Keys: [KEY_ID, OTHER_ID].map((KeyId) => ({ KeyId, KeyArn: arnOf(KeyId) })),
  })
  mocked.kms.on(ListAliasesCommand).resolves({
    Aliases: [{ AliasName: 'alias/app', TargetKeyId: KEY_ID }, { AliasName: 'alias/aws/rds' }],
  })
  mocked.kms.on(DescribeKeyCommand, { KeyId: KEY_ID }).resolves({ KeyMetadata: metadata() })
  mocked.kms
    .on(DescribeKeyCommand, { KeyId: OTHER_ID })
    .resolves({ KeyMetadata: metadata({ KeyId: OTHER_ID }) })
  return mocked
}

describe('the calls of list', () => {
  it('lists keys and aliases once, and describes each key once', async () => {
    const { session, sent } = twoKeys()
    const { keys, warnings } = await listKeys(session, customer)
    expect(keys.map(({ keyId, aliases }) => [keyId, aliases])).toEqual([
      [KEY_ID, ['alias/app']],
      [OTHER_ID, []],
    ])
    expect(warnings).toEqual([])
    expect(
      sent()
        .map(([name]) => name)
        .sort(),
    ).toEqual(['DescribeKey', 'DescribeKey', 'ListAliases', 'ListKeys'])
  })

  it('turns empty pages with Truncated too', async () => {
    const { session, kms } = twoKeys()
    kms
      .on(ListKeysCommand)
      .resolvesOnce({ Keys: [], Truncated: true, NextMarker: 'a' })
      .resolvesOnce({ Keys: [{ KeyId: KEY_ID }], Truncated: true, NextMarker: 'b' })
      .resolvesOnce({ Keys: [], Truncated: true, NextMarker: 'c' })
      .resolves({ Keys: [{ KeyId: OTHER_ID }], Truncated: false })
    const { keys } = await listKeys(session, customer)
    expect(keys.map(({ keyId }) => keyId).sort()).toEqual([OTHER_ID, KEY_ID].sort())
  })

  it('asks for the largest pages that there are (docs/facts/constraints.md)', async () => {
    const { session, sent } = twoKeys()
    await listKeys(session, customer)
    expect(sent()).toEqual(
      expect.arrayContaining([
        ['ListKeys', { Limit: 1000 }],
        ['ListAliases', { Limit: 100 }],
      ]),
    )
  })

  it.each([
    [{}, []],
    [{ long: true }, ['GetKeyRotationStatus', 'ListResourceTags']],
    [{ price: true }, ['ListKeyRotations']],
    [{ lastUsed: true }, ['GetKeyLastUsage']],
    [
      { long: true, price: true, lastUsed: true },
      ['GetKeyLastUsage', 'GetKeyRotationStatus', 'ListKeyRotations', 'ListResourceTags'],
    ],
    [{ long: true, tags: { Team: 'pay' } }, ['GetKeyRotationStatus', 'ListResourceTags']],
  ])('%j costs two keys no more than it needs', async (parts, more) => {
    const { session, kms, sent } = twoKeys()
    kms.on(ListResourceTagsCommand).resolves({ Tags: [{ TagKey: 'Team', TagValue: 'pay' }] })
    kms.on(GetKeyRotationStatusCommand).resolves({ KeyRotationEnabled: true })
    kms.on(ListKeyRotationsCommand).resolves({ Rotations: [] })
    kms.on(GetKeyLastUsageCommand).resolves({ KeyLastUsage: {} } as never)
    const { keys } = await listKeys(session, { ...customer, ...parts })
    expect(keys).toHaveLength(2)
    const names = sent().map(([name]) => name)
    const each = ['DescribeKey', ...more].flatMap((name) => [name, name])
    expect(names.sort()).toEqual(['ListAliases', 'ListKeys', ...each].sort())
  })

  it('a price that rotations cannot change costs no call', async () => {
    const { session, kms, sent } = twoKeys()
    kms
      .on(DescribeKeyCommand, { KeyId: KEY_ID })
      .resolves({ KeyMetadata: metadata({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }) })
    kms
      .on(DescribeKeyCommand, { KeyId: OTHER_ID })
      .resolves({ KeyMetadata: metadata({ KeyId: OTHER_ID, KeyState: 'PendingDeletion' }) })
    const { keys } = await listKeys(session, { ...customer, price: true })
    expect(keys.map(({ monthlyCostUsd }) => monthlyCostUsd)).toEqual([1, 0])
    expect(sent().map(([name]) => name)).not.toContain('ListKeyRotations')
  })

  it('says before it begins how long a slow part takes, of all keys that it may ask for', async () => {
    const { session, sent } = twoKeys()
    const said: object[] = []
    const slow = (part: object) => {
      said.push({ ...part, sentBefore: sent().some(([name]) => name === 'DescribeKey') })
    }
    const watch = { ...UNWATCHED, slow }
    const rated = { ...session, rateOf: () => 5 }
    await listKeys(rated, { ...customer, lastUsed: true }, { watch }).catch(() => {})
    expect(said).toEqual([
      {
        part: 'last use',
        does: 'tells',
        region: 'us-east-1',
        keys: 2,
        perSecond: 5,
        sentBefore: false,
      },
    ])
    await listKeys(rated, customer, { watch })
    expect(said).toHaveLength(1)
  })

  it('asks tags only of keys that match otherwise, and needs all the tags', async () => {
    const { session, kms, sent } = twoKeys()
    kms.on(ListResourceTagsCommand).resolves({
      Tags: [
        { TagKey: 'Team', TagValue: 'pay' },
        { TagKey: 'Env', TagValue: 'dev' },
      ],
    })
    const filter = { ...customer, aliasPrefix: 'app' }
    const both = await listKeys(session, { ...filter, tags: { Team: 'pay', Env: 'dev' } })
    expect(both.keys.map(({ keyId }) => keyId)).toEqual([KEY_ID])
    const one = await listKeys(session, { ...filter, tags: { Team: 'pay', Env: 'prod' } })
    expect(one.keys).toEqual([])
    const asked = sent().filter(([name]) => name === 'ListResourceTags')
    expect(asked).toHaveLength(2)
    expect(sent().filter(([name]) => name === 'DescribeKey')).toHaveLength(2)
  })

  it('a key that is denied is listed with what ListKeys tells of it, and hides no other', async () => {
    const { session, kms } = twoKeys()
    kms.on(DescribeKeyCommand, { KeyId: OTHER_ID }).rejects(denied())
    const { keys, warnings } = await listKeys(session, customer)
    expect(keys.map(({ keyId }) => keyId).sort()).toEqual([OTHER_ID, KEY_ID].sort())
    expect(keys.find(({ keyId }) => keyId === OTHER_ID)).toMatchObject({
      arn: arnOf(OTHER_ID),
      keyState: null,
      keySpec: null,
    })
    expect(warnings).toEqual([`key ${OTHER_ID} could not be read (AccessDeniedException)`])
  })

  it('a denied key is left out of a filter that it cannot be held to, with a warning', async () => {
    const { session, kms } = twoKeys()
    kms.on(DescribeKeyCommand, { KeyId: OTHER_ID }).rejects(denied())
    const { keys, warnings } = await listKeys(session, { ...customer, states: ['Enabled'] })
    expect(keys).toHaveLength(1)
    expect(warnings).toEqual([expect.stringContaining('is unknown, and it is left out')])
  })

  it('where every key is denied, that is the answer, not an empty list', async () => {
    const { session, kms } = twoKeys()
    kms.on(DescribeKeyCommand).rejects(denied())
    await expect(listKeys(session, customer)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  })

  it.each([
    ['throttled', () => awsError('ThrottlingException')],
    ['an expired token', () => awsError('ExpiredTokenException')],
    ['answered without a key', () => new KmsctlError('BadResponse', 'nothing')],
  ])('%s: the list fails, for it would lack a key without a word', async (_name, error) => {
    const { session, kms } = twoKeys()
    kms.on(DescribeKeyCommand, { KeyId: OTHER_ID }).rejects(error())
    await expect(listKeys(session, customer)).rejects.toThrow()
  })

  it('an answer to ListKeys that holds no list is no empty list', async () => {
    const { session, kms } = twoKeys()
    kms.on(ListKeysCommand).resolves({})
    expect(await failure(listKeys(session, customer))).toMatchObject({ code: 'BadResponse' })
  })

  it('a key deleted since it was listed is left out without a word', async () => {
    const { session, kms } = twoKeys()
    kms.on(DescribeKeyCommand, { KeyId: OTHER_ID }).rejects(notFound())
    const { keys, warnings } = await listKeys(session, customer)
    expect(keys).toHaveLength(1)
    expect(warnings).toEqual([])
  })

  it('aliases that cannot be read are null, with one warning', async () => {
    const { session, kms } = twoKeys()
    kms.on(ListAliasesCommand).rejects(denied('kms:ListAliases'))
    const { keys, warnings } = await listKeys(session, customer)
    expect(keys.map(({ aliases }) => aliases)).toEqual([null, null])
    expect(warnings).toEqual(['aliases could not be read (AccessDeniedException)'])
  })

  it('a filter by alias is not answered without aliases: an empty list would be a lie', async () => {
    const { session, kms } = twoKeys()
    kms.on(ListAliasesCommand).rejects(denied('kms:ListAliases'))
    await expect(listKeys(session, { ...customer, aliasPrefix: 'app' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  })

  it('ListKeys denied is the error', async () => {
    const { session, kms } = twoKeys()
    kms.on(ListKeysCommand).rejects(denied('kms:ListKeys'))
    await expect(listKeys(session, customer)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  })

  it('an interrupt ends the list', async () => {
    const { session, kms } = twoKeys()
    kms
      .on(DescribeKeyCommand)
      .rejects(new KmsctlError('Interrupted', 'interrupted by SIGINT', { exitCode: 130 }))
    await expect(listKeys(session, customer)).rejects.toMatchObject({ exitCode: 130 })
  })
})

describe('list on the embedded KMS, whose pages hold three and whose second is empty', () => {
  it('finds every key of many, and none twice', async () => {
    const session = await sandboxSession()
    const made: string[] = []
    for (let index = 0; index < 11; index++) {
      const { keyId } = await createdIn(session, { aliases: [`app/${index}`, `other/${index}`] })
      made.push(keyId)
    }
    const { keys } = await listKeys(session, customer)
    expect(keys.map(({ keyId }) => keyId).sort()).toEqual([...made].sort())
    for (const key of keys) expect(key.aliases).toHaveLength(2)
    expect(session.sent.filter((name) => name === 'ListKeys').length).toBeGreaterThan(4)
    const prefixed = await listKeys(session, { ...customer, aliasPrefix: 'app/1' })
    expect(prefixed.keys).toHaveLength(2)
    expect(
      (await listKeys(session, { ...customer, aliasPrefix: 'alias/other/3' })).keys,
    ).toMatchObject([{ keyId: made[3], aliases: ['alias/app/3', 'alias/other/3'] }])
    expect(changes(session)).toEqual([])
  })

  it('filters by manager, state, spec and tag', async () => {
    const session = await sandboxSession()
    const plain = await createdIn(session, { aliases: ['plain'], tags: { Team: 'a' } })
    const mac = await createdIn(session, { aliases: ['mac'], spec: 'HMAC_256' })
    const off = await createdIn(session, { aliases: ['off'], disabled: true, tags: { Team: 'a' } })
    const ids = async (filter: Parameters<typeof listKeys>[1]) =>
      (await listKeys(session, filter)).keys.map(({ keyId }) => keyId)
    expect(await ids(customer)).toEqual([mac.keyId, off.keyId, plain.keyId])
    expect(await ids({ ...customer, states: ['Disabled', 'PendingDeletion'] })).toEqual([off.keyId])
    expect(await ids({ ...customer, specs: ['HMAC_256'] })).toEqual([mac.keyId])
    expect(await ids({ ...customer, tags: { Team: 'a' } })).toEqual([off.keyId, plain.keyId])
    expect(await ids({ ...customer, states: ['Enabled'], tags: { Team: 'a' } })).toEqual([
      plain.keyId,
    ])
    const aws = await listKeys(session, { manager: 'aws' })
    expect(aws.keys.map(({ aliases }) => aliases)).toEqual([['alias/aws/ebs'], ['alias/aws/s3']])
    expect(await ids({ manager: 'all' })).toHaveLength(5)
  })

  it('listing makes no key of AWS’s predefined aliases (API Reference, DescribeKey)', async () => {
    const session = await sandboxSession()
    await listKeys(session, { manager: 'all' })
    const { keys } = await listKeys(session, { manager: 'all' })
    expect(keys).toHaveLength(2)
  })

  it('pending deletions: the next one due first', async () => {
    const session = await sandboxSession()
    const schedule = (key: string, days: number) =>
      apply(
        planScheduleDeletion(session, key, { days, releaseAliases: false, allowRecentUse: false }),
      )
    for (const name of ['late', 'soon', 'kept']) await createdIn(session, { aliases: [name] })
    await apply(planDisable(session, 'kept'))
    await schedule('late', 30)
    await schedule('soon', 7)
    const { keys } = await collect(streamPendingDeletions(session))
    expect(keys.map(({ aliases }) => aliases)).toEqual([['alias/soon'], ['alias/late']])
    expect(keys[0]?.deletionDate).toMatch(/^\d{4}-\d\d-\d\dT/)
  })

  it('one key denied, the others listed', async () => {
    const session = await sandboxSession()
    for (const name of ['a', 'b']) await createdIn(session, { aliases: [name] })
    let first = true
    session.kms.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === 'DescribeKeyCommand' && first) {
          first = false
          throw denied('kms:DescribeKey')
        }
        return next(args)
      },
      { step: 'initialize', name: 'denyOne' },
    )
    const { keys, warnings } = await listKeys(session, { manager: 'all' })
    expect(keys).toHaveLength(4)
    expect(keys.filter(({ keyState }) => keyState === null)).toHaveLength(1)
    expect(warnings).toEqual([expect.stringContaining('AccessDeniedException')])
  })
})

describe('a list as it comes', () => {
  /** Many keys, of which one DescribeKey can be held up; half of them have names. */
  function manyKeys(count: number) {
    const mocked = mockedSession()
    const ids = Array.from(
      { length: count },
      (_, index) => `1234abcd-12ab-34cd-56ef-${String(index).padStart(12, '0')}`,
    )
    mocked.kms.on(ListKeysCommand).resolves({ Keys: ids.map((KeyId) => ({ KeyId })) })
    const named = ids.filter((_, index) => index % 2 === 0)
    mocked.kms.on(ListAliasesCommand).resolves({
      // The last key's name comes first.
      Aliases: named.map((TargetKeyId, index) => ({
        AliasName: `alias/${String(count - index).padStart(4, '0')}`,
        TargetKeyId,
      })),
    })
    const held = new Map<string, Promise<void>>()
    mocked.kms.on(DescribeKeyCommand).callsFake(async ({ KeyId }) => {
      await held.get(KeyId)
      // The younger the higher its number.
      const at = Date.parse('2026-01-01T00:00:00Z') + Number(KeyId.slice(-12)) * 1000
      return { KeyMetadata: metadata({ KeyId, CreationDate: new Date(at) }) }
    })
    return { ...mocked, ids, named, held }
  }

  it('keys with a name come by it, as soon as they are read; the others by age, when all are', async () => {
    const { session, ids, named, held } = manyKeys(20)
    let release = () => {}
    const last = ids.at(-1) as string
    held.set(last, new Promise((resolve) => (release = resolve)))
    const stream = streamKeys(session, customer, { concurrency: 4 })
    const first: string[] = []
    for (const _ of named) {
      const { value } = await stream.next()
      first.push((value as ListedKey).keyId)
    }
    expect(first).toEqual([...named].reverse())
    const others = collect(stream)
    release()
    expect((await others).keys.map(({ keyId }) => keyId)).toEqual(
      ids.filter((id) => !named.includes(id)),
    )
  })

  it('does not wait for the names before it reads', async () => {
    const { session, kms, sent } = manyKeys(20)
    let release = () => {}
    const naming = new Promise<void>((resolve) => (release = resolve))
    kms.on(ListAliasesCommand).callsFake(() => naming.then(() => ({ Aliases: [] })))
    const all = collect(streamKeys(session, customer, { concurrency: 4 }))
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(sent().filter(([name]) => name === 'DescribeKey')).toHaveLength(20)
    release()
    expect((await all).keys).toHaveLength(20)
  })

  it('one that fails late: what came before it was given out', async () => {
    const { session, kms, ids, named } = manyKeys(20)
    kms
      .on(DescribeKeyCommand, { KeyId: ids[0] as string })
      .rejects(awsError('ExpiredTokenException'))
    const stream = streamKeys(session, customer, { concurrency: 1 })
    const given: string[] = []
    const read = (async () => {
      for await (const { keyId } of stream) given.push(keyId)
    })()
    await expect(read).rejects.toMatchObject({ name: 'ExpiredTokenException' })
    expect(given).toEqual([...named].reverse().slice(0, given.length))
  })

  it('no denied key is given out before one was read: else the caller is the one denied', async () => {
    const { session, kms } = manyKeys(6)
    kms.on(DescribeKeyCommand).rejects(denied())
    const stream = streamKeys(session, customer)
    await expect(stream.next()).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  it('whoever stops reading stops it', async () => {
    const { session, sent } = manyKeys(200)
    for await (const _ of streamKeys(session, customer, { concurrency: 2 })) break
    const before = sent().length
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(sent().length).toBeLessThanOrEqual(before + 2)
  })
})
