/** `recover`: what has become of creations that did not finish, and finishing them. */
import { errorCode, explain } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import { EXIT, type ExitCode, ends, KmsctlError } from '../../errors.js'
import type { KeyMetadata, RecoveredClaim, Recovery } from '../../results.js'
import type { Claim } from '../../store/claims.js'
import { listAliases } from '../alias/aliases.js'
import type { Call } from '../change/calls.js'
import type { Plan } from '../change/plan.js'
import { type Outlook, outlookOf, outlookOfSearch } from '../create/claim-status.js'
import { completeUnseen } from '../create/complete.js'
import { didNotFinish, requireAccount } from '../create/conflicts.js'
import { command } from '../create/failures.js'
import {
  CreationJournal,
  Entry,
  type MachineTools,
  type OpenClaim,
  UNKNOWN_ACCOUNT,
} from '../create/journal.js'
import { alsoCarries } from '../create/make-key.js'
import { KeySearch, type Look, unreadWords } from '../create/search.js'
import { callerIfReachable } from '../key/caller.js'
import { readAliases } from '../key/describe.js'
import { isPendingDeletion } from '../key/metadata.js'
import { findKey } from '../key/resolve.js'
import { CLAIM_TAG } from '../rules/tags.js'

/** How long after its creation a key is still switched off because `--disabled` was given. */
const DISABLES_FOR_MS = 3600_000

/** The exit code of a recovery: 7 while a key lacks something, 8 while there may be one, else 0. */
export function recoveryExitCode({ claims }: Recovery): ExitCode {
  const states = new Set(claims.map(({ state }) => state))
  if (states.has('open') || states.has('surplus')) return EXIT.PARTIAL
  return states.has('unknown') ? EXIT.AMBIGUOUS : EXIT.OK
}

/** What is known of a claim, and what `recover` would do about it. */
interface Prospect {
  readonly open: OpenClaim
  readonly found: Found
}

type Found =
  | Exclude<Outlook, { kind: 'key' }>
  | { readonly kind: 'running' }
  /** The key cannot be looked into. */
  | { readonly kind: 'unread'; readonly keyId: string | null; readonly why: string }
  /** All names are other keys'. */
  | { readonly kind: 'surplus'; readonly key: KeyMetadata }
  /** It was a surplus key, and somebody named it. */
  | { readonly kind: 'adopted'; readonly key: KeyMetadata; readonly alias: string }
  | (Extract<Outlook, { kind: 'key' }> & {
      /** Names that other keys have. */
      readonly lacks: readonly string[]
      /** The command that switches it off, where it is too late to do so unasked. */
      readonly left: string | null
    })

/**
 * Plans finishing all creations of this account and Region that the journal knows and whose end it does not.
 * It asks nothing: whoever began them has asked for it.
 *
 * @param scan also looks at every key of the account for claims that the journal does not know
 */
export async function planRecover(
  session: Session,
  { scan }: { readonly scan: boolean },
  tools: MachineTools = {},
): Promise<Plan<Recovery>> {
  const warnings: string[] = []
  const { identity } = await callerIfReachable(session)
  const accountId = identity?.accountId ?? UNKNOWN_ACCOUNT
  const journal = await CreationJournal.open(session, accountId, tools)
  const { open, unreadable, unreadTokens } = await journal.list()
  const others = await journal.elsewhere()
  if (identity === null) requireAccount(others, session.region)
  warnings.push(...unreadable, ...others.map(didNotFinish))
  const look = await lookFor(session, open, scan).catch((error) => {
    // A claim whose key is known needs no list of keys.
    const known = open.some(({ claim }) => claim.keyId !== null)
    if (scan || !known || errorCode(error) !== 'AccessDeniedException') throw error
    warnings.push(explain(error).message)
    return null
  })
  const hidden = unreadWords(look?.unread ?? [])
  if (hidden !== null) warnings.push(hidden)
  const prospects: Prospect[] = []
  for (const one of open) {
    prospects.push({ open: one, found: await foundOrUnread(session, one, look) })
  }
  const unnamed = scan && look !== null ? await unnamedKeys(session, open, look) : []
  const unread = unreadTokens.map((token) => unreadClaim(token, session))
  const calls = prospects.flatMap((one) => (one.found.kind === 'key' ? one.found.calls : []))
  const apply = async (): Promise<Recovery> => {
    const claims: RecoveredClaim[] = []
    for (const [index, prospect] of prospects.entries()) {
      try {
        claims.push(await settle(session, prospect, warnings))
      } catch (error) {
        if (!ends('task', error)) throw error
        throw stopped(error, claims, prospects.slice(index))
      }
    }
    return { claims: [...claims, ...unread, ...unnamed], warnings }
  }
  return {
    ...{ accountId, region: session.region, calls, unchanged: apply, apply },
    // Where nothing is done, nothing else tells what is known of each.
    warnings: [...warnings, ...prospects.map(describeProspect)],
  }
}

function describeProspect({ open: { claim }, found: { kind } }: Prospect): string {
  const name = claim.aliases.join(', ') || 'a key without a name'
  const words = {
    key: 'its key is there',
    surplus: 'its key is there, and its name is another key’s',
    adopted: 'its key has another name by now',
    'given up': 'its key is deleted or pending deletion',
    none: 'there certainly is no key',
    unknown: 'no key is found, and there may be one',
    running: 'another run works on it',
    unread: 'its key cannot be looked into',
  }
  return `claim ${claim.token} of ${name}: ${words[kind]}`
}

/** One look at all keys, for every claim whose key is not known; null where none needs it. */
async function lookFor(
  session: Session,
  open: readonly OpenClaim[],
  scan: boolean,
): Promise<Look | null> {
  const sought = open.filter(({ claim }) => claim.keyId === null && claim.tagged)
  if (scan) return new KeySearch(session, new Date(0)).look(() => true)
  const [first] = sought
  if (first === undefined) return null
  const tokens = new Set(sought.map(({ claim }) => claim.token))
  return new KeySearch(session, first.claim.begunAt).look((token) => tokens.has(token))
}

/** A key that may not be read hides no other one. */
async function foundOrUnread(session: Session, open: OpenClaim, look: Look | null): Promise<Found> {
  try {
    return await found(session, open, look)
  } catch (error) {
    if (ends('task', error)) throw error
    return { kind: 'unread', keyId: open.claim.keyId, why: explain(error).message }
  }
}

async function found(session: Session, open: OpenClaim, look: Look | null): Promise<Found> {
  const { claim, home } = open
  if (await home.isHeld(claim)) return { kind: 'running' }
  const outlook = await outlookIn(session, claim, look)
  if (outlook.kind !== 'key') return outlook
  const { key, calls } = outlook
  const held: Call[] = []
  for (const call of calls) if (await isAnothers(session, key, call)) held.push(call)
  const named = claim.aliases.length > 0
  if (named && held.length === claim.aliases.length) {
    const [alias] = await readAliases(session, key.keyId)
    return alias === undefined ? { kind: 'surplus', key } : { kind: 'adopted', key, alias }
  }
  const old = session.now().getTime() - claim.begunAt.getTime() > DISABLES_FOR_MS
  const late = calls.find(({ operation }) => operation === 'DisableKey' && old)
  return {
    ...outlook,
    calls: calls.filter((call) => call !== late && !held.includes(call)),
    lacks: held.flatMap((call) => (call.operation === 'CreateAlias' ? [nameIn(call)] : [])),
    left: late === undefined ? null : command(late, key.keyId),
  }
}

function outlookIn(session: Session, claim: Claim, look: Look | null): Promise<Outlook> {
  if (claim.keyId !== null || !claim.tagged || look === null) return outlookOf(session, claim, 0)
  const [key, ...others] = look.found.get(claim.token) ?? []
  const why = unreadWords(look.unread)
  const complete = why === null
  return outlookOfSearch(
    session,
    claim,
    key === undefined ? { key: null, complete, why, end: null } : { key, others },
  )
}

async function isAnothers(session: Session, key: KeyMetadata, call: Call): Promise<boolean> {
  if (call.operation !== 'CreateAlias') return false
  const holder = await findKey(session, nameIn(call))
  return holder !== null && holder.keyId !== key.keyId
}

function nameIn({ input }: Extract<Call, { operation: 'CreateAlias' }>): string {
  return input.AliasName ?? ''
}

/** Does what can be done for one claim, and ends it where nothing is left to do. */
async function settle(
  session: Session,
  { open: { claim, home }, found: known }: Prospect,
  warnings: string[],
): Promise<RecoveredClaim> {
  switch (known.kind) {
    case 'running':
    case 'unknown':
      return item(claim, known.kind, claim.keyId, nextOf(session, claim, known))
    case 'unread':
      warnings.push(known.why)
      return item(claim, 'open', known.keyId, `kmsctl recover --region ${session.region}`)
    case 'none':
      await home.end(claim.token)
      return item(claim, 'none', null, null)
    case 'given up':
      await home.end(claim.token)
      return item(claim, 'given-up', known.keyId, null)
    case 'adopted':
      await home.end(claim.token)
      return { ...item(claim, 'adopted', known.key.keyId, null), alias: known.alias }
  }
  const taken = await home.takeOver(claim.token)
  if (taken === 'held') return item(claim, 'running', known.key.keyId, null)
  const { keyId } = known.key
  const entry = new Entry(taken === 'ended' ? null : { home, token: claim.token }, warnings)
  try {
    if (known.kind === 'surplus') {
      await entry.surplus(keyId)
      return item(claim, 'surplus', keyId, otherName(keyId))
    }
    await entry.created(keyId)
    const { key, calls, lacks, left, others } = known
    warnings.push(...lacks.map((name) => `${name} is another key's: key ${keyId} goes without it`))
    warnings.push(...others.map((other) => alsoCarries(other, claim.token)))
    const completion = { session, key, wish: claim, tags: {}, calls, done: [], entry, warnings }
    await completeUnseen(completion)
    if (left !== null) warnings.push(`key ${keyId} was to be disabled, and may be in use by now`)
    return item(claim, 'finished', keyId, left)
  } catch (error) {
    const told = explain(error)
    if (told.code !== 'Partial') throw told
    warnings.push(told.message)
    if (told.details?.surplus === true) return item(claim, 'surplus', keyId, otherName(keyId))
    const [first] = known.kind === 'key' ? known.calls : []
    return item(claim, 'open', keyId, first === undefined ? null : command(first, keyId))
  } finally {
    entry.release()
  }
}

function item(
  { token, aliases }: Claim,
  state: RecoveredClaim['state'],
  keyId: string | null,
  next: string | null,
): RecoveredClaim {
  return { token, keyId, alias: aliases[0] ?? null, state, next }
}

/** What a claim in a file that cannot be read has come to: its token, the file's name, finds the key. */
function unreadClaim(token: string, { region }: Session): RecoveredClaim {
  const next = `kmsctl list --tag ${CLAIM_TAG}=${token} --region ${region}`
  return { token, keyId: null, alias: null, state: 'unknown', next }
}

function nextOf({ region }: Session, claim: Claim, { kind }: Found): string | null {
  if (kind === 'running') return null
  return claim.tagged
    ? `kmsctl recover --region ${region}`
    : `kmsctl recover --forget ${claim.token} --region ${region}`
}

function otherName(keyId: string): string {
  return `kmsctl alias create ANOTHERNAME ${keyId}`
}

/** The run ended half-way: what was done until then, and what was not begun. */
function stopped(
  error: KmsctlError,
  done: readonly RecoveredClaim[],
  open: readonly Prospect[],
): KmsctlError {
  const left = open.length === 1 ? 'one creation' : `${open.length} creations`
  return new KmsctlError(error.code, `${error.message}; ${left} had not been finished by then`, {
    exitCode:
      error.code !== 'Interrupted' && done.some(({ state }) => state === 'finished')
        ? EXIT.PARTIAL
        : error.exitCode,
    hints: ['go on with the rest: kmsctl recover', ...error.hints],
    details: { claims: done, notDone: open.map(({ open: { claim } }) => claim.token) },
    cause: error,
  })
}

/** Keys with a claim that this journal does not know, and without a name. */
async function unnamedKeys(
  session: Session,
  open: readonly OpenClaim[],
  look: Look,
): Promise<RecoveredClaim[]> {
  const known = new Set(open.map(({ claim }) => claim.token))
  const { aliases } = await listAliases(session, undefined)
  const named = new Set(aliases.map(({ targetKeyId }) => targetKeyId))
  return [...look.found]
    .filter(([token]) => !known.has(token))
    .flatMap(([token, keys]) =>
      keys
        .filter(({ keyId, keyState }) => !named.has(keyId) && !isPendingDeletion(keyState))
        .map(({ keyId }) => ({
          ...{ token, keyId, alias: null, state: 'unnamed' as const },
          next: `kmsctl recover --adopt ${keyId} --alias NAME --region ${session.region}`,
        })),
    )
}
