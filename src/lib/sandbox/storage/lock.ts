/**
 * A lock between processes, made of files.
 *
 * The owner's description is written aside and hard-linked to its name: a lock file appears
 * whole or not at all, and only one process can make it.
 *
 * A dead owner's lock is never removed by those who wait for it, since two of them could decide
 * so and the second would remove the first one's new lock. It is inherited: whoever manages to
 * make the file `lock.NONCE`, named after the dead locking, owns the lock; a dead heir is
 * inherited from in the same way. The owner is the last one of this chain, and removes it when it
 * is done, `lock` first. An heir that came too late, to a chain already removed, sees that the
 * chain no longer leads to it, and begins again.
 */
import { randomBytes } from 'node:crypto'
import { link, readdir, readFile, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDead, newOwner, type Owner } from './lock-owner.js'
import { storageError } from './storage.js'

/** Longer than anybody works; shorter than the 30 s that clients give a request. */
const PATIENCE = 20_000

interface Link {
  path: string
  owner: Owner
}

export class Lock {
  readonly #chain: readonly Link[]
  readonly #base: string

  private constructor(base: string, chain: readonly Link[]) {
    this.#base = base
    this.#chain = chain
  }

  static async acquire(directory: string): Promise<Lock> {
    const nonce = randomBytes(12).toString('hex')
    const base = join(directory, 'lock')
    const aside = join(directory, `.lock.${nonce}`)
    await writeFile(aside, JSON.stringify(await newOwner(nonce)), { flag: 'wx', mode: 0o600 })
    try {
      return new Lock(base, await wait(base, aside, nonce))
    } finally {
      await unlink(aside).catch(() => undefined)
    }
  }

  /** Whether an earlier owner died, and may have left half a file behind. */
  get inherited(): boolean {
    return this.#chain.length > 1
  }

  /** False when another process took this one, suspended for long, for dead. */
  async isMine(): Promise<boolean> {
    const last = (await readChain(this.#base)).at(-1)
    return last !== undefined && last.owner.nonce === this.#chain.at(-1)?.owner.nonce
  }

  /** Removes what the dead left beside the chain: those who waited, and those who came too late. */
  async sweep(): Promise<void> {
    const mine = new Set(this.#chain.map(({ path }) => path))
    const folder = dirname(this.#base)
    for (const name of await readdir(folder)) {
      const path = join(folder, name)
      if (!/^\.?lock\./.test(name) || mine.has(path)) continue
      if (await isLeftBehind(path)) await unlink(path).catch(() => undefined)
    }
  }

  async release(): Promise<void> {
    if (!(await this.isMine())) return
    for (const { path } of this.#chain) await unlink(path).catch(() => undefined)
  }
}

async function wait(base: string, aside: string, nonce: string): Promise<Link[]> {
  const until = Date.now() + PATIENCE
  for (let pause = 1; ; pause = Math.min(pause * 2, 50)) {
    const last = (await readChain(base)).at(-1)
    const name = last === undefined ? base : `${base}.${last.owner.nonce}`
    if (last === undefined || (await isDead(last.owner))) {
      const chain = await inherit(base, name, aside, nonce)
      if (chain !== undefined) return chain
    }
    if (Date.now() > until) {
      throw storageError(
        `Another process (${last?.owner.pid ?? 'unknown'}) has held ${base} for too long. ` +
          'If no kmsctl is running, remove that file.',
      )
    }
    await sleep(pause + Math.random() * pause)
  }
}

/** The chain if it now ends with this locking; undefined if somebody else was quicker. */
async function inherit(
  base: string,
  name: string,
  aside: string,
  nonce: string,
): Promise<Link[] | undefined> {
  try {
    await link(aside, name)
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return undefined
    throw error
  }
  const chain = await readChain(base)
  if (chain.at(-1)?.owner.nonce === nonce) return chain
  await unlink(name).catch(() => undefined)
  return undefined
}

async function readChain(base: string): Promise<Link[]> {
  const chain: Link[] = []
  for (let path = base; ; ) {
    const text = await readFile(path, 'utf8').catch(absent)
    if (text === null) return chain
    const owner = JSON.parse(text) as Owner
    chain.push({ path, owner })
    path = `${base}.${owner.nonce}`
  }
}

function absent(error: { code?: string }): null {
  if (error.code === 'ENOENT') return null
  throw error
}

/** A file half written is one of a process that is about to wait, or died before it did. */
async function isLeftBehind(path: string): Promise<boolean> {
  try {
    return await isDead(JSON.parse(await readFile(path, 'utf8')) as Owner)
  } catch {
    const found = await stat(path).catch(() => undefined)
    return found !== undefined && Date.now() - found.mtimeMs > 60_000
  }
}
