import { usageError } from '../../errors.js'
import type { ListFilter } from '../list/list.js'
import { parseTagPairs } from '../rules/tags.js'

/** The flags that select the keys of a change (`--tag`, `--alias-prefix`, `--state`). */
export interface SelectorFlags {
  readonly tag?: readonly string[] | undefined
  readonly 'alias-prefix'?: string | undefined
  readonly state?: readonly string[] | undefined
}

/**
 * The keys that flags select, as a filter of the list; undefined where none of them was given. Only keys
 * of the customer's are selected: AWS's own can be changed by nobody else.
 *
 * @throws KmsctlError `Usage` for an empty prefix: a variable that is not set must not select everything
 */
export function selectorOf(flags: SelectorFlags): ListFilter | undefined {
  const { tag = [], state = [], 'alias-prefix': aliasPrefix } = flags
  if (tag.length === 0 && state.length === 0 && aliasPrefix === undefined) return undefined
  if (aliasPrefix === '') {
    throw usageError('--alias-prefix is empty, and would select every key that has an alias', [
      'for all of them, say so: --alias-prefix alias/',
    ])
  }
  return { manager: 'customer', states: state, aliasPrefix, tags: parseTagPairs(tag) }
}
