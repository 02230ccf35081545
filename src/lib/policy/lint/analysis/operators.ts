/** IAM's condition operators. Source: "Condition operators" in the IAM User Guide. */
import { lowerCase } from '../../document/match.js'
import type { ConditionClause } from '../../document/model.js'

/** What an operator compares, and how. */
export interface Operator {
  readonly name: string
  readonly family: 'string' | 'arn' | 'numeric' | 'date' | 'bool' | 'binary' | 'ip' | 'null'
  /** True where it holds for what differs, and so also where the key is absent. */
  readonly negated: boolean
  /** Whether `*` and `?` in a value stand for other characters. */
  readonly wildcards: boolean
  readonly ignoresCase: boolean
}

const operator = (
  name: string,
  family: Operator['family'],
  how: Partial<Pick<Operator, 'wildcards' | 'ignoresCase'>> = {},
): Operator => ({
  name,
  family,
  negated: name.includes('Not'),
  wildcards: false,
  ignoresCase: false,
  ...how,
})

export const OPERATORS: readonly Operator[] = [
  operator('StringEquals', 'string'),
  operator('StringNotEquals', 'string'),
  operator('StringEqualsIgnoreCase', 'string', { ignoresCase: true }),
  operator('StringNotEqualsIgnoreCase', 'string', { ignoresCase: true }),
  operator('StringLike', 'string', { wildcards: true }),
  operator('StringNotLike', 'string', { wildcards: true }),
  ...[
    'Equals',
    'NotEquals',
    'LessThan',
    'LessThanEquals',
    'GreaterThan',
    'GreaterThanEquals',
  ].flatMap((how) => [operator(`Numeric${how}`, 'numeric'), operator(`Date${how}`, 'date')]),
  operator('Bool', 'bool', { ignoresCase: true }),
  operator('BinaryEquals', 'binary'),
  operator('IpAddress', 'ip'),
  operator('NotIpAddress', 'ip'),
  // ArnEquals and ArnLike behave identically, and so do their negations.
  operator('ArnEquals', 'arn', { wildcards: true }),
  operator('ArnLike', 'arn', { wildcards: true }),
  operator('ArnNotEquals', 'arn', { wildcards: true }),
  operator('ArnNotLike', 'arn', { wildcards: true }),
  operator('Null', 'null'),
]

const BY_NAME = new Map(OPERATORS.map((one) => [lowerCase(one.name), one]))

/** The operator of a condition, in whatever case it is written, or undefined where IAM has none of that name. */
export function operatorOf({ operator: written }: ConditionClause): Operator | undefined {
  return BY_NAME.get(lowerCase(written))
}

/** How IAM writes the operator of a condition: it takes no other case. Undefined where there is none. */
export function spellingOf(clause: ConditionClause): string | undefined {
  const operator = operatorOf(clause)
  // "You can add IfExists to the end of any condition operator name except the Null condition".
  if (operator === undefined || (operator.family === 'null' && clause.ifExists)) return undefined
  const set = clause.quantifier === null ? '' : `${clause.quantifier}:`
  return `${set}${operator.name}${clause.ifExists ? 'IfExists' : ''}`
}
