/**
 * The state in a file. Readers need no lock, because a new text replaces the old one in one
 * rename; whoever is killed half way leaves the old text.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, open, readdir, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ServiceError } from '../http/service-error.js'
import { Lock } from './lock.js'
import { type Storage, storageError } from './storage.js'

const NAME = 'state.json'

export class FileStorage implements Storage {
  readonly file: string
  readonly #directory: string
  #seen: { bytes: Buffer; text: string } | undefined
  /** Requests of one process wait here for each other, and only one of them at the lock. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(directory: string) {
    this.#directory = directory
    this.file = join(directory, NAME)
  }

  async read(): Promise<string | null> {
    try {
      // Every request reads. Comparing bytes is cheaper than decoding them, and reading at once
      // is cheaper than in turns with work that is synchronous anyway.
      const bytes = readFileSync(this.file)
      if (this.#seen?.bytes.equals(bytes) !== true) {
        this.#seen = { bytes, text: bytes.toString('utf8') }
      }
      return this.#seen.text
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null
      throw this.#explain(error, 'read')
    }
  }

  exclusively(work: (text: string | null) => string | null | undefined): Promise<void> {
    const mine = this.#last.then(() => this.#locked(work))
    this.#last = mine.catch(() => undefined)
    return mine
  }

  async #locked(work: (text: string | null) => string | null | undefined): Promise<void> {
    const lock = await this.#lock()
    try {
      if (lock.inherited) {
        await lock.sweep()
        await this.#sweep()
      }
      const text = work(await this.read())
      if (text === undefined) return
      try {
        await this.#replace(text, lock)
      } catch (error) {
        throw this.#explain(error, 'write')
      }
    } finally {
      await lock.release()
    }
  }

  async #lock(): Promise<Lock> {
    try {
      await makeFolder(this.#directory)
      return await Lock.acquire(this.#directory)
    } catch (error) {
      throw this.#explain(error, 'write')
    }
  }

  async #replace(text: string | null, lock: Lock): Promise<void> {
    const aside = `${this.file}.${randomBytes(6).toString('hex')}.tmp`
    try {
      if (text !== null) await writeDurably(aside, text)
      if (!(await lock.isMine())) {
        throw storageError(`The lock of ${this.#directory} was lost; nothing was changed.`)
      }
      if (text === null) await unlink(this.file)
      else await rename(aside, this.file)
      await syncDirectory(this.#directory)
    } catch (error) {
      await unlink(aside).catch(() => undefined)
      if (text === null && codeOf(error) === 'ENOENT') return
      throw error
    }
  }

  /** Only owners make .tmp files, and this process is the owner now: all others are dead. */
  async #sweep(): Promise<void> {
    for (const name of await readdir(this.#directory)) {
      if (name.startsWith(`${NAME}.`) && name.endsWith('.tmp')) {
        await unlink(join(this.#directory, name)).catch(() => undefined)
      }
    }
  }

  #explain(error: unknown, verb: 'read' | 'write'): ServiceError {
    if (error instanceof ServiceError) return error
    const what = verb === 'read' ? this.file : `the sandbox's folder ${this.#directory}`
    return storageError(
      `Cannot ${verb} ${what}: ${(error as Error).message}. KMSCTL_SANDBOX_DIR names another folder.`,
    )
  }
}

/**
 * Makes a folder and those above it. Node's own recursive mkdir never ends where the system says that
 * a parent is missing which is not (/proc).
 */
async function makeFolder(path: string): Promise<void> {
  if (await made(path)) return
  await makeFolder(dirname(path))
  // Somebody else may have made it since.
  if (!(await made(path))) throw new Error(`${path} cannot be made`)
}

/** Makes a folder or finds it there; false where the one above it is missing. */
async function made(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return true
    if (codeOf(error) === 'ENOENT' && dirname(path) !== path) return false
    throw error
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the rename itself durable. Windows cannot open folders, and needs no such thing. */
async function syncDirectory(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  if (folder === undefined) return
  try {
    await folder.sync().catch(() => undefined)
  } finally {
    await folder.close()
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code
}
