/** Where policies are judged: before each that is sent, and by `policy lint`. */
import { explain, isNotFound } from '../../aws/call/errors.js'
import type { Identity, Session } from '../../aws/session.js'
import { KmsctlError, usageError } from '../../errors.js'
import { type PolicyDocument, parsePolicy } from '../../policy/document/document.js'
import {
  checkRules,
  isAboutLockout,
  type LintSubject,
  lintPolicy,
  refuseFindings,
  warningLines,
} from '../../policy/lint/index.js'
import type { Finding, KeyMetadata, PolicyLint } from '../../results.js'
import { callerIfReachable } from '../key/caller.js'
import { resolveKey } from '../key/resolve.js'
import { shown } from '../rules/wording.js'
import { readPolicyText } from './read.js'

/** A policy that is to be sent, with the text that it stands in. */
export interface PolicyText {
  readonly text: string
  readonly document: PolicyDocument
}

/** What is known of the key that gets it, and of who gives it. */
export interface Recipient {
  readonly region: string
  /** The caller, whose account is the key's; none where STS cannot be asked. */
  readonly caller: Identity | null | undefined
  readonly keySpec?: string
  readonly keyUsage?: string
  readonly multiRegion?: boolean
}

/**
 * Refuses a policy before it is sent (contract 6.11).
 *
 * @param policy none where KMS's default is taken
 * @param allowed the rules that `--allow` names
 * @returns the warnings, for the result
 * @throws KmsctlError `PolicyRejected` (5), with all findings in its details; `Usage` (2) where `--allow`
 * names no rule
 */
export function judgePolicy(
  policy: PolicyText | undefined,
  recipient: Recipient,
  allowed: readonly string[],
): string[] {
  checkRules(allowed)
  if (policy === undefined) return []
  const findings = findingsFor(policy, recipient)
  refuseFindings(findings, allowed)
  return warningLines(findings)
}

/** What is found in a policy that would be sent. */
export function findingsFor(policy: PolicyText, recipient: Recipient): Finding[] {
  return lintPolicy(subject(policy, recipient))
}

function subject({ text, document }: PolicyText, { caller, ...key }: Recipient): LintSubject {
  if (caller === null || caller === undefined) return { text, document, ...key }
  const { accountId, partition, arn } = caller
  return { text, document, ...key, accountId, partition, callerArn: arn }
}

/**
 * What is found in the text of a policy of which no more is known than, perhaps, its key's account.
 *
 * @throws KmsctlError `Usage` (2) where the text is no policy
 */
export function lintText(text: string, source: string, accountId: string | undefined): PolicyLint {
  if (accountId !== undefined && !/^\d{12}$/.test(accountId)) {
    throw usageError(`account ${shown(accountId)} is no account ID: it has 12 digits`)
  }
  const document = parsePolicy(text, source)
  return {
    findings: lintPolicy({ document, text, ...(accountId === undefined ? {} : { accountId }) }),
  }
}

/** What is found in the policy of a key, for its caller. */
export async function lintKey(session: Session, text: string): Promise<PolicyLint> {
  const key = await resolveKey(session, text)
  const [policy, { identity }] = await Promise.all([
    readPolicyText(session, key.arn),
    callerIfReachable(session),
  ])
  const read = subject(
    { text: policy, document: documentOf(policy, key) },
    { ...key, caller: identity },
  )
  const findings = lintPolicy({ ...read, accountId: key.accountId })
  // Nobody but AWS changes the policies of its keys.
  const ofAws = key.keyManager === 'AWS'
  return { findings: ofAws ? findings.filter(({ rule }) => !isAboutLockout(rule)) : findings }
}

/**
 * As `lintKey`, for a word that could have been a file's name too.
 *
 * @throws KmsctlError that says so where no key has that name either
 */
export async function lintKeyOrFile(session: Session, word: string): Promise<PolicyLint> {
  try {
    return await lintKey(session, word)
  } catch (error) {
    if (!isNotFound(error)) throw error
    const { code, message, exitCode, hints, requestId } = explain(error)
    throw new KmsctlError(code, message, {
      exitCode,
      hints: [...hints, `no file has the name ${word} either`],
      requestId,
      cause: error,
    })
  }
}

function documentOf(text: string, { arn }: KeyMetadata): PolicyDocument {
  try {
    return parsePolicy(text, `the policy of ${arn}`)
  } catch (error) {
    if (!(error instanceof KmsctlError)) throw error
    throw new KmsctlError('BadResponse', error.message, { cause: error })
  }
}
