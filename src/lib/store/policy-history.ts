/**
 * The policies that a key had before kmsctl replaced them, each in a file of its own: KMS keeps only the
 * present one. A file is made once and never changed or deleted, so that runs side by side lose nothing.
 */
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createPrivate, readPrivate } from './private-file.js'

/** The form of an entry's file. */
const FORMAT = 1

/** The key whose policies are kept. */
export interface HistoryKey {
  readonly accountId: string
  readonly region: string
  readonly keyId: string
}

/** What is kept with a policy. */
export interface KeptFor {
  /** When it was kept, ISO 8601 in UTC. */
  readonly keptAt: string
  /** The ARN of the caller who was about to replace it; null where it could not be asked. */
  readonly by: string | null
  /** The command that was about to replace it: `policy set`. */
  readonly command: string
}

/** A policy that was kept, with its text exactly as KMS gave it. */
export interface KeptPolicy extends KeptFor {
  /** From 1, in the order in which they were kept. */
  readonly number: number
  readonly text: string
}

/** A file that is there and cannot be taken for what was kept. */
export interface DamagedEntry {
  readonly number: number
  readonly path: string
  /** In words: `it is not JSON`. */
  readonly problem: string
}

/** What is kept of one key. */
export interface PolicyHistory {
  /** The oldest first. */
  readonly kept: readonly KeptPolicy[]
  readonly damaged: readonly DamagedEntry[]
}

/**
 * The folder of a key's history, below what is remembered of one KMS.
 *
 * @param memory the session's memory folder
 */
export function historyFolder(memory: string, { accountId, region, keyId }: HistoryKey): string {
  return join(memory, plain(accountId), plain(region), 'policies', plain(keyId))
}

/** What an endpoint calls an account or a key is not to lead out of the folder. */
function plain(name: string): string {
  return name.replace(/[^\w-]/g, '_')
}

/** Everything kept in the folder; nothing where there is no such folder. */
export async function readHistory(folder: string): Promise<PolicyHistory> {
  const kept: KeptPolicy[] = []
  const damaged: DamagedEntry[] = []
  for (const number of await numbersIn(folder)) {
    const entry = await readEntry(folder, number)
    if ('text' in entry) kept.push(entry)
    else damaged.push(entry)
  }
  return { kept, damaged }
}

/**
 * Keeps a policy's text under the next number. The text that was kept last is not kept twice.
 *
 * @returns the number under which the text is kept
 * @throws Node's error where it cannot be written (no space, no permission): it is then not kept
 */
export async function keepPolicy(folder: string, text: string, about: KeptFor): Promise<number> {
  for (;;) {
    const last = (await numbersIn(folder)).at(-1) ?? 0
    if (last > 0) {
      const entry = await readEntry(folder, last)
      if ('text' in entry && entry.text === text) return last
    }
    const entry = { format: FORMAT, ...about, sha256: hashOf(text), policy: text }
    const path = pathOf(folder, last + 1)
    // Where another run took the number meanwhile, its entry is looked at, and the next one tried.
    if (await createPrivate(path, `${JSON.stringify(entry, null, 2)}\n`)) return last + 1
  }
}

async function numbersIn(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const numbers = names.flatMap((name) => {
    const [, digits] = /^([1-9]\d{0,8})\.json$/.exec(name) ?? []
    return digits === undefined ? [] : [Number(digits)]
  })
  return numbers.sort((a, b) => a - b)
}

async function readEntry(folder: string, number: number): Promise<KeptPolicy | DamagedEntry> {
  const path = pathOf(folder, number)
  const damaged = (problem: string) => ({ number, path, problem })
  let file: string | null
  try {
    file = await readPrivate(path)
  } catch (error) {
    return damaged(`it cannot be read (${(error as NodeJS.ErrnoException).code ?? error})`)
  }
  let entry: unknown
  try {
    entry = JSON.parse(file ?? '')
  } catch {
    return damaged('it is not JSON')
  }
  if (!isEntry(entry)) {
    const format = (entry as { format?: unknown } | null)?.format
    return damaged(
      typeof format === 'number' && format > FORMAT
        ? `a newer kmsctl wrote it (format ${format}; this one reads ${FORMAT})`
        : 'it is no entry of the history',
    )
  }
  const { keptAt, by, command, policy, sha256 } = entry
  if (hashOf(policy) !== sha256) return damaged('its policy is not the one that was kept')
  return { number, keptAt, by, command, text: policy }
}

interface Entry extends KeptFor {
  readonly policy: string
  readonly sha256: string
}

function isEntry(value: unknown): value is Entry {
  const entry = value as Partial<Record<keyof Entry | 'format', unknown>> | null
  return (
    entry?.format === FORMAT &&
    typeof entry.keptAt === 'string' &&
    !Number.isNaN(Date.parse(entry.keptAt)) &&
    (entry.by === null || typeof entry.by === 'string') &&
    typeof entry.command === 'string' &&
    typeof entry.policy === 'string' &&
    typeof entry.sha256 === 'string'
  )
}

function pathOf(folder: string, number: number): string {
  return join(folder, `${number}.json`)
}

function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
