import type { InitializeMiddleware } from '@smithy/types'
import { effectOf } from './errors.js'
import { failureOf, noteFailure } from './failure.js'
import { operationName } from './operations.js'

/** Outermost of all: makes the record of a failed call whole, wherever it failed. */
export const recordFailures: InitializeMiddleware<object, object> =
  (next, context) => async (args) => {
    try {
      return await next(args)
    } catch (error) {
      const { action, retry = 'never' } = failureOf(error)
      noteFailure(error, {
        operation: operationName(context.commandName),
        effect: effectOf(error),
        retry,
        action,
        cause: error,
      })
      throw error
    }
  }
