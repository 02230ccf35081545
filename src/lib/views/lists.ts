import type { AliasList, KeyList, ListedKey, TagList } from '../results.js'
import { date } from './dates.js'
import { stateView } from './key.js'
import { table } from './layout.js'
import type { Ui } from './style.js'

export function keyListView({ keys, pricesAsOf }: KeyList, ui: Ui): string {
  if (keys.length === 0) return 'no keys'
  const long = pricesAsOf !== undefined
  const columns = [
    { title: 'KEY ID' },
    { title: 'ALIASES', shrinks: true },
    { title: 'STATE' },
    { title: 'SPEC', shrinks: true },
    ...(long ? LONG_COLUMNS : []),
    { title: 'DESCRIPTION', shrinks: true },
  ]
  const rows = keys.map((key) => [
    key.keyId,
    aliases(key),
    key.keyState === null ? '?' : stateView(key.keyState, ui),
    key.keySpec ?? '?',
    ...(long ? longCells(key) : []),
    key.description || '-',
  ])
  const shown = table(columns, rows, ui)
  return long ? `${shown}\n${ui.style.dim(`list prices of ${pricesAsOf}`)}` : shown
}

const LONG_COLUMNS = [
  { title: 'ROTATION', shrinks: true },
  { title: 'USD/MONTH' },
  { title: 'TAGS', shrinks: true },
]

function longCells({ rotation, monthlyCostUsd, tags }: ListedKey): string[] {
  const period = rotation?.rotationPeriodInDays
  const rotates =
    rotation === null || rotation === undefined
      ? '?'
      : rotation.enabled
        ? period === null
          ? 'on'
          : `every ${period} days`
        : 'off'
  const pairs = tags && Object.entries(tags).map(([name, value]) => `${name}=${value}`)
  return [rotates, (monthlyCostUsd ?? 0).toFixed(2), pairs ? pairs.join(', ') || '-' : '?']
}

export function pendingDeletionsView({ keys }: KeyList, ui: Ui): string {
  if (keys.length === 0) return 'no key is pending deletion'
  const columns = [{ title: 'KEY ID' }, { title: 'ALIASES', shrinks: true }, { title: 'DELETION' }]
  const rows = keys.map((key) => [
    key.keyId,
    aliases(key),
    key.deletionDate === null ? 'once its replicas are gone' : date(key.deletionDate, ui.now),
  ])
  return table(columns, rows, ui)
}

function aliases(key: ListedKey): string {
  return key.aliases === null ? '?' : key.aliases.join(', ') || '-'
}

export function aliasListView({ aliases: all }: AliasList, ui: Ui): string {
  if (all.length === 0) return 'no aliases'
  const columns = [{ title: 'ALIAS', shrinks: true }, { title: 'KEY ID' }, { title: 'UPDATED' }]
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
