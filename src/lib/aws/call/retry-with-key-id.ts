import type { InitializeMiddleware } from '@smithy/types'
import { errorCode } from './errors.js'
import { operationName } from './operations.js'

/** Calls that may be sent again, and that moto answers with a crash when they name a key by its ARN. */
const REPEATABLE = new Set(['CancelKeyDeletion', 'DisableKey', 'EnableKey', 'ScheduleKeyDeletion'])

/**
 * For endpoints that are not AWS's: KMS takes key IDs and ARNs alike, but moto breaks on the ARN of some
 * calls and answers HTTP 500 without any AWS error. Such a call is sent once more with the key's ID,
 * which names the same key, since the ARN is of the client's own account and Region.
 */
export const bareIds: InitializeMiddleware<object, object> = (next, context) => async (args) => {
  try {
    return await next(args)
  } catch (error) {
    const { KeyId } = args.input as { KeyId?: string }
    const id = KeyId?.split(':key/')[1]
    const repeatable = REPEATABLE.has(operationName(context.commandName))
    if (!repeatable || id === undefined || !isCrash(error)) throw error
    return next({ ...args, input: { ...args.input, KeyId: id } })
  }
}

/** HTTP 500 and no AWS error: a server's crash, which KMS answers never look like. */
function isCrash(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  return status === 500 && errorCode(error) === 'BadResponse'
}
