import { KmsctlError } from '../../errors.js'
import { noteFailure } from './failure.js'

/**
 * What may end a run before its work is done: the run's deadline, SIGINT and SIGTERM.
 * Every request passes here, so that nothing new begins after the end was asked for.
 */
export interface Lifeline {
  /** Throws the reason when nothing new may begin. */
  check(): void
  /** Aborts a request that only reads: at the deadline and at the first signal. */
  readonly reads: AbortSignal
  /** Aborts a request that changes something: at the deadline, or some seconds after a signal. */
  readonly changes: AbortSignal
}

/** A lifeline that nothing ends: for tests of the rooms below the command line. */
export const ENDLESS: Lifeline = {
  check() {},
  reads: new AbortController().signal,
  changes: new AbortController().signal,
}

/** The error of a request that was under way when the run ended: AWS may have done what it asked. */
export function abortedInFlight(signal: AbortSignal): KmsctlError {
  const { code, message, hints, exitCode, scope } = lifelineReason(signal)
  const error = new KmsctlError(code, message, {
    hints,
    exitCode,
    scope,
    cause: signal.reason,
  })
  noteFailure(error, { effect: 'unknown' })
  return error
}

function lifelineReason(signal: AbortSignal): KmsctlError {
  return signal.reason instanceof KmsctlError
    ? signal.reason
    : new KmsctlError('Interrupted', 'the run was interrupted', { cause: signal.reason })
}
