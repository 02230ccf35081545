import { describe, expect, test } from 'vitest'
import { RULES } from '../../../src/lib/policy/lint/index.js'
import { ACTIONS_PAIRS } from './pairs/actions.js'
import { CONDITIONS_PAIRS } from './pairs/conditions.js'
import { GRAMMAR_PAIRS } from './pairs/grammar.js'
import { LOCKOUT_PAIRS } from './pairs/lockout.js'
import { PRINCIPALS_PAIRS } from './pairs/principals.js'
import { PUBLIC_PAIRS } from './pairs/public.js'
import { VALUES_PAIRS } from './pairs/values.js'
import { findings, found, type Pairs } from './support.js'

const PAIRS: Pairs = {
  ...LOCKOUT_PAIRS,
  ...PUBLIC_PAIRS,
  ...PRINCIPALS_PAIRS,
  ...GRAMMAR_PAIRS,
  ...ACTIONS_PAIRS,
  ...CONDITIONS_PAIRS,
  ...VALUES_PAIRS,
}

test('every rule has a document that trips it and a twin that does not, and no other has', () => {
  expect(Object.keys(PAIRS).sort()).toEqual(RULES.map(({ id }) => id).sort())
})

test('no rule has the ID of another, and each ID is in kebab case', () => {
  const ids = RULES.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(id).toMatch(/^[a-z]+(?:-[a-z]+)*$/)
})

describe.each(RULES)('$id', ({ id, severity, finds, source }) => {
  test.each(PAIRS[id] ?? [])('trips, and not on the twin (%#)', (trips, twin) => {
    const hits = findings(trips).filter(({ rule }) => rule === id)
    expect(hits.length).toBeGreaterThan(0)
    expect(found(twin)).not.toContain(id)
    for (const hit of hits) {
      expect(hit.severity).toBe(severity)
      expect(hit.message).toMatch(/^\S.*[^.]$/)
      expect(hit.fix).toMatch(/^\S.*[^.]$/)
    }
  })

  test('says what it finds and where that comes from', () => {
    expect(finds).toMatch(/^[A-Z].*[^.]$/)
    expect(source).toMatch(/^https:\/\//)
  })
})
