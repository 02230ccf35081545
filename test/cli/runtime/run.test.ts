import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Run } from '../../../src/lib/cli/runtime/run.js'
import type { StopSignal } from '../../../src/lib/cli/runtime/runtime.js'
import { KmsctlError } from '../../../src/lib/errors.js'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

function begin(seconds: number | undefined) {
  const listeners = new Set<(signal: StopSignal) => void>()
  const killed: number[] = []
  const world = {
    onStop(listener: (signal: StopSignal) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    kill: (exitCode: number) => killed.push(exitCode),
  }
  const run = new Run(world as never, seconds)
  const stop = (signal: StopSignal) => {
    for (const listener of listeners) listener(signal)
  }
  const overdue = { error: undefined as unknown }
  run.overdue.catch((error) => {
    overdue.error = error
  })
  return { run, stop, killed, listeners, overdue }
}

function reasonOf(signal: AbortSignal): unknown {
  const { code, exitCode, message } = signal.reason as KmsctlError
  return { code, exitCode, message }
}

describe('the deadline (contract 2 and 6.8)', () => {
  test('ends reads and changes at the same moment, and says how to allow more', async () => {
    const { run } = begin(2)
    await vi.advanceTimersByTimeAsync(1999)
    expect(run.reads.aborted || run.changes.aborted).toBe(false)
    run.check()
    await vi.advanceTimersByTimeAsync(1)
    const told = { code: 'Timeout', exitCode: 9, message: 'the run took longer than 2 s' }
    expect(reasonOf(run.reads)).toEqual(told)
    expect(reasonOf(run.changes)).toEqual(told)
    expect((run.reads.reason as KmsctlError).hints.join()).toContain('--timeout')
    expect(() => run.check()).toThrow('the run took longer than 2 s')
  })

  test('what is left of it is told, without the time at prompts', async () => {
    expect(begin(undefined).run.remainingMs()).toBe(Number.POSITIVE_INFINITY)
    const { run } = begin(10)
    expect(run.remainingMs()).toBe(10_000)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(run.remainingMs()).toBe(7_000)
    await run.untimed(async () => {
      await vi.advanceTimersByTimeAsync(60_000)
      expect(run.remainingMs()).toBe(7_000)
    })
    await vi.advanceTimersByTimeAsync(7_000)
    expect(run.remainingMs()).toBe(0)
  })

  test('cuts off what has not noticed half a second later', async () => {
    const { overdue } = begin(1)
    await vi.advanceTimersByTimeAsync(1499)
    expect(overdue.error).toBe(undefined)
    await vi.advanceTimersByTimeAsync(1)
    expect(overdue.error).toBeInstanceOf(KmsctlError)
  })

  test('there is none for runs over many keys', async () => {
    const { run } = begin(undefined)
    await vi.advanceTimersByTimeAsync(86_400_000)
    expect(run.reads.aborted).toBe(false)
  })

  test('does not run while a person is asked, and goes on with what was left', async () => {
    const { run } = begin(10)
    await vi.advanceTimersByTimeAsync(4_000)
    let answer = (_text: string) => {}
    const asked = run.untimed(
      () =>
        new Promise<string>((resolve) => {
          answer = resolve
        }),
    )
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(run.reads.aborted).toBe(false)
    answer('y')
    expect(await asked).toBe('y')
    await vi.advanceTimersByTimeAsync(5_999)
    expect(run.reads.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(run.reads.aborted).toBe(true)
  })

  test('goes on after a question that failed', async () => {
    const { run } = begin(1)
    await expect(run.untimed(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(run.reads.aborted).toBe(true)
  })

  test('a run that is closed keeps no timer and no listener', () => {
    const { run, listeners } = begin(5)
    run.close()
    expect(vi.getTimerCount()).toBe(0)
    expect(listeners.size).toBe(0)
  })
})

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s (contract 5)', (signal, exitCode) => {
  test('nothing new begins, and the change in flight may finish', async () => {
    const { run, stop, killed } = begin(300)
    stop(signal)
    const told = { code: 'Interrupted', exitCode, message: `interrupted by ${signal}` }
    expect(reasonOf(run.reads)).toEqual(told)
    expect(() => run.check()).toThrow(`interrupted by ${signal}`)
    expect(run.changes.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(5_999)
    expect(run.changes.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(reasonOf(run.changes)).toEqual(told)
    expect(killed).toEqual([])
  })

  test('what does not notice is cut off after the grace', async () => {
    const { stop, overdue } = begin(300)
    stop(signal)
    await vi.advanceTimersByTimeAsync(6_499)
    expect(overdue.error).toBe(undefined)
    await vi.advanceTimersByTimeAsync(1)
    expect(overdue.error).toMatchObject({ code: 'Interrupted', exitCode })
  })

  test('a second signal ends the process at once', () => {
    const { stop, killed } = begin(300)
    stop('SIGINT')
    stop(signal)
    expect(killed).toEqual([exitCode])
  })

  test('the deadline no longer runs during the grace', async () => {
    const { run, stop } = begin(1)
    stop(signal)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(run.changes.aborted).toBe(false)
    expect(reasonOf(run.reads)).toMatchObject({ code: 'Interrupted' })
  })

  test('a wait ends with it, and none begins after it', async () => {
    const { run, stop } = begin(300)
    const waiting = run.sleep(60_000)
    stop(signal)
    await expect(waiting).rejects.toMatchObject({ code: 'Interrupted', exitCode })
    await expect(run.sleep(1)).rejects.toMatchObject({ code: 'Interrupted', exitCode })
  })
})

test('a signal after the deadline ends the process at once', async () => {
  const { stop, killed } = begin(1)
  await vi.advanceTimersByTimeAsync(1_000)
  stop('SIGTERM')
  expect(killed).toEqual([143])
})

test('a wait ends by itself', async () => {
  const { run } = begin(300)
  const waiting = run.sleep(1_000)
  await vi.advanceTimersByTimeAsync(1_000)
  await expect(waiting).resolves.toBe(undefined)
})
