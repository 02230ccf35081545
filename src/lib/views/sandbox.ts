import type { SandboxStatus } from '../results.js'
import { fields, table } from './text/layout.js'
import type { Ui } from './text/style.js'

export function sandboxStatusView(status: SandboxStatus, ui: Ui): string {
  const ahead = status.offsetDays === 0 ? 'the real one' : `${status.offsetDays} days ahead`
  const facts = fields(
    [
      ['Account', status.accountId],
      ['Clock', `${status.now} (${ahead})`],
      ['File', status.file ?? 'none, in memory'],
    ],
    ui,
  )
  const rows = Object.entries(status.regions).map(([region, { keys, aliases }]) => [
    region,
    Object.entries(keys)
      .map(([state, count]) => `${count} ${state}`)
      .join(', ') || '0',
    String(aliases),
  ])
  if (rows.length === 0) return `${facts}\nno Region has been used yet`
  const columns = [{ title: 'REGION' }, { title: 'KEYS', shrinks: true }, { title: 'ALIASES' }]
  return `${facts}\n\n${table(columns, rows, ui)}`
}
