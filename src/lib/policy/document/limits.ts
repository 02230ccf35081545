/**
 * What a statement's conditions narrow it to: in words, and comparable, so that a narrower condition is
 * known for one. Source: "Condition operators" and "Conditions with multiple context keys or values" in
 * the IAM User Guide.
 */
import { lowerCase } from './match.js'
import type { ConditionClause, TypedStatement } from './model.js'

/** One condition that must hold. */
export interface Limit {
  /** What it looks at and how, without the values: limits of one id can be compared by their values. */
  readonly id: string
  readonly values: ReadonlySet<string>
  /** Whether it holds less often the fewer or the more values it has; null where neither is sure. */
  readonly narrowsWith: 'fewer' | 'more' | null
  /** `kms:ViaService is s3.us-east-1.amazonaws.com`. */
  readonly words: string
}

/** Whether the Version of its document matters to a statement: it decides what `${…}` is. */
export function hasVariables({ conditions }: TypedStatement): boolean {
  return conditions.some(({ values }) => values.some((value) => value.includes('${')))
}

/** The limits of a statement: its conditions, and its resources unless they are every key. */
export function limitsOf(statement: TypedStatement): Limit[] {
  const version = hasVariables(statement) ? statement.version : ''
  const limits = statement.conditions.map((clause) => limitOf(clause, version))
  const { resources } = statement
  if (resources === null || (!resources.negated && resources.members.includes('*'))) return limits
  const values = new Set(resources.members)
  return [
    ...limits,
    {
      id: resources.negated ? 'NotResource' : 'Resource',
      values,
      narrowsWith: resources.negated ? 'more' : 'fewer',
      words: `the key's ARN is ${resources.negated ? 'not ' : ''}${oneOf([...values])}`,
    },
  ]
}

function limitOf(clause: ConditionClause, version: string): Limit {
  const values = new Set(clause.values)
  const { written, operator, key } = clause
  return {
    id: JSON.stringify([written, lowerCase(key), version]),
    values,
    narrowsWith: !Object.hasOwn(VERBS, operator)
      ? null
      : operator.includes('Not')
        ? 'more'
        : 'fewer',
    words: conditionWords(clause),
  }
}

/** Whether all of `limits` hold only where all of `wider` hold. */
export function within(limits: readonly Limit[], wider: readonly Limit[]): boolean {
  return wider.every((wide) => limits.some((limit) => narrower(limit, wide)))
}

function narrower(limit: Limit, wide: Limit): boolean {
  if (limit.id !== wide.id) return false
  const { values } = limit
  const fewer = [...values].every((value) => wide.values.has(value))
  const more = [...wide.values].every((value) => values.has(value))
  if (fewer && more) return true
  return wide.narrowsWith === 'fewer' ? fewer : wide.narrowsWith === 'more' && more
}

const VERBS: Readonly<Record<string, string>> = {
  StringEquals: 'is',
  StringNotEquals: 'is not',
  StringEqualsIgnoreCase: 'is, in any letter case,',
  StringNotEqualsIgnoreCase: 'is not, in any letter case,',
  StringLike: 'is like',
  StringNotLike: 'is not like',
  NumericEquals: 'is',
  NumericNotEquals: 'is not',
  NumericLessThan: 'is below',
  NumericLessThanEquals: 'is at most',
  NumericGreaterThan: 'is above',
  NumericGreaterThanEquals: 'is at least',
  DateEquals: 'is',
  DateNotEquals: 'is not',
  DateLessThan: 'is before',
  DateLessThanEquals: 'is at or before',
  DateGreaterThan: 'is after',
  DateGreaterThanEquals: 'is at or after',
  Bool: 'is',
  BinaryEquals: 'is, in base64,',
  IpAddress: 'is in',
  NotIpAddress: 'is not in',
  ArnEquals: 'is like',
  ArnLike: 'is like',
  ArnNotEquals: 'is not like',
  ArnNotLike: 'is not like',
}

/** A condition in words, such as `kms:ViaService is one of a, b`. */
export function conditionWords(clause: ConditionClause): string {
  const { operator, key, quantifier, ifExists, values } = clause
  if (operator === 'Null' && quantifier === null && values.length === 1) {
    if (values[0] === 'true') return `${key} is absent`
    if (values[0] === 'false') return `${key} is present`
  }
  const verb = Object.hasOwn(VERBS, operator) ? VERBS[operator] : operator
  const subject =
    quantifier === null ? key : `${quantifier === 'ForAnyValue' ? 'any' : 'every'} value of ${key}`
  const absent = ifExists ? ', or is absent' : ''
  return `${subject} ${verb} ${oneOf(values)}${absent}`
}

function oneOf(values: readonly string[]): string {
  const [only, ...more] = values
  if (only === undefined) return 'one of none'
  const shown = values.map((value) => (value === '' ? '""' : value))
  return more.length === 0 ? `${shown[0]}` : `one of ${shown.join(', ')}`
}
