import { type ErrorJson, EXIT, type ExitCode } from '../../errors.js'

/**
 * The exit code of several things that were asked for together (contract 5): 0 if all are done,
 * their common code if all failed alike, else 7; an interrupt keeps its own.
 */
export function commonCode(codes: readonly number[], total: number): ExitCode {
  const [first] = codes
  if (first === undefined) return EXIT.OK
  const interrupted = codes.find((code) => code === EXIT.SIGINT || code === EXIT.SIGTERM)
  const alike = codes.length === total && codes.every((code) => code === first)
  return (interrupted ?? (alike ? first : EXIT.PARTIAL)) as ExitCode
}

/** The same, told from results that each hold an error or null. */
export function exitCodeOfAll(results: readonly { readonly error: ErrorJson | null }[]): ExitCode {
  const codes = results.flatMap(({ error }) => (error === null ? [] : [error.exitCode]))
  return commonCode(codes, results.length)
}
