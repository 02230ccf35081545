import { setMaxListeners } from 'node:events'
import type { Readable } from 'node:stream'
import type { HttpHandlerOptions, HttpRequest, HttpResponse, RequestHandler } from '@smithy/types'
import { KmsctlError } from '../../errors.js'
import { EMPTY_ANSWER } from '../call/errors.js'
import { answersNothing, isRead } from '../call/operations.js'
import { abortedInFlight, type Lifeline } from '../call/run-signals.js'
import type { SendOptions } from '../call/send-options.js'
import { currentLimit } from '../call/time-limit.js'

/** Any of the SDK's request handlers, or the embedded KMS's in-process front. */
export type Wire = RequestHandler<HttpRequest, HttpResponse, HttpHandlerOptions> & {
  destroy?: () => void
}

/** Contract 6.8: connecting 5 s, a request 30 s. */
export const CONNECT_TIMEOUT_MS = 5_000
export const REQUEST_TIMEOUT_MS = 30_000

export interface TransportOptions {
  readonly wire: Wire
  readonly lifeline: Lifeline
  readonly allowInsecureEndpoint: boolean
  readonly requestTimeoutMs?: number
  /** Called when an answer says that the embedded KMS gave it. */
  readonly onSandbox: () => void
}

/**
 * The one way to the network, shared by every client: refuses plain http outside loopback, ends
 * requests at their time limit (body included, which the SDK's own limit leaves out) or when the run
 * ends, and hands back whole bodies, so that a truncated answer fails here and not half-parsed.
 */
export class Transport implements RequestHandler<HttpRequest, HttpResponse, HttpHandlerOptions> {
  readonly metadata = { handlerProtocol: 'http/1.1' }
  /** The requests under way, which the run's end aborts: of thousands, each would listen for itself. */
  private readonly reads = new Set<Exchange>()
  private readonly changes = new Set<Exchange>()

  constructor(private readonly options: TransportOptions) {
    const { reads, changes } = options.lifeline
    // The credential chain and prompts listen too, and Node warns on stderr of more than ten.
    setMaxListeners(0, reads, changes)
    reads.addEventListener('abort', () => abortAll(this.reads, reads))
    changes.addEventListener('abort', () => abortAll(this.changes, changes))
  }

  async handle(
    request: HttpRequest,
    { beforeSending, ...handlerOptions }: SendOptions = {},
  ): Promise<{ response: HttpResponse }> {
    const { lifeline } = this.options
    lifeline.check()
    refuseInsecure(request, this.options.allowInsecureEndpoint)

    const read = isRead(operationOf(request))
    const runEnds = read ? lifeline.reads : lifeline.changes
    if (runEnds.aborted) throw abortedInFlight(runEnds)
    const underWay = read ? this.reads : this.changes
    const exchange = new Exchange()
    const limit = this.options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS
    const sooner = currentLimit()
    if (sooner?.aborted) throw sooner.reason
    beforeSending?.()
    const onLimit = () => exchange.abort(sooner?.reason)
    const timer = setTimeout(() => exchange.abort(requestTimeout(limit)), limit)
    sooner?.addEventListener('abort', onLimit, { once: true })
    underWay.add(exchange)
    try {
      return await exchange.ended(this.exchange(request, handlerOptions, exchange))
    } finally {
      clearTimeout(timer)
      sooner?.removeEventListener('abort', onLimit)
      underWay.delete(exchange)
    }
  }

  private async exchange(
    request: HttpRequest,
    handlerOptions: HttpHandlerOptions,
    abortSignal: Exchange,
  ): Promise<{ response: HttpResponse }> {
    const { response } = await this.options.wire.handle(request, {
      ...handlerOptions,
      abortSignal: abortSignal as never,
    })
    if (response.headers['x-kmsctl-sandbox'] !== undefined) this.options.onSandbox()
    response.body = await wholeBody(response.body)
    refuseEmpty(operationOf(request), response)
    return { response }
  }

  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): Record<string, never> {
    return {}
  }

  destroy(): void {
    this.options.wire.destroy?.()
  }
}

function requestTimeout(limit: number): Error {
  const message = `no complete answer within ${limit / 1000} s`
  return Object.assign(new Error(message), { name: 'TimeoutError', code: 'ETIMEDOUT' })
}

/**
 * One request, from when it is sent until its whole answer is there. It is the abort signal that wires
 * take, without the weight of Node's own: that costs as much as the rest of this file, ten thousand times.
 */
class Exchange {
  aborted = false
  reason: unknown
  onabort: (() => void) | null = null
  private reject: (reason: unknown) => void = () => {}

  abort(reason: unknown): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    this.onabort?.()
    this.reject(reason)
  }

  /** The work's own end, or the reason for which it was aborted, whichever comes first. */
  ended<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.reject = reject
      work.then(resolve, (error) => reject(this.aborted ? this.reason : error))
    })
  }
}

function abortAll(exchanges: ReadonlySet<Exchange>, signal: AbortSignal): void {
  for (const exchange of exchanges) exchange.abort(abortedInFlight(signal))
}

/** @throws what broke the answer off: a body that ends too soon is none */
async function wholeBody(body: unknown): Promise<Uint8Array | string> {
  if (body === undefined || body === null) return new Uint8Array()
  if (typeof body === 'string' || body instanceof Uint8Array) return body
  const stream = body as Readable
  const chunks: Uint8Array[] = []
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    stream.on('error', reject)
    stream.on('end', () => resolve(joined(chunks)))
    stream.on('close', () => {
      if (!stream.readableEnded) reject(brokenOff())
    })
  })
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks)
}

function brokenOff(): Error {
  return Object.assign(new Error('the answer broke off'), { code: 'ECONNRESET' })
}

/**
 * A success that says nothing is somebody else's on the way, and the SDK would take it for AWS's: a list
 * for an empty one, a change for one that was made. AWS gives every answer a request ID, and most a body.
 */
function refuseEmpty(operation: string, { statusCode, headers, body }: HttpResponse): void {
  if (statusCode !== 200 || body.length > 0) return
  if (answersNothing(operation) && headers['x-amzn-requestid'] !== undefined) return
  throw Object.assign(new Error('the endpoint answered HTTP 200 and nothing else'), {
    name: EMPTY_ANSWER,
    // As lost as an answer that was cut off: asked again where that is safe.
    $retryable: {},
  })
}

/** The operation's name, from the AWS JSON target header; STS's query protocol has none. */
function operationOf(request: HttpRequest): string {
  const target = request.headers['x-amz-target'] ?? request.headers['X-Amz-Target']
  return target?.split('.').at(-1) ?? 'GetCallerIdentity'
}

/** Contract 6.10: secrets and policies do not travel in the clear. */
function refuseInsecure(request: HttpRequest, allowed: boolean): void {
  if (request.protocol !== 'http:' || allowed || isLoopback(request.hostname)) return
  throw insecureEndpoint(`http://${request.hostname}`)
}

export function insecureEndpoint(url: string): KmsctlError {
  return new KmsctlError('InsecureEndpoint', `endpoint ${url} is plain http and not loopback`, {
    hints: ['use https, or pass --allow-insecure-endpoint if the network is yours'],
  })
}

/** Whether a host name is this machine: localhost, 127.0.0.0/8 or ::1. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
