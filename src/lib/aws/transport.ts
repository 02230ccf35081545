import { setMaxListeners } from 'node:events'
import type { HttpHandlerOptions, HttpRequest, HttpResponse, RequestHandler } from '@smithy/types'
import { KmsctlError } from '../errors.js'
import { EMPTY_ANSWER } from './errors.js'
import { abortedInFlight, type Lifeline } from './lifeline.js'
import { answersNothing, isRead } from './operations.js'
import { currentLimit } from './time-limit.js'

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

  constructor(private readonly options: TransportOptions) {
    // Every request under way listens, and Node warns on stderr of more than ten.
    setMaxListeners(0, options.lifeline.reads, options.lifeline.changes)
  }

  async handle(
    request: HttpRequest,
    handlerOptions: HttpHandlerOptions = {},
  ): Promise<{ response: HttpResponse }> {
    const { lifeline, wire } = this.options
    lifeline.check()
    refuseInsecure(request, this.options.allowInsecureEndpoint)

    const runEnds = isRead(operationOf(request)) ? lifeline.reads : lifeline.changes
    const limit = this.options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS
    const cancel = new AbortController()
    const timer = setTimeout(() => cancel.abort(requestTimeout(limit)), limit)
    const onRunEnd = () => cancel.abort(abortedInFlight(runEnds))
    if (runEnds.aborted) onRunEnd()
    else runEnds.addEventListener('abort', onRunEnd, { once: true })
    const sooner = currentLimit()
    const onLimit = () => cancel.abort(sooner?.reason)
    if (sooner?.aborted) onLimit()
    else sooner?.addEventListener('abort', onLimit, { once: true })

    try {
      const work = this.exchange(wire, request, handlerOptions, cancel.signal)
      return await Promise.race([work, aborted(cancel.signal)])
    } catch (error) {
      throw cancel.signal.aborted ? cancel.signal.reason : error
    } finally {
      clearTimeout(timer)
      runEnds.removeEventListener('abort', onRunEnd)
      sooner?.removeEventListener('abort', onLimit)
    }
  }

  private async exchange(
    wire: Wire,
    request: HttpRequest,
    handlerOptions: HttpHandlerOptions,
    abortSignal: AbortSignal,
  ): Promise<{ response: HttpResponse }> {
    const { response } = await wire.handle(request, { ...handlerOptions, abortSignal })
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

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = () => reject(signal.reason)
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail, { once: true })
  })
}

async function wholeBody(body: unknown): Promise<Uint8Array | string> {
  if (body === undefined || body === null) return new Uint8Array()
  if (typeof body === 'string' || body instanceof Uint8Array) return body
  const chunks: Uint8Array[] = []
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks)
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
