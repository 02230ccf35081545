/**
 * What differs between two policies, by meaning: statement by statement, with who gains and who loses
 * which actions by it.
 *
 * Gains and losses are those of the whole policy: who was allowed something by another statement does not
 * gain it, and who still is does not lose it. Of conditions it is known where one is narrower than another
 * of its kind; where that cannot be known, a gain is told rather than kept silent, with both conditions.
 */
import type { AccessChange, PolicyChange, PolicyDiff, StatementRef } from '../../results.js'
import type { PolicyDocument } from '../document/document.js'
import { hasVariables } from '../document/limits.js'
import { type TypedStatement, typedPolicy } from '../document/model.js'
import { partitionOf } from '../document/principal-ref.js'
import { rulesOf, subjectsOf } from '../explain/access.js'
import { accessGained, type Gain } from './access-change.js'
import { changeNotes, documentNotes } from './change-notes.js'
import { canonicalStatement, samePolicy } from './equivalence.js'
import { pairStatements, type StatementPair } from './statement-pairs.js'

/**
 * What differs between a policy and what it would become.
 *
 * @param partition in which account IDs stand, where the key is known
 */
export function diffPolicies(
  before: PolicyDocument,
  after: PolicyDocument,
  partition = partitionOf([before, after]),
): PolicyDiff {
  if (samePolicy(before, after, partition)) return { equal: true, changes: [] }
  const [old, now] = [typedPolicy(before), typedPolicy(after)]
  const rules = { before: rulesOf(old, partition), after: rulesOf(now, partition) }
  const subjects = subjectsOf([...rules.before, ...rules.after])
  const gains = accessGained(rules.before, rules.after, subjects)
  const losses = accessGained(rules.after, rules.before, subjects)
  const meaning = (one: TypedStatement) =>
    canonicalStatement(one, partition) + (hasVariables(one) ? one.version : '')
  const changes = pairStatements(old.statements, now.statements, meaning).map((pair) => ({
    ...head(pair),
    gains: causedBy(pair, gains),
    losses: causedBy(pair, losses),
    notes: changeNotes(pair.before, pair.after, partition),
  }))
  const notes = documentNotes(old, now)
  return {
    equal: false,
    changes: [...(notes.length === 0 ? [] : [documentChange(notes)]), ...changes],
  }
}

function head({
  before,
  after,
}: StatementPair): Pick<PolicyChange, 'kind' | 'before' | 'after' | 'effect'> {
  return {
    kind: before === null ? 'added' : after === null ? 'removed' : 'changed',
    before: before && refOf(before),
    after: after && refOf(after),
    effect: (after ?? before)?.effect ?? null,
  }
}

function refOf({ number, sid }: TypedStatement): StatementRef {
  return { number, sid }
}

function causedBy({ before, after }: StatementPair, gains: readonly Gain[]): AccessChange[] {
  return gains.flatMap(({ cause, change }) => (cause === before || cause === after ? [change] : []))
}

function documentChange(notes: string[]): PolicyChange {
  return {
    kind: 'document',
    before: null,
    after: null,
    effect: null,
    gains: [],
    losses: [],
    notes,
  }
}
