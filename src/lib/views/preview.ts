import type { PlannedItem } from '../results.js'
import { table } from './text/layout.js'
import type { Ui } from './text/style.js'

/** Rows that are shown; of more there is only the number. */
const MOST = 50

/**
 * What a change of several keys would do to each of them, those that it would change first, and how many
 * there are of each kind.
 */
export function previewView(items: readonly PlannedItem[], ui: Ui): string {
  const changing = items.filter(({ changes }) => changes)
  const failing = items.filter(({ problem }) => problem !== null)
  const holding = items.filter(({ changes, problem }) => !changes && problem === null)
  const rows = [...changing, ...failing, ...holding]
    .slice(0, MOST)
    .map((item) => [
      item.key,
      item.keyId ?? '-',
      item.problem !== null
        ? ui.style.red(item.problem)
        : item.changes
          ? ui.style.bold('to be changed')
          : 'so already',
    ])
  const columns = [
    { title: 'KEY', shrinks: true },
    { title: 'KEY ID' },
    { title: 'CHANGE', shrinks: true },
  ]
  const more = items.length - rows.length
  const counts = [
    `${changing.length} to be changed`,
    ...(holding.length > 0 ? [`${holding.length} so already`] : []),
    ...(failing.length > 0 ? [`${failing.length} cannot be`] : []),
  ]
  return [
    table(columns, rows, ui),
    ...(more > 0 ? [`and ${more} more`] : []),
    `${items.length} ${items.length === 1 ? 'key' : 'keys'}: ${counts.join(', ')}`,
  ].join('\n')
}
