/**
 * A token bucket that learns. It fills at a rate that begins with the quota, falls when KMS throttles
 * (another program uses the same quota, or the account's is lower) and climbs back. It has no clock and
 * no timers of its own: every method is told the time, in milliseconds of any origin.
 */

/**
 * Seconds' worth of tokens that may be spent at once: enough to make up for timers that fire late, and so
 * little that no second has more than a twentieth above the rate.
 */
const BURST_SECONDS = 0.05
/** Throttling lowers the rate to this part of what KMS let through of late, and by half at most. */
const PART_OF_SEEN = 0.95
const DEEPEST_CUT = 0.5
/** Of so small a part of the calls throttled now and then, nothing is learned: the rate only waits. */
const TOLERATED = 0.02
/** What KMS let through is counted over a second, its own measure, or over the time of so many calls. */
const SEEN_SECONDS = 1
const SEEN_CALLS = 20
/** The rate climbs by a twentieth in a second, or in the time of so many calls; then ever faster. */
const CLIMB = 0.05
const CLIMB_SECONDS = 1
const CLIMB_CALLS = 30
/** In so many seconds without throttling it is the quota again, however low it was. */
const RECOVERY_SECONDS = 60
/** The lowest rate, as a part of the quota and in calls a second. */
const LOWEST_PART = 0.05
const LOWEST_RATE = 0.25
/** For so long after a call that was let through, KMS is taken to let calls through. */
const FLOWING_MS = 20_000

export class TokenBucket {
  private tokens: number
  private filledAt: number
  /** The rate after the last cut; it climbs from there. */
  private base: number
  private cutAt = Number.NEGATIVE_INFINITY
  private climbsFrom = 0
  private lastPassed = Number.NEGATIVE_INFINITY
  private readonly seen: Recent

  /**
   * @param quota calls a second; Infinity where nothing is held back
   * @param now as for every method: milliseconds of one clock
   */
  constructor(
    readonly quota: number,
    now: number,
  ) {
    this.tokens = burst(quota)
    this.filledAt = now
    this.base = quota
    this.seen = new Recent(Math.max(SEEN_SECONDS, SEEN_CALLS / quota) * 1000, now)
  }

  /** Calls a second that are let go now. */
  rate(now: number): number {
    if (this.base >= this.quota) return this.quota
    const seconds = Math.max(0, now - this.climbsFrom) / 1000
    const steps = seconds / Math.max(CLIMB_SECONDS, CLIMB_CALLS / this.base)
    const climbed = this.base * (1 + CLIMB * (steps + Math.max(0, steps - 1) ** 2))
    return Math.min(this.quota, climbed + this.quota * (seconds / RECOVERY_SECONDS) ** 2)
  }

  /** Takes a token if there is one. */
  take(now: number): boolean {
    if (this.quota === Number.POSITIVE_INFINITY) return true
    this.fill(now)
    // What is missing by a rounding error is not waited for.
    if (this.tokens < 1 - 1e-6) return false
    this.tokens -= 1
    return true
  }

  /** Milliseconds until there is a token. */
  wait(now: number): number {
    if (this.quota === Number.POSITIVE_INFINITY) return 0
    this.fill(now)
    return (Math.max(0, 1 - this.tokens) / this.rate(now)) * 1000
  }

  /** A call was let through, whatever its answer. */
  pass(now: number): void {
    this.lastPassed = now
    this.seen.at(now).passed += 1
  }

  /**
   * A call was throttled. Only one that was sent after the last cut lowers the rate again: those that were
   * under way together tell the same thing.
   *
   * @param sentAt when the call was sent
   */
  throttle(now: number, sentAt: number): void {
    if (this.quota === Number.POSITIVE_INFINITY) return
    this.seen.at(now).throttled += 1
    if (sentAt < this.cutAt) return
    const rate = this.rate(now)
    const { perSecond, throttledPart } = this.seen.count(now)
    const learned = Math.max(perSecond * PART_OF_SEEN, rate * DEEPEST_CUT)
    const lowest = Math.max(LOWEST_RATE, this.quota * LOWEST_PART)
    this.fill(now)
    this.base = throttledPart <= TOLERATED ? rate : Math.max(lowest, Math.min(rate, learned))
    this.cutAt = now
    this.climbsFrom = now
    this.tokens = Math.min(this.tokens, burst(this.base))
  }

  /** Whether KMS has let a call through of late: then one that is throttled need only wait its turn. */
  flows(now: number): boolean {
    return now - this.lastPassed <= FLOWING_MS
  }

  private fill(now: number): void {
    const rate = this.rate(now)
    const added = (Math.max(0, now - this.filledAt) / 1000) * rate
    this.tokens = Math.min(burst(rate), this.tokens + added)
    this.filledAt = now
  }
}

function burst(rate: number): number {
  return Math.max(1, rate * BURST_SECONDS)
}

interface Slot {
  number: number
  passed: number
  throttled: number
}

const SLOTS = 10

/** What became of the calls of the last so many milliseconds, in tenths of that time. */
class Recent {
  private readonly slotMs: number
  private readonly slots: Slot[] = []
  private readonly since: number

  constructor(spanMs: number, now: number) {
    this.slotMs = spanMs / SLOTS
    this.since = now
  }

  /** The counters of now. */
  at(now: number): Slot {
    const number = Math.floor(now / this.slotMs)
    let last = this.slots.at(-1)
    if (last === undefined || last.number < number) {
      last = { number, passed: 0, throttled: 0 }
      this.slots.push(last)
    }
    while ((this.slots[0]?.number ?? number) <= last.number - SLOTS) this.slots.shift()
    return last
  }

  count(now: number): { perSecond: number; throttledPart: number } {
    this.at(now)
    const passed = this.slots.reduce((sum, slot) => sum + slot.passed, 0)
    const throttled = this.slots.reduce((sum, slot) => sum + slot.throttled, 0)
    const oldest = this.slots[0]?.number ?? 0
    // Before the first whole span, what there is counts for the time that there was.
    const begin = Math.max(this.since, oldest * this.slotMs)
    const elapsed = Math.max(now - begin, this.slotMs)
    return {
      perSecond: passed / (elapsed / 1000),
      throttledPart: throttled / Math.max(1, passed + throttled),
    }
  }
}
