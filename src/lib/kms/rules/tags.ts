/**
 * Tags. Source: Tag in the API Reference (key 1 to 128, value 0 to 256 characters), the user-defined tag
 * restrictions that it refers to (letters, digits and spaces of any script, and _ . : / = + - @; keys
 * never begin with aws:), docs/facts/semantics.md (50 tags a key, aws: in any case, duplicates refused).
 */
import { usageError } from '../../errors.js'
import { characters } from './limits.js'
import { shown } from './wording.js'

/** The tag by which a creation whose end is unknown is found again (contract 2). */
export const CLAIM_TAG = 'kmsctl:claim'

/** Quota "Tags per KMS key" (docs/facts/quotas.md). */
export const MOST_TAGS = 50
const KEY_LONGEST = 128
const VALUE_LONGEST = 256
const ILLEGAL = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/u

/** `K=V` arguments as tags to set. The value may be empty and may contain `=`. */
export function parseTags(pairs: readonly string[]): Record<string, string> {
  return checkTags(parseTagPairs(pairs), { claimTag: false })
}

/**
 * Words of a command line as KEYs and the tags to set on them: no KEY holds a `=`. Where no word does, the
 * first is the KEY and the others are tags that lack theirs.
 */
export function splitTagWords(words: readonly string[]): { keys: string[]; tags: string[] } {
  const first = words.findIndex((word) => word.includes('='))
  const at = first < 0 ? Math.min(1, words.length) : first
  return { keys: words.slice(0, at), tags: words.slice(at) }
}

/** `K=V` arguments as tags to look for: reserved ones (`aws:…`, the claim tag) are as good as others. */
export function parseTagPairs(pairs: readonly string[]): Record<string, string> {
  const tags = new Map<string, string>()
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at < 0) {
      throw usageError(`tag ${shown(pair)} has no =: write KEY=VALUE, or KEY= for an empty value`)
    }
    const key = pair.slice(0, at)
    if (tags.has(key))
      throw usageError(`tag key ${shown(key)} is given twice: KMS takes a key once`)
    tags.set(key, pair.slice(at + 1))
  }
  // Unlike assignments, this makes a tag named __proto__ an ordinary one.
  return Object.fromEntries(tags)
}

/**
 * Checks tags against KMS's rules, and their number against the 50 that a key can have, of which
 * `claimTag` takes one.
 */
export function checkTags(
  tags: Record<string, string>,
  { claimTag }: { claimTag: boolean },
): Record<string, string> {
  const entries = Object.entries(tags)
  for (const [key, value] of entries) checkTag(key, value)
  const most = claimTag ? MOST_TAGS - 1 : MOST_TAGS
  if (entries.length > most) {
    const why = claimTag
      ? `a key can have ${MOST_TAGS}, and kmsctl's own ${CLAIM_TAG} takes one (--no-claim-tag leaves it out)`
      : `a key can have ${MOST_TAGS}`
    throw usageError(`${entries.length} tags are too many: ${why}`)
  }
  return tags
}

function checkTag(key: string, value: string): void {
  if (key === '') throw usageError(`tag ${shown(`=${value}`)} has no key: write KEY=VALUE`)
  if (key === CLAIM_TAG) throw usageError(`tag key ${CLAIM_TAG} is reserved for kmsctl itself`)
  if (/^aws:/i.test(key)) {
    throw usageError(`tag key ${shown(key)} is not yours to set: aws: is reserved for AWS`)
  }
  checkPart('key', key, key, KEY_LONGEST)
  checkPart('value', value, key, VALUE_LONGEST)
}

function checkPart(part: 'key' | 'value', text: string, key: string, longest: number): void {
  const name = part === 'key' ? `tag key ${shown(key)}` : `the value of tag ${shown(key)}`
  const length = characters(text)
  if (length > longest) {
    throw usageError(`${name} has ${length} characters: KMS takes at most ${longest}`)
  }
  const wrong = ILLEGAL.exec(text)?.[0]
  if (wrong !== undefined) {
    throw usageError(
      `${name} contains ${JSON.stringify(wrong)}: only letters, digits, spaces and _ . : / = + - @ are allowed`,
    )
  }
}
