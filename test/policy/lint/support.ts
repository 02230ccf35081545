import type {
  Condition,
  PolicyDocument,
  Statement,
} from '../../../src/lib/policy/document/document.js'
import { type LintSubject, lintPolicy } from '../../../src/lib/policy/lint/index.js'
import type { Finding } from '../../../src/lib/results.js'

export const ACCOUNT = '111122223333'
export const OTHER = '444455556666'
export const arn = (resource: string, account = ACCOUNT) => `arn:aws:iam::${account}:${resource}`

export const sts = (resource: string, account = ACCOUNT) => `arn:aws:sts::${account}:${resource}`

/** A document, or one with what is known besides its account. */
type Side = PolicyDocument | LintSubject

/** By rule: a document in which it finds something, and its nearest twin in which it does not. */
export type Pairs = Readonly<Record<string, readonly (readonly [trips: Side, twin: Side])[]>>

/** Parts of statements that many pairs need. */
export const EVERYBODY = { Principal: '*' }
export const CONTEXT = { StringEquals: { 'kms:EncryptionContext:App': 'shop' } }
export const LOGS = { Principal: { Service: 'logs.us-east-1.amazonaws.com' } }
export const TRAIL = {
  Principal: { Service: 'cloudtrail.amazonaws.com' },
  Action: 'kms:GenerateDataKey*',
}

/** The statement that every good policy begins with. */
export const ROOT: Statement = {
  Sid: 'Enable IAM User Permissions',
  Effect: 'Allow',
  Principal: { AWS: arn('root') },
  Action: 'kms:*',
  Resource: '*',
}

/** An Allow of kms:Decrypt to role/app, with whatever is different. */
export function allow(different: Partial<Statement> = {}): Statement {
  return {
    Effect: 'Allow',
    Principal: { AWS: arn('role/app') },
    Action: 'kms:Decrypt',
    Resource: '*',
    ...different,
  }
}

export function deny(different: Partial<Statement> = {}): Statement {
  return allow({ Effect: 'Deny', ...different })
}

/** An Allow of kms:Decrypt to role/app under a condition. */
export function when(condition: Condition, different: Partial<Statement> = {}): Statement {
  return allow({ ...different, Condition: condition })
}

/** The root's statement and others. */
export function policy(...others: Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: [ROOT, ...others] }
}

/** Statements, and no other. */
export function only(...statements: Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements }
}

/** A statement without one of its elements. */
export function without(element: keyof Statement, statement: Statement): Statement {
  const { [element]: _left, ...rest } = statement
  return rest
}

export function withoutVersion({ Statement }: PolicyDocument): PolicyDocument {
  return { Statement }
}

/** A policy whose text has a little more than so many characters. */
export function sized(characters: number): PolicyDocument {
  return policy(allow({ Sid: 'x'.repeat(characters) }))
}

export function findings(side: Side): Finding[] {
  const subject = 'document' in side ? side : { document: side }
  return lintPolicy({ accountId: ACCOUNT, partition: 'aws', ...subject })
}

/** The IDs of the rules that find something, each once. */
export function found(side: Side): string[] {
  return [...new Set(findings(side).map(({ rule }) => rule))]
}

/** Those of them that are errors. */
export function errors(side: Side): string[] {
  const all = findings(side).filter(({ severity }) => severity === 'error')
  return [...new Set(all.map(({ rule }) => rule))]
}
