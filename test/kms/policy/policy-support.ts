/** A key with a policy of its own that PutKeyPolicy replaces, without any network. */
import { GetKeyPolicyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import type { Session } from '../../../src/lib/aws/session.js'
import { type PolicyChangeOptions, planSetPolicy } from '../../../src/lib/kms/policy/replace.js'
import type { PolicyDocument, Statement } from '../../../src/lib/policy/document/document.js'
import { historyFolder, readHistory } from '../../../src/lib/store/policy-history.js'
import { ACCOUNT, answerParts, awsError, KEY_ID, mockedSession, REGION } from '../support.js'

export const statement = (principal: string, Action: Statement['Action'] = 'kms:*'): Statement => ({
  Sid: principal,
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:${principal}` },
  Action: Action ?? 'kms:*',
  Resource: '*',
})
export const policy = (...Statement: Statement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement,
})

export const ROOT = statement('root')
export const USER = statement('user/alice', 'kms:Encrypt')
export const OLD = policy(ROOT, USER)
export const NEW = policy(ROOT, statement('role/shop', 'kms:Encrypt'))
/** As KMS spells a policy. */
export const oldText = JSON.stringify(OLD, null, 3)

/** PutKeyPolicy's refusals, in KMS's words (docs/facts/semantics.md). */
export const unknownPrincipal = () =>
  awsError(
    'MalformedPolicyDocumentException',
    'Policy contains a statement with one or more invalid principals.',
  )
export const lockout = () =>
  awsError(
    'MalformedPolicyDocumentException',
    'The new key policy will not allow you to update the key policy in the future.',
  )

export function options(over: Partial<PolicyChangeOptions> = {}): PolicyChangeOptions {
  return {
    command: 'policy set',
    allowed: [],
    bypassLockoutCheck: false,
    waitSeconds: 0,
    keep: true,
    note: () => {},
    again: [],
    ...over,
  }
}

export const set = (
  session: Session,
  document: object = NEW,
  over: Partial<PolicyChangeOptions> = {},
) =>
  planSetPolicy(
    session,
    'app',
    { text: JSON.stringify(document, null, 2), source: 'policy file new.json' },
    options(over),
  )

/** A key with the old policy, which PutKeyPolicy replaces. */
export function world() {
  const mocked = mockedSession()
  answerParts(mocked.kms)
  let policy = oldText
  mocked.kms.on(GetKeyPolicyCommand).callsFake(() => ({ Policy: policy }))
  mocked.kms.on(PutKeyPolicyCommand).callsFake(({ Policy }) => {
    policy = Policy
    return {}
  })
  const kept = async () => {
    const key = { accountId: ACCOUNT, region: REGION, keyId: KEY_ID }
    return (await readHistory(historyFolder(await mocked.session.memory(), key))).kept
  }
  const become = (document: object) => {
    policy = JSON.stringify(document)
  }
  const names = () =>
    mocked
      .sent()
      .map(([name]) => name)
      .filter((name) => /Policy/.test(name))
  return { ...mocked, kept, become, names }
}
