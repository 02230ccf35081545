import { progressView, slowView } from '../../views/progress.js'
import type { Output } from '../runtime/runtime.js'

/** A run that is over sooner shows nothing. */
const QUIET_MS = 500
const DRAW_MS = 100
/** The rate is that of the last so many seconds. */
const RATE_SECONDS = 5
const ERASE = '\r\u001b[2K'

/**
 * One line on a terminal that says how far a run over many keys has come, and is gone when it is over.
 * Whatever else is written to the terminal calls `hide` first; the line comes back by itself.
 */
export class ProgressLine {
  private readonly timer: NodeJS.Timeout
  private doing = ''
  private done = 0
  private total = 0
  private samples: { at: number; done: number }[] = []
  private shown = false
  private visibleFrom = 0

  /**
   * @param clock milliseconds of any origin
   */
  constructor(
    private readonly terminal: Output,
    private readonly clock: () => number,
  ) {
    this.timer = setInterval(() => this.draw(), DRAW_MS)
    this.timer.unref()
  }

  /** Another part of the run begins, with a count of its own. */
  phase(doing: string): void {
    this.doing = doing
    this.done = 0
    this.total = 0
    this.samples = [{ at: this.clock(), done: 0 }]
    this.visibleFrom = this.clock() + QUIET_MS
  }

  expect(keys: number): void {
    this.total += keys
  }

  step(): void {
    this.done += 1
  }

  hide(): void {
    if (this.shown) this.terminal.write(ERASE)
    this.shown = false
  }

  /** Shows nothing while somebody is asked something on the same terminal. */
  async making<T>(room: () => Promise<T>): Promise<T> {
    const { doing } = this
    this.pause()
    try {
      return await room()
    } finally {
      this.doing = doing
    }
  }

  /** Until the next part begins, nothing is shown. */
  pause(): void {
    this.hide()
    this.doing = ''
  }

  close(): void {
    this.pause()
    clearInterval(this.timer)
  }

  private draw(): void {
    const now = this.clock()
    if (this.doing === '' || now < this.visibleFrom) return
    this.samples.push({ at: now, done: this.done })
    this.samples = this.samples.filter(({ at }) => at >= now - RATE_SECONDS * 1000)
    const [oldest] = this.samples
    const seconds = (now - (oldest?.at ?? now)) / 1000
    const perSecond = seconds === 0 ? 0 : (this.done - (oldest?.done ?? 0)) / seconds
    const { doing, done, total } = this
    // A line as wide as the terminal would break into two.
    const columns = (this.terminal.columns ?? 80) - 1
    this.terminal.write(`${ERASE}${progressView({ doing, done, total, perSecond }, columns)}`)
    this.shown = true
  }
}

/** What takes no longer is not worth a line. */
const WORTH_SAYING_SECONDS = 3

/** Where a run over many keys tells how far it has come: on the line, if there is one, and in words. */
export function watching(line: ProgressLine | undefined, say: (text: string) => void) {
  return {
    phase: (doing: string) => line?.phase(doing),
    expect: (keys: number) => line?.expect(keys),
    step: () => line?.step(),
    slow(slow: Parameters<typeof slowView>[0]) {
      if (slow.keys / slow.perSecond >= WORTH_SAYING_SECONDS) say(slowView(slow))
    },
  }
}
