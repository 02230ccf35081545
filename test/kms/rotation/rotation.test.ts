import {
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  ListKeyRotationsCommand,
  RotateKeyOnDemandCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { planScheduleDeletion } from '../../../src/lib/kms/deletion/deletion.js'
import {
  planDisableRotation,
  planEnableRotation,
  planRotateNow,
  rotationStatus,
} from '../../../src/lib/kms/rotation/rotation.js'
import {
  ARN,
  answerParts,
  apply,
  changes,
  failing,
  failure,
  KEY_ID,
  metadata,
  mockedSession,
  reset,
  withKey,
} from '../support.js'

/** GetKeyRotationStatus's answers in turn. */
function rotating(...answers: object[]) {
  const mocked = mockedSession()
  answerParts(mocked.kms)
  const stub = mocked.kms.on(GetKeyRotationStatusCommand)
  for (const answer of answers.slice(0, -1)) stub.resolvesOnce(answer)
  stub.resolves(answers.at(-1) ?? {})
  mocked.kms.on(ListKeyRotationsCommand).resolves({ Rotations: [] })
  mocked.kms.on(EnableKeyRotationCommand).resolves({})
  mocked.kms.on(DisableKeyRotationCommand).resolves({})
  mocked.kms.on(RotateKeyOnDemandCommand).resolves({ KeyId: KEY_ID })
  return mocked
}

const off = { KeyRotationEnabled: false }
const on = (days: number) => ({ KeyRotationEnabled: true, RotationPeriodInDays: days })

describe('the calls of rotation enable and disable', () => {
  it.each([
    ['without a period, off before', off, undefined, on(365), { KeyId: ARN }],
    ['with a period', off, 90, on(90), { KeyId: ARN, RotationPeriodInDays: 90 }],
    ['with another period', on(365), 2560, on(2560), { KeyId: ARN, RotationPeriodInDays: 2560 }],
  ])('enable %s', async (_name, before, period, after, input) => {
    const { session, changes } = rotating(before, after)
    const { key, warnings } = await apply(planEnableRotation(session, KEY_ID, period))
    expect(changes()).toEqual([['EnableKeyRotation', input]])
    expect(key.rotation).toMatchObject({ enabled: true })
    expect(warnings).toEqual([])
  })

  it.each([
    ['without a period the one in force stays (contract 2)', undefined],
    ['with the period in force', 180],
  ])('enable where it is on: %s, nothing is sent', async (_name, period) => {
    const { session, changes } = rotating(on(180))
    expect(await apply(planEnableRotation(session, KEY_ID, period))).toMatchObject({
      changed: false,
      key: { rotation: { rotationPeriodInDays: 180 } },
    })
    expect(changes()).toEqual([])
  })

  it.each([89, 2561, 365.5, 0])(
    'a period of %d days is 2, and not even the key is asked for (contract 6.6)',
    async (days) => {
      const { session, sent } = rotating(off)
      expect(await failure(planEnableRotation(session, KEY_ID, days))).toMatchObject({
        exitCode: 2,
      })
      expect(sent()).toEqual([])
    },
  )

  it('disable sends one call, and none where it is off', async () => {
    const first = rotating(on(365), off)
    await apply(planDisableRotation(first.session, KEY_ID))
    expect(first.changes()).toEqual([['DisableKeyRotation', { KeyId: ARN }]])
    const second = rotating(off)
    expect(await apply(planDisableRotation(second.session, KEY_ID))).toMatchObject({
      changed: false,
    })
    expect(second.changes()).toEqual([])
  })

  it('an old period that still shows is a warning', async () => {
    const { session } = rotating(on(365))
    const { warnings } = await apply(planEnableRotation(session, KEY_ID, 90))
    expect(warnings).toEqual([expect.stringContaining('old value')])
  })

  it.each([
    ['an HMAC key', { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }],
    ['an RSA key', { KeySpec: 'RSA_2048' }],
    ['imported material', { Origin: 'EXTERNAL' }],
    ['a key store', { Origin: 'AWS_CLOUDHSM', CustomKeyStoreId: 'cks-1' }],
  ] as const)('%s has no automatic rotation: 5 (EnableKeyRotation)', async (_name, over) => {
    for (const plan of [
      (s: never) => planEnableRotation(s, KEY_ID, undefined),
      (s: never) => planDisableRotation(s, KEY_ID),
    ]) {
      const { session, kms, changes } = rotating(off)
      kms.on(DescribeKeyCommand).resolves({ KeyMetadata: metadata(over) })
      const error = await failure(plan(session as never))
      expect(error).toMatchObject({ code: 'NotEligible', exitCode: 5 })
      expect(changes()).toEqual([])
    }
  })

  it('a replica is 5 and names its primary (semantics, multi-Region)', async () => {
    const { session, kms, changes } = rotating(off)
    const primary = { Arn: 'arn:aws:kms:eu-west-1:111122223333:key/mrk-1', Region: 'eu-west-1' }
    const MultiRegionConfiguration = {
      MultiRegionKeyType: 'REPLICA',
      PrimaryKey: primary,
    } as const
    kms
      .on(DescribeKeyCommand)
      .resolves({ KeyMetadata: metadata({ MultiRegion: true, MultiRegionConfiguration }) })
    for (const plan of [
      planEnableRotation(session, KEY_ID, undefined),
      planDisableRotation(session, KEY_ID),
      planRotateNow(session, KEY_ID),
    ]) {
      const error = await failure(plan)
      expect(error).toMatchObject({ code: 'NotEligible', exitCode: 5 })
      expect(error.hints.join()).toContain(primary.Arn)
    }
    expect(changes()).toEqual([])
  })
})

describe('rotation now (contract 6.7 and quotas: 25 in a key’s life)', () => {
  it('asks with the count, sends once, and is done when the rotation is under way', async () => {
    const { session, kms, changes } = rotating({
      ...on(365),
      OnDemandRotationStartDate: new Date(),
    })
    kms.on(ListKeyRotationsCommand).resolves({
      Rotations: [
        { KeyMaterialState: 'NON_CURRENT' },
        { RotationDate: new Date('2026-01-01'), RotationType: 'ON_DEMAND' },
        { RotationDate: new Date('2026-02-01'), RotationType: 'AUTOMATIC' },
      ],
    })
    const plan = await planRotateNow(session, KEY_ID)
    expect(plan.confirmation?.question).toContain('25 times in its life (so far 1).')
    const { warnings, changed } = await plan.apply()
    expect({ warnings, changed }).toEqual({ warnings: [], changed: true })
    expect(changes()).toEqual([['RotateKeyOnDemand', { KeyId: ARN }]])
  })

  it('is done, too, when it has finished before it was looked at', async () => {
    const { session, kms } = rotating(on(365))
    kms
      .on(ListKeyRotationsCommand)
      .resolvesOnce({ Rotations: [] })
      .resolves({ Rotations: [{ RotationDate: new Date(), RotationType: 'ON_DEMAND' }] })
    expect((await apply(planRotateNow(session, KEY_ID))).warnings).toEqual([])
  })

  it.each([
    ['an asymmetric key', { KeySpec: 'RSA_2048' }],
    ['a key store', { CustomKeyStoreId: 'cks-1', Origin: 'AWS_CLOUDHSM' }],
    ['a multi-Region key with imported material', { Origin: 'EXTERNAL', MultiRegion: true }],
  ] as const)('%s cannot: 5', async (_name, over) => {
    const { session, kms, changes } = rotating(off)
    kms.on(DescribeKeyCommand).resolves({ KeyMetadata: metadata(over) })
    expect(await failure(planRotateNow(session, KEY_ID))).toMatchObject({ code: 'NotEligible' })
    expect(changes()).toEqual([])
  })
})

describe('rotation on the embedded KMS', () => {
  it('on demand: under way, then in the history, without moving the schedule (semantics)', async () => {
    const { session, keyId, key } = await withKey()
    const { key: now } = await apply(planRotateNow(session, keyId))
    expect(now.rotation?.onDemandRotationStartDate).toMatch(/^\d{4}-/)
    expect(now.rotation?.nextRotationDate).toBe(key.rotation?.nextRotationDate)
    await session.advanceDays(1)
    const status = await rotationStatus(session, keyId)
    expect(status).toMatchObject({
      enabled: true,
      rotationPeriodInDays: 365,
      onDemandRotationStartDate: null,
      history: [{ rotationType: 'ON_DEMAND' }],
    })
  })

  it('a second one while the first is under way is a conflict: 6', async () => {
    const { session, keyId } = await withKey()
    await apply(planRotateNow(session, keyId))
    expect(await failure(apply(planRotateNow(session, keyId)))).toMatchObject({
      code: 'ConflictException',
      exitCode: 6,
    })
  })

  it('the 26th is AWS’s quota: 1, sent once (quotas)', async () => {
    const { session, keyId } = await withKey()
    for (let count = 0; count < 25; count++) {
      await apply(planRotateNow(session, keyId))
      await session.advanceDays(1)
    }
    session.sent.length = 0
    const plan = await planRotateNow(session, keyId)
    expect(plan.confirmation?.question).toContain('25 times in its life (so far 25).')
    expect(await failure(plan.apply())).toMatchObject({
      code: 'LimitExceededException',
      exitCode: 1,
    })
    expect(changes(session)).toEqual(['RotateKeyOnDemand'])
  })

  it('the history has every page, oldest first, automatic ones too', async () => {
    const { session, keyId } = await withKey({ rotationPeriodDays: 90 })
    for (let count = 0; count < 5; count++) await session.advanceDays(91)
    const { history } = await rotationStatus(session, keyId)
    expect(history?.map(({ rotationType }) => rotationType)).toEqual(Array(5).fill('AUTOMATIC'))
    const dates = history?.map(({ rotationDate }) => rotationDate) ?? []
    expect(dates).toEqual([...dates].sort())
  })

  it('a lost answer is looked up, never repeated (contract 6.7)', async () => {
    const { session, keyId } = await withKey()
    failing(session, { RotateKeyOnDemand: reset }, { after: true })
    expect(await apply(planRotateNow(session, keyId))).toMatchObject({
      changed: true,
      warnings: [expect.stringContaining('was lost')],
    })
    expect(changes(session)).toEqual(['RotateKeyOnDemand'])
  })

  it('a lost answer where the key shows nothing is 8, and says where to look', async () => {
    const { session, keyId } = await withKey()
    failing(session, { RotateKeyOnDemand: reset })
    const error = await failure(apply(planRotateNow(session, keyId)))
    expect(error).toMatchObject({ code: 'Ambiguous', exitCode: 8 })
    expect(error.hints.join()).toContain(`kmsctl rotation status ${keyId}`)
    expect(changes(session)).toEqual(['RotateKeyOnDemand'])
  })

  it('pending deletion: off, and said to be suspended (contract 4)', async () => {
    const { session, keyId } = await withKey()
    const input = { days: 7, releaseAliases: false, allowRecentUse: false }
    await apply(planScheduleDeletion(session, keyId, input))
    expect(await rotationStatus(session, keyId)).toMatchObject({
      eligible: true,
      enabled: false,
      reason: expect.stringContaining('suspended because deletion is pending'),
    })
  })

  it('a key without rotation has an empty history and says why', async () => {
    const { session, keyId } = await withKey({ spec: 'HMAC_256' })
    expect(await rotationStatus(session, keyId)).toMatchObject({
      eligible: false,
      reason: expect.stringContaining('HMAC'),
      history: [],
    })
  })
})
