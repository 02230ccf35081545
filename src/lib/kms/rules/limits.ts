/** Numbers and lengths that KMS's documents bound. */
import { usageError } from '../../errors.js'

/** ScheduleKeyDeletion: "between 7 and 30 (inclusive)". The model's own range, 1 to 365, is wider. */
const WINDOW = { least: 7, most: 30 }

/** EnableKeyRotation, RotationPeriodInDays: 90 to 2560. */
const PERIOD = { least: 90, most: 2560 }

/** CreateKey and UpdateKeyDescription: 0 to 8192 characters. */
const DESCRIPTION_MOST = 8192

function days(n: number, what: string, { least, most }: { least: number; most: number }): number {
  if (!Number.isInteger(n) || n < least || n > most) {
    throw usageError(
      `${what} of ${n} days is not possible: KMS takes whole days, ${least} to ${most}`,
    )
  }
  return n
}

/** ScheduleKeyDeletion's default, and the longest there is. */
export const DEFAULT_WINDOW_DAYS = 30

/** The waiting period before a key is deleted, in days (ScheduleKeyDeletion: 7 to 30). */
export function windowDays(n: number): number {
  return days(n, 'a waiting period', WINDOW)
}

/** The time between two automatic rotations, in days (EnableKeyRotation: 90 to 2560). */
export function rotationPeriodDays(n: number): number {
  return days(n, 'a rotation period', PERIOD)
}

/** A key's description (CreateKey, UpdateKeyDescription: at most 8192 characters). */
export function description(text: string): string {
  const length = characters(text)
  if (length > DESCRIPTION_MOST) {
    throw usageError(
      `the description has ${length} characters: KMS takes at most ${DESCRIPTION_MOST}`,
    )
  }
  return text
}

/** Length as the service models count it: in Unicode characters, not in UTF-16 units. */
export function characters(text: string): number {
  return [...text].length
}
