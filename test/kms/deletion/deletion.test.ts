import {
  CancelKeyDeletionCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  EnableKeyCommand,
  GetKeyLastUsageCommand,
  ListAliasesCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { planCancelDeletion, planScheduleDeletion } from '../../../src/lib/kms/deletion/deletion.js'
import {
  ARN,
  answerParts,
  apply,
  awsError,
  changes,
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

const plain = { days: undefined, releaseAliases: false, allowRecentUse: false }
const pending = metadata({ KeyState: 'PendingDeletion', DeletionDate: new Date('2026-06-20') })

function deletable(...described: Parameters<typeof metadata>[0][]) {
  const mocked = mockedSession()
  answerParts(mocked.kms, ...(described.length > 0 ? described.map(metadata) : [metadata()]))
  mocked.kms.on(ScheduleKeyDeletionCommand).resolves({ KeyId: ARN })
  mocked.kms.on(CancelKeyDeletionCommand).resolves({ KeyId: ARN })
  mocked.kms.on(EnableKeyCommand).resolves({})
  mocked.kms.on(DeleteAliasCommand).resolves({})
  return mocked
}

describe('the calls of deletion schedule', () => {
  it.each([
    [undefined, 30],
    [7, 7],
    [30, 30],
  ])('--days %s sends a window of %d days, once, by ARN', async (days, PendingWindowInDays) => {
    const { session, kms, changes } = deletable({}, pending)
    const { key } = await apply(planScheduleDeletion(session, 'app', { ...plain, days }))
    expect(changes()).toEqual([['ScheduleKeyDeletion', { KeyId: ARN, PendingWindowInDays }]])
    expect(key).toMatchObject({ keyState: 'PendingDeletion', deletionDate: expect.any(String) })
    expect(kms.commandCalls(ScheduleKeyDeletionCommand)).toHaveLength(1)
  })

  it.each([6, 31, 0, -7, 7.5])(
    'a window of %d days is 2 and nothing is asked (contract 6.6: 7 to 30)',
    async (days) => {
      const { session, sent } = deletable()
      const error = await failure(planScheduleDeletion(session, KEY_ID, { ...plain, days }))
      expect(error).toMatchObject({ code: 'Usage', exitCode: 2 })
      expect(error.message).toContain('7 to 30')
      expect(sent()).toEqual([])
    },
  )

  it('--release-aliases deletes the aliases after the deletion is scheduled, and reads that back', async () => {
    const { session, kms, changes } = deletable()
    kms
      .on(DescribeKeyCommand, { KeyId: ARN })
      .resolvesOnce({ KeyMetadata: pending })
      .resolves({ KeyMetadata: pending })
    kms.on(DescribeKeyCommand, { KeyId: 'alias/b' }).rejects(notFound())
    kms
      .on(DescribeKeyCommand, { KeyId: 'alias/a' })
      .resolvesOnce({ KeyMetadata: metadata() })
      .rejects(notFound())
    kms
      .on(ListAliasesCommand)
      .resolves({ Aliases: [{ AliasName: 'alias/b' }, { AliasName: 'alias/a' }] })
    const input = { ...plain, releaseAliases: true }
    const { warnings } = await apply(planScheduleDeletion(session, 'alias/a', input))
    expect(changes()).toEqual([
      ['ScheduleKeyDeletion', { KeyId: ARN, PendingWindowInDays: 30 }],
      ['DeleteAlias', { AliasName: 'alias/a' }],
      ['DeleteAlias', { AliasName: 'alias/b' }],
    ])
    expect(warnings).toEqual([])
  })

  it.each([
    ['denied', denied, 'AccessDeniedException', 4],
    ['throttled', () => awsError('ThrottlingException'), 'ThrottlingException', 9],
    ['lost', reset, 'Unreachable', 9],
  ])(
    '--release-aliases with aliases that are %s: the reason’s own code, and nothing is sent',
    async (_name, error, code, exitCode) => {
      const { session, kms, changes } = deletable()
      kms.on(ListAliasesCommand).rejects(error())
      const input = { ...plain, releaseAliases: true }
      expect(await failure(planScheduleDeletion(session, KEY_ID, input))).toMatchObject({
        code,
        exitCode,
        message: expect.stringContaining('aliases'),
      })
      expect(changes()).toEqual([])
    },
  )

  it('a released alias that still shows is a warning (contract 6.9)', async () => {
    const { session, kms } = deletable(pending)
    kms.on(ListAliasesCommand).resolves({ Aliases: [{ AliasName: 'alias/a' }] })
    const input = { ...plain, releaseAliases: true }
    const { changed, warnings } = await apply(planScheduleDeletion(session, KEY_ID, input))
    expect(changed).toBe(true)
    expect(warnings).toEqual([expect.stringContaining('old value')])
  })

  it('an alias that cannot be deleted after the schedule: 7, with the way back', async () => {
    const { session, kms } = deletable()
    kms.on(ListAliasesCommand).resolves({ Aliases: [{ AliasName: 'alias/a' }] })
    kms.on(DeleteAliasCommand).rejects(denied('kms:DeleteAlias'))
    const input = { ...plain, releaseAliases: true }
    const error = await failure(apply(planScheduleDeletion(session, KEY_ID, input)))
    expect(error).toMatchObject({
      exitCode: 7,
      details: { done: ['ScheduleKeyDeletion'], notDone: ['DeleteAlias'] },
    })
    expect(error.hints).toContain(`cancel the deletion: kmsctl deletion cancel ${KEY_ID}`)
  })

  it('a lost answer is 8 and says how to look and how to cancel', async () => {
    const { session, kms, changes } = deletable()
    kms.on(ScheduleKeyDeletionCommand).rejects(reset())
    const error = await failure(apply(planScheduleDeletion(session, KEY_ID, plain)))
    expect(error.exitCode).toBe(8)
    expect(error.hints.join()).toMatch(/kmsctl describe .*kmsctl deletion cancel/)
    expect(changes()).toHaveLength(1)
  })

  it('is confirmed by typing the first alias, or the ID where there is none (contract 6.3)', async () => {
    const { session, kms } = deletable()
    const bare = await planScheduleDeletion(session, KEY_ID, plain)
    expect(bare.confirmation).toMatchObject({ kind: 'typed', expected: KEY_ID, keyId: KEY_ID })
    kms
      .on(ListAliasesCommand)
      .resolves({ Aliases: [{ AliasName: 'alias/b' }, { AliasName: 'alias/a' }] })
    const named = await planScheduleDeletion(session, KEY_ID, plain)
    expect(named.confirmation).toMatchObject({ expected: 'alias/a', keyId: KEY_ID })
    expect(named.confirmation?.question).toContain(`kmsctl deletion cancel ${KEY_ID}`)
    expect(named.confirmation?.question).toContain('2026-07-01T12:00:00.000Z')
  })

  it.each([
    [29, true],
    [31, false],
  ])('a use %d days ago: refused %s (contract 6.4)', async (days, refused) => {
    const { session, kms, changes } = deletable()
    const Timestamp = new Date(session.now().getTime() - days * 86_400_000)
    kms.on(GetKeyLastUsageCommand).resolves({
      KeyLastUsage: { Timestamp, Operation: 'Decrypt' },
    } as never)
    const attempt = planScheduleDeletion(session, KEY_ID, plain)
    if (refused) {
      const error = await failure(attempt)
      expect(error).toMatchObject({ code: 'RecentlyUsed', exitCode: 5 })
      expect(error.message).toContain('Decrypt')
      expect(error.hints.join()).toContain('--allow-recent-use')
    } else expect((await attempt).warnings).toEqual([])
    expect(changes()).toEqual([])
    const allowed = { ...plain, allowRecentUse: true }
    expect((await planScheduleDeletion(session, KEY_ID, allowed)).calls).toHaveLength(1)
  })

  it.each([
    ['unreadable', () => denied()],
    ['unknown', undefined],
  ])('last use %s warns and does not refuse (contract 6.4)', async (_name, error) => {
    const { session, kms } = deletable()
    const stub = kms.on(GetKeyLastUsageCommand)
    if (error === undefined) stub.resolves({ KeyLastUsage: {} } as never)
    else stub.rejects(error())
    const { warnings, calls } = await planScheduleDeletion(session, KEY_ID, plain)
    expect(warnings).toEqual([expect.stringContaining('unknown')])
    expect(calls).toHaveLength(1)
  })
})

describe('deletion schedule on a key that is pending deletion already (contract 6.4)', () => {
  it('changes nothing and keeps the date; another window is a warning', async () => {
    const { session, changes } = deletable(pending)
    const same = await apply(planScheduleDeletion(session, KEY_ID, plain))
    expect(same).toMatchObject({
      changed: false,
      warnings: [],
      key: { deletionDate: '2026-06-20T00:00:00.000Z' },
    })
    const other = await apply(planScheduleDeletion(session, KEY_ID, { ...plain, days: 7 }))
    expect(other).toMatchObject({ changed: false, warnings: [expect.stringContaining('7 days')] })
    expect(changes()).toEqual([])
  })

  it('a primary that waits for its replicas tells its window, and another one is a warning', async () => {
    const waiting = { KeyState: 'PendingReplicaDeletion', PendingDeletionWindowInDays: 9 } as const
    const { session, changes } = deletable(waiting)
    const asked = (days: number) => apply(planScheduleDeletion(session, KEY_ID, { ...plain, days }))
    expect((await asked(9)).warnings).toEqual([])
    expect((await asked(7)).warnings).toEqual([expect.stringContaining('7 days')])
    expect(changes()).toEqual([])
  })

  it('a recent use does not matter any more', async () => {
    const { session, kms } = deletable(pending)
    kms
      .on(GetKeyLastUsageCommand)
      .resolves({ KeyLastUsage: { Timestamp: new Date('2026-05-31') } } as never)
    expect((await planScheduleDeletion(session, KEY_ID, plain)).calls).toEqual([])
  })

  it('--release-aliases still releases them', async () => {
    const { session, kms, changes } = deletable(pending)
    kms.on(ListAliasesCommand).resolves({ Aliases: [{ AliasName: 'alias/a' }] })
    kms.on(DescribeKeyCommand, { KeyId: 'alias/a' }).rejects(notFound())
    const input = { ...plain, releaseAliases: true }
    const plan = await planScheduleDeletion(session, KEY_ID, input)
    expect(plan.confirmation?.question).toContain('pending deletion already')
    await plan.apply()
    expect(changes()).toEqual([['DeleteAlias', { AliasName: 'alias/a' }]])
  })
})

describe('the calls of deletion cancel', () => {
  it('sends one call, and does not enable', async () => {
    const { session, changes } = deletable(pending, { KeyState: 'Disabled' })
    const { key } = await apply(planCancelDeletion(session, KEY_ID, false))
    expect(changes()).toEqual([['CancelKeyDeletion', { KeyId: ARN }]])
    expect(key.keyState).toBe('Disabled')
  })

  it('--enable enables afterwards', async () => {
    const { session, changes } = deletable(pending, {})
    await apply(planCancelDeletion(session, KEY_ID, true))
    expect(changes()).toEqual([
      ['CancelKeyDeletion', { KeyId: ARN }],
      ['EnableKey', { KeyId: ARN }],
    ])
  })

  it('--enable that fails after the cancelling: 7, and how to finish', async () => {
    const { session, kms } = deletable(pending)
    kms.on(EnableKeyCommand).rejects(denied('kms:EnableKey'))
    const error = await failure(apply(planCancelDeletion(session, KEY_ID, true)))
    expect(error).toMatchObject({
      exitCode: 7,
      details: { done: ['CancelKeyDeletion'], notDone: ['EnableKey'] },
    })
    expect(error.hints).toContain(`enable it: kmsctl enable ${KEY_ID}`)
  })

  it.each(['Enabled', 'Disabled'] as const)(
    'a key that is %s: nothing sent, never enabled (contract 2)',
    async (KeyState) => {
      const { session, changes } = deletable({ KeyState })
      const { changed, warnings } = await apply(planCancelDeletion(session, KEY_ID, true))
      expect(changed).toBe(false)
      expect(warnings).toHaveLength(KeyState === 'Disabled' ? 1 : 0)
      expect(changes()).toEqual([])
    },
  )
})

describe('a last use that could not be asked just now (contract 6.4)', () => {
  const input = { days: 7, releaseAliases: false, allowRecentUse: false }

  it.each(['ThrottlingException', 'KMSInternalException', 'DependencyTimeoutException'])(
    '%s is no "unknown": 9, and nothing is changed',
    async (name) => {
      const { session, keyId } = await withKey()
      failing(session, { GetKeyLastUsage: () => awsError(name) })
      expect(await failure(planScheduleDeletion(session, keyId, input))).toMatchObject({
        exitCode: 9,
        details: { cause: name },
      })
      expect(changes(session)).toEqual([])
      const allowed = { ...input, allowRecentUse: true }
      expect((await planScheduleDeletion(session, keyId, allowed)).calls).toHaveLength(1)
    },
  )

  it('denied is unknown: it warns and does not refuse', async () => {
    const { session, keyId } = await withKey()
    failing(session, { GetKeyLastUsage: () => awsError('AccessDeniedException') })
    const plan = await planScheduleDeletion(session, keyId, input)
    expect(plan.calls).toHaveLength(1)
    expect(plan.warnings).toEqual([expect.stringContaining('unknown')])
  })
})
