/**
 * The front over HTTP, for the AWS CLI and any SDK. It listens on loopback only: it checks no
 * signature, and whoever reaches it may use every key.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, isIP, type Socket } from 'node:net'
import { type Answering, type Delivery, jsonError } from './http-messages.js'

/** KMS takes no input near this size; the largest, a policy, ends at 128 KB. */
const MOST_BYTES = 1024 * 1024

interface Serving {
  url: string
  close(): Promise<void>
}

export async function listen(kms: Answering, host: string, port: number): Promise<Serving> {
  if (!isLoopback(host)) {
    throw new Error(
      `the sandbox listens on loopback only: ${host} is not 127.0.0.1, ::1 or localhost`,
    )
  }
  const server = createServer((request, response) => {
    void respond(kms, request, response)
  })
  server.requestTimeout = 30_000
  server.headersTimeout = 10_000
  server.on('clientError', answerGarbage)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  server.on('error', () => undefined)
  const { address, family, port: bound } = server.address() as AddressInfo
  const name = family === 'IPv6' ? `[${address}]` : address
  return {
    url: `http://${name}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true
  return isIP(host) === 4 && host.startsWith('127.')
}

async function respond(
  kms: Answering,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A caller who hangs up in the middle is no concern of the others.
  request.on('error', () => undefined)
  response.on('error', () => undefined)
  const body = await readBody(request).catch(() => undefined)
  if (body === undefined) {
    response.destroy()
    return
  }
  if (body === 'too large') {
    const code = 'RequestEntityTooLargeException'
    const message = `The body is longer than ${MOST_BYTES} bytes.`
    response.setHeader('connection', 'close')
    send(response, jsonError(randomUUID(), { status: 413, code, message }))
    return
  }
  const { method = '', url = '' } = request
  const [path = ''] = url.split('?')
  const headers = flatten(request.headers)
  send(response, await kms.handle({ method, path, headers, body }))
}

function send(response: ServerResponse, delivery: Delivery): void {
  if (response.destroyed) return
  if ('lost' in delivery) {
    // No server can refuse a connection that it has taken: a refused one is a reset one here.
    if (delivery.lost !== 'hang') response.socket?.resetAndDestroy()
    return
  }
  const { status, headers, body, cutAfter } = delivery
  const bytes = Buffer.from(body, 'utf8')
  response.writeHead(status, { ...headers, 'content-length': String(bytes.length) })
  if (cutAfter === undefined) response.end(bytes)
  else response.write(bytes.subarray(0, cutAfter), () => response.destroy())
}

/** The body; 'too large' as soon as it is; rejects when the connection broke before its end. */
function readBody(request: IncomingMessage): Promise<Uint8Array | 'too large'> {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) {
    return Promise.resolve('too large')
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > MOST_BYTES) {
        request.pause()
        resolve('too large')
      } else {
        chunks.push(chunk)
      }
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('close', () => reject(new Error('the connection was closed')))
  })
}

function flatten(headers: IncomingMessage['headers']): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}

/** What is no HTTP gets a short answer, if the socket still takes one. */
function answerGarbage(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, headers, body } = jsonError(randomUUID(), {
    status: 400,
    code: 'SerializationException',
    message: 'The request is not HTTP.',
  })
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const length = Buffer.byteLength(body)
  socket.end(
    `HTTP/1.1 ${status} Bad Request\r\n${lines.join('')}` +
      `content-length: ${length}\r\nconnection: close\r\n\r\n${body}`,
  )
}
