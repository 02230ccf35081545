import { describe, expect, test } from 'vitest'
import { actionMatches, actionsMatching, matches } from '../../src/lib/policy/match.js'
import { typedStatements } from '../../src/lib/policy/model.js'

// IAM JSON policy reference: one or a list, "*" or {"AWS": "*"}, set operators and IfExists.
test('statements say the same however they are written', () => {
  const [first, second] = typedStatements({
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: {
          'ForAnyValue:StringLikeIfExists': { 'kms:EncryptionContextKeys': ['a', 'b'] },
          Bool: { 'kms:GrantIsForAWSResource': true },
        },
      },
      { Sid: 'x', Effect: 'Deny', NotPrincipal: { AWS: ['1', '2'], Service: 's' }, NotAction: [] },
    ],
  })
  expect(first).toMatchObject({
    number: 1,
    sid: null,
    effect: 'Allow',
    principals: { negated: false, members: [{ kind: 'AWS', id: '*' }] },
    actions: { negated: false, members: ['kms:Decrypt'] },
    resources: { negated: false, members: ['*'] },
    conditions: [
      {
        quantifier: 'ForAnyValue',
        operator: 'StringLike',
        ifExists: true,
        key: 'kms:EncryptionContextKeys',
        values: ['a', 'b'],
      },
      { quantifier: null, operator: 'Bool', ifExists: false, values: ['true'] },
    ],
  })
  expect(second).toMatchObject({
    number: 2,
    sid: 'x',
    effect: 'Deny',
    principals: {
      negated: true,
      members: [
        { kind: 'AWS', id: '1' },
        { kind: 'AWS', id: '2' },
        { kind: 'Service', id: 's' },
      ],
    },
    actions: { negated: true, members: [] },
    resources: null,
    conditions: [],
  })
})

describe('matching', () => {
  test.each([
    ['*', '', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abcd', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b', 'xxaxxbxx', false],
    ['?', '*', true],
    ['a', '*', false],
  ])('%s covers %s: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected)
  })

  test('the case of actions does not count', () => {
    expect(actionMatches('KMS:enc*', 'kms:Encrypt')).toBe(true)
    expect(actionsMatching('kms:REENCRYPT*')).toEqual(['kms:ReEncryptFrom', 'kms:ReEncryptTo'])
    expect(actionsMatching('s3:*')).toEqual([])
  })
})
