import { ERROR_CODES, type ErrorCode, EXIT, type ExitCode, KmsctlError } from '../../errors.js'
import { deniedAction, deniedHints } from './denied.js'
import { type Effect, failureOf } from './failure.js'

/** What the SDK, Node's sockets and AWS throw at us, as far as it matters here. */
interface Failure {
  name?: string
  message?: string
  code?: string
  $fault?: 'client' | 'server'
  $metadata?: { httpStatusCode?: number; requestId?: string }
  cause?: unknown
}

/** AWS's error names with the exit code (contract 5) and what an operator can do about it. */
export const SERVICE_ERRORS: Readonly<
  Record<string, { exitCode: ExitCode; hints?: readonly string[] }>
> = {
  NotFoundException: {
    exitCode: EXIT.NOT_FOUND,
    hints: [
      'check the Region and the account: keys and aliases belong to one of each',
      'keys owned by AWS services ("AWS owned keys") are in no account and cannot be described',
    ],
  },
  AccessDeniedException: { exitCode: EXIT.DENIED },
  NotAuthorizedException: { exitCode: EXIT.DENIED },
  AccessDenied: { exitCode: EXIT.DENIED },
  UnrecognizedClientException: {
    exitCode: EXIT.DENIED,
    hints: ['AWS does not know these credentials: check the access key and the profile'],
  },
  InvalidClientTokenId: {
    exitCode: EXIT.DENIED,
    hints: ['AWS does not know these credentials: check the access key and the profile'],
  },
  IncompleteSignature: { exitCode: EXIT.DENIED },
  SignatureDoesNotMatch: { exitCode: EXIT.DENIED, hints: ['check the secret access key'] },
  InvalidSignatureException: {
    exitCode: EXIT.DENIED,
    hints: ['check the secret access key and this machine’s clock'],
  },
  MissingAuthenticationTokenException: { exitCode: EXIT.DENIED },
  OptInRequired: { exitCode: EXIT.DENIED },
  ExpiredTokenException: {
    exitCode: EXIT.DENIED,
    hints: ['sign in again and repeat the command'],
  },
  ExpiredToken: { exitCode: EXIT.DENIED, hints: ['sign in again and repeat the command'] },
  KMSInvalidStateException: { exitCode: EXIT.REFUSED },
  DisabledException: { exitCode: EXIT.REFUSED },
  KeyUnavailableException: { exitCode: EXIT.REFUSED },
  UnsupportedOperationException: { exitCode: EXIT.REFUSED },
  MalformedPolicyDocumentException: { exitCode: EXIT.REFUSED },
  CustomKeyStoreInvalidStateException: { exitCode: EXIT.REFUSED },
  CloudHsmClusterInvalidConfigurationException: { exitCode: EXIT.REFUSED },
  XksKeyInvalidConfigurationException: { exitCode: EXIT.REFUSED },
  CustomKeyStoreNotFoundException: { exitCode: EXIT.NOT_FOUND },
  XksKeyNotFoundException: { exitCode: EXIT.NOT_FOUND },
  XksKeyAlreadyInUseException: { exitCode: EXIT.CONFLICT },
  AlreadyExistsException: { exitCode: EXIT.CONFLICT },
  ConflictException: {
    exitCode: EXIT.CONFLICT,
    hints: ['an automatic rotation runs or is about to: try again in half an hour'],
  },
  LimitExceededException: {
    exitCode: EXIT.FAILED,
    hints: ['this is a quota, not throttling: free something or ask AWS to raise it'],
  },
  ValidationException: { exitCode: EXIT.USAGE },
  InvalidArnException: { exitCode: EXIT.USAGE },
  InvalidAliasNameException: { exitCode: EXIT.USAGE },
  TagException: { exitCode: EXIT.USAGE },
  InvalidGrantIdException: { exitCode: EXIT.USAGE },
  InvalidGrantTokenException: { exitCode: EXIT.USAGE },
  // Markers are the SDK's to hand on: nobody's input is wrong.
  InvalidMarkerException: { exitCode: EXIT.FAILED },
  ThrottlingException: {
    exitCode: EXIT.UNAVAILABLE,
    hints: ['AWS limits how often this may be asked: try again in a moment'],
  },
  Throttling: { exitCode: EXIT.UNAVAILABLE },
  KMSInternalException: { exitCode: EXIT.UNAVAILABLE },
  DependencyTimeoutException: { exitCode: EXIT.UNAVAILABLE },
  ServiceUnavailableException: { exitCode: EXIT.UNAVAILABLE },
  ServiceUnavailable: { exitCode: EXIT.UNAVAILABLE },
  InternalFailure: { exitCode: EXIT.UNAVAILABLE },
}

/** Errors of the credential chain: nothing was sent to KMS. */
const CREDENTIAL_ERRORS = new Set([
  'CredentialsProviderError',
  'ProviderError',
  'TokenProviderError',
])

/** The name of the error for an answer that is none: HTTP 200 and an empty body. */
export const EMPTY_ANSWER = 'EmptyAnswer'

/** A permission is missing, as KMS and STS say it. */
const DENIALS = new Set(['AccessDeniedException', 'AccessDenied'])

/** Node's codes for a connection that was never made: the request certainly did not arrive. */
const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_NOT_YET_VALID',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'EPROTO',
])

/** The error's name as AWS gives it, or the code of what kept it from answering. */
export function errorCode(error: unknown): string {
  if (error instanceof KmsctlError) return error.code
  return explain(error).code
}

/** The exit code of an error's code, AWS's or kmsctl's own. */
export function exitCodeOf(code: string): ExitCode {
  const own = Object.hasOwn(ERROR_CODES, code) ? ERROR_CODES[code as ErrorCode] : EXIT.FAILED
  return inTable(code)?.exitCode ?? own
}

function inTable(name: string) {
  return Object.hasOwn(SERVICE_ERRORS, name) ? SERVICE_ERRORS[name] : undefined
}

/** Codes of credentials that are missing, expired or unknown: every further call is refused alike. */
const CREDENTIAL_CODES = new Set([
  'NoCredentials',
  'ExpiredCredentials',
  'ExpiredTokenException',
  'ExpiredToken',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
])

/** Whether an error is about who calls, and not about what was asked for. */
export function concernsCredentials({ code }: KmsctlError): boolean {
  return CREDENTIAL_CODES.has(code)
}

export function isNotFound(error: unknown): boolean {
  return (error as Failure)?.name === 'NotFoundException'
}

/**
 * Whether a failed change certainly had no effect (`none`), or may have had one (`unknown`): only a
 * typed refusal by AWS, missing credentials, and a connection that was never made rule it out, for
 * each of its attempts.
 */
export function effectOf(error: unknown): Effect {
  const { effect } = failureOf(error)
  if (effect !== undefined) return effect
  if (error instanceof KmsctlError) return 'none'
  const failure = (error ?? {}) as Failure
  if (CREDENTIAL_ERRORS.has(failure.name ?? '')) return 'none'
  if (neverConnected(failure)) return 'none'
  const status = failure.$metadata?.httpStatusCode
  const refused = status !== undefined && status >= 400 && status < 500
  return refused && failure.$fault === 'client' ? 'none' : 'unknown'
}

/** SDK exception → KmsctlError: the one table. A KmsctlError comes back as it is. */
export function explain(error: unknown): KmsctlError {
  if (error instanceof KmsctlError) return error
  const failure = (error ?? {}) as Failure
  const { name = 'Error', $metadata = {} } = failure
  if (name === 'SandboxStorageException') {
    return new KmsctlError('Sandbox', `the sandbox cannot be used: ${sentence(failure)}`, {
      cause: error,
    })
  }
  const known = inTable(name)
  const common = { requestId: $metadata.requestId, cause: error }
  if (DENIALS.has(name)) return denial(name, failure, common)
  if (known !== undefined) {
    return new KmsctlError(name, sentence(failure), { ...known, ...common })
  }
  if (CREDENTIAL_ERRORS.has(name)) return credentialError(failure)
  // FIPS or dual-stack asked for where there is none, or together with an endpoint of one's own.
  if (name === 'EndpointError') {
    return new KmsctlError('Usage', `no such endpoint: ${sentence(failure)}`, {
      hints: ['check --endpoint-url, AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT'],
    })
  }
  if (name === EMPTY_ANSWER) return new KmsctlError('BadResponse', sentence(failure), common)
  if (neverConnected(failure) || isSocketError(failure)) return unreachable(failure)
  if ($metadata.httpStatusCode === undefined) {
    return new KmsctlError('Internal', sentence(failure), { cause: error })
  }
  const exitCode = $metadata.httpStatusCode >= 500 ? EXIT.UNAVAILABLE : EXIT.FAILED
  // The SDK calls an error without a name "Unknown", and gives only AWS's errors a fault.
  if (failure.$fault !== undefined && name !== 'Unknown') {
    return new KmsctlError(name, sentence(failure), { exitCode, ...common })
  }
  const what =
    $metadata.httpStatusCode >= 300
      ? `the endpoint answered HTTP ${$metadata.httpStatusCode} and no AWS error`
      : `the endpoint's answer could not be read (HTTP ${$metadata.httpStatusCode})`
  return new KmsctlError('BadResponse', what, { exitCode, ...common })
}

/** A denial names its action (AWS's words stay), and where it would have to be allowed. */
function denial(
  name: string,
  failure: Failure,
  common: { requestId: string | undefined; cause: unknown },
): KmsctlError {
  const { action, told } = deniedAction(failure)
  const words = sentence(failure)
  return new KmsctlError(
    name,
    told || action === undefined ? words : `${action} denied: ${words}`,
    {
      ...common,
      exitCode: EXIT.DENIED,
      hints: deniedHints(action, failure.message),
    },
  )
}

function credentialError(failure: Failure): KmsctlError {
  const message = failure.message ?? ''
  const expired = /expired|refresh/i.test(message)
  return new KmsctlError(expired ? 'ExpiredCredentials' : 'NoCredentials', sentence(failure), {
    cause: failure,
    hints: expired
      ? ['sign in again: `aws sso login`, with --profile NAME if you use one']
      : [
          'set AWS_PROFILE or pass --profile NAME, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
          'to rehearse without AWS, add --sandbox',
        ],
  })
}

function unreachable(failure: Failure): KmsctlError {
  const code = socketCode(failure)
  const timedOut = failure.name === 'TimeoutError' && (code === undefined || code === 'ETIMEDOUT')
  const certificate = /CERT|ISSUER|LEAF_SIGNATURE/.test(code ?? '')
  const hints = certificate
    ? ['trust the endpoint’s CA: AWS_CA_BUNDLE=FILE alone, or NODE_EXTRA_CA_CERTS=FILE as well']
    : ['check the network, the Region and the endpoint']
  const message = timedOut
    ? `the endpoint did not answer in time: ${sentence(failure)}`
    : `the endpoint cannot be reached: ${sentence(failure)}`
  return new KmsctlError(timedOut ? 'Timeout' : 'Unreachable', message, { hints, cause: failure })
}

function socketCode(failure: Failure): string | undefined {
  return failure.code ?? (failure.cause as Failure | undefined)?.code
}

function neverConnected(failure: Failure): boolean {
  const code = socketCode(failure)
  if (code !== undefined && NEVER_CONNECTED.has(code)) return true
  return failure.name === 'TimeoutError' && /establish a connection/.test(failure.message ?? '')
}

function isSocketError(failure: Failure): boolean {
  const code = socketCode(failure)
  return (
    failure.name === 'TimeoutError' ||
    (failure.$metadata?.httpStatusCode === undefined && /^(E[A-Z]{3,}|ERR_)/.test(code ?? ''))
  )
}

function plain(failure: Failure): string {
  const text = failure.message || socketCode(failure) || failure.name || 'unknown error'
  return text.replace(/^@smithy\/[a-z-]+ - /, '').replace(/^\[ERROR\] /, '')
}

/** AWS's words as kmsctl says errors: one lower-case line without a full stop or further advice. */
function sentence(failure: Failure): string {
  const [line = ''] = plain(failure).split(/[\n\r\u2028\u2029]/)
  const text = line.trim().replace(/\.$/, '')
  if (text === '' || text === failure.name) return `no message but ${failure.name ?? 'an error'}`
  // "KMS …" and "ARN …" keep their capitals.
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text
}
