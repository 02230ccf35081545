/**
 * Who may do what with a key by its policy: principals against kinds of actions. What grants allow, and
 * what IAM policies allow beyond what the policy leaves to them, is not in a policy.
 *
 * Of other accounts KMS takes fewer actions ("AWS KMS permissions", cross-account use), and their own IAM
 * policies must allow them too ("Allowing users in other accounts to use a KMS key").
 */
import type {
  Extent,
  PolicyDenial,
  PolicyExplanation,
  PolicyPrincipal,
  PolicyRule,
  PrincipalAccess,
} from '../../results.js'
import {
  ACTION_GROUPS,
  type ActionGroup,
  groupOf,
  type KeyFacts,
  worksOn,
} from '../catalogue/action-groups.js'
import { KMS_ACTIONS } from '../catalogue/actions.js'
import type { PolicyDocument } from '../document/document.js'
import { typedPolicy } from '../document/model.js'
import {
  accountOf,
  accountOfRoot,
  isGhost,
  type PrincipalRef,
  partitionOf,
} from '../document/principal-ref.js'
import {
  type Held,
  heldBy,
  isDelegation,
  livingAllows,
  type Rule,
  rulesOf,
  type Subject,
  subjectsOf,
} from './access.js'
import { actionWords } from './action-words.js'

/** The key that a policy is of, as far as it is known. */
export interface ExplainedKey extends KeyFacts {
  readonly accountId?: string
  readonly partition?: string
}

/** Who may do what with a key by its policy. */
export function explainPolicy(document: PolicyDocument, key: ExplainedKey = {}): PolicyExplanation {
  const policy = typedPolicy(document)
  const rules = rulesOf(policy, key.partition ?? partitionOf([document]))
  const principals = subjectsOf(rules).map((subject) => accessOf(subject, rules, key))
  return {
    principals: shown(principals),
    denies: rules.filter(({ allows }) => !allows).map(denialOf),
    notes: notesOf(rules, principals, key),
  }
}

/**
 * Those whom a statement allows something, without those who are told already: a root user by its account,
 * an account of which the policy says no more than of everybody.
 */
function shown(principals: readonly PrincipalAccess[]): PrincipalAccess[] {
  const everybody = principals.find(({ scope }) => scope === 'everybody')
  return principals.filter((access) => {
    if (access.allowed.length === 0) return false
    if (access.scope === 'account') return !saysSame(access, everybody)
    const account = principals.find(
      ({ scope, principal }) => scope === 'account' && principal === access.principal,
    )
    return account === undefined || !ACTION_GROUPS.every((group) => isSame(access, account, group))
  })
}

function saysSame(one: PrincipalAccess, other: PrincipalAccess | undefined): boolean {
  const rules = ({ allowed, denied }: PrincipalAccess) => JSON.stringify([allowed, denied])
  return other !== undefined && rules(one) === rules(other)
}

function isSame(one: PrincipalAccess, other: PrincipalAccess, group: ActionGroup): boolean {
  return JSON.stringify(one[group]) === JSON.stringify(other[group])
}

function accessOf(subject: Subject, rules: readonly Rule[], key: ExplainedKey): PrincipalAccess {
  const { ref, scope } = subject
  const itself = scope === 'principal' && accountOfRoot(ref) === null
  const held = heldBy(subject, rules).filter((one) => !itself || !leaves(one))
  const extent = (group: ActionGroup) => extentOf(group, held, isForeign(ref, key), key)
  return {
    principal: ref.id,
    kind: ref.kind,
    scope,
    administer: extent('administer'),
    use: extent('use'),
    grant: extent('grant'),
    delete: extent('delete'),
    read: extent('read'),
    allowed: held.filter(({ rule }) => rule.allows).map(ruleOf),
    denied: held.filter(({ rule }) => !rule.allows).map(ruleOf),
  }
}

function isForeign(ref: PrincipalRef, key: ExplainedKey): boolean {
  const account = accountOf(ref)
  return account !== null && key.accountId !== undefined && account !== key.accountId
}

/** How much of a group is allowed, of what a key policy can allow and the key can do. */
function extentOf(
  group: ActionGroup,
  held: readonly Held[],
  foreign: boolean,
  key: KeyFacts,
): Extent {
  const actions = KMS_ACTIONS.filter(
    ({ name, policy }) => groupOf(name) === group && policy !== 'iam' && worksOn(name, key),
  )
  let [allowed, conditional] = [0, false]
  for (const { name } of foreign ? actions.filter((one) => one.crossAccount) : actions) {
    const about = held.filter(({ rule }) => rule.actions.has(name))
    const allows = livingAllows(about)
    if (allows.length === 0) continue
    allowed++
    const free = allows.some(({ limits }) => limits.every(isDelegation))
    if (!free || about.some(({ rule }) => !rule.allows)) conditional = true
  }
  const extent = allowed === 0 ? 'none' : allowed === actions.length ? 'all' : 'some'
  return { extent, conditional }
}

function ruleOf({ rule, limits }: Held): PolicyRule {
  const { number, sid } = rule.statement
  return {
    statement: { number, sid },
    actions: KMS_ACTIONS.map(({ name }) => name).filter((name) => rule.actions.has(name)),
    summary: actionWords(rule.actions) || 'no action of KMS',
    conditions: limits.filter((limit) => !isDelegation(limit)).map(({ words }) => words),
    iam: leaves({ rule, limits }),
  }
}

/** Whether a rule leaves it to IAM policies of the account. */
function leaves({ limits }: Held): boolean {
  return limits.some(isDelegation)
}

function denialOf(rule: Rule): PolicyDenial {
  const { members, negated } = rule.principals
  return {
    ...ruleOf({ rule, limits: rule.limits }),
    principals: members.map(named),
    allBut: negated,
  }
}

function named({ kind, id }: PrincipalRef): PolicyPrincipal {
  return { principal: id, kind }
}

function notesOf(
  rules: readonly Rule[],
  principals: readonly PrincipalAccess[],
  key: ExplainedKey,
): string[] {
  const members = rules.flatMap(({ principals: { members: all } }) => all)
  const ghosts = new Set(members.filter(isGhost).map(({ id }) => id))
  const accounts = principals
    .filter(({ allowed }) => allowed.length > 0)
    .map(({ principal, kind }) => accountOf({ kind, id: principal }))
  const foreign = new Set(
    accounts.filter((one) => one !== null && key.accountId !== undefined && one !== key.accountId),
  )
  const local = principals.some(
    ({ scope, principal, allowed }) =>
      scope === 'account' &&
      allowed.length > 0 &&
      !foreign.has(accountOf({ kind: 'AWS', id: principal })),
  )
  return [
    ...[...ghosts].map(
      (id) => `${id} is the ID of a deleted role or user: nobody has access by it`,
    ),
    ...[...foreign].map(
      (account) => `account ${account} is another one: its IAM policies must allow it there, too`,
    ),
    ...(local || key.accountId === undefined
      ? []
      : [`IAM policies of account ${key.accountId} allow nothing: no statement leaves it to them`]),
  ]
}
