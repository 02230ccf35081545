/** Which statement of one policy became which of another. */
import { lowerCase } from '../document/match.js'
import type { TypedStatement } from '../document/model.js'

/** A statement before and after; one of them is null where it was added or removed. */
export interface StatementPair {
  readonly before: TypedStatement | null
  readonly after: TypedStatement | null
}

/** How alike two statements must be, at least, to be told as one that has changed. */
const ALIKE = 0.4

/**
 * The statements that differ, in pairs where one became another: those of one Sid, and then the most
 * alike. In the order of the policy after, what was removed at its end.
 *
 * @param meaning of a statement: of two that mean the same it is the same text
 */
export function pairStatements(
  before: readonly TypedStatement[],
  after: readonly TypedStatement[],
  meaning: (statement: TypedStatement) => string,
): StatementPair[] {
  const old = without(before, after, meaning)
  const now = without(after, before, meaning)
  const pairs: StatementPair[] = []
  const pair = (one: TypedStatement, other: TypedStatement) => {
    old.delete(one)
    now.delete(other)
    pairs.push({ before: one, after: other })
  }
  for (const one of [...old]) {
    const namesakes = [...now].filter(({ sid }) => sid !== null && sid === one.sid)
    const [other] = namesakes
    const alone = [...old].filter(({ sid }) => sid === one.sid).length === 1
    if (other !== undefined && namesakes.length === 1 && alone) pair(one, other)
  }
  const candidates = [...old]
    .flatMap((one) => [...now].map((other) => ({ one, other, score: likeness(one, other) })))
    .filter(({ score }) => score >= ALIKE)
    .sort((a, b) => b.score - a.score)
  for (const { one, other } of candidates) if (old.has(one) && now.has(other)) pair(one, other)
  for (const other of now) pairs.push({ before: null, after: other })
  pairs.sort((a, b) => (a.after?.number ?? 0) - (b.after?.number ?? 0))
  return [...pairs, ...[...old].map((one) => ({ before: one, after: null }))]
}

/** The statements of one policy that the other does not have, each meaning once. */
function without(
  statements: readonly TypedStatement[],
  others: readonly TypedStatement[],
  meaning: (statement: TypedStatement) => string,
): Set<TypedStatement> {
  const there = new Set(others.map(meaning))
  const left = new Set<TypedStatement>()
  for (const statement of statements) {
    const text = meaning(statement)
    if (!there.has(text)) left.add(statement)
    there.add(text)
  }
  return left
}

/** From 0 to 1: how much of their principals, actions and conditions two statements of one effect share. */
function likeness(a: TypedStatement, b: TypedStatement): number {
  if (a.effect !== b.effect) return 0
  const principals = shared(
    a.principals?.members.map(({ kind, id }) => `${kind} ${id}`),
    b.principals?.members.map(({ kind, id }) => `${kind} ${id}`),
  )
  const actions = shared(a.actions?.members.map(lowerCase), b.actions?.members.map(lowerCase))
  const conditions = shared(
    a.conditions.map(({ key }) => lowerCase(key)),
    b.conditions.map(({ key }) => lowerCase(key)),
  )
  return 0.45 * principals + 0.45 * actions + 0.1 * conditions
}

function shared(a: readonly string[] = [], b: readonly string[] = []): number {
  const all = new Set([...a, ...b])
  const others = new Set(b)
  const both = new Set(a.filter((one) => others.has(one)))
  return all.size === 0 ? 1 : both.size / all.size
}
