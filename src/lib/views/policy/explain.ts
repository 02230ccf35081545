import stringWidth from 'string-width'
import type {
  Extent,
  PolicyDenial,
  PolicyExplanation,
  PolicyPrincipal,
  PolicyRule,
  PrincipalAccess,
} from '../../results.js'
import { wrap } from '../text/layout.js'
import type { Ui } from '../text/style.js'

const GROUPS = ['administer', 'use', 'grant', 'delete', 'read'] as const
const GAP = '  '
/** Off a terminal too, a table that people can read. */
const WIDTH = 80

/** Principals against what they may do, with the conditions below. */
export function policyExplanationView(explanation: PolicyExplanation, ui: Ui): string {
  const { principals, denies, notes } = explanation
  const parts = [
    principals.length === 0 ? ['nobody is allowed anything'] : accessTable(principals, ui),
    ...principals.filter(needsDetails).map((access) => detailsOf(access, ui)),
    ...denies.map((denial) => denialLines(denial, ui)),
    notes.flatMap((note) => wrap(note, '', ui)),
  ]
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

/** A principal that is too long for its column stands on a line of its own. */
function accessTable(principals: readonly PrincipalAccess[], ui: Ui): string[] {
  const { style } = ui
  const rows = principals.map((access) => GROUPS.map((group) => extentWords(access[group])))
  const widths = GROUPS.map((group, column) =>
    Math.max(group.length, ...rows.map((row) => stringWidth(row[column] ?? ''))),
  )
  const cellsWidth = widths.reduce((sum, width) => sum + GAP.length + width, 0)
  const names = principals.map(subjectWords)
  const room = Math.max(0, (ui.width ?? WIDTH) - cellsWidth)
  const fitting = names.map((name) => stringWidth(name)).filter((width) => width <= room)
  const first = Math.max('PRINCIPAL'.length, ...fitting)
  const wide = first <= room
  const margin = wide ? ' '.repeat(first) : ''
  const cells = (row: readonly string[], tone = (text: string) => text) =>
    row
      .map((cell, column) => GAP + padded(cell, widths[column] ?? 0, tone))
      .join('')
      .trimEnd()
  const head = cells(GROUPS.map((group) => group.toUpperCase()))
  return [
    style.dim(wide ? `${padded('PRINCIPAL', first)}${head}` : `PRINCIPAL\n${head}`),
    ...principals.flatMap((access, index) => {
      const name = names[index] ?? ''
      const tone = access.scope === 'everybody' ? style.red : style.green
      const line = cells(rows[index] ?? [], (cell) =>
        cell === '-' ? style.dim(cell) : cell === 'yes' ? tone(cell) : style.yellow(cell),
      )
      return wide && stringWidth(name) <= first
        ? [`${padded(name, first)}${line}`]
        : [name, `${margin}${line}`]
    }),
    ...legend(rows.flat(), ui),
  ]
}

function padded(text: string, width: number, tone = (shown: string) => shown): string {
  return tone(text) + ' '.repeat(Math.max(0, width - stringWidth(text)))
}

function legend(cells: readonly string[], ui: Ui): string[] {
  const words = [
    ...(cells.some((cell) => cell.startsWith('some')) ? ['some: not all of it'] : []),
    ...(cells.some((cell) => cell.endsWith('if')) ? ['if: under conditions'] : []),
  ]
  return words.length === 0 ? [] : [ui.style.dim(words.join('; '))]
}

function extentWords({ extent, conditional }: Extent): string {
  if (extent === 'none') return '-'
  if (extent === 'all') return conditional ? 'if' : 'yes'
  return conditional ? 'some if' : 'some'
}

function subjectWords(access: PrincipalAccess): string {
  if (access.scope !== 'account') return nameOf(access)
  const account = access.principal.split(':')[4] ?? access.principal
  return `account ${account}${access.allowed.some(({ iam }) => iam) ? ': IAM decides' : ''}`
}

function nameOf({ principal, kind }: PolicyPrincipal): string {
  if (kind === 'AWS') return principal === '*' ? 'everybody' : principal
  return `${kind.toLowerCase()} ${principal}`
}

/** Whether the table alone does not tell what is allowed. */
function needsDetails(access: PrincipalAccess): boolean {
  return (
    GROUPS.some((group) => access[group].extent === 'some') ||
    access.allowed.some(({ conditions }) => conditions.length > 0)
  )
}

function detailsOf(access: PrincipalAccess, ui: Ui): string[] {
  return [
    ui.style.bold(subjectWords(access)),
    ...access.allowed.flatMap((rule) => ruleLines('may', rule, ui)),
  ]
}

function ruleLines(verb: string, { statement, summary, conditions }: PolicyRule, ui: Ui): string[] {
  return [
    ...wrap(`${verb} ${summary} (statement ${statement.number})`, '  ', ui),
    ...conditions.flatMap((one, index) =>
      wrap(`${index === 0 ? '' : 'and '}when ${one}`, '    ', ui),
    ),
  ]
}

function denialLines(denial: PolicyDenial, ui: Ui): string[] {
  const names = denial.principals.map(nameOf).join(', ') || 'nobody'
  return [
    ui.style.bold(denial.allBut ? `everybody but ${names}` : names),
    ...ruleLines('may not', denial, ui),
  ]
}
