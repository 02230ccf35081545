/** How rules name a value in a message: one line, whatever the value holds. */

/** Enough for every ARN of KMS with an ordinary alias. */
const LONGEST = 200

/** The value as it stands where it is one plain word, otherwise quoted, and clipped when it is long. */
export function shown(value: string): string {
  const clipped = value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value
  return /^[\x21-\x7e…]+$/u.test(clipped) ? clipped : JSON.stringify(clipped)
}

/** `a`, `a or b`, `a, b or c`. */
export function oneOf(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`
}
