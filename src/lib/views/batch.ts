import type { Batch, Change } from '../results.js'
import { changeView } from './key.js'
import { table } from './text/layout.js'
import type { Ui } from './text/style.js'

/** The result of a change of one key or of several. */
export function keysView(result: Change | Batch, done: string, ui: Ui): string {
  return 'results' in result ? batchView(result, done, ui) : changeView(result, done, ui)
}

/** Each key of a change of several, with what happened to it. */
export function batchView({ results }: Batch, done: string, ui: Ui): string {
  if (results.length === 0) return 'nothing to do'
  const columns = [{ title: 'KEY', shrinks: true }, { title: 'KEY ID' }, { title: 'RESULT' }]
  const rows = results.map(({ key, keyId, changed, error }) => [
    key,
    keyId ?? '-',
    error === null
      ? changed
        ? ui.style.green(done)
        : 'nothing to do'
      : ui.style.red(`${error.code}: ${error.message}`),
  ])
  return table(columns, rows, ui)
}
