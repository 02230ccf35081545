/**
 * Principals as policies name them: the one place that knows what `"*"`, an account's ID or the ID of a
 * deleted principal stand for. Source: "AWS JSON policy elements: Principal" in the IAM User Guide.
 */
import { listOf, type PolicyDocument, type Principal, statementsOf } from './document.js'

/** One principal. A bare string other than `"*"` is not IAM's grammar: its kind is empty. */
export interface PrincipalRef {
  readonly kind: string
  readonly id: string
}

/** Everybody, with and without an account. */
export const EVERYONE: PrincipalRef = { kind: 'AWS', id: '*' }

const ACCOUNT_ID = /^\d{12}$/
const ROOT = /^arn:[a-z-]+:iam::(\d{12}):root$/
const OF_ACCOUNT = /^arn:([a-z-]+):(?:iam|sts)::(\d{12}):/
const ROLE = /^arn:[a-z-]+:iam::\d{12}:role\/(?:.*\/)?([^/]+)$/s
const SESSION = /^arn:[a-z-]+:sts::\d{12}:assumed-role\/([^/]+)\//
/** "IAM identifiers", unique ID prefixes: of roles and users. */
const GHOST = /^(?:AROA|AIDA)[A-Z0-9]{8,}$/

/** The principals of an element; `"*"` is `{"AWS": "*"}`. */
export function principalRefs(principal: Principal): PrincipalRef[] {
  if (typeof principal === 'string') {
    return [principal === '*' ? EVERYONE : { kind: '', id: principal }]
  }
  return Object.entries(principal).flatMap(([kind, ids]) => listOf(ids).map((id) => ({ kind, id })))
}

/** The principal in one spelling: an account's ID is its root's ARN. */
export function canonicalRef(ref: PrincipalRef, partition: string): PrincipalRef {
  return ref.kind === 'AWS' && ACCOUNT_ID.test(ref.id)
    ? { kind: 'AWS', id: `arn:${partition}:iam::${ref.id}:root` }
    : ref
}

/**
 * The partition in which account IDs of policies of one key stand: a key sees only principals of its own
 * partition, so it is the one that the policies' ARNs name, and `aws` where they name none, or (which KMS
 * would refuse) several.
 */
export function partitionOf(documents: readonly PolicyDocument[]): string {
  const named = new Set<string>()
  for (const { Principal: is, NotPrincipal: isNot } of documents.flatMap(statementsOf)) {
    for (const { id } of [is, isNot].flatMap((one) =>
      one === undefined ? [] : principalRefs(one),
    )) {
      const partition = /^arn:(aws[a-z-]*):/.exec(id)?.[1]
      if (partition !== undefined) named.add(partition)
    }
  }
  const [only, ...others] = named
  return only === undefined || others.length > 0 ? 'aws' : only
}

export function isEveryone({ kind, id }: PrincipalRef): boolean {
  return kind === EVERYONE.kind && id === EVERYONE.id
}

/** The account whose root this is (in canonical spelling), or null. */
export function accountOfRoot({ kind, id }: PrincipalRef): string | null {
  return kind === 'AWS' ? (ROOT.exec(id)?.[1] ?? null) : null
}

/** The account that a principal belongs to; null for one without, such as a service. */
export function accountOf({ kind, id }: PrincipalRef): string | null {
  return kind === 'AWS' ? (OF_ACCOUNT.exec(id)?.[2] ?? null) : null
}

/** The root of the account that a principal belongs to; null where it belongs to none, or is a root. */
export function rootAbove(ref: PrincipalRef): PrincipalRef | null {
  if (ref.kind !== 'AWS' || accountOfRoot(ref) !== null) return null
  const [, partition, account] = OF_ACCOUNT.exec(ref.id) ?? []
  return account === undefined ? null : { kind: 'AWS', id: `arn:${partition}:iam::${account}:root` }
}

/** Whether `role` is the role that `session` is a session of. A role's name is its account's only one, whatever its path. */
export function isRoleOf(role: PrincipalRef, session: PrincipalRef): boolean {
  const name = ROLE.exec(role.id)?.[1]
  return (
    name !== undefined &&
    role.kind === 'AWS' &&
    session.kind === 'AWS' &&
    name === SESSION.exec(session.id)?.[1] &&
    rootAbove(role)?.id === rootAbove(session)?.id
  )
}

/** Whether this is the unique ID that IAM shows where the role or user was deleted: nobody has access by it. */
export function isGhost({ kind, id }: PrincipalRef): boolean {
  return kind === 'AWS' && GHOST.test(id)
}
