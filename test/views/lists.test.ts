import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import type { Alias, ListedKey } from '../../src/lib/results.js'
import { dryRunView } from '../../src/lib/views/dry-run.js'
import { aliasListView } from '../../src/lib/views/lists.js'
import { sandboxStatusView } from '../../src/lib/views/sandbox.js'
import { cut, fields, table } from '../../src/lib/views/text/layout.js'
import { PLAIN } from '../../src/lib/views/text/style.js'
import { KEY_ID, keyListView, listed, pendingDeletionsView, ui } from '../support/cases/samples.js'

const keys = (...changes: Partial<ListedKey>[]) => ({ keys: changes.map(listed), warnings: [] })

const alias = (change: Partial<Alias>): Alias => ({
  aliasName: 'alias/app',
  aliasArn: 'arn:aws:kms:us-east-1:111122223333:alias/app',
  targetKeyId: KEY_ID,
  creationDate: '2026-05-01T12:00:00.000Z',
  lastUpdatedDate: null,
  ...change,
})

const MRK = 'mrk-1234abcd12ab34cd56ef1234567890ab'

describe('lists on exact text', () => {
  test('keys', () => {
    const list = keys(
      { aliases: ['alias/app', 'alias/pay'] },
      { keyId: MRK, aliases: [], keyState: 'PendingDeletion', description: '' },
      { aliases: null, keySpec: 'RSA_2048' },
    )
    expect(keyListView(list, ui())).toBe(`\
KEY ID                                ALIASES               STATE            SPEC               DESCRIPTION
${KEY_ID}  alias/app, alias/pay  Enabled          SYMMETRIC_DEFAULT  Payments
${MRK}  -                     PendingDeletion  SYMMETRIC_DEFAULT  -
${KEY_ID}  ?                     Enabled          RSA_2048           Payments`)
    expect(keyListView(keys(), ui())).toBe('no keys')
  })

  test('keys pending deletion', () => {
    const list = keys(
      { deletionDate: '2026-06-08T12:00:00.000Z' },
      { keyId: MRK, aliases: [], deletionDate: null },
    )
    expect(pendingDeletionsView(list, ui())).toBe(`\
KEY ID                                ALIASES    DELETION
${KEY_ID}  alias/app  2026-06-08T12:00:00.000Z (in 7 days)
${MRK}  -          once its replicas are gone`)
    expect(pendingDeletionsView(keys(), ui())).toBe('no key is pending deletion')
  })

  test('aliases, also those that point nowhere', () => {
    const aliases = [
      alias({ lastUpdatedDate: '2026-06-01T10:00:00.000Z' }),
      alias({ aliasName: 'alias/aws/rds', targetKeyId: null, creationDate: null }),
    ]
    expect(aliasListView({ aliases }, ui())).toBe(`\
ALIAS          KEY ID                                UPDATED
alias/app      ${KEY_ID}  2026-06-01T10:00:00.000Z (2 hours ago)
alias/aws/rds  -                                     -`)
    expect(aliasListView({ aliases: [] }, ui())).toBe('no aliases')
  })

  test('the sandbox', () => {
    const status = {
      file: '/state.json',
      now: '2026-06-01T12:00:00.000Z',
      offsetDays: 0,
      accountId: '000000000000',
      regions: { 'us-east-1': { keys: { Enabled: 3, Disabled: 1 }, aliases: 9 } },
    }
    expect(sandboxStatusView(status, ui())).toBe(`\
Account  000000000000
Clock    2026-06-01T12:00:00.000Z (the real one)
File     /state.json

REGION     KEYS                   ALIASES
us-east-1  3 Enabled, 1 Disabled  9`)
    const empty = { ...status, file: null, offsetDays: 30, regions: {} }
    expect(sandboxStatusView(empty, ui())).toBe(`\
Account  000000000000
Clock    2026-06-01T12:00:00.000Z (30 days ahead)
File     none, in memory
no Region has been used yet`)
  })

  test('a dry run', () => {
    const calls = [
      { operation: 'CreateKey', input: { KeySpec: 'HMAC_256' } },
      { operation: 'CreateAlias', input: { AliasName: 'alias/\u202ea' } },
    ]
    expect(dryRunView({ dryRun: true, calls, warnings: [] }, PLAIN)).toBe(`\
would send 2 calls:
CreateKey {"KeySpec":"HMAC_256"}
CreateAlias {"AliasName":"alias/\\u202ea"}`)
    const one = calls.slice(0, 1)
    expect(dryRunView({ dryRun: true, calls: one, warnings: [] }, PLAIN)).toMatch(
      /^would send one call:\n/,
    )
    expect(dryRunView({ dryRun: true, calls: [], warnings: [] }, PLAIN)).toBe(
      'nothing to do: it already is so',
    )
  })
})

describe('tables on a narrow terminal', () => {
  const long = 'x'.repeat(120)
  const wide = keys(
    { aliases: [`alias/${long}`], description: long },
    { keyId: MRK, keyState: 'PendingReplicaDeletion', aliases: ['alias/日本語の名前'] },
    { description: '👩‍👩‍👧 family '.repeat(8) },
  )

  test.each([200, 120, 100, 80, 60, 40, 20, 1])('%s columns never cut a key ID', (width) => {
    const views = [keyListView(wide, ui(width)), pendingDeletionsView(wide, ui(width))]
    for (const text of views) {
      const [, ...rows] = text.split('\n')
      expect(rows.map((row) => row.split(/ {2,}/)[0])).toEqual([KEY_ID, MRK, KEY_ID])
    }
    const aliases = [alias({ aliasName: `alias/${long}` }), alias({ targetKeyId: MRK })]
    const rows = aliasListView({ aliases }, ui(width)).split('\n').slice(1)
    expect(rows[0]).toContain(KEY_ID)
    expect(rows[1]).toContain(MRK)
  })

  test.each([200, 120, 100, 80])('the list of keys fits into %s columns', (width) => {
    for (const line of keyListView(wide, ui(width)).split('\n')) {
      expect(stringWidth(line)).toBeLessThanOrEqual(width)
    }
  })

  test('names keep their room at the cost of what only adds to them', () => {
    const list = keys({ aliases: ['alias/payments-production'] }, { keySpec: 'ECC_NIST_P256' })
    expect(keyListView(list, ui(80))).toBe(`\
KEY ID                                ALIASES             STATE    SPEC
${KEY_ID}  alias/payments-pr…  Enabled  SYMMETRIC_DE…
${KEY_ID}  alias/app           Enabled  ECC_NIST_P256`)
    const aliases = [alias({ aliasName: 'alias/payments-production' })]
    expect(aliasListView({ aliases }, ui(80))).toBe(`\
ALIAS                      KEY ID                                UPDATED
alias/payments-production  ${KEY_ID}  2026-05-01T12:…`)
  })

  test('what was asked for is there at 80 columns, be it cut', () => {
    const lastUsage = {
      status: 'used' as const,
      operation: 'Decrypt',
      timestamp: '2026-05-31T12:00:00.000Z',
      trackingStartDate: '2026-01-01T00:00:00.000Z',
    }
    const list = keys({ aliases: ['alias/payments-production'], lastUsage })
    const [title, row] = keyListView(list, ui(80), { lastUsed: true }).split('\n')
    expect(title).toMatch(/LAST USED$/)
    expect(row).toMatch(/alias\/payments-prod… {2}Enabled {2}2026-05-31…$/)
  })

  test('off a terminal nothing is cut', () => {
    const text = keyListView(wide, ui())
    expect(text.split(long)).toHaveLength(3)
    expect(text).not.toContain('…')
  })

  test('columns stand under each other where characters are wide', () => {
    const [title = '', ...rows] = keyListView(wide, ui(120)).split('\n')
    const at = stringWidth(title.slice(0, title.indexOf('STATE')))
    const starts = rows.map((row) => stringWidth(row.slice(0, row.search(/Enabled|Pending/))))
    expect(starts).toEqual([at, at, at])
  })

  test('a table in which nothing may shrink stays as it is', () => {
    const columns = [{ title: 'A' }, { title: 'B' }]
    expect(table(columns, [[long, long]], ui(40))).toBe(table(columns, [[long, long]], ui()))
  })

  test('a row may be shorter than the titles', () => {
    expect(table([{ title: 'A' }, { title: 'B' }], [['1']], ui())).toBe('A  B\n1')
  })
})

describe('cut', () => {
  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abcde…'],
    ['日本語', 6, '日本語'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['👩‍👩‍👧👩‍👩‍👧', 3, '👩‍👩‍👧…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['abc', 1, '…'],
  ])('%s to %s columns is %s', (text, width, expected) => {
    expect(cut(text, width)).toBe(expected)
    expect(stringWidth(cut(text, width))).toBeLessThanOrEqual(width)
  })
})

test('fields align their labels and leave out what has no value', () => {
  const rows = [
    ['Key', 'a'],
    ['日本', 'b'],
    ['Gone', null],
    ['Label', ''],
  ] as const
  expect(fields(rows, ui())).toBe('Key    a\n日本   b\nLabel  ')
})

test('on a terminal a long field goes on under its beginning, and a word stays whole', () => {
  const rows = [
    ['Can', 'be disabled, be rotated, be tagged'],
    ['Key ID', KEY_ID],
  ] as const
  expect(fields(rows, ui(24))).toBe(`\
Can     be disabled, be
        rotated, be
        tagged
Key ID  ${KEY_ID}`)
  expect(fields(rows, ui())).toContain('Can     be disabled, be rotated, be tagged')
})
