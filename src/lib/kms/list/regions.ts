import { explain } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import { EXIT, ends, errorJson, KmsctlError } from '../../errors.js'
import type { KeyListEnd, ListedKey, RegionOutcome } from '../../results.js'
import type { KeyStream } from './list.js'
import { exitCodeOfAll } from './outcomes.js'

/**
 * The keys of several Regions, which are read side by side: one Region's after the other's, in the order
 * in which the Regions were named. A Region that fails hides no other; `regions` tells of it. With one
 * Region it is that Region's list.
 *
 * @throws what ended the run, or why all Regions failed where they failed alike and no key was listed
 */
export async function* inRegions(
  sessions: readonly Session[],
  list: (session: Session) => KeyStream,
): KeyStream {
  const [first] = sessions
  if (first !== undefined && sessions.length === 1) return yield* list(first)
  const feeds = sessions.map((session) => new Feed(session.region, list(session)))
  try {
    return yield* oneAfterAnother(feeds)
  } finally {
    // Whoever looks no further wants nothing more of the others either.
    for (const feed of feeds) feed.stop()
  }
}

async function* oneAfterAnother(feeds: readonly Feed[]): KeyStream {
  let listed = 0
  const warnings: string[] = []
  const regions: RegionOutcome[] = []
  let end: Partial<KeyListEnd> = {}
  let failure: KmsctlError | undefined
  for (const feed of feeds) {
    for await (const key of feed.keys()) {
      listed += 1
      yield key
    }
    if (feed.failure !== undefined) failure ??= feed.failure
    const { warnings: told = [], ...rest } = feed.end ?? {}
    end = { ...end, ...rest }
    warnings.push(...told.map((warning) => `Region ${feed.region}: ${warning}`))
    const error = feed.failure === undefined ? null : errorJson(feed.failure)
    regions.push({ region: feed.region, error })
  }
  const exitCode = exitCodeOfAll(regions)
  if (failure !== undefined && listed === 0 && exitCode === failure.exitCode) {
    if (exitCode !== EXIT.PARTIAL) throw sayingAll(failure, regions)
  }
  return { ...end, warnings, regions }
}

/** The failure that all Regions share, with each one's own words. */
function sayingAll(failure: KmsctlError, regions: readonly RegionOutcome[]): KmsctlError {
  const names = regions.map(({ region }) => region).join(', ')
  return new KmsctlError(failure.code, `no Region could be listed (${names}): ${failure.message}`, {
    hints: failure.hints,
    exitCode: failure.exitCode,
    requestId: failure.requestId,
    details: { regions },
    cause: failure,
  })
}

/** Keys of a Region that are kept at most because its turn has not come; its stream reads some further. */
const KEPT = 20_000

/** One Region's stream, read from the beginning on, and kept until its turn. */
class Feed {
  end: KeyListEnd | undefined
  failure: KmsctlError | undefined
  private readonly waiting: ListedKey[] = []
  private wake = () => {}
  private goOn = () => {}
  private over = false
  private fatal: { readonly reason: unknown } | undefined

  constructor(
    readonly region: string,
    private readonly stream: KeyStream,
  ) {
    void this.read()
  }

  stop(): void {
    this.over = true
    this.goOn()
    void this.stream.return(undefined as never).catch(() => {})
  }

  async *keys(): AsyncGenerator<ListedKey, void, void> {
    for (;;) {
      const keys = this.waiting.splice(0)
      this.goOn()
      yield* keys
      if (this.waiting.length > 0) continue
      if (this.fatal !== undefined) throw this.fatal.reason
      if (this.over) break
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
  }

  private async read(): Promise<void> {
    try {
      while (!this.over) {
        const next = await this.stream.next()
        if (next.done) {
          this.end = next.value
          break
        }
        this.waiting.push(next.value)
        this.wake()
        if (this.waiting.length >= KEPT) await this.room()
      }
    } catch (error) {
      if (ends('run', error)) this.fatal = { reason: error }
      else this.failure = explain(error)
    }
    this.over = true
    this.wake()
  }

  private room(): Promise<void> {
    return new Promise((resolve) => {
      this.goOn = resolve
    })
  }
}
