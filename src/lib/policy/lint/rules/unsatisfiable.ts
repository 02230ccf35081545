/** Statements whose conditions can never hold. */
import { lowerCase } from '../../document/match.js'
import type { ConditionClause } from '../../document/model.js'
import { holds, type Known } from '../analysis/condition-eval.js'
import { carries } from '../analysis/condition-keys.js'
import { operatorOf } from '../analysis/operators.js'
import { called, namedBy, type Who } from '../analysis/principal-match.js'
import { eachStatement, type Rule, SOURCES } from '../analysis/rule.js'
import { actionsOf, isAllow, knownOfCall } from '../analysis/statement-scope.js'

export const NEVER_RULES: readonly Rule[] = [
  {
    id: 'contradiction',
    severity: 'warning',
    finds: 'Conditions that exclude each other: the statement never applies',
    source: SOURCES.operators,
    check: eachStatement((statement) => {
      const found = contradiction(statement.conditions)
      return found === null
        ? []
        : [{ message: found, fix: 'remove one of them, or make two statements of it' }]
    }),
  },
  {
    id: 'condition-excludes-principals',
    severity: 'warning',
    finds:
      'A condition that holds for none of the principals to whom an Allow is, or never for this key',
    source: SOURCES.conditions,
    check: eachStatement((statement, facts) => {
      if (!isAllow(statement) || statement.principals?.negated !== false) return []
      const named = namedBy(statement).filter(({ type }) => KNOWN_TYPES.has(type))
      if (named.length === 0 || named.length < statement.principals.members.length) return []
      const actions = actionsOf(statement)
      const clause = statement.conditions.find((one) => {
        const action = actions.find((each) => carries(each, one.key))
        if (action === undefined) return false
        return named.every((who) => holds(one, knownOfCall(facts, action, who)) === 'no')
      })
      if (clause === undefined) return []
      return [
        {
          message: `${clause.written} on ${clause.key} never holds for ${[...new Set(named.map(called))].slice(0, 2).join(', ')}${named.length > 2 ? ' and the others' : ''}`,
          fix: `correct the value, the principal, or the key: ${clause.key} must be what these principals bring`,
        },
      ]
    }),
  },
]

const KNOWN_TYPES = new Set<Who['type']>(['account', 'user', 'role', 'session', 'service'])

/** In words, what excludes what; null where nothing does. */
function contradiction(clauses: readonly ConditionClause[]): string | null {
  for (const clause of clauses) {
    const operator = operatorOf(clause)
    if (operator === undefined) continue
    if (clause.values.length === 0 && !operator.negated) {
      return `${clause.written} on ${clause.key} has no value, so it never holds`
    }
    const others = clauses.filter((one) => one !== clause && sameKey(one, clause))
    const exact = ['string', 'bool'].includes(operator.family) && !operator.wildcards
    if (!exact || operator.negated || operator.ignoresCase !== (operator.family === 'bool'))
      continue
    if (clause.ifExists || clause.quantifier !== null) continue
    if (clause.values.some((value) => value.includes('${'))) continue
    const possible = clause.values.filter((value) => {
      const known: Known = new Map([[lowerCase(clause.key), [value]]])
      return others.every((other) => holds(other, known) !== 'no')
    })
    if (possible.length === 0) {
      return `no value of ${clause.key} satisfies both ${clause.written} and ${others.map(({ written }) => written).join(', ')}`
    }
  }
  return emptyRange(clauses)
}

function sameKey(a: ConditionClause, b: ConditionClause): boolean {
  return lowerCase(a.key) === lowerCase(b.key)
}

/** Bounds between which no number lies. */
function emptyRange(clauses: readonly ConditionClause[]): string | null {
  for (const low of clauses) {
    const lower = bound(low, 'Greater')
    if (lower === null) continue
    for (const high of clauses.filter((one) => sameKey(one, low))) {
      const upper = bound(high, 'Less')
      if (upper === null) continue
      const open = !(inclusive(low) && inclusive(high))
      if (lower > upper || (open && lower === upper)) {
        return `no value of ${low.key} satisfies both ${low.written} ${lower} and ${high.written} ${upper}`
      }
    }
  }
  return null
}

function inclusive(clause: ConditionClause): boolean {
  return operatorOf(clause)?.name.endsWith('Equals') === true
}

/** The bound of a numeric comparison; the mildest of several values counts. */
function bound(clause: ConditionClause, direction: 'Greater' | 'Less'): number | null {
  const operator = operatorOf(clause)
  if (operator?.family !== 'numeric' || !operator.name.includes(direction)) return null
  if (clause.ifExists || clause.quantifier !== null) return null
  const values = clause.values.map(Number)
  if (values.length === 0 || values.some(Number.isNaN)) return null
  return direction === 'Greater' ? Math.min(...values) : Math.max(...values)
}
