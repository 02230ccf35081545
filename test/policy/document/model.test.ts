import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { samePolicy } from '../../../src/lib/policy/compare/equivalence.js'
import { parsePolicy, policyText } from '../../../src/lib/policy/document/document.js'
import { actionMatches, actionsMatching, matches } from '../../../src/lib/policy/document/match.js'
import { toDocument, typedPolicy, typedStatements } from '../../../src/lib/policy/document/model.js'
import { isGhost } from '../../../src/lib/policy/document/principal-ref.js'
import { diceOf } from '../support/dice.js'
import { anyDocument } from '../support/documents.js'
import { changed } from '../support/rewrites.js'

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

describe('there and back, without loss', () => {
  test('a document comes back as it was, spelling and order of keys included', () => {
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const dice = diceOf(g)
        const text = policyText(changed(anyDocument(dice), dice))
        const document = typedPolicy(JSON.parse(text))
        expect(policyText(toDocument(document))).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    '{"Statement":{"Effect":"Allow"},"Version":"2012-10-17"}',
    '{"Statement":[]}',
    '{"Id":"a","Statement":[{"Condition":{"Bool":{},"Null":{"a":[true,1,"1"]}},"Sid":""}],"X":{"b":1,"a":[]}}',
    '{"Statement":[{"NotPrincipal":{"Service":[],"AWS":"*"},"Principal":"*","__proto__":{"a":1}}],"__proto__":1}',
  ])('%s', (text) => {
    expect(JSON.stringify(toDocument(typedPolicy(JSON.parse(text))))).toBe(text)
  })

  test('statements may be left out, moved and taken from another policy', () => {
    const one = typedPolicy(parsePolicy('{"Statement":{"Sid":"a","Action":"kms:*"}}', 'one'))
    const two = typedPolicy(parsePolicy('{"Statement":[{"Sid":"b"},{"Sid":"c"}],"Id":"x"}', 'two'))
    const [b, c] = two.statements
    expect(toDocument({ ...two, statements: [c!, ...one.statements] })).toEqual({
      Statement: [{ Sid: 'c' }, { Sid: 'a', Action: 'kms:*' }],
      Id: 'x',
    })
    expect(toDocument({ ...one, statements: [] })).toEqual({ Statement: [] })
    expect(toDocument({ ...one, statements: [b!] })).toEqual({ Statement: { Sid: 'b' } })
  })

  test('the typed parts hold all of the meaning: what they miss, equivalence would miss', () => {
    const beside = '{"Statement":[{"Principal":"*","NotPrincipal":"1","NotAction":[]}]}'
    const [statement] = typedStatements(JSON.parse(beside))
    expect(statement?.others).toEqual({ NotPrincipal: '1' })
    expect(samePolicy(JSON.parse(beside), { Statement: [{ Principal: '*', NotAction: [] }] })).toBe(
      false,
    )
  })
})

// IAM User Guide, "IAM identifiers": AROA and AIDA begin the IDs of roles and users.
test.each([
  ['AROAEXAMPLEID12345', true],
  ['AIDACKCEVSQ6C2EXAMPLE', true],
  ['arn:aws:iam::111122223333:role/AROAEXAMPLEID12345', false],
  ['AROA', false],
  ['AGPAEXAMPLEID12345', false],
])('%s is the ID of a deleted principal: %s', (id, expected) => {
  expect(isGhost({ kind: 'AWS', id })).toBe(expected)
  expect(isGhost({ kind: 'Service', id })).toBe(false)
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
