/** Key policies as documents: their types, reading them from a text, writing them as one. */
import { usageError } from '../../errors.js'
import { jsonProblem, placeOf, respeltNumbers } from './json-text.js'

/** IAM's grammar lets nearly every list of one be written without its brackets. */
export type OneOrMany<T> = T | T[]

/** `"*"`, or principals by kind: `AWS`, `Service`, `Federated`, `CanonicalUser`. */
export type Principal = string | Record<string, OneOrMany<string>>

/** Operator → condition key → values. */
export type Condition = Record<string, Record<string, OneOrMany<string | number | boolean>>>

/** One statement. What it lacks, misspells or adds is the linter's to say. */
export interface Statement {
  Sid?: string
  Effect?: string
  Principal?: Principal
  NotPrincipal?: Principal
  Action?: OneOrMany<string>
  NotAction?: OneOrMany<string>
  Resource?: OneOrMany<string>
  NotResource?: OneOrMany<string>
  Condition?: Condition
}

/** A key policy. */
export interface PolicyDocument {
  Version?: string
  Id?: string
  Statement: OneOrMany<Statement>
}

/** The statements as a list, however the document writes them. */
export function statementsOf(document: PolicyDocument): Statement[] {
  return Array.isArray(document.Statement) ? document.Statement : [document.Statement]
}

/** One or many as a list; nothing is an empty list. */
export function listOf<T>(value: OneOrMany<T> | undefined): T[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

/** PutKeyPolicy, Policy: tab, line feed, carriage return and U+0020 to U+00FF. */
const ILLEGAL = /[^\t\n\r\u0020-\u00ff]/u

/**
 * The policy in a text, `source` being the name of where it came from. Refused is what no key policy can
 * be: an empty text, characters outside of KMS's range, a text that is not JSON, a document without
 * statements, elements of the wrong shape; and a number that would not come back as it was written. What a
 * policy says is not judged here.
 */
export function parsePolicy(text: string, source: string): PolicyDocument {
  const name = source.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?')
  if (text.trim() === '') throw usageError(`${name} is empty: a key policy is a JSON document`)
  const illegal = ILLEGAL.exec(text)
  if (illegal !== null) throw illegalCharacter(text, name, illegal[0], illegal.index)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const problem = jsonProblem(text)
    throw usageError(
      problem === null
        ? `${name} is not JSON`
        : `${name} is not JSON: line ${problem.line}, column ${problem.column}: expected ${problem.expected}`,
    )
  }
  const wrong = wrongShape(value)
  if (wrong !== null) throw usageError(`${name} is no key policy: ${wrong}`)
  const [respelt] = respeltNumbers(text)
  if (respelt !== undefined) {
    const { number, line, column } = respelt
    throw usageError(
      `${name} has the number ${number} at line ${line}, column ${column}, which would not be kept as it is written: put it in quotes`,
    )
  }
  return value as PolicyDocument
}

function illegalCharacter(text: string, name: string, character: string, offset: number): Error {
  const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const { line, column } = placeOf(text, offset)
  const hint =
    point === 'FEFF' && offset === 0
      ? 'save the file without a byte order mark'
      : `inside of a JSON string it can be written as ${escapedUnits(character)}`
  return usageError(
    `${name} contains U+${point} at line ${line}, column ${column}: a key policy takes only tab, line feed, carriage return and U+0020 to U+00FF`,
    [hint],
  )
}

function wrongShape(value: unknown): string | null {
  if (!isObject(value)) return 'the document must be a JSON object'
  for (const key of ['Version', 'Id']) {
    if (value[key] !== undefined && typeof value[key] !== 'string') return `${key} must be a string`
  }
  if (value.Statement === undefined) return 'the document has no Statement'
  const statements = Array.isArray(value.Statement) ? value.Statement : [value.Statement]
  if (statements.length === 0) return 'its list of statements is empty'
  for (const [index, statement] of statements.entries()) {
    const wrong = isObject(statement) ? wrongElement(statement) : 'must be an object'
    if (wrong !== null) {
      return Array.isArray(value.Statement)
        ? `statement ${index + 1}: ${wrong}`
        : `its Statement: ${wrong}`
    }
  }
  return null
}

function wrongElement(statement: Record<string, unknown>): string | null {
  for (const key of ['Sid', 'Effect']) {
    if (statement[key] !== undefined && typeof statement[key] !== 'string') {
      return `${key} must be a string`
    }
  }
  for (const key of ['Action', 'NotAction', 'Resource', 'NotResource']) {
    if (statement[key] !== undefined && !isStrings(statement[key])) {
      return `${key} must be a string or a list of strings`
    }
  }
  for (const key of ['Principal', 'NotPrincipal']) {
    const principal = statement[key]
    if (principal === undefined || typeof principal === 'string') continue
    if (!isObject(principal) || !Object.values(principal).every(isStrings)) {
      return `${key} must be "*" or an object of strings or lists of strings (account IDs in quotes)`
    }
  }
  return statement.Condition === undefined || isCondition(statement.Condition)
    ? null
    : 'Condition must be an object of operators, each an object of condition keys with their values'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isStrings(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.every(isString))
}

function isString(value: unknown): boolean {
  return typeof value === 'string'
}

function isCondition(value: unknown): boolean {
  return isObject(value) && Object.values(value).every(isConditionKeys)
}

function isConditionKeys(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.values(value).every((values) =>
      Array.isArray(values) ? values.every(isConditionValue) : isConditionValue(values),
    )
  )
}

function isConditionValue(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/**
 * The document as the text that is sent to KMS. Characters above U+00FF, which KMS refuses, can stand in
 * a document's strings only as JSON escapes, and are written so; so are DEL and C1 controls, which steer
 * terminals and editors.
 */
export function policyText(document: PolicyDocument, indent = 2): string {
  return JSON.stringify(document, null, indent).replace(UNPRINTED, escapedUnits)
}

const UNPRINTED = /[^\t\n\r\u0020-\u007e\u00a0-\u00ff]/gu

function escapedUnits(character: string): string {
  let out = ''
  for (let unit = 0; unit < character.length; unit++) {
    out += `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`
  }
  return out
}
