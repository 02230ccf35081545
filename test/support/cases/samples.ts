import type { Key, KeyList, ListedKey, Rotation } from '../../../src/lib/results.js'
import { type KeyColumns, keyRows, pendingDeletionRows } from '../../../src/lib/views/lists.js'
import { PLAIN, type Ui } from '../../../src/lib/views/text/style.js'

export const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab'
const ARN = `arn:aws:kms:us-east-1:111122223333:key/${KEY_ID}`
export const NOW = new Date('2026-06-01T12:00:00.000Z')

export function ui(width?: number): Ui {
  return { style: PLAIN, now: NOW, width }
}

const METADATA = {
  keyId: KEY_ID,
  arn: ARN,
  accountId: '111122223333',
  region: 'us-east-1',
  description: 'Payments',
  keyState: 'Enabled',
  enabled: true,
  keyManager: 'CUSTOMER',
  keySpec: 'SYMMETRIC_DEFAULT',
  keyUsage: 'ENCRYPT_DECRYPT',
  origin: 'AWS_KMS',
  multiRegion: false,
  multiRegionConfiguration: null,
  creationDate: '2026-05-22T12:00:00.000Z',
  deletionDate: null,
  pendingDeletionWindowInDays: null,
} as const

export function rotation(change: Partial<Rotation> = {}): Rotation {
  return {
    eligible: true,
    reason: null,
    enabled: true,
    rotationPeriodInDays: 365,
    nextRotationDate: '2027-05-22T12:00:00.000Z',
    onDemandRotationStartDate: null,
    ...change,
  }
}

export function key(change: Partial<Key> = {}): Key {
  return {
    ...METADATA,
    aliases: ['alias/app', 'alias/pay'],
    rotation: rotation(),
    tags: { Owner: 'ann', Team: 'pay' },
    lastUsage: {
      status: 'used',
      operation: 'Decrypt',
      timestamp: '2026-05-31T12:00:00.000Z',
      trackingStartDate: '2025-01-01T00:00:00.000Z',
    },
    grants: { count: 2, more: false },
    unavailable: [],
    ...change,
  }
}

export function listed(change: Partial<ListedKey> = {}): ListedKey {
  return { ...METADATA, aliases: ['alias/app'], ...change }
}

/** A list of keys as it stands on a terminal when it is all there. */
export function keyListView({ keys, ...end }: KeyList, ui: Ui, columns: KeyColumns = {}): string {
  const rows = keyRows(columns, ui)
  return [...keys.flatMap((one) => rows.add(one)), ...rows.end(end)].join('\n')
}

export function pendingDeletionsView({ keys, ...end }: KeyList, ui: Ui): string {
  const rows = pendingDeletionRows({}, ui)
  return [...keys.flatMap((one) => rows.add(one)), ...rows.end(end)].join('\n')
}
