/**
 * Whether conditions limit who calls. Sources: "The meaning of public" in the S3 User Guide, for which keys
 * and values count; the keys' own descriptions in the IAM User Guide and the KMS Developer Guide, for who
 * decides their values.
 */
import { lowerCase } from '../../document/match.js'
import type { ConditionClause, TypedStatement } from '../../document/model.js'
import { arnParts } from './condition-eval.js'
import { type Operator, operatorOf } from './operators.js'

/** Named callers; callers through a service, whoever they are; or anybody. */
export type Limit = 'callers' | 'service' | 'none'

type Pinned = (value: string, operator: Operator) => boolean

/** A `*` that an operator takes literally is meant for anything all the same. */
const literal: Pinned = (value) => value !== '' && !/[*?]|\$\{/.test(value)

/** The key's own account or organization may stand for itself. */
const literalOrResource: Pinned = (value, operator) =>
  literal(value, operator) || /^\$\{aws:Resource(?:Account|OrgID)\}$/i.test(value)

/** `o-…/…`: the organization must be named, the rest of the path may be any. */
const organizationPath: Pinned = (value) =>
  /^o-[a-z0-9]+\//.test(value) || /^\$\{aws:ResourceOrgID\}\//i.test(value)

/**
 * An ARN whose account is named. The Arn operators compare part by part; with StringLike a wildcard before
 * the account reaches over it, into a path that anybody can choose.
 */
const arnOfAccount: Pinned = (value, { family, wildcards }) => {
  if (family !== 'arn' && wildcards) return /^arn:[^:*?$]+:[^:*?$]*:[^:*?$]*:\d{12}:/.test(value)
  return /^\d{12}$/.test(arnParts(value)[4] ?? '')
}

/** As above; resources whose ARNs have no account, buckets, have names that are unique in the world. */
const sourceArn: Pinned = (value, operator) => {
  const [prefix, , , , account = '', resource = ''] = arnParts(value)
  if (prefix !== 'arn') return false
  if (account === '') return resource !== '' && !/[*?$]/.test(value)
  return arnOfAccount(value, { ...operator, family: 'arn' })
}

/** A unique ID of a user or role, with or without the names of its sessions. */
const uniqueId: Pinned = (value) => /^(?:AIDA|AROA)[A-Z0-9]{4,}(?::|$)/.test(value)

/** Ranges wider than these are taken for the whole internet. */
const addressRange: Pinned = (value) => {
  const [address = '', bits] = value.split('/')
  const version = address.includes(':') ? 6 : 4
  const prefix = bits === undefined ? 128 : Number(bits)
  return /^[\da-f:.]+$/i.test(address) && prefix >= (version === 6 ? 32 : 8)
}

/** Keys that say who calls, with the values that name somebody. */
const CALLER_KEYS: Readonly<Record<string, Pinned>> = {
  'aws:principalaccount': literalOrResource,
  'aws:principalarn': arnOfAccount,
  'aws:principalorgid': literalOrResource,
  'aws:principalorgpaths': organizationPath,
  'aws:userid': uniqueId,
  'kms:calleraccount': literalOrResource,
  'aws:sourceaccount': literalOrResource,
  'aws:sourcearn': sourceArn,
  'aws:sourceorgid': literalOrResource,
  'aws:sourceorgpaths': organizationPath,
  'aws:sourceowner': literal,
  'aws:sourcevpc': literal,
  'aws:sourcevpce': literal,
  'aws:sourcevpcarn': arnOfAccount,
  'aws:vpceaccount': literalOrResource,
  'aws:vpceorgid': literalOrResource,
  'aws:vpceorgpaths': organizationPath,
  'aws:sourceip': addressRange,
  'ec2:sourceinstancearn': arnOfAccount,
  'lambda:sourcefunctionarn': arnOfAccount,
  'ssm:sourceinstancearn': arnOfAccount,
}

/** More than wildcards. */
const named: Pinned = (value) => /[a-z]{2}/.test(value)

/** Keys that say through which service is called, by whomever. */
const SERVICE_KEYS: Readonly<Record<string, Pinned>> = {
  'kms:viaservice': named,
  'aws:calledvia': named,
  'aws:calledviafirst': named,
  'aws:calledvialast': named,
  'aws:principalservicename': named,
  'aws:principalservicenameslist': named,
  'aws:principalisawsservice': (value) => lowerCase(value) === 'true',
}

/** Whether a Null condition demands that the key be there, so that no absent key lets anybody in. */
function mustBeThere(key: string, clauses: readonly ConditionClause[]): boolean {
  return clauses.some(
    (clause) =>
      operatorOf(clause)?.family === 'null' &&
      lowerCase(clause.key) === lowerCase(key) &&
      clause.values.length > 0 &&
      clause.values.every((value) => lowerCase(value) === 'false'),
  )
}

const FAMILIES: readonly Operator['family'][] = ['string', 'arn', 'ip', 'bool']

/** What the conditions of an Allow leave of everybody. */
export function limitOf(clauses: readonly ConditionClause[]): Limit {
  const limits = clauses.map((clause): Limit => {
    const operator = operatorOf(clause)
    if (operator === undefined || operator.negated) return 'none'
    const passesAbsent = clause.ifExists || clause.quantifier === 'ForAllValues'
    if (passesAbsent && !mustBeThere(clause.key, clauses)) return 'none'
    return pins(clause, operator)
  })
  if (limits.includes('callers')) return 'callers'
  return limits.includes('service') ? 'service' : 'none'
}

/** What a condition's values name: by each of them, somebody. */
function pins({ key, values }: ConditionClause, operator: Operator): Limit {
  if (!FAMILIES.includes(operator.family)) return 'none'
  const name = lowerCase(key)
  const every = (keys: Readonly<Record<string, Pinned>>) => {
    const pinned = Object.hasOwn(keys, name) ? keys[name] : undefined
    return pinned !== undefined && values.every((value) => pinned(value, operator))
  }
  if (every(CALLER_KEYS)) return 'callers'
  return every(SERVICE_KEYS) ? 'service' : 'none'
}

/** Conditions by which a Deny leaves alone what services do, for themselves or for anybody. */
function exemptsServices(clause: ConditionClause): boolean {
  return (
    ['aws:principalisawsservice', 'aws:viaawsservice'].includes(lowerCase(clause.key)) &&
    operatorOf(clause)?.family === 'bool' &&
    clause.values.every((value) => lowerCase(value) === 'false')
  )
}

/**
 * What a Deny for everybody leaves of everybody: with `StringNotEquals` on a key that says who calls, only
 * those whom it names.
 */
export function limitOfDeny({ conditions }: TypedStatement): Limit {
  const [only, ...others] = conditions.filter((clause) => !exemptsServices(clause))
  if (only === undefined || others.length > 0) return 'none'
  const operator = operatorOf(only)
  // A key that is absent is not equal either: the Deny holds for it. With ForAnyValue it does not.
  if (operator === undefined || !operator.negated || only.quantifier === 'ForAnyValue')
    return 'none'
  const limit = pins(only, operator)
  return limit === 'callers' && conditions.length > 1 ? 'service' : limit
}
