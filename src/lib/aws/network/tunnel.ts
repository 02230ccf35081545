import type { ClientRequest } from 'node:http'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { KmsctlError } from '../../errors.js'
import type { ProxyServer } from './proxy.js'

type ConnectOptions = Parameters<HttpsProxyAgent<string>['connect']>[1]

/**
 * Tunnels TLS connections through a proxy. What goes wrong before a tunnel stands is the proxy's
 * failure, and certainly nothing of the request was sent.
 */
export class TunnelAgent extends HttpsProxyAgent<string> {
  constructor(
    private readonly through: ProxyServer,
    private readonly ca: string | undefined,
  ) {
    super(through.url.href, {
      keepAlive: true,
      // pacing.ts says how many calls are under way.
      maxSockets: Number.POSITIVE_INFINITY,
      // Given as a header and not in the URL, which the library writes into its debug log.
      headers:
        through.authorization === undefined ? {} : { 'Proxy-Authorization': through.authorization },
      ...(ca === undefined ? {} : { ca }),
    })
    this.protocol = 'https:'
    this.defaultPort = 443
    // The library hands a refusal on as if the endpoint had answered: a proxy could forge answers.
    this.on('proxyConnect', ({ statusCode }: { statusCode: number }, request: ClientRequest) => {
      if (statusCode !== 200) request.destroy(proxyRefused(through, statusCode))
    })
  }

  /** The library tells by the call stack, and so finds no idle connection again. */
  override isSecureEndpoint(): boolean {
    return true
  }

  override async connect(request: ClientRequest, options: ConnectOptions) {
    const trust = this.ca === undefined ? {} : { ca: this.ca }
    try {
      return await super.connect(request, { ...options, ...trust } as never)
    } catch (error) {
      throw proxyUnreachable(this.through, error as NodeJS.ErrnoException)
    }
  }
}

export function proxyRefused(proxy: ProxyServer, statusCode: number): KmsctlError {
  const { variable } = proxy
  if (statusCode === 407) {
    const what = proxy.authorization === undefined ? 'asks for' : 'does not accept the'
    return failed(proxy, `${what} user and password (HTTP 407)`, [
      `name them in ${variable}: ${proxy.url.protocol}//USER:PASSWORD@${proxy.url.host}`,
    ])
  }
  return failed(proxy, `refuses to connect (HTTP ${statusCode})`, [
    `check that the proxy allows the endpoint, or name the endpoint's host in NO_PROXY`,
  ])
}

function proxyUnreachable(proxy: ProxyServer, error: NodeJS.ErrnoException): KmsctlError {
  const certificate = /CERT|ISSUER|SIGNATURE/.test(error.code ?? '')
  const hint = certificate
    ? 'trust the proxy’s CA with AWS_CA_BUNDLE=FILE'
    : `check ${proxy.variable}, or name the endpoint's host in NO_PROXY`
  return failed(proxy, `cannot be reached: ${error.message}`, [hint], error)
}

function failed(
  { url, variable }: ProxyServer,
  what: string,
  hints: readonly string[],
  cause?: unknown,
): KmsctlError {
  return new KmsctlError('Unreachable', `proxy ${url.origin} (${variable}) ${what}`, {
    hints,
    cause,
  })
}
