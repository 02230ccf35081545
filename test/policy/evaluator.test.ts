/** The oracle itself, against what AWS's documents say. Each title names its page of the IAM User Guide. */
import { describe, expect, test } from 'vitest'
import { type Caller, type Decision, decide } from './evaluator.js'

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const ROOT = 'arn:aws:iam::111122223333:root'
const OTHER_ROOT = 'arn:aws:iam::444455556666:root'
const user = (name: string, account = '111122223333'): Caller => ({
  type: 'user',
  arn: `arn:aws:iam::${account}:user/${name}`,
})
const session: Caller = {
  type: 'session',
  arn: 'arn:aws:sts::111122223333:assumed-role/app/one',
  role: 'arn:aws:iam::111122223333:role/team/app',
}
const root: Caller = { type: 'root', arn: ROOT }
const service: Caller = { type: 'service', name: 'logs.us-east-1.amazonaws.com' }

const all = { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }

function asked(
  statements: object | object[],
  caller: Caller = user('alice'),
  more: Partial<Parameters<typeof decide>[1]> = {},
  Version = '2012-10-17',
): Decision {
  const request = { caller, action: 'kms:Decrypt', resource: KEY, context: {}, iam: false }
  return decide({ Version, Statement: statements }, { ...request, ...more })
}

describe('decisions (Policy evaluation logic)', () => {
  test('what nothing allows is denied, an allow allows, a deny wins', () => {
    expect(asked([])).toBe('implicit deny')
    expect(asked(all)).toBe('allow')
    expect(asked([all, { ...all, Effect: 'Deny' }])).toBe('deny')
    expect(asked([all, { ...all, Effect: 'Deny', Action: 'kms:Encrypt' }])).toBe('allow')
  })

  test('Effect is Allow or Deny in that spelling (Grammar)', () => {
    expect(asked({ ...all, Effect: 'allow' })).toBe('implicit deny')
    expect(asked([all, { ...all, Effect: 'deny' }])).toBe('allow')
  })

  test('a statement without Action or Resource has no effect (PutKeyPolicy)', () => {
    expect(asked({ Effect: 'Allow', Principal: '*', Resource: '*' })).toBe('implicit deny')
    expect(asked({ Effect: 'Allow', Principal: '*', Action: 'kms:*' })).toBe('implicit deny')
    expect(asked([all, { Effect: 'Deny', Principal: '*', Action: 'kms:*' }])).toBe('allow')
  })
})

describe('actions and resources (Action, NotAction, Resource)', () => {
  test.each([
    ['kms:Decrypt', 'allow'],
    ['KMS:decrypt', 'allow'],
    ['kms:De*', 'allow'],
    ['kms:?ecrypt', 'allow'],
    ['*', 'allow'],
    ['kms:Decryp', 'implicit deny'],
    ['kms:Decrypt?', 'implicit deny'],
    ['kms.Decrypt', 'implicit deny'],
    ['s3:*', 'implicit deny'],
  ])('Action %s: %s; NotAction the other way round', (Action, decision) => {
    expect(asked({ ...all, Action })).toBe(decision)
    const { Action: _, ...rest } = all
    const other = decision === 'allow' ? 'implicit deny' : 'allow'
    expect(asked({ ...rest, NotAction: ['kms:Sign', Action] })).toBe(other)
  })

  test('the resource is the key, with wildcards, letter case counting', () => {
    expect(asked({ ...all, Resource: KEY })).toBe('allow')
    expect(asked({ ...all, Resource: 'arn:aws:kms:*:111122223333:key/*' })).toBe('allow')
    expect(asked({ ...all, Resource: KEY.toUpperCase() })).toBe('implicit deny')
    const { Resource: _, ...rest } = all
    expect(asked({ ...rest, NotResource: KEY })).toBe('implicit deny')
    expect(asked({ ...rest, NotResource: 'arn:aws:kms:*:*:alias/*' })).toBe('allow')
  })
})

describe('principals (Principal)', () => {
  const by = (Principal: unknown, caller?: Caller, iam = false) =>
    asked({ ...all, Principal }, caller, { iam })

  test('everybody, in both spellings', () => {
    for (const caller of [user('x'), session, root, service, { type: 'anonymous' } as Caller]) {
      expect(by('*', caller)).toBe('allow')
      expect(by({ AWS: '*' }, caller)).toBe('allow')
      expect(by({ AWS: ['*'] }, caller)).toBe('allow')
    }
    expect(by('*', user('x', '444455556666'))).toBe('implicit deny')
    expect(by('*', user('x', '444455556666'), true)).toBe('allow')
  })

  test('a name is matched whole, letter case counting, without wildcards', () => {
    expect(by({ AWS: 'arn:aws:iam::111122223333:user/alice' })).toBe('allow')
    expect(by({ AWS: 'arn:aws:iam::111122223333:user/Alice' })).toBe('implicit deny')
    expect(by({ AWS: 'arn:aws:iam::111122223333:user/*' })).toBe('implicit deny')
    expect(by({ AWS: 'arn:aws:iam::111122223333:*' })).toBe('implicit deny')
    expect(by('arn:aws:iam::111122223333:user/alice')).toBe('implicit deny')
    expect(by({ AWS: 'AIDAEXAMPLEID12345' })).toBe('implicit deny')
  })

  test('a role names its sessions, a session itself alone', () => {
    expect(by({ AWS: 'arn:aws:iam::111122223333:role/team/app' }, session)).toBe('allow')
    expect(by({ AWS: 'arn:aws:sts::111122223333:assumed-role/app/one' }, session)).toBe('allow')
    expect(by({ AWS: 'arn:aws:sts::111122223333:assumed-role/app/two' }, session)).toBe(
      'implicit deny',
    )
  })

  test('the account delegates to its IAM policies (Default key policy)', () => {
    for (const AWS of [ROOT, '111122223333', [ROOT, 'AROAEXAMPLEID12345']]) {
      expect(by({ AWS }, user('alice'))).toBe('implicit deny')
      expect(by({ AWS }, user('alice'), true)).toBe('allow')
      expect(by({ AWS }, session, true)).toBe('allow')
      expect(by({ AWS }, root)).toBe('allow')
      expect(by({ AWS }, service, true)).toBe('implicit deny')
      expect(by({ AWS }, user('x', '444455556666'), true)).toBe('implicit deny')
    }
    expect(by({ AWS: 'arn:aws-cn:iam::111122223333:root' }, user('alice'), true)).toBe(
      'implicit deny',
    )
  })

  test('who is named in the key’s account needs no IAM policy, who is of another one does', () => {
    const bob = user('bob', '444455556666')
    expect(by({ AWS: 'arn:aws:iam::444455556666:user/bob' }, bob)).toBe('implicit deny')
    expect(by({ AWS: 'arn:aws:iam::444455556666:user/bob' }, bob, true)).toBe('allow')
    expect(by({ AWS: OTHER_ROOT }, bob, true)).toBe('allow')
    expect(by({ AWS: OTHER_ROOT }, { type: 'root', arn: OTHER_ROOT })).toBe('allow')
  })

  test('services by their names', () => {
    expect(by({ Service: 'logs.us-east-1.amazonaws.com' }, service)).toBe('allow')
    expect(by({ Service: 'logs.amazonaws.com' }, service)).toBe('implicit deny')
    expect(by({ AWS: 'logs.us-east-1.amazonaws.com' }, service)).toBe('implicit deny')
    expect(by({ Service: '*' }, service)).toBe('implicit deny')
    const provider: Caller = { type: 'provider', name: 'accounts.google.com' }
    expect(by({ Federated: 'accounts.google.com' }, provider)).toBe('allow')
  })

  test('an account that is denied is denied with all its principals', () => {
    const denied = (AWS: string, caller: Caller) =>
      asked([all, { ...all, Effect: 'Deny', Principal: { AWS } }], caller)
    for (const caller of [user('alice'), session, root]) expect(denied(ROOT, caller)).toBe('deny')
    expect(denied('arn:aws:iam::111122223333:user/alice', root)).toBe('allow')
    expect(denied(OTHER_ROOT, user('alice'))).toBe('allow')
  })
})

describe('all but (NotPrincipal)', () => {
  const denied = (AWS: string | string[], caller: Caller) => {
    const { Principal: _, ...rest } = all
    return asked([all, { ...rest, Effect: 'Deny', NotPrincipal: { AWS } }], caller)
  }
  const alice = 'arn:aws:iam::111122223333:user/alice'

  test('exempt from a deny is who is named together with the account', () => {
    expect(denied([alice, ROOT], user('alice'))).toBe('allow')
    expect(denied(alice, user('alice'))).toBe('deny')
    expect(denied(ROOT, user('alice'))).toBe('deny')
    expect(denied([alice, ROOT], root)).toBe('allow')
    expect(denied([alice, ROOT], user('bob'))).toBe('deny')
    expect(denied([alice, ROOT], service)).toBe('deny')
  })

  test('a session is exempt with its role and the account', () => {
    const role = 'arn:aws:iam::111122223333:role/team/app'
    expect(denied([role, ROOT], session)).toBe('allow')
    expect(denied(['arn:aws:sts::111122223333:assumed-role/app/one', ROOT], session)).toBe('deny')
  })

  test('with Allow everybody else is let in', () => {
    const { Principal: _, ...rest } = all
    const by = (AWS: string, caller: Caller) =>
      asked({ ...rest, NotPrincipal: { AWS } }, caller, { iam: true })
    expect(by(alice, user('alice'))).toBe('implicit deny')
    expect(by(alice, user('bob'))).toBe('allow')
    expect(by(ROOT, user('bob'))).toBe('implicit deny')
    expect(by(ROOT, service)).toBe('allow')
  })
})

describe('conditions (Condition operators)', () => {
  const when = (
    operator: string,
    values: unknown,
    given: string[],
    { version = '2012-10-17', context = {} } = {},
  ) => {
    const statement = { ...all, Condition: { [operator]: { 'aws:Key': values } } }
    const full = { ...context, ...(given.length === 0 ? {} : { 'aws:key': given }) }
    return asked(statement, user('alice'), { context: full }, version) === 'allow'
  }

  test.each<[string, unknown, string, boolean]>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', 'a*', 'ab', false],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringEqualsIgnoreCase', 'Ab', 'aB', true],
    ['StringNotEqualsIgnoreCase', 'Ab', 'aB', false],
    ['StringLike', 'a*c?', 'abbcd', true],
    ['StringLike', 'a*c?', 'abbc', false],
    ['StringLike', 'A*', 'ab', false],
    ['StringNotLike', 'a*', 'b', true],
    ['NumericEquals', '7', '7.0', true],
    ['NumericEquals', 7, '7', true],
    ['NumericNotEquals', 7, '8', true],
    ['NumericLessThan', '30', '29', true],
    ['NumericLessThan', '30', '30', false],
    ['NumericLessThanEquals', '30', '30', true],
    ['NumericGreaterThan', '9', '10', true],
    ['NumericGreaterThanEquals', '9', '9', true],
    ['NumericGreaterThanEquals', '9', 'x', false],
    ['DateEquals', '2026-01-01T00:00:00Z', '1767225600', true],
    ['DateNotEquals', '2026-01-01T00:00:00Z', '1767225600', false],
    ['DateLessThan', '2026-01-02', '2026-01-01T00:00:00Z', true],
    ['DateLessThanEquals', '2026-01-01', '2026-01-01T00:00:00Z', true],
    ['DateGreaterThan', '2026-01-02', '2026-01-01T00:00:00Z', false],
    ['DateGreaterThanEquals', '2026-01-01', '2026-01-01T00:00:00Z', true],
    ['Bool', true, 'true', true],
    ['Bool', 'false', 'true', false],
    ['BinaryEquals', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', true],
    ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ6', false],
    ['IpAddress', '203.0.113.0/24', '203.0.113.77', true],
    ['IpAddress', '203.0.113.7', '203.0.113.7', true],
    ['IpAddress', '203.0.113.7', '203.0.113.8', false],
    ['IpAddress', '2001:DB8:1234:5678::/64', '2001:db8:1234:5678::9', true],
    ['IpAddress', '203.0.113.0/24', '2001:db8::1', false],
    ['NotIpAddress', '203.0.113.0/24', '198.51.100.1', true],
    ['ArnEquals', 'arn:aws:s3:::b*', 'arn:aws:s3:::bucket', true],
    ['ArnLike', 'arn:aws:s3:::B', 'arn:aws:s3:::b', false],
    ['ArnNotLike', 'arn:aws:s3:::x', 'arn:aws:s3:::b', true],
    ['ArnNotEquals', 'arn:aws:s3:::x', 'arn:aws:s3:::x', false],
    ['stringEquals', 'a', 'a', false],
    ['StringIs', 'a', 'a', false],
  ])('%s %j for %s: %s', (operator, values, given, expected) => {
    expect(when(operator, values, [given])).toBe(expected)
  })

  test('an ARN is matched component by component (Amazon Resource Name condition operators)', () => {
    const pattern = 'arn:aws:someservice:*:111122223333:finance/*'
    const value =
      'arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt'
    expect(when('StringLike', pattern, [value])).toBe(true)
    expect(when('ArnLike', pattern, [value])).toBe(false)
    expect(when('ArnLike', 'arn:aws:sns:*:*:*', ['arn:aws:sns:eu-west-1:1:a:b:c'])).toBe(true)
  })

  test('a key that is not there: false, of negated operators true, with IfExists true', () => {
    expect(when('StringEquals', 'a', [])).toBe(false)
    expect(when('StringNotEquals', 'a', [])).toBe(true)
    expect(when('NotIpAddress', '203.0.113.0/24', [])).toBe(true)
    expect(when('StringEqualsIfExists', 'a', [])).toBe(true)
    expect(when('StringEqualsIfExists', 'a', ['b'])).toBe(false)
    expect(when('StringNotEqualsIfExists', 'a', [])).toBe(true)
  })

  test('Null says whether it is there', () => {
    expect(when('Null', 'true', [])).toBe(true)
    expect(when('Null', 'false', [])).toBe(false)
    expect(when('Null', true, ['a'])).toBe(false)
    expect(when('Null', false, ['a'])).toBe(true)
  })

  test('all conditions must hold; key names are not case-sensitive', () => {
    const Condition = {
      StringEquals: { 'AWS:kEY': 'a', 'aws:Other': 'b' },
      Bool: { 'aws:Tls': 'true' },
    }
    const given = (context: Record<string, string[]>) =>
      asked({ ...all, Condition }, user('alice'), { context })
    expect(given({ 'aws:key': ['a'], 'aws:other': ['b'], 'aws:tls': ['true'] })).toBe('allow')
    expect(given({ 'aws:key': ['a'], 'aws:other': ['b'] })).toBe('implicit deny')
    expect(given({ 'aws:key': ['a'], 'aws:tls': ['true'] })).toBe('implicit deny')
    expect(asked({ ...all, Condition: { StringEquals: {} } })).toBe('allow')
  })

  test.each<[string, string[], string[], boolean]>([
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAllValues:StringEquals', ['a'], [], true],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], true],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'a'], false],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['x', 'b'], true],
    ['ForAnyValue:StringEquals', ['a'], ['x'], false],
    ['ForAnyValue:StringEquals', ['a'], [], false],
    ['ForAnyValue:StringNotEquals', ['a'], ['a', 'b'], true],
    ['ForAnyValue:StringNotEquals', ['a'], ['a'], false],
    ['ForAnyValue:StringNotEquals', ['a'], [], false],
    ['ForAnyValue:StringEqualsIfExists', ['a'], [], true],
    ['ForAllValues:StringLike', ['a*'], ['ab', 'ac'], true],
  ])('%s %j for %j: %s (Multivalued context keys)', (operator, values, given, expected) => {
    expect(when(operator, values, given)).toBe(expected)
  })

  test('variables, in Version 2012-10-17 alone (Variables and tags)', () => {
    const context = { 'aws:username': ['alice'] }
    expect(when('StringEquals', 'u/${aws:username}', ['u/alice'], { context })).toBe(true)
    expect(when('StringEquals', 'u/${AWS:userName}', ['u/alice'], { context })).toBe(true)
    const old = { context, version: '2008-10-17' }
    expect(when('StringEquals', 'u/${aws:username}', ['u/alice'], old)).toBe(false)
    expect(when('StringEquals', 'u/${aws:username}', ['u/${aws:username}'], old)).toBe(true)
    expect(when('StringEquals', '${aws:username}', ['x'])).toBe(false)
    expect(when('StringNotEquals', '${aws:username}', ['x'])).toBe(false)
    expect(when('StringEquals', "${aws:username, 'guest'}", ['guest'])).toBe(true)
    expect(when('StringLike', 'a${*}', ['a*'])).toBe(true)
    expect(when('StringLike', 'a${*}', ['ab'])).toBe(false)
    const star = { context: { 'aws:username': ['*'] } }
    expect(when('StringLike', '${aws:username}', ['anybody'], star)).toBe(false)
    expect(
      when('NumericEquals', '${aws:username}', ['7'], { context: { 'aws:username': ['7'] } }),
    ).toBe(false)
  })
})
