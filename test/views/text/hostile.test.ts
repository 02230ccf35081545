import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type {
  Batch,
  Change,
  DeletionCheck,
  DryRun,
  Key,
  KeyList,
  PlannedItem,
} from '../../../src/lib/results.js'
import { keysView } from '../../../src/lib/views/batch.js'
import { dryRunView } from '../../../src/lib/views/dry-run.js'
import * as keyViews from '../../../src/lib/views/key.js'
import { aliasListView, tagListView } from '../../../src/lib/views/lists.js'
import { policyVersionsView } from '../../../src/lib/views/policy/history.js'
import { previewView } from '../../../src/lib/views/preview.js'
import { sandboxStatusView } from '../../../src/lib/views/sandbox.js'
import { harmless } from '../../../src/lib/views/text/escape.js'
import { PLAIN, type Ui } from '../../../src/lib/views/text/style.js'
import {
  key,
  keyListView,
  listed,
  pendingDeletionsView,
  rotation,
  ui,
} from '../../support/cases/samples.js'

/** C0 (the line feed is looked at apart), DEL, C1, separators, bidirectional and zero-width controls. */
const DANGEROUS =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]/u

const hostile = fc
  .array(
    fc.constantFrom(
      '\u001b[2J',
      '\u001b]0;owned\u0007',
      '\u009b31m',
      '\r',
      '\n',
      '\r\n',
      '\t',
      '\b\b',
      '\u007f',
      '\u2028',
      '\u202e',
      '\u2066',
      '\u200b',
      '\ufeff',
      '\ud800',
      '\0',
      'alias/app',
      'x',
      '日本',
      '👩‍👩‍👧',
      'Key ID  ',
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''))

/** The sample with every string in it, and every tag's name, replaced by hostile ones. */
function infected<T>(sample: T): fc.Arbitrary<T> {
  return fc.infiniteStream(hostile).map((stream) => {
    const next = () => stream.next().value as string
    const swap = (value: unknown): unknown => {
      if (typeof value === 'string') return next()
      if (Array.isArray(value)) return value.map(swap)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, swap(member)]))
    }
    return swap(sample) as T
  })
}

const CHECK: DeletionCheck = {
  key: key({ unavailable: [{ field: 'x', code: 'y' }], customKeyStoreId: 'z' }),
  verdict: 'unsafe',
  reasons: [{ code: 'c', severity: 'danger', message: 'm' }],
  monthlyCostUsd: 1,
  pricesAsOf: '2026',
}
const STATUS = {
  file: 'f',
  now: 'n',
  offsetDays: 1,
  accountId: 'a',
  regions: { r: { keys: { s: 1 }, aliases: 1 } },
}
const ALIAS = {
  aliasName: 'n',
  aliasArn: 'a',
  targetKeyId: 't',
  creationDate: 'c',
  lastUpdatedDate: 'l',
}
const HISTORY = [{ rotationDate: 'd', rotationType: 't' }]

const VERSION = {
  number: 1,
  keptAt: '2026-06-01T00:00:00.000Z',
  by: 'arn',
  command: 'policy set',
  statements: 2,
  characters: 300,
  present: false,
}
const PLANNED = { key: 'app', keyId: 'id', changes: true, problem: 'NotEligible: no' }

const BATCHED = {
  key: 'k',
  keyId: 'i',
  changed: true,
  error: { code: 'c', message: 'm', hints: ['h'], exitCode: 1 },
}

type Shown = readonly [string, unknown, (result: never, ui: Ui) => string]

/** Every view: a sample, and how it is shown. */
const VIEWS: readonly Shown[] = [
  ['keyView', CHECK.key, keyViews.keyView],
  [
    'keyView of a replica',
    key({
      multiRegion: true,
      multiRegionConfiguration: {
        multiRegionKeyType: 'PRIMARY',
        primaryKey: { arn: 'a', region: 'b' },
        replicaKeys: [{ arn: 'c', region: 'd' }],
      },
      rotation: rotation({ reason: 'r', onDemandRotationStartDate: 'x' }),
    }),
    keyViews.keyView,
  ],
  [
    'changeView',
    { changed: true, key: key(), warnings: [] },
    (change: Change, with_: Ui) => keyViews.changeView(change, 'done', with_),
  ],
  [
    'taggedView',
    { changed: true, key: key(), warnings: [] },
    (change: Change, with_: Ui) => keyViews.taggedView(change, 'done', with_),
  ],
  ['describedView', { changed: true, key: key(), warnings: [] }, keyViews.describedView],
  ['createdView', { changed: true, key: key(), warnings: [] }, keyViews.createdView],
  [
    'policyReplacedView',
    { changed: true, key: key(), warnings: [] },
    (change: Change, with_: Ui) => keyViews.policyReplacedView(change, 'done', 1, with_),
  ],
  [
    'policyVersionsView',
    { keyId: 'a', arn: 'b', versions: [VERSION, VERSION], warnings: [] },
    policyVersionsView,
  ],
  ['rotationStatusView', { ...rotation(), history: HISTORY }, keyViews.rotationStatusView],
  [
    'deletionCheckView',
    CHECK,
    (check: DeletionCheck, with_: Ui) =>
      // Verdict and severities are kmsctl's own words.
      keyViews.deletionCheckView(
        {
          ...check,
          verdict: 'unsafe',
          reasons: check.reasons.map((one) => ({ ...one, severity: 'danger' })),
        },
        with_,
      ),
  ],
  [
    'keyRows',
    { keys: [listed(), listed({ tags: { Team: 'pay' }, lastUsage: null })], warnings: [] },
    (list: KeyList, with_: Ui) =>
      keyListView(list, with_, { long: true, price: true, lastUsed: true, regions: true }),
  ],
  ['pendingDeletionRows', { keys: [listed()], warnings: [] }, pendingDeletionsView],
  [
    'keyBlocks',
    { keys: [key(), key()] },
    ({ keys }: { keys: Key[] }, with_: Ui) => {
      const blocks = keyViews.keyBlocks(with_)
      return keys.flatMap((one) => blocks.add(one)).join('\n')
    },
  ],
  [
    'previewView',
    [PLANNED, { ...PLANNED, problem: null }],
    (items: PlannedItem[], with_: Ui) => previewView(items, with_),
  ],
  ['aliasListView', { aliases: [ALIAS, ALIAS] }, aliasListView],
  ['tagListView', { tags: { Team: 'pay' } }, tagListView],
  [
    'keysView',
    { results: [BATCHED, { ...BATCHED, error: null }], warnings: [] },
    (batch: Batch, with_: Ui) => keysView(batch, 'done', with_),
  ],
  ['sandboxStatusView', STATUS, sandboxStatusView],
  [
    'dryRunView',
    { dryRun: true, calls: [{ operation: 'o', input: { a: ['b'] } }], warnings: [] },
    (dry: DryRun, { style }: Ui) => dryRunView(dry, style),
  ],
]

describe('no view lets what came from AWS steer a terminal (contract 3)', () => {
  test.each(VIEWS)('%s', (_name, sample, view) => {
    const lines = view(harmless(sample) as never, ui()).split('\n').length
    fc.assert(
      fc.property(infected(sample), fc.constantFrom(undefined, 80, 40), (result, width) => {
        const text = view(harmless(result) as never, { style: PLAIN, now: ui().now, width })
        expect(text).not.toMatch(DANGEROUS)
        // Only the layout breaks lines: a field has no more of them than it had before, but those that go
        // on with it on a terminal, which stand deeper than any label.
        const all = text.split('\n')
        const begun = width === undefined ? all : all.filter((line) => !/^ {6}/.test(line))
        expect(begun.length).toBeLessThanOrEqual(lines)
      }),
      { numRuns: 150 },
    )
  })

  test('every view of src/lib/views is tried', async () => {
    const modules = await Promise.all([
      import('../../../src/lib/views/batch.js'),
      import('../../../src/lib/views/dry-run.js'),
      import('../../../src/lib/views/key.js'),
      import('../../../src/lib/views/lists.js'),
      import('../../../src/lib/views/policy/history.js'),
      import('../../../src/lib/views/preview.js'),
      import('../../../src/lib/views/sandbox.js'),
    ])
    const views = modules
      .flatMap((module) => Object.keys(module))
      .filter((name) => /(View|Rows|Blocks)$/.test(name))
    const tried = VIEWS.map(([name]) => name)
    expect(views.filter((name) => !['batchView', 'stateView'].includes(name)).sort()).toEqual(
      [...new Set(tried.map((name) => name.split(' ')[0]))].sort(),
    )
  })
})
