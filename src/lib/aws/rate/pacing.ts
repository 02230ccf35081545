import { isThrottlingError } from '@smithy/core/retry'
import type { DeserializeMiddleware, FinalizeRequestMiddleware } from '@smithy/types'
import { KmsctlError } from '../../errors.js'
import { noteFailure } from '../call/failure.js'
import type { Middlewares } from '../call/middleware-order.js'
import { operationName } from '../call/operations.js'
import type { Lifeline } from '../call/run-signals.js'
import { untimed } from '../call/time-limit.js'
import { TokenBucket } from './token-bucket.js'

/** Calls under way at once where nobody says otherwise. */
export const DEFAULT_CONCURRENCY = 32

/**
 * Things to do side by side, each with calls one after another, so that so many calls are under way while
 * as many others are made ready: the next one goes out as soon as a place is free. They are no more, so that
 * none waits for longer than a request may take, signed as it is.
 */
export function sideBySide(concurrency: number): number {
  return concurrency * 2
}

export interface PacingOptions {
  /** Calls a second that are allowed of an operation; Infinity where nothing is held back. */
  readonly quotaOf: (operation: string) => number
  /** Calls under way at once. */
  readonly concurrency: number
  readonly lifeline: Lifeline
  /** Milliseconds, of any origin. */
  readonly clock: () => number
}

/**
 * Holds the calls of one account and Region to KMS's rates and to a number at once. A call first waits
 * for a token of its operation's bucket, so that the slow operations (5 a second) keep no place from the
 * fast ones; then it is made ready; then it waits for a place on the wire. Whoever waits when the run ends
 * gets the run's reason: nothing of that call was sent.
 */
export class Pacing {
  private readonly turns = new Map<string, Turns>()
  private readonly ready: Places
  private readonly wire: Places
  private readonly answers = new Answers()

  constructor(private readonly options: PacingOptions) {
    const { concurrency, lifeline } = options
    this.ready = new Places(sideBySide(concurrency))
    this.wire = new Places(concurrency)
    lifeline.reads.addEventListener('abort', () => this.stop(), { once: true })
  }

  /** Resolves when a call may be made ready; `leave` has to follow when it is over. */
  async enter(operation: string): Promise<void> {
    this.options.lifeline.check()
    const turn = this.turnsOf(operation).next()
    if (turn !== undefined) await untimed(turn)
    const place = this.ready.take()
    if (place !== undefined) await untimed(place)
  }

  leave(): void {
    this.ready.give()
  }

  /** Resolves when a call may be sent; `received` has to follow when its answer is there. */
  send(): Promise<void> | undefined {
    const place = this.wire.take()
    return place && untimed(place)
  }

  /** Resolves when the answer may be read: what other sockets have, and who waits to send, comes first. */
  received(): Promise<void> | undefined {
    this.wire.give()
    return this.wire.idle ? undefined : this.answers.next()
  }

  passed(operation: string): void {
    this.turnsOf(operation).bucket.pass(this.options.clock())
  }

  throttled(operation: string, sentAt: number): void {
    this.turnsOf(operation).bucket.throttle(this.options.clock(), sentAt)
  }

  /** Whether KMS has let a call of the operation through of late. */
  flows(operation: string): boolean {
    return this.turnsOf(operation).bucket.flows(this.options.clock())
  }

  now(): number {
    return this.options.clock()
  }

  private turnsOf(operation: string): Turns {
    let turns = this.turns.get(operation)
    if (turns === undefined) {
      const { clock, quotaOf } = this.options
      turns = new Turns(new TokenBucket(quotaOf(operation), clock()), clock)
      this.turns.set(operation, turns)
    }
    return turns
  }

  private stop(): void {
    const { reason } = this.options.lifeline.reads
    for (const turns of this.turns.values()) turns.stop(reason)
    this.ready.stop(reason)
    this.wire.stop(reason)
  }
}

/** A number of places, and those who wait for one, in the order in which they came. */
class Places {
  private readonly waiting: { resolve(): void; reject(reason: unknown): void }[] = []
  private taken = 0

  constructor(private readonly most: number) {}

  take(): Promise<void> | undefined {
    if (this.taken >= this.most) {
      return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }))
    }
    this.taken += 1
    return undefined
  }

  get idle(): boolean {
    return this.taken === 0
  }

  /** A place that becomes free is handed on: the number taken stays. */
  give(): void {
    const next = this.waiting.shift()
    if (next === undefined) this.taken -= 1
    else next.resolve()
  }

  stop(reason: unknown): void {
    for (const { reject } of this.waiting.splice(0)) reject(reason)
  }
}

/**
 * Answers that are there, read one at a time, and what has come from the network meanwhile before the next:
 * reading one takes as long as sending several, which would otherwise wait behind it.
 */
class Answers {
  private readonly waiting: (() => void)[] = []

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve)
      if (this.waiting.length === 1) setImmediate(this.one)
    })
  }

  private readonly one = () => {
    this.waiting.shift()?.()
    if (this.waiting.length > 0) setImmediate(this.one)
  }
}

/** Those who wait for tokens of one bucket, in the order in which they came. */
class Turns {
  private readonly waiting: { resolve(): void; reject(reason: unknown): void }[] = []
  private timer: NodeJS.Timeout | undefined

  constructor(
    readonly bucket: TokenBucket,
    private readonly clock: () => number,
  ) {}

  next(): Promise<void> | undefined {
    if (this.waiting.length === 0 && this.bucket.take(this.clock())) return undefined
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject })
      this.wake()
    })
  }

  stop(reason: unknown): void {
    clearTimeout(this.timer)
    this.timer = undefined
    for (const { reject } of this.waiting.splice(0)) reject(reason)
  }

  private wake(): void {
    if (this.timer !== undefined || this.waiting.length === 0) return
    this.timer = setTimeout(
      () => {
        this.timer = undefined
        while (this.waiting.length > 0 && this.bucket.take(this.clock())) {
          this.waiting.shift()?.resolve()
        }
        this.wake()
      },
      Math.ceil(this.bucket.wait(this.clock())),
    )
  }
}

/** Whether KMS refused a call for coming too often. A quota of things (LimitExceeded) is none of that. */
export function isThrottled(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof KmsctlError) return false
  return error.name !== 'LimitExceededException' && isThrottlingError(error as never)
}

/** What holds a client's calls to their pace: when one may be made ready, and when it may be sent. */
export function paced(pacing: Pacing): Pick<Middlewares, 'kmsctlPacing' | 'kmsctlPlace'> {
  const pace: FinalizeRequestMiddleware<object, object> = (next, context) => {
    const operation = operationName(context.commandName)
    return async (args) => {
      await pacing.enter(operation)
      const sentAt = pacing.now()
      try {
        const answer = await next(args)
        pacing.passed(operation)
        return answer
      } catch (error) {
        if (!isThrottled(error)) {
          // A refusal is an answer too; a connection that broke tells nothing of the rate.
          if ((error as { $fault?: unknown }).$fault !== undefined) pacing.passed(operation)
        } else {
          pacing.throttled(operation, sentAt)
          if (pacing.flows(operation)) noteFailure(error, { retry: 'wait' })
        }
        throw error
      } finally {
        pacing.leave()
      }
    }
  }
  const onWire: DeserializeMiddleware<object, object> = (next) => async (args) => {
    const place = pacing.send()
    if (place !== undefined) await place
    try {
      return await next(args)
    } finally {
      const turn = pacing.received()
      if (turn !== undefined) await turn
    }
  }
  return { kmsctlPacing: pace, kmsctlPlace: onWire }
}
