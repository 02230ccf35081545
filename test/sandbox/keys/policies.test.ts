/** Key policies: docs/facts/semantics.md (lockout, principals, AWS's notice of 2025-08-18), docs/facts/constraints.md. */
import { describe, expect, it } from 'vitest'
import { ACCOUNT, Bench, ROOT } from '../support.js'

const USER = `arn:aws:iam::${ACCOUNT}:user/sandbox`
const allow = (over: object = {}) => ({
  Effect: 'Allow',
  Principal: { AWS: ROOT },
  Action: 'kms:*',
  Resource: '*',
  ...over,
})
const policy = (...Statement: unknown[]) => JSON.stringify({ Version: '2012-10-17', Statement })

async function put(Policy: string, over: object = {}): Promise<string> {
  const bench = new Bench()
  const { KeyId } = await bench.create()
  try {
    await bench.call('PutKeyPolicy', { KeyId, Policy, ...over })
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    // The same text is refused, or not, when a key is made with it.
    expect(await bench.code('CreateKey', { Policy, ...over })).toBe(code)
    return `${code}: ${message}`
  }
  expect((await bench.call('GetKeyPolicy', { KeyId })).Policy).toBe(Policy)
  return 'accepted'
}

const LOCKOUT =
  'MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future.'
const PRINCIPALS =
  'MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals.'
const SYNTAX = 'MalformedPolicyDocumentException: Policy contains a syntax error'

describe('the default policy', () => {
  it("is AWS's (LocalStack test_replicate_key)", async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create()
    const { Policy, PolicyName } = await bench.call('GetKeyPolicy', { KeyId })
    expect(PolicyName).toBe('default')
    expect(JSON.parse(Policy)).toEqual({
      Version: '2012-10-17',
      Id: 'key-default-1',
      Statement: [
        {
          Sid: 'Enable IAM User Permissions',
          Effect: 'Allow',
          Principal: { AWS: ROOT },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    })
    expect(await put(Policy)).toBe('accepted')
    const { items } = await bench.list('ListKeyPolicies', 'PolicyNames', { KeyId })
    expect(items).toEqual(['default'])
  })

  it('there is no other', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create()
    const other = { KeyId, PolicyName: 'other', Policy: policy(allow()) }
    expect(await bench.code('GetKeyPolicy', other)).toBe('NotFoundException')
    expect(await bench.code('PutKeyPolicy', other)).toBe('NotFoundException')
  })
})

describe('the form of a policy', () => {
  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['no Version', JSON.stringify({ Statement: [allow()] })],
    ['no Statement', JSON.stringify({ Version: '2012-10-17' })],
    ['an empty Statement', policy()],
    ['an unknown member', JSON.stringify({ Version: '2012-10-17', Statement: [allow()], X: 1 })],
    ['an unknown element', policy(allow({ Colour: 'red' }))],
    ['no Effect', policy(allow({ Effect: undefined }))],
    ['no Action', policy(allow(), allow({ Action: undefined }))],
    ['no Resource', policy(allow(), allow({ Resource: undefined }))],
    ['another Resource', policy(allow({ Resource: 'arn:aws:kms:eu-west-1:000000000000:key/a' }))],
    ['an action without service', policy(allow({ Action: 'Encrypt' }))],
    ['both Action and NotAction', policy(allow({ NotAction: 'kms:Decrypt' }))],
    ['no Principal', policy(allow({ Principal: undefined }))],
    ['a Condition of the wrong form', policy(allow(), allow({ Condition: { Bool: 'x' } }))],
  ])('refuses %s', async (_name, text) => {
    expect(await put(text)).toContain(SYNTAX)
  })

  it.each([
    ['a name', 'alice'],
    ['a short account ID', '12345'],
    ['another partition', `arn:aws-cn:iam::${ACCOUNT}:root`],
    ['a group', `arn:aws:iam::${ACCOUNT}:group/admins`],
    ['a unique ID', 'AIDAABCDEFGHIJKLMNOPQ'],
    ['a wildcard', `arn:aws:iam::${ACCOUNT}:user/*`],
    ['a number', 123456789012],
  ])('refuses %s as principal', async (_name, AWS) => {
    expect(await put(policy(allow(), allow({ Principal: { AWS } })))).toBe(PRINCIPALS)
  })

  it.each([
    `arn:aws:iam::${ACCOUNT}:role/path/name`,
    '111122223333',
    '*',
    `arn:aws:sts::${ACCOUNT}:assumed-role/role/session`,
  ])('accepts %s as principal', async (AWS) => {
    expect(await put(policy(allow(), allow({ Principal: { AWS } })))).toBe('accepted')
  })

  it('accepts services, single statements and lists', async () => {
    const Principal = { Service: ['logs.amazonaws.com'], AWS: [ROOT, '111122223333'] }
    const Statement = allow({ Principal, Resource: ['*'], Action: ['kms:*'] })
    expect(await put(JSON.stringify({ Version: '2012-10-17', Statement }))).toBe('accepted')
  })

  it('characters beyond U+00FF are refused, long texts exceed a limit', async () => {
    expect(await put(policy(allow({ Sid: '\u0100' })))).toContain('ValidationException')
    expect(await put(policy(allow({ Sid: '\u00ff' })))).toBe('accepted')
    const long = policy(allow({ Sid: 'x'.repeat(131072) }))
    expect(await put(long)).toContain('LimitExceededException')
    expect(await put(policy(allow({ Sid: 'x'.repeat(100_000) })))).toBe('accepted')
  })
})

describe('the lockout check', () => {
  const deny = (over: object) => allow({ Effect: 'Deny', ...over })
  it.each<[string, string, unknown[]]>([
    ['another account', LOCKOUT, [allow({ Principal: { AWS: '111122223333' } })]],
    ['use only', LOCKOUT, [allow({ Action: ['kms:Encrypt', 'kms:Decrypt'] })]],
    ['a service only', LOCKOUT, [allow({ Principal: { Service: 'logs.amazonaws.com' } })]],
    [
      'another user only',
      LOCKOUT,
      [allow({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/other` } })],
    ],
    ['a denied caller', LOCKOUT, [allow(), deny({ Principal: { AWS: USER }, Action: 'kms:Put*' })]],
    ['everybody denied', LOCKOUT, [allow(), deny({ Principal: '*' })]],
    [
      'all but the root denied',
      LOCKOUT,
      [allow(), deny({ Principal: undefined, NotPrincipal: { AWS: '111122223333' } })],
    ],
    [
      'a condition that is not evaluated',
      LOCKOUT,
      [allow({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } })],
    ],
    [
      'all actions but this one',
      LOCKOUT,
      [allow({ Action: undefined, NotAction: 'kms:putkeypolicy' })],
    ],
    ['the account', 'accepted', [allow({ Principal: { AWS: ACCOUNT } })]],
    ['the caller', 'accepted', [allow({ Principal: { AWS: USER }, Action: 'kms:PutKeyPolic?' })]],
    ['everybody', 'accepted', [allow({ Principal: '*' })]],
    ['another action denied', 'accepted', [allow(), deny({ Action: 'kms:Decrypt' })]],
    ['NotAction', 'accepted', [allow({ Action: undefined, NotAction: 'kms:Decrypt' })]],
  ])('%s: %s', async (_name, expected, statements) => {
    expect(await put(policy(...statements))).toBe(expected)
    const bypass = { BypassPolicyLockoutSafetyCheck: true }
    expect(await put(policy(...statements), bypass)).toBe('accepted')
  })

  it('looks at the partition of the Region', async () => {
    const bench = new Bench()
    await bench.create(
      { Policy: policy(allow({ Principal: { AWS: ROOT.replace('aws', 'aws-cn') } })) },
      'cn-north-1',
    )
  })
})
