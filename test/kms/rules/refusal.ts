import { expect } from 'vitest'
import { KmsctlError } from '../../../src/lib/errors.js'

/** The usage error that an attempt ends with: one line, exit 2 (contract 5). */
export function refusal(attempt: () => unknown): string {
  try {
    attempt()
  } catch (error) {
    if (!(error instanceof KmsctlError)) throw error
    expect(error.exitCode).toBe(2)
    expect(error.message).toMatch(/^(?:\d+ )?[a-z-][^\n\r\u2028\u2029]*$/u)
    return error.message
  }
  throw new Error('was not refused')
}
