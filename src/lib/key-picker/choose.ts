/** Asks the person at the terminal for what a command line left out. */
import { BACK } from '../wizard/question.js'
import { chooseKey } from './choose-key.js'
import { chooseAlias, typeAlias } from './choose-name.js'
import { KEY_WISHES } from './key-filters.js'
import type { Desk } from './picker-host.js'

type Choosing = (options: { readonly canGoBack: boolean }) => Promise<string | typeof BACK>

/**
 * The arguments that are missing, chosen one after the other; from each but the first one can go back.
 *
 * @param command its ID, with colons
 * @param missing names of arguments
 * @returns by the arguments' names
 */
export async function choose<N extends string>(
  desk: Desk,
  command: string,
  missing: readonly N[],
): Promise<Record<N, string>> {
  const chosen: Partial<Record<N, string>> = {}
  let at = 0
  for (let name = missing[0]; name !== undefined; name = missing[at]) {
    const answer = await choosing(desk, command, name)({ canGoBack: at > 0 })
    if (answer === BACK) at = Math.max(0, at - 1)
    else {
      chosen[name] = answer
      at += 1
    }
  }
  return chosen as Record<N, string>
}

function choosing(desk: Desk, command: string, argument: string): Choosing {
  if (argument !== 'name') {
    const wish = KEY_WISHES[command]
    if (wish === undefined) throw new Error(`nothing is known of the keys of ${command}`)
    return (options) => chooseKey(desk, wish, options)
  }
  if (command === 'alias:create') return (options) => typeAlias(desk, options)
  const message =
    command === 'alias:delete' ? 'Which alias is to be deleted?' : 'Which alias moves?'
  return (options) => chooseAlias(desk, message, options)
}
