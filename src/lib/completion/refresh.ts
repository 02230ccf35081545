import { closeSync, mkdirSync, openSync, readdirSync, statSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Context } from '../cli/command/context.js'
import { Run } from '../cli/runtime/run.js'
import type { Runtime } from '../cli/runtime/runtime.js'
import { readNames } from '../kms/list/names.js'
import { writePrivate } from '../store/private-file.js'
import { PLAIN } from '../views/text/style.js'
import { namesFile } from './target.js'

/** Seconds that reading the names may take; longer than that it is not tried either. */
const LIMIT_SECONDS = 20
const A_DAY_MS = 24 * 3600 * 1000

/**
 * Reads the names of the keys that the words are about and keeps them. Also when nothing could be read,
 * so that each key that is pressed does not ask again.
 */
export async function refresh(words: readonly string[], runtime: Runtime): Promise<void> {
  const run = new Run(runtime, LIMIT_SECONDS)
  const context = new Context(runtime, run, flagsOf(words), PLAIN)
  const file = namesFile(runtime, words)
  try {
    const names = await context
      .session()
      .then(({ kms }) => readNames(kms))
      .catch(() => ({ aliases: [], keys: [] }))
    await writePrivate(file, JSON.stringify({ at: runtime.now().getTime(), ...names }))
    forgetOld(dirname(file))
  } finally {
    context.close()
    run.close()
    unlock(file)
  }
}

/** Credentials that last an hour make a file each hour: what nobody asked for in a day goes. */
function forgetOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (Date.now() - (changedAt(path) ?? Date.now()) > A_DAY_MS) remove(path)
  }
}

function flagsOf(words: readonly string[]) {
  const value = (flag: string) => {
    const at = words.indexOf(flag)
    return at === -1 ? undefined : words[at + 1]
  }
  return {
    profile: value('--profile'),
    region: value('--region'),
    'endpoint-url': value('--endpoint-url'),
    sandbox: words.includes('--sandbox'),
    'allow-insecure-endpoint': words.includes('--allow-insecure-endpoint'),
  }
}

const lockOf = (file: string) => `${file}.lock`

/** Whether nobody else is reading these names: who asks first, reads. */
export function lock(file: string, now: number): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    if (now - (changedAt(lockOf(file)) ?? now) > LIMIT_SECONDS * 1000) unlock(file)
    closeSync(openSync(lockOf(file), 'wx', 0o600))
    return true
  } catch {
    return false
  }
}

function unlock(file: string): void {
  remove(lockOf(file))
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Somebody else has.
  }
}

/** When a file was changed last; undefined where there is none. */
export function changedAt(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs
}
