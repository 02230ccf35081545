/**
 * Statements as what they say: every list a list, `"*"` as what it stands for, conditions taken apart.
 * The document that a statement came from stays in it, so nothing is lost on the way back. Source: the
 * IAM JSON policy reference.
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

/** One principal. A bare string other than `"*"` is not IAM's grammar: its kind is empty. */
export interface PrincipalRef {
  readonly kind: string
  readonly id: string
}

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
  /** The statement as it stands in the document. */
  readonly source: Statement
}

/** The statements of a document, typed. */
export function typedStatements(document: PolicyDocument): TypedStatement[] {
  return statementsOf(document).map((source, index) => ({
    number: index + 1,
    sid: source.Sid ?? null,
    effect: source.Effect ?? null,
    principals: named(source.Principal, source.NotPrincipal, principalRefs),
    actions: named(source.Action, source.NotAction, texts),
    resources: named(source.Resource, source.NotResource, texts),
    conditions: conditionClauses(source.Condition),
    source,
  }))
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

/** The principals of an element; `"*"` is `{"AWS": "*"}`. */
export function principalRefs(principal: Principal): PrincipalRef[] {
  if (typeof principal === 'string') {
    return [{ kind: principal === '*' ? 'AWS' : '', id: principal }]
  }
  return Object.entries(principal).flatMap(([kind, ids]) => listOf(ids).map((id) => ({ kind, id })))
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
