/**
 * Whether two policies mean the same. KMS gives a policy back in another spelling than it was put in, so
 * only meaning can tell whether something is to change. Source: the IAM JSON policy reference.
 *
 * Without meaning: the order of statements, principals, actions, resources, conditions and values; the
 * same thing said twice; one thing or a list of it; Sid and Id, which only label; the case of actions,
 * condition operators and condition keys; `"*"` or `{"AWS": "*"}`; an account's ID or its root's ARN
 * among principals; true or "true", 7 or "7" among condition values; an empty Condition; no Version or
 * "2008-10-17", IAM's default.
 * With meaning: everything else, the case of principals, resources and condition values, the spelling
 * of Effect and elements that IAM does not know included. Two statements that together say what one
 * says are different from it: policies called the same are the same, others may still be.
 */
import {
  type Condition,
  listOf,
  type OneOrMany,
  type PolicyDocument,
  type Principal,
  type Statement,
  statementsOf,
} from './document.js'

const DEFAULT_VERSION = '2008-10-17'

/** Whether two policies mean the same; see this file's head for what counts. */
export function samePolicy(a: PolicyDocument, b: PolicyDocument): boolean {
  const partition = partitionOf([a, b])
  return canonicalPolicy(a, partition) === canonicalPolicy(b, partition)
}

/**
 * Both policies belong to one key, and a key sees only principals of its own partition. So an account ID
 * stands for the root of the one partition that the policies' ARNs name, and of `aws` where they name
 * none, or (which KMS would refuse) several.
 */
function partitionOf(documents: readonly PolicyDocument[]): string {
  const named = new Set<string>()
  for (const { Principal: is, NotPrincipal: isNot } of documents.flatMap(statementsOf)) {
    for (const [, name] of [...pairs(is), ...pairs(isNot)]) {
      const partition = /^arn:(aws[a-z-]*):/.exec(name)?.[1]
      if (partition !== undefined) named.add(partition)
    }
  }
  const [only, ...others] = named
  return only === undefined || others.length > 0 ? 'aws' : only
}

function canonicalPolicy(document: PolicyDocument, partition: string): string {
  const { Version, Id: _id, Statement: _statements, ...others } = document
  const statements = statementsOf(document).map((statement) => canonical(statement, partition))
  return JSON.stringify([Version ?? DEFAULT_VERSION, set(statements), sorted(others)])
}

function canonical(statement: Statement, partition: string): unknown {
  const {
    Sid: _sid,
    Effect,
    Principal: is,
    NotPrincipal: isNot,
    Action,
    NotAction,
    Resource,
    NotResource,
    Condition: condition,
    ...others
  } = statement
  return [
    Effect ?? null,
    principals(is, partition),
    principals(isNot, partition),
    strings(Action, lower),
    strings(NotAction, lower),
    strings(Resource),
    strings(NotResource),
    conditions(condition),
    sorted(others),
  ]
}

/** Principals as [kind, name]; a bare string other than "*" is not IAM's grammar, and stays apart. */
function pairs(principal: Principal | undefined): [string, string][] {
  if (principal === undefined) return []
  if (typeof principal === 'string') return [[principal === '*' ? 'AWS' : '', principal]]
  return Object.entries(principal).flatMap(([kind, names]) =>
    listOf(names).map((name): [string, string] => [kind, name]),
  )
}

function principals(principal: Principal | undefined, partition: string): unknown {
  if (principal === undefined) return null
  return set(
    pairs(principal).map(([kind, name]) =>
      kind === 'AWS' && /^\d{12}$/.test(name)
        ? [kind, `arn:${partition}:iam::${name}:root`]
        : [kind, name],
    ),
  )
}

function strings(value: OneOrMany<string> | undefined, spelt = (text: string) => text): unknown {
  return value === undefined ? null : set(listOf(value).map(spelt))
}

/** Every condition must hold, so a block is the set of its [operator, key, values]. */
function conditions(condition: Condition | undefined): unknown {
  const entries = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => [
      lower(operator),
      lower(key),
      set(listOf(values).map(String)),
    ]),
  )
  return set(entries)
}

/** ASCII only, so that no two different spellings of other scripts meet. */
function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
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
