/** Replacing a key's policy: what `policy set`, `policy edit` and `policy rollback` have in common. */
import type { Session } from '../../aws/session.js'
import { KmsctlError } from '../../errors.js'
import { diffPolicies } from '../../policy/compare/diff.js'
import { samePolicy } from '../../policy/compare/equivalence.js'
import { type PolicyDocument, parsePolicy, policyText } from '../../policy/document/document.js'
import { checkRules } from '../../policy/lint/index.js'
import type { Change, KeyMetadata, PolicyDiff } from '../../results.js'
import { send } from '../change/calls.js'
import { type Plan, planKeyChange } from '../change/plan.js'
import { callerIfReachable } from '../key/caller.js'
import { resolveForChange } from '../key/resolve.js'
import { judgePolicy, type PolicyText } from './lint.js'
import { policyOf, readPolicy, readPolicyText } from './read.js'
import { keepReplaced, type PolicyCommand } from './record-version.js'
import { explainPolicyRefusal, whilePrincipalsAreNew } from './refusals.js'

/** How a policy is to be replaced. */
export interface PolicyChangeOptions {
  readonly command: PolicyCommand
  /** Rules of the linter that may be broken. */
  readonly allowed: readonly string[]
  /** Has KMS skip its lockout check: for `--bypass-lockout-check` alone. */
  readonly bypassLockoutCheck: boolean
  /** How long "invalid principals" is tried again. */
  readonly waitSeconds: number
  /** Whether the present policy is kept. */
  readonly keep: boolean
  /** Shows a line while it is waited. */
  readonly note: (line: string) => void
  /** Hints where somebody else has changed the policy meanwhile: how to go on. */
  readonly again: readonly string[]
}

/** A key and the policy that it has: what a new one is compared with, and replaces. */
export interface PolicyTarget {
  readonly key: KeyMetadata
  readonly present: PolicyText
}

/** A planned replacement, with what it changes, to be shown before it is confirmed. */
export interface PolicyPlan extends Plan<Change> {
  readonly diff: PolicyDiff
  /** The number that the replaced policy was kept under; null before, and where none was kept. */
  keptAs(): number | null
}

/**
 * The key of a change and its policy. KMS replaces policies in every state of a key (docs/facts/key-states.csv), so
 * only keys of AWS are refused.
 */
export async function policyTarget(
  session: Session,
  text: string,
  { allowed }: Pick<PolicyChangeOptions, 'allowed'>,
): Promise<PolicyTarget> {
  checkRules(allowed)
  const key = await resolveForChange(session, text)
  const policy = await readPolicyText(session, key.arn)
  const document = policyOf(policy, key.arn)
  const { Statement } = (document ?? {}) as Partial<PolicyDocument>
  if (typeof Statement === 'object') return { key, present: { text: policy, document } }
  throw new KmsctlError('BadResponse', `the policy of ${key.arn} has no statements`)
}

/** Plans giving a key the policy in a text, `source` being the name of where it came from. */
export async function planSetPolicy(
  session: Session,
  keyText: string,
  wanted: { readonly text: string; readonly source: string },
  options: PolicyChangeOptions,
): Promise<PolicyPlan> {
  const document = parsePolicy(wanted.text, wanted.source)
  const target = await policyTarget(session, keyText, options)
  return planPolicyChange(session, target, { text: wanted.text, document }, options)
}

/** Plans giving a key what was made of its policy, unless somebody else has changed that meanwhile. */
export async function planEditedPolicy(
  session: Session,
  target: PolicyTarget,
  wanted: { readonly text: string; readonly source: string },
  options: PolicyChangeOptions,
): Promise<PolicyPlan> {
  const document = parsePolicy(wanted.text, wanted.source)
  if (!samePolicy(document, target.present.document)) {
    await requireUnchanged(session, target, options)
  }
  return planPolicyChange(session, target, { text: wanted.text, document }, options)
}

/**
 * Plans replacing a policy. What is sent is the document without the text's white space, so that it is just
 * what was compared and shown, and as short as can be.
 *
 * @throws KmsctlError `PolicyRejected` (5) where the linter finds an error that is not allowed; when it is
 * carried out `RemoteChanged` (6), `HistoryUnwritable` (5), or KMS's own refusal, explained
 */
export async function planPolicyChange(
  session: Session,
  target: PolicyTarget,
  wanted: PolicyText,
  options: PolicyChangeOptions,
): Promise<PolicyPlan> {
  const { key, present } = target
  const { bypassLockoutCheck, waitSeconds } = options
  const same = samePolicy(present.document, wanted.document)
  const { identity: caller } = await callerIfReachable(session)
  const warnings = same ? [] : judgePolicy(wanted, { ...key, caller }, options.allowed)
  let kept: number | null = null
  const plan = planKeyChange({
    session,
    key,
    calls: same ? [] : [putPolicy(key, wanted.document, bypassLockoutCheck)],
    confirmation: { kind: 'yes', question: questionOf(key, options) },
    warnings,
    hints: [`see the policy that the key has now: kmsctl policy show ${key.keyId}`],
    sender: async (_session, call) => {
      const attempt = async () => {
        await requireUnchanged(session, target, options)
        if (options.keep) {
          kept = await keepReplaced(session, key, present.text, options.command)
        }
        return send(session, call)
      }
      const patience = { seconds: waitSeconds, onWait: options.note }
      try {
        return await whilePrincipalsAreNew(session, patience, attempt)
      } catch (error) {
        const refused = { wanted: wanted.document, present: present.document }
        throw await explainPolicyRefusal(session, error, { ...refused, waitedSeconds: waitSeconds })
      }
    },
    holds: async () => samePolicy(await readPolicy(session, key.arn), wanted.document),
    asBefore: async () => samePolicy(await readPolicy(session, key.arn), present.document),
  })
  const diff = diffPolicies(present.document, wanted.document)
  return { ...plan, diff, keptAs: () => kept }
}

function putPolicy(key: KeyMetadata, document: PolicyDocument, bypass: boolean) {
  return {
    operation: 'PutKeyPolicy',
    input: {
      KeyId: key.arn,
      PolicyName: 'default',
      Policy: policyText(document, 0),
      ...(bypass ? { BypassPolicyLockoutSafetyCheck: true } : {}),
    },
  } as const
}

function questionOf(
  { keyId }: KeyMetadata,
  { command, bypassLockoutCheck }: PolicyChangeOptions,
): string {
  const question =
    command === 'policy rollback'
      ? `Roll back the policy of key ${keyId}?`
      : `Replace the policy of key ${keyId}?`
  return bypassLockoutCheck
    ? `KMS is told to skip its lockout check: should the new policy let nobody change it, only AWS Support can help. ${question}`
    : question
}

/** Whether another document could help against what kept this one from being set. */
export function isAboutDocument({ code }: KmsctlError): boolean {
  return [
    'Usage',
    'PolicyRejected',
    'Declined',
    'MalformedPolicyDocumentException',
    'LimitExceededException',
  ].includes(code)
}

/** KMS replaces a policy whatever it was, so another one's change is looked for right before. */
async function requireUnchanged(
  session: Session,
  { key, present }: PolicyTarget,
  { again }: PolicyChangeOptions,
): Promise<void> {
  const now = await readPolicy(session, key.arn)
  if (policyText(now, 0) === policyText(present.document, 0)) return
  throw new KmsctlError(
    'RemoteChanged',
    `the policy of key ${key.keyId} was changed by somebody else since it was read: nothing was changed`,
    {
      hints: [`see what it is now: kmsctl policy show ${key.keyId}`, ...again],
      details: { keyId: key.keyId },
    },
  )
}
