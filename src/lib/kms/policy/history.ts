/** The policies that a key had: listing them, reading one, and putting one back. */
import { errorCode, isNotFound } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import { KmsctlError, usageError } from '../../errors.js'
import { samePolicy } from '../../policy/compare/equivalence.js'
import { type PolicyDocument, parsePolicy, statementsOf } from '../../policy/document/document.js'
import type { PolicyVersion, PolicyVersions } from '../../results.js'
import type { HistoryKey, KeptPolicy, PolicyHistory } from '../../store/policy-history.js'
import { callerIfReachable } from '../key/caller.js'
import { resolveKey, scopedRef } from '../key/resolve.js'
import { readPolicy } from './read.js'
import { keptPolicies } from './record-version.js'
import {
  type PolicyChangeOptions,
  type PolicyPlan,
  planPolicyChange,
  policyTarget,
} from './replace.js'

/** A key that has, or had, a history. */
interface HistoryOf extends HistoryKey {
  readonly arn: string
  /** Whether KMS still has the key. */
  readonly exists: boolean
}

/** What is kept of a key's policies. A key that KMS has no more is found by its ID or ARN. */
export async function policyVersions(session: Session, text: string): Promise<PolicyVersions> {
  const { key, history } = await historyOf(session, text)
  const warnings = history.damaged.map(
    ({ number, path, problem }) => `version ${number} is damaged: ${problem}: ${path}`,
  )
  if (!key.exists) warnings.push(`key ${key.keyId} is not in KMS any more: its history is here`)
  let present: PolicyDocument | null = null
  if (key.exists && history.kept.length > 0) {
    try {
      present = await readPolicy(session, key.arn)
    } catch (error) {
      const code = errorCode(error)
      if (code !== 'AccessDeniedException') throw error
      warnings.push(`the key's present policy could not be read (${code})`)
    }
  }
  return {
    keyId: key.keyId,
    arn: key.arn,
    versions: history.kept.map((one) => versionOf(one, present)),
    warnings,
  }
}

/** The document of one version. */
export async function policyVersion(
  session: Session,
  text: string,
  number: string,
): Promise<PolicyDocument> {
  const wanted = versionNumber(number)
  const { key, history } = await historyOf(session, text)
  return documentOf(find(key, history, wanted))
}

/**
 * Plans putting a kept policy back; it goes the way of every other new policy, and what it replaces is kept too.
 *
 * @param number undefined for the latest that differs from the present one
 * @throws KmsctlError `VersionNotFound` (3)
 */
export async function planRollback(
  session: Session,
  text: string,
  number: string | undefined,
  options: PolicyChangeOptions,
): Promise<PolicyPlan> {
  const wanted = number === undefined ? undefined : versionNumber(number)
  const target = await policyTarget(session, text, options)
  const history = await keptPolicies(session, target.key)
  const version =
    wanted === undefined
      ? latestOther(target.key, history, target.present.document)
      : find(target.key, history, wanted)
  return planPolicyChange(
    session,
    target,
    { text: version.text, document: documentOf(version) },
    options,
  )
}

async function historyOf(
  session: Session,
  text: string,
): Promise<{ key: HistoryOf; history: PolicyHistory }> {
  try {
    const key = await resolveKey(session, text)
    return { key: { ...key, exists: true }, history: await keptPolicies(session, key) }
  } catch (error) {
    if (!isNotFound(error)) throw error
    const gone = await goneKey(session, text)
    if (gone === null) throw error
    const history = await keptPolicies(session, gone)
    if (history.kept.length + history.damaged.length === 0) throw error
    return { key: gone, history }
  }
}

/** A key that KMS does not find, as far as its name says where its history would be. */
async function goneKey(session: Session, text: string): Promise<HistoryOf | null> {
  const ref = await scopedRef(session, text)
  if (ref.kind === 'arn') {
    const { id: keyId, accountId, region, arn } = ref
    return { keyId, accountId, region, arn, exists: false }
  }
  if (ref.kind !== 'id') return null
  const { identity } = await callerIfReachable(session)
  if (identity === null) return null
  const { accountId, partition } = identity
  const { region } = session
  const arn = `arn:${partition}:kms:${region}:${accountId}:key/${ref.id}`
  return { keyId: ref.id, accountId, region, arn, exists: false }
}

function versionOf(one: KeptPolicy, present: PolicyDocument | null): PolicyVersion {
  const { number, keptAt, by, command, text } = one
  const document = readable(one)
  return {
    number,
    keptAt,
    by,
    command,
    statements: document === null ? null : statementsOf(document).length,
    characters: [...text].length,
    present: document === null || present === null ? null : samePolicy(document, present),
  }
}

function documentOf({ number, text }: KeptPolicy): PolicyDocument {
  return parsePolicy(text, `version ${number} of the history`)
}

function readable(one: KeptPolicy): PolicyDocument | null {
  try {
    return documentOf(one)
  } catch {
    return null
  }
}

function versionNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw usageError(
    `version ${JSON.stringify(text.slice(0, 40))} is no number of the history: they count from 1`,
  )
}

function find({ keyId }: HistoryKey, history: PolicyHistory, number: number): KeptPolicy {
  const found = history.kept.find((one) => one.number === number)
  if (found !== undefined) return found
  const damaged = history.damaged.find((one) => one.number === number)
  if (damaged !== undefined) {
    throw new KmsctlError(
      'HistoryUnreadable',
      `version ${number} of the policy of key ${keyId} is damaged: ${damaged.problem}: ${damaged.path}`,
      { details: { keyId, number, path: damaged.path } },
    )
  }
  throw notKept(keyId, history, `has no version ${number}`)
}

function latestOther(
  { keyId }: HistoryKey,
  history: PolicyHistory,
  present: PolicyDocument,
): KeptPolicy {
  const found = history.kept.findLast((one) => {
    const document = readable(one)
    return document !== null && !samePolicy(document, present)
  })
  if (found !== undefined) return found
  throw notKept(keyId, history, 'has no version that differs from the present policy')
}

function notKept(keyId: string, { kept }: PolicyHistory, lacks: string): KmsctlError {
  const numbers = kept.map(({ number }) => number)
  const none = numbers.length === 0
  return new KmsctlError(
    'VersionNotFound',
    none
      ? `no policy of key ${keyId} is kept on this machine`
      : `the history of key ${keyId} ${lacks}: it has ${numbers.join(', ')}`,
    {
      hints: none
        ? [
            'a policy is kept when this tool replaces it; KMS itself keeps only the present one',
            'CloudTrail records the policies of earlier calls of PutKeyPolicy, in requestParameters',
          ]
        : [`see them: kmsctl policy history ${keyId}`],
      details: { keyId, versions: numbers },
    },
  )
}
