export interface AskedFor {
  readonly json: boolean
  /** One line for each document. */
  readonly ndjson: boolean
  readonly noColor: boolean
}

/** Told from the bare words, because a command line that cannot be parsed is told in JSON too. */
export function askedFor(argv: readonly string[]): AskedFor {
  const end = argv.indexOf('--')
  const words = end === -1 ? argv : argv.slice(0, end)
  return {
    json: words.includes('--json'),
    ndjson: words.includes('--ndjson') && !words.includes('--json'),
    noColor: words.includes('--no-color'),
  }
}
