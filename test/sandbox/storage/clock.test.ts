/** The clock, status, and where the state lies. */
import { describe, expect, it } from 'vitest'
import { Bench, DAY, OTHER_REGION, REGION, START } from '../support.js'

describe('advance', () => {
  it('moves the clock, and what came due has happened', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create()
    await bench.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
    const now = new Date(START + 8 * DAY)
    expect(await bench.sandbox.advance(8 * DAY)).toEqual({ now: now.toISOString() })
    expect(await bench.sandbox.now()).toEqual(now)
    const state = await bench.store.read()
    expect(Object.keys(state.regions[REGION]?.keys ?? {})).not.toContain(KeyId)
    bench.time += 1000
    expect((await bench.sandbox.now()).getTime()).toBe(START + 8 * DAY + 1000)
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 1e20])('refuses %d', async (time) => {
    const bench = new Bench()
    await expect(bench.sandbox.advance(time)).rejects.toThrow(RangeError)
    expect((await bench.sandbox.now()).getTime()).toBe(START)
  })
})

describe('status', () => {
  it('counts what is there, and changes nothing', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create()
    await bench.create()
    await bench.call('CreateAlias', { AliasName: 'alias/a', TargetKeyId: KeyId })
    await bench.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
    await bench.call('ListKeys', {}, OTHER_REGION)
    await bench.sandbox.advance(1.5 * DAY)
    const before = JSON.stringify(await bench.store.read())
    expect(await bench.sandbox.status()).toEqual({
      file: null,
      now: new Date(START + 1.5 * DAY).toISOString(),
      offsetDays: 1.5,
      accountId: '000000000000',
      regions: {
        [REGION]: { keys: { Enabled: 3, PendingDeletion: 1 }, aliases: 9 },
        [OTHER_REGION]: { keys: { Enabled: 2 }, aliases: 8 },
      },
    })
    bench.time += 7 * DAY
    expect((await bench.sandbox.status()).regions[REGION]).toEqual({
      keys: { Enabled: 3 },
      aliases: 8,
    })
    expect(JSON.stringify(await bench.store.read())).toBe(before)
  })
})
