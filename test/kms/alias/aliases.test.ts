import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  ListAliasesCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import {
  listAliases,
  planCreateAlias,
  planDeleteAlias,
  planUpdateAlias,
} from '../../../src/lib/kms/alias/aliases.js'
import { planScheduleDeletion } from '../../../src/lib/kms/deletion/deletion.js'
import {
  ARN,
  answerParts,
  apply,
  arnOf,
  awsError,
  changes,
  createdIn,
  dry,
  failing,
  failure,
  KEY_ID,
  metadata,
  mockedSession,
  notFound,
  OTHER_ID,
  reset,
  withKey,
} from '../support.js'

/** KEY_ID is a key; `holders` are the keys that alias/app names, at one look after the other. */
function aliased(...holders: (string | null)[]) {
  const mocked = mockedSession()
  answerParts(mocked.kms)
  const looks = mocked.kms.on(DescribeKeyCommand, { KeyId: 'alias/app' })
  for (const [index, holder] of holders.entries()) {
    const last = index === holders.length - 1
    if (holder === null) last ? looks.rejects(notFound()) : looks.rejectsOnce(notFound())
    else {
      const answer = { KeyMetadata: metadata({ KeyId: holder }) }
      last ? looks.resolves(answer) : looks.resolvesOnce(answer)
    }
  }
  for (const command of [CreateAliasCommand, UpdateAliasCommand, DeleteAliasCommand]) {
    mocked.kms.on(command as typeof CreateAliasCommand).resolves({})
  }
  return mocked
}

const to = { AliasName: 'alias/app', TargetKeyId: ARN }
const deletion = { days: 7, releaseAliases: false, allowRecentUse: false }

describe('the calls of the alias commands', () => {
  it('create: looks whether the name is free, sends the ARN, reads back', async () => {
    const { session, sent, changes } = aliased(null, null, KEY_ID)
    const { changed, warnings } = await apply(planCreateAlias(session, 'app', KEY_ID))
    expect({ changed, warnings }).toEqual({ changed: true, warnings: [] })
    expect(changes()).toEqual([['CreateAlias', to]])
    expect(sent().slice(0, 3)).toEqual([
      ['DescribeKey', { KeyId: KEY_ID }],
      ['DescribeKey', { KeyId: 'alias/app' }],
      ['CreateAlias', to],
    ])
  })

  it('create of one that points there already sends nothing (contract 6.1)', async () => {
    const { session, changes } = aliased(KEY_ID)
    expect(await apply(planCreateAlias(session, 'app', KEY_ID))).toMatchObject({ changed: false })
    expect(changes()).toEqual([])
  })

  it('create of one that is another key’s is 6 and names that key', async () => {
    const { session, changes } = aliased(OTHER_ID)
    const error = await failure(planCreateAlias(session, 'app', KEY_ID))
    expect(error).toMatchObject({ code: 'AliasTaken', exitCode: 6, details: { keyId: OTHER_ID } })
    expect(error.message).toContain(OTHER_ID)
    expect(error.hints.join()).toContain('kmsctl alias update alias/app')
    expect(changes()).toEqual([])
  })

  it('update: asks, sends, reads back', async () => {
    const { session, changes } = aliased(OTHER_ID, OTHER_ID, KEY_ID)
    const plan = await planUpdateAlias(session, 'alias/app', KEY_ID)
    expect(plan.confirmation?.question).toContain(`from key ${OTHER_ID} to ${KEY_ID}`)
    expect((await plan.apply()).warnings).toEqual([])
    expect(changes()).toEqual([['UpdateAlias', to]])
  })

  it('update that lost its answer tells how to move the alias back', async () => {
    const { session, kms } = aliased(OTHER_ID)
    kms.on(UpdateAliasCommand).rejects(reset())
    const error = await failure(apply(planUpdateAlias(session, 'app', KEY_ID)))
    expect(error.exitCode).toBe(8)
    expect(error.hints).toContain(`move it back: kmsctl alias update alias/app ${OTHER_ID}`)
  })

  it('delete: asks, sends the name alone, reads back that it is gone', async () => {
    const { session, changes } = aliased(KEY_ID, KEY_ID, null)
    const plan = await planDeleteAlias(session, 'app')
    expect(plan.confirmation?.question).toContain(KEY_ID)
    expect((await plan.apply()).warnings).toEqual([])
    expect(changes()).toEqual([['DeleteAlias', { AliasName: 'alias/app' }]])
  })

  it.each([
    ['update', (s: never) => planUpdateAlias(s, 'app', KEY_ID)],
    ['delete', (s: never) => planDeleteAlias(s, 'app')],
  ])('%s of one that does not exist is 3', async (name, plan) => {
    const { session, changes } = aliased(null)
    const error = await failure(plan(session as never) as Promise<unknown>)
    expect(error).toMatchObject({ code: 'AliasNotFound', exitCode: 3 })
    expect(error.hints.join()).toContain(name === 'update' ? 'alias create' : 'alias list')
    expect(changes()).toEqual([])
  })

  it.each([
    ['symmetric → HMAC', {}, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }],
    ['symmetric → RSA for encryption', {}, { KeySpec: 'RSA_2048' }],
    [
      'RSA for signing → RSA for encryption',
      { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' },
      { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' },
    ],
  ] as const)('update across kinds is refused: %s (UpdateAlias)', async (_name, from, target) => {
    const { session, kms, changes } = aliased(OTHER_ID)
    kms
      .on(DescribeKeyCommand, { KeyId: 'alias/app' })
      .resolves({ KeyMetadata: metadata({ KeyId: OTHER_ID, ...from }) })
    kms.on(DescribeKeyCommand, { KeyId: KEY_ID }).resolves({ KeyMetadata: metadata(target) })
    expect(await failure(planUpdateAlias(session, 'app', KEY_ID))).toMatchObject({
      code: 'NotEligible',
      exitCode: 5,
    })
    expect(changes()).toEqual([])
  })

  it('update between asymmetric keys of one usage is a move like any other', async () => {
    const { session, kms, changes } = aliased(OTHER_ID)
    const from = { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' } as const
    kms
      .on(DescribeKeyCommand, { KeyId: 'alias/app' })
      .resolves({ KeyMetadata: metadata({ KeyId: OTHER_ID, ...from }) })
    kms
      .on(DescribeKeyCommand, { KeyId: KEY_ID })
      .resolves({ KeyMetadata: metadata({ ...from, KeySpec: 'ECC_NIST_P256' }) })
    expect((await dry(planUpdateAlias(session, 'app', KEY_ID))).calls).toHaveLength(1)
    expect(changes()).toEqual([])
  })

  it.each(['alias/aws/mine', 'aws/mine', 'a b', ''])(
    'the name %j is 2, and nothing is asked',
    async (name) => {
      const { session, sent } = aliased(null)
      for (const plan of [
        planCreateAlias(session, name, KEY_ID),
        planUpdateAlias(session, name, KEY_ID),
        planDeleteAlias(session, name),
      ]) {
        expect(await failure(plan)).toMatchObject({ code: 'Usage', exitCode: 2 })
      }
      expect(sent()).toEqual([])
    },
  )

  it('a race that another run won is AWS’s own conflict: 6', async () => {
    const { session, kms } = aliased(null)
    kms.on(CreateAliasCommand).rejects(awsError('AlreadyExistsException'))
    expect(await failure(apply(planCreateAlias(session, 'app', KEY_ID)))).toMatchObject({
      code: 'AlreadyExistsException',
      exitCode: 6,
    })
  })

  it('list: every page, sorted, with the predefined ones that have no key', async () => {
    const { session, kms, sent } = mockedSession()
    kms
      .on(ListAliasesCommand)
      .resolvesOnce({ Aliases: [], Truncated: true, NextMarker: 'a' })
      .resolvesOnce({ Aliases: [{ AliasName: 'alias/aws/rds' }], Truncated: true, NextMarker: 'b' })
      .resolves({
        Aliases: [{ AliasName: 'alias/app', AliasArn: 'arn', TargetKeyId: KEY_ID }],
      })
    const { aliases } = await listAliases(session, undefined)
    expect(aliases.map(({ aliasName, targetKeyId }) => [aliasName, targetKeyId])).toEqual([
      ['alias/app', KEY_ID],
      ['alias/aws/rds', null],
    ])
    expect(sent()).toHaveLength(3)
  })

  it('list of one key asks by its ARN', async () => {
    const { session, sent } = aliased(OTHER_ID)
    await listAliases(session, 'app')
    expect(sent().at(-1)).toMatchObject(['ListAliases', { KeyId: arnOf(OTHER_ID) }])
  })
})

describe('aliases on the embedded KMS', () => {
  it('made, moved, deleted; names are case-sensitive (semantics)', async () => {
    const { session, key } = await withKey()
    const other = await createdIn(session, { aliases: ['other'] })
    expect((await apply(planCreateAlias(session, 'App', key.arn))).key.aliases).toEqual([
      'alias/App',
      'alias/app',
    ])
    expect((await apply(planUpdateAlias(session, 'App', 'other'))).key).toMatchObject({
      keyId: other.keyId,
      aliases: ['alias/App', 'alias/other'],
    })
    const { key: left } = await apply(planDeleteAlias(session, 'App'))
    expect(left).toMatchObject({ keyId: other.keyId, aliases: ['alias/other'] })
    expect(changes(session)).toEqual(['CreateAlias', 'UpdateAlias', 'DeleteAlias'])
  })

  it('an alias leaves a key that is pending deletion, and cannot go to one (key-states [10])', async () => {
    const { session, keyId } = await withKey()
    const kept = await createdIn(session, { aliases: ['kept'] })
    await apply(planScheduleDeletion(session, keyId, deletion))
    session.sent.length = 0
    for (const plan of [
      () => planCreateAlias(session, 'new', keyId),
      () => planUpdateAlias(session, 'kept', keyId),
    ]) {
      const error = await failure(plan())
      expect(error).toMatchObject({ code: 'WrongState', exitCode: 5 })
      expect(error.hints).toContain(`kmsctl deletion cancel ${keyId}`)
    }
    expect(changes(session)).toEqual([])
    const { key } = await apply(planUpdateAlias(session, 'app', 'kept'))
    expect(key).toMatchObject({ keyId: kept.keyId, aliases: ['alias/app', 'alias/kept'] })
  })

  it('the 51st alias of a key is AWS’s quota: 1 (quotas)', async () => {
    const { session, keyId } = await withKey({
      aliases: Array.from({ length: 50 }, (_, index) => `app/${index}`),
    })
    expect(await failure(apply(planCreateAlias(session, 'one-more', keyId)))).toMatchObject({
      code: 'LimitExceededException',
      exitCode: 1,
    })
    expect(changes(session)).toEqual(['CreateAlias'])
  })

  it('an alias taken by another run between check and call: 6, and nothing is taken from it', async () => {
    const { session, keyId } = await withKey()
    const other = await createdIn(session, { aliases: ['other'] })
    const plan = await planCreateAlias(session, 'new', keyId)
    await apply(planCreateAlias(session, 'new', other.keyId))
    expect(await failure(plan.apply())).toMatchObject({
      code: 'AlreadyExistsException',
      exitCode: 6,
    })
    expect((await listAliases(session, other.keyId)).aliases).toHaveLength(2)
  })

  it('a deletion whose answer is lost is looked up, and told with a warning (contract 6.7)', async () => {
    const { session } = await withKey()
    failing(session, { DeleteAlias: reset }, { after: true })
    expect(await apply(planDeleteAlias(session, 'app'))).toMatchObject({
      changed: true,
      warnings: [expect.stringContaining('was lost')],
    })
    expect(await failure(planDeleteAlias(session, 'app'))).toMatchObject({ exitCode: 3 })
  })
})
