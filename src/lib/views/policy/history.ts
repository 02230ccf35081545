import type { PolicyVersions } from '../../results.js'
import { date } from '../text/dates.js'
import { table } from '../text/layout.js'
import type { Ui } from '../text/style.js'

/** The policies that are kept of a key. */
export function policyVersionsView({ versions }: PolicyVersions, ui: Ui): string {
  if (versions.length === 0) return 'no policies are kept of this key, and KMS itself keeps none'
  const columns = [
    { title: 'VERSION' },
    { title: 'KEPT' },
    { title: 'BEFORE' },
    { title: 'STATEMENTS' },
    { title: 'PRESENT' },
    { title: 'BY', shrinks: true },
  ]
  const rows = versions.map((version) => [
    String(version.number),
    date(version.keptAt, ui.now),
    version.command,
    version.statements === null ? '?' : String(version.statements),
    version.present === null ? '?' : version.present ? ui.style.green('yes') : '-',
    version.by ?? '-',
  ])
  return table(columns, rows, ui)
}
