/**
 * The front without a socket: a request handler for the clients of the AWS SDK. The types are the
 * SDK's (@smithy/types), spelled out so that this folder needs none of its packages; a test hands
 * the handler to the real clients.
 */
import type { Sandbox } from './sandbox.js'

interface ClientRequest {
  method: string
  path: string
  headers: Record<string, string>
  body?: unknown
}

interface ClientResponse {
  statusCode: number
  reason?: string
  headers: Record<string, string>
  body: Uint8Array
}

interface AbortSignalLike {
  readonly aborted: boolean
  onabort: unknown
  addEventListener?: (type: 'abort', listener: () => void) => void
  removeEventListener?: (type: 'abort', listener: () => void) => void
}

interface HandlerOptions {
  abortSignal?: unknown
}

export interface InProcessHandler {
  handle(request: ClientRequest, options?: HandlerOptions): Promise<{ response: ClientResponse }>
  updateHttpClientConfig(key: never, value: never): void
  httpHandlerConfigs(): object
  destroy(): void
}

export function inProcessHandler(sandbox: Sandbox): InProcessHandler {
  return {
    async handle(request, options = {}) {
      const body = await bodyBytes(request.body)
      const { method, path } = request
      const headers = lowerCase(request.headers)
      const answered = sandbox.handle({ method, path, headers, body })
      const response = await unlessAborted(
        answered,
        options.abortSignal as AbortSignalLike | undefined,
      )
      return {
        response: {
          statusCode: response.status,
          headers: response.headers,
          body: Buffer.from(response.body, 'utf8'),
        },
      }
    },
    // There is no connection that could be configured or closed.
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
    destroy: () => undefined,
  }
}

/** As on a network: who stops waiting does not undo what was asked. */
async function unlessAborted<T>(
  answered: Promise<T>,
  signal: AbortSignalLike | undefined,
): Promise<T> {
  if (signal === undefined) return answered
  if (signal.aborted) throw abortError()
  let abort = () => undefined as undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => {
      reject(abortError())
      return undefined
    }
  })
  signal.addEventListener?.('abort', abort)
  try {
    return await Promise.race([answered, aborted])
  } finally {
    signal.removeEventListener?.('abort', abort)
  }
}

function abortError(): Error {
  const error = new Error('Request aborted')
  error.name = 'AbortError'
  return error
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}

async function bodyBytes(body: unknown): Promise<Uint8Array> {
  if (body === undefined || body === null) return new Uint8Array()
  if (typeof body === 'string') return Buffer.from(body, 'utf8')
  if (body instanceof Uint8Array) return body
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  const chunks: Uint8Array[] = []
  for await (const chunk of body as AsyncIterable<Uint8Array | string>) {
    chunks.push(typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk)
  }
  return Buffer.concat(chunks)
}
