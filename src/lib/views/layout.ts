import stringWidth from 'string-width'
import type { Ui } from './style.js'

/** A table's column; the ones that may shrink are cut with an ellipsis to fit a terminal. */
export interface Column {
  readonly title: string
  readonly shrinks?: boolean
}

const GAP = '  '
/** Most text is this, and then the library, which takes 20 ms to load, is not needed. */
const PLAIN = /^[\x20-\x7e]*$/
const SHORTEST = 8

/**
 * Rows in columns under dim titles. On a terminal that is too narrow, columns that may shrink are cut,
 * and the last of them are left out; off a terminal (`ui.width` undefined) everything is shown.
 */
export function table(columns: readonly Column[], rows: readonly string[][], ui: Ui): string {
  const natural = columns.map(({ title }, index) =>
    Math.max(columnsOf(title), ...rows.map((row) => columnsOf(row[index] ?? ''))),
  )
  const widths = ui.width === undefined ? natural : fitted(columns, natural, ui.width)
  const line = (cells: readonly string[]) =>
    widths
      .flatMap((width, index) => (width === 0 ? [] : pad(cut(cells[index] ?? '', width), width)))
      .join(GAP)
      .trimEnd()
  return [ui.style.dim(line(columns.map(({ title }) => title))), ...rows.map(line)].join('\n')
}

/** Widths that fit so many columns of a terminal as well as can be; 0 leaves a column out. */
function fitted(
  columns: readonly Column[],
  natural: readonly number[],
  available: number,
): number[] {
  const widths = [...natural]
  const least = (index: number) => Math.min(natural[index] ?? 0, SHORTEST)
  const total = (each: readonly number[]) =>
    each.reduce((sum, width) => sum + (width === 0 ? 0 : width + GAP.length), -GAP.length)
  const shrinking = columns.flatMap(({ shrinks }, index) => (shrinks ? [index] : []))

  for (const index of shrinking.slice(1).reverse()) {
    const smallest = widths.map((width, at) =>
      shrinking.includes(at) && width > 0 ? least(at) : width,
    )
    if (total(smallest) <= available) break
    widths[index] = 0
  }
  while (shrinking.length > 0 && total(widths) > available) {
    const widest = shrinking.reduce((best, at) =>
      (widths[at] ?? 0) > (widths[best] ?? 0) ? at : best,
    )
    if ((widths[widest] ?? 0) <= least(widest)) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

/** A text cut to so many columns, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  if (columnsOf(text) <= width) return text
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (columnsOf(kept + segment) > width - 1) break
    kept += segment
  }
  return `${kept}…`
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)))
}

/** `label  value` lines, the labels dim and of one width; rows without a value are left out. */
export function fields(rows: readonly (readonly [string, string | null])[], ui: Ui): string {
  const shown = rows.filter((row): row is readonly [string, string] => row[1] !== null)
  const width = Math.max(...shown.map(([label]) => columnsOf(label)))
  return shown.map(([label, value]) => `${ui.style.dim(pad(label, width))}  ${value}`).join('\n')
}

/** A text in lines that fit the terminal, each behind the indentation; words longer than a line stay whole. */
export function wrap(text: string, indent: string, ui: Ui): string[] {
  if (ui.width === undefined) return [indent + text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && stringWidth(indent + longer) > ui.width) {
      lines.push(indent + line)
      line = word
    } else line = longer
  }
  return [...lines, indent + line]
}

/** The columns of a terminal that a text takes. */
function columnsOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text)
}
