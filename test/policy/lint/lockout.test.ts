/** Who can change a policy again: nothing that is not known is taken for a no. */
import { describe, expect, test } from 'vitest'
import type { PolicyDocument } from '../../../src/lib/policy/document/document.js'
import {
  ACCOUNT,
  allow,
  arn,
  deny,
  EVERYBODY,
  errors,
  OTHER,
  only,
  policy,
  ROOT,
  sts,
  without,
} from './support.js'

const put = { Action: 'kms:PutKeyPolicy' }
const LOCKED = ['lockout', 'caller-lockout']
const locked = (document: PolicyDocument, known = {}) =>
  errors({ document, ...known }).filter((rule) => LOCKED.includes(rule))

describe('no lockout', () => {
  test.each<[string, PolicyDocument, object?]>([
    ['the root as an account ID', only(allow({ ...put, Principal: { AWS: ACCOUNT } }))],
    ['everybody', only(allow({ ...put, ...EVERYBODY }))],
    [
      'all but somebody',
      only(without('Principal', allow({ ...put, NotPrincipal: { AWS: arn('user/bob') } }))),
    ],
    ['NotAction', only(without('Action', { ...ROOT, NotAction: 'kms:Decrypt' }))],
    [
      'a session of a role',
      only(allow({ ...put, Principal: { AWS: sts('assumed-role/app/me') } })),
    ],
    [
      'a root among principals of other accounts',
      only(allow({ ...put, Principal: { AWS: [OTHER, ACCOUNT] } })),
    ],
    [
      'an account that is not known',
      only(allow({ ...put, Principal: { AWS: OTHER } })),
      { accountId: undefined },
    ],
    [
      'a Deny under a condition',
      policy(
        deny({
          ...EVERYBODY,
          ...put,
          Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
        }),
      ),
    ],
    [
      'a Deny for all but a role by ARN',
      policy(
        deny({
          ...EVERYBODY,
          ...put,
          Condition: { ArnNotLike: { 'aws:PrincipalArn': arn('role/admin') } },
        }),
      ),
    ],
    [
      'a Deny for all but the own organization',
      policy(
        deny({
          ...EVERYBODY,
          Action: '*',
          Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
        }),
      ),
    ],
    [
      'a Deny for services',
      policy(
        deny({
          ...EVERYBODY,
          Action: '*',
          Condition: { Bool: { 'aws:PrincipalIsAWSService': 'true' } },
        }),
      ),
    ],
    [
      'a Deny for all but this account',
      policy(
        deny({
          ...EVERYBODY,
          Action: '*',
          Condition: { StringNotEquals: { 'kms:CallerAccount': ACCOUNT } },
        }),
      ),
    ],
    ['a Deny for another account', policy(deny({ ...put, Principal: { AWS: OTHER } }))],
    [
      'a condition that nobody can decide here',
      only({ ...ROOT, Condition: { StringEquals: { 'aws:PrincipalTag/team': 'kms' } } }),
    ],
    [
      'a condition of this account',
      only({ ...ROOT, Condition: { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } } }),
    ],
    [
      'a policy variable',
      only({
        ...ROOT,
        Condition: { StringEquals: { 'kms:CallerAccount': '${aws:PrincipalAccount}' } },
      }),
    ],
  ])('%s', (_what, document, known) => {
    expect(locked(document, known)).toEqual([])
  })
})

describe('a lockout of all', () => {
  test.each<[string, PolicyDocument]>([
    ['nobody is allowed it', only(allow())],
    ['only a service', only(allow({ ...put, Principal: { Service: 's3.amazonaws.com' } }))],
    [
      'only another account, which never can (docs/facts/actions.csv)',
      only(allow({ Action: 'kms:*', Principal: { AWS: OTHER } })),
    ],
    ['only a ghost', only(allow({ ...put, Principal: { AWS: 'AROADBQP57FF2AEXAMPLE' } }))],
    ['an effect that is none', only({ ...ROOT, Effect: 'allow' })],
    [
      'a Deny with NotAction',
      policy(without('Action', deny({ ...EVERYBODY, NotAction: 'kms:Get*' }))),
    ],
    [
      'a condition on another account',
      only({ ...ROOT, Condition: { StringEquals: { 'kms:CallerAccount': OTHER } } }),
    ],
    [
      'a condition that only calls of services carry',
      only({ ...ROOT, Condition: { StringLike: { 'aws:SourceArn': '*' } } }),
    ],
  ])('%s', (_what, document) => {
    expect(locked(document)).toEqual(['lockout'])
  })
})

describe('a lockout of the caller', () => {
  const alone = only(allow({ ...put, Principal: { AWS: arn('role/team/admin') } }))
  test.each<[string, string, string[]]>([
    ['a session of the role, whose path STS does not tell', sts('assumed-role/admin/me'), []],
    ['a session of another role', sts('assumed-role/app/me'), ['caller-lockout']],
    ['a user', arn('user/alice'), ['caller-lockout']],
    ['the root user', arn('root'), ['caller-lockout']],
    ['somebody of another account, of whom nothing is known', arn('user/alice', OTHER), []],
    ['what is no principal', 'nobody', []],
  ])('%s', (_who, callerArn, found) => {
    expect(locked(alone, { callerArn })).toEqual(found)
  })

  test('whom the root’s statement may reach is not locked out: IAM decides', () => {
    expect(locked(policy(), { callerArn: sts('assumed-role/x/y') })).toEqual([])
  })

  test('a federated user may be the named user', () => {
    const document = only(allow({ ...put, Principal: { AWS: arn('user/alice') } }))
    expect(locked(document, { callerArn: sts('federated-user/alice-at-work') })).toEqual([])
  })

  test('a Deny of the caller’s role', () => {
    const document = policy(deny({ ...put, Principal: { AWS: arn('role/x') } }))
    expect(locked(document, { callerArn: sts('assumed-role/x/y') })).toEqual(['caller-lockout'])
    expect(locked(document, { callerArn: sts('assumed-role/z/y') })).toEqual([])
  })

  test('where nobody can, that alone is said', () => {
    expect(locked(only(allow()), { callerArn: arn('user/alice') })).toEqual(['lockout'])
  })
})
