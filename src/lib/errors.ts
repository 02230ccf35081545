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

export interface KmsctlErrorOptions {
  /** Lines that help to go on, with the exact command where one helps. */
  readonly hints?: readonly string[]
  /** Overrides the code's exit code; needed for AWS's error names and SIGTERM. */
  readonly exitCode?: ExitCode
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
