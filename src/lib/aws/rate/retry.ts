import type {
  FinalizeHandlerArguments,
  FinalizeRequestMiddleware,
  RetryErrorInfo,
  RetryStrategyV2,
  StandardRetryToken,
} from '@smithy/types'
import { KmsctlError } from '../../errors.js'
import { effectOf } from '../call/errors.js'
import { type CallFailure, type Effect, failureOf, noteFailure } from '../call/failure.js'
import { isSingleAttempt, operationName } from '../call/operations.js'
import type { Lifeline } from '../call/run-signals.js'
import { isThrottled } from './pacing.js'

/** Attempts of a call that a connection or a server fails. */
const ATTEMPTS = 3
/**
 * Attempts of a call that is throttled while KMS lets none of its operation through; while it lets others
 * through, the call waits its turn for as long as the run may take, and is never lost.
 */
const THROTTLED_ATTEMPTS = 5
/** The SDK's waits before the next attempt: random, up to this, doubled with each attempt. */
const FAILED_WAIT_MS = 50
const THROTTLED_WAIT_MS = 200
const LONGEST_WAIT_MS = 2_000

/** How often a call has failed so far, by kind. */
interface Token extends StandardRetryToken {
  readonly failed: number
  readonly throttled: number
}

function token(failed: number, throttled: number): Token {
  return {
    failed,
    throttled,
    getRetryCount: () => failed + throttled,
    // The wait is over by the time that the token is given out.
    getRetryDelay: () => 0,
    getRetryCost: () => undefined,
  }
}

/**
 * The SDK's standard retries, corrected: an operation of one attempt is never repeated (contract 6.7);
 * LimitExceededException, which KMS uses for quotas and the SDK takes for throttling, is an answer and no
 * reason to try again (docs/facts/constraints.md); and throttled calls spend no common budget, which the SDK has
 * run out after a hundred of them, so that every further one is lost (docs/facts/quotas.md). The rate of the
 * attempts is the business of pacing.ts.
 */
class ExactRetryStrategy implements RetryStrategyV2 {
  readonly mode = 'standard'

  constructor(private readonly lifeline: Lifeline) {}

  async acquireInitialRetryToken(): Promise<Token> {
    return token(0, 0)
  }

  async refreshRetryTokenForRetry(last: Token, info: RetryErrorInfo): Promise<Token> {
    if (retryOf(info.error) === 'never') throw new Error('this answer is final')
    const next = isThrottled(info.error)
      ? token(last.failed, last.throttled + 1)
      : token(last.failed + 1, last.throttled)
    if (!mayFollow(next, info)) throw new Error('there were attempts enough')
    await pause(waitMs(last, next, info), this.lifeline)
    return next
  }

  recordSuccess(): void {}
}

function mayFollow({ failed, throttled }: Token, { errorType, error }: RetryErrorInfo): boolean {
  if (isThrottled(error)) return throttled < THROTTLED_ATTEMPTS || retryOf(error) === 'wait'
  return (errorType === 'TRANSIENT' || errorType === 'THROTTLING') && failed < ATTEMPTS
}

/** As it was noted, and for the credential chain's own clients, which note nothing, by the error's kind. */
function retryOf(error: unknown): CallFailure['retry'] {
  const { retry } = failureOf(error)
  if (retry !== undefined) return retry
  // kmsctl's own: credentials that failed, a proxy that refuses, the run's end.
  const final = error instanceof KmsctlError || nameOf(error) === 'LimitExceededException'
  return final ? 'never' : 'counted'
}

function nameOf(error: unknown): string | undefined {
  return (error as { name?: string } | undefined)?.name
}

function waitMs(last: Token, next: Token, { retryAfterHint }: RetryErrorInfo): number {
  const throttled = next.throttled > last.throttled
  const longest = throttled
    ? Math.min(THROTTLED_WAIT_MS * 2 ** last.throttled, LONGEST_WAIT_MS)
    : FAILED_WAIT_MS * 2 ** last.failed
  const chosen = Math.random() * longest
  if (retryAfterHint === undefined) return chosen
  return Math.max(chosen, Math.min(retryAfterHint.getTime() - Date.now(), chosen + 5_000))
}

/** Waits, or throws what ends the run. */
function pause(milliseconds: number, { reads }: Lifeline): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      reads.removeEventListener('abort', done)
      // At the run's end the next attempt is refused with its reason.
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    if (reads.aborted) done()
    else reads.addEventListener('abort', done, { once: true })
  })
}

export function retryStrategy(lifeline: Lifeline): RetryStrategyV2 {
  return new ExactRetryStrategy(lifeline)
}

/** A call's arguments, the same for each of its attempts, with what the attempts so far may have done. */
type Attempted = FinalizeHandlerArguments<object> & { effectSoFar?: Effect }

/** Notes of each attempt that failed whether another may follow, and what those before it may have done. */
export const singleAttempts: FinalizeRequestMiddleware<object, object> = (next, context) => {
  const once = isSingleAttempt(operationName(context.commandName))
  return async (call: Attempted) => {
    try {
      return await next(call)
    } catch (error) {
      if (error instanceof Error) {
        if (call.effectSoFar === 'unknown') noteFailure(error, { effect: 'unknown' })
        noteFailure(error, { retry: once ? 'never' : retryOf(error) })
        call.effectSoFar = effectOf(error)
      }
      throw error
    }
  }
}
