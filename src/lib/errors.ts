/**
 * The one error type of kmsctl and the table of exit codes (contract 5).
 * Everything that ends a command is one of these by the time it reaches the edge.
 */

/** Exit codes by name. Scripts branch on them, so a number never changes its meaning. */
export const EXIT = {
  OK: 0,
  FAILED: 1,
  USAGE: 2,
  NOT_FOUND: 3,
  DENIED: 4,
  REFUSED: 5,
  CONFLICT: 6,
  PARTIAL: 7,
  AMBIGUOUS: 8,
  UNAVAILABLE: 9,
  DIFFERENT: 10,
  SIGINT: 130,
  SIGTERM: 143,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** kmsctl's own error codes, each with the exit code it ends with. AWS's error names are used as they are. */
export const ERROR_CODES = {
  Usage: EXIT.USAGE,
  NoRegion: EXIT.USAGE,
  KeyNotFound: EXIT.NOT_FOUND,
  AliasNotFound: EXIT.NOT_FOUND,
  VersionNotFound: EXIT.NOT_FOUND,
  ClaimNotFound: EXIT.NOT_FOUND,
  NoCredentials: EXIT.DENIED,
  ExpiredCredentials: EXIT.DENIED,
  NotEligible: EXIT.REFUSED,
  WrongState: EXIT.REFUSED,
  RecentlyUsed: EXIT.REFUSED,
  ConfirmationRequired: EXIT.REFUSED,
  MfaRequired: EXIT.REFUSED,
  Declined: EXIT.REFUSED,
  PolicyRejected: EXIT.REFUSED,
  HistoryUnwritable: EXIT.REFUSED,
  InsecureEndpoint: EXIT.REFUSED,
  AliasTaken: EXIT.CONFLICT,
  Different: EXIT.CONFLICT,
  RemoteChanged: EXIT.CONFLICT,
  CreationOpen: EXIT.CONFLICT,
  Partial: EXIT.PARTIAL,
  Ambiguous: EXIT.AMBIGUOUS,
  Timeout: EXIT.UNAVAILABLE,
  Unreachable: EXIT.UNAVAILABLE,
  Interrupted: EXIT.SIGINT,
  BadResponse: EXIT.FAILED,
  EditorFailed: EXIT.FAILED,
  HistoryUnreadable: EXIT.FAILED,
  Journal: EXIT.FAILED,
  Sandbox: EXIT.FAILED,
  Internal: EXIT.FAILED,
} as const satisfies Record<string, ExitCode>

export type ErrorCode = keyof typeof ERROR_CODES

/**
 * How much an error ends: the use of one call's answer (`call`), the work on one thing (`task`), or the
 * whole run (`run`). Each ends what the ones before it end.
 */
export type Scope = 'call' | 'task' | 'run'

/** How much the errors of a code end; all others, AWS's too, end a task. */
const SCOPES: Readonly<Record<string, Scope>> = {
  BadResponse: 'call',
  Interrupted: 'run',
  Timeout: 'run',
} satisfies Partial<Record<ErrorCode, Scope>>

const NARROW_TO_WIDE: readonly Scope[] = ['call', 'task', 'run']

/**
 * Whether an error ends a task, or even the whole run. An SDK exception ends nothing: whoever made the call
 * decides what it means.
 */
export function ends(what: 'task' | 'run', error: unknown): error is KmsctlError {
  if (!(error instanceof KmsctlError)) return false
  return NARROW_TO_WIDE.indexOf(error.scope) >= NARROW_TO_WIDE.indexOf(what)
}

export interface KmsctlErrorOptions {
  /** Lines that help to go on, with the exact command where one helps. */
  readonly hints?: readonly string[]
  /** Overrides the code's exit code; needed for AWS's error names and SIGTERM. */
  readonly exitCode?: ExitCode
  /** Overrides how much errors of the code end. */
  readonly scope?: Scope
  readonly requestId?: string | undefined
  /** Machine-readable facts for `error.details` in JSON. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** What a command ends with when it does not succeed. `message` is one lower-case line. */
export class KmsctlError extends Error {
  readonly code: string
  readonly hints: readonly string[]
  readonly exitCode: ExitCode
  readonly scope: Scope
  readonly requestId: string | undefined
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(code: ErrorCode, message: string, options?: KmsctlErrorOptions)
  constructor(code: string, message: string, options: KmsctlErrorOptions & { exitCode: ExitCode })
  constructor(code: string, message: string, options: KmsctlErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'KmsctlError'
    this.code = code
    this.hints = options.hints ?? []
    this.exitCode =
      options.exitCode ?? (ERROR_CODES as Record<string, ExitCode>)[code] ?? EXIT.FAILED
    this.scope = options.scope ?? (Object.hasOwn(SCOPES, code) ? SCOPES[code] : undefined) ?? 'task'
    this.requestId = options.requestId
    this.details = options.details
  }
}

/** A mistake in flags, arguments or an input file: exit 2, nothing was sent. */
export function usageError(message: string, hints: readonly string[] = []): KmsctlError {
  return new KmsctlError('Usage', message, { hints })
}

/** The `error` member of a failure's JSON (contract 4). */
export interface ErrorJson {
  /** AWS's error name, or one of kmsctl's own. */
  code: string
  message: string
  hints: string[]
  exitCode: number
  requestId?: string
  details?: Record<string, unknown>
}

export function errorJson(error: KmsctlError): ErrorJson {
  return {
    code: error.code,
    message: error.message,
    hints: [...error.hints],
    exitCode: error.exitCode,
    ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
    ...(error.details === undefined ? {} : { details: { ...error.details } }),
  }
}
