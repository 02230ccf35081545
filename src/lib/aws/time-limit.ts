import { AsyncLocalStorage } from 'node:async_hooks'
import { KmsctlError } from '../errors.js'

/** How long after its limit work may take to notice. */
const NOTICE_MS = 100

const limits = new AsyncLocalStorage<AbortSignal>()

/** What ends the requests of the work under way sooner than the run's end, if anything does. */
export function currentLimit(): AbortSignal | undefined {
  return limits.getStore()
}

/**
 * Does work that only reads, for so long and no longer: at the limit its requests are given up, and not
 * repeated. Real time, not the session's: a request that hangs asks no clock.
 *
 * @returns what the work came to, or null at the limit
 * @throws what the work throws before that
 */
export async function readWithin<T>(
  milliseconds: number,
  read: () => Promise<T>,
): Promise<{ value: T } | null> {
  const limit = new AbortController()
  const over = new KmsctlError('Timeout', `no answer within ${milliseconds / 1000} s`)
  const timers = [setTimeout(() => limit.abort(over), milliseconds)]
  const unnoticed = new Promise<never>((_resolve, reject) => {
    timers.push(setTimeout(() => reject(over), milliseconds + NOTICE_MS))
  })
  try {
    const work = limits.run(limit.signal, async () => ({ value: await read() }))
    return await Promise.race([work, unnoticed])
  } catch (error) {
    if (error === over || (limit.signal.aborted && isOver(error))) return null
    throw error
  } finally {
    for (const timer of timers) clearTimeout(timer)
  }
}

/** The limit's own error, as the transport gives it or as what wraps it. */
function isOver(error: unknown): boolean {
  return error instanceof KmsctlError && error.code === 'Timeout'
}
