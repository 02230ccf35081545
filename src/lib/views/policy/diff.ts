import type {
  AccessChange,
  PolicyChange,
  PolicyDiff,
  PolicyPrincipal,
  StatementRef,
} from '../../results.js'
import { wrap } from '../text/layout.js'
import type { Style, Ui } from '../text/style.js'

/** What differs between two policies, statement by statement, with who gains and who loses what. */
export function policyDiffView({ equal, changes, text }: PolicyDiff, ui: Ui): string {
  if (equal) return 'no difference: both policies mean the same'
  if (text !== undefined) return text.map((line) => textLine(line, ui)).join('\n')
  return changes.flatMap((change) => changeLines(change, ui)).join('\n')
}

function textLine(line: string, { style }: Ui): string {
  if (/^(?:---|\+\+\+) /.test(line)) return style.bold(line)
  if (line.startsWith('@@')) return style.cyan(line)
  return line.startsWith('+') ? style.green(line) : line.startsWith('-') ? style.red(line) : line
}

function changeLines(change: PolicyChange, ui: Ui): string[] {
  const { style } = ui
  const nobody = change.kind !== 'document' && change.gains.length + change.losses.length === 0
  const notes = nobody ? [...change.notes, 'nobody gains or loses anything by it'] : change.notes
  return [
    style.bold(titleOf(change)),
    ...notes.flatMap((note) => wrap(note, '    ', ui)),
    ...accessLines(change.gains, GAINED, style.green, ui),
    ...accessLines(change.losses, LOST, style.red, ui),
  ]
}

function titleOf({ kind, before, after, effect }: PolicyChange): string {
  if (kind === 'document') return 'the document'
  const words = effect === null ? '' : ` (${effect})`
  if (kind === 'added') return `added: ${titleFor(after)}${words}`
  if (kind === 'removed') return `removed: ${titleFor(before)}${words}`
  const moved = before?.number !== after?.number || before?.sid !== after?.sid
  return `changed: ${titleFor(after)}${words}${moved ? `, before: ${titleFor(before)}` : ''}`
}

function titleFor(statement: StatementRef | null): string {
  if (statement === null) return ''
  const { number, sid } = statement
  return `statement ${number}${sid === null ? '' : ` "${sid}"`}`
}

interface Wording {
  readonly sign: string
  readonly one: string
  readonly many: string
  readonly unless: string
}

const GAINED: Wording = { sign: '+', one: 'gains', many: 'gain', unless: 'before only where' }
const LOST: Wording = { sign: '-', one: 'loses', many: 'lose', unless: 'still where' }

/** Those who gain, or lose, the same stand together. */
function accessLines(
  all: readonly AccessChange[],
  wording: Wording,
  tone: Style['green'],
  ui: Ui,
): string[] {
  const groups = new Map<string, AccessChange[]>()
  for (const access of all) {
    const key = JSON.stringify([access.summary, access.conditions, access.unless])
    groups.set(key, [...(groups.get(key) ?? []), access])
  }
  return [...groups.values()].flatMap((group) => {
    const [{ summary, conditions, unless }] = group as [AccessChange]
    const verb = group.length === 1 ? wording.one : wording.many
    return [
      ...group.map((access) => `  ${wording.sign} ${subjectWords(access)}`),
      ...wrap(`${verb} ${summary}`, '      ', ui),
      ...conditions.flatMap((one, index) =>
        wrap(`${index === 0 ? '' : 'and '}when ${one}`, '      ', ui),
      ),
      ...unless.flatMap((one, index) =>
        wrap(`${index === 0 ? wording.unless : 'or where'} ${one}`, '      ', ui),
      ),
    ].map((line) => tone(line))
  })
}

function subjectWords(access: AccessChange): string {
  const { scope, except } = access
  if (scope === 'everybody') {
    return ['everybody', ...(except.length === 0 ? [] : [except.map(nameOf).join(', ')])].join(
      ' except ',
    )
  }
  return scope === 'account' ? `${nameOf(access)} (the account)` : nameOf(access)
}

function nameOf({ principal, kind }: PolicyPrincipal): string {
  return kind === 'AWS' ? principal : `${kind} ${principal}`
}
