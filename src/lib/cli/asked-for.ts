/** Told from the bare words, because a command line that cannot be parsed is told in JSON too. */
export function askedFor(argv: readonly string[]): { json: boolean; noColor: boolean } {
  const end = argv.indexOf('--')
  const words = end === -1 ? argv : argv.slice(0, end)
  return { json: words.includes('--json'), noColor: words.includes('--no-color') }
}
