import { paginateListAliases, paginateListKeys } from '@aws-sdk/client-kms'
import pMap from 'p-map'
import { endsRun, errorCode, isNotFound } from '../aws/errors.js'
import type { Session } from '../aws/session.js'
import { KmsctlError } from '../errors.js'
import type { KeyList, KeyMetadata, ListedKey } from '../results.js'
import { readRotation, readTags, UNREAD_METADATA } from './describe.js'
import { readMetadata } from './resolve.js'
import { countRotations } from './rotation.js'
import { monthlyCostUsd, PRICES_AS_OF } from './rules/price.js'

/** Calls under way at once. */
const CONCURRENCY = 16

export interface ListFilter {
  readonly manager: 'customer' | 'aws' | 'all'
  readonly states?: readonly string[]
  readonly specs?: readonly string[]
  readonly aliasPrefix?: string | undefined
  /** A key must have all of them. */
  readonly tags?: Readonly<Record<string, string>>
  /** Also read rotation, tags and the price of each key: three calls more a key. */
  readonly long?: boolean
}

/**
 * The keys of the account and Region. Every page is read, empty ones too, and the aliases are listed
 * once and joined. A key that cannot be read is listed with a warning; it hides no other.
 */
export async function listKeys(session: Session, filter: ListFilter): Promise<KeyList> {
  const warnings: string[] = []
  const [entries, aliases] = await Promise.all([
    listEntries(session),
    aliasesByKey(session, filter, warnings),
  ])
  const denials: unknown[] = []
  const read = { metadata: 0, tags: 0 }
  const wanted = entries.filter(({ id }) => matchesAlias(aliases?.get(id) ?? [], filter))
  const listed = await pMap(
    wanted,
    async (entry) => {
      try {
        return await readListed(session, entry, aliases, filter, warnings, read)
      } catch (error) {
        // Deleted since it was listed.
        if (isNotFound(error)) return null
        // A list that silently lacks keys is worse than none; only a key's own policy hides it alone.
        if (errorCode(error) !== 'AccessDeniedException') throw error
        denials.push(error)
        return hiddenKey(entry, aliases, filter, warnings)
      }
    },
    { concurrency: CONCURRENCY },
  )
  // Where no key at all may be read, or no key's tags, it is the caller who lacks the permission.
  const asksTags = Object.keys(filter.tags ?? {}).length > 0
  if (denials.length > 0 && (read.metadata === 0 || (asksTags && read.tags === 0))) {
    throw denials[0]
  }
  const keys = listed.filter((key) => key !== null)
  return {
    keys: keys.sort(byAliasThenAge),
    warnings,
    ...(filter.long ? { pricesAsOf: PRICES_AS_OF } : {}),
  }
}

/** `deletion list`: the keys pending deletion, the next one due first. */
export async function listPendingDeletions(session: Session): Promise<KeyList> {
  const { keys, warnings } = await listKeys(session, {
    manager: 'customer',
    states: ['PendingDeletion', 'PendingReplicaDeletion'],
  })
  const due = ({ deletionDate }: ListedKey) => deletionDate ?? '9999'
  return { keys: keys.sort((a, b) => (due(a) < due(b) ? -1 : 1)), warnings }
}

/** What ListKeys tells of a key. */
interface Entry {
  readonly id: string
  readonly arn: string
}

async function listEntries(session: Session): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const page of paginateListKeys({ client: session.kms }, {})) {
    if (page.Keys === undefined) {
      throw new KmsctlError('BadResponse', 'the answer to ListKeys holds no list of keys')
    }
    for (const { KeyId, KeyArn } of page.Keys) {
      if (KeyId !== undefined) entries.push({ id: KeyId, arn: KeyArn ?? '' })
    }
  }
  return entries
}

async function aliasesByKey(
  session: Session,
  filter: ListFilter,
  warnings: string[],
): Promise<Map<string, string[]> | null> {
  const names = new Map<string, string[]>()
  try {
    for await (const page of paginateListAliases({ client: session.kms }, {})) {
      for (const { AliasName, TargetKeyId } of page.Aliases ?? []) {
        if (AliasName === undefined || TargetKeyId === undefined) continue
        names.set(TargetKeyId, [...(names.get(TargetKeyId) ?? []), AliasName].sort())
      }
    }
    return names
  } catch (error) {
    // Without aliases, a filter by them would hide every key.
    if (endsRun(error) || filter.aliasPrefix !== undefined) throw error
    warnings.push(`aliases could not be read (${errorCode(error)})`)
    return null
  }
}

async function readListed(
  session: Session,
  { id }: Entry,
  aliases: Map<string, string[]> | null,
  filter: ListFilter,
  warnings: string[],
  read: { metadata: number; tags: number },
): Promise<ListedKey | null> {
  const metadata = await readMetadata(session, id)
  read.metadata += 1
  if (!matches(metadata, filter)) return null
  const wanted = Object.entries(filter.tags ?? {})
  const tags = wanted.length === 0 ? null : await readTags(session, metadata.arn)
  if (tags !== null) read.tags += 1
  if (!wanted.every(([name, value]) => tags?.[name] === value)) return null
  return {
    ...metadata,
    aliases: aliases === null ? null : (aliases.get(id) ?? []),
    ...(filter.long ? await longParts(session, metadata, tags, warnings) : {}),
  }
}

/** A key of which its policy lets nothing be read: listed by what ListKeys tells of it. */
function hiddenKey(
  { id, arn }: Entry,
  aliases: Map<string, string[]> | null,
  filter: ListFilter,
  warnings: string[],
): ListedKey | null {
  const asks = [
    ...(filter.states ?? []),
    ...(filter.specs ?? []),
    ...Object.keys(filter.tags ?? {}),
  ]
  const hidden = `key ${id} could not be read (AccessDeniedException)`
  if (asks.length > 0) {
    warnings.push(`${hidden}: whether it belongs here is unknown, and it is left out`)
    return null
  }
  warnings.push(hidden)
  const [, , , region = '', accountId = ''] = arn.split(':')
  return {
    ...UNREAD_METADATA,
    keyId: id,
    arn,
    accountId,
    region,
    aliases: aliases === null ? null : (aliases.get(id) ?? []),
  }
}

function matches(key: KeyMetadata, { manager, states, specs }: ListFilter): boolean {
  if (manager !== 'all' && key.keyManager !== (manager === 'aws' ? 'AWS' : 'CUSTOMER')) return false
  if (states !== undefined && states.length > 0 && !states.includes(key.keyState)) return false
  return specs === undefined || specs.length === 0 || specs.includes(key.keySpec)
}

function matchesAlias(names: readonly string[], { aliasPrefix }: ListFilter): boolean {
  if (aliasPrefix === undefined) return true
  const prefix = aliasPrefix.startsWith('alias/') ? aliasPrefix : `alias/${aliasPrefix}`
  return names.some((name) => name.startsWith(prefix))
}

/** What `--long` adds to a key; a part that cannot be read is null. */
async function longParts(
  session: Session,
  key: KeyMetadata,
  tags: Record<string, string> | null,
  warnings: string[],
): Promise<Pick<ListedKey, 'rotation' | 'tags' | 'monthlyCostUsd'>> {
  const part = async <T>(name: string, read: () => Promise<T>): Promise<T | null> => {
    try {
      return await read()
    } catch (error) {
      if (endsRun(error)) throw error
      warnings.push(`${name} of key ${key.keyId} could not be read (${errorCode(error)})`)
      return null
    }
  }
  const [rotation, rotations, read] = await Promise.all([
    part('rotation', () => readRotation(session, key)),
    countRotations(session, key),
    tags ?? part('tags', () => readTags(session, key.arn)),
  ])
  const { keyManager, keyState } = key
  return {
    rotation,
    tags: read,
    monthlyCostUsd: monthlyCostUsd({ keyManager, keyState, rotations }),
  }
}

/** Keys with a name first, by it; the others by age. */
function byAliasThenAge(a: ListedKey, b: ListedKey): number {
  const order = (key: ListedKey) => `${key.aliases?.[0] ?? '~'} ${key.creationDate} ${key.keyId}`
  return order(a) < order(b) ? -1 : 1
}
