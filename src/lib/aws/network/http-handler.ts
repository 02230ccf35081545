import { createSecureContext } from 'node:tls'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { HttpHandlerOptions, HttpRequest, HttpResponse } from '@smithy/types'
import type { Env } from '../config/configuration.js'
import { namesProxy, type ProxyServer, proxyFor } from './proxy.js'
import { CONNECT_TIMEOUT_MS, type Wire } from './transport.js'

/**
 * The network: connections of all clients, the credential chain's own included, with one set of
 * trusted certificates and through the proxies that the environment names.
 */
export function networkWire(env: Env, ca: string | undefined): Wire {
  const make: MakeHandler = (httpsAgent) =>
    // The transport above ends requests at their limit; connecting has its own, shorter one.
    new NodeHttpHandler({
      connectionTimeout: CONNECT_TIMEOUT_MS,
      httpAgent: SOCKETS,
      httpsAgent: httpsAgent as never,
    })
  const direct = new DirectWire(make, ca)
  return (namesProxy(env) ? new ProxyingWire(env, ca, direct, make) : direct) as unknown as Wire
}

/**
 * One handler for https and one for http, each made when needed: Node's TLS takes a while to load.
 * All connections share what is trusted: to read it takes milliseconds, and each would read it again.
 */
class DirectWire {
  readonly metadata = { handlerProtocol: 'http/1.1' }
  private readonly handlers = new Map<string, NodeHttpHandler>()

  constructor(
    private readonly make: MakeHandler,
    private readonly ca: string | undefined,
  ) {}

  handle(
    request: HttpRequest,
    options?: HttpHandlerOptions,
  ): ReturnType<NodeHttpHandler['handle']> {
    let handler = this.handlers.get(request.protocol)
    if (handler === undefined) {
      handler = this.make(request.protocol === 'https:' ? trusting(this.ca) : NO_AGENT)
      this.handlers.set(request.protocol, handler)
    }
    return handler.handle(request as never, options)
  }

  destroy(): void {
    for (const handler of this.handlers.values()) handler.destroy()
  }
}

function trusting(ca: string | undefined): object {
  return { ...SOCKETS, secureContext: createSecureContext(ca === undefined ? {} : { ca }) }
}

/** Keeps the SDK's handler from making an agent for https. */
const NO_AGENT = { destroy() {} }

/** pacing.ts says how many calls are under way; the SDK's agent would stop at 50 of a host. */
const SOCKETS = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY }

type MakeHandler = (httpsAgent: object) => NodeHttpHandler

/** Sends each request directly or through its proxy; what proxies need is loaded with the first. */
class ProxyingWire {
  readonly metadata = { handlerProtocol: 'http/1.1' }
  private readonly tunnels = new Map<string, Promise<NodeHttpHandler>>()

  constructor(
    private readonly env: Env,
    private readonly ca: string | undefined,
    private readonly direct: DirectWire,
    private readonly make: MakeHandler,
  ) {}

  async handle(
    request: HttpRequest,
    options?: HttpHandlerOptions,
  ): Promise<{ response: HttpResponse }> {
    const proxy = proxyFor(request, this.env)
    if (proxy === undefined) return this.direct.handle(request, options)
    if (request.protocol === 'https:') {
      return (await this.tunnel(proxy)).handle(request as never, options)
    }
    const answer = await this.direct.handle(forwarded(request, proxy), options)
    if (answer.response.statusCode !== 407) return answer
    const { proxyRefused } = await import('./tunnel.js')
    throw proxyRefused(proxy, 407)
  }

  destroy(): void {
    this.direct.destroy()
    for (const tunnel of this.tunnels.values()) void tunnel.then((handler) => handler.destroy())
  }

  private tunnel(proxy: ProxyServer): Promise<NodeHttpHandler> {
    let tunnel = this.tunnels.get(proxy.url.href)
    if (tunnel === undefined) {
      tunnel = import('./tunnel.js').then(({ TunnelAgent }) =>
        this.make(new TunnelAgent(proxy, this.ca)),
      )
      this.tunnels.set(proxy.url.href, tunnel)
    }
    return tunnel
  }
}

/** A plain-http request as proxies take it: to the proxy, with the whole URL for its path. */
function forwarded(request: HttpRequest, { url, authorization }: ProxyServer): HttpRequest {
  const port = request.port === undefined ? '' : `:${request.port}`
  return {
    ...request,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? { port: undefined as never } : { port: Number(url.port) }),
    path: `http://${request.hostname}${port}${request.path}`,
    headers: {
      ...request.headers,
      host: `${request.hostname}${port}`,
      ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
    },
  }
}
