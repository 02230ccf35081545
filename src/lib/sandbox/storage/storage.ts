/** Where the text of the state lies: in a file (file-storage.ts) or only in memory. */
import { ServiceError } from '../http/service-error.js'

export interface Storage {
  /** The file's path, for people; null in memory. */
  readonly file: string | null
  /** The text as it was last stored; null when there is none. Needs no lock. */
  read(): Promise<string | null>
  /**
   * Runs `work` while nobody else stores anything. What it returns is stored: undefined leaves
   * the text as it is, null removes it.
   */
  exclusively(work: (text: string | null) => string | null | undefined): Promise<void>
}

/**
 * The state cannot be read or written. No code of AWS's, so that no client repeats the call: only
 * somebody at the machine can mend this.
 */
export function storageError(message: string): ServiceError {
  return new ServiceError('SandboxStorageException', message)
}

export class MemoryStorage implements Storage {
  readonly file = null
  #text: string | null

  constructor(text: string | null = null) {
    this.#text = text
  }

  async read(): Promise<string | null> {
    return this.#text
  }

  async exclusively(work: (text: string | null) => string | null | undefined): Promise<void> {
    const text = work(this.#text)
    if (text !== undefined) this.#text = text
  }
}
