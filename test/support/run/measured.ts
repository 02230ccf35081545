import { appendFileSync } from 'node:fs'

/** Promises of which docs/reference/reliability.md says how often they were broken. */
export interface Broken {
  /** Keys beyond one for each wish. */
  readonly duplicates: number
  /** Keys that nothing tells of. */
  readonly unreported: number
  readonly falseSuccesses: number
  /** Deletions scheduled that nobody had confirmed. */
  readonly deletions: number
  readonly others: number
}

/** Which of a deep run's rows in docs/reference/reliability.md a count belongs to. */
export type DeepRun =
  | 'faults'
  | 'chance'
  | 'binary'
  | 'silence'
  | 'kills'
  | 'schedules'
  | 'sdk'
  | 'together'

export const UNBROKEN: Broken = {
  duplicates: 0,
  unreported: 0,
  falseSuccesses: 0,
  deletions: 0,
  others: 0,
}

/**
 * Notes what a deep run measured for `npm run reliability -- --deep`, which sums it up.
 *
 * @param seed of what was chosen by chance; null where nothing was
 */
export function measured(
  run: DeepRun,
  seed: number | null,
  runs: number,
  broken: Broken,
  told: Readonly<Record<string, unknown>> = {},
): void {
  const file = process.env.KMSCTL_DEEP_COUNTS
  if (file === undefined || file === '') return
  appendFileSync(file, `${JSON.stringify({ run, seed, ...broken, ...told, runs })}\n`)
}
