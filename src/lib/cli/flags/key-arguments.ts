import { usageError } from '../../errors.js'

/** The keys that a command line names: one KEY, several (`-` among them), or those that a selector finds. */
export type NamedKeys<F> =
  | { readonly kind: 'one'; readonly key: string }
  | { readonly kind: 'several'; readonly keys: readonly string[] }
  | { readonly kind: 'selected'; readonly filter: F }

/** Whether the words name one key, and not several or standard input. */
export function isSingle(words: readonly string[]): boolean {
  return words.length === 1 && words[0] !== '-'
}

/**
 * The keys that the words of a command line name, or its selector.
 *
 * @throws KmsctlError `Usage` where both name keys, or neither does
 */
export async function namedKeys<F>(
  words: readonly string[],
  filter: F | undefined,
  { missing, read }: { readonly missing: () => Error; readonly read: () => Promise<string> },
): Promise<NamedKeys<F>> {
  const [first] = words
  if (filter !== undefined) {
    if (first === undefined) return { kind: 'selected', filter }
    throw usageError(
      `KEY ${first} and a selector (--tag, --alias-prefix, --state) exclude each other`,
      ['leave out the KEY to change all keys that the selector finds'],
    )
  }
  if (first === undefined) throw missing()
  if (isSingle(words)) return { kind: 'one', key: first }
  const keys: (readonly string[])[] = []
  for (const word of words) {
    keys.push(word === '-' ? (await read()).split(/\s+/).filter(Boolean) : [word])
  }
  return { kind: 'several', keys: keys.flat() }
}

/** The Regions that `--region` names, each once; none where it is not given. */
export function regionsOf({ region }: { readonly region?: string | undefined }): string[] {
  if (region === undefined) return []
  return [...new Set(region.split(',').map((name) => name.trim()))]
}
