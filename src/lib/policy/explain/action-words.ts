/** Sets of KMS's actions in few words. */

import { KMS_ACTIONS } from '../catalogue/actions.js'
import { FUTURE_ACTION } from './access.js'

const NAMES = KMS_ACTIONS.map(({ name }) => name)
/**
 * A set of actions, of `ACTIONS`, in short: `kms:*`, `kms:* but kms:Decrypt`, or the actions with those
 * that are all there under one pattern: `kms:Encrypt, kms:GenerateDataKey*`.
 */
export function actionWords(actions: ReadonlySet<string>): string {
  const missing = new Set(NAMES.filter((name) => !actions.has(name)))
  const there = shortened(actions).join(', ')
  if (!actions.has(FUTURE_ACTION)) return there
  if (missing.size === 0) return 'kms:*'
  if (missing.size === NAMES.length) return 'actions that KMS may add'
  const but = `kms:* but ${shortened(missing).join(', ')}`
  const listed = `${there}, actions that KMS may add`
  return but.length <= listed.length ? but : listed
}

/** Actions of which all that begin alike are there stand as one pattern. */
function shortened(actions: ReadonlySet<string>): string[] {
  const words: string[] = []
  const told = new Set<string>()
  for (const name of NAMES) {
    if (told.has(name) || !actions.has(name)) continue
    const family = familyOf(name, actions)
    for (const member of family) told.add(member)
    words.push(family.length > 1 ? `${commonStart(family)}*` : name)
  }
  return words
}

/** The largest set of actions with this one's beginning, in whole words, that are all there. */
function familyOf(name: string, actions: ReadonlySet<string>): string[] {
  const parts = name.split(/(?=[A-Z])/)
  for (let count = 2; count <= parts.length; count++) {
    const family = startingWith(parts.slice(0, count).join(''))
    if (family.every((member) => actions.has(member))) return family
  }
  return [name]
}

function startingWith(start: string): string[] {
  return NAMES.filter((name) => name.startsWith(start))
}

/** The longest beginning, in whole words, that they share and no other action has. */
function commonStart(family: readonly string[]): string {
  const [first = '', ...others] = family
  const parts = first.split(/(?=[A-Z])/)
  let start = ''
  for (const part of parts) {
    if (!others.every((other) => other.startsWith(start + part))) break
    start += part
  }
  return start
}
