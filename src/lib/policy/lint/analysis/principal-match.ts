/**
 * Whom a principal of a policy means. Source: "AWS JSON policy elements: Principal" and "IAM
 * identifiers" in the IAM User Guide.
 */
import type { PrincipalRef, TypedStatement } from '../../document/model.js'
import { cut, shown } from './rule.js'

/** Somebody, or why nobody can be meant. */
export type Who =
  | { readonly type: 'everybody' }
  /** An account as a whole: its root's ARN, or its ID. */
  | { readonly type: 'account'; readonly accountId: string; readonly partition: string | null }
  | {
      readonly type: 'user' | 'role'
      readonly accountId: string
      readonly partition: string
      readonly arn: string
      /** Without its path. */
      readonly name: string
    }
  | {
      readonly type: 'session'
      readonly accountId: string
      readonly partition: string
      readonly arn: string
      /** The role whose session it is; null for a federated user. */
      readonly role: string | null
    }
  | { readonly type: 'service'; readonly name: string }
  /** A federated provider, or a canonical user of S3. */
  | { readonly type: 'other'; readonly kind: string; readonly id: string }
  /** The unique ID that stays of a principal that was deleted. */
  | { readonly type: 'ghost'; readonly id: string }
  | { readonly type: 'wildcard'; readonly id: string }
  | { readonly type: 'group'; readonly id: string }
  | { readonly type: 'malformed'; readonly kind: string; readonly id: string; readonly why: string }

/** Prefixes of unique IDs of users, roles, groups, instance profiles and policies. */
const UNIQUE_ID = /^(?:AIDA|AROA|AGPA|AIPA|ANPA|ANVA)[A-Z0-9]+$/
const ARN = /^arn:(aws[a-z-]*):(iam|sts)::([^:]*):(.*)$/su
const NAME = /^[\w+=,.@-]+$/
const PATH_AND_NAME = /^(?:[\x21-\x7e]*\/)?([\w+=,.@-]+)$/
const SERVICE = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i

const KINDS = ['AWS', 'Service', 'Federated', 'CanonicalUser']

/** Whom one principal means. */
export function whoIs({ kind, id }: PrincipalRef): Who {
  if (kind === '') {
    return malformed(kind, id, 'a principal is "*", or stands in an object under its kind')
  }
  if (!KINDS.includes(kind)) {
    return malformed(kind, id, `${shown(kind)} is none of ${KINDS.join(', ')}`)
  }
  if (kind === 'AWS') return awsPrincipal(id)
  if (/[*?]/.test(id)) return { type: 'wildcard', id }
  if (kind !== 'Service') return { type: 'other', kind, id }
  if (SERVICE.test(id)) return { type: 'service', name: id.toLowerCase() }
  return malformed(kind, id, 'a service is named as logs.us-east-1.amazonaws.com')
}

function malformed(kind: string, id: string, why: string): Who {
  return { type: 'malformed', kind, id, why }
}

function awsPrincipal(id: string): Who {
  if (id === '*') return { type: 'everybody' }
  if (/^\d{12}$/.test(id)) return { type: 'account', accountId: id, partition: null }
  if (UNIQUE_ID.test(id)) return { type: 'ghost', id }
  if (/[*?]/.test(id)) return { type: 'wildcard', id }
  const [, partition, service, accountId, resource] = ARN.exec(id) ?? []
  if (partition === undefined || accountId === undefined || resource === undefined) {
    return malformed('AWS', id, 'it is neither an ARN of iam or sts nor a 12-digit account ID')
  }
  if (!/^\d{12}$/.test(accountId)) {
    return malformed('AWS', id, 'an account ID has 12 digits')
  }
  const [kind = '', ...rest] = resource.split('/')
  const common = { accountId, partition, arn: id }
  if (service === 'sts') return session(id, kind, rest, common)
  if (resource === 'root') return { type: 'account', accountId, partition }
  if (kind === 'group' || kind === 'instance-profile') return { type: 'group', id }
  const [, name] = PATH_AND_NAME.exec(rest.join('/')) ?? []
  if ((kind === 'user' || kind === 'role') && name !== undefined) {
    return { type: kind, ...common, name }
  }
  return malformed('AWS', id, 'an ARN of iam ends in root, user/NAME or role/NAME')
}

function session(
  id: string,
  kind: string,
  rest: readonly string[],
  common: { accountId: string; partition: string; arn: string },
): Who {
  const names = rest.every((name) => NAME.test(name))
  const [role] = rest
  if (kind === 'assumed-role' && rest.length === 2 && names && role !== undefined) {
    return { type: 'session', ...common, role }
  }
  if (kind === 'federated-user' && rest.length === 1 && names) {
    return { type: 'session', ...common, role: null }
  }
  return malformed(
    'AWS',
    id,
    'an ARN of sts ends in assumed-role/ROLE/SESSION or federated-user/NAME',
  )
}

/** Whom a statement's Principal or NotPrincipal names. */
export function namedBy({ principals }: Pick<TypedStatement, 'principals'>): readonly Who[] {
  if (principals === null) return []
  const known = NAMED.get(principals) ?? principals.members.map(whoIs)
  NAMED.set(principals, known)
  return known
}

/** Many rules ask for the same principals, of which there may be thousands. */
const NAMED = new WeakMap<object, readonly Who[]>()

/** The account that somebody belongs to; null for everybody, services and what is no principal. */
export function accountOf(who: Who): string | null {
  return 'accountId' in who ? who.accountId : null
}

/** How messages name somebody. */
export function called(who: Who): string {
  switch (who.type) {
    case 'everybody':
      return 'everybody'
    case 'account':
      return `account ${who.accountId}`
    case 'service':
      return who.name
    case 'user':
    case 'role':
    case 'session':
      return who.arn
    default:
      return cut(who.id)
  }
}
