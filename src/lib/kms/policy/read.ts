import { GetKeyPolicyCommand } from '@aws-sdk/client-kms'
import type { Session } from '../../aws/session.js'
import { KmsctlError, usageError } from '../../errors.js'
import { diffPolicies } from '../../policy/compare/diff.js'
import { type PolicyDocument, parsePolicy } from '../../policy/document/document.js'
import { duplicateKeys } from '../../policy/document/json-text.js'
import { explainPolicy } from '../../policy/explain/explain.js'
import type { PolicyDiff, PolicyExplanation } from '../../results.js'
import { resolveKey } from '../key/resolve.js'

/** A key's policy. KMS keys have exactly one, named "default" (API Reference, GetKeyPolicy). */
export async function showPolicy(session: Session, text: string): Promise<PolicyDocument> {
  const { arn } = await resolveKey(session, text)
  return readPolicy(session, arn)
}

export async function readPolicy(session: Session, arn: string): Promise<PolicyDocument> {
  return policyOf(await readPolicyText(session, arn), arn)
}

/** The text of a key's policy, as KMS keeps it. */
export async function readPolicyText(session: Session, arn: string): Promise<string> {
  const { Policy } = await session.kms.send(
    new GetKeyPolicyCommand({ KeyId: arn, PolicyName: 'default' }),
  )
  return Policy ?? ''
}

/** The document in the text that KMS keeps for a key. */
export function policyOf(text: string, arn: string): PolicyDocument {
  try {
    return JSON.parse(text) as PolicyDocument
  } catch (error) {
    throw new KmsctlError('BadResponse', `the policy of ${arn} is not JSON`, { cause: error })
  }
}

/** Who may do what with a key by its policy. */
export async function explainKeyPolicy(session: Session, text: string): Promise<PolicyExplanation> {
  const key = await resolveKey(session, text)
  return explainPolicy(await readPolicy(session, key.arn), {
    ...key,
    partition: partitionIn(key.arn),
  })
}

/** A policy as a file, or standard input, holds it. */
export interface PolicyText {
  readonly text: string
  /** What messages call it. */
  readonly source: string
}

/**
 * What differs between a key's policy and the one in a text, which is read first.
 *
 * @param withText whether the result has the unified diff, too
 * @throws KmsctlError `Usage` for a text that is no key policy, or gives one name twice: which of them
 * counts is not for kmsctl to say
 */
export async function diffKeyPolicy(
  session: Session,
  key: string,
  { text, source }: PolicyText,
  withText: boolean,
): Promise<PolicyDiff> {
  const after = parsePolicy(text, source)
  const [twice] = duplicateKeys(text)
  if (twice !== undefined) {
    const { key: name, line, column } = twice
    throw usageError(
      `${source} gives "${name}" again at line ${line}, column ${column}: only one of them can count`,
    )
  }
  const { arn } = await resolveKey(session, key)
  const before = await readPolicy(session, arn)
  const partition = partitionIn(arn)
  const diff = diffPolicies(before, after, partition)
  if (!withText) return diff
  const { textDiff } = await import('../../policy/compare/text-diff.js')
  const names = { before: arn, after: source }
  return { ...diff, text: textDiff(before, after, names, partition) }
}

function partitionIn(arn: string): string {
  return arn.split(':')[1] ?? 'aws'
}
