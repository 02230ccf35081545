import type { DeserializeMiddleware } from '@smithy/types'
import { operationName } from './operations.js'

/**
 * `--trace`: one line a request with operation, attempt, HTTP status, request ID and milliseconds.
 * Never a body, a header or a credential; the SDK's own logger prints all three, so it gets none.
 */
export function tracing(
  write: (line: string) => void,
  clock: () => number,
): DeserializeMiddleware<object, object> {
  return (next, context) => {
    let attempt = 0
    return async (args) => {
      attempt += 1
      const operation = operationName(context.commandName)
      const began = clock()
      const line = (status: string, requestId: string | undefined) =>
        write(traceLine({ operation, attempt, status, requestId, milliseconds: clock() - began }))
      try {
        const result = await next(args)
        const { statusCode, headers } = result.response as {
          statusCode: number
          headers: Record<string, string>
        }
        line(String(statusCode), headers['x-amzn-requestid'])
        return result
      } catch (error) {
        const failed = error as { name?: string; code?: string }
        line(failed.code ?? failed.name ?? 'failed', undefined)
        throw error
      }
    }
  }
}

/** One request's line of `--trace`. */
export function traceLine(request: {
  readonly operation: string
  readonly attempt: number
  readonly status: string
  readonly requestId: string | undefined
  readonly milliseconds: number
}): string {
  const { operation, attempt, status, requestId, milliseconds } = request
  return `${operation} attempt ${attempt}: ${status} ${requestId ?? '-'} ${Math.round(milliseconds)} ms`
}
