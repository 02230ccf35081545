/** What a changed statement, or document, says otherwise, in words. */
import { conditionWords, hasVariables } from '../document/limits.js'
import { actionsMatching, lowerCase } from '../document/match.js'
import type { Named, TypedPolicy, TypedStatement } from '../document/model.js'
import { canonicalRef, isGhost, type PrincipalRef } from '../document/principal-ref.js'

/** What differs between a statement before and after; of one that was added or removed, what is odd about it. */
export function changeNotes(
  before: TypedStatement | null,
  after: TypedStatement | null,
  partition: string,
): string[] {
  const both = before !== null && after !== null
  return [
    ...(both ? alterations(before, after, partition) : []),
    ...ghostNotes(before, after),
    ...actionNotes(before, after),
    ...(both ? [] : effectlessNotes((after ?? before) as TypedStatement)),
  ]
}

function alterations(before: TypedStatement, after: TypedStatement, partition: string): string[] {
  const notes: string[] = []
  if (before.effect !== after.effect) {
    notes.push(`the effect was ${before.effect ?? 'missing'} and is ${after.effect ?? 'missing'}`)
  }
  const principal = (ref: PrincipalRef) => {
    const { kind, id } = canonicalRef(ref, partition)
    return kind === 'AWS' ? id : `${kind} ${id}`
  }
  notes.push(...element('principal', before.principals, after.principals, principal))
  notes.push(...element('action', before.actions, after.actions, (one) => one, lowerCase))
  notes.push(...element('resource', before.resources, after.resources, (one) => one))
  const conditions = {
    before: before.conditions.map(conditionWords),
    after: after.conditions.map(conditionWords),
  }
  notes.push(...moved('condition', conditions.before, conditions.after, lowerCase))
  notes.push(...others(before.others, after.others))
  if (before.version !== after.version && hasVariables(after)) {
    const now = after.version === '2012-10-17' ? 'a variable' : 'only that text'
    notes.push(`by the Version, ${'${…}'} in its conditions is now ${now}`)
  }
  return notes
}

function element<T>(
  what: string,
  before: Named<T> | null,
  after: Named<T> | null,
  words: (member: T) => string,
  key?: (words: string) => string,
): string[] {
  const negated = (one: Named<T> | null) => one?.negated === true
  const name = what[0]?.toUpperCase() + what.slice(1)
  const spelt = (one: Named<T> | null) =>
    one === null ? `no ${name}` : `${one.negated ? 'Not' : ''}${name}`
  if (negated(before) !== negated(after) || (before === null) !== (after === null)) {
    return [`${spelt(before)} became ${spelt(after)}`]
  }
  return moved(
    negated(after) ? `exempt ${what}` : what,
    (before?.members ?? []).map(words),
    (after?.members ?? []).map(words),
    key,
  )
}

/** What was added and what removed. */
function moved(
  what: string,
  before: readonly string[],
  after: readonly string[],
  key: (words: string) => string = (words) => words,
): string[] {
  const old = new Set(before.map(key))
  const now = new Set(after.map(key))
  return [
    ...before.filter((one) => !now.has(key(one))).map((one) => `${what} removed: ${one}`),
    ...after.filter((one) => !old.has(key(one))).map((one) => `${what} added: ${one}`),
  ]
}

function others(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names]
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => `element ${name} differs, which IAM does not know there`)
}

function ghostNotes(before: TypedStatement | null, after: TypedStatement | null): string[] {
  const ghosts = (one: TypedStatement | null) =>
    (one?.principals?.members ?? []).filter(isGhost).map(({ id }) => id)
  const [old, now] = [ghosts(before), ghosts(after)]
  const moved = [...old.filter((id) => !now.includes(id)), ...now.filter((id) => !old.includes(id))]
  return [...new Set(moved)].map(
    (id) => `${id} is the ID of a deleted role or user: nobody has access by it`,
  )
}

function actionNotes(before: TypedStatement | null, after: TypedStatement | null): string[] {
  const old = before?.actions?.members ?? []
  const now = after?.actions?.members ?? []
  const moved = [
    ...old.filter((one) => !now.includes(one)),
    ...now.filter((one) => !old.includes(one)),
  ]
  return [...new Set(moved)]
    .filter((pattern) => actionsMatching(pattern).length === 0)
    .map((pattern) => `${pattern} is no action of KMS`)
}

function effectlessNotes({ effect, principals, actions, resources }: TypedStatement): string[] {
  const missing = [
    ...(principals === null ? ['Principal'] : []),
    ...(actions === null ? ['Action'] : []),
    ...(resources === null ? ['Resource'] : []),
  ]
  return [
    ...missing.map((name) => `the statement has no ${name}, and so no effect`),
    ...(effect === 'Allow' || effect === 'Deny'
      ? []
      : [`the statement's effect is ${effect ?? 'missing'}, and so it has none`]),
  ]
}

/** What differs between the documents around their statements. */
export function documentNotes(before: TypedPolicy, after: TypedPolicy): string[] {
  const notes = others(before.others, after.others)
  if (before.version === after.version) return notes
  return [`the Version was ${before.version} and is ${after.version}`, ...notes]
}
