import { BlockList, isIP, isIPv6 } from 'node:net'
import { usageError } from '../../errors.js'
import type { Env } from '../config/configuration.js'
import { isLoopback } from './transport.js'

/** Where a request goes. */
export interface Target {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number | undefined
}

export interface ProxyServer {
  /** Without user and password, so that it can be shown. */
  readonly url: URL
  /** The value of its Proxy-Authorization header. */
  readonly authorization: string | undefined
  /** The variable that names it. */
  readonly variable: string
}

/**
 * The proxy that the environment names for a target. The lower-case name of a variable goes before the
 * upper-case one, as for curl and the AWS CLI; set to nothing, it means no proxy.
 *
 * @throws KmsctlError `Usage` where the variable is no URL of an http or https proxy
 */
export function proxyFor(target: Target, env: Env): ProxyServer | undefined {
  const kind = target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  const variable = env[kind.toLowerCase()] === undefined ? kind : kind.toLowerCase()
  const value = env[variable]?.trim()
  if (!value || goesDirect(target, env.no_proxy ?? env.NO_PROXY ?? '')) return undefined
  return parseProxy(value, variable)
}

/** Whether any variable names a proxy: without one, nothing of this is looked at again. */
export function namesProxy(env: Env): boolean {
  return [env.https_proxy, env.HTTPS_PROXY, env.http_proxy, env.HTTP_PROXY].some(Boolean)
}

/** The value is never quoted in an error: it may hold a password. */
function parseProxy(value: string, variable: string): ProxyServer {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`
  if (!URL.canParse(text)) throw usageError(`${variable} is not the URL of a proxy`)
  const url = new URL(text)
  if (!/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw usageError(
      `${variable} names a ${url.protocol.slice(0, -1)} proxy: only http and https are known`,
    )
  }
  const credentials = `${decoded(url.username)}:${decoded(url.password)}`
  const authorization =
    credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`
  return { url: new URL(`${url.protocol}//${url.host}`), authorization, variable }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The metadata services of instances (EC2) and containers (ECS, EKS): never behind a proxy. */
const METADATA = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  'fd00:ec2::254',
  'fd00:ec2::23',
])

function goesDirect(target: Target, noProxy: string): boolean {
  const host = plainHost(target.hostname)
  if (isLoopback(host) || METADATA.has(host)) return true
  const port = target.port ?? (target.protocol === 'https:' ? 443 : 80)
  return noProxy.split(/[\s,]+/).some((entry) => entry !== '' && covers(entry, host, port))
}

/**
 * An entry of NO_PROXY: `*`, a host (its subdomains, too, with a leading dot or `*.` or without), an
 * address, a network in CIDR notation; all but the last with a port where one is meant.
 */
function covers(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true
  const [, network, bits] = /^\[?([0-9a-f:.]+)\]?\/(\d{1,3})$/i.exec(entry) ?? []
  if (network !== undefined) return isIP(host) !== 0 && within(host, network, Number(bits))
  const [, bracketed, name, digits] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? []
  if (digits !== undefined && Number(digits) !== port) return false
  const suffix = plainHost((bracketed ?? name ?? entry).replace(/^\*?\./, ''))
  if (isIP(host) !== 0) return isIP(suffix) !== 0 && within(host, suffix, isIPv6(host) ? 128 : 32)
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`))
}

function within(host: string, network: string, bits: number): boolean {
  const list = new BlockList()
  const family = isIPv6(network) ? 'ipv6' : 'ipv4'
  try {
    list.addSubnet(network, bits, family)
  } catch {
    return false
  }
  return list.check(host, isIPv6(host) ? 'ipv6' : 'ipv4')
}

function plainHost(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
}
