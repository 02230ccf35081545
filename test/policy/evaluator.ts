/**
 * What a key policy decides about a request, by IAM's rules: the oracle that equivalence, diff and
 * explanation are held to. It shares no code with src/lib/policy. Written from the IAM User Guide (the
 * page is named at each rule) and "Default key policy" in the KMS Developer Guide.
 *
 * Accounts, precisely: a statement that names an account (its root's ARN, or its ID) is about every
 * principal of the account. Denied is denied for all of them. Allowed are its root user, and those whom
 * the account's own IAM policies allow the request too: the request says whether they do (`iam`). A
 * principal of another account than the key's needs that in any case ("Cross-account policy evaluation
 * logic"); one of the key's account that the policy names itself does not.
 */
import { matchesCondition } from './evaluator-conditions.js'

/** Who asks. */
export type Caller =
  | { readonly type: 'root' | 'user' | 'federated'; readonly arn: string }
  | { readonly type: 'session'; readonly arn: string; readonly role: string }
  | { readonly type: 'service'; readonly name: string }
  /** Signed in at an identity provider, without an account's role: known by the provider alone. */
  | { readonly type: 'provider'; readonly name: string }
  | { readonly type: 'anonymous' }

export interface Request {
  readonly caller: Caller
  readonly action: string
  /** The key's ARN. */
  readonly resource: string
  /** By condition keys in lower case; a key without values is absent. */
  readonly context: Readonly<Record<string, readonly string[]>>
  /** Whether IAM policies of the caller's account allow it. */
  readonly iam: boolean
}

export type Decision = 'allow' | 'deny' | 'implicit deny'

type Json = Record<string, unknown>

/** "Policy evaluation logic": an explicit deny wins, then an allow; what nobody allows is denied. */
export function decide(document: unknown, request: Request): Decision {
  const { Version = '2008-10-17', Statement } = document as Json
  const variables = Version === '2012-10-17'
  const statements = (Array.isArray(Statement) ? Statement : [Statement]) as Json[]
  const about = statements.filter((one) => isAbout(one, request, variables))
  if (about.some((one) => one.Effect === 'Deny' && isDenied(one, request.caller))) return 'deny'
  const ways = about
    .filter((one) => one.Effect === 'Allow')
    .map((one) => wayAllowed(one, request.caller))
  const local = accountOf(request.caller) === request.resource.split(':')[4]
  const asked = accountOf(request.caller) === null || request.caller.type === 'root'
  const allowed =
    ways.includes('itself') && (local || asked || request.iam)
      ? true
      : ways.includes('account') && (request.caller.type === 'root' || request.iam)
  return allowed ? 'allow' : 'implicit deny'
}

/** Action, resource and conditions. A statement without one of the first two has no effect (PutKeyPolicy). */
function isAbout(statement: Json, request: Request, variables: boolean): boolean {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement
  if ((Action === undefined) === (NotAction === undefined)) return false
  if ((Resource === undefined) === (NotResource === undefined)) return false
  // "Action": "The prefix and the action name are case insensitive"; wildcards are * and ?.
  const action = (pattern: string) => wildcard(ascii(pattern), ascii(request.action))
  if (list(Action ?? NotAction).some(action) !== (Action !== undefined)) return false
  const resource = (pattern: string) => wildcard(pattern, request.resource)
  if (list(Resource ?? NotResource).some(resource) !== (Resource !== undefined)) return false
  // "Condition": all of the operators and keys must hold.
  return Object.entries(Condition as Record<string, Json>).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) =>
      matchesCondition(operator, key, list(values), request.context, variables),
    ),
  )
}

/** "NotPrincipal with Deny": exempt is who is named together with the account (for a session, its role). */
function isDenied(statement: Json, caller: Caller): boolean {
  const { Principal, NotPrincipal } = statement
  if ((Principal === undefined) === (NotPrincipal === undefined)) return false
  if (Principal !== undefined) {
    const names = named(Principal)
    return names('AWS', '*') || [...itself(caller), ...account(caller)].some((one) => names(...one))
  }
  const names = named(NotPrincipal)
  if (names('AWS', '*')) return false
  const [root] = account(caller)
  if (caller.type === 'root') return !names(...(root as [string, string]))
  const known = caller.type === 'session' ? [['AWS', caller.role] as const] : itself(caller)
  return !(known.some((one) => names(...one)) && (root === undefined || names(...root)))
}

/** How a statement names a caller: itself, by its account, or not. */
function wayAllowed(statement: Json, caller: Caller): 'itself' | 'account' | null {
  const { Principal, NotPrincipal } = statement
  if ((Principal === undefined) === (NotPrincipal === undefined)) return null
  const is = Principal !== undefined
  const names = named(is ? Principal : NotPrincipal)
  const byAccount = account(caller).some((one) => names(...one))
  const byName = itself(caller).some((one) => names(...one))
  if (names('AWS', '*')) return is ? 'itself' : null
  if (!is) return byName || byAccount ? null : 'itself'
  return byName ? 'itself' : byAccount ? 'account' : null
}

/** "Principal": "*" and {"AWS": "*"} are equivalent; an account's ID behaves as its root's ARN; nothing else is a wildcard. */
function named(element: unknown): (kind: string, id: string) => boolean {
  const map = element === '*' ? { AWS: '*' } : typeof element === 'string' ? {} : (element as Json)
  return (kind, id) =>
    list(map[kind]).some(
      (written) =>
        written === id || (/^\d{12}$/.test(written) && id.endsWith(`:iam::${written}:root`)),
    )
}

/** What names a caller itself. A role's ARN names its sessions ("IAM role principals"). */
function itself(caller: Caller): (readonly [string, string])[] {
  switch (caller.type) {
    case 'user':
    case 'federated':
      return [['AWS', caller.arn]]
    case 'session':
      return [
        ['AWS', caller.arn],
        ['AWS', caller.role],
      ]
    case 'service':
      return [['Service', caller.name]]
    case 'provider':
      return [['Federated', caller.name]]
    default:
      return []
  }
}

function account(caller: Caller): (readonly [string, string])[] {
  const id = accountOf(caller)
  if (id === null || !('arn' in caller)) return []
  return [['AWS', `arn:${caller.arn.split(':')[1]}:iam::${id}:root`]]
}

function accountOf(caller: Caller): string | null {
  return 'arn' in caller ? (caller.arn.split(':')[4] ?? null) : null
}

function list(value: unknown): string[] {
  if (value === undefined) return []
  return (Array.isArray(value) ? value : [value]).map(String)
}

function ascii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

function wildcard(pattern: string, text: string): boolean {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, (mark) =>
    mark === '*' ? '.*' : mark === '?' ? '.' : `\\${mark}`,
  )
  return new RegExp(`^${source}$`, 'su').test(text)
}
