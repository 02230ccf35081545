import type { Lifeline } from '../../aws/call/run-signals.js'
import { EXIT, KmsctlError } from '../../errors.js'
import type { Runtime, StopSignal } from './runtime.js'

/** How long a change in flight may take to finish after a signal. */
const GRACE_MS = 6_000
/** How long after its end a run that still waits for something is cut off. */
const OVERDUE_MS = 500

/**
 * One run of one command: its deadline and its signals. The deadline does not run while a person is
 * being asked. At the first signal nothing new begins and the change in flight may finish; a second
 * signal ends the process at once.
 */
export class Run implements Lifeline {
  private readonly readsEnd = new AbortController()
  private readonly changesEnd = new AbortController()
  private readonly timers = new Set<NodeJS.Timeout>()
  private readonly stopListening: () => void
  private reject: (reason: unknown) => void = () => {}
  private reason: KmsctlError | undefined
  private deadline: NodeJS.Timeout | undefined
  private leftMs: number | undefined
  private startedAt = 0
  private lent = false
  /** Rejects when the run has ended and something still has not noticed. */
  readonly overdue: Promise<never>

  constructor(
    private readonly runtime: Pick<Runtime, 'onStop' | 'kill'>,
    timeoutSeconds: number | undefined,
  ) {
    this.overdue = new Promise((_resolve, reject) => {
      this.reject = reject
    })
    this.overdue.catch(() => {})
    this.timeoutSeconds = timeoutSeconds
    this.leftMs = timeoutSeconds === undefined ? undefined : timeoutSeconds * 1000
    this.stopListening = runtime.onStop((signal) => this.stop(signal))
    this.resume()
  }

  private readonly timeoutSeconds: number | undefined

  get reads(): AbortSignal {
    return this.readsEnd.signal
  }

  get changes(): AbortSignal {
    return this.changesEnd.signal
  }

  check(): void {
    if (this.reason !== undefined) throw this.reason
  }

  /** What is left of the run's limit, in milliseconds; Infinity where it has none. */
  remainingMs(): number {
    if (this.leftMs === undefined) return Number.POSITIVE_INFINITY
    if (this.deadline === undefined) return this.leftMs
    return Math.max(0, this.leftMs - (performance.now() - this.startedAt))
  }

  /** Time spent at prompts does not count (contract 2). */
  async untimed<T>(ask: () => Promise<T>): Promise<T> {
    this.pause()
    try {
      return await ask()
    } finally {
      this.resume()
    }
  }

  /** The same while the terminal is another program's, whose Ctrl-C is not this run's. */
  async lend<T>(work: () => Promise<T>): Promise<T> {
    this.lent = true
    try {
      return await this.untimed(work)
    } finally {
      this.lent = false
    }
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = () => {
        clearTimeout(timer)
        reject(this.reason)
      }
      const timer = setTimeout(() => {
        this.reads.removeEventListener('abort', fail)
        resolve()
      }, milliseconds)
      if (this.reads.aborted) fail()
      else this.reads.addEventListener('abort', fail, { once: true })
    })
  }

  close(): void {
    this.pause()
    for (const timer of this.timers) clearTimeout(timer)
    this.stopListening()
  }

  private pause(): void {
    if (this.deadline === undefined) return
    const left = this.remainingMs()
    clearTimeout(this.deadline)
    this.deadline = undefined
    this.leftMs = left
  }

  private resume(): void {
    if (this.leftMs === undefined || this.reason !== undefined) return
    this.startedAt = performance.now()
    this.deadline = setTimeout(() => this.expire(), this.leftMs)
  }

  private expire(): void {
    this.end(
      new KmsctlError('Timeout', `the run took longer than ${this.timeoutSeconds} s`, {
        hints: ['allow more with --timeout SECONDS'],
      }),
    )
    this.changesEnd.abort(this.reason)
    this.cutOffAfter(OVERDUE_MS)
  }

  private stop(signal: StopSignal): void {
    if (this.lent && signal === 'SIGINT') return
    const exitCode = EXIT[signal]
    if (this.reason !== undefined) {
      this.runtime.kill(exitCode)
      return
    }
    this.end(new KmsctlError('Interrupted', `interrupted by ${signal}`, { exitCode }))
    this.later(GRACE_MS, () => this.changesEnd.abort(this.reason))
    this.cutOffAfter(GRACE_MS + OVERDUE_MS)
  }

  private end(reason: KmsctlError): void {
    this.pause()
    this.reason = reason
    this.readsEnd.abort(reason)
  }

  private cutOffAfter(milliseconds: number): void {
    this.later(milliseconds, () => this.reject(this.reason))
  }

  private later(milliseconds: number, act: () => void): void {
    this.timers.add(setTimeout(act, milliseconds))
  }
}
