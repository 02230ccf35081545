/** What has become of a creation that an earlier run began and did not end. */
import { isNotFound } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import { ends, type KmsctlError } from '../../errors.js'
import type { KeyMetadata } from '../../results.js'
import type { Claim } from '../../store/claims.js'
import type { Call } from '../change/calls.js'
import { shows } from '../change/verify.js'
import { readRotation } from '../key/describe.js'
import { isPendingDeletion } from '../key/metadata.js'
import { readMetadata } from '../key/resolve.js'
import { followUps } from './create-spec.js'
import { UNKNOWN_ACCOUNT } from './journal.js'
import { type Searched, searchKey } from './search.js'

/**
 * When a claim whose key is nowhere to be found certainly made none: AWS takes a request for five minutes
 * after the time in its signature, which is no later than a minute after the claim (make-key.ts) (IAM User Guide, "Elements of an AWS API request signature"), clocks may
 * be five minutes apart, and lists show a key "in most cases" within seconds, sometimes minutes (Developer
 * Guide, programming-eventual-consistency).
 */
export const CERTAIN_AFTER_MS = 15 * 60_000

export type Outlook =
  /** There is a key; `calls` are what it lacks. */
  | {
      readonly kind: 'key'
      readonly key: KeyMetadata
      readonly calls: readonly Call[]
      readonly others: readonly KeyMetadata[]
    }
  /** Somebody has scheduled its deletion, or it is deleted. */
  | { readonly kind: 'given up'; readonly keyId: string }
  /** There certainly is none. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly why: string | null; readonly end: KmsctlError | null }

/** Whether it is so long ago that a key which there is would be found. */
export function isSettled({ begunAt, accountId }: Claim, now: Date): boolean {
  const known = accountId !== UNKNOWN_ACCOUNT
  return known && now.getTime() - begunAt.getTime() >= CERTAIN_AFTER_MS
}

/** Finds out, and goes on looking for a key that is not found for `settleMs`. */
export async function outlookOf(
  session: Session,
  claim: Claim,
  settleMs: number,
): Promise<Outlook> {
  if (claim.keyId !== null) return outlookOfKey(session, claim, claim.keyId, settleMs)
  if (!claim.tagged) return { kind: 'unknown', why: 'the key carries no claim tag', end: null }
  const searched = await searchKey(session, {
    token: claim.token,
    since: claim.begunAt,
    settleMs,
    onceIsEnough: isSettled(claim, session.now()),
  })
  return outlookOfSearch(session, claim, searched)
}

export async function outlookOfSearch(
  session: Session,
  claim: Claim,
  searched: Searched,
): Promise<Outlook> {
  if (searched.key !== null) return outlookOn(session, claim, searched.key, searched.others)
  const { complete, why, end } = searched
  if (!complete || end !== null) return { kind: 'unknown', why, end }
  if (isSettled(claim, session.now())) return { kind: 'none' }
  const elsewhere = claim.accountId === UNKNOWN_ACCOUNT
  return { kind: 'unknown', why: elsewhere ? 'it may be in another account' : null, end }
}

/** A key that this journal knows: one that is not found is not known everywhere yet, or was deleted. */
async function outlookOfKey(
  session: Session,
  claim: Claim,
  keyId: string,
  settleMs: number,
): Promise<Outlook> {
  let waited = 0
  for (let wait = 1_000; ; wait = Math.min(wait * 2, 10_000)) {
    try {
      return await outlookOn(session, claim, await readMetadata(session, keyId), [])
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
    if (isSettled(claim, session.now())) return { kind: 'given up', keyId }
    if (waited >= settleMs) {
      const elsewhere = claim.accountId === UNKNOWN_ACCOUNT ? ': it may be in another account' : ''
      return { kind: 'unknown', why: `key ${keyId} is not found yet${elsewhere}`, end: null }
    }
    await session.sleep(wait)
    waited += wait
  }
}

async function outlookOn(
  session: Session,
  claim: Claim,
  key: KeyMetadata,
  others: readonly KeyMetadata[],
): Promise<Outlook> {
  if (isPendingDeletion(key.keyState)) return { kind: 'given up', keyId: key.keyId }
  const wished = followUps(claim, key.keyId)
  const holds = await Promise.all(wished.map((call) => isThere(session, key, call)))
  return { kind: 'key', key, calls: wished.filter((_, index) => !holds[index]), others }
}

/** What cannot be read is sent again: each of these calls only sets what was asked for. */
async function isThere(session: Session, key: KeyMetadata, call: Call): Promise<boolean> {
  try {
    // Another period than the one asked for was set by somebody after the creation: it stays.
    if (call.operation === 'EnableKeyRotation') return (await readRotation(session, key)).enabled
    return (await shows(session, call)) === true
  } catch (error) {
    if (ends('task', error)) throw error
    return false
  }
}
