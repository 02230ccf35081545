import type { ClaimFiles, Disk } from '../../../src/lib/store/claim-files.js'

/** A disk in memory, for one machine: what is written is there for every process that comes after. */
export class MemoryDisk implements Disk {
  readonly #folders = new Map<string, MemoryFiles>()

  claims(folder: string): MemoryFiles {
    let files = this.#folders.get(folder)
    if (files === undefined) {
      files = new MemoryFiles(folder)
      this.#folders.set(folder, files)
    }
    return files
  }

  async foldersIn(path: string): Promise<string[]> {
    const below = [...this.#folders.keys()].filter((folder) => folder.startsWith(`${path}/`))
    return [...new Set(below.map((folder) => folder.slice(path.length + 1).split('/')[0] ?? ''))]
  }

  /** All that the journal holds. */
  text(): string {
    return [...this.#folders.values()].map((files) => files.text()).join('')
  }
}

class MemoryFiles implements ClaimFiles {
  readonly #texts = new Map<string, string>()
  #retired = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(readonly folder: string) {}

  text(): string {
    return [...this.#texts.values()].join('')
  }

  async names(): Promise<string[]> {
    return [...this.#texts.keys()]
  }

  async read(name: string): Promise<string | null> {
    return this.#texts.get(name) ?? null
  }

  async write(name: string, text: string): Promise<void> {
    this.#texts.set(name, text)
  }

  async append(name: string, text: string): Promise<void> {
    const before = this.#texts.get(name)
    if (before === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
    this.#texts.set(name, before + text)
  }

  async retire(name: string): Promise<void> {
    if (this.#texts.delete(name)) this.#retired += 1
  }

  async lastRetired(): Promise<string> {
    return String(this.#retired)
  }

  alone<T>(_processes: unknown, work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}
