import { describe, expect, test } from 'vitest'
import type { DeletionCheck, Key } from '../../src/lib/results.js'
import {
  changeView,
  createdView,
  deletionCheckView,
  keyView,
  rotationStatusView,
} from '../../src/lib/views/key.js'
import { KEY_ID, key, rotation, ui } from '../support/cases/samples.js'

/** In full in abilities.ts; here only that the view shows it. */
const ABLE = keyView(key(), ui()).split('\n').at(-1) ?? ''

const WHOLE = `\
Key ID        ${KEY_ID}
ARN           arn:aws:kms:us-east-1:111122223333:key/${KEY_ID}
Aliases       alias/app, alias/pay
Description   Payments
State         Enabled
Manager       customer
Spec          SYMMETRIC_DEFAULT
Usage         ENCRYPT_DECRYPT
Origin        AWS_KMS
Multi-Region  no
Created       2026-05-22T12:00:00.000Z (10 days ago)
Rotation      on, every 365 days, next 2027-05-22T12:00:00.000Z (in 355 days)
Last used     2026-05-31T12:00:00.000Z (1 day ago), Decrypt
Grants        2
Tags          Owner=ann, Team=pay
${ABLE}`

/** The value that a key's view shows under a label. */
function shown(label: string, change: Partial<Key>): string | undefined {
  const line = keyView(key(change), ui())
    .split('\n')
    .find((one) => one.startsWith(`${label}  `))
  return line?.slice(label.length).trim()
}

describe('keyView (contract 4: describe)', () => {
  test('shows the whole key', () => {
    expect(keyView(key(), ui())).toBe(WHOLE)
    expect(ABLE).toMatch(/^Can {11}encrypt and decrypt, be disabled, /)
  })

  test('what cannot be read is said so, field by field, and hides nothing else', () => {
    const unreadable = key({
      aliases: null,
      tags: null,
      rotation: null,
      lastUsage: null,
      grants: null,
      unavailable: [
        { field: 'aliases', code: 'AccessDeniedException' },
        { field: 'lastUsage', code: 'UnknownOperationException' },
      ],
    })
    const lines = keyView(unreadable, ui()).split('\n')
    for (const label of ['Aliases', 'Tags', 'Rotation', 'Last used', 'Grants']) {
      expect(lines.find((line) => line.startsWith(label))).toMatch(/ {2}could not be read$/)
    }
    expect(lines.slice(-2)).toEqual([
      'aliases could not be read: AccessDeniedException',
      'lastUsage could not be read: UnknownOperationException',
    ])
    expect(lines).toContain('Description   Payments')
  })

  test.each<[string, Partial<Key>, string]>([
    ['Aliases', { aliases: [] }, '-'],
    ['Description', { description: '' }, '-'],
    ['Description', { description: null }, 'could not be read'],
    ['Tags', { tags: {} }, '-'],
    ['State', { keyState: 'Disabled' }, 'Disabled'],
    ['Manager', { keyManager: 'AWS' }, 'AWS'],
    ['Grants', { grants: { count: 100, more: true } }, '100 or more'],
    ['Key store', { customKeyStoreId: 'cks-1' }, 'cks-1'],
    [
      'Deletion',
      { keyState: 'PendingDeletion', deletionDate: '2026-07-01T12:00:00.000Z' },
      '2026-07-01T12:00:00.000Z (in 30 days)',
    ],
    [
      'Multi-Region',
      {
        multiRegion: true,
        multiRegionConfiguration: {
          multiRegionKeyType: 'PRIMARY',
          primaryKey: { arn: 'a', region: 'us-east-1' },
          replicaKeys: [
            { arn: 'b', region: 'eu-west-1' },
            { arn: 'c', region: 'ap-south-1' },
          ],
        },
      },
      'primary, replicas in eu-west-1, ap-south-1',
    ],
    [
      'Multi-Region',
      {
        multiRegion: true,
        multiRegionConfiguration: {
          multiRegionKeyType: 'PRIMARY',
          primaryKey: { arn: 'a', region: 'us-east-1' },
          replicaKeys: [],
        },
      },
      'primary, no replicas',
    ],
    [
      'Multi-Region',
      {
        multiRegion: true,
        multiRegionConfiguration: {
          multiRegionKeyType: 'REPLICA',
          primaryKey: { arn: 'a', region: 'us-west-2' },
          replicaKeys: [],
        },
      },
      'replica of the primary key in us-west-2',
    ],
    ['Rotation', { rotation: rotation({ enabled: false }) }, 'off'],
    [
      'Rotation',
      { rotation: rotation({ enabled: false, eligible: false, reason: 'it is an HMAC key' }) },
      'off (it is an HMAC key)',
    ],
    [
      'Rotation',
      { rotation: rotation({ rotationPeriodInDays: null, nextRotationDate: null }) },
      'on',
    ],
    [
      'Rotation',
      { rotation: rotation({ enabled: false, onDemandRotationStartDate: '2026-06-01T11:00:00Z' }) },
      'off; on-demand rotation begun 2026-06-01T11:00:00Z (1 hour ago)',
    ],
  ])('%s of %j', (label, change, expected) => {
    expect(shown(label, change)).toBe(expected)
  })

  test('last use that is unknown is never shown as unused (contract 6.4)', () => {
    const usage = { operation: null, timestamp: null, trackingStartDate: '2025-01-01T00:00:00Z' }
    expect(shown('Last used', { lastUsage: { ...usage, status: 'unknown' } })).toBe(
      'unknown (KMS has recorded use since 2025-01-01T00:00:00Z)',
    )
    const never = { ...usage, trackingStartDate: null }
    expect(shown('Last used', { lastUsage: { ...never, status: 'unknown' } })).toBe('unknown')
    expect(shown('Last used', { lastUsage: { ...usage, status: 'unused' } })).toBe(
      'never since it was created',
    )
  })

  test('a key without a deletion or a key store has no line for them', () => {
    expect(shown('Deletion', {})).toBe(undefined)
    expect(shown('Key store', {})).toBe(undefined)
  })
})

describe('what a change prints', () => {
  const change = { changed: true, key: key(), warnings: ['not shown here'] }

  test('one line of what happened, then the key as far as changes concern it', () => {
    expect(changeView(change, 'disabled', ui())).toBe(`\
disabled
Key ID    ${KEY_ID}
Aliases   alias/app, alias/pay
State     Enabled
Rotation  on, every 365 days, next 2027-05-22T12:00:00.000Z (in 355 days)`)
  })

  test('a creation prints the whole key', () => {
    expect(createdView(change, ui())).toBe(`created\n${WHOLE}`)
  })

  test('where nothing was to do it says so (contract 6.1)', () => {
    const nothing = { ...change, changed: false }
    const [line] = changeView(nothing, 'disabled', ui()).split('\n')
    expect(line).toBe('nothing to do: it already is so')
    expect(createdView(nothing, ui()).split('\n')[0]).toBe('nothing to do: it already is so')
  })

  test('what cannot be read is said so', () => {
    const bare = key({ aliases: null, rotation: null, keyState: null })
    expect(changeView({ ...change, key: bare }, 'done', ui())).toBe(`\
done
Key ID    ${KEY_ID}
Aliases   could not be read
State     could not be read
Rotation  could not be read`)
  })
})

test('rotationStatusView shows rotation and history (contract 4)', () => {
  const history = [
    { rotationDate: '2026-05-25T12:00:00.000Z', rotationType: 'ON_DEMAND' },
    { rotationDate: '2026-06-01T11:59:30.000Z', rotationType: 'AUTOMATIC' },
  ]
  expect(rotationStatusView({ ...rotation(), history }, ui())).toBe(`\
Rotation  on, every 365 days, next 2027-05-22T12:00:00.000Z (in 355 days)
History   2026-05-25T12:00:00.000Z (7 days ago), on demand
          2026-06-01T11:59:30.000Z (just now), automatic`)
  expect(rotationStatusView({ ...rotation({ enabled: false }), history: [] }, ui())).toBe(`\
Rotation  off
History   none yet`)
  expect(rotationStatusView({ ...rotation({ enabled: false }), history: null }, ui())).toBe(`\
Rotation  off
History   could not be read`)
})

test('deletionCheckView shows the key, the verdict, the reasons and the price (contract 4)', () => {
  const check: DeletionCheck = {
    key: key(),
    verdict: 'unsafe',
    reasons: [
      { code: 'RecentlyUsed', severity: 'danger', message: 'it was used yesterday' },
      { code: 'Aliases', severity: 'caution', message: 'it is used by name' },
      { code: 'Enabled', severity: 'info', message: 'the key is enabled' },
    ],
    monthlyCostUsd: 2,
    pricesAsOf: '2026',
  }
  expect(deletionCheckView(check, ui())).toBe(`${WHOLE}

Verdict   unsafe
  ! it was used yesterday
  ? it is used by name
  - the key is enabled
Price     $2.00 a month (list price of 2026)`)
})
