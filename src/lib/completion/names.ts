import { readFileSync } from 'node:fs'
import type { Names } from '../kms/list/names.js'
import type { Candidate } from './candidates.js'

/** How long names are good, in milliseconds. */
const GOOD_MS = 60_000

export interface KeptNames extends Names {
  /** When they were read, in milliseconds since 1970. */
  readonly at: number
}

/** What the file holds; null where there is none, or it is damaged. */
export function readKept(path: string): KeptNames | null {
  try {
    const { at, aliases, keys } = JSON.parse(readFileSync(path, 'utf8')) as KeptNames
    if (typeof at !== 'number' || !Array.isArray(aliases) || !Array.isArray(keys)) return null
    return {
      at,
      aliases: aliases.filter((pair) => typeof pair?.[0] === 'string'),
      keys: keys.filter((arn) => typeof arn === 'string'),
    }
  } catch {
    return null
  }
}

export function isGood(kept: KeptNames | null, now: number): kept is KeptNames {
  return kept !== null && kept.at <= now && now - kept.at < GOOD_MS
}

const PREFIX = 'alias/'
/** Aliases of AWS's own keys, which hardly anything can be done with: shown when asked for. */
const OF_AWS = 'aws/'

/** Aliases as they are being typed: with `alias/` or without, by full ARN not at all. */
export function aliasCandidates({ aliases }: Names, prefix: string): Candidate[] {
  const full = prefix.startsWith(PREFIX)
  return aliases
    .map(([name, keyId]) => ({ bare: name.slice(PREFIX.length), keyId }))
    .filter(({ bare }) => !bare.startsWith(OF_AWS) || prefix.includes(OF_AWS))
    .map(({ bare, keyId }) => ({
      value: full ? `${PREFIX}${bare}` : bare,
      description: keyId ?? 'no key',
    }))
    .filter(({ value }) => value.startsWith(prefix))
    .sort(byValue)
}

/** Whatever a key may be called by: its aliases, its ID, and its ARN where one is being typed. */
export function keyCandidates(names: Names, prefix: string): Candidate[] {
  const aliasesOf = new Map<string, string[]>()
  for (const [name, keyId] of names.aliases) {
    if (keyId !== null) aliasesOf.set(keyId, [...(aliasesOf.get(keyId) ?? []), name])
  }
  const byArn = prefix.startsWith('arn:')
  const ids = names.keys
    .map((arn) => {
      const id = arn.slice(arn.lastIndexOf('/') + 1)
      const description = (aliasesOf.get(id) ?? []).sort().join(', ')
      return { value: byArn ? arn : id, description }
    })
    .filter(
      ({ value, description }) =>
        value.startsWith(prefix) && !description.includes(`${PREFIX}${OF_AWS}`),
    )
  return [...aliasCandidates(names, prefix), ...ids.sort(byValue)]
}

function byValue(a: Candidate, b: Candidate): number {
  return a.value < b.value ? -1 : 1
}
