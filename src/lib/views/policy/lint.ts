import type { Finding } from '../../results.js'
import { wrap } from '../text/layout.js'
import type { Style, Ui } from '../text/style.js'

const TONES = { error: 'red', warning: 'yellow', note: 'cyan' } as const satisfies Record<
  Finding['severity'],
  keyof Style
>

const INDENT = '  '

/** What the linter found, each with its rule, its place and what to do, and how many there are of each kind. */
export function findingsView(findings: readonly Finding[], ui: Ui): string {
  if (findings.length === 0) return ui.style.green('nothing found')
  return [
    ...findings.map((finding) => findingView(finding, ui)),
    ...wrap(summary(findings), '', ui),
  ].join('\n')
}

function findingView({ severity, rule, statement, sid, message, fix }: Finding, ui: Ui): string {
  const { style } = ui
  const place =
    statement === null ? 'the whole policy' : `statement ${statement}${sid ? ` (${sid})` : ''}`
  const [first = '', ...rest] = wrap(`${severity} ${rule} ${place}`, INDENT, ui)
  // The first line begins at the edge.
  const head = first.slice(INDENT.length).replace(severity, style[TONES[severity]](severity))
  return [
    head.replace(rule, style.bold(rule)),
    ...rest,
    ...wrap(message, INDENT, ui),
    ...wrap(`fix: ${fix}`, INDENT, ui),
  ].join('\n')
}

function summary(findings: readonly Finding[]): string {
  const count = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity).length
  return (['error', 'warning', 'note'] as const)
    .flatMap((severity) => {
      const found = count(severity)
      return found === 0 ? [] : [`${found} ${severity}${found === 1 ? '' : 's'}`]
    })
    .join(', ')
}
