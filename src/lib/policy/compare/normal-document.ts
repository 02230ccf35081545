/**
 * Two policies written anew in one spelling, so that their texts differ only where they mean something
 * different: elements in one order, lists sorted, account IDs as ARNs, letter case as it stands first.
 */
import type {
  Condition,
  OneOrMany,
  PolicyDocument,
  Principal,
  Statement,
} from '../document/document.js'
import { lowerCase } from '../document/match.js'
import {
  type ConditionClause,
  type Named,
  type TypedPolicy,
  type TypedStatement,
  typedPolicy,
} from '../document/model.js'
import { canonicalRef, isEveryone, type PrincipalRef } from '../document/principal-ref.js'
import { canonicalStatement } from './equivalence.js'
import { pairStatements } from './statement-pairs.js'

/**
 * The two, the second's statements in the order of those of the first that they mean or became. Labels
 * (Sid, Id) that alone differ are the first's in both.
 *
 * @param partition in which account IDs stand
 */
export function normalDocuments(
  before: PolicyDocument,
  after: PolicyDocument,
  partition: string,
): [PolicyDocument, PolicyDocument] {
  const [old, now] = [typedPolicy(before), typedPolicy(after)]
  const meaning = (one: TypedStatement) => canonicalStatement(one, partition)
  const first = once(old.statements, meaning)
  const spelling = spellingOf([old, now])
  const written = (one: TypedStatement, sid: string | null) =>
    normalStatement(one, sid, partition, spelling)
  const counterparts = inOrder(first, once(now.statements, meaning), meaning)
  const id = old.id ?? now.id
  return [
    normalDocument(
      old,
      id,
      first.map((one) => written(one, one.sid)),
    ),
    normalDocument(
      now,
      id,
      counterparts.map(({ one, sid }) => written(one, sid)),
    ),
  ]
}

/** The statements without those that say again what another one said. */
function once(
  statements: readonly TypedStatement[],
  meaning: (one: TypedStatement) => string,
): TypedStatement[] {
  return [...new Map([...statements].reverse().map((one) => [meaning(one), one])).values()].sort(
    (a, b) => a.number - b.number,
  )
}

/** The statements beside those of the first policy, what is new behind what it stood behind. */
function inOrder(
  first: readonly TypedStatement[],
  second: readonly TypedStatement[],
  meaning: (one: TypedStatement) => string,
): { one: TypedStatement; sid: string | null }[] {
  const same = new Map(first.map((one) => [meaning(one), one]))
  const became = new Map(
    pairStatements(first, second, meaning).map(({ before, after }) => [after, before]),
  )
  let place = 0
  return second
    .map((one) => {
      const equal = same.get(meaning(one))
      const partner = equal ?? became.get(one)
      place = partner?.number ?? place
      return { one, sid: equal === undefined ? one.sid : equal.sid, place }
    })
    .sort((a, b) => a.place - b.place)
}

/** Action and key names in lower case → as they are written first. */
type Spelling = ReadonlyMap<string, string>

function spellingOf(policies: readonly TypedPolicy[]): Spelling {
  const spelling = new Map<string, string>()
  for (const { actions, conditions } of policies.flatMap(({ statements }) => statements)) {
    for (const text of [...(actions?.members ?? []), ...conditions.map(({ key }) => key)]) {
      const name = lowerCase(text)
      if (!spelling.has(name)) spelling.set(name, text)
    }
  }
  return spelling
}

function normalDocument(
  { version, others }: TypedPolicy,
  id: string | null,
  Statement: Statement[],
): PolicyDocument {
  return {
    Version: version,
    ...(id === null ? {} : { Id: id }),
    Statement,
    ...(sorted(others) as object),
  }
}

function normalStatement(
  statement: TypedStatement,
  sid: string | null,
  partition: string,
  spelling: Spelling,
): Statement {
  const { effect, principals, actions, resources, conditions, others } = statement
  const spelt = (text: string) => spelling.get(lowerCase(text)) ?? text
  return {
    ...(sid === null ? {} : { Sid: sid }),
    ...(effect === null ? {} : { Effect: effect }),
    ...element('Principal', principals, (refs) => principalOf(refs, partition)),
    ...element('Action', actions, (texts) => list(texts.map(spelt))),
    ...element('Resource', resources, list),
    ...(conditions.length === 0 ? {} : { Condition: conditionOf(conditions, spelt) }),
    ...(sorted(others) as object),
  }
}

function element<T>(
  name: 'Principal' | 'Action' | 'Resource',
  named: Named<T> | null,
  written: (members: readonly T[]) => unknown,
): Statement {
  if (named === null) return {}
  return { [named.negated ? `Not${name}` : name]: written(named.members) }
}

function principalOf(refs: readonly PrincipalRef[], partition: string): Principal {
  const canonical = refs.map((ref) => canonicalRef(ref, partition))
  const bare = canonical.find(({ kind }) => kind === '')
  if (bare !== undefined) return bare.id
  if (canonical.length > 0 && canonical.every(isEveryone)) return '*'
  const kinds = [...new Set(canonical.map(({ kind }) => kind))].sort()
  return Object.fromEntries(
    kinds.map((kind) => [
      kind,
      list(canonical.filter((ref) => ref.kind === kind).map(({ id }) => id)),
    ]),
  )
}

function conditionOf(
  clauses: readonly ConditionClause[],
  spelt: (text: string) => string,
): Condition {
  const meaning = ({ written, key, values }: ConditionClause) =>
    JSON.stringify([written, lowerCase(key), [...new Set(values)].sort()])
  const once = new Map(clauses.map((clause) => [meaning(clause), clause]))
  const blocks = new Map<string, Map<string, OneOrMany<string>>>()
  for (const [, { written, key, values }] of [...once].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const keys = blocks.get(written) ?? new Map<string, OneOrMany<string>>()
    let name = spelt(key)
    for (let count = 0; keys.has(name); count++) name = recased(key, count)
    blocks.set(written, keys.set(name, list(values)))
  }
  return Object.fromEntries([...blocks].map(([name, keys]) => [name, Object.fromEntries(keys)]))
}

/** Keys of one block that differ in letter case alone both count, so both have to be told apart. */
function recased(key: string, count: number): string {
  let bit = 1
  return lowerCase(key).replace(/[a-z]/g, (letter) => {
    const upper = (count & bit) !== 0
    bit <<= 1
    return upper ? letter.toUpperCase() : letter
  })
}

function list(texts: readonly string[]): OneOrMany<string> {
  const [only, ...more] = [...new Set(texts)].sort()
  return only !== undefined && more.length === 0 ? only : [...new Set(texts)].sort()
}

/** A value with the keys of its objects in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(members.map(([key, member]) => [key, sorted(member)]))
}
