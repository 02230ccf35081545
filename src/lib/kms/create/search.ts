/**
 * Finding a key by its claim tag. Nothing but a listing of all keys can: KMS has no search, and tells a
 * key's age only one by one. It is done after an unknown outcome, never before.
 */
import pMap from 'p-map'
import { errorCode, exitCodeOf, isNotFound } from '../../aws/call/errors.js'
import { readWithin } from '../../aws/call/time-limit.js'
import { DEFAULT_CONCURRENCY } from '../../aws/rate/pacing.js'
import type { Session } from '../../aws/session.js'
import { EXIT, ends, type KmsctlError } from '../../errors.js'
import type { KeyMetadata } from '../../results.js'
import { readTags } from '../key/describe.js'
import { readMetadata } from '../key/resolve.js'
import { entryPages } from '../list/key-pages.js'
import { CLAIM_TAG } from '../rules/tags.js'

/** How far this machine's clock and KMS's may be apart: what is older is not looked into again. */
const CLOCKS_APART_MS = 24 * 3600_000
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 10_000
/** What is left of the run's limit for going on with the key, or for saying that there is none. */
const LEFT_AFTER_MS = 2_000
/** A look may take as long as this even when the time is nearly over. */
const LONGEST_LOOK_MS = 30_000

/** What one look at all keys showed. */
export interface Look {
  /** By claim token, the oldest first. */
  readonly found: ReadonlyMap<string, readonly KeyMetadata[]>
  /** Keys that could not be looked into; the one looked for may be among them. */
  readonly unread: readonly string[]
}

/** Looks for keys that were made at or after a time. Keys that are older are looked into once. */
export class KeySearch {
  private readonly older = new Set<string>()
  private readonly recent = new Map<string, KeyMetadata>()

  constructor(
    private readonly session: Session,
    private readonly since: Date,
  ) {}

  /**
   * One look at all keys, for those whose claim `wants`.
   *
   * @throws where the keys cannot be listed
   */
  async look(wants: (token: string) => boolean): Promise<Look> {
    const found = new Map<string, KeyMetadata[]>()
    const unread: string[] = []
    const keyIds: string[] = []
    for await (const page of entryPages(this.session)) {
      for (const { id } of page) if (!this.older.has(id)) keyIds.push(id)
    }
    const into = async (keyId: string) => {
      try {
        const key = await this.recentKey(keyId)
        if (key === null) return
        const token = (await readTags(this.session, key.arn))[CLAIM_TAG]
        if (token !== undefined && wants(token)) {
          found.set(token, [...(found.get(token) ?? []), key])
        }
      } catch (error) {
        if (ends('task', error)) throw error
        // Deleted since it was listed, or not yet known everywhere: the next look shows it.
        if (!isNotFound(error)) unread.push(keyId)
      }
    }
    await pMap(keyIds, into, { concurrency: DEFAULT_CONCURRENCY })
    const age = ({ creationDate }: KeyMetadata) => creationDate ?? ''
    for (const keys of found.values()) keys.sort((a, b) => (age(a) < age(b) ? -1 : 1))
    return { found, unread }
  }

  private async recentKey(keyId: string): Promise<KeyMetadata | null> {
    const known = this.recent.get(keyId)
    if (known !== undefined) return known
    const key = await readMetadata(this.session, keyId)
    const made = key.creationDate === null ? Infinity : Date.parse(key.creationDate)
    if (key.keyManager === 'AWS' || made < this.since.getTime() - CLOCKS_APART_MS) {
      this.older.add(keyId)
      return null
    }
    this.recent.set(keyId, key)
    return key
  }
}

/** How long a key may be looked for: so many seconds, or what the run's own limit leaves of them. */
export function settleSecondsOf(session: Session, seconds: number): number {
  const left = ((session.remainingMs?.() ?? Number.POSITIVE_INFINITY) - LEFT_AFTER_MS) / 1000
  return Math.max(0, Math.min(seconds, Math.floor(left)))
}

/** What a search for one claim's key came to. */
export type Searched =
  | { readonly key: KeyMetadata; readonly others: readonly KeyMetadata[] }
  | {
      readonly key: null
      /** Whether the last look reached every key. */
      readonly complete: boolean
      /** Why it did not, in words. */
      readonly why: string | null
      /** What ended the run meanwhile. */
      readonly end: KmsctlError | null
    }

interface SearchOptions {
  readonly token: string
  readonly since: Date
  /** How long to go on looking, in milliseconds. */
  readonly settleMs: number
  /** Whether a look that reaches every key and finds none settles it. */
  readonly onceIsEnough?: boolean
}

/** Looks for a claim's key until it is found or the time is over. */
export async function searchKey(session: Session, options: SearchOptions): Promise<Searched> {
  const { token, since, settleMs, onceIsEnough = false } = options
  const search = new KeySearch(session, since)
  const began = session.now().getTime()
  let waited = 0
  let wait = FIRST_WAIT_MS
  // By the clock too, because looking takes time; not by it alone, because clocks are set.
  const remaining = () => settleMs - Math.max(waited, session.now().getTime() - began)
  for (;;) {
    let complete = false
    let why: string | null
    try {
      const limit = Math.max(remaining(), LONGEST_LOOK_MS)
      const look = await readWithin(limit, () => search.look((claim) => claim === token))
      const [key, ...others] = look?.value.found.get(token) ?? []
      if (key !== undefined) return { key, others }
      const unread = look?.value.unread ?? []
      complete = look !== null && unread.length === 0
      why = look === null ? 'not every key was read in time' : unreadWords(unread)
      if (complete && onceIsEnough) return { key: null, complete, why, end: null }
    } catch (error) {
      why = `the keys could not be listed (${errorCode(error)})`
      if (ends('task', error)) return { key: null, complete, why, end: error }
      if (isFinal(error)) return { key: null, complete, why, end: null }
    }
    const left = remaining()
    if (left <= 0) return { key: null, complete, why, end: null }
    const pause = Math.min(wait, left)
    try {
      await session.sleep(pause)
    } catch (error) {
      if (ends('task', error)) return { key: null, complete, why, end: error }
      throw error
    }
    waited += pause
    wait = Math.min(wait * 2, LONGEST_WAIT_MS)
  }
}

/** Null where every key was read. */
export function unreadWords(unread: readonly string[]): string | null {
  const [first] = unread
  if (first === undefined) return null
  return unread.length === 1
    ? `key ${first} could not be read`
    : `${unread.length} keys could not be read, ${first} among them`
}

/** Whether asking again is in vain: a permission, credentials, or a wrong setting. */
function isFinal(error: unknown): boolean {
  const code = exitCodeOf(errorCode(error))
  return code === EXIT.DENIED || code === EXIT.USAGE
}
