import type { Times } from './measure.js'

/** One line of the table: a ratio, what it is of, and the limit that it should keep. */
export interface Row {
  readonly what: string
  /** What the ratio is measured in: `node -e 0`, `aws kms describe-key`. */
  readonly times: string
  readonly ratio: number
  readonly limit: number
  /** The ratio of the fastest turns: what is left when the machine has nothing else to do. */
  readonly ofMinima?: number
  /** The ratio of processor time: what other programs that want the processors change least. */
  readonly ofCpu?: number
  readonly measured: { readonly value: number; readonly unit: string }
  /** `Node 24.21.0`, where it is not the one that runs the benchmark. */
  readonly on?: string
}

/** A part of the benchmark: what `--only` names. */
export interface Part {
  readonly name: string
  readonly title: string
  /** Measures one round. Rows come in the same order in every round. */
  measure(options: Options): Promise<readonly Row[]>
}

export interface Options {
  /** How often each program is run in a round. */
  readonly turns: number
  /** Whether processor time is measured, too. */
  readonly cpu: boolean
  /** Other Node binaries to measure with, besides the one that runs the benchmark. */
  readonly nodes: readonly string[]
}

/** A row that compares the times of two programs. */
export function comparison(
  what: string,
  times: Times | undefined,
  base: { readonly name: string; readonly times: Times | undefined },
  limit: number,
): Row {
  if (times === undefined || base.times === undefined) throw new Error(`${what} was not measured`)
  return {
    what,
    times: base.name,
    ratio: times.median / base.times.median,
    ofMinima: times.minimum / base.times.minimum,
    ...(times.cpu === undefined || base.times.cpu === undefined
      ? {}
      : { ofCpu: times.cpu / base.times.cpu }),
    limit,
    measured: { value: times.median, unit: 'ms' },
  }
}
