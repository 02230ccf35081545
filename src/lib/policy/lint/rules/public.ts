/**
 * Keys that are open to everybody. Sources: contract 6.11; "Elements in a key policy" in the KMS
 * Developer Guide: no asterisk without conditions that limit it, or a statement that denies it.
 */
import { KMS_ACTIONS } from '../../catalogue/actions.js'
import type { TypedStatement } from '../../document/model.js'
import { type Limit, limitOf, limitOfDeny } from '../analysis/limits.js'
import { called, namedBy } from '../analysis/principal-match.js'
import { eachStatement, type Facts, type Rule, SOURCES } from '../analysis/rule.js'
import { actionsCalled, isAbout, isAllow, isDeny } from '../analysis/statement-scope.js'

/** Whether an Allow names everybody, or all but a few. */
function namesEverybody(statement: TypedStatement): boolean {
  if (statement.principals === null) return false
  return statement.principals.negated || namedBy(statement).some(({ type }) => type === 'everybody')
}

/** What is left of everybody after the statement's own conditions and the Denies of the document. */
function leftOf(statement: TypedStatement, { statements }: Facts): Limit {
  const closing = statements.filter((deny) => isDeny(deny) && covers(deny, statement))
  const limits = [limitOf(statement.conditions), ...closing.map(leftByDeny)]
  if (limits.includes('callers')) return 'callers'
  return limits.includes('service') ? 'service' : 'none'
}

function leftByDeny(deny: TypedStatement): Limit {
  const all = namedBy(deny)
  if (deny.principals?.negated) {
    return deny.conditions.length === 0 && all.every(({ type }) => type !== 'everybody')
      ? 'callers'
      : 'none'
  }
  return all.some(({ type }) => type === 'everybody') ? limitOfDeny(deny) : 'none'
}

/** Whether a Deny is about all that an Allow allows. */
function covers(deny: TypedStatement, allow: TypedStatement): boolean {
  return KMS_ACTIONS.every(({ name }) => !isAbout(allow, name) || isAbout(deny, name))
}

function whom(statement: TypedStatement): string {
  if (!statement.principals?.negated) return 'everybody, in every account of AWS'
  return `everybody but ${namedBy(statement).map(called).join(', ') || 'nobody'}`
}

const open = (
  wanted: Limit,
  tell: (statement: TypedStatement) => { message: string; fix: string },
) =>
  eachStatement((statement, facts) => {
    if (!isAllow(statement) || !namesEverybody(statement)) return []
    return leftOf(statement, facts) === wanted ? [tell(statement)] : []
  })

export const PUBLIC_RULES: readonly Rule[] = [
  {
    id: 'public-principal',
    severity: 'error',
    finds:
      'An Allow for everybody (`*`, or NotPrincipal) whose conditions do not limit who calls: the key is public',
    source: SOURCES.keyPolicy,
    check: open('none', (statement) => ({
      message: `allows ${actionsCalled(statement)} to ${whom(statement)}: ${
        statement.conditions.length === 0 ? 'it has no condition' : 'no condition limits who calls'
      }`,
      fix: 'name the principals, or add a condition such as StringEquals on aws:PrincipalOrgID or kms:CallerAccount',
    })),
  },
  {
    id: 'public-through-service',
    severity: 'warning',
    finds: 'An Allow for everybody who comes through a service, whatever their account',
    source: SOURCES.conditions,
    check: open('service', (statement) => ({
      message: `allows ${actionsCalled(statement)} to everybody who comes through a service, whatever their account`,
      fix: 'add a StringEquals condition on kms:CallerAccount',
    })),
  },
  {
    id: 'everybody-limited',
    severity: 'note',
    finds: 'An Allow for everybody that a condition limits to some',
    source: SOURCES.keyPolicy,
    check: open('callers', (statement) => ({
      message: `allows ${actionsCalled(statement)} to everybody whom its conditions or a Deny admit`,
      fix: 'name the principals where they are known',
    })),
  },
]
