/** Which keys can be chosen, against KMS's key-state table (docs/facts/key-states.csv). */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { keyChoice, lastUseInWords } from '../../src/lib/key-picker/key-choices.js'
import { KEY_WISHES, type KeyWish } from '../../src/lib/key-picker/key-filters.js'
import type { KeyMetadata } from '../../src/lib/results.js'
import { key, listed, NOW } from '../support/cases/samples.js'
import { COMMANDS } from '../support/run/shell.js'

const csv = readFileSync(new URL('../../docs/facts/key-states.csv', import.meta.url), 'utf8')
const [header = '', ...lines] = csv.trim().split('\n')
const STATES = header.split(',').slice(1, 9)

/** What KMS's table says of an operation in a state; `cond` and `unknown` decide nothing. */
function cell(operation: string, state: string): string {
  const row = lines.find((line) => line.startsWith(`${operation},`))?.split(',') ?? []
  return row[STATES.indexOf(state) + 1]?.split(':')[0] ?? 'missing'
}

const OPERATIONS: Readonly<Record<string, string>> = {
  'alias:create': 'CreateAlias',
  'alias:update': 'UpdateAlias',
  'deletion:cancel': 'CancelKeyDeletion',
  'deletion:schedule': 'ScheduleKeyDeletion',
  disable: 'DisableKey',
  enable: 'EnableKey',
  'rotation:disable': 'DisableKeyRotation',
  'rotation:enable': 'EnableKeyRotation',
  'rotation:now': 'RotateKeyOnDemand',
  'tag:set': 'TagResource',
  update: 'UpdateKeyDescription',
}

const wishOf = (id: string): KeyWish => KEY_WISHES[id] ?? expect.fail(`no wish of ${id}`)
const metadata = (over: object) => ({ ...key(), ...over }) as unknown as KeyMetadata

test('every command whose KEY can be asked for says which keys it can be meant for', () => {
  const askable = ['key', 'key-or-file', 'name']
  const ids = COMMANDS.filter(({ name, Class, needs }) => {
    const names = Object.keys(Class.args ?? {})
    const hasKey = names.includes('key') || names.includes('key-or-file')
    return hasKey && name !== 'alias list' && needs.every((need) => askable.includes(need))
  }).map(({ name }) => name.replaceAll(' ', ':'))
  expect(Object.keys(KEY_WISHES).sort()).toEqual(ids.sort())
})

describe('a key that cannot be meant cannot be chosen', () => {
  test.each(
    Object.entries(OPERATIONS).flatMap(([id, operation]) =>
      STATES.map((state) => ({ id, operation, state })),
    ),
  )('$id in state $state', ({ id, operation, state }) => {
    const fit = wishOf(id).fit(metadata({ keyState: state }))
    const told = cell(operation, state)
    expect(['ok', 'fail', 'cond', 'unknown']).toContain(told)
    // What already is so need not be chosen.
    const already = { enable: 'Enabled', disable: 'Disabled' }[id]
    if (state === already) expect(fit).toEqual({ fits: false, why: 'none' })
    else if (told === 'ok') expect(fit.fits).toBe(true)
    else if (told === 'fail') expect(fit.fits).toBe(false)
  })

  test.each(Object.entries(OPERATIONS))('%s: keys that AWS manages are not even listed', (id) => {
    expect(wishOf(id).manager).toBe('customer')
  })

  test.each(['rotation:enable', 'rotation:disable', 'rotation:now'])(
    '%s: neither keys that cannot rotate nor replicas',
    (id) => {
      const verdictOn = (over: object) => wishOf(id).fit(metadata(over))
      expect(verdictOn({ keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY' })).toMatchObject({
        why: 'cannot rotate',
      })
      expect(verdictOn({ origin: 'EXTERNAL' }).fits).toBe(id === 'rotation:now')
      expect(verdictOn({ origin: 'EXTERNAL', multiRegion: true }).fits).toBe(false)
      expect(verdictOn({ origin: 'AWS_CLOUDHSM', customKeyStoreId: 'cks-1' }).fits).toBe(false)
      const primaryKey = { arn: '', region: 'eu-west-1' }
      const replica = { multiRegionKeyType: 'REPLICA', primaryKey, replicaKeys: [] }
      expect(verdictOn({ multiRegion: true, multiRegionConfiguration: replica })).toMatchObject({
        why: 'rotates with its primary key',
      })
    },
  )
})

describe('a key as a choice', () => {
  const wish = wishOf('deletion:schedule')

  test('by its aliases, or its ID; with state and description', () => {
    const app = listed({ aliases: ['alias/app', 'alias/pay'], description: 'Payments' })
    expect(keyChoice(app, wish, NOW)).toEqual({
      value: app.keyId,
      label: 'alias/app, alias/pay',
      hint: 'Enabled, Payments',
    })
    const nameless = listed({ aliases: [], description: '' })
    expect(keyChoice(nameless, wish, NOW)).toEqual({
      value: nameless.keyId,
      label: nameless.keyId,
      hint: 'Enabled',
    })
    expect(keyChoice(listed({ aliases: null }), wish, NOW)?.label).toBe(app.keyId)
  })

  test('one that cannot be chosen says why; one whose metadata cannot be read can be', () => {
    const pending = listed({ keyState: 'PendingDeletion' })
    expect(keyChoice(pending, wish, NOW)?.disabled).toBe('pending deletion')
    const due = listed({ keyState: 'PendingDeletion', deletionDate: '2026-06-11T12:00:00.000Z' })
    expect(keyChoice(due, wishOf('deletion:cancel'), NOW)).toMatchObject({
      hint: 'PendingDeletion, deletion in 10 days, Payments',
    })
    const unread = keyChoice(listed({ keyState: null }), wish, NOW)
    expect(unread).toMatchObject({ hint: 'could not be read' })
    expect(unread?.disabled).toBeUndefined()
  })

  test('what a key that AWS manages is, is told', () => {
    const managed = listed({ keyManager: 'AWS', description: '' })
    expect(keyChoice(managed, wishOf('describe'), NOW)?.hint).toBe('Enabled, managed by AWS')
  })
})

test('the last use is never called none where it is unknown (contract 6.4)', () => {
  const usage = { operation: null, timestamp: null, trackingStartDate: null }
  expect(lastUseInWords(null, NOW)).toBe('last use unknown')
  expect(lastUseInWords({ ...usage, status: 'unknown' }, NOW)).toBe('last use unknown')
  expect(lastUseInWords({ ...usage, status: 'unused' }, NOW)).toBe('never used')
  const timestamp = '2026-05-29T12:00:00.000Z'
  expect(lastUseInWords({ ...usage, status: 'used', timestamp }, NOW)).toBe('used 3 days ago')
})
