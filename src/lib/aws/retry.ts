import { StandardRetryStrategy } from '@smithy/core/retry'
import type {
  FinalizeRequestMiddleware,
  Pluggable,
  RetryErrorInfo,
  StandardRetryToken,
} from '@smithy/types'
import { KmsctlError } from '../errors.js'
import { effectOf, markRepeated } from './errors.js'
import { isSingleAttempt, operationName } from './operations.js'

const ATTEMPTS = 3
const FINAL = Symbol('final')

/**
 * The SDK's standard retries with two corrections: an operation of one attempt is never repeated
 * (contract 6.7), and LimitExceededException, which KMS uses for quotas and the SDK takes for
 * throttling, is an answer and not a reason to try again (truth: constraints).
 */
class ExactRetryStrategy extends StandardRetryStrategy {
  override async refreshRetryTokenForRetry(
    token: StandardRetryToken,
    info: RetryErrorInfo,
  ): Promise<StandardRetryToken> {
    const error = info.error as { name?: string; [FINAL]?: true } | undefined
    // kmsctl's own: credentials that failed, a proxy that refuses, the run's end.
    const own = info.error instanceof KmsctlError
    if (own || error?.[FINAL] || error?.name === 'LimitExceededException') {
      throw new Error('this answer is final')
    }
    return (await super.refreshRetryTokenForRetry(token as never, info)) as StandardRetryToken
  }
}

export function retryStrategy(): StandardRetryStrategy {
  return new ExactRetryStrategy(ATTEMPTS)
}

/**
 * Inside the SDK's retry loop: marks each failure of a single-attempt operation as final, and of any
 * other whether an attempt before it may have taken effect.
 */
const markFailures: FinalizeRequestMiddleware<object, object> = (next, context) => {
  let unknown = false
  return async (request) => {
    try {
      return await next(request)
    } catch (error) {
      if (error instanceof Error) {
        if (isSingleAttempt(operationName(context.commandName))) {
          Object.assign(error, { [FINAL]: true })
        }
        if (unknown) markRepeated(error)
        unknown ||= effectOf(error) === 'unknown'
      }
      throw error
    }
  }
}

export const singleAttempts: Pluggable<object, object> = {
  applyToStack(stack) {
    stack.addRelativeTo(markFailures as never, {
      name: 'kmsctlSingleAttempts',
      relation: 'after',
      toMiddleware: 'retryMiddleware',
      override: true,
    })
  },
}
