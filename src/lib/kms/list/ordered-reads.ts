/**
 * Reads many things side by side and hands the results out in an order that may become known only while
 * reading is under way. Results that nobody has fetched yet are kept, and no more than `ahead` of them
 * are read in advance, so that memory stays bounded however slowly they are fetched.
 */
export interface OrderedReadsOptions<E, R> {
  /** What tells things apart. */
  readonly id: (thing: E) => string
  readonly read: (thing: E) => Promise<R>
  /** Things read at once. */
  readonly concurrency: number
  /** Results kept at most, while nobody waits for another. */
  readonly ahead: number
}

interface Waiter<R> {
  resolve(result: R): void
  reject(reason: unknown): void
}

export class OrderedReads<E, R> {
  private queue: E[] = []
  private head = 0
  private underWay = 0
  private readonly results = new Map<string, R>()
  private readonly fetching = new Map<string, Waiter<R>>()
  private readonly looking = new Set<{ look: () => boolean } & Waiter<void>>()
  private failure: { readonly reason: unknown } | undefined

  constructor(private readonly options: OrderedReadsOptions<E, R>) {}

  /** More to read; nothing, once it has stopped. */
  add(things: readonly E[]): void {
    if (this.failure !== undefined) return
    for (const thing of things) this.queue.push(thing)
    this.go()
  }

  /** Reads what is not begun yet in this order from now on. */
  sort(order: (a: E, b: E) => number): void {
    this.queue = this.queue.slice(this.head).sort(order)
    this.head = 0
  }

  /** The result of one thing, once. @throws what reading anything failed with */
  async fetch(thing: E): Promise<R> {
    const id = this.options.id(thing)
    const result = this.results.get(id)
    if (this.failure !== undefined) throw this.failure.reason
    if (result !== undefined) {
      this.results.delete(id)
      this.go()
      return result
    }
    return new Promise((resolve, reject) => {
      this.fetching.set(id, { resolve, reject })
      this.go()
    })
  }

  /** Waits until something holds that reading brings about, or until nothing is left to read. */
  until(look: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.looking.add({ look, resolve, reject })
      this.go()
      this.tell()
    })
  }

  /** Begins nothing more. */
  stop(reason: unknown): void {
    this.failure ??= { reason }
    this.queue = []
    this.head = 0
    for (const { reject } of [...this.fetching.values(), ...this.looking]) reject(reason)
    this.fetching.clear()
    this.looking.clear()
  }

  private go(): void {
    const { concurrency, ahead } = this.options
    const awaited = () => this.fetching.size > 0 || this.looking.size > 0
    while (
      this.underWay < concurrency &&
      this.head < this.queue.length &&
      (this.results.size + this.underWay < ahead || awaited())
    ) {
      void this.readOne(this.queue[this.head++] as E)
    }
  }

  private async readOne(thing: E): Promise<void> {
    const id = this.options.id(thing)
    this.underWay += 1
    try {
      const result = await this.options.read(thing)
      const waiter = this.fetching.get(id)
      if (waiter === undefined) this.results.set(id, result)
      else {
        this.fetching.delete(id)
        waiter.resolve(result)
      }
    } catch (error) {
      this.stop(error)
    }
    this.underWay -= 1
    this.go()
    this.tell()
  }

  private tell(): void {
    const over = this.underWay === 0 && this.head >= this.queue.length
    for (const one of this.looking) {
      if (!over && !one.look()) continue
      this.looking.delete(one)
      one.resolve()
    }
  }
}
