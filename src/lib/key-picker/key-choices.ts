import type { KeyMetadata, LastUsage, ListedKey } from '../results.js'
import { distance } from '../views/text/dates.js'
import type { Choice } from '../wizard/question.js'
import type { KeyWish } from './key-filters.js'

/** A key as one of the choices; null where it is left out. */
export function keyChoice(key: ListedKey, wish: KeyWish, now: Date): Choice | null {
  const { keyId, aliases, keyState, keyManager, description, deletionDate } = key
  const label = aliases === null || aliases.length === 0 ? keyId : aliases.join(', ')
  if (keyState === null) return { value: keyId, label, hint: 'could not be read' }
  // What was read of a key was read whole.
  const fit = wish.fit(key as KeyMetadata)
  if (!fit.fits && fit.why === 'none') return null
  const due = deletionDate === null ? '' : `deletion ${inTime(deletionDate, now)}`
  const words = [keyState, due, keyManager === 'AWS' ? 'managed by AWS' : '', description ?? '']
  return {
    value: keyId,
    label,
    hint: words.filter(Boolean).join(', '),
    ...(fit.fits ? {} : { disabled: fit.why }),
  }
}

/** The last use in a few words. "Unknown" is never "unused" (contract 6.4). */
export function lastUseInWords(usage: LastUsage | null, now: Date): string {
  if (usage?.status === 'unused') return 'never used'
  if (usage?.status !== 'used' || usage.timestamp === null) return 'last use unknown'
  return `used ${inTime(usage.timestamp, now)}`
}

function inTime(iso: string, now: Date): string {
  return distance(Date.parse(iso) - now.getTime())
}
