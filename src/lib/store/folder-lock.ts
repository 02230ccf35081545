/**
 * One process at a time in a folder: a lock of files that dies with its process, however that ends.
 *
 * The lock's description is written aside and hard-linked to its name, so that it appears whole and
 * only once. Whoever finds its owner dead does not remove it, since two could do so and the second would
 * remove the first one's new lock: it is inherited, by making the one file that is named after it. The last
 * of that chain owns the lock, and removes it all when it is done, the first file first; an heir that came
 * too late finds that the chain no longer leads to it, and begins again.
 *
 * proper-lockfile, the usual library, tells a dead owner by a lock that was not touched for some seconds: a
 * killed run would hold the next one up, and one that was suspended would lose its lock without being told.
 */
import { randomBytes } from 'node:crypto'
import { link, open, readdir, readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeFolder } from './private-file.js'
import type { Owner, Processes } from './processes.js'

/** Longer than a lock is held: for one small file to reach the disk. */
const PATIENCE_MS = 10_000
/** A lock whose owner cannot be asked about counts as left behind when it is this old. */
const LEFT_BEHIND_MS = 60_000

interface Link {
  readonly path: string
  readonly nonce: string
  /** Null in a file that a loss of power left empty. */
  readonly owner: Owner | null
  /** Milliseconds since 1970. */
  readonly at: number
}

/**
 * Works while no other process does so in this folder, which is made if it is not there.
 *
 * @throws Node's error where the lock cannot be made, or an Error that names who holds it
 */
export async function exclusively<T>(
  folder: string,
  processes: Processes,
  work: () => Promise<T>,
): Promise<T> {
  await makeFolder(folder)
  const base = join(folder, 'lock')
  const nonce = randomBytes(12).toString('hex')
  const aside = join(folder, `.lock.${nonce}`)
  const file = await open(aside, 'wx', 0o600)
  try {
    const owner = await processes.self()
    await file.writeFile(JSON.stringify({ nonce, owner, at: Date.now() }))
  } finally {
    await file.close()
  }
  try {
    const chain = await acquired(base, aside, nonce, processes)
    try {
      if (chain.length > 1) await sweep(folder, chain)
      return await work()
    } finally {
      for (const { path } of chain) await removed(path)
    }
  } finally {
    await removed(aside)
  }
}

async function acquired(
  base: string,
  aside: string,
  nonce: string,
  processes: Processes,
): Promise<Link[]> {
  const until = performance.now() + PATIENCE_MS
  for (let pause = 1; ; pause = Math.min(pause * 2, 50)) {
    const last = (await readChain(base)).at(-1)
    if (last === undefined || (await isLeftBehind(last, processes))) {
      const name = last === undefined ? base : `${base}.${last.nonce}`
      if (await linked(aside, name)) {
        const chain = await readChain(base)
        if (chain.at(-1)?.nonce === nonce) return chain
        await removed(name)
      }
      continue
    }
    if (performance.now() > until) {
      throw new Error(`process ${last.owner?.pid ?? 'unknown'} holds ${last.path} for too long`)
    }
    await sleep(pause + Math.random() * pause)
  }
}

async function isLeftBehind({ owner, at }: Link, processes: Processes): Promise<boolean> {
  const liveness = owner === null ? 'unknown' : await processes.liveness(owner)
  return liveness === 'dead' || (liveness === 'unknown' && Date.now() - at > LEFT_BEHIND_MS)
}

/** Removes what the dead left beside the chain: files half written, and locks that came too late. */
async function sweep(folder: string, chain: readonly Link[]): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if (!/^\.?lock\.|\.tmp$/.test(name) || chain.some((one) => one.path === path)) continue
    const found = await stat(path).catch(() => undefined)
    if (found !== undefined && Date.now() - found.mtimeMs > LEFT_BEHIND_MS) await removed(path)
  }
}

async function readChain(base: string): Promise<Link[]> {
  const chain: Link[] = []
  for (let path = base; ; ) {
    const text = await readFile(path, 'utf8').catch((error) => unless(error, 'ENOENT', null))
    if (text === null) return chain
    const held = parsed(text) ?? (await torn(path))
    chain.push({ path, ...held })
    path = `${base}.${held.nonce}`
  }
}

function parsed(text: string): Omit<Link, 'path'> | undefined {
  try {
    return JSON.parse(text) as Omit<Link, 'path'>
  } catch {
    return undefined
  }
}

/** A lock whose text is lost is told from its successors by the file itself. */
async function torn(path: string): Promise<Omit<Link, 'path'>> {
  const found = await stat(path).catch(() => undefined)
  const at = found?.mtimeMs ?? 0
  return { nonce: `torn-${found?.ino ?? 0}-${at}`, owner: null, at }
}

/** False where somebody else was quicker. */
async function linked(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    (error) => unless(error, 'EEXIST', false),
  )
}

async function removed(path: string): Promise<void> {
  await unlink(path).catch((error) => unless(error, 'ENOENT', undefined))
}

function unless<T>(error: NodeJS.ErrnoException, code: string, value: T): T {
  if (error.code === code) return value
  throw error
}
