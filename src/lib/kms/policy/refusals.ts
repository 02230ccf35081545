/** KMS's refusals of a policy: which of them may pass by themselves, and what they mean. */
import { effectOf, explain } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import { KmsctlError } from '../../errors.js'
import type { PolicyDocument } from '../../policy/document/document.js'
import { typedStatements } from '../../policy/document/model.js'
import { callerIfReachable } from '../key/caller.js'

/** PutKeyPolicy: "Policy contains a statement with one or more invalid principals." (docs/facts/semantics.md) */
const INVALID_PRINCIPALS = /invalid principals/i
/** "The new key policy will not allow you to update the key policy in the future." (docs/facts/semantics.md) */
const LOCKOUT = /not allow you to update the key policy/i

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 5_000
/** Principals named in a message; `details` has them all. */
const MOST_NAMED = 5

/** How long a refusal that may pass is waited out, and who hears of it. */
export interface Patience {
  /** 0 is not at all. */
  readonly seconds: number
  /** Told once, before the first wait. */
  readonly onWait: (line: string) => void
}

/**
 * Sends a policy, again and again while KMS does not know its principals: a role just made is not known
 * everywhere at once (API Reference, PutKeyPolicy), and only time tells it from one that does not exist. A
 * refused call has done nothing, so repeating it makes nothing twice.
 *
 * @returns what `attempt` does
 * @throws the last refusal where time runs out, and every other error at once
 */
export async function whilePrincipalsAreNew<T>(
  session: Pick<Session, 'sleep'>,
  { seconds, onWait }: Patience,
  attempt: () => Promise<T>,
): Promise<T> {
  let left = seconds * 1000
  let wait = FIRST_WAIT_MS
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (left <= 0 || !isMalformed(error, INVALID_PRINCIPALS)) throw error
    }
    if (left === seconds * 1000) {
      onWait(
        `KMS does not know a principal of the policy (yet): trying again for up to ${seconds} s`,
      )
    }
    const pause = Math.min(wait, left)
    await session.sleep(pause)
    left -= pause
    wait = Math.min(wait * 2, LONGEST_WAIT_MS)
  }
}

/** What a refused policy was, and what it was to replace. */
export interface RefusedPolicy {
  readonly wanted: PolicyDocument
  /** Undefined where there was none: the key was to be made with it. */
  readonly present?: PolicyDocument
  /** How long it was tried. */
  readonly waitedSeconds: number
}

/** A refusal of a policy in words that help; any other error comes back as it is. */
export async function explainPolicyRefusal(
  session: Session,
  error: unknown,
  policy: RefusedPolicy,
): Promise<unknown> {
  if (isMalformed(error, INVALID_PRINCIPALS)) return unknownPrincipals(error, policy)
  if (isMalformed(error, LOCKOUT)) {
    return lockedOut(error, await callerName(session), policy.present !== undefined)
  }
  return error
}

/** A refusal of this policy that certainly left everything as it was. */
function isMalformed(error: unknown, words: RegExp): boolean {
  const { name, message = '' } = (error ?? {}) as { name?: string; message?: string }
  return (
    name === 'MalformedPolicyDocumentException' && words.test(message) && effectOf(error) === 'none'
  )
}

interface Suspect {
  readonly principal: string
  readonly statement: number
  readonly sid: string | null
  /** Whether the policy that the key has lacks it. */
  readonly new: boolean
}

/** KMS says neither which principal nor which statement: those that are new are named first. */
function unknownPrincipals(error: unknown, policy: RefusedPolicy): KmsctlError {
  const { wanted, present, waitedSeconds } = policy
  const known = new Set(present === undefined ? [] : principalsOf(present).map(({ id }) => id))
  const suspects = principalsOf(wanted)
    .map(({ id, ...place }): Suspect => ({ principal: id, ...place, new: !known.has(id) }))
    .sort((a, b) => Number(b.new) - Number(a.new))
  const told = explain(error)
  const after = waitedSeconds > 0 ? ` after ${waitedSeconds} s` : ''
  return new KmsctlError(
    told.code,
    `a principal of the policy is unknown to KMS${after}${suspects.length > 1 ? ', one of ' : ': '}${listed(suspects)}`,
    {
      exitCode: told.exitCode,
      hints: [
        'check names, paths and accounts: KMS takes only principals that exist, and none by the ID of a deleted one',
        'one that was made just now may need longer: add --wait SECONDS',
      ],
      requestId: told.requestId,
      details: { principals: suspects },
      cause: error,
    },
  )
}

/** The principals that may be unknown: everybody (`*`) is not. */
function principalsOf(document: PolicyDocument) {
  return typedStatements(document).flatMap(({ number, sid, principals }) =>
    (principals?.members ?? [])
      .filter(({ id }) => id !== '*')
      .map(({ id }) => ({ id, statement: number, sid })),
  )
}

function listed(suspects: readonly Suspect[]): string {
  const names = suspects
    .slice(0, MOST_NAMED)
    .map((one) => `${one.principal} (statement ${one.statement}${one.new ? ', new' : ''})`)
  const more = suspects.length - names.length
  return [...names, ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

/**
 * The lockout check looks at the caller's IAM permissions too: one whose permissions lack kms:PutKeyPolicy is
 * refused with the same words, whatever the document says (docs/facts/semantics.md).
 */
function lockedOut(error: unknown, caller: string, mayBypass: boolean): KmsctlError {
  const told = explain(error)
  return new KmsctlError(
    told.code,
    `refused by KMS's lockout check: with this policy ${caller} could not change the policy again`,
    {
      exitCode: told.exitCode,
      hints: [
        `the policy has to allow kms:PutKeyPolicy to ${caller}, or to the account's root; the latter counts only where IAM policies allow it too`,
        ...(mayBypass
          ? [
              '--bypass-lockout-check has KMS skip the check: a key that nobody may change any more can be mended by AWS Support alone',
            ]
          : []),
      ],
      requestId: told.requestId,
      details: { refusal: told.message },
      cause: error,
    },
  )
}

async function callerName(session: Session): Promise<string> {
  const { identity } = await callerIfReachable(session).catch(() => ({ identity: null }))
  return identity?.arn ?? 'the caller'
}
