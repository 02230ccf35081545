/** What follows CreateKey, on the key that it made. */

import { effectOf, errorCode, isNotFound } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import { ends } from '../../errors.js'
import type { Change, Key, KeyMetadata } from '../../results.js'
import type { Wish } from '../../store/claims.js'
import { type Call, endedAfter } from '../change/calls.js'
import { deliver } from '../change/deliver.js'
import { type Seen, warningsOf, watch } from '../change/read-back.js'
import { shows } from '../change/verify.js'
import { describeParts, readAliases, unreadKey } from '../key/describe.js'
import { findKey, readMetadata } from '../key/resolve.js'
import { rotates } from '../rules/rotation.js'
import { aliasesTaken, stoppedAfterCreate, type TakenAlias } from './failures.js'
import type { Entry } from './journal.js'

const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 6_400

export interface Completion {
  readonly session: Session
  readonly key: KeyMetadata
  readonly wish: Wish
  /** Tags that the key must show. */
  readonly tags: Readonly<Record<string, string>>
  /** What of the wish is still open. */
  readonly calls: readonly Call[]
  /** What this run did before. */
  readonly done: readonly string[]
  readonly entry: Entry
  readonly warnings: string[]
  /** Told of each step that is done. */
  readonly step?: ((line: string) => void) | undefined
}

/**
 * Sends what is open, reads it back, and ends the claim.
 *
 * @throws KmsctlError `Partial` (7): the claim stays, unless all that can be done is done
 */
export async function complete(completion: Completion): Promise<Change> {
  const { session, key, entry, warnings } = completion
  const { done, taken } = await followUp(completion)
  let told: Key | undefined
  let failure: unknown
  const look = async () => {
    try {
      told = await describeParts(session, await readMetadata(session, key.arn))
    } catch (error) {
      failure = error
      throw error
    }
    return agrees(told, completion, taken)
  }
  try {
    await endSeen(await watch(session, look), entry, warnings)
    if (told !== undefined) completion.step?.('the key was read back')
  } catch (error) {
    throw done.length === 0 ? error : endedAfter(done, error, key.keyId)
  }
  if (taken.length > 0) throw aliasesTaken(key, done, taken, null)
  return { changed: done.length > 0, key: told ?? unreadKey(key, errorCode(failure)), warnings }
}

/** As `complete`, where the key is not printed. */
export async function completeUnseen(completion: Completion): Promise<void> {
  const { session, key, calls, entry, warnings } = completion
  const { done, taken } = await followUp(completion)
  const sent = calls.filter((call) => !taken.some((one) => one.call === call))
  const look = async () => {
    const shown = await Promise.all(sent.map((call) => shows(session, call)))
    return shown.every((one) => one !== false)
  }
  try {
    await endSeen(sent.length === 0 ? 'shown' : await watch(session, look), entry, warnings)
  } catch (error) {
    throw endedAfter(done, error, key.keyId)
  }
  if (taken.length > 0) throw aliasesTaken(key, done, taken, null)
}

/**
 * Ends the claim, unless reads go on showing what was before: whoever asks for the same name then would be
 * told that it is free, and it is this claim that tells better.
 */
async function endSeen(seen: Seen, entry: Entry, warnings: string[]): Promise<void> {
  warnings.push(...warningsOf(seen))
  if (seen !== 'not shown') await entry.end()
}

/** Sends what is open, in its order. */
async function followUp(
  completion: Completion,
): Promise<{ done: readonly string[]; taken: readonly TakenAlias[] }> {
  const { session, key, wish, calls, entry } = completion
  const done = [...completion.done]
  const taken: TakenAlias[] = []
  for (const [index, call] of calls.entries()) {
    try {
      const holder = await sendToNewKey(session, call, key.keyId)
      if (holder === null) {
        done.push(call.operation)
        completion.step?.(doneWords(call))
      } else taken.push({ call, holder })
    } catch (error) {
      throw stoppedAfterCreate(key, done, calls.slice(index), error, entry.kept)
    }
    // A key that got no name at all is nobody's: it is told, and left as it is.
    const last = index === lastAlias(calls)
    if (last && taken.length > 0 && taken.length === wish.aliases.length) {
      await entry.surplus(key.keyId)
      throw aliasesTaken(key, done, taken, calls.slice(index + 1))
    }
  }
  return { done, taken }
}

/** What a call has done, in words. */
function doneWords({ operation, input }: Call): string {
  switch (operation) {
    case 'CreateAlias':
      return `${input.AliasName} was given to it`
    case 'EnableKeyRotation':
      return `rotation was switched on, every ${input.RotationPeriodInDays ?? 365} days`
    default:
      return 'it was disabled'
  }
}

function lastAlias(calls: readonly Call[]): number {
  return calls.findLastIndex(({ operation }) => operation === 'CreateAlias')
}

/**
 * Right after CreateKey, KMS may not know the key yet everywhere (eventual consistency).
 *
 * @returns the key that has the alias, where it is another one
 */
async function sendToNewKey(
  session: Session,
  call: Call,
  keyId: string,
): Promise<KeyMetadata | 'hidden' | null> {
  // What no answer came to may have been done, whatever is answered to its repetitions.
  let lost: unknown
  for (let wait = FIRST_WAIT_MS; ; wait *= 2) {
    try {
      await deliver(session, call)
      return null
    } catch (error) {
      if (effectOf(error) === 'unknown') lost ??= error
      const holder = await holderAfter(session, call, keyId, error, lost !== undefined)
      if (holder === 'ours') return null
      if (holder !== 'nobody') return holder
      const early = isNotFound(error) || errorCode(error) === 'AlreadyExistsException'
      if (!early || wait > LONGEST_WAIT_MS) throw lost ?? error
      await session.sleep(wait)
    }
  }
}

/** Whose the alias is after a CreateAlias that failed. */
async function holderAfter(
  session: Session,
  call: Call,
  keyId: string,
  error: unknown,
  maybeOurs: boolean,
): Promise<KeyMetadata | 'ours' | 'hidden' | 'nobody'> {
  if (call.operation !== 'CreateAlias' || call.input.AliasName === undefined) return 'nobody'
  const taken = errorCode(error) === 'AlreadyExistsException'
  if (ends('task', error) || (effectOf(error) === 'none' && !taken)) return 'nobody'
  const alias = call.input.AliasName
  try {
    const holder = await findKey(session, alias)
    if (holder === null) return 'nobody'
    return holder.keyId === keyId ? 'ours' : holder
  } catch (cause) {
    if (errorCode(cause) !== 'AccessDeniedException') return 'nobody'
    // A key that may not be described: the list of names says whether it is ours all the same.
    const names = await readAliases(session, keyId).catch((): string[] => [])
    if (names.includes(alias)) return 'ours'
    return taken && !maybeOurs ? 'hidden' : 'nobody'
  }
}

/** Whether what is read is what was sent. A part that cannot be read does not disagree. */
function agrees(
  { aliases, rotation, tags, keyState }: Key,
  { calls, tags: wanted }: Completion,
  taken: readonly TakenAlias[],
): boolean {
  const shown = (call: Call): boolean => {
    switch (call.operation) {
      case 'CreateAlias':
        return aliases === null || aliases.includes(call.input.AliasName ?? '')
      case 'EnableKeyRotation':
        return rotation === null || rotates(rotation, call.input.RotationPeriodInDays ?? null)
      default:
        return keyState === 'Disabled'
    }
  }
  const tagged = ([name, value]: [string, string]) => tags === null || tags[name] === value
  return (
    keyState !== 'Creating' &&
    calls.filter((call) => !taken.some((one) => one.call === call)).every(shown) &&
    Object.entries(wanted).every(tagged)
  )
}
