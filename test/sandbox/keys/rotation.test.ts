/** Rotation (docs/facts/semantics.md; API reference of the five operations). */
import { describe, expect, it } from 'vitest'
import { Bench, base64, DAY, OTHER_REGION, type Output, START } from '../support.js'

async function rotating(input: object = {}) {
  const bench = new Bench()
  const { KeyId } = await bench.create()
  await bench.call('EnableKeyRotation', { KeyId, ...input })
  const status = () => bench.call('GetKeyRotationStatus', { KeyId })
  const rotations = async (more: object = {}): Promise<Output[]> =>
    (await bench.list('ListKeyRotations', 'Rotations', { KeyId, ...more })).items
  return { bench, KeyId, status, rotations }
}

const on = (days: number) => (START + days * DAY) / 1000

describe('automatic rotation', () => {
  it('every 365 days by default; its status', async () => {
    const { bench, KeyId, status } = await rotating()
    expect(await status()).toEqual({
      KeyId,
      KeyRotationEnabled: true,
      RotationPeriodInDays: 365,
      NextRotationDate: on(365),
    })
    await bench.call('DisableKeyRotation', { KeyId })
    await bench.call('DisableKeyRotation', { KeyId })
    expect(await status()).toEqual({ KeyId, KeyRotationEnabled: false })
  })

  it('enabling again changes the period from now on; the same period changes nothing', async () => {
    const { bench, KeyId, status } = await rotating({ RotationPeriodInDays: 180 })
    await bench.sandbox.advance(10 * DAY)
    await bench.call('EnableKeyRotation', { KeyId, RotationPeriodInDays: 180 })
    expect((await status()).NextRotationDate).toBe(on(180))
    await bench.call('EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 })
    expect(await status()).toMatchObject({ RotationPeriodInDays: 90, NextRotationDate: on(100) })
    await bench.call('EnableKeyRotation', { KeyId })
    expect(await status()).toMatchObject({ RotationPeriodInDays: 365, NextRotationDate: on(375) })
  })

  it('happens as often as the clock passes its date, and old ciphertexts stay readable', async () => {
    const { bench, KeyId, rotations, status } = await rotating({ RotationPeriodInDays: 100 })
    const first = await bench.describe(KeyId)
    const { CiphertextBlob } = await bench.call('Encrypt', { KeyId, Plaintext: base64('old') })
    await bench.sandbox.advance(350 * DAY)
    const list = await rotations()
    expect(list.map((rotation) => [rotation.RotationDate, rotation.RotationType])).toEqual([
      [on(100), 'AUTOMATIC'],
      [on(200), 'AUTOMATIC'],
      [on(300), 'AUTOMATIC'],
    ])
    expect((await status()).NextRotationDate).toBe(on(400))
    const { CurrentKeyMaterialId } = await bench.describe(KeyId)
    expect(list.at(-1)).toMatchObject({
      KeyId,
      KeyMaterialId: CurrentKeyMaterialId,
      KeyMaterialState: 'CURRENT',
    })
    const all = await rotations({ IncludeKeyMaterial: 'ALL_KEY_MATERIAL' })
    expect(all[0]).toEqual({
      KeyId,
      KeyMaterialId: first.CurrentKeyMaterialId,
      KeyMaterialState: 'NON_CURRENT',
    })
    expect(await bench.call('Decrypt', { CiphertextBlob })).toMatchObject({
      Plaintext: base64('old'),
      KeyMaterialId: first.CurrentKeyMaterialId,
    })
  })

  it('not while disabled; at once when enabled again, if overdue', async () => {
    const { bench, KeyId, rotations, status } = await rotating({ RotationPeriodInDays: 100 })
    await bench.call('DisableKey', { KeyId })
    await bench.sandbox.advance(250 * DAY)
    expect(await rotations()).toEqual([])
    expect(await status()).toMatchObject({ KeyRotationEnabled: true, NextRotationDate: on(100) })
    await bench.call('EnableKey', { KeyId })
    expect((await rotations()).map((rotation) => rotation.RotationDate)).toEqual([on(250)])
    expect((await status()).NextRotationDate).toBe(on(350))
  })

  it('not overdue: the schedule goes on', async () => {
    const { bench, KeyId, rotations, status } = await rotating({ RotationPeriodInDays: 100 })
    await bench.call('DisableKey', { KeyId })
    await bench.sandbox.advance(99 * DAY)
    await bench.call('EnableKey', { KeyId })
    expect(await rotations()).toEqual([])
    expect((await status()).NextRotationDate).toBe(on(100))
  })

  it('reads as off while the key is pending deletion, and returns afterwards', async () => {
    const { bench, KeyId, rotations, status } = await rotating({ RotationPeriodInDays: 90 })
    await bench.call('ScheduleKeyDeletion', { KeyId })
    expect(await status()).toEqual({ KeyId, KeyRotationEnabled: false })
    await bench.sandbox.advance(29 * DAY)
    await bench.call('CancelKeyDeletion', { KeyId })
    expect(await status()).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 90 })
    expect(await rotations()).toEqual([])
  })

  it.each([
    { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
    { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
  ])('is not for $KeySpec', async (spec) => {
    const bench = new Bench()
    const { KeyId } = await bench.create(spec)
    for (const operation of [
      'DisableKeyRotation',
      'EnableKeyRotation',
      'GetKeyRotationStatus',
      'ListKeyRotations',
      'RotateKeyOnDemand',
    ]) {
      expect(await bench.code(operation, { KeyId })).toBe('UnsupportedOperationException')
    }
  })

  it('of multi-Region keys is set on the primary and shared', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create({ MultiRegion: true })
    await bench.call('ReplicateKey', { KeyId, ReplicaRegion: OTHER_REGION })
    await bench.sandbox.advance(1000)
    for (const operation of ['EnableKeyRotation', 'DisableKeyRotation', 'RotateKeyOnDemand']) {
      const code = await bench.code(operation, { KeyId }, OTHER_REGION)
      expect(code).toBe('UnsupportedOperationException')
    }
    await bench.call('EnableKeyRotation', { KeyId, RotationPeriodInDays: 100 })
    const replica = await bench.call('GetKeyRotationStatus', { KeyId }, OTHER_REGION)
    expect(replica).toEqual(await bench.call('GetKeyRotationStatus', { KeyId }))
    await bench.sandbox.advance(100 * DAY)
    const made = await bench.call('Encrypt', { KeyId, Plaintext: base64('x') })
    const { CiphertextBlob } = made
    const read = await bench.call('Decrypt', { CiphertextBlob }, OTHER_REGION)
    const { CurrentKeyMaterialId } = await bench.describe(KeyId, OTHER_REGION)
    expect(read.KeyMaterialId).toBe(CurrentKeyMaterialId)
  })
})

describe('on-demand rotation', () => {
  it('is in progress for a moment, and moves no schedule', async () => {
    const { bench, KeyId, rotations, status } = await rotating()
    expect(await bench.call('RotateKeyOnDemand', { KeyId })).toEqual({ KeyId })
    expect(await status()).toMatchObject({
      NextRotationDate: on(365),
      OnDemandRotationStartDate: on(0),
    })
    expect(await rotations()).toEqual([])
    expect(await bench.code('RotateKeyOnDemand', { KeyId })).toBe('ConflictException')
    bench.time += 1000
    expect(await status()).not.toHaveProperty('OnDemandRotationStartDate')
    expect(await rotations()).toMatchObject([
      { RotationType: 'ON_DEMAND', RotationDate: on(0) + 1, KeyMaterialState: 'CURRENT' },
    ])
    expect((await status()).NextRotationDate).toBe(on(365))
  })

  it('conflicts with an automatic one within 20 minutes', async () => {
    const { bench, KeyId } = await rotating({ RotationPeriodInDays: 90 })
    await bench.sandbox.advance(90 * DAY - 19 * 60_000)
    expect(await bench.code('RotateKeyOnDemand', { KeyId })).toBe('ConflictException')
    await bench.sandbox.advance(19 * 60_000)
    await bench.call('RotateKeyOnDemand', { KeyId })
  })

  it('25 in the life of a key', async () => {
    const { bench, KeyId, rotations } = await rotating()
    for (let count = 0; count < 25; count++) {
      await bench.call('RotateKeyOnDemand', { KeyId })
      bench.time += 1000
    }
    expect(await bench.failure('RotateKeyOnDemand', { KeyId })).toMatch(
      /^LimitExceededException: The on-demand rotations limit has been reached/,
    )
    expect(await rotations()).toHaveLength(25)
  })

  it('waits while the key is disabled', async () => {
    const { bench, KeyId, rotations, status } = await rotating()
    await bench.call('RotateKeyOnDemand', { KeyId })
    await bench.call('DisableKey', { KeyId })
    await bench.sandbox.advance(DAY)
    expect(await rotations()).toEqual([])
    expect(await status()).toHaveProperty('OnDemandRotationStartDate')
    await bench.call('EnableKey', { KeyId })
    expect(await rotations()).toMatchObject([{ RotationDate: on(1) }])
  })
})
