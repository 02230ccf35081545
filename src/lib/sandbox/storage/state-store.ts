/** The state behind its text: read, changed, and refused when the text is not what it should be. */
import { emptyState, FORMAT, type State } from '../model/model.js'
import { type Storage, storageError } from './storage.js'

interface Seen {
  text: string | null
  state: State
}

export class StateStore {
  readonly #storage: Storage
  /** The text last read and its state: most requests of a run only read, and find it unchanged. */
  #seen: Seen | undefined

  constructor(storage: Storage) {
    this.#storage = storage
  }

  get file(): string | null {
    return this.#storage.file
  }

  /** The state as it is. Readers share it, and must leave it as it is. */
  async read(): Promise<State> {
    const text = await this.#storage.read()
    if (this.#seen === undefined || this.#seen.text !== text) {
      this.#seen = { text, state: this.#parse(text) }
    }
    return this.#seen.state
  }

  /**
   * Changes the state under the lock. If `change` throws, nothing is stored, and what it did to
   * the state is forgotten with the state itself.
   */
  async update<T>(change: (state: State) => T): Promise<T> {
    let done: { value: T; seen: Seen } | undefined
    await this.#storage.exclusively((text) => {
      const state = this.#seen?.text === text ? this.#seen.state : this.#parse(text)
      this.#seen = undefined
      const value = change(state)
      const changed = JSON.stringify(state)
      done = { value, seen: { text: changed, state } }
      return changed === text ? undefined : changed
    })
    const { value, seen } = done as unknown as { value: T; seen: Seen }
    this.#seen = seen
    return value
  }

  /** Forgets everything, also a text that cannot be read. */
  async reset(): Promise<void> {
    await this.#storage.exclusively((text) => (text === null ? undefined : null))
  }

  #parse(text: string | null): State {
    if (text === null) return emptyState()
    const state = this.#parseJson(text)
    const format = state?.format
    if (typeof format === 'number' && format > FORMAT) {
      throw storageError(
        `${this.file} was written by a newer kmsctl (format ${format}; this one reads ${FORMAT}). ` +
          'Update kmsctl, or begin again with: kmsctl sandbox reset',
      )
    }
    if (format !== FORMAT || typeof state?.clockOffset !== 'number' || !isObject(state.regions)) {
      throw this.#damaged()
    }
    return state as State
  }

  #parseJson(text: string): Partial<State> | undefined {
    try {
      const value: unknown = JSON.parse(text)
      return isObject(value) ? value : undefined
    } catch {
      throw this.#damaged()
    }
  }

  #damaged(): Error {
    return storageError(`${this.file} is damaged. Begin again with: kmsctl sandbox reset`)
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
