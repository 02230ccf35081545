/**
 * Whether a condition holds for a request of which only a part is known. Source: "Condition operators"
 * and "Set operators for multivalued context keys" in the IAM User Guide.
 */
import { lowerCase, matches } from '../../document/match.js'
import type { ConditionClause } from '../../document/model.js'
import { type Operator, operatorOf } from './operators.js'

/** `maybe` where what is not known decides. */
export type Holds = 'yes' | 'no' | 'maybe'

/**
 * What is known of a request, by the condition key in lower case: its values, or null where the key is
 * certainly absent, or undefined where it may have any value, or none.
 */
export interface Known {
  get(key: string): readonly string[] | null | undefined
}

/** Whether all of a statement's conditions hold. */
export function allHold(clauses: readonly ConditionClause[], known: Known): Holds {
  const each = clauses.map((clause) => holds(clause, known))
  if (each.includes('no')) return 'no'
  return each.includes('maybe') ? 'maybe' : 'yes'
}

export function holds(clause: ConditionClause, known: Known): Holds {
  const operator = operatorOf(clause)
  const values = known.get(lowerCase(clause.key))
  if (operator === undefined || values === undefined) return 'maybe'
  if (operator.family === 'null') return decided(isNull(clause, values))
  if (values === null || values.length === 0) return decided(holdsWithout(clause, operator))
  // Policy variables stand for something that is not known here.
  if (clause.values.some((value) => value.includes('${'))) return 'maybe'
  const compare = COMPARISONS[operator.family]
  if (compare === undefined || !comparable(clause, operator)) return 'maybe'
  const one = (value: string) => {
    const equal = clause.values.some((wanted) => compare(wanted, value, operator))
    return operator.negated ? !equal : equal
  }
  // A single-valued key without a set operator has one value; several without one are compared as any.
  return decided(clause.quantifier === 'ForAllValues' ? values.every(one) : values.some(one))
}

/** What an Arn operator makes of a value that is no ARN, `*` among them, is not documented. */
function comparable({ values }: ConditionClause, { family }: Operator): boolean {
  return family !== 'arn' || values.every((value) => arnParts(value).length === 6)
}

function decided(truth: boolean): Holds {
  return truth ? 'yes' : 'no'
}

function isNull({ values }: ConditionClause, actual: readonly string[] | null): boolean {
  return values.some((value) => (lowerCase(value) === 'true') === (actual === null))
}

/** What a condition says of a request that lacks its key. */
function holdsWithout({ ifExists, quantifier }: ConditionClause, { negated }: Operator): boolean {
  if (ifExists || quantifier === 'ForAllValues') return true
  return negated && quantifier !== 'ForAnyValue'
}

type Compare = (wanted: string, actual: string, operator: Operator) => boolean

const COMPARISONS: Partial<Record<Operator['family'], Compare>> = {
  string: sameText,
  bool: sameText,
  arn: (wanted, actual) => {
    const patterns = arnParts(wanted)
    const parts = arnParts(actual)
    return patterns.every((pattern, index) => matches(pattern, parts[index] ?? ''))
  },
}

function sameText(wanted: string, actual: string, { wildcards, ignoresCase }: Operator): boolean {
  const [pattern, text] = ignoresCase ? [lowerCase(wanted), lowerCase(actual)] : [wanted, actual]
  return wildcards ? matches(pattern, text) : pattern === text
}

/** The six parts of an ARN, which the Arn operators compare one by one; the last may contain colons. */
export function arnParts(arn: string): string[] {
  const parts = arn.split(':')
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')]
}
