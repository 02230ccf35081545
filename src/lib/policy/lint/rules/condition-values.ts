/** Values that their operator or their key cannot mean. Source: "Condition operators" in the IAM User Guide. */
import { lowerCase } from '../../document/match.js'
import type { ConditionClause } from '../../document/model.js'
import { conditionKey } from '../analysis/condition-keys.js'
import { type Operator, operatorOf } from '../analysis/operators.js'
import { eachStatement, type Rule, SOURCES, shown } from '../analysis/rule.js'
import { isAllow } from '../analysis/statement-scope.js'
import { eachCondition } from './conditions.js'

type Type = NonNullable<ReturnType<typeof conditionKey>>['type']

/** The operators that can compare a key's values, besides Null. */
const FAMILIES: Readonly<Record<Type, readonly Operator['family'][]>> = {
  String: ['string', 'arn'],
  ARN: ['arn', 'string'],
  Bool: ['bool'],
  Numeric: ['numeric', 'date'],
  Date: ['date', 'numeric'],
  IP: ['ip'],
}

/** What a value must look like, and how messages call it. */
interface Form {
  readonly is: RegExp
  readonly called: string
}

const DATE =
  /^(?:-?\d+(?:\.\d+)?|\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)$/

const BY_FAMILY: Partial<Record<Operator['family'], Form>> = {
  bool: { is: /^(?:true|false)$/i, called: 'true or false' },
  null: { is: /^(?:true|false)$/i, called: 'true or false' },
  numeric: { is: /^[+-]?\d+(?:\.\d+)?$/, called: 'a number' },
  date: { is: DATE, called: 'a date such as 2026-01-31T00:00:00Z' },
  ip: {
    is: /^[\d.:a-f]+(?:\/\d{1,3})?$/i,
    called: 'an IP address or a range such as 203.0.113.0/24',
  },
  arn: { is: /^(?:\*|arn:.*|[^:]*\*.*|(?:[^:]*:){5}.*)$/is, called: 'an ARN' },
}

const ACCOUNT: Form = { is: /^\d{12}$/, called: 'an account ID of 12 digits' }

/** What the values of a key look like, where it is compared as a text. */
const BY_KEY: Readonly<Record<string, Form>> = {
  'aws:principalaccount': ACCOUNT,
  'aws:sourceaccount': ACCOUNT,
  'kms:calleraccount': ACCOUNT,
  'aws:principalorgid': { is: /^o-[a-z0-9]{10,32}$/, called: 'an organization’s ID, o-…' },
  'aws:sourcevpc': { is: /^vpc-[0-9a-z]+$/, called: 'a VPC’s ID, vpc-…' },
  'aws:sourcevpce': { is: /^vpce-[0-9a-z]+$/, called: 'a VPC endpoint’s ID, vpce-…' },
  'kms:viaservice': {
    is: /^[a-z0-9-]+\.[a-z0-9-]+\.(?!com(?:\.cn)?$)[a-z0-9.-]+$/,
    called: 'a service in a Region, such as s3.us-east-1.amazonaws.com',
  },
  'kms:requestalias': { is: /^alias\//, called: 'an alias name, alias/…' },
}

/** A form that a value should have and has not; null where nothing is wrong, or wildcards leave it open. */
function wrongForm({ key }: ConditionClause, operator: Operator, value: string): Form | null {
  if (value.includes('${')) return null
  const form = BY_FAMILY[operator.family]
  if (form !== undefined && !form.is.test(value)) return form
  if (operator.family !== 'string' || (operator.wildcards && /[*?]/.test(value))) return null
  const name = lowerCase(key)
  const own = Object.hasOwn(BY_KEY, name) ? BY_KEY[name] : undefined
  return own === undefined || own.is.test(value) || value.includes('*') ? null : own
}

export const VALUE_RULES: readonly Rule[] = [
  {
    id: 'wildcard-without-like',
    severity: 'warning',
    finds: 'A `*` in a value that StringEquals or StringNotEquals takes literally',
    source: SOURCES.operators,
    check: eachCondition((clause) => {
      const operator = operatorOf(clause)
      if (operator?.family !== 'string' || operator.wildcards) return []
      return clause.values
        .filter((value) => value.replaceAll('${*}', '').includes('*'))
        .map((value) => ({
          message: `${operator.name} takes the * in ${shown(value)} literally, and ${clause.key} never has one`,
          fix: `write ${operator.negated ? 'StringNotLike' : 'StringLike'}`,
        }))
    }),
  },
  {
    id: 'operator-type',
    severity: 'warning',
    finds: 'An operator for another type than the condition key’s',
    source: SOURCES.operators,
    check: eachCondition((clause) => {
      const operator = operatorOf(clause)
      const key = conditionKey(clause.key)
      if (operator === undefined || key === undefined || operator.family === 'null') return []
      if (FAMILIES[key.type].includes(operator.family)) return []
      return [
        {
          message: `${clause.key} is of type ${key.type}, which ${operator.name} does not compare`,
          fix: `use an operator for ${key.type}, such as ${EXAMPLES[key.type]}`,
        },
      ]
    }),
  },
  {
    id: 'condition-value',
    severity: 'warning',
    finds: 'A value that the condition key never has, or that the operator cannot read',
    source: SOURCES.operators,
    check: eachCondition((clause) => {
      const operator = operatorOf(clause)
      if (operator === undefined) return []
      return clause.values.flatMap((value) => {
        const form = wrongForm(clause, operator, value)
        return form === null
          ? []
          : [
              {
                message: `${shown(value)} for ${clause.key} is not ${form.called}`,
                fix: `give ${form.called}`,
              },
            ]
      })
    }),
  },
  {
    id: 'variable-without-version',
    severity: 'warning',
    finds: 'A policy variable in a policy that is not of Version 2012-10-17: it is taken literally',
    source: SOURCES.version,
    check: (facts) =>
      facts.document.Version === '2012-10-17'
        ? []
        : eachCondition(({ key, values }) =>
            values
              .filter((value) => /\$\{[^}]*\}/.test(value))
              .map((value) => ({
                message: `${shown(value)} for ${key} is a policy variable, which this Version takes literally`,
                fix: 'write "Version": "2012-10-17"',
              })),
          )(facts),
  },
  {
    id: 'set-operator-missing',
    severity: 'warning',
    finds: 'A condition key of several values without ForAnyValue or ForAllValues',
    source: SOURCES.setOperators,
    check: eachCondition((clause) => {
      if (!conditionKey(clause.key)?.multivalued || clause.quantifier !== null) return []
      if (operatorOf(clause)?.family === 'null') return []
      return [
        {
          message: `${clause.key} has several values, which ${clause.written} does not compare`,
          fix: `write ForAnyValue:${clause.written} or ForAllValues:${clause.written}`,
        },
      ]
    }),
  },
  {
    id: 'set-operator-on-single',
    severity: 'warning',
    finds:
      'ForAnyValue or ForAllValues on a condition key of one value: ForAllValues holds where it is absent',
    source: SOURCES.setOperators,
    check: eachCondition(({ key, quantifier, operator }) => {
      if (quantifier === null || conditionKey(key)?.multivalued !== false) return []
      return [
        {
          message: `${key} has one value: ${quantifier} is not for it${quantifier === 'ForAllValues' ? ', and holds where it is absent' : ''}`,
          fix: `write ${operator}`,
        },
      ]
    }),
  },
  {
    id: 'for-all-values-absent',
    severity: 'note',
    finds:
      'An Allow with ForAllValues, which holds where the condition key is absent, without a Null condition',
    source: SOURCES.setOperators,
    check: eachStatement((statement) => {
      if (!isAllow(statement)) return []
      return statement.conditions
        .filter(
          (clause) =>
            clause.quantifier === 'ForAllValues' &&
            conditionKey(clause.key)?.multivalued === true &&
            lowerCase(clause.key) !== 'kms:grantoperations' &&
            !statement.conditions.some(
              (other) =>
                operatorOf(other)?.family === 'null' &&
                lowerCase(other.key) === lowerCase(clause.key),
            ),
        )
        .map(({ key }) => ({
          message: `ForAllValues on ${key} holds for requests without it too`,
          fix: `add "Null": {"${key}": "false"}, if they are not meant`,
        }))
    }),
  },
]

const EXAMPLES: Readonly<Record<Type, string>> = {
  String: 'StringEquals',
  ARN: 'ArnLike',
  Bool: 'Bool',
  Numeric: 'NumericEquals',
  Date: 'DateLessThan',
  IP: 'IpAddress',
}
