/** The catalogue of actions and condition keys against AWS's facts. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { KEY_CONDITION_KEYS, KMS_ACTIONS } from '../../src/lib/policy/catalogue/actions.js'
import { KMS_CONDITION_KEYS } from '../../src/lib/policy/catalogue/condition-keys.js'

/** The rows of a file without quoted commas in the columns that are read. */
function rows(name: string): string[][] {
  const [, ...lines] = readFileSync(new URL(`../../docs/facts/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
  return lines.map((line) => line.split(','))
}

/** What docs/facts/actions.md says that the Service Authorization Reference has and the guide's table lacks. */
const REFERENCE_ONLY = ['kms:SynchronizeMultiRegionKey']
/** From the API Reference: newer than the table. */
const NEWER = ['kms:Encapsulate', 'kms:Decapsulate']

describe('actions (docs/facts/actions.csv)', () => {
  const facts = rows('actions.csv')

  test('all of them, and no other', () => {
    const known = [...facts.map(([name]) => name), ...REFERENCE_ONLY, ...NEWER]
    expect(KMS_ACTIONS.map(({ name }) => name).sort()).toEqual(known.sort())
  })

  test.each(facts)('%s', (name, policy, crossAccount, resource, conditionKeys = '') => {
    const action = KMS_ACTIONS.find((known) => known.name === name)
    expect(action).toMatchObject({ policy, crossAccount: crossAccount === 'yes' })
    const keys = [...(action?.conditionKeys ?? []), ...KEY_CONDITION_KEYS]
    expect(keys).toEqual(expect.arrayContaining(conditionKeys.split(' ').filter(Boolean)))
    expect(resource === '*').toBe(action?.policy === 'iam' && name !== 'kms:RetireGrant')
  })
})

describe('condition keys (docs/facts/condition-keys.csv)', () => {
  const facts = rows('condition-keys.csv')

  test('all of them, and no other', () => {
    expect(KMS_CONDITION_KEYS.map(({ name }) => name)).toEqual(facts.map(([name]) => name))
  })

  test.each(facts)('%s', (name, type, multivalued) => {
    const key = KMS_CONDITION_KEYS.find((known) => known.name === name)
    expect(key).toMatchObject({ type, multivalued: multivalued === 'yes' })
  })

  test('every KMS condition key that an action names is one of them', () => {
    const names = new Set(KMS_CONDITION_KEYS.map(({ name }) => name))
    const named = [...KMS_ACTIONS.flatMap((action) => action.conditionKeys), ...KEY_CONDITION_KEYS]
    expect(named.filter((name) => name.startsWith('kms:') && !names.has(name))).toEqual([])
  })
})
