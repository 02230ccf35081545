/**
 * Whether two policies mean the same. KMS gives a policy back in another spelling than it was put in, so
 * only meaning can tell whether something is to change. Source: the IAM JSON policy reference.
 *
 * Without meaning: the order of statements, principals, actions, resources, conditions and values; the
 * same thing said twice; one thing or a list of it; Sid and Id, which only label; the case of actions and
 * condition keys; `"*"` or `{"AWS": "*"}`; an account's ID or its root's ARN among principals; true or
 * "true", 7 or "7" among condition values; an empty Condition; no Version or "2008-10-17", IAM's default.
 * With meaning: everything else, the case of principals, resources and condition values, the spelling
 * of Effect, of condition operators ("Invalid Condition type : stringEquals" is what AWS answers) and of
 * elements that IAM does not know included. Two statements that together say what one says are different
 * from it: policies called the same are the same, others may still be.
 */
import type { PolicyDocument } from '../document/document.js'
import { lowerCase } from '../document/match.js'
import {
  type Named,
  type TypedPolicy,
  type TypedStatement,
  typedPolicy,
} from '../document/model.js'
import { canonicalRef, partitionOf } from '../document/principal-ref.js'

/**
 * Whether two policies mean the same; see this file's head for what counts.
 *
 * @param partition in which account IDs stand, where the key is known
 */
export function samePolicy(
  a: PolicyDocument,
  b: PolicyDocument,
  partition = partitionOf([a, b]),
): boolean {
  return canonicalPolicy(typedPolicy(a), partition) === canonicalPolicy(typedPolicy(b), partition)
}

function canonicalPolicy(policy: TypedPolicy, partition: string): string {
  const statements = policy.statements.map((one) => canonicalStatement(one, partition))
  return JSON.stringify([policy.version, set(statements), sorted(policy.others)])
}

/**
 * A statement's meaning as a text: that of two statements is the same text where they mean the same.
 *
 * @param partition in which account IDs stand, such as `aws`
 */
export function canonicalStatement(statement: TypedStatement, partition: string): string {
  const { effect, principals, actions, resources, conditions, others } = statement
  return JSON.stringify([
    effect,
    named(principals, (ref) => {
      const { kind, id } = canonicalRef(ref, partition)
      return [kind, id]
    }),
    named(actions, lowerCase),
    named(resources, (resource) => resource),
    // Every condition must hold, so a block is the set of its [operator, key, values].
    set(conditions.map((one) => [one.written, lowerCase(one.key), set(one.values)])),
    sorted(others),
  ])
}

function named<T>(element: Named<T> | null, spelt: (member: T) => unknown): unknown {
  return element && [element.negated, set(element.members.map(spelt))]
}

/** Members in one order and each once. */
function set(members: readonly unknown[]): unknown[] {
  const texts = new Set(members.map((member) => JSON.stringify(member)))
  return [...texts].sort().map((text) => JSON.parse(text))
}

/** A value with the keys of its objects in one order; an object stays apart from a list. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return { members: members.map(([key, member]) => [key, sorted(member)]) }
}
