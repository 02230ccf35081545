/** Deletion (docs/facts/semantics.md; API reference of ScheduleKeyDeletion and CancelKeyDeletion). */
import { describe, expect, it } from 'vitest'
import { Bench, base64, DAY, OTHER_REGION, START } from '../support.js'

const seconds = (days: number) => (START + days * DAY) / 1000

describe('ScheduleKeyDeletion', () => {
  it('answers ARN, date, state and window; 30 days by default', async () => {
    const bench = new Bench()
    const { KeyId, Arn } = await bench.create()
    const DeletionDate = seconds(30)
    expect(await bench.call('ScheduleKeyDeletion', { KeyId })).toEqual({
      KeyId: Arn,
      DeletionDate,
      KeyState: 'PendingDeletion',
      PendingWindowInDays: 30,
    })
    const described = await bench.describe(KeyId)
    expect(described).toMatchObject({ KeyState: 'PendingDeletion', Enabled: false, DeletionDate })
    expect(described).not.toHaveProperty('PendingDeletionWindowInDays')
  })

  it('repeated is a KMSInvalidStateException (recorded), and moves nothing', async () => {
    const bench = new Bench()
    const { KeyId, Arn } = await bench.create()
    await bench.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
    expect(await bench.failure('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 30 })).toBe(
      `KMSInvalidStateException: ${Arn} is pending deletion.`,
    )
    expect((await bench.describe(KeyId)).DeletionDate).toBe(seconds(7))
  })
})

describe('CancelKeyDeletion', () => {
  it.each(['Enabled', 'Disabled'])('leaves a key that was %s Disabled', async (before) => {
    const bench = new Bench()
    const { KeyId, Arn } = await bench.create()
    if (before === 'Disabled') await bench.call('DisableKey', { KeyId })
    await bench.call('ScheduleKeyDeletion', { KeyId })
    expect(await bench.call('CancelKeyDeletion', { KeyId })).toEqual({ KeyId: Arn })
    const described = await bench.describe(KeyId)
    expect(described.KeyState).toBe('Disabled')
    expect(described).not.toHaveProperty('DeletionDate')
    expect(await bench.failure('CancelKeyDeletion', { KeyId })).toBe(
      `KMSInvalidStateException: ${Arn} is not pending deletion.`,
    )
    await bench.sandbox.advance(100 * DAY)
    expect((await bench.describe(KeyId)).KeyState).toBe('Disabled')
  })
})

describe('when the date passes', () => {
  it('the key and its aliases are gone, and its ciphertexts lost', async () => {
    const bench = new Bench()
    const { KeyId, Arn } = await bench.create()
    const AliasName = 'alias/app'
    await bench.call('CreateAlias', { AliasName, TargetKeyId: KeyId })
    const { CiphertextBlob } = await bench.call('Encrypt', { KeyId, Plaintext: base64('x') })
    await bench.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
    bench.time += 7 * DAY - 1
    expect((await bench.describe(AliasName)).KeyState).toBe('PendingDeletion')
    bench.time += 1
    expect(await bench.failure('DescribeKey', { KeyId })).toBe(
      `NotFoundException: Key '${Arn}' does not exist`,
    )
    expect(await bench.code('DescribeKey', { KeyId: AliasName })).toBe('NotFoundException')
    expect(await bench.failure('Decrypt', { CiphertextBlob })).toMatch(
      /^AccessDeniedException: The ciphertext refers to a customer master key that does not exist/,
    )
    const other = await bench.create()
    await bench.call('CreateAlias', { AliasName, TargetKeyId: other.KeyId })
  })

  it('an alias may be released before', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create()
    await bench.call('CreateAlias', { AliasName: 'alias/app', TargetKeyId: KeyId })
    await bench.call('ScheduleKeyDeletion', { KeyId })
    await bench.call('DeleteAlias', { AliasName: 'alias/app' })
    expect((await bench.describe(KeyId)).KeyState).toBe('PendingDeletion')
  })
})

describe('a multi-Region primary with a replica', () => {
  async function pair() {
    const bench = new Bench()
    const { KeyId } = await bench.create({ MultiRegion: true })
    await bench.call('ReplicateKey', { KeyId, ReplicaRegion: OTHER_REGION })
    await bench.sandbox.advance(1000)
    return { bench, KeyId }
  }

  it('waits without a date, and its window begins when the replica is gone', async () => {
    const { bench, KeyId } = await pair()
    const answer = await bench.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 10 })
    expect(answer).toMatchObject({ KeyState: 'PendingReplicaDeletion', PendingWindowInDays: 10 })
    expect(answer).not.toHaveProperty('DeletionDate')
    await bench.sandbox.advance(1000 * DAY)
    const waiting = await bench.describe(KeyId)
    expect(waiting).toMatchObject({
      KeyState: 'PendingReplicaDeletion',
      PendingDeletionWindowInDays: 10,
    })
    expect(waiting).not.toHaveProperty('DeletionDate')
    const input = { KeyId, PendingWindowInDays: 7 }
    const replica = await bench.call('ScheduleKeyDeletion', input, OTHER_REGION)
    await bench.sandbox.advance(8 * DAY)
    const pending = await bench.describe(KeyId)
    expect(pending.KeyState).toBe('PendingDeletion')
    expect(pending.DeletionDate).toBe(replica.DeletionDate + 10 * 86400)
    expect(pending.MultiRegionConfiguration.ReplicaKeys).toEqual([])
    await bench.sandbox.advance(10 * DAY)
    expect(await bench.code('DescribeKey', { KeyId })).toBe('NotFoundException')
  })

  it('one jump does what the days would have done', async () => {
    const { bench, KeyId } = await pair()
    await bench.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 10 })
    await bench.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }, OTHER_REGION)
    await bench.sandbox.advance(16.9 * DAY)
    expect((await bench.describe(KeyId)).KeyState).toBe('PendingDeletion')
    await bench.sandbox.advance(0.1 * DAY)
    expect(await bench.code('DescribeKey', { KeyId })).toBe('NotFoundException')
  })

  it('can be kept', async () => {
    const { bench, KeyId } = await pair()
    await bench.call('ScheduleKeyDeletion', { KeyId })
    await bench.call('CancelKeyDeletion', { KeyId })
    expect((await bench.describe(KeyId)).KeyState).toBe('Disabled')
  })
})
