import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { buildPolicy, type PolicyInput } from '../../../src/lib/policy/build/builder.js'
import { samePolicy } from '../../../src/lib/policy/compare/equivalence.js'
import {
  listOf,
  type PolicyDocument,
  statementsOf,
} from '../../../src/lib/policy/document/document.js'
import { actionsMatching } from '../../../src/lib/policy/document/match.js'
import { input, SYMMETRIC } from './builder-samples.js'

const example = JSON.parse(
  readFileSync(new URL('../../../docs/facts/example-policy.json', import.meta.url), 'utf8'),
) as PolicyDocument

const trio = [
  'user/waleed',
  'role/aws-service-role/trustedadvisor.amazonaws.com/AWSServiceRoleForTrustedAdvisor',
  'arn:aws:iam::111122223333:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport',
]

function sids(document: PolicyDocument): (string | undefined)[] {
  return statementsOf(document).map((statement) => statement.Sid)
}

function statement(over: Partial<PolicyInput>, sid: string) {
  return statementsOf(buildPolicy(input(over))).find((one) => one.Sid === sid)
}

const userActions = (keySpec: string, keyUsage: string) =>
  statement({ users: ['root'], keySpec, keyUsage }, 'Allow use of the key')?.Action

describe('buildPolicy (docs/facts/example-policy.json)', () => {
  const built = buildPolicy(input({ admins: trio, users: trio, grantUsers: trio }))

  it('builds the example by meaning', () => {
    expect(samePolicy(built, example)).toBe(true)
  })

  it('builds the example to the letter, order included', () => {
    expect(JSON.stringify(built, null, 2)).toBe(JSON.stringify(example, null, 2))
  })

  it('leaves out statements without principals, but never the delegation to IAM', () => {
    expect(sids(buildPolicy(input()))).toEqual(['Enable IAM User Permissions'])
    expect(sids(buildPolicy(input({ users: ['root'] })))).toEqual([
      'Enable IAM User Permissions',
      'Allow use of the key',
    ])
  })

  it('keeps the order of contract 2; accounts and guardrails come after it', () => {
    const all = buildPolicy(
      input({
        guardrails: true,
        accounts: ['444455556666'],
        services: ['ecr'],
        grantUsers: ['role/c'],
        users: ['role/b'],
        admins: ['role/a'],
      }),
    )
    expect(sids(all)).toEqual([
      'Enable IAM User Permissions',
      'Allow access for Key Administrators',
      'Allow use of the key',
      'Allow attachment of persistent resources',
      'Allow use of the key through ECR',
      'Allow an external account to use this KMS key',
      'Allow an external account to attach persistent resources',
      'Deny disabling and deleting a recently used key',
      'Deny a short waiting period before deletion',
    ])
  })

  it('names one principal as a string, several as a list, each once', () => {
    const one = buildPolicy(
      input({
        partition: 'aws-cn',
        region: 'cn-north-1',
        admins: ['user/a', 'arn:aws-cn:iam::111122223333:user/a'],
        users: ['444455556666', 'role/b'],
      }),
    )
    expect(statementsOf(one).map(({ Principal }) => Principal)).toEqual([
      { AWS: 'arn:aws-cn:iam::111122223333:root' },
      { AWS: 'arn:aws-cn:iam::111122223333:user/a' },
      { AWS: ['arn:aws-cn:iam::444455556666:root', 'arn:aws-cn:iam::111122223333:role/b'] },
    ])
  })

  it('refuses what is no principal', () => {
    expect(() => buildPolicy(input({ grantUsers: ['bob'] }))).toThrow(
      /^principal "bob" is not complete/,
    )
  })
})

describe('users by kind of key (KMS Developer Guide, Default key policy)', () => {
  it.each([
    ['RSA_2048', 'ENCRYPT_DECRYPT', 'Encrypt Decrypt ReEncrypt* DescribeKey GetPublicKey'],
    ['SM2', 'ENCRYPT_DECRYPT', 'Encrypt Decrypt ReEncrypt* DescribeKey GetPublicKey'],
    ['ECC_NIST_P256', 'SIGN_VERIFY', 'DescribeKey GetPublicKey Sign Verify'],
    ['ML_DSA_65', 'SIGN_VERIFY', 'DescribeKey GetPublicKey Sign Verify'],
    ['HMAC_256', 'GENERATE_VERIFY_MAC', 'DescribeKey GenerateMac VerifyMac'],
    ['ECC_NIST_P256', 'KEY_AGREEMENT', 'DescribeKey DeriveSharedSecret GetPublicKey'],
    ['ML_KEM_768', 'ENCAPSULATE_DECAPSULATE', 'DescribeKey Encapsulate Decapsulate GetPublicKey'],
  ])('%s for %s', (keySpec, keyUsage, actions) => {
    expect(userActions(keySpec, keyUsage)).toEqual(actions.split(' ').map((one) => `kms:${one}`))
  })

  it('refuses a usage that does not exist', () => {
    expect(() => userActions('RSA_2048', 'toString')).toThrow(/^usage "toString" does not exist/)
  })

  it('hands out no shared lists', () => {
    const first = userActions('RSA_2048', 'SIGN_VERIFY') as string[]
    first.push('kms:*')
    expect(userActions('RSA_2048', 'SIGN_VERIFY')).not.toContain('kms:*')
  })
})

describe('administrators without deletion (KMS Developer Guide, key administrators)', () => {
  const SID = 'Allow access for Key Administrators'
  const allowed = (over: Partial<PolicyInput> = {}) =>
    listOf(statement({ admins: ['role/a'], adminDelete: false, ...over }, SID)?.Action)
  const covered = (over: Partial<PolicyInput> = {}) => allowed(over).flatMap(actionsMatching)

  it('is what the console gives, without ScheduleKeyDeletion', () => {
    const console = `Create* Describe* Enable* List* Put* Update* Revoke* Disable* Get* Delete*
      TagResource UntagResource CancelKeyDeletion RotateKeyOnDemand`
    expect(allowed()).toEqual(console.split(/\s+/).map((one) => `kms:${one}`))
    expect(statement({ admins: ['role/a'] }, SID)?.Action).toBe('kms:*')
  })

  it('covers neither deleting nor using the key', () => {
    const use = [
      ...['ScheduleKeyDeletion', 'Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'Sign'],
      ...['GenerateDataKey', 'GenerateMac', 'DeriveSharedSecret', 'Decapsulate', 'VerifyMac'],
    ]
    expect(covered({ origin: 'EXTERNAL', multiRegion: true })).not.toEqual(
      expect.arrayContaining([expect.stringMatching(new RegExp(`^kms:(?:${use.join('|')})$`))]),
    )
    expect(covered()).toContain('kms:PutKeyPolicy')
  })

  it('adds what special keys need', () => {
    expect(covered()).not.toContain('kms:ImportKeyMaterial')
    expect(covered({ origin: 'EXTERNAL' })).toContain('kms:ImportKeyMaterial')
    expect(covered()).not.toContain('kms:ReplicateKey')
    expect(covered({ multiRegion: true })).toContain('kms:ReplicateKey')
    const hmac = { keySpec: 'HMAC_256', keyUsage: 'GENERATE_VERIFY_MAC' }
    expect(covered(hmac)).not.toContain('kms:RotateKeyOnDemand')
  })

  it('says nothing without administrators, which is a mistake', () => {
    expect(() => buildPolicy(input({ adminDelete: false }))).toThrow(/add --admin PRINCIPAL$/)
  })
})

describe('other accounts (KMS Developer Guide, Allowing users in other accounts …)', () => {
  const USE = 'Allow an external account to use this KMS key'
  const GRANTS = 'Allow an external account to attach persistent resources'

  it('may use the key, and grant it to AWS services', () => {
    const accounts = ['444455556666', '777788889999', '444455556666']
    const principals = ['444455556666', '777788889999'].map((id) => `arn:aws:iam::${id}:root`)
    expect(statement({ accounts }, USE)).toMatchObject({
      Effect: 'Allow',
      Principal: { AWS: principals },
      Action: expect.arrayContaining(['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey']),
    })
    expect(statement({ accounts }, GRANTS)).toEqual({
      Sid: GRANTS,
      Effect: 'Allow',
      Principal: { AWS: principals },
      Action: ['kms:RevokeGrant', 'kms:ListGrants', 'kms:CreateGrant'],
      Resource: '*',
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    })
  })

  it('use other keys as their users do, without grants: services take only symmetric ones', () => {
    const key = { keySpec: 'HMAC_256', keyUsage: 'GENERATE_VERIFY_MAC' }
    const over = { ...key, accounts: ['444455556666'] }
    expect(statement(over, USE)?.Action).toEqual([
      'kms:DescribeKey',
      'kms:GenerateMac',
      'kms:VerifyMac',
    ])
    expect(statement(over, GRANTS)).toBe(undefined)
  })

  it.each([
    ['12', /^account "12" is no account ID: give the 12 digits/],
    ['arn:aws:iam::444455556666:root', /no account ID/],
    ['', /no account ID/],
    ['111122223333', /^account 111122223333 is your own/],
  ])('refuses %j', (id, why) => {
    expect(() => buildPolicy(input({ accounts: [id] }))).toThrow(why)
  })
})

describe('guardrails (KMS Developer Guide, condition keys)', () => {
  const denials = statementsOf(buildPolicy(input({ guardrails: true }))).slice(1)

  it('deny everybody, and only what ends a key', () => {
    expect(denials.map(({ Effect, Principal, Action }) => [Effect, Principal, Action])).toEqual([
      ['Deny', { AWS: '*' }, ['kms:DisableKey', 'kms:ScheduleKeyDeletion']],
      ['Deny', { AWS: '*' }, 'kms:ScheduleKeyDeletion'],
    ])
  })

  it('compare with under 30 days, without IfExists: what KMS does not send is not denied', () => {
    expect(denials.map(({ Condition }) => Condition)).toEqual([
      { NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': '30' } },
      { NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } },
    ])
  })
})

test('statements that say the same are one, and Sids are told apart by a number', () => {
  const logGroup = (name: string) => `logs=arn:aws:logs:us-east-1:111122223333:log-group:${name}`
  const built = buildPolicy(
    input({ ...SYMMETRIC, services: [logGroup('/a'), logGroup('/b'), logGroup('/b')] }),
  )
  expect(sids(built).slice(1)).toEqual([
    'Allow CloudWatch Logs to use the key',
    'Allow CloudWatch Logs to describe the key',
    'Allow CloudWatch Logs to use the key 2',
  ])
})
