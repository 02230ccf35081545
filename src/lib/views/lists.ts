import type { AliasList, KeyListEnd, ListedKey, TagList } from '../results.js'
import { stateView } from './key.js'
import { date } from './text/dates.js'
import { type Column, GrowingTable, table } from './text/layout.js'
import type { Rows } from './text/rows.js'
import type { Ui } from './text/style.js'

/** The columns of a list of keys that are there only where they were asked for. */
export interface KeyColumns {
  readonly long?: boolean | undefined
  readonly price?: boolean | undefined
  readonly lastUsed?: boolean | undefined
  /** Where keys of several Regions stand in one list. */
  readonly regions?: boolean | undefined
}

/** Columns below which a name, a date (its day) and a spec (ECC_NIST_P256) tell too little. */
const NAME = 18
const DATE = 11
const SPEC = 13

interface KeyColumn extends Column {
  readonly cell: (key: ListedKey, ui: Ui) => string
}

/** The keys of a list as they come, in a table. */
export function keyRows(columns: KeyColumns, ui: Ui): Rows<ListedKey, KeyListEnd> {
  const shown = [
    ...(columns.regions ? [REGION] : []),
    { title: 'KEY ID', cell: ({ keyId }: ListedKey) => keyId },
    ALIASES,
    { title: 'STATE', cell: state },
    { title: 'SPEC', shrinks: SPEC, rank: 2, cell: ({ keySpec }: ListedKey) => keySpec ?? '?' },
    ...(columns.long ? [{ title: 'ROTATION', shrinks: true, rank: 1, cell: rotates }] : []),
    ...(columns.price ? [{ title: 'USD/MONTH', cell: price }] : []),
    ...(columns.lastUsed ? [{ title: 'LAST USED', shrinks: DATE, rank: 1, cell: lastUsed }] : []),
    ...(columns.long ? [{ title: 'TAGS', shrinks: true, rank: 1, cell: tags }] : []),
    { title: 'DESCRIPTION', shrinks: true, rank: 3, cell: description },
  ]
  return tableRows(shown, ui, 'no keys', ({ pricesAsOf }) =>
    pricesAsOf === undefined ? [] : [ui.style.dim(`list prices of ${pricesAsOf}`)],
  )
}

/** The keys pending deletion as they come, in a table. */
export function pendingDeletionRows(columns: KeyColumns, ui: Ui): Rows<ListedKey, KeyListEnd> {
  const shown = [
    ...(columns.regions ? [REGION] : []),
    { title: 'KEY ID', cell: ({ keyId }: ListedKey) => keyId },
    ALIASES,
    { title: 'DELETION', cell: deletion },
  ]
  return tableRows(shown, ui, 'no key is pending deletion', () => [])
}

/** Rows that say how wide the columns are: where somebody waits for the first, and where nobody does. */
const SAMPLE = { onTerminal: 50, elsewhere: 1000 }

function tableRows(
  columns: readonly KeyColumn[],
  ui: Ui,
  none: string,
  foot: (end: KeyListEnd) => string[],
): Rows<ListedKey, KeyListEnd> {
  const sample = ui.width === undefined ? SAMPLE.elsewhere : SAMPLE.onTerminal
  const growing = new GrowingTable(columns, ui, sample)
  let count = 0
  const rest = () => (count === 0 ? [] : growing.rest())
  return {
    add(key) {
      count += 1
      return growing.add(columns.map(({ cell }) => cell(key, ui)))
    },
    rest,
    end: (end) => (count === 0 ? [none] : [...rest(), ...foot(end)]),
  }
}

const REGION: KeyColumn = { title: 'REGION', cell: ({ region }) => region }

const ALIASES: KeyColumn = {
  title: 'ALIASES',
  shrinks: NAME,
  cell: ({ aliases }) => (aliases === null ? '?' : aliases.join(', ') || '-'),
}

function state({ keyState }: ListedKey, ui: Ui): string {
  return keyState === null ? '?' : stateView(keyState, ui)
}

function description(key: ListedKey): string {
  return key.description || '-'
}

function rotates({ rotation }: ListedKey): string {
  if (rotation === null || rotation === undefined) return '?'
  if (!rotation.enabled) return 'off'
  const { rotationPeriodInDays: period } = rotation
  return period === null ? 'on' : `every ${period} days`
}

function price({ monthlyCostUsd }: ListedKey): string {
  return monthlyCostUsd === undefined ? '?' : monthlyCostUsd.toFixed(2)
}

function lastUsed({ lastUsage }: ListedKey, ui: Ui): string {
  if (lastUsage === null || lastUsage === undefined) return '?'
  if (lastUsage.status === 'unused') return 'never'
  return lastUsage.status === 'used' ? date(lastUsage.timestamp, ui.now) : 'unknown'
}

function tags({ tags: all }: ListedKey): string {
  if (all === null || all === undefined) return '?'
  return (
    Object.entries(all)
      .map(([name, value]) => `${name}=${value}`)
      .join(', ') || '-'
  )
}

function deletion({ deletionDate }: ListedKey, ui: Ui): string {
  return deletionDate === null ? 'once its replicas are gone' : date(deletionDate, ui.now)
}

export function aliasListView({ aliases: all }: AliasList, ui: Ui): string {
  if (all.length === 0) return 'no aliases'
  const columns = [
    { title: 'ALIAS', shrinks: NAME },
    { title: 'KEY ID' },
    { title: 'UPDATED', shrinks: DATE, rank: 1 },
  ]
  const rows = all.map((alias) => [
    alias.aliasName,
    alias.targetKeyId ?? '-',
    date(alias.lastUpdatedDate ?? alias.creationDate, ui.now),
  ])
  return table(columns, rows, ui)
}

export function tagListView({ tags }: TagList, ui: Ui): string {
  const rows = Object.entries(tags)
  if (rows.length === 0) return 'no tags'
  return table([{ title: 'TAG' }, { title: 'VALUE' }], rows, ui)
}
