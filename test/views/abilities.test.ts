import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { abilities } from '../../src/lib/views/abilities.js'
import { key, rotation } from '../support/cases/samples.js'

/** The key-state table of the Developer Guide: operation → state → cell. */
const TABLE = readTable()

function readTable(): Map<string, Map<string, string>> {
  const text = readFileSync(new URL('../../docs/facts/key-states.csv', import.meta.url), 'utf8')
  const [head = '', ...lines] = text.trim().split('\n')
  const states = head.split(',').slice(1, 9)
  return new Map(
    lines.map((line) => {
      const cells = line.split(',')
      return [
        cells[0] ?? '',
        new Map(states.map((state, index) => [state, cells[index + 1] ?? ''])),
      ]
    }),
  )
}

/** Each thing that is said, with the operation whose row decides it. */
const SAID: readonly (readonly [words: RegExp, operation: string])[] = [
  [/encrypt and decrypt/, 'Encrypt'],
  [/be disabled|enabled or disabled/, 'DisableKey'],
  [/be enabled/, 'EnableKey'],
  [/rotation changed/, 'EnableKeyRotation'],
  [/be tagged/, 'TagResource'],
  [/get aliases/, 'CreateAlias'],
  [/another description/, 'UpdateKeyDescription'],
  [/policy changed/, 'PutKeyPolicy'],
  [/lose aliases/, 'DeleteAlias'],
  [/scheduled for deletion/, 'ScheduleKeyDeletion'],
  [/deletion cancelled/, 'CancelKeyDeletion'],
  [/get grants/, 'CreateGrant'],
  [/be replicated/, 'ReplicateKey'],
]

const STATES = [
  'Enabled',
  'Disabled',
  'PendingDeletion',
  'PendingReplicaDeletion',
  'PendingImport',
  'Unavailable',
  'Creating',
  'Updating',
]

function cell(operation: string, state: string): string {
  return TABLE.get(operation)?.get(state) ?? 'missing'
}

describe('what may be done with a key now (docs/facts/key-states.csv)', () => {
  test.each(STATES)('%s: nothing is said to work that the table refuses', (keyState) => {
    const able = abilities(key({ keyState, rotation: rotation() }))
    for (const words of able?.can ?? []) {
      const decided = SAID.filter(([pattern]) => pattern.test(words))
      if (/^be rotated$/.test(words)) continue // RotateKeyOnDemand: not in the table of 2023
      expect(decided, words).not.toEqual([])
      for (const [, operation] of decided) {
        expect(cell(operation, keyState), `${words}: ${operation}`).not.toMatch(/^fail/)
      }
    }
  })

  test.each(STATES)('%s: nothing is said not to work that the table allows', (keyState) => {
    const able = abilities(key({ keyState, rotation: rotation() }))
    for (const words of able?.cannot ?? []) {
      for (const [, operation] of SAID.filter(([pattern]) => pattern.test(words))) {
        expect(cell(operation, keyState), `${words}: ${operation}`).toMatch(/^(fail|n\/a)/)
      }
    }
  })

  test('a key of AWS’s: looked at, and changed in no way (docs/facts/semantics.md)', () => {
    const able = abilities(key({ keyManager: 'AWS' }))
    expect(able?.cannot.join()).toMatch(/rotates it every year.*policy.*cannot be deleted/)
    expect(able?.can.join()).not.toMatch(/disabled|tagged|deletion/)
  })

  test('rotation is not spoken of where the key cannot rotate', () => {
    const able = abilities(
      key({ keyUsage: 'SIGN_VERIFY', rotation: rotation({ eligible: false }) }),
    )
    expect(able?.can.join()).not.toMatch(/rotat/)
    expect(able?.can[0]).toBe('sign and verify')
  })

  test('nothing is said where the state is not known', () => {
    expect(abilities(key({ keyState: null, keyManager: null }))).toBeNull()
    expect(abilities(key({ keyState: 'SomethingNew' }))).toBeNull()
  })
})
