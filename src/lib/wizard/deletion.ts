import { KmsctlError, usageError } from '../errors.js'
import { DEFAULT_WINDOW_DAYS, windowDays } from '../kms/rules/limits.js'
import type { TextQuestion } from './question.js'

/** How many days to wait, of whoever has seen what speaks against deleting the key. */
export const DAYS_QUESTION: TextQuestion = {
  kind: 'text',
  id: 'days',
  message: 'In how many days?',
  help: '7 to 30. Until then the key cannot be used, and the deletion can be cancelled.',
  default: String(DEFAULT_WINDOW_DAYS),
  check: (typed) => {
    try {
      daysOf(typed)
      return true
    } catch (error) {
      if (error instanceof KmsctlError) return error.message
      throw error
    }
  },
}

/**
 * The answer as a number.
 *
 * @throws KmsctlError `Usage` for what is no number of days that KMS takes
 */
export function daysOf(typed: string): number {
  const text = typed.trim()
  if (!/^\d{1,9}$/.test(text))
    throw usageError(`${text || 'nothing'} is not a whole number of days`)
  return windowDays(Number(text))
}
