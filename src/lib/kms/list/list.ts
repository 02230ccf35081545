import { errorCode, isNotFound } from '../../aws/call/errors.js'
import { DEFAULT_CONCURRENCY, sideBySide } from '../../aws/rate/pacing.js'
import type { Session } from '../../aws/session.js'
import { ends } from '../../errors.js'
import type { KeyList, KeyListEnd, KeyMetadata, ListedKey } from '../../results.js'
import { readTags, UNREAD_METADATA } from '../key/describe.js'
import { readMetadata } from '../key/resolve.js'
import { PRICES_AS_OF } from '../rules/price.js'
import { type KeyParts, readListParts, slowParts } from './columns.js'
import { aliasesByKey, type Entry, entryPages } from './key-pages.js'
import { OrderedReads } from './ordered-reads.js'
import { UNWATCHED, type Watch } from './progress-reporter.js'

/** Keys that are kept at most because their turn to be printed has not come. */
const AHEAD = 10_000

export interface ListFilter extends KeyParts {
  readonly manager: 'customer' | 'aws' | 'all'
  readonly states?: readonly string[]
  readonly specs?: readonly string[]
  readonly aliasPrefix?: string | undefined
  /** A key must have all of them. */
  readonly tags?: Readonly<Record<string, string>>
}

export interface ListOptions {
  /** Calls under way at once. */
  readonly concurrency?: number | undefined
  readonly watch?: Watch
}

/** Keys as they come, and what is told when they are all there. */
export type KeyStream<K = ListedKey, E = KeyListEnd> = AsyncGenerator<K, E, void>

/** The keys of the account and Region as one list. */
export async function listKeys(
  session: Session,
  filter: ListFilter,
  options?: ListOptions,
): Promise<KeyList> {
  return collect(streamKeys(session, filter, options))
}

/**
 * The keys of the account and Region: those with a name first, by it, as soon as they are read; then the
 * others by age, once all of them are. Every page is read, empty ones too, and the aliases are listed once
 * and joined. A key that cannot be read is listed with a warning; it hides no other. A call costs what the
 * parts asked for need: DescribeKey for each key, and what list-parts.ts says.
 *
 * @throws what keeps the list from being whole, possibly after some of it was given out
 */
export async function* streamKeys(
  session: Session,
  filter: ListFilter,
  { concurrency = DEFAULT_CONCURRENCY, watch = UNWATCHED }: ListOptions = {},
): KeyStream {
  const warnings: string[] = []
  const reading = new Reading(session, filter, warnings)
  const reads = new OrderedReads<Entry, ListedKey | null>({
    id: ({ id }) => id,
    read: async (entry) => {
      const key = await reading.read(entry)
      watch.step()
      return key
    },
    concurrency: sideBySide(concurrency),
    ahead: AHEAD,
  })
  try {
    const entries = await findEntries(session, filter, reading, { reads, watch })
    reads.sort(reading.byName)
    const named = entries.filter(({ id }) => reading.nameOf(id) !== undefined).sort(reading.byName)
    for (const entry of named) {
      const key = await reads.fetch(entry)
      // Whether a key hides itself, or the caller may read none, is known when one was read.
      if (!reading.couldRead) await reads.until(() => reading.couldRead)
      reading.requirePermission()
      if (key !== null) yield reading.named(key)
    }
    const unnamed: ListedKey[] = []
    for (const entry of entries) {
      if (reading.nameOf(entry.id) !== undefined) continue
      const key = await reads.fetch(entry)
      if (key !== null) unnamed.push(reading.named(key))
    }
    reading.requirePermission({ allRead: true })
    yield* unnamed.sort(byAge)
    return { warnings, ...(filter.price ? { pricesAsOf: PRICES_AS_OF } : {}) }
  } finally {
    reads.stop(new Error('the list is over'))
  }
}

/** `deletion list`: the keys pending deletion, the next one due first. */
export async function* streamPendingDeletions(session: Session, options?: ListOptions): KeyStream {
  const filter = {
    manager: 'customer',
    states: ['PendingDeletion', 'PendingReplicaDeletion'],
  } as const
  const { keys, ...end } = await listKeys(session, filter, options)
  const due = ({ deletionDate }: ListedKey) => deletionDate ?? '9999'
  yield* keys.sort((a, b) => (due(a) < due(b) ? -1 : 1))
  return end
}

/** A stream's keys in one list. */
export async function collect(stream: KeyStream): Promise<KeyList> {
  const keys: ListedKey[] = []
  for (;;) {
    const next = await stream.next()
    if (next.done) return { keys, ...next.value }
    keys.push(next.value)
  }
}

/**
 * Every key that may belong into the list, with the aliases in `reading`. Reading begins with the first
 * page, unless something has to be known or said first: the aliases, where they decide which keys are
 * read, and how long it takes, where KMS is slow.
 */
async function findEntries(
  session: Session,
  filter: ListFilter,
  reading: Reading,
  { reads, watch }: { reads: OrderedReads<Entry, ListedKey | null>; watch: Watch },
): Promise<Entry[]> {
  const pages = entryPages(session)
  const first = pages.next()
  const naming = aliasesByKey(session, filter.aliasPrefix !== undefined, reading.warnings)
  // Awaited below; should ListKeys fail first, its failure is the one that is told.
  naming.catch(() => {})
  const waits = filter.aliasPrefix !== undefined || slowParts(filter).length > 0
  const entries: Entry[] = []
  for (let page = await first; !page.done; page = await pages.next()) {
    for (const entry of page.value) entries.push(entry)
    if (waits) continue
    watch.expect(page.value.length)
    reads.add(page.value)
  }
  if (filter.aliasPrefix === undefined && waits) begin(entries)
  reading.aliases = await naming
  if (filter.aliasPrefix === undefined) return entries
  const wanted = entries.filter(({ id }) => hasPrefix(reading.aliases?.get(id), filter))
  begin(wanted)
  return wanted

  function begin(all: readonly Entry[]): void {
    for (const { part, operation } of slowParts(filter)) {
      const perSecond = session.rateOf?.(operation) ?? Number.POSITIVE_INFINITY
      watch.slow({ part, does: 'tells', region: session.region, keys: all.length, perSecond })
    }
    watch.expect(all.length)
    reads.add(all)
  }
}

/** Reads single keys, and remembers what could be read at all. */
class Reading {
  /** Names by key ID; null where they could not be read, undefined as long as they are not there. */
  aliases: ReadonlyMap<string, string[]> | null | undefined
  private readonly denials: unknown[] = []
  private metadata = 0
  private tagged = 0

  constructor(
    private readonly session: Session,
    private readonly filter: ListFilter,
    readonly warnings: string[],
  ) {}

  /** Whether any key could be read: then one that is denied hides itself alone. */
  get couldRead(): boolean {
    return this.metadata > 0
  }

  /** The name by which a key is sorted, once the names are there. */
  nameOf(id: string): string | undefined {
    return this.aliases?.get(id)?.[0]
  }

  /** A key that was read, with its names, which may have come later than it. */
  named(key: ListedKey): ListedKey {
    key.aliases = this.aliases ? (this.aliases.get(key.keyId) ?? []) : null
    return key
  }

  /** Keys with a name first, by it. */
  readonly byName = (a: Entry, b: Entry): number => {
    const [first, second] = [this.nameOf(a.id), this.nameOf(b.id)]
    if (first === undefined || second === undefined) {
      return Number(first === undefined) - Number(second === undefined)
    }
    return first < second ? -1 : 1
  }

  /** A key as the list shows it; null where it does not belong there. */
  async read(entry: Entry): Promise<ListedKey | null> {
    try {
      return await this.readWhole(entry)
    } catch (error) {
      // Deleted since it was listed.
      if (isNotFound(error)) return null
      // A list that silently lacks keys is worse than none; only a key's own policy hides it alone.
      if (errorCode(error) !== 'AccessDeniedException') throw error
      this.denials.push(error)
      return this.hidden(entry)
    }
  }

  /**
   * Where no key at all may be read, or no key's tags, it is the caller who lacks the permission.
   *
   * @throws the first denial
   */
  requirePermission({ allRead = false } = {}): void {
    if (this.denials.length === 0) return
    const asksTags = Object.keys(this.filter.tags ?? {}).length > 0
    if (!this.couldRead || (allRead && asksTags && this.tagged === 0)) throw this.denials[0]
  }

  private async readWhole({ id }: Entry): Promise<ListedKey | null> {
    const { filter, session, warnings } = this
    const metadata = await readMetadata(session, id)
    this.metadata += 1
    if (!matches(metadata, filter)) return null
    const wanted = Object.entries(filter.tags ?? {})
    const tags = wanted.length === 0 ? null : await readTags(session, metadata.arn)
    if (tags !== null) this.tagged += 1
    if (!wanted.every(([name, value]) => tags?.[name] === value)) return null
    const parts = await readListParts(session, metadata, tags, filter, (part, error) => {
      if (ends('task', error)) throw error
      warnings.push(`${part} of key ${id} could not be read (${errorCode(error)})`)
    })
    return { ...metadata, aliases: null, ...parts }
  }

  /** A key of which its policy lets nothing be read: listed by what ListKeys tells of it. */
  private hidden({ id, arn }: Entry): ListedKey | null {
    const { states = [], specs = [], tags = {} } = this.filter
    const hidden = `key ${id} could not be read (AccessDeniedException)`
    if (states.length + specs.length + Object.keys(tags).length > 0) {
      this.warnings.push(`${hidden}: whether it belongs here is unknown, and it is left out`)
      return null
    }
    this.warnings.push(hidden)
    const [, , , region = '', accountId = ''] = arn.split(':')
    return { ...UNREAD_METADATA, keyId: id, arn, accountId, region, aliases: null }
  }
}

function matches(key: KeyMetadata, { manager, states, specs }: ListFilter): boolean {
  if (manager !== 'all' && key.keyManager !== (manager === 'aws' ? 'AWS' : 'CUSTOMER')) return false
  if (states !== undefined && states.length > 0 && !states.includes(key.keyState)) return false
  return specs === undefined || specs.length === 0 || specs.includes(key.keySpec)
}

function hasPrefix(names: readonly string[] = [], { aliasPrefix = '' }: ListFilter): boolean {
  const prefix = aliasPrefix.startsWith('alias/') ? aliasPrefix : `alias/${aliasPrefix}`
  return names.some((name) => name.startsWith(prefix))
}

function byAge(a: ListedKey, b: ListedKey): number {
  const order = (key: ListedKey) => `${key.creationDate} ${key.keyId}`
  return order(a) < order(b) ? -1 : 1
}
