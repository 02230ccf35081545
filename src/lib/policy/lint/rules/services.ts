/** Statements for AWS services. Source: "The confused deputy problem" in the IAM User Guide. */
import { lowerCase } from '../../document/match.js'
import type { TypedStatement } from '../../document/model.js'
import { limitOf } from '../analysis/limits.js'
import { operatorOf } from '../analysis/operators.js'
import { namedBy } from '../analysis/principal-match.js'
import { eachStatement, type Rule, SOURCES } from '../analysis/rule.js'
import { actionsCalled, actionsOf, isAllow } from '../analysis/statement-scope.js'

/**
 * Whether a statement is one for which its service sends neither key (docs/facts/service-policies.md): EventBridge
 * for encrypted topics and queues as its targets, CloudTrail for event data stores, whose documented
 * statement has just these two actions.
 */
function sendsNeither(service: string, { actions }: TypedStatement): boolean {
  if (service === 'events.amazonaws.com') return true
  const listed = [...(actions?.members ?? [])].map(lowerCase).sort().join(' ')
  return service === 'cloudtrail.amazonaws.com' && listed === 'kms:decrypt kms:generatedatakey'
}

/** What a service may do for anybody without harm: look, or use grants that it got for a resource. */
const HARMLESS = ['kms:DescribeKey', 'kms:GetPublicKey']

export const SERVICE_RULES: readonly Rule[] = [
  {
    id: 'confused-deputy',
    severity: 'warning',
    finds:
      'A service may use the key for anybody: neither aws:SourceArn nor aws:SourceAccount, nor an encryption context, says for whom',
    source: SOURCES.confusedDeputy,
    check: eachStatement((statement) => {
      if (!isAllow(statement) || statement.principals?.negated) return []
      const services = namedBy(statement).flatMap((who) =>
        who.type === 'service' && !sendsNeither(who.name, statement) ? [who.name] : [],
      )
      if (services.length === 0 || isHarmless(statement) || saysForWhom(statement)) return []
      return [
        {
          message: `allows ${actionsCalled(statement)} to ${services.join(', ')}, for whomever it works`,
          fix: 'add a StringEquals condition on aws:SourceAccount, or ArnLike on aws:SourceArn',
        },
      ]
    }),
  },
]

function isHarmless(statement: TypedStatement): boolean {
  const forResources = statement.conditions.some(
    ({ key, values }) =>
      lowerCase(key) === 'kms:grantisforawsresource' &&
      values.every((one) => lowerCase(one) === 'true'),
  )
  const harmless = forResources ? [...HARMLESS, 'kms:CreateGrant'] : HARMLESS
  return actionsOf(statement).every(({ name }) => harmless.includes(name))
}

function saysForWhom({ conditions }: TypedStatement): boolean {
  if (limitOf(conditions) === 'callers') return true
  return conditions.some(
    (clause) =>
      lowerCase(clause.key).startsWith('kms:encryptioncontext:') &&
      operatorOf(clause)?.negated === false &&
      !clause.ifExists &&
      clause.values.every((value) => value !== '*'),
  )
}
