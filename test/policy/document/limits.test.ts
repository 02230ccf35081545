/** Conditions in words, and which is narrower. Source: "Condition operators" in the IAM User Guide. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Condition } from '../../../src/lib/policy/document/document.js'
import { conditionWords, limitsOf, within } from '../../../src/lib/policy/document/limits.js'
import { conditionClauses, typedStatements } from '../../../src/lib/policy/document/model.js'
import { decide } from '../evaluator.js'
import { diceOf } from '../support/dice.js'
import { anyCondition, KEY_ARN } from '../support/documents.js'
import { requestFor } from '../support/requests.js'

describe('in words', () => {
  test.each<[string, unknown, string]>([
    ['StringEquals', 'a', 'k is a'],
    ['StringEquals', ['a', 'b'], 'k is one of a, b'],
    ['StringEquals', '', 'k is ""'],
    ['StringEquals', [], 'k is one of none'],
    ['StringNotEquals', ['a', 'b'], 'k is not one of a, b'],
    ['StringEqualsIgnoreCase', 'a', 'k is, in any letter case, a'],
    ['StringNotEqualsIgnoreCase', 'a', 'k is not, in any letter case, a'],
    ['StringLike', 'a*', 'k is like a*'],
    ['StringNotLike', 'a*', 'k is not like a*'],
    ['NumericEquals', 7, 'k is 7'],
    ['NumericLessThan', '7', 'k is below 7'],
    ['NumericLessThanEquals', '7', 'k is at most 7'],
    ['NumericGreaterThan', '7', 'k is above 7'],
    ['NumericGreaterThanEquals', '7', 'k is at least 7'],
    ['DateLessThan', '2026-01-01', 'k is before 2026-01-01'],
    ['DateLessThanEquals', '2026-01-01', 'k is at or before 2026-01-01'],
    ['DateGreaterThan', '2026-01-01', 'k is after 2026-01-01'],
    ['DateGreaterThanEquals', '2026-01-01', 'k is at or after 2026-01-01'],
    ['Bool', true, 'k is true'],
    ['BinaryEquals', 'QQ==', 'k is, in base64, QQ=='],
    ['IpAddress', '203.0.113.0/24', 'k is in 203.0.113.0/24'],
    ['NotIpAddress', '203.0.113.0/24', 'k is not in 203.0.113.0/24'],
    ['ArnLike', 'arn:aws:s3:::b', 'k is like arn:aws:s3:::b'],
    ['ArnNotEquals', 'arn:aws:s3:::b', 'k is not like arn:aws:s3:::b'],
    ['StringEqualsIfExists', 'a', 'k is a, or is absent'],
    ['ForAnyValue:StringEquals', ['a', 'b'], 'any value of k is one of a, b'],
    ['ForAllValues:StringLikeIfExists', 'a', 'every value of k is like a, or is absent'],
    ['Null', 'true', 'k is absent'],
    ['Null', false, 'k is present'],
    ['Null', ['true', 'false'], 'k Null one of true, false'],
    ['StringIs', 'a', 'k StringIs a'],
  ])('%s %j', (operator, values, words) => {
    const condition = { [operator]: { k: values } } as Condition
    expect(conditionClauses(condition).map(conditionWords)).toEqual([words])
  })
})

describe('narrower', () => {
  const limits = (Condition: Condition, more = {}) =>
    typedStatements({ Version: '2012-10-17', Statement: { Condition, ...more } }).flatMap(limitsOf)
  const string = (operator: string, ...values: string[]) => limits({ [operator]: { k: values } })

  test.each<[string, boolean]>([
    ['fewer values', within(string('StringEquals', 'a'), string('StringEquals', 'a', 'b'))],
    [
      'more of what is not',
      within(string('StringNotLike', 'a', 'b'), string('StringNotLike', 'a')),
    ],
    [
      'more conditions',
      within(limits({ Bool: { a: true, b: true } }), limits({ Bool: { a: true } })),
    ],
    ['any condition, in none', within(string('StringIs', 'a'), [])],
    ['the same, unknown', within(string('StringIs', 'a'), string('StringIs', 'a'))],
    [
      'key names in another case',
      within(limits({ Bool: { A: true } }), limits({ Bool: { a: true } })),
    ],
    [
      'fewer resources',
      within(limits({}, { Resource: 'a' }), limits({}, { Resource: ['b', 'a'] })),
    ],
    [
      'one key, of all',
      within(limits({}, { Resource: 'a' }), limits({}, { Resource: ['b', '*'] })),
    ],
  ])('%s', (_, narrower) => {
    expect(narrower).toBe(true)
  })

  test.each<[string, boolean]>([
    ['more values', within(string('StringEquals', 'a', 'b'), string('StringEquals', 'a'))],
    [
      'fewer of what is not',
      within(string('StringNotLike', 'a'), string('StringNotLike', 'a', 'b')),
    ],
    ['another operator', within(string('StringEquals', 'a'), string('StringLike', 'a'))],
    ['IfExists', within(string('StringEqualsIfExists', 'a'), string('StringEquals', 'a'))],
    [
      'of an operator that is unknown',
      within(string('StringIs', 'a'), string('StringIs', 'a', 'b')),
    ],
    ['Null', within(string('Null', 'true'), string('Null', 'true', 'false'))],
    ['all keys, of one', within(limits({}, { Resource: '*' }), limits({}, { Resource: 'a' }))],
    [
      'variables of another Version',
      within(
        string('StringEquals', '${aws:username}'),
        typedStatements({
          Statement: { Condition: { StringEquals: { k: '${aws:username}' } } },
        }).flatMap(limitsOf),
      ),
    ],
  ])('not %s', (_, narrower) => {
    expect(narrower).toBe(false)
  })

  test('what is called narrower holds only where the wider one holds (the oracle)', () => {
    let narrower = 0
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const dice = diceOf(g)
        const one = anyCondition(dice)
        const kept = Object.entries(one).map(([operator, keys]) => [
          operator,
          Object.fromEntries(
            Object.entries(keys).map(([key, values]) => [
              key,
              dice.percent(50) ? [values].flat().slice(0, 1) : [values, ['a', 'z']].flat(),
            ]),
          ),
        ])
        const other = Object.fromEntries(dice.some(kept, 1, kept.length)) as Condition
        const statement = (Condition: Condition) =>
          ({ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*', Condition }) as const
        if (!within(limits(one), limits(other))) return
        narrower++
        for (let asked = 0; asked < 8; asked++) {
          const documents = [one, other].map((condition) => ({
            Version: '2012-10-17',
            Statement: statement(condition),
          }))
          const request = {
            ...requestFor(documents, [], dice),
            caller: { type: 'anonymous' } as const,
            action: 'kms:Decrypt',
            resource: KEY_ARN,
          }
          const [narrow, wide] = documents.map((document) => decide(document, request))
          if (narrow === 'allow') expect(wide, JSON.stringify({ documents, request })).toBe('allow')
        }
      }),
      { numRuns: 500, seed: 4 },
    )
    expect(narrower).toBeGreaterThan(50)
  })
})
