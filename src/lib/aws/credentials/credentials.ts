import type { FromIniInit } from '@aws-sdk/credential-provider-ini'
import type { AwsCredentialIdentity, HttpRequest } from '@smithy/types'
import { KmsctlError } from '../../errors.js'
import type { Lifeline } from '../call/run-signals.js'
import { traceLine } from '../call/trace.js'
import type { Configuration, Env } from '../config/configuration.js'
import type { Transport, Wire } from '../network/transport.js'
import { retryStrategy } from '../rate/retry.js'
import { credentialFailure, missingProfile, roleFailure } from './credential-errors.js'

export interface CredentialOptions {
  readonly env: Env
  readonly configuration: Configuration
  readonly region: string
  readonly lifeline: Lifeline
  readonly transport: Transport
  /** Where the chain's own STS is, when it is not AWS's. */
  readonly stsEndpoint?: string | undefined
  readonly trace?: ((line: string) => void) | undefined
  /** Asks a person for the code of an MFA device; absent where nobody can be asked. */
  readonly askMfaCode?: ((serial: string, role: string) => Promise<string>) | undefined
}

/** Credentials and where they came from, in words for people. */
export interface Sourced {
  readonly credentials: AwsCredentialIdentity
  readonly source: string
}

type RoleAssumer = NonNullable<FromIniInit['roleAssumer']>
type WebIdentityAssumer = NonNullable<FromIniInit['roleAssumerWithWebIdentity']>

/**
 * The credentials of a run: the SDK's providers in the AWS CLI's order, shared by all clients, so that
 * a role is assumed and a code asked for once.
 *
 * - Keys in the environment, unless `--profile` names another source (the SDK would let AWS_PROFILE go
 *   before them, and warn on stderr).
 * - What the profile is configured for. If that fails, it fails: the SDK's chain would go on, to the
 *   instance's role in the end, and act in an account that nobody named.
 * - Otherwise web identity, container and instance roles.
 */
export function credentialChain(options: CredentialOptions): () => Promise<Sourced> {
  const wire = new ChainWire(options)
  let failure: KmsctlError | undefined
  return async () => {
    // A failure is final: a second attempt would run a process or ask a person again.
    if (failure !== undefined)
      throw credentialFailure(failure, { ...options, wireFailure: undefined })
    try {
      return await untilEnd(options.lifeline, load(options, wire))
    } catch (error) {
      failure = credentialFailure(error, { ...options, wireFailure: wire.failure })
      throw failure
    }
  }
}

async function load(options: CredentialOptions, wire: ChainWire): Promise<Sourced> {
  const { configuration, env, region } = options
  const { profile, settings } = configuration
  if (configuration.namedBy !== '--profile' && env.AWS_ACCESS_KEY_ID) {
    if (!env.AWS_SECRET_ACCESS_KEY) {
      throw new KmsctlError(
        'NoCredentials',
        'AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not',
        { hints: ['set both, or neither to use a profile'] },
      )
    }
    const { fromEnv } = await import('@aws-sdk/credential-provider-env')
    return { credentials: await fromEnv({ logger: SILENT })(), source: 'environment' }
  }
  if (settings === undefined && configuration.namedBy !== 'default') {
    throw missingProfile(configuration)
  }
  const role: { arn?: string } = {}
  const init: FromIniInit = {
    profile,
    logger: SILENT,
    clientConfig: {
      requestHandler: wire as never,
      retryStrategy: retryStrategy(options.lifeline),
      profile,
    },
    roleAssumer: roleAssumer(options, wire, role),
    roleAssumerWithWebIdentity: webIdentityAssumer(options, wire, role),
    // Answered at once and asked for by the role assumer, when the credentials that it signs with are
    // there: the SDK asks first, and ends the process if they fail while somebody types.
    mfaCodeProvider: async () => '',
  }
  const caller = {
    callerClientConfig: { region: async () => region, requestHandler: wire as never },
  }
  const configured = settings !== undefined && Object.keys(settings).some(isCredentialSetting)
  const provider = configured
    ? (await import('@aws-sdk/credential-provider-ini')).fromIni(init)
    : (await import('@aws-sdk/credential-provider-node')).defaultProvider(init)
  const credentials = await provider(caller as never)
  return { credentials, source: sourceOf(credentials, role.arn, configuration, env) }
}

/** Whether a profile's setting says how to come by credentials. */
function isCredentialSetting(name: string): boolean {
  return /^(aws_access_key_id|aws_secret_access_key|credential_process|credential_source|login_session|role_arn|sso_.*|web_identity_token_file)$/.test(
    name,
  )
}

/** Without a logger the SDK warns on the console; with a real one it logs session tokens. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** Takes a role, with a code of the MFA device where the profile names one. */
function roleAssumer(
  options: CredentialOptions,
  wire: ChainWire,
  role: { arn?: string },
): RoleAssumer {
  return async (source, params) => {
    const arn = String(params.RoleArn)
    const asked =
      params.SerialNumber === undefined
        ? {}
        : { TokenCode: await askMfaCode(options, params.SerialNumber, arn) }
    const { getDefaultRoleAssumer } = await import('@aws-sdk/client-sts')
    try {
      const credentials = await getDefaultRoleAssumer(stsOptions(options, wire))(source, {
        ...params,
        ...asked,
      })
      role.arn = arn
      return credentials
    } catch (error) {
      throw roleFailure(error, arn, params.SerialNumber)
    }
  }
}

function webIdentityAssumer(
  options: CredentialOptions,
  wire: ChainWire,
  role: { arn?: string },
): WebIdentityAssumer {
  return async (params) => {
    const { getDefaultRoleAssumerWithWebIdentity } = await import('@aws-sdk/client-sts')
    const arn = String(params.RoleArn)
    try {
      const assume = getDefaultRoleAssumerWithWebIdentity(stsOptions(options, wire))
      const credentials = await assume(params)
      role.arn = arn
      return credentials
    } catch (error) {
      throw roleFailure(error, arn)
    }
  }
}

function stsOptions(
  { region, configuration, stsEndpoint, lifeline }: CredentialOptions,
  wire: ChainWire,
) {
  return {
    region,
    profile: configuration.profile,
    requestHandler: wire as never,
    retryStrategy: retryStrategy(lifeline),
    ignoreConfiguredEndpointUrls: true,
    ...(stsEndpoint === undefined ? {} : { endpoint: stsEndpoint }),
  } as never
}

async function askMfaCode(
  { askMfaCode, configuration: { profile } }: CredentialOptions,
  serial: string,
  role: string,
): Promise<string> {
  if (askMfaCode !== undefined) return askMfaCode(serial, role)
  throw new KmsctlError(
    'MfaRequired',
    `role ${role} needs an MFA code of ${serial}, and there is no terminal to ask on`,
    {
      hints: [
        `on a terminal, take the role into the environment first: \`eval "$(aws configure export-credentials --profile ${profile} --format env)"\``,
      ],
    },
  )
}

/** What a marked pair of credentials came from, by the mark that its provider left (`$source`). */
function sourceOf(
  credentials: AwsCredentialIdentity,
  role: string | undefined,
  { profile }: Configuration,
  env: Env,
): string {
  const marks = Object.keys((credentials as { $source?: object }).$source ?? {})
  const marked = (pattern: RegExp) => marks.some((mark) => pattern.test(mark))
  if (marked(/STS_ASSUME_ROLE_WEB_ID/)) {
    const by = marked(/ENV_VARS/) ? 'AWS_WEB_IDENTITY_TOKEN_FILE' : `profile ${profile}`
    return `web identity, role ${role} (${by})`
  }
  if (marked(/STS_ASSUME_ROLE/)) return `role ${role} (profile ${profile})`
  if (marked(/SSO/)) return `SSO (profile ${profile})`
  if (marked(/PROCESS/)) return `credential_process (profile ${profile})`
  if (marked(/LOGIN/)) return `aws login (profile ${profile})`
  if (marked(/^CREDENTIALS_PROFILE$/)) return `profile ${profile}`
  const inContainer =
    env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ?? env.AWS_CONTAINER_CREDENTIALS_FULL_URI
  // Instance metadata leaves no mark.
  return inContainer || marked(/HTTP/) ? 'container role' : 'instance role'
}

/** Ends waiting for credentials when the run ends: a credential_process may wait for a browser. */
async function untilEnd<T>({ reads }: Lifeline, work: Promise<T>): Promise<T> {
  let stop = () => {}
  const ended = new Promise<never>((_resolve, reject) => {
    stop = () => reject(reads.reason)
    if (reads.aborted) stop()
    else reads.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work, ended])
  } finally {
    reads.removeEventListener('abort', stop)
  }
}

/**
 * The transport for the chain's own clients. It traces them, as they have no other way to be traced,
 * and keeps the last failure: the SDK wraps errors of the SSO portal into their text.
 */
class ChainWire implements Wire {
  readonly metadata = { handlerProtocol: 'http/1.1' }
  failure: unknown

  constructor(private readonly options: Pick<CredentialOptions, 'transport' | 'trace'>) {}

  async handle(...[request, options]: Parameters<Wire['handle']>): ReturnType<Wire['handle']> {
    const { trace, transport } = this.options
    const began = performance.now()
    const line = (status: string, requestId?: string) =>
      trace?.(
        traceLine({
          operation: operationOf(request),
          attempt: attemptOf(request),
          status,
          requestId,
          milliseconds: performance.now() - began,
        }),
      )
    this.failure = undefined
    try {
      const answer = await transport.handle(request, options)
      const { statusCode, headers } = answer.response
      line(String(statusCode), headers['x-amzn-requestid'])
      return answer
    } catch (error) {
      const { code, name } = error as { code?: string; name?: string }
      line(code ?? name ?? 'failed')
      this.failure = error
      throw error
    }
  }

  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): Record<string, never> {
    return {}
  }
}

/** STS names its operation in the form that it is sent; the others are told by their paths. */
function operationOf({ path, body }: HttpRequest): string {
  const action = typeof body === 'string' ? /^Action=(\w+)|&Action=(\w+)/.exec(body) : null
  if (action !== null) return action[1] ?? action[2] ?? 'request'
  if (path.endsWith('/federation/credentials')) return 'GetRoleCredentials'
  return /\/token$/.test(path) ? 'CreateToken' : 'request'
}

function attemptOf({ headers }: HttpRequest): number {
  return Number(/attempt=(\d+)/.exec(headers['amz-sdk-request'] ?? '')?.[1] ?? 1)
}
