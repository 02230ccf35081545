/**
 * The front without a socket: a request handler for the clients of the AWS SDK. The types are the
 * SDK's (@smithy/types), spelled out so that this folder needs none of its packages; a test hands
 * the handler to the real clients.
 */
import { Readable } from 'node:stream'
import type { Answering, Delivery } from './http-messages.js'

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
  body: Uint8Array | Readable
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

export function inProcessHandler(kms: Answering): InProcessHandler {
  return {
    async handle(request, options = {}) {
      const body = await bodyBytes(request.body)
      const { method, path } = request
      const headers = lowerCase(request.headers)
      const answered = kms.handle({ method, path, headers, body }).then(asOnANetwork)
      const signal = options.abortSignal as AbortSignalLike | undefined
      return { response: await unlessAborted(answered, signal) }
    },
    // There is no connection that could be configured or closed.
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
    destroy: () => undefined,
  }
}

/** The answer, or the error of Node's sockets as the SDK's own request handler passes it on. */
function asOnANetwork(delivery: Delivery): ClientResponse | Promise<never> {
  if ('lost' in delivery) return lost(delivery.lost)
  const { status, headers, cutAfter } = delivery
  const body = Buffer.from(delivery.body, 'utf8')
  return {
    statusCode: status,
    headers,
    body: cutAfter === undefined ? body : cutOff(body.subarray(0, cutAfter)),
  }
}

function lost(how: 'reset' | 'no-connection' | 'hang'): Promise<never> {
  if (how === 'hang') return new Promise(() => undefined)
  if (how === 'reset') return Promise.reject(connectionReset('read ECONNRESET'))
  const refused = new Error('connect ECONNREFUSED 127.0.0.1:443')
  return Promise.reject(Object.assign(refused, { code: 'ECONNREFUSED', syscall: 'connect' }))
}

/** @smithy/node-http-handler gives a broken connection this name (its NODEJS_TIMEOUT_ERROR_CODES). */
function connectionReset(message: string): Error {
  return Object.assign(new Error(message), { name: 'TimeoutError', code: 'ECONNRESET' })
}

function cutOff(body: Uint8Array): Readable {
  return Readable.from(
    (async function* () {
      yield body
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
    })(),
    { objectMode: false },
  )
}

/** As on a network: who stops waiting does not undo what was asked. */
async function unlessAborted<T>(
  answered: Promise<T>,
  signal: AbortSignalLike | undefined,
): Promise<T> {
  if (signal === undefined) return answered
  if (signal.aborted) {
    answered.catch(() => undefined)
    throw abortError()
  }
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
