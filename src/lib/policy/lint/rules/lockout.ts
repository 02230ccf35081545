/** Who is locked out by a policy. */
import { callerManages, managers } from '../analysis/policy-managers.js'
import { called, namedBy } from '../analysis/principal-match.js'
import { eachStatement, type Facts, type Rule, SOURCES } from '../analysis/rule.js'
import { actionsCalled, isDeny } from '../analysis/statement-scope.js'

export const LOCKOUT_RULES: readonly Rule[] = [
  {
    id: 'lockout',
    severity: 'error',
    finds: 'Nobody of the key’s account can change the policy any more',
    source: SOURCES.defaultPolicy,
    check(facts) {
      const all = managers(facts)
      if (all.some(({ able }) => able !== 'no')) return []
      const denied = all.find(({ deniedBy }) => deniedBy !== null)
      const unmet = all.find(({ deniedBy }) => deniedBy === null)
      const why =
        denied?.deniedBy != null
          ? `statement ${denied.deniedBy.number} denies it to all who are allowed it`
          : unmet !== undefined
            ? `the conditions of statement ${unmet.statement.number} never hold for it`
            : 'no statement allows it to a principal of the account'
      return [
        {
          statement: null,
          message: `nobody of ${account(facts)} could call kms:PutKeyPolicy again: ${why}`,
          fix: `allow kms:* to ${root(facts)}, and deny it nothing`,
        },
      ]
    },
  },
  {
    id: 'caller-lockout',
    severity: 'error',
    finds: 'The caller cannot change the policy again, so KMS refuses it',
    source: SOURCES.put,
    check(facts) {
      const nobody = managers(facts).every(({ able }) => able === 'no')
      if (nobody || callerManages(facts) !== 'no') return []
      return [
        {
          statement: null,
          message: `the policy does not let its caller, ${facts.callerArn}, call kms:PutKeyPolicy again`,
          fix: `allow kms:PutKeyPolicy to ${root(facts)}, or to the caller`,
        },
      ]
    },
  },
  {
    id: 'lockout-conditional',
    severity: 'warning',
    finds: 'The policy can be changed only where conditions hold that cannot be checked here',
    source: SOURCES.put,
    check(facts) {
      const all = managers(facts)
      const maybe = all.find(({ able }) => able === 'maybe')
      if (maybe === undefined || all.some(({ able }) => able === 'yes')) return []
      return [
        {
          statement: maybe.statement,
          message: `only where its conditions hold can ${called(maybe.who)} change the policy again`,
          fix: `allow kms:PutKeyPolicy to ${root(facts)} without a condition`,
        },
      ]
    },
  },
  {
    id: 'no-iam-delegation',
    severity: 'warning',
    finds:
      'The account’s root may not change the policy: once the named principals are deleted, nobody can',
    source: SOURCES.defaultPolicy,
    check(facts) {
      const able = managers(facts).filter((one) => one.able === 'yes')
      if (able.length === 0) return []
      if (able.some(({ who }) => who.type === 'account' || who.type === 'everybody')) return []
      const names = [...new Set(able.map(({ who }) => called(who)))]
      const shown = names.length > 3 ? `${names.length} principals` : names.join(', ')
      return [
        {
          statement: null,
          message: `only ${shown} could change the policy: deleted, they leave a key that nobody can manage`,
          fix: `allow kms:* to ${root(facts)}, so that IAM policies can help`,
        },
      ]
    },
  },
  {
    id: 'deny-everybody',
    severity: 'warning',
    finds:
      'A Deny without a condition hits everybody, the account’s root and its administrators too',
    source: SOURCES.effect,
    check: eachStatement((statement) => {
      const { principals, conditions } = statement
      if (!isDeny(statement) || conditions.length > 0 || principals?.negated !== false) return []
      const all = namedBy(statement).find(({ type }) => type === 'everybody' || type === 'account')
      if (all === undefined) return []
      return [
        {
          message: `denies ${actionsCalled(statement)} to ${called(all)}, whatever other statements allow`,
          fix: 'add a condition that leaves out those who need it, or deny it to named principals',
        },
      ]
    }),
  },
]

function account({ accountId }: Facts): string {
  return accountId === undefined ? 'the key’s account' : `account ${accountId}`
}

function root({ accountId, partition }: Facts): string {
  return `arn:${partition ?? 'aws'}:iam::${accountId ?? 'ACCOUNT'}:root`
}
