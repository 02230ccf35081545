import { cpus, totalmem } from 'node:os'
import { median } from './measure.js'
import type { Row } from './part.js'

/** A row of all rounds: the median of each figure, and each round's ratio. */
export interface Summary extends Row {
  readonly ratios: readonly number[]
}

/** The rows of several rounds as one. */
export function summary(rounds: readonly (readonly Row[])[]): Summary[] {
  const [first = []] = rounds
  return first.map((row, index) => {
    const same = rounds.map((rows) => rows[index] ?? row)
    const minima = same.flatMap(({ ofMinima }) => ofMinima ?? [])
    const cpu = same.flatMap(({ ofCpu }) => ofCpu ?? [])
    const ratios = same.map(({ ratio }) => ratio)
    return {
      ...row,
      ratio: median(ratios),
      ...(minima.length === 0 ? {} : { ofMinima: median(minima) }),
      ...(cpu.length === 0 ? {} : { ofCpu: median(cpu) }),
      measured: { ...row.measured, value: median(same.map(({ measured }) => measured.value)) },
      ratios,
    }
  })
}

const HEADER = [
  'what',
  'with',
  'measured',
  'ratio',
  'limit',
  'reached',
  'of each round',
  'of the fastest turns',
  'of processor time',
]

/** The rows as a Markdown table; a column that says nothing is left out. */
export function table(rows: readonly Summary[]): string {
  const cells = rows.map((row) => [
    row.what,
    row.on ?? '',
    `${Math.round(row.measured.value)} ${row.measured.unit}`,
    `${row.ratio.toFixed(2)} × ${row.times}`,
    row.limit.toFixed(2),
    row.ratio <= row.limit ? 'yes' : '**no**',
    row.ratios.map((ratio) => ratio.toFixed(2)).join(', '),
    row.ofMinima?.toFixed(2) ?? '',
    row.ofCpu?.toFixed(2) ?? '',
  ])
  const told = HEADER.map((_, column) => cells.some((line) => line[column] !== ''))
  const [header = [], ...body] = [HEADER, ...cells].map((line) => line.filter((_, at) => told[at]))
  const widths = header.map((_, column) =>
    Math.max(...[header, ...body].map((line) => line[column]?.length ?? 0)),
  )
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join(
    '\n',
  )
}

/** The kind of machine: no name, nothing that tells whose it is. */
export function machine(): Record<string, string | number> {
  return {
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
    node: process.versions.node,
  }
}

const BEGIN = '<!-- bench:begin -->'
const END = '<!-- bench:end -->'

/** The document with the tables between its two marks replaced. */
export function asDocument(
  text: string,
  of: { machine: ReturnType<typeof machine>; turns: number; rounds: number; note: string },
  parts: readonly { title: string; rows: readonly Summary[] }[],
): string {
  const [before, rest] = text.split(BEGIN)
  const [, after] = rest?.split(END) ?? []
  if (before === undefined || after === undefined) throw new Error(`no ${BEGIN} and ${END} in it`)
  const { cores, processor, memoryGiB, platform, node } = of.machine
  const where =
    `Measured on ${cores} cores (${processor}), ${memoryGiB} GiB, ${platform}, Node ${node}: ${of.rounds} rounds of ${of.turns} turns. ${of.note}`.trim()
  const tables = parts.map(({ title, rows }) => `### ${title}\n\n${table(rows)}`)
  return `${before}${BEGIN}\n${[where, ...tables].join('\n\n')}\n${END}${after}`
}
