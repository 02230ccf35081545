/**
 * The form of a key policy: which texts CreateKey, PutKeyPolicy and ReplicateKey take.
 *
 * Sources: API reference of PutKeyPolicy; IAM JSON policy grammar; AWS's notice that from
 * 2025-08-18 statements without Action or Resource are refused, and only "*" is accepted as
 * Resource (docs/facts/semantics.md). AWS says little of what is wrong with a document; the sandbox
 * says where.
 *
 * Not checked: duplicate member names (JSON.parse keeps the last), whether actions and condition
 * keys exist, and whether principals exist: every well-formed principal is taken for existing.
 */
import { limitExceeded, malformedPolicy } from '../model/errors.js'

/**
 * The API model's limit. The real one is in doubt: the guide of 2023 had a quota of 32 KB, and
 * today's quota table no longer lists the size of policies.
 */
const MOST_CHARACTERS = 131072

export interface Statement {
  allows: boolean
  /** Principals of the type AWS, or those of NotPrincipal. */
  principals: string[]
  principalsExcluded: boolean
  actions: string[]
  actionsExcluded: boolean
  conditional: boolean
}

type Json = Record<string, unknown>

const DOCUMENT = ['Version', 'Id', 'Statement']
const STATEMENT = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'Condition',
]
const PRINCIPAL_TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser']

export function parsePolicy(text: string, partition: string): Statement[] {
  if (text.length > MOST_CHARACTERS) {
    throw limitExceeded(`The policy is longer than ${MOST_CHARACTERS} characters.`)
  }
  const document = parseJson(text)
  onlyMembers(document, DOCUMENT, 'The policy')
  if (document.Version !== '2012-10-17' && document.Version !== '2008-10-17') {
    throw syntaxError('Version must be 2012-10-17 or 2008-10-17')
  }
  if (document.Id !== undefined && typeof document.Id !== 'string') {
    throw syntaxError('Id must be a string')
  }
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement]
  if (statements.length === 0) throw syntaxError('Statement must not be empty')
  return statements.map((statement, index) =>
    parseStatement(statement, `Statement ${index + 1}`, partition),
  )
}

function parseJson(text: string): Json {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    throw syntaxError('the policy is not JSON')
  }
  if (!isObject(document)) throw syntaxError('the policy is not a JSON object')
  return document
}

function parseStatement(value: unknown, where: string, partition: string): Statement {
  if (!isObject(value)) throw syntaxError(`${where} must be an object`)
  onlyMembers(value, STATEMENT, where)
  if (value.Effect !== 'Allow' && value.Effect !== 'Deny') {
    throw syntaxError(`${where}: Effect must be Allow or Deny`)
  }
  if (value.Sid !== undefined && typeof value.Sid !== 'string') {
    throw syntaxError(`${where}: Sid must be a string`)
  }
  const principal = exactlyOne(value, 'Principal', 'NotPrincipal', where)
  const action = exactlyOne(value, 'Action', 'NotAction', where)
  requireEveryResource(value.Resource, where)
  if (value.Condition !== undefined) requireCondition(value.Condition, where)
  return {
    allows: value.Effect === 'Allow',
    principals: parsePrincipals(principal.value, partition),
    principalsExcluded: principal.excluded,
    actions: parseActions(action.value, where),
    actionsExcluded: action.excluded,
    conditional: value.Condition !== undefined && Object.keys(value.Condition).length > 0,
  }
}

function exactlyOne(
  statement: Json,
  name: string,
  opposite: string,
  where: string,
): { value: unknown; excluded: boolean } {
  const excluded = statement[opposite] !== undefined
  if ((statement[name] !== undefined) === excluded) {
    throw syntaxError(`${where} must have ${name} or ${opposite}, and not both`)
  }
  return { value: statement[excluded ? opposite : name], excluded }
}

function requireEveryResource(resource: unknown, where: string): void {
  if (resource === undefined) throw syntaxError(`${where} must have Resource`)
  const resources = Array.isArray(resource) ? resource : [resource]
  if (resources.length === 0 || resources.some((item) => item !== '*')) {
    throw syntaxError(`${where}: Resource must be "*"`)
  }
}

function requireCondition(condition: unknown, where: string): asserts condition is Json {
  const operators = isObject(condition) ? Object.values(condition) : [null]
  if (!operators.every(isObject)) {
    throw syntaxError(`${where}: Condition must map operators to condition keys and values`)
  }
}

function parseActions(value: unknown, where: string): string[] {
  const actions = texts(value)
  if (actions === undefined) throw syntaxError(`${where}: Action must be a string or a list`)
  for (const action of actions) {
    if (!/^(?:\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/.test(action)) {
      throw syntaxError(`${where}: ${JSON.stringify(action)} is no action`)
    }
  }
  return actions
}

/** The principals of the type AWS; of the others only the form is looked at. */
function parsePrincipals(value: unknown, partition: string): string[] {
  if (value === '*') return ['*']
  if (!isObject(value) || Object.keys(value).length === 0) throw invalidPrincipals()
  for (const [type, item] of Object.entries(value)) {
    const names = texts(item)
    if (!PRINCIPAL_TYPES.includes(type) || names === undefined) throw invalidPrincipals()
    if (type === 'AWS' && !names.every((name) => isAwsPrincipal(name, partition))) {
      throw invalidPrincipals()
    }
    if (type === 'Service' && !names.every((name) => /^[a-z0-9.-]+\.[a-z]+$/.test(name))) {
      throw invalidPrincipals()
    }
  }
  return texts(value.AWS) ?? []
}

/** `*`, an account ID, or the ARN of an account's root, a user, a role or one of their sessions. */
export function isAwsPrincipal(name: string, partition: string): boolean {
  if (name === '*' || /^\d{12}$/.test(name)) return true
  const match =
    /^arn:(aws[a-z-]*):(iam|sts)::\d{12}:(root|user\/|role\/|assumed-role\/|federated-user\/)([\w+=,.@/-]*)$/.exec(
      name,
    )
  if (match === null || match[1] !== partition) return false
  const [, , service, kind = '', rest = ''] = match
  if ((kind === 'root') !== (rest === '')) return false
  return (service === 'sts') === (kind === 'assumed-role/' || kind === 'federated-user/')
}

function onlyMembers(value: Json, names: readonly string[], where: string): void {
  const stranger = Object.keys(value).find((name) => !names.includes(name))
  if (stranger !== undefined) {
    throw syntaxError(`${where} must not have ${JSON.stringify(stranger)}`)
  }
}

function texts(value: unknown): string[] | undefined {
  const items: unknown[] = Array.isArray(value) ? value : [value]
  if (items.length === 0 || !items.every((item) => typeof item === 'string')) return undefined
  return items as string[]
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function syntaxError(reason: string): Error {
  return malformedPolicy(`Policy contains a syntax error: ${reason}.`)
}

function invalidPrincipals(): Error {
  return malformedPolicy('Policy contains a statement with one or more invalid principals.')
}
