import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { samePolicy } from '../../../src/lib/policy/compare/equivalence.js'
import type {
  OneOrMany,
  PolicyDocument,
  Statement,
} from '../../../src/lib/policy/document/document.js'

const example = JSON.parse(
  readFileSync(new URL('../../../docs/facts/example-policy.json', import.meta.url), 'utf8'),
) as PolicyDocument

function one(statement: Statement & Record<string, unknown>): PolicyDocument {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] }
}

function by(Principal: NonNullable<Statement['Principal']>): PolicyDocument {
  return one({ Principal })
}

const ROOT = 'arn:aws:iam::111122223333:root'
const CHINA_ROOT = 'arn:aws-cn:iam::111122223333:root'

describe('samePolicy: the same (IAM JSON policy reference)', () => {
  it.each<[string, PolicyDocument, PolicyDocument]>([
    ['one action or a list of it', one({ Action: 'kms:*' }), one({ Action: ['kms:*'] })],
    ['case of actions', one({ Action: 'kms:decrypt' }), one({ Action: 'KMS:Decrypt' })],
    ['an action twice', one({ Action: ['kms:Get*', 'kms:get*'] }), one({ Action: 'kms:Get*' })],
    ['everybody', by('*'), by({ AWS: ['*'] })],
    ['account and root', by({ AWS: '111122223333' }), by({ AWS: ROOT })],
    ['account and root in China', by({ AWS: '111122223333' }), by({ AWS: CHINA_ROOT })],
    ['accounts', by({ AWS: '111122223333' }), by({ AWS: ['111122223333'] })],
    [
      'the partition of a neighbour',
      by({ AWS: ['111122223333', 'arn:aws-cn:iam::444455556666:role/x'] }),
      by({ AWS: [CHINA_ROOT, 'arn:aws-cn:iam::444455556666:role/x'] }),
    ],
    ['Sid', one({ Sid: 'a' }), one({ Sid: 'b' })],
    ['Id', { ...one({}), Id: 'key-default-1' }, one({})],
    ['no Version', { Statement: [] }, { Version: '2008-10-17', Statement: [] }],
    [
      'one statement or a list of it',
      { Statement: { Effect: 'Deny' } },
      { Statement: [{ Effect: 'Deny' }] },
    ],
    [
      'case of condition keys, "true" and true',
      one({ Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } }),
      one({ Condition: { Bool: { 'KMS:grantisforawsresource': [true] } } }),
    ],
    ['no condition', one({ Condition: { StringEquals: {} } }), one({})],
    [
      'the same statement under two Sids',
      { Statement: [{ Sid: 'a', Action: 'kms:*' }] },
      { Statement: [{ Sid: 'b', Action: 'kms:*' }, { Action: ['kms:*'] }] },
    ],
  ])('%s', (_, a, b) => {
    expect(samePolicy(a, b)).toBe(true)
    expect(samePolicy(b, a)).toBe(true)
  })
})

describe('samePolicy: different', () => {
  it.each<[string, PolicyDocument, PolicyDocument]>([
    ['Effect', one({}), one({ Effect: 'Deny' })],
    ['missing Effect', { Statement: [{}] }, { Statement: [{ Effect: 'Allow' }] }],
    ['Version', one({}), { ...one({}), Version: '2008-10-17' }],
    ['Action and NotAction', one({ Action: 'kms:*' }), one({ NotAction: 'kms:*' })],
    ['Principal and NotPrincipal', one({ Principal: '*' }), one({ NotPrincipal: '*' })],
    ['no Action and an empty list', one({}), one({ Action: [] })],
    ['a wider action', one({ Action: 'kms:Get*' }), one({ Action: 'kms:GetKeyPolicy' })],
    [
      'case of principals',
      by({ AWS: `${ROOT.replace('root', 'role/A')}` }),
      by({ AWS: `${ROOT.replace('root', 'role/a')}` }),
    ],
    ['roots of two partitions', by({ AWS: ROOT }), by({ AWS: CHINA_ROOT })],
    [
      'an account where ARNs of several partitions stand: it is of aws',
      by({ AWS: ['111122223333', CHINA_ROOT, 'arn:aws:iam::444455556666:root'] }),
      by({ AWS: [CHINA_ROOT, 'arn:aws:iam::444455556666:root'] }),
    ],
    ['an account and another root', by({ AWS: '444455556666' }), by({ AWS: ROOT })],
    ['kinds of principals', by({ AWS: '*' }), by({ Service: '*' })],
    ['a bare principal', by(ROOT), by({ AWS: ROOT })],
    ['case of resources', one({ Resource: 'arn:a' }), one({ Resource: 'arn:A' })],
    [
      'an account in a condition, where it is only text',
      one({ Condition: { StringEquals: { 'aws:PrincipalArn': ROOT } } }),
      one({ Condition: { StringEquals: { 'aws:PrincipalArn': '111122223333' } } }),
    ],
    [
      'either value, and both conditions',
      one({ Condition: { StringLike: { 'kms:ViaService': ['a', 'b'] } } }),
      one({
        Condition: { StringLike: { 'kms:ViaService': 'a', 'kms:viaservice': 'b' } },
      }),
    ],
    [
      'case of condition values',
      one({ Condition: { StringEquals: { 'kms:ViaService': 'a' } } }),
      one({ Condition: { StringEquals: { 'kms:ViaService': 'A' } } }),
    ],
    [
      'case of operators, of which AWS knows one',
      one({ Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } }),
      one({ Condition: { bool: { 'kms:GrantIsForAWSResource': 'true' } } }),
    ],
    ['an element that IAM does not know', one({ Efect: 'Deny' }), one({})],
    ['objects and lists of pairs', one({ X: { a: 1 } }), one({ X: [['a', 1]] })],
  ])('%s', (_, a, b) => {
    expect(samePolicy(a, b)).toBe(false)
    expect(samePolicy(b, a)).toBe(false)
  })
})

// The parts are few, so that two generated policies often differ in one part only.
const account = fc.constantFrom('111122223333', '444455556666')
const principalName = fc.oneof(
  account.map((id) => `arn:aws:iam::${id}:root`),
  account.map((id) => `arn:aws:iam::${id}:role/R`),
)
const set = <T>(member: fc.Arbitrary<T>) => fc.uniqueArray(member, { minLength: 1, maxLength: 3 })
const statement = fc.record({
  effect: fc.constantFrom<string[]>('Allow', 'Deny'),
  principals: set(principalName),
  actions: set(fc.constantFrom<string[]>('kms:Decrypt', 'kms:Encrypt', 'kms:Get*', 'kms:*')),
  conditions: fc.uniqueArray(
    fc.record({
      operator: fc.constantFrom<string[]>('StringEquals', 'StringLike', 'Bool'),
      key: fc.constantFrom<string[]>('kms:ViaService', 'kms:CallerAccount', 'aws:SourceArn'),
      values: set(fc.constantFrom<string[]>('a', 'A', 'true', '1')),
    }),
    { maxLength: 3, selector: ({ operator, key }) => `${operator} ${key}` },
  ),
})
type Parts = typeof statement extends fc.Arbitrary<infer T> ? T : never
const policy = fc.uniqueArray(statement, { minLength: 1, maxLength: 3, selector: meaning })

/** An independent idea of a statement's meaning, to compare generated statements by. */
function meaning({ effect, principals, actions, conditions }: Parts): string {
  const each = conditions.map((c) => `${c.operator} ${c.key} ${[...c.values].sort().join('|')}`)
  return [effect, [...principals].sort(), [...actions].sort(), each.sort()].join('; ')
}

function meanings(policies: readonly Parts[]): string {
  return policies.map(meaning).sort().join('\n')
}

/** One of the many spellings of a policy, chosen by `dice`. */
function spelt(parts: readonly Parts[], dice: () => number): PolicyDocument {
  const shuffled = <T>(list: readonly T[]): T[] =>
    list
      .map((member) => ({ member, at: dice() }))
      .sort((a, b) => a.at - b.at)
      .map((x) => x.member)
  const twice = <T>(list: readonly T[]): T[] =>
    dice() < 0.3 ? [...list, ...list.slice(0, 1)] : [...list]
  const many = <T>(list: readonly T[]): OneOrMany<T> =>
    list.length === 1 && dice() < 0.5 ? (list[0] as T) : shuffled(twice(list))
  const cased = (text: string): string => (dice() < 0.5 ? text.toLowerCase() : text)
  const statements = shuffled(twice(parts)).map((part): Statement => {
    const condition: NonNullable<Statement['Condition']> = {}
    for (const { operator, key, values } of shuffled(part.conditions)) {
      condition[operator] ??= {}
      condition[operator][cased(key)] = many(
        values.map((value) =>
          value === 'true' && dice() < 0.5 ? true : value === '1' && dice() < 0.5 ? 1 : value,
        ),
      )
    }
    const names = part.principals.map((name) =>
      name.endsWith(':root') && dice() < 0.5 ? name.slice(13, 25) : name,
    )
    return {
      ...(dice() < 0.5 ? { Sid: `s${dice()}` } : {}),
      Effect: part.effect,
      Principal: { AWS: many(names) },
      Action: many(part.actions.map(cased)),
      Resource: many(['*']),
      ...(part.conditions.length > 0 || dice() < 0.5 ? { Condition: condition } : {}),
    }
  })
  return { Version: '2012-10-17', Statement: many(statements) }
}

const dice = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })).map((stream) => () => {
  return stream.next().value as number
})

describe('samePolicy over generated policies', () => {
  it('calls every spelling of a policy the same', () => {
    fc.assert(
      fc.property(policy, dice, dice, (parts, left, right) => {
        expect(samePolicy(spelt(parts, left), spelt(parts, right))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('never calls two meanings the same', () => {
    fc.assert(
      fc.property(policy, policy, dice, (a, b, roll) => {
        expect(samePolicy(spelt(a, roll), spelt(b, roll))).toBe(meanings(a) === meanings(b))
      }),
      { numRuns: 2000 },
    )
  })

  it('notices any one change of effect, action, principal or condition', () => {
    const change = fc.constantFrom<(part: Parts) => Parts>(
      (part) => ({ ...part, effect: part.effect === 'Allow' ? 'Deny' : 'Allow' }),
      (part) => ({ ...part, actions: [...part.actions, 'kms:Sign'] }),
      (part) => ({ ...part, actions: part.actions.map((action) => `${action}x`) }),
      (part) => ({ ...part, principals: [...part.principals, 'arn:aws:iam::444455556666:user/u'] }),
      (part) => ({
        ...part,
        principals: part.principals.map((name) => name.replace('aws:', 'aws-cn:')),
      }),
      (part) => ({
        ...part,
        conditions: [...part.conditions, { operator: 'Null', key: 'k', values: ['a'] }],
      }),
      (part) => ({
        ...part,
        conditions: [
          { operator: 'ArnLike', key: 'aws:SourceArn', values: ['x'] },
          ...part.conditions.slice(1),
        ],
      }),
    )
    fc.assert(
      fc.property(policy, fc.nat(), change, dice, (parts, at, mutate, roll) => {
        const changed = parts.map((part, index) =>
          index === at % parts.length ? mutate(part) : part,
        )
        expect(samePolicy(spelt(parts, roll), spelt(changed, roll))).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })

  it('finds the example equal to itself in reverse, and to no part of itself', () => {
    const statements = example.Statement as Statement[]
    expect(samePolicy(example, { ...example, Statement: [...statements].reverse() })).toBe(true)
    for (const left of statements.keys()) {
      const rest = statements.filter((_, index) => index !== left)
      expect(samePolicy(example, { ...example, Statement: rest })).toBe(false)
    }
  })
})
