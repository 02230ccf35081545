/** Reads that end at a limit of their own (lib/aws/time-limit.ts). */
import { DescribeKeyCommand } from '@aws-sdk/client-kms'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readWithin, untimed } from '../../src/lib/aws/call/time-limit.js'
import { KmsctlError } from '../../src/lib/errors.js'
import type { Answer } from './support.js'
import { refusal, scriptedWire, wired } from './support.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** Lets what needs no timer happen: modules and credentials that are loaded with the first request. */
async function until(holds: () => boolean): Promise<void> {
  for (let rounds = 0; rounds < 10_000 && !holds(); rounds++) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(holds()).toBe(true)
}

const never = new Promise<never>(() => {})

test('what is done in time is handed on, its errors too, and leaves no timer', async () => {
  expect(await readWithin(1000, async () => 7)).toEqual({ value: 7 })
  expect(await readWithin(1000, async () => null)).toEqual({ value: null })
  await expect(readWithin(1000, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  const own = new KmsctlError('Timeout', 'the run took longer than 300 s')
  await expect(readWithin(1000, () => Promise.reject(own))).rejects.toBe(own)
  expect(vi.getTimerCount()).toBe(0)
})

test('at the limit a request under way is given up and not repeated', async () => {
  let hang = true
  const { wire, requests } = scriptedWire((): Answer | Promise<Answer> => {
    if (hang) return never
    return refusal('NotFoundException')
  })
  const { kms } = await wired(wire)
  const read = () => kms.send(new DescribeKeyCommand({ KeyId: 'k' }))
  const told = readWithin(10_000, read)
  await until(() => requests.length === 1)
  await vi.advanceTimersByTimeAsync(9_999)
  expect(requests).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(await told).toBeNull()
  expect(requests).toHaveLength(1)
  // Nothing of it is left for what comes after.
  hang = false
  await expect(read()).rejects.toMatchObject({ name: 'NotFoundException' })
  expect(vi.getTimerCount()).toBe(0)
})

test('what asks no endpoint ends a moment after the limit', async () => {
  const told = readWithin(10_000, () => never)
  await vi.advanceTimersByTimeAsync(10_100)
  expect(await told).toBeNull()
})

test('two limits at once are two', async () => {
  const { wire, requests } = scriptedWire(() => never)
  const { kms } = await wired(wire)
  const read = () => kms.send(new DescribeKeyCommand({ KeyId: 'k' }))
  const [short, long] = [readWithin(1_000, read), readWithin(5_000, read)]
  await until(() => requests.length === 2)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await short).toBeNull()
  const first = await Promise.race([long, Promise.resolve('still under way')])
  expect(first).toBe('still under way')
  await vi.advanceTimersByTimeAsync(4_000)
  expect(await long).toBeNull()
})

test('who waits for a turn is not slow: that time does not count', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const told = readWithin(10_000, async () => {
    await after(4_000)
    // Two side by side: it goes on when both have had their turn.
    await Promise.all([untimed(after(20_000)), untimed(after(60_000))])
    await after(5_900)
    return 'read'
  })
  const slow = readWithin(10_000, async () => {
    await untimed(after(60_000))
    await after(10_200)
  })
  await vi.advanceTimersByTimeAsync(100_000)
  expect(await told).toEqual({ value: 'read' })
  expect(await slow).toBeNull()
  expect(await untimed(Promise.resolve('without a limit'))).toBe('without a limit')
  expect(vi.getTimerCount()).toBe(0)
})

test('a limit that is over stays so, whoever still waits', async () => {
  const told = readWithin(1_000, async () => {
    const waits = new Promise<void>((resolve) => setTimeout(resolve, 5_000))
    void untimed(waits)
    throw new KmsctlError('AliasNotFound', 'not there')
  })
  await expect(told).rejects.toThrow('not there')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(vi.getTimerCount()).toBe(0)
})
