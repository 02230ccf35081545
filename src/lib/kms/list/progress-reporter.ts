/** What a run over many keys tells while it is under way, so that somebody at a terminal sees it. */
export interface Watch {
  /** Another part of the run begins, with a count of its own: `reading keys`. */
  phase(doing: string): void
  /** So many more keys are to be done. */
  expect(keys: number): void
  /** One of them is done. */
  step(): void
  /** Said before something begins that KMS's rates make slow. */
  slow(part: SlowPart): void
}

/** A part of keys that KMS tells slowly, or changes. */
export interface SlowPart {
  /** In words: `last use`; of changes the operation's name: `DisableKey`. */
  readonly part: string
  readonly does: 'tells' | 'changes'
  readonly region: string
  /** Keys of which it is asked, at most. */
  readonly keys: number
  readonly perSecond: number
}

/** Where nobody looks. */
export const UNWATCHED: Watch = { phase() {}, expect() {}, step() {}, slow() {} }
