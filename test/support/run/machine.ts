import type { Liveness, Owner, Processes } from '../../../src/lib/store/processes.js'

/** A machine whose processes are begun and killed at will, all of them within this one. */
export class Machine {
  readonly #alive = new Set<number>()
  #last = 0

  constructor(private readonly name = 'test') {}

  /** A process that runs until it is killed. */
  start(): Processes & { kill(): void } {
    this.#last += 1
    const pid = this.#last
    this.#alive.add(pid)
    const owner: Owner = { pid, machine: this.name, boot: null, space: null, started: String(pid) }
    return {
      self: async () => owner,
      liveness: async (other) => this.#liveness(other),
      working: new Set(),
      kill: () => void this.#alive.delete(pid),
    }
  }

  #liveness({ machine, pid }: Owner): Liveness {
    if (machine !== this.name) return 'unknown'
    return this.#alive.has(pid) ? 'alive' : 'dead'
  }
}
