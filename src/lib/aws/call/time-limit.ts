import { AsyncLocalStorage } from 'node:async_hooks'
import { KmsctlError } from '../../errors.js'

/** How long after its limit work may take to notice. */
const NOTICE_MS = 100

/**
 * The limit of the work under way, however many calls that makes. No option of the calls, since the SDK shows
 * those to the transport alone, and the limit has to stand still while a middleware (pacing.ts) lets a call wait.
 */
const limits = new AsyncLocalStorage<Limit>()

/** What ends the requests of the work under way sooner than the run's end, if anything does. */
export function currentLimit(): AbortSignal | undefined {
  return limits.getStore()?.signal
}

/** A wait that the limit of the work under way does not count: who waits for a turn is not slow. */
export async function untimed<T>(wait: Promise<T>): Promise<T> {
  const limit = limits.getStore()
  if (limit === undefined) return wait
  limit.hold()
  try {
    return await wait
  } finally {
    limit.release()
  }
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
  const limit = new Limit(milliseconds)
  try {
    const work = limits.run(limit, async () => ({ value: await read() }))
    return await Promise.race([work, limit.unnoticed])
  } catch (error) {
    if (error === limit.reason || (limit.signal.aborted && isOver(error))) return null
    throw error
  } finally {
    limit.close()
  }
}

/** So many milliseconds of work, which do not pass while some of it is held. */
class Limit {
  readonly reason: KmsctlError
  /** Rejects where the work has not noticed that it is over. */
  readonly unnoticed: Promise<never>
  private readonly controller = new AbortController()
  private reject: (reason: unknown) => void = () => {}
  private timer: NodeJS.Timeout | undefined
  private since = 0
  private held = 0

  constructor(private left: number) {
    this.reason = new KmsctlError('Timeout', `no answer within ${left / 1000} s`)
    this.unnoticed = new Promise((_resolve, reject) => {
      this.reject = reject
    })
    this.go()
  }

  get signal(): AbortSignal {
    return this.controller.signal
  }

  hold(): void {
    this.held += 1
    if (this.held > 1 || this.signal.aborted) return
    clearTimeout(this.timer)
    this.left = Math.max(0, this.left - (performance.now() - this.since))
  }

  release(): void {
    this.held -= 1
    if (this.held === 0 && !this.signal.aborted) this.go()
  }

  close(): void {
    // What is still under way may let go later.
    this.held = Number.POSITIVE_INFINITY
    clearTimeout(this.timer)
  }

  private go(): void {
    this.since = performance.now()
    this.timer = setTimeout(() => {
      this.controller.abort(this.reason)
      this.timer = setTimeout(() => this.reject(this.reason), NOTICE_MS)
    }, this.left)
  }
}

/** The limit's own error, as the transport gives it or as what wraps it. */
function isOver(error: unknown): boolean {
  return error instanceof KmsctlError && error.code === 'Timeout'
}
