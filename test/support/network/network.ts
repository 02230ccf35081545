/** A network on loopback: TLS servers with a CA of their own, and proxies that record. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Certified } from './certificates.js'

/** Listens on loopback until the test is over. */
export async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  for (const event of ['connection', 'secureConnection']) {
    server.on(event, (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
    })
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

export function tlsServer(certified: Certified, listener: RequestListener): Promise<number> {
  return listening(createTlsServer(certified as ServerOptions, listener) as unknown as Server)
}

export interface ProxyOptions {
  /** Where each host's connections really go: a port of loopback. */
  readonly ports: Readonly<Record<string, number>>
  /** `user:password` that it asks for. */
  readonly login?: string
  /** Answers every CONNECT with this. */
  readonly refusal?: { readonly status: number; readonly body?: string }
  /** Makes it a proxy that is reached over TLS. */
  readonly certified?: Certified
  /** Takes connections and never answers. */
  readonly silent?: boolean
}

export interface ProxyOnLoopback {
  readonly port: number
  /** `CONNECT host:port` and `POST http://…`, in the order in which they came. */
  readonly asked: string[]
}

export async function proxy(options: ProxyOptions): Promise<ProxyOnLoopback> {
  const asked: string[] = []
  const basic = options.login && `Basic ${Buffer.from(options.login).toString('base64')}`
  const server = (
    options.certified === undefined
      ? createServer()
      : createTlsServer(options.certified as ServerOptions)
  ) as Server
  server.on('connect', (request, socket: Socket, head) => {
    asked.push(`CONNECT ${request.url}`)
    socket.on('error', () => {})
    if (options.silent) return
    const answer = (status: number, body = ''): void => {
      socket.end(`HTTP/1.1 ${status} no\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    }
    if (basic !== undefined && request.headers['proxy-authorization'] !== basic) return answer(407)
    if (options.refusal !== undefined) return answer(options.refusal.status, options.refusal.body)
    const port = options.ports[String(request.url).replace(/:\d+$/, '')]
    if (port === undefined) return answer(502)
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.write(head)
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy())
    socket.on('close', () => onward.destroy())
  })
  server.on('request', (request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const refused = basic !== undefined && request.headers['proxy-authorization'] !== basic
    response.writeHead(refused ? 407 : 200, { 'content-type': 'application/x-amz-json-1.1' })
    response.end('{"Keys":[],"Truncated":false}')
  })
  return { port: await listening(server), asked }
}
