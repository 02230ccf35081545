import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import type { STSClient } from '@aws-sdk/client-sts'
import {
  doesIdentityRequireRefresh,
  isIdentityExpired,
  memoizeIdentityProvider,
} from '@smithy/core'
import { getEndpointFromInstructions } from '@smithy/core/endpoints'
import { KmsctlError, usageError } from '../errors.js'
import { notedActions } from './call/denied.js'
import { addInOrder, type Middlewares, type Stack } from './call/middleware-order.js'
import { recordFailures } from './call/record-failures.js'
import { bareIds } from './call/retry-with-key-id.js'
import type { Lifeline } from './call/run-signals.js'
import { tracing } from './call/trace.js'
import { type Configuration, NO_CONFIGURATION, readConfiguration } from './config/configuration.js'
import { configuredEndpoint } from './config/endpoints.js'
import { missingProfile } from './credentials/credential-errors.js'
import { credentialChain, type Sourced } from './credentials/credentials.js'
import { caBundle } from './network/ca-bundle.js'
import { networkWire } from './network/http-handler.js'
import { insecureEndpoint, isLoopback, Transport, type Wire } from './network/transport.js'
import { DEFAULT_CONCURRENCY, Pacing, paced } from './rate/pacing.js'
import { quotaOf } from './rate/quotas.js'
import { retryStrategy, singleAttempts } from './rate/retry.js'
import type { Identity } from './session.js'

export interface ConnectionOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly region?: string | undefined
  readonly profile?: string | undefined
  readonly endpointUrl?: string | undefined
  readonly allowInsecureEndpoint?: boolean
  readonly lifeline: Lifeline
  /** One line a request; absent without `--trace`. */
  readonly trace?: ((line: string) => void) | undefined
  /** Asks a person for the code of an MFA device; absent where nobody can be asked. */
  readonly askMfaCode?: ((serial: string, role: string) => Promise<string>) | undefined
  /** The embedded KMS's in-process front; then no AWS configuration is read at all. */
  readonly sandbox?: Wire
  readonly onSandbox?: () => void
  /** Calls under way at once in each Region. */
  readonly concurrency?: number | undefined
  /** For runs over many keys: what the SDK makes of each call anew is made once for each operation. */
  readonly manyCalls?: boolean
}

/** A Region's KMS. */
export interface RegionalKms {
  readonly region: string
  readonly kms: KMSClient
  /** Calls a second that are let go of an operation at most; Infinity where nothing is held back. */
  rateOf(operation: string): number
}

/** Where calls go, and the clients that send them. Made once a run, by lib/cli. */
export interface Connection extends RegionalKms {
  /** The profile that was named, or null. */
  readonly profile: string | null
  /**
   * Another Region's KMS, with the same credentials, endpoint and connections. Rates are a Region's own.
   *
   * @throws KmsctlError `Usage` (2) for what is no Region's name
   */
  inRegion(name: string): RegionalKms
  /** Made when first asked for: most commands need KMS alone. */
  sts(): Promise<STSClient>
  /** KMS's endpoint when it is not AWS's own for the Region, else null. */
  customEndpoint(): Promise<string | null>
  /** KMS's endpoint, AWS's own included; `sandbox` where the embedded KMS answers. */
  endpoint(): Promise<string>
  /** What decided each of them, in words for people. Asks for the credentials. */
  sources(): Promise<Sources>
  close(): void
}

export interface Sources {
  readonly region: string
  readonly profile: string
  readonly credentials: string
  readonly endpoint: string
}

/**
 * Makes the clients: Region, profile, endpoint, credentials, time limits and retries of every call
 * are decided here and nowhere else.
 *
 * @throws KmsctlError `NoRegion` (2), `Usage` (2) or `InsecureEndpoint` (5)
 */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const { env, lifeline, sandbox } = options
  if (options.endpointUrl !== undefined) checkEndpointUrl(options)
  const configuration =
    sandbox === undefined ? await readConfiguration(env, options.profile) : NO_CONFIGURATION
  const region = resolveRegion(options, configuration)
  const wire = sandbox ?? networkWire(env, await caBundle(env, configuration))
  const transport = new Transport({
    wire,
    lifeline,
    allowInsecureEndpoint: options.allowInsecureEndpoint ?? false,
    onSandbox: options.onSandbox ?? (() => {}),
  })
  const endpoint = {
    kms: endpointOf('kms', options, configuration),
    sts: endpointOf('sts', options, configuration),
  }
  const credentials = sharedCredentials(
    credentialChain({
      ...options,
      configuration,
      region: region.name,
      transport,
      // Not `--endpoint-url`, which means where the command's own calls go.
      stsEndpoint: endpointOf('sts', { ...options, endpointUrl: undefined }, configuration)?.url,
    }),
  )
  const shared = {
    region: region.name,
    requestHandler: transport,
    retryStrategy: retryStrategy(lifeline),
    // Read in endpoints.ts: the SDK would take no notice of `--profile`.
    ignoreConfiguredEndpointUrls: true,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(sandbox === undefined ? { credentials: credentials.provider } : sandboxConfiguration),
  }
  const equip = <C extends Equipped>(client: C, more: Partial<Middlewares> = {}): C => {
    // It makes lines of each call for a logger, and there never is one.
    client.middlewareStack.remove('loggerMiddleware')
    addInOrder(client.middlewareStack, {
      ...more,
      kmsctlFailures: recordFailures,
      kmsctlSingleAttempts: singleAttempts,
      kmsctlNotedActions: notedActions,
      ...(options.trace === undefined
        ? {}
        : { kmsctlTrace: tracing(options.trace, () => performance.now()) }),
    })
    return client
  }
  const at = (service: 'kms' | 'sts') =>
    endpoint[service] === undefined ? {} : { endpoint: endpoint[service].url }
  // The embedded KMS has no rates, and a rehearsal need not wait for them.
  const rateOf = sandbox === undefined ? quotaOf : () => Number.POSITIVE_INFINITY
  const kmsIn = (name: string): RegionalKms => {
    const kms = new KMSClient({
      ...shared,
      ...at('kms'),
      region: regionName(name),
      // A line of the trace counts the attempts of one call.
      cacheMiddleware: options.manyCalls === true && options.trace === undefined,
    })
    const { concurrency = DEFAULT_CONCURRENCY } = options
    const clock = () => performance.now()
    const pacing = new Pacing({ quotaOf: rateOf, concurrency, lifeline, clock })
    equip(kms, {
      ...paced(pacing),
      ...(endpoint.kms === undefined ? {} : { kmsctlBareIds: bareIds }),
    })
    return { region: name, kms, rateOf }
  }
  let sts: Promise<STSClient> | undefined
  const here = kmsIn(region.name)
  return {
    ...here,
    inRegion: kmsIn,
    profile: configuration.namedBy === 'default' ? null : configuration.profile,
    sts() {
      sts ??= import('@aws-sdk/client-sts').then(({ STSClient }) =>
        equip(new STSClient({ ...shared, ...at('sts') })),
      )
      return sts
    },
    customEndpoint: async () =>
      endpoint.kms === undefined ? null : new URL(endpoint.kms.url).origin,
    endpoint: () =>
      sandbox === undefined ? effectiveEndpoint(here.kms) : Promise.resolve('sandbox'),
    sources: async () => ({
      region: region.source,
      profile: configuration.namedBy,
      credentials: sandbox === undefined ? await credentials.source() : 'sandbox',
      endpoint: sandbox === undefined ? (endpoint.kms?.source ?? 'AWS') : 'sandbox',
    }),
    close: () => transport.destroy(),
  }
}

interface Equipped {
  readonly middlewareStack: Stack & { remove(name: string): boolean }
}

/** One memory of the credentials for all clients, renewed when they are about to expire. */
function sharedCredentials(chain: () => Promise<Sourced>) {
  let source = ''
  const load = async () => {
    const sourced = await chain()
    source = sourced.source
    return sourced.credentials
  }
  const provider = memoizeIdentityProvider(load, isIdentityExpired, doesIdentityRequireRefresh)
  return {
    provider: provider as () => ReturnType<typeof load>,
    async source() {
      await provider?.()
      return source
    },
  }
}

/** `--endpoint-url`, which means KMS and STS both unless it is KMS's own, or a configured one. */
function endpointOf(
  service: 'kms' | 'sts',
  { endpointUrl, env, sandbox }: ConnectionOptions,
  configuration: Configuration,
) {
  if (sandbox !== undefined) return undefined
  if (endpointUrl !== undefined && (service === 'kms' || !isKmsHost(endpointUrl))) {
    return { url: endpointUrl, source: '--endpoint-url' }
  }
  return configuredEndpoint(service, env, configuration)
}

/** The embedded KMS takes any signature; nothing of the user's AWS configuration is looked at. */
const sandboxConfiguration = {
  endpoint: 'https://kms.sandbox.invalid',
  credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  useFipsEndpoint: false,
  useDualstackEndpoint: false,
  defaultsMode: 'standard' as const,
  userAgentAppId: async () => undefined,
}

/**
 * The Region: `--region`, AWS_REGION, AWS_DEFAULT_REGION (which the AWS CLI reads and the SDK does
 * not), then the profile's. The embedded KMS defaults to us-east-1.
 */
function resolveRegion(options: ConnectionOptions, configuration: Configuration) {
  if (options.region === '') throw usageError('--region is empty: name a Region or leave it out')
  const { profile, settings, namedBy } = configuration
  const candidates: [source: string, name: string | undefined][] = [
    ['--region', options.region],
    ['AWS_REGION', options.env.AWS_REGION],
    ['AWS_DEFAULT_REGION', options.env.AWS_DEFAULT_REGION],
    [`profile ${profile}`, settings?.region],
    ['default of the sandbox', options.sandbox === undefined ? undefined : 'us-east-1'],
  ]
  const [source, name] = candidates.find(([, candidate]) => candidate) ?? []
  if (source === undefined || name === undefined) {
    if (settings === undefined && namedBy !== 'default') throw missingProfile(configuration)
    throw new KmsctlError('NoRegion', 'no region is configured', {
      hints: ['pass --region NAME, set AWS_REGION, or put a region into the profile'],
    })
  }
  return { name: regionName(name), source }
}

/** Refuses what is no Region's name (docs/facts/constraints.md: the service model's pattern of one). */
function regionName(name: string): string {
  if (/^([a-z]+-){2,3}\d+$/.test(name)) return name
  throw usageError(`region ${JSON.stringify(name)} is not a Region's name`)
}

function checkEndpointUrl({ endpointUrl, allowInsecureEndpoint }: ConnectionOptions): void {
  const url = URL.canParse(endpointUrl ?? '') ? new URL(endpointUrl ?? '') : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw usageError(`endpoint ${JSON.stringify(endpointUrl)} is no http or https URL`)
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowInsecureEndpoint) {
    throw insecureEndpoint(url.origin)
  }
}

/**
 * Whether an endpoint is one of AWS's own for KMS (public, FIPS, dual-stack or a VPC endpoint). Such
 * an endpoint knows no STS, so `--endpoint-url` then means KMS alone.
 */
function isKmsHost(endpointUrl: string | undefined): boolean {
  if (endpointUrl === undefined || !URL.canParse(endpointUrl)) return false
  return /(^|\.)kms(-fips)?\.[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|api\.aws|amazonwebservices\.com\.cn)$/.test(
    new URL(endpointUrl).hostname,
  )
}

/** Where KMS's calls go, as the SDK's endpoint rules have it: FIPS and dual-stack are theirs. */
async function effectiveEndpoint(kms: KMSClient): Promise<string> {
  const { url } = await getEndpointFromInstructions(
    {},
    DescribeKeyCommand as never,
    kms.config as never,
    {},
  )
  return url.origin
}

/** Asks STS who the caller is. */
export async function callerIdentity(connection: Connection): Promise<Identity> {
  const [sts, { GetCallerIdentityCommand }] = await Promise.all([
    connection.sts(),
    import('@aws-sdk/client-sts'),
  ])
  const { Account, Arn, UserId } = await sts.send(new GetCallerIdentityCommand({}))
  if (Account === undefined || Arn === undefined || UserId === undefined) {
    throw new KmsctlError('BadResponse', 'STS answered GetCallerIdentity without an account')
  }
  return { accountId: Account, arn: Arn, userId: UserId, partition: Arn.split(':')[1] ?? 'aws' }
}
