/**
 * Whom a policy lets do what: statements as rules over subjects and actions. Source: "Principal",
 * "NotPrincipal" and "Policy evaluation logic" in the IAM User Guide, "Key policies" in the KMS
 * Developer Guide.
 *
 * An account's root stands for all of the account: denied something, none of its principals may do it;
 * allowed it, those may whom the account's IAM policies allow it too, which is a limit like a condition.
 */
import { KMS_ACTIONS } from '../catalogue/actions.js'
import { type Limit, limitsOf, within } from '../document/limits.js'
import { actionMatches } from '../document/match.js'
import type { Named, TypedPolicy, TypedStatement } from '../document/model.js'
import {
  accountOfRoot,
  canonicalRef,
  EVERYONE,
  isEveryone,
  isGhost,
  isRoleOf,
  type PrincipalRef,
  rootAbove,
} from '../document/principal-ref.js'

/** Whoever a policy can let do something. */
export interface Subject {
  readonly ref: PrincipalRef
  /**
   * Who is meant: the principal itself (of an account's root its root user), all of an account whom no
   * policy at hand names, or everybody else.
   */
  readonly scope: 'principal' | 'account' | 'everybody'
}

/** A statement that has an effect. */
export interface Rule {
  readonly statement: TypedStatement
  readonly allows: boolean
  readonly limits: readonly Limit[]
  /** In canonical spelling. */
  readonly principals: Named<PrincipalRef>
  /** Those of `ACTIONS` that it is about. */
  readonly actions: ReadonlySet<string>
}

/** Stands for the actions that KMS may add: matched by `kms:*` and the like alone. */
export const FUTURE_ACTION = 'kms:\u{10ffff}'

/** The actions that access is reckoned in. */
export const ACTIONS: readonly string[] = [...KMS_ACTIONS.map(({ name }) => name), FUTURE_ACTION]

/** The kinds of principals that IAM's grammar has; by another one nobody is named. */
const KINDS = new Set(['AWS', 'Service', 'Federated', 'CanonicalUser'])

/** Beside what they negate they make a statement that AWS refuses. */
const NEGATIONS = ['NotPrincipal', 'NotAction', 'NotResource']

/**
 * The statements of a policy that have an effect: without principals, actions or resources (PutKeyPolicy
 * in the API Reference), or with another Effect than IAM's two, one has none.
 */
export function rulesOf({ statements }: TypedPolicy, partition: string): Rule[] {
  return statements.flatMap((statement): Rule[] => {
    const { effect, principals, actions, resources, others } = statement
    if (effect !== 'Allow' && effect !== 'Deny') return []
    if (principals === null || actions === null || resources === null) return []
    if (NEGATIONS.some((name) => name in others)) return []
    const members = principals.members.map((ref) => canonicalRef(ref, partition))
    return [
      {
        statement,
        allows: effect === 'Allow',
        limits: limitsOf(statement),
        principals: { ...principals, members },
        actions: new Set(ACTIONS.filter((action) => covers(actions, action))),
      },
    ]
  })
}

/** Everybody that rules tell apart, each once, in the order they are named; everybody else is the last. */
export function subjectsOf(rules: readonly Rule[]): Subject[] {
  const refs = new Map<string, PrincipalRef>()
  for (const ref of rules.flatMap(({ principals }) => principals.members)) {
    if (KINDS.has(ref.kind) && !isGhost(ref) && !isEveryone(ref)) {
      refs.set(`${ref.kind} ${ref.id}`, ref)
    }
  }
  const named = [...refs.values()].flatMap((ref): Subject[] =>
    accountOfRoot(ref) === null
      ? [{ ref, scope: 'principal' }]
      : [
          { ref, scope: 'account' },
          { ref, scope: 'principal' },
        ],
  )
  return [...named, { ref: EVERYONE, scope: 'everybody' }]
}

/** A rule as it is about one subject. */
export interface Held {
  readonly rule: Rule
  readonly limits: readonly Limit[]
}

/** The rules that are about a subject. */
export function heldBy(subject: Subject, rules: readonly Rule[]): Held[] {
  return rules.flatMap((rule) => {
    const limits = limitsFor(rule, subject)
    return limits === null ? [] : [{ rule, limits }]
  })
}

/** Of the rules about one subject and one action, those that allow what is not denied wherever they do. */
export function livingAllows(held: readonly Held[]): Held[] {
  const denies = held.filter(({ rule }) => !rule.allows)
  return held.filter(
    ({ rule, limits }) => rule.allows && !denies.some((deny) => within(limits, deny.limits)),
  )
}

/**
 * Under what a rule is about a subject: its limits, with one more where it is so by the account's root;
 * null where it is not about it.
 */
function limitsFor(rule: Rule, subject: Subject): readonly Limit[] | null {
  const { principals, allows, limits } = rule
  const { members, negated } = principals
  const { ref } = subject
  const has = (one: PrincipalRef | null) =>
    one !== null && members.some(({ kind, id }) => kind === one.kind && id === one.id)
  const root = accountOfRoot(ref) === null ? rootAbove(ref) : ref
  if (has(EVERYONE)) return negated ? null : limits
  const itself = subject.scope === 'principal' && ref !== root && isNamed(members, ref)
  if (!negated) {
    if (itself) return limits
    if (root === null || !has(root)) return null
    return allows ? [...limits, delegation(root)] : limits
  }
  // NotPrincipal with Allow: whoever is named, and whoever is of an account that is, is left out.
  if (allows) return itself || has(root) ? null : limits
  // With Deny: exempt is who is named, with the account where there is one.
  const exempt = root === null ? itself : has(root) && (itself || isRootUser(subject))
  return exempt ? null : limits
}

function isRootUser({ ref, scope }: Subject): boolean {
  return scope === 'principal' && accountOfRoot(ref) !== null
}

function isNamed(members: readonly PrincipalRef[], ref: PrincipalRef): boolean {
  return members.some(
    (member) => (member.kind === ref.kind && member.id === ref.id) || isRoleOf(member, ref),
  )
}

const DELEGATION = 'IAM '

/** Whether the limit is that IAM policies of the account decide. */
export function isDelegation({ id }: Limit): boolean {
  return id.startsWith(DELEGATION)
}

/** "Allows access to the AWS account and enables IAM policies", Default key policy in the Developer Guide. */
function delegation(root: PrincipalRef): Limit {
  const account = accountOfRoot(root)
  return {
    id: `${DELEGATION}${root.id}`,
    values: new Set(),
    narrowsWith: null,
    words: `IAM policies of account ${account} allow it`,
  }
}

function covers({ members, negated }: Named<string>, action: string): boolean {
  return members.some((pattern) => actionMatches(pattern, action)) !== negated
}
