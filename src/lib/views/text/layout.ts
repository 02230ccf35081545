import stringWidth from 'string-width'
import type { Ui } from './style.js'

/** A table's column. Those that shrink are cut with an ellipsis, or left out, to fit a terminal. */
export interface Column {
  readonly title: string
  /** Whether it shrinks, or the width below which it is left out (8). */
  readonly shrinks?: boolean | number
  /** Those of the highest rank give way first, of one rank the rightmost; 0 where nothing is said. */
  readonly rank?: number
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
  const growing = new GrowingTable(columns, ui, Number.POSITIVE_INFINITY)
  for (const row of rows) growing.add(row)
  return growing.rest().join('\n')
}

/**
 * A table whose rows come one after another and are too many to be kept: the first ones, which are held
 * back until there are enough of them, say how wide the columns are. A later cell that is wider is cut
 * where columns are cut, and elsewhere moves the rest of its line.
 */
export class GrowingTable {
  private widths: readonly number[] | undefined
  private held: (readonly string[])[] = []

  /**
   * @param sample rows that say how wide the columns are
   */
  constructor(
    private readonly columns: readonly Column[],
    private readonly ui: Ui,
    private readonly sample: number,
  ) {}

  /** The lines that can be printed now that there is another row. */
  add(row: readonly string[]): string[] {
    if (this.widths !== undefined) return [this.line(row, this.widths)]
    this.held.push(row)
    return this.held.length < this.sample ? [] : this.rest()
  }

  /** The lines that are held back, under the titles; none where all were printed. */
  rest(): string[] {
    if (this.widths !== undefined) return []
    const { columns, ui, held } = this
    const widths = widthsOf(columns, held, ui)
    this.widths = widths
    this.held = []
    const titles = columns.map(({ title }) => title)
    return [ui.style.dim(this.line(titles, widths)), ...held.map((row) => this.line(row, widths))]
  }

  private line(cells: readonly string[], widths: readonly number[]): string {
    const cuts = this.ui.width !== undefined
    return widths
      .flatMap((width, index) => {
        if (width === 0) return []
        const cell = cells[index] ?? ''
        return pad(cuts && this.columns[index]?.shrinks ? cut(cell, width) : cell, width)
      })
      .join(GAP)
      .trimEnd()
  }
}

function widthsOf(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { width }: Ui,
): number[] {
  const natural = columns.map(({ title }, index) =>
    rows.reduce((most, row) => Math.max(most, columnsOf(row[index] ?? '')), columnsOf(title)),
  )
  return width === undefined ? natural : fitted(columns, natural, width)
}

/**
 * Widths that fit so many columns of a terminal as well as can be; 0 leaves a column out. What tells one
 * row from another stays readable at the cost of what only adds to it: where not all columns that shrink
 * have room for their least widths, those of the highest ranks are left out, and what room there is goes to
 * the lowest ranks first.
 */
function fitted(
  columns: readonly Column[],
  natural: readonly number[],
  available: number,
): number[] {
  const full = (index: number) => natural[index] ?? 0
  const least = (index: number) => {
    const { shrinks } = columns[index] ?? {}
    return Math.min(full(index), typeof shrinks === 'number' ? shrinks : SHORTEST)
  }
  const order = columns
    .map((column, index) => ({ ...column, index }))
    .filter(({ shrinks }) => shrinks)
    .sort((one, other) => (one.rank ?? 0) - (other.rank ?? 0) || one.index - other.index)
    .map(({ index }) => index)
  const widths = natural.map((width, index) => (order.includes(index) ? least(index) : width))
  const spare = () =>
    available - widths.reduce((sum, width) => sum + (width && width + GAP.length), -GAP.length)
  const [first] = order
  for (const index of order.slice(1).reverse()) if (spare() < 0) widths[index] = 0
  if (first !== undefined && spare() < 0) {
    widths[first] = Math.max(Math.min(SHORTEST, full(first)), least(first) + spare())
  }
  // A long one does not take it all while others need room.
  for (const limit of [available >> 1, available]) {
    for (const index of order) {
      const width = widths[index] ?? 0
      const room = Math.min(width + Math.max(0, spare()), Math.max(width, limit))
      if (width > 0) widths[index] = Math.min(full(index), room)
    }
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

/** A text with spaces behind it, so that it takes so many columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)))
}

/**
 * `label  value` lines, the labels dim and of one width; rows without a value are left out. On a terminal a
 * value that is too long goes on under its beginning.
 */
export function fields(rows: readonly (readonly [string, string | null])[], ui: Ui): string {
  const shown = rows.filter((row): row is readonly [string, string] => row[1] !== null)
  const width = Math.max(...shown.map(([label]) => columnsOf(label)))
  const indent = ' '.repeat(width + GAP.length)
  return shown
    .map(([label, value]) => {
      const [first = '', ...rest] = wrap(value, indent, ui)
      const begin = ui.style.dim(pad(label, width)) + GAP + first.slice(indent.length)
      return [begin, ...rest].join('\n')
    })
    .join('\n')
}

/** A text in lines that fit the terminal, each behind the indentation; words longer than a line stay whole. */
export function wrap(text: string, indent: string, ui: Ui): string[] {
  if (ui.width === undefined) return [indent + text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && columnsOf(indent + longer) > ui.width) {
      lines.push(indent + line)
      line = word
    } else line = longer
  }
  return [...lines, indent + line]
}

/** The columns of a terminal that a text takes. */
export function columnsOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text)
}
