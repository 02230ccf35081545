/** What the tests of lib/aws share: wires that answer by hand, and servers on loopback. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { HttpRequest } from '@smithy/types'
import { onTestFinished, vi } from 'vitest'
import { ENDLESS, type Lifeline } from '../../src/lib/aws/call/run-signals.js'
import { type Connection, connect } from '../../src/lib/aws/connection.js'
import type { Wire } from '../../src/lib/aws/network/transport.js'

export interface Answer {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** The operation that a request asks for, as its header names it. */
export function target(request: Pick<HttpRequest, 'headers'>): string {
  return request.headers['x-amz-target']?.replace('TrentService.', '') ?? 'GetCallerIdentity'
}

/** A wire that answers as it is told, and counts what passed it. */
export function scriptedWire(
  script: (operation: string, count: number, request: HttpRequest) => Answer | Promise<Answer>,
) {
  const requests: HttpRequest[] = []
  const handle = async (request: HttpRequest) => {
    requests.push(request)
    const answer = await script(target(request), requests.length, request)
    const { status = 200, headers = {}, body = '{}' } = answer
    return {
      response: { statusCode: status, headers, body: Buffer.from(body) },
    }
  }
  const wire = {
    handle,
    metadata: { handlerProtocol: 'http/1.1' },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  } as unknown as Wire
  return { wire, requests, operations: () => requests.map(target) }
}

export const refusal = (code: string, status = 400, message = `${code} happened.`): Answer => ({
  status,
  headers: {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': 'req-1',
    'x-amzn-errortype': code,
  },
  body: JSON.stringify({ __type: code, message }),
})

export const connectionReset = () =>
  Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' })

/** A connection whose requests go to a wire; nothing of the machine's AWS configuration is read. */
export function wired(
  wire: Wire,
  over: { lifeline?: Lifeline; trace?: (line: string) => void; onSandbox?: () => void } = {},
): Promise<Connection> {
  // The SDK waits between attempts for random times: none here.
  vi.spyOn(Math, 'random').mockReturnValue(0)
  onTestFinished(() => void vi.restoreAllMocks())
  return connect({ env: {}, region: 'us-east-1', lifeline: ENDLESS, sandbox: wire, ...over })
}

/** A server on loopback that is gone when the test is. */
export async function server(
  respond: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<{ url: string; port: number; targets: string[]; closed: () => number }> {
  const sockets = new Set<Socket>()
  const targets: string[] = []
  let closed = 0
  const listening = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      targets.push(target({ headers: request.headers as Record<string, string> }))
      respond(request, response, Buffer.concat(chunks).toString())
    })
  })
  listening.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => {
      sockets.delete(socket)
      closed += 1
    })
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => listening.close(resolve))
  })
  const { port } = listening.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, port, targets, closed: () => closed }
}

/** Sets variables of the environment, which the SDK reads itself, for one test. */
export function environment(variables: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries({
    AWS_ACCESS_KEY_ID: 'AKIDCANARY',
    AWS_SECRET_ACCESS_KEY: 'SECRETCANARY',
    AWS_SESSION_TOKEN: undefined,
    AWS_CONFIG_FILE: '/nonexistent/config',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: undefined,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: undefined,
    AWS_WEB_IDENTITY_TOKEN_FILE: undefined,
    AWS_REGION: undefined,
    AWS_DEFAULT_REGION: undefined,
    AWS_PROFILE: undefined,
    AWS_ENDPOINT_URL: undefined,
    AWS_ENDPOINT_URL_KMS: undefined,
    AWS_ENDPOINT_URL_STS: undefined,
    ...variables,
  })) {
    vi.stubEnv(name, value)
  }
  onTestFinished(() => void vi.unstubAllEnvs())
}
