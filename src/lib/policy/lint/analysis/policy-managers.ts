/**
 * Who can change a policy again. KMS demands it of whoever sets one (PutKeyPolicy in the API Reference);
 * what is not known, which conditions hold and what IAM allows, is never taken for a no.
 */
import { KMS_ACTIONS } from '../../catalogue/actions.js'
import type { TypedStatement } from '../../document/model.js'
import { allHold, type Holds, type Known } from './condition-eval.js'
import { accountOf, namedBy, type Who, whoIs } from './principal-match.js'
import type { Facts } from './rule.js'
import { isAbout, isAllow, isDeny, knownOfCall } from './statement-scope.js'

const PUT_KEY_POLICY = KMS_ACTIONS.filter(({ name }) => name === 'kms:PutKeyPolicy')

/** Somebody whom a statement allows to change the policy, and whether the others let it stand. */
export interface Manager {
  readonly who: Who
  readonly statement: TypedStatement
  readonly able: Holds
  /** The statement that denies it for certain. */
  readonly deniedBy: TypedStatement | null
}

/** The statements that allow or deny that the policy be changed. */
interface About {
  readonly allows: readonly TypedStatement[]
  readonly denies: readonly TypedStatement[]
}

function about({ statements }: Facts): About {
  const of = statements.filter((one) => PUT_KEY_POLICY.some(({ name }) => isAbout(one, name)))
  return { allows: of.filter(isAllow), denies: of.filter(isDeny) }
}

/** Everybody of the key's account whom the policy allows to change it; other accounts never can. */
export function managers(facts: Facts): readonly Manager[] {
  const known = MANAGERS.get(facts) ?? findManagers(facts)
  MANAGERS.set(facts, known)
  return known
}

/** Several rules ask for them. */
const MANAGERS = new WeakMap<Facts, readonly Manager[]>()

function findManagers(facts: Facts): Manager[] {
  const { allows, denies } = about(facts)
  return allows.flatMap((statement) =>
    candidates(statement, facts).map((who) => {
      const known = knownOf(facts, who)
      const deniedBy = denies.find((deny) => denied(deny, who, known, facts)) ?? null
      const able = deniedBy === null ? allHold(statement.conditions, known) : 'no'
      return { who, statement, able, deniedBy }
    }),
  )
}

function candidates(statement: TypedStatement, { accountId }: Facts): readonly Who[] {
  // All but those named: somebody of the account is left.
  const all: readonly Who[] = statement.principals?.negated
    ? [{ type: 'everybody' }]
    : namedBy(statement)
  return all.filter((who) => {
    const account = accountOf(who)
    if (who.type === 'everybody') return true
    return account !== null && (accountId === undefined || account === accountId)
  })
}

function knownOf(facts: Facts, who: Who): Known {
  const [action] = PUT_KEY_POLICY
  return action === undefined ? new Map() : knownOfCall(facts, action, who)
}

function denied(deny: TypedStatement, who: Who, known: Known, facts: Facts): boolean {
  return deniesAll(deny, who, facts) && allHold(deny.conditions, known) === 'yes'
}

/** Whether a Deny is about all that are meant by somebody. */
function deniesAll(deny: TypedStatement, who: Who, facts: Facts): boolean {
  if (deny.principals === null) return false
  const account = accountOf(who) ?? facts.accountId ?? null
  const named = namedBy(deny)
  if (!deny.principals.negated) return named.some((one) => includes(one, who, account))
  // NotPrincipal: whoever names the account leaves its principals out too, or so it is taken here.
  return !named.some((one) => {
    const other = accountOf(one)
    if (one.type === 'everybody') return true
    if (other === null) return false
    if (who.type === 'everybody') return account === null || other === account
    if (other !== account) return false
    return who.type === 'account' || one.type === 'account' || names(one, who) || names(who, one)
  })
}

/** Whether all that somebody means belong to a principal. */
function includes(principal: Who, who: Who, account: string | null): boolean {
  if (principal.type === 'everybody') return true
  if (principal.type === 'account') return principal.accountId === account
  return names(principal, who)
}

/** Whether a principal's name is somebody's own, or of the role whose session they are. */
function names(principal: Who, who: Who): boolean {
  if (!('arn' in principal && 'arn' in who)) return false
  if (principal.arn === who.arn) return true
  // STS does not tell a role's path; names are unique without it.
  return (
    principal.type === 'role' &&
    who.type === 'session' &&
    principal.accountId === who.accountId &&
    principal.name === who.role
  )
}

/** Whether the policy lets its caller change it again; `maybe` where conditions decide, or IAM. */
export function callerManages(facts: Facts): Holds {
  const caller = callerOf(facts)
  if (caller === null) return 'maybe'
  const known = knownOf(facts, caller)
  const { allows, denies } = about(facts)
  if (denies.some((deny) => denied(deny, caller, known, facts))) return 'no'
  const each = allows
    .filter((statement) => reaches(statement, caller))
    .map(({ conditions }) => allHold(conditions, known))
  if (each.includes('yes')) return 'yes'
  return each.includes('maybe') ? 'maybe' : 'no'
}

/** The caller, if it belongs to the key's account. */
function callerOf({ callerArn, accountId }: Facts): Who | null {
  if (callerArn === undefined) return null
  const caller = whoIs({ kind: 'AWS', id: callerArn })
  const account = accountOf(caller)
  return account !== null && (accountId === undefined || account === accountId) ? caller : null
}

/** Whether an Allow reaches the caller. An account means all in it whom IAM allows: that is taken for so. */
function reaches(statement: TypedStatement, caller: Who): boolean {
  if (statement.principals === null) return false
  const named = namedBy(statement)
  if (statement.principals.negated)
    return !named.some((one) => one.type === 'everybody' || names(one, caller))
  return named.some((one) => includes(one, caller, accountOf(caller)) || mayBe(one, caller))
}

/** A federated user has the permissions of the user that asked for it, whose name STS does not tell. */
function mayBe(principal: Who, caller: Who): boolean {
  const federated = caller.type === 'session' && caller.role === null
  return federated && principal.type === 'user' && principal.accountId === caller.accountId
}
