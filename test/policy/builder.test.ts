import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { buildPolicy } from '../../src/lib/policy/builder.js'
import { type PolicyDocument, statementsOf } from '../../src/lib/policy/document.js'
import { samePolicy } from '../../src/lib/policy/equivalence.js'

const example = JSON.parse(
  readFileSync(new URL('example-policy.json', import.meta.url), 'utf8'),
) as PolicyDocument

const identity = { partition: 'aws', accountId: '111122223333' }
const trio = [
  'user/waleed',
  'role/aws-service-role/trustedadvisor.amazonaws.com/AWSServiceRoleForTrustedAdvisor',
  'arn:aws:iam::111122223333:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport',
]
const symmetric = { keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' }
const nobody = { admins: [], users: [], grantUsers: [] }

function sids(document: PolicyDocument): (string | undefined)[] {
  return statementsOf(document).map((statement) => statement.Sid)
}

function userActions(keySpec: string, keyUsage: string): unknown {
  const built = buildPolicy({ ...identity, ...nobody, users: ['root'], keySpec, keyUsage })
  return statementsOf(built).find((one) => one.Sid === 'Allow use of the key')?.Action
}

describe('buildPolicy (truth/example-policy.json)', () => {
  const built = buildPolicy({
    ...identity,
    ...symmetric,
    admins: trio,
    users: trio,
    grantUsers: trio,
  })

  it('builds the example by meaning', () => {
    expect(samePolicy(built, example)).toBe(true)
  })

  it('builds the example to the letter, order included', () => {
    expect(JSON.stringify(built, null, 2)).toBe(JSON.stringify(example, null, 2))
  })

  it('leaves out statements without principals, but never the delegation to IAM', () => {
    expect(sids(buildPolicy({ ...identity, ...symmetric, ...nobody }))).toEqual([
      'Enable IAM User Permissions',
    ])
    expect(sids(buildPolicy({ ...identity, ...symmetric, ...nobody, users: ['root'] }))).toEqual([
      'Enable IAM User Permissions',
      'Allow use of the key',
    ])
  })

  it('names one principal as a string, several as a list, each once', () => {
    const one = buildPolicy({
      partition: 'aws-cn',
      accountId: '111122223333',
      ...symmetric,
      ...nobody,
      admins: ['user/a', 'arn:aws-cn:iam::111122223333:user/a'],
      users: ['444455556666', 'role/b'],
    })
    expect(statementsOf(one).map((statement) => statement.Principal)).toEqual([
      { AWS: 'arn:aws-cn:iam::111122223333:root' },
      { AWS: 'arn:aws-cn:iam::111122223333:user/a' },
      { AWS: ['arn:aws-cn:iam::444455556666:root', 'arn:aws-cn:iam::111122223333:role/b'] },
    ])
  })

  it('refuses what is no principal', () => {
    expect(() =>
      buildPolicy({ ...identity, ...symmetric, ...nobody, grantUsers: ['bob'] }),
    ).toThrow(/^principal "bob" is not complete/)
  })
})

describe('users by kind of key (KMS Developer Guide, Default key policy)', () => {
  it.each([
    ['RSA_2048', 'ENCRYPT_DECRYPT', 'Encrypt Decrypt ReEncrypt* DescribeKey GetPublicKey'],
    ['SM2', 'ENCRYPT_DECRYPT', 'Encrypt Decrypt ReEncrypt* DescribeKey GetPublicKey'],
    ['ECC_NIST_P256', 'SIGN_VERIFY', 'DescribeKey GetPublicKey Sign Verify'],
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
