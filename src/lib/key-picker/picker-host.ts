import { explain } from '../aws/call/errors.js'
import type { Session } from '../aws/session.js'
import { KmsctlError } from '../errors.js'
import type { Watch } from '../kms/list/progress-reporter.js'
import type { Asker } from '../wizard/question.js'

/** What choosing may use of the world. */
export interface Desk {
  readonly asker: Asker
  session(): Promise<Session>
  watch(): Watch
  /** Takes the progress off the terminal. */
  hideProgress(): void
  /** The words of the command, after `kmsctl`. */
  readonly words: string
}

/** The error to tell where what to choose from cannot be read: whoever may not list may still name one. */
export function withoutPermission(error: unknown, what: string, hint: string): KmsctlError {
  const told = explain(error)
  if (told.code !== 'AccessDeniedException') return told
  return new KmsctlError(told.code, `the ${what} to choose from cannot be read: ${told.message}`, {
    hints: [hint, ...told.hints],
    exitCode: told.exitCode,
    requestId: told.requestId,
    ...(told.details === undefined ? {} : { details: told.details }),
    cause: error,
  })
}
