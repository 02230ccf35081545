/**
 * KMS's client without the SDK's middleware: a request is a few microseconds of JSON. What it does about a
 * bad answer is what the real clients do, which client.test.ts holds it to, fault by fault.
 */
import { KMSClient } from '@aws-sdk/client-kms'
import { EMPTY_ANSWER, effectOf } from '../../../src/lib/aws/call/errors.js'
import { noteFailure } from '../../../src/lib/aws/call/failure.js'
import { answersNothing, isSingleAttempt } from '../../../src/lib/aws/call/operations.js'
import type { SendOptions } from '../../../src/lib/aws/call/send-options.js'
import { REQUEST_TIMEOUT_MS } from '../../../src/lib/aws/network/transport.js'
import type { Delivery, SandboxRequest } from '../../../src/lib/sandbox/http/http-messages.js'

/** What carries a request there and its answer back. */
export type Carry = (operation: string, request: SandboxRequest) => Promise<Delivery>

/** `kmsctl`: CreateKey is sent once, quotas are answers. `default`: the SDK as it comes. */
export type Manners = 'kmsctl' | 'default'

interface ClientOptions {
  readonly manners: Manners
  readonly carry: Carry
  /** Time that a request takes which nobody answers. */
  readonly pass: (milliseconds: number) => Promise<void>
}

const ATTEMPTS = 3

export function thinClient(options: ClientOptions): KMSClient {
  // The SDK's paginators ask whether it is one.
  const client = Object.create(KMSClient.prototype) as KMSClient
  const send = (
    command: { constructor: { name: string }; input: object },
    sendOptions?: SendOptions,
  ) =>
    sendCommand(
      command.constructor.name.replace(/Command$/, ''),
      command.input,
      options,
      sendOptions,
    )
  return Object.assign(client, { send, config: {}, middlewareStack: { add() {} } })
}

async function sendCommand(
  operation: string,
  input: object,
  { manners, carry, pass }: ClientOptions,
  { beforeSending }: SendOptions = {},
): Promise<unknown> {
  const once = manners === 'kmsctl' && isSingleAttempt(operation)
  let unknown = false
  for (let attempt = 1; ; attempt += 1) {
    try {
      beforeSending?.()
      const delivery = await carry(operation, requestOf(operation, input))
      if ('lost' in delivery && delivery.lost === 'hang') await pass(REQUEST_TIMEOUT_MS)
      return read(operation, manners, delivery)
    } catch (error) {
      if (unknown && manners === 'kmsctl') noteFailure(error, { effect: 'unknown' })
      unknown ||= effectOf(error) === 'unknown'
      const final = once || (manners === 'kmsctl' && nameOf(error) === 'LimitExceededException')
      if (final || attempt === ATTEMPTS || !isRetryable(error)) throw error
    }
  }
}

const CREDENTIAL = 'AWS4-HMAC-SHA256 Credential=sandbox/20260601/us-east-1/kms/aws4_request'

function requestOf(operation: string, input: object): SandboxRequest {
  return {
    method: 'POST',
    path: '/',
    headers: {
      'x-amz-target': `TrentService.${operation}`,
      'content-type': 'application/x-amz-json-1.1',
      authorization: CREDENTIAL,
    },
    body: Buffer.from(JSON.stringify(input)),
  }
}

function read(operation: string, manners: Manners, delivery: Delivery): unknown {
  if ('lost' in delivery) throw lost(delivery.lost)
  const { status, headers, body, cutAfter } = delivery
  if (cutAfter !== undefined) throw cutOff(status, manners)
  if (status !== 200) throw refusal(status, headers, body)
  if (body !== '') return dated(JSON.parse(body))
  const real = answersNothing(operation) && headers['x-amzn-requestid'] !== undefined
  if (real || manners === 'default') return {}
  throw Object.assign(new Error('nothing'), { name: EMPTY_ANSWER, $retryable: {} })
}

/** kmsctl reads the body before the SDK does, which has the status by then. */
function cutOff(httpStatusCode: number, manners: Manners): Error {
  const $metadata = manners === 'default' ? { httpStatusCode } : {}
  return Object.assign(new Error('aborted'), { code: 'ECONNRESET', $metadata })
}

function lost(how: 'reset' | 'no-connection' | 'hang') {
  if (how === 'no-connection') {
    return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  }
  const code = how === 'hang' ? 'ETIMEDOUT' : 'ECONNRESET'
  return Object.assign(new Error(how), { name: 'TimeoutError', code })
}

function refusal(status: number, headers: Record<string, string>, body: string): Error {
  const $metadata = { httpStatusCode: status, requestId: headers['x-amzn-requestid'] }
  let told: { __type?: string; message?: string } = {}
  try {
    told = JSON.parse(body)
  } catch {
    // A proxy's page.
  }
  const name = headers['x-amzn-errortype'] ?? told.__type
  if (name === undefined) {
    return Object.assign(new Error('UnknownError'), { name: 'Unknown', $metadata })
  }
  const $fault = status < 500 ? 'client' : 'server'
  return Object.assign(new Error(told.message ?? name), { name, $fault, $metadata })
}

/** The SDK's own lists (@smithy/core/retry, constants). */
const THROTTLES = new Set(['ThrottlingException', 'LimitExceededException'])
const BROKEN = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT'])

function isRetryable(error: unknown): boolean {
  const {
    name = '',
    code = '',
    $retryable,
    $metadata = {},
  } = error as {
    name?: string
    code?: string
    $retryable?: object
    $metadata?: { httpStatusCode?: number }
  }
  if ($retryable !== undefined || THROTTLES.has(name) || name === 'TimeoutError') return true
  return BROKEN.has(code) || ($metadata.httpStatusCode ?? 0) >= 500
}

function nameOf(error: unknown): string | undefined {
  return (error as { name?: string }).name
}

/** AWS JSON writes dates as seconds. */
function dated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dated)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, member]) => [
    name,
    typeof member === 'number' && /Date$|Timestamp$/.test(name)
      ? new Date(member * 1000)
      : dated(member),
  ])
  return Object.fromEntries(entries)
}
