/**
 * Policies as what they say: every list a list, `"*"` as what it stands for, conditions taken apart. The
 * typed parts hold all of a statement's meaning (equivalence is reckoned from them alone), and the
 * statement as it was written stays beside them, so that nothing is lost on the way back. Source: the IAM
 * JSON policy reference.
 */
import {
  type Condition,
  listOf,
  type OneOrMany,
  type PolicyDocument,
  type Statement,
  statementsOf,
} from './document.js'
import { type PrincipalRef, principalRefs } from './principal-ref.js'

export { type PrincipalRef, principalRefs } from './principal-ref.js'

/** IAM's default, where a document names no Version. */
const DEFAULT_VERSION = '2008-10-17'

/** What an element names, or with `negated` (NotPrincipal, NotAction, NotResource) all but that. */
export interface Named<T> {
  readonly negated: boolean
  readonly members: readonly T[]
}

/** One condition. All of a statement's conditions must hold; one of `values` is enough (none for negated operators). */
export interface ConditionClause {
  /** As it is written: `ForAnyValue:StringLikeIfExists`. */
  readonly written: string
  readonly quantifier: 'ForAnyValue' | 'ForAllValues' | null
  /** Without quantifier and IfExists, in the written case: `StringLike`. */
  readonly operator: string
  readonly ifExists: boolean
  /** The condition key, as written. */
  readonly key: string
  readonly values: readonly string[]
}

export interface TypedStatement {
  /** From 1, in the document's order. */
  readonly number: number
  readonly sid: string | null
  /** As written; only `Allow` and `Deny` mean something. */
  readonly effect: string | null
  /** Null where the statement has neither the element nor its negation. */
  readonly principals: Named<PrincipalRef> | null
  readonly actions: Named<string> | null
  readonly resources: Named<string> | null
  readonly conditions: readonly ConditionClause[]
  /** The document's, by which `${…}` in a condition's values is a variable or that text. */
  readonly version: string
  /** What IAM's grammar has no place for: unknown elements, and a negation beside what it negates. */
  readonly others: Readonly<Record<string, unknown>>
  /** The statement as it stands in the document. */
  readonly source: Statement
}

export interface TypedPolicy {
  /** IAM's default where the document names none. */
  readonly version: string
  readonly id: string | null
  readonly statements: readonly TypedStatement[]
  /** Elements that IAM does not know. */
  readonly others: Readonly<Record<string, unknown>>
  /** The document as it was written. */
  readonly source: PolicyDocument
}

/** A document, typed. */
export function typedPolicy(document: PolicyDocument): TypedPolicy {
  const { Version: _version, Id, Statement: _statements, ...others } = document
  return {
    version: versionOf(document),
    id: Id ?? null,
    statements: typedStatements(document),
    others,
    source: document,
  }
}

/**
 * The document of a typed policy: its statements in the spelling they came in, and around them what they
 * came with. Statements may have been left out, moved or taken from another policy.
 */
export function toDocument(policy: TypedPolicy): PolicyDocument {
  const sources = policy.statements.map(({ source }) => source)
  const [only, ...more] = sources
  const bare = !Array.isArray(policy.source.Statement) && only !== undefined && more.length === 0
  // The member stays where it was among the others.
  return { ...policy.source, Statement: bare ? only : sources }
}

function versionOf({ Version }: PolicyDocument): string {
  return Version ?? DEFAULT_VERSION
}

/** The statements of a document, typed. */
export function typedStatements(document: PolicyDocument): TypedStatement[] {
  const version = versionOf(document)
  return statementsOf(document).map((source, index) => {
    const {
      Sid,
      Effect,
      Principal,
      NotPrincipal,
      Action,
      NotAction,
      Resource,
      NotResource,
      Condition,
      ...others
    } = source
    return {
      number: index + 1,
      sid: Sid ?? null,
      effect: Effect ?? null,
      principals: named(Principal, NotPrincipal, principalRefs),
      actions: named(Action, NotAction, texts),
      resources: named(Resource, NotResource, texts),
      conditions: conditionClauses(Condition),
      version,
      others: {
        ...others,
        ...beside({ NotPrincipal }, Principal),
        ...beside({ NotAction }, Action),
        ...beside({ NotResource }, Resource),
      },
      source,
    }
  })
}

function named<T, M>(
  is: T | undefined,
  isNot: T | undefined,
  members: (value: T) => M[],
): Named<M> | null {
  if (is !== undefined) return { negated: false, members: members(is) }
  return isNot === undefined ? null : { negated: true, members: members(isNot) }
}

function texts(value: OneOrMany<string>): string[] {
  return listOf(value)
}

/** A negation that stands beside what it negates, which IAM refuses. */
function beside(negation: Record<string, unknown>, is: unknown): Record<string, unknown> {
  return is === undefined || Object.values(negation)[0] === undefined ? {} : negation
}

/** The conditions of a Condition block, one for each operator and key. */
export function conditionClauses(condition: Condition | undefined): ConditionClause[] {
  return Object.entries(condition ?? {}).flatMap(([written, keys]) =>
    Object.entries(keys).map(([key, values]) => ({
      written,
      ...operatorOf(written),
      key,
      values: listOf(values).map(String),
    })),
  )
}

function operatorOf(
  written: string,
): Pick<ConditionClause, 'quantifier' | 'operator' | 'ifExists'> {
  const [, set, rest = written] = /^(?:(ForAnyValue|ForAllValues):)?(.*)$/isu.exec(written) ?? []
  const bare = rest.replace(/IfExists$/i, '')
  return {
    quantifier: set === undefined ? null : /any/i.test(set) ? 'ForAnyValue' : 'ForAllValues',
    operator: bare,
    ifExists: bare !== rest,
  }
}
