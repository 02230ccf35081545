/** Who may do, by one set of rules, what by another they may not. */
import type { AccessChange, PolicyPrincipal } from '../../results.js'
import { within } from '../document/limits.js'
import type { TypedStatement } from '../document/model.js'
import { accountOfRoot, type PrincipalRef, rootAbove } from '../document/principal-ref.js'
import {
  ACTIONS,
  FUTURE_ACTION,
  type Held,
  heldBy,
  livingAllows,
  type Rule,
  type Subject,
} from '../explain/access.js'
import { actionWords } from '../explain/action-words.js'

/** What is gained, and the statement by which it is: one that allows and is new, or one that denied and is gone. */
export interface Gain {
  readonly cause: TypedStatement
  readonly change: AccessChange
}

/** The actions of one subject that one statement brings under the same conditions. */
interface Entry {
  readonly cause: TypedStatement
  readonly subject: Subject
  readonly conditions: readonly string[]
  readonly unless: readonly string[]
  readonly actions: Set<string>
}

/** What `subjects` may do by the rules after and not by those before. Losses are gains the other way. */
export function accessGained(
  before: readonly Rule[],
  after: readonly Rule[],
  subjects: readonly Subject[],
): Gain[] {
  const entries = subjects.flatMap((subject) => gainedBy(subject, before, after))
  const byCause = new Map<TypedStatement, Entry[]>()
  for (const entry of entries) {
    byCause.set(entry.cause, [...(byCause.get(entry.cause) ?? []), entry])
  }
  return [...byCause.values()].flatMap((all) =>
    told(all).map((entry) => ({ cause: entry.cause, change: changeOf(entry, all, subjects) })),
  )
}

function gainedBy(subject: Subject, before: readonly Rule[], after: readonly Rule[]): Entry[] {
  const entries = new Map<string, Entry>()
  const old = heldBy(subject, before)
  const now = heldBy(subject, after)
  for (const action of ACTIONS) {
    const does = ({ rule }: Held) => rule.actions.has(action)
    for (const { rule, limits, alternatives } of gains(old.filter(does), now.filter(does))) {
      const conditions = [...new Set(limits.map(({ words }) => words))]
      const unless = [...new Set(alternatives.map(wordsOf))]
      const key = JSON.stringify([rule.statement.number, rule.allows, conditions, unless])
      const entry = entries.get(key)
      if (entry !== undefined) entry.actions.add(action)
      else {
        const { statement: cause } = rule
        entries.set(key, { cause, subject, conditions, unless, actions: new Set([action]) })
      }
    }
  }
  return [...entries.values()]
}

interface Gained extends Held {
  /** Where one of these holds, nothing is gained. */
  readonly alternatives: readonly Held[]
}

/**
 * What one subject gains of one action: by rules that allow more than any did before, and by rules that
 * denied and deny less, where something was allowed before.
 */
function gains(before: readonly Held[], after: readonly Held[]): Gained[] {
  const denied = { before: denies(before), after: denies(after) }
  const allowed = before.filter(({ rule }) => rule.allows)
  const had = livingAllows(before)
  return livingAllows(after).flatMap(({ rule, limits }): Gained[] => {
    const gained: Gained[] = []
    if (!allowed.some((other) => within(limits, other.limits))) {
      gained.push({ rule, limits, alternatives: had })
    }
    if (allowed.length === 0) return gained
    for (const deny of denied.before) {
      const both = [...limits, ...deny.limits]
      if (denied.after.some((other) => within(both, other.limits))) continue
      gained.push({ rule: deny.rule, limits: both, alternatives: denied.after })
    }
    return gained
  })
}

function denies(held: readonly Held[]): Held[] {
  return held.filter(({ rule }) => !rule.allows)
}

function wordsOf({ limits }: Held): string {
  return limits.map(({ words }) => words).join(' and ')
}

/** The entries without those that another one says too: an account's for its principals, everybody's for each. */
function told(entries: readonly Entry[]): Entry[] {
  return entries.filter(
    (entry) => !entries.some((other) => other !== entry && saysMore(other, entry)),
  )
}

function saysMore(wide: Entry, entry: Entry): boolean {
  return (
    includes(wide.subject, entry.subject) &&
    JSON.stringify([wide.conditions, wide.unless]) ===
      JSON.stringify([entry.conditions, entry.unless]) &&
    [...entry.actions].every((action) => wide.actions.has(action))
  )
}

function includes(wide: Subject, { ref, scope }: Subject): boolean {
  if (wide.scope === 'everybody') return true
  const root = accountOfRoot(ref) === null ? rootAbove(ref) : ref
  return wide.scope === 'account' && scope === 'principal' && wide.ref.id === root?.id
}

function changeOf(entry: Entry, all: readonly Entry[], subjects: readonly Subject[]): AccessChange {
  const { subject, conditions, unless, actions } = entry
  const { ref, scope } = subject
  return {
    principal: ref.id,
    kind: ref.kind,
    scope,
    except: scope === 'everybody' ? unaffected(all, subjects) : [],
    actions: [...actions].filter((action) => action !== FUTURE_ACTION),
    summary: actionWords(actions),
    conditions: [...conditions],
    unless: [...unless],
  }
}

/** Those of the subjects for whom a statement changes nothing. */
function unaffected(entries: readonly Entry[], subjects: readonly Subject[]): PolicyPrincipal[] {
  const key = ({ kind, id }: PrincipalRef) => JSON.stringify([kind, id])
  const affected = new Set(entries.map(({ subject }) => key(subject.ref)))
  const others = new Map(subjects.map(({ ref }) => [key(ref), ref]))
  return [...others]
    .filter(([ref]) => !affected.has(ref))
    .map(([, { kind, id }]) => ({ principal: id, kind }))
}
