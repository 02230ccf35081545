/** Conditions that IAM or KMS does not know, and keys that do not come with what the statement is about. */
import type { KmsAction } from '../../catalogue/actions.js'
import { actionMatches, lowerCase } from '../../document/match.js'
import type { ConditionClause, TypedStatement } from '../../document/model.js'
import { nearest } from '../../document/nearest.js'
import { carries, conditionKey, isUnknownKey, nearestKey } from '../analysis/condition-keys.js'
import { OPERATORS, operatorOf, spellingOf } from '../analysis/operators.js'
import { namedBy } from '../analysis/principal-match.js'
import { eachStatement, type Hit, type Rule, SOURCES, shown } from '../analysis/rule.js'
import { actionsOf, isAllow, isDeny } from '../analysis/statement-scope.js'

/** A rule's check that looks at one condition at a time. */
export function eachCondition(
  check: (clause: ConditionClause, statement: TypedStatement) => readonly Omit<Hit, 'statement'>[],
): Rule['check'] {
  return eachStatement((statement) =>
    statement.conditions.flatMap((clause) => check(clause, statement)),
  )
}

/** Whether a condition fails where its key is absent. */
function needsKey(clause: ConditionClause): boolean {
  const operator = operatorOf(clause)
  if (operator === undefined || operator.family === 'null' || clause.ifExists) return false
  return clause.quantifier !== 'ForAllValues' && !operator.negated
}

/** Whether a condition holds where its key is absent. */
function holdsWithoutKey(clause: ConditionClause): boolean {
  const operator = operatorOf(clause)
  if (operator === undefined || operator.family === 'null') return false
  if (clause.ifExists || clause.quantifier === 'ForAllValues') return true
  return operator.negated && clause.quantifier !== 'ForAnyValue'
}

const OPERATOR_NAMES = OPERATORS.map(({ name }) => name)

const isContext = (key: string) => lowerCase(key).startsWith('kms:encryptioncontext')

export const CONDITION_RULES: readonly Rule[] = [
  {
    id: 'unknown-operator',
    severity: 'error',
    finds: 'A condition operator that IAM does not have, or not in this case',
    source: SOURCES.operators,
    check: eachCondition((clause) => {
      const spelling = spellingOf(clause)
      if (spelling === clause.written) return []
      const near = spelling ?? nearest(clause.operator, OPERATOR_NAMES)
      return [
        {
          message: `condition operator ${shown(clause.written)} does not exist${near === undefined ? '' : `: did you mean ${near}?`}`,
          fix: near === undefined ? 'see the operators of IAM' : `write ${near}`,
        },
      ]
    }),
  },
  {
    id: 'forbidden-condition-key',
    severity: 'error',
    finds:
      'A condition key that KMS takes in IAM policies only: tags and aliases of the key itself',
    source: 'https://github.com/awsdocs/aws-kms-developer-guide/pull/47',
    check: eachCondition(({ key }) =>
      isForbidden(key)
        ? [
            {
              message: `${key} is not permitted in a key policy`,
              fix: 'remove the condition: a key policy is about one key anyhow; or use it in an IAM policy',
            },
          ]
        : [],
    ),
  },
  {
    id: 'for-all-values-refused',
    severity: 'error',
    finds:
      'ForAllValues on kms:EncryptionContext:… or aws:RequestTag/…: KMS refuses it, because it holds where the key is absent',
    source: SOURCES.conditions,
    check: eachCondition(({ quantifier, key }) =>
      quantifier === 'ForAllValues' && /^(?:kms:encryptioncontext:|aws:requesttag\/)/i.test(key)
        ? [
            {
              message: `ForAllValues on ${key} holds for requests without it`,
              fix: 'remove ForAllValues: the key has one value',
            },
          ]
        : [],
    ),
  },
  {
    id: 'unknown-condition-key',
    severity: 'warning',
    finds: 'A condition key that neither KMS nor AWS has: it is never there',
    source: SOURCES.conditions,
    check: eachCondition(({ key }) => {
      if (!isUnknownKey(key) || isForbidden(key)) return []
      const near = nearestKey(key)
      return [
        {
          message: `condition key ${shown(key)} does not exist${near === undefined ? '' : `: did you mean ${near}?`}`,
          fix: near === undefined ? 'see the condition keys of KMS and AWS' : `write ${near}`,
        },
      ]
    }),
  },
  {
    id: 'condition-key-never-there',
    severity: 'warning',
    finds:
      'A condition key that comes with none of the statement’s actions: the statement says nothing',
    source: SOURCES.permissions,
    check: eachCondition((clause, statement) => {
      const actions = actionsOf(statement)
      if (actions.length === 0 || conditionKey(clause.key) === undefined) return []
      if (isForbidden(clause.key) || actions.some((action) => carries(action, clause.key)))
        return []
      const never = needsKey(clause)
      // Whoever writes IfExists has thought of that.
      if (!never && (clause.ifExists || !holdsWithoutKey(clause))) return []
      return [
        {
          message: `${clause.key} comes with none of the statement’s actions, so the condition ${never ? 'never holds' : 'always holds'}`,
          fix: 'remove the condition, or put in the actions that carry its key',
        },
      ]
    }),
  },
  {
    id: 'context-on-describe-key',
    severity: 'warning',
    finds:
      'A condition on the encryption context with DescribeKey, which carries none: it is never allowed so',
    source: SOURCES.conditions,
    check: eachStatement((statement) => {
      const clause = statement.conditions.find((one) => isContext(one.key) && needsKey(one))
      if (clause === undefined || !isAllow(statement) || !describesAlone(statement)) return []
      if (!actionsOf(statement).some((action) => carries(action, clause.key))) return []
      return [
        {
          message: `${clause.key} never comes with kms:DescribeKey, so the statement does not allow it`,
          fix: 'put kms:DescribeKey into a statement of its own, without this condition',
        },
      ]
    }),
  },
  {
    id: 'condition-key-for-some',
    severity: 'note',
    finds: 'A condition key that only some of the statement’s actions carry',
    source: SOURCES.permissions,
    check: eachCondition((clause, statement) => {
      const without = listedWithout(statement, clause.key)
      if (without.length === 0) return []
      const deny = isDeny(statement)
      if (deny ? !holdsWithoutKey(clause) : !needsKey(clause)) return []
      return [
        {
          message: `${clause.key} does not come with ${without.join(', ')}, which the statement therefore ${deny ? 'always denies' : 'never allows'}`,
          fix: 'put these actions into a statement of their own',
        },
      ]
    }),
  },
  {
    id: 'deprecated-condition-key',
    severity: 'note',
    finds: 'The old name of a condition key',
    source: SOURCES.conditions,
    check: eachCondition(({ key }) => {
      const now = OLD_NAMES.get(lowerCase(key))
      return now === undefined
        ? []
        : [{ message: `${key} is the old name of ${now}`, fix: `write ${now}` }]
    }),
  },
]

const OLD_NAMES = new Map([
  ['kms:customermasterkeyspec', 'kms:KeySpec'],
  ['kms:customermasterkeyusage', 'kms:KeyUsage'],
])

/** KMS's refusal: "These condition keys are not permitted in a key policy: aws:ResourceTag, …". */
function isForbidden(key: string): boolean {
  return /^(?:(?:aws|kms):resourcetag(?:\/|$)|kms:resourcealiases$)/i.test(key)
}

/**
 * Whether a statement lists DescribeKey by itself, and not with everything. CloudWatch Logs documents
 * `kms:Describe*` under such a condition, and does without it.
 */
function describesAlone(statement: TypedStatement): boolean {
  const ofLogs = namedBy(statement).every(
    (who) => who.type === 'service' && who.name.startsWith('logs.'),
  )
  return (statement.actions?.members ?? []).some(
    (pattern) =>
      actionMatches(pattern, 'kms:DescribeKey') &&
      !actionMatches(pattern, 'kms:Decrypt') &&
      !(ofLogs && lowerCase(pattern) === 'kms:describe*'),
  )
}

/** The listed actions, patterns included, none of which carries a key that others of the statement carry. */
function listedWithout(statement: TypedStatement, key: string): string[] {
  const actions = actionsOf(statement)
  const carrying = (action: KmsAction) => carries(action, key)
  if (statement.actions?.negated !== false || !actions.some(carrying)) return []
  return statement.actions.members.filter((pattern) => {
    if (isContext(key) && actionMatches(pattern, 'kms:DescribeKey')) return false
    const covered = actions.filter(({ name }) => actionMatches(pattern, name))
    return covered.length > 0 && !covered.some(carrying)
  })
}
