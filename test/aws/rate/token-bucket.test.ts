/** Rates that are kept and learned (docs/facts/quotas.md), on a clock of the test's own. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { quotaOf } from '../../../src/lib/aws/rate/quotas.js'
import { TokenBucket } from '../../../src/lib/aws/rate/token-bucket.js'

const QUOTAS = readFileSync(new URL('../../../docs/facts/quotas.md', import.meta.url), 'utf8')
const ROWS = [...QUOTAS.matchAll(/^\| (\d+) \| (.*) \|$/gm)].flatMap(([, rate, operations = '']) =>
  operations.split(', ').map((operation) => [operation, Number(rate)] as const),
)

describe('the quotas are those of docs/facts/quotas.md', () => {
  test('which names many', () => {
    expect(ROWS.length).toBeGreaterThan(30)
  })

  test.each(ROWS)('%s: %d a second', (operation, rate) => {
    expect(quotaOf(operation)).toBe(rate)
  })

  test('what it does not name is taken for slow', () => {
    expect(quotaOf('SomethingNew')).toBe(5)
  })
})

/** What may be spent at once: a twentieth of a second's worth, and one call at least. */
const burstOf = (rate: number) => Math.max(1, rate / 20)

const quota = fc.constantFrom(1, 5, 15, 100, 500, 2000)
const pauses = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 })

/** Takes whatever there is, after each pause; the times at which it was given. */
function takeAll(bucket: TokenBucket, ms: readonly number[], from = 0): number[] {
  const given: number[] = []
  let now = from
  for (const pause of ms) {
    now += pause
    while (bucket.take(now)) given.push(now)
  }
  return given
}

/** The most of the times that lie in one window of so many milliseconds. */
function mostWithin(times: readonly number[], ms: number): number {
  let first = 0
  return times.reduce((most, time, index) => {
    while ((times[first] as number) <= time - ms) first += 1
    return Math.max(most, index - first + 1)
  }, 0)
}

describe('never above the rate', () => {
  it('in any window: no more than the rate in that time, and what may be spent at once', () => {
    fc.assert(
      fc.property(quota, pauses, fc.integer({ min: 1, max: 5_000 }), (rate, ms, window) => {
        const given = takeAll(new TokenBucket(rate, 0), ms)
        expect(mostWithin(given, window)).toBeLessThanOrEqual(
          Math.floor((rate * window) / 1000 + burstOf(rate) + 1e-3),
        )
      }),
    )
  })

  it('nor when KMS has throttled it, however often and whatever came through', () => {
    const event = fc.record({
      pause: fc.integer({ min: 0, max: 300 }),
      kind: fc.constantFrom('take', 'pass', 'throttle'),
    })
    fc.assert(
      fc.property(quota, fc.array(event, { maxLength: 80 }), (rate, events) => {
        const bucket = new TokenBucket(rate, 0)
        const given: number[] = []
        let now = 0
        for (const { pause, kind } of events) {
          now += pause
          if (kind === 'pass') bucket.pass(now)
          else if (kind === 'throttle') bucket.throttle(now, now - 1)
          while (bucket.take(now)) given.push(now)
          expect(bucket.rate(now)).toBeLessThanOrEqual(rate)
          expect(bucket.rate(now)).toBeGreaterThanOrEqual(Math.min(0.25, rate))
        }
        expect(mostWithin(given, 1000)).toBeLessThanOrEqual(rate + burstOf(rate) + 1e-3)
      }),
    )
  })

  it('five a second are never six in one', () => {
    const given = takeAll(new TokenBucket(5, 0), Array(2_000).fill(1))
    expect(mostWithin(given, 1000)).toBe(5)
    expect(given.length).toBe(10)
  })

  it('says how long to wait, and then there is one', () => {
    fc.assert(
      fc.property(quota, pauses, (rate, ms) => {
        const bucket = new TokenBucket(rate, 0)
        takeAll(bucket, ms)
        const now = ms.reduce((sum, one) => sum + one, 0)
        const wait = bucket.wait(now)
        expect(wait).toBeLessThanOrEqual(1000 / rate + 1e-6)
        expect(bucket.take(now + wait)).toBe(true)
      }),
    )
  })

  it('without a quota nothing is held back, and nothing learned', () => {
    const bucket = new TokenBucket(Number.POSITIVE_INFINITY, 0)
    for (let count = 0; count < 1000; count++) expect(bucket.take(0)).toBe(true)
    bucket.throttle(1, 0)
    expect(bucket.take(1)).toBe(true)
    expect(bucket.wait(1)).toBe(0)
  })
})

describe('what is learned of throttling', () => {
  it('calls that were under way together lower the rate once', () => {
    const bucket = new TokenBucket(2000, 0)
    bucket.throttle(20, 5)
    const once = bucket.rate(20)
    expect(once).toBeLessThan(2000)
    for (let count = 0; count < 30; count++) bucket.throttle(20, 5)
    expect(bucket.rate(20)).toBe(once)
    bucket.throttle(40, 25)
    expect(bucket.rate(40)).toBeLessThan(once)
  })

  it('one in a hundred is no lesson', () => {
    const bucket = new TokenBucket(500, 0)
    for (let now = 0; now < 200; now += 2) bucket.pass(now)
    bucket.throttle(200, 190)
    expect(bucket.rate(200)).toBe(500)
  })

  it('goes no lower than a twentieth, and comes back to the quota by itself', () => {
    const bucket = new TokenBucket(500, 0)
    for (let now = 0; now < 1_000; now += 10) bucket.throttle(now, now)
    expect(bucket.rate(1_000)).toBeCloseTo(25, 0)
    let last = 0
    for (let now = 1_000; now <= 62_000; now += 100) {
      expect(bucket.rate(now)).toBeGreaterThanOrEqual(last)
      last = bucket.rate(now)
    }
    expect(last).toBe(500)
  })

  it('knows whether KMS lets anything through', () => {
    const bucket = new TokenBucket(5, 0)
    expect(bucket.flows(0)).toBe(false)
    bucket.pass(100)
    expect(bucket.flows(20_100)).toBe(true)
    expect(bucket.flows(20_101)).toBe(false)
  })
})

type Server = (now: number) => boolean

/** A server with a bucket of its own. */
function bucketServer(rate: number, burst: number): Server {
  let tokens = burst
  let at = 0
  return (now) => {
    tokens = Math.min(burst, tokens + ((now - at) / 1000) * rate)
    at = now
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}

/** A server that counts in whole seconds. */
function secondsServer(rate: number): Server {
  let second = -1
  let count = 0
  return (now) => {
    const here = Math.floor(now / 1000)
    if (here !== second) count = 0
    second = here
    count += 1
    return count <= rate
  }
}

/** A run of many calls, so many at once, against a server that throttles; in steps of half a millisecond. */
function run(bucket: TokenBucket, server: Server, { calls = 10_000, atOnce = 32, latency = 15 }) {
  let now = 0
  let open = calls
  let done = 0
  let throttled = 0
  let free = atOnce
  const again: number[] = []
  const underWay: { sent: number; at: number; passed: boolean }[] = []
  while (done < calls) {
    now += 0.5
    if (now > 600_000) throw new Error(`after ten minutes ${done} of ${calls} are done`)
    for (let index = underWay.length - 1; index >= 0; index--) {
      const call = underWay[index] as (typeof underWay)[number]
      if (call.at > now) continue
      underWay.splice(index, 1)
      if (call.passed) {
        bucket.pass(now)
        done += 1
        free += 1
      } else {
        bucket.throttle(now, call.sent)
        throttled += 1
        again.push(now + (throttled % 10) * 20)
      }
    }
    for (;;) {
      const ready = again.findIndex((at) => at <= now)
      if (ready < 0 && (free === 0 || open === 0)) break
      if (!bucket.take(now)) break
      if (ready >= 0) again.splice(ready, 1)
      else {
        open -= 1
        free -= 1
      }
      const jitter = (open * 7919) % 5
      underWay.push({ sent: now, at: now + latency + jitter, passed: server(now + latency / 2) })
    }
  }
  return { seconds: now / 1000, throttled }
}

describe('a limit below the quota is found, and kept to, in 1.15 times the least time', () => {
  test.each([
    ['500 a second of 2000, a tenth of a second at once', 2000, bucketServer(500, 50), 10_000, 500],
    ['500 a second of 2000, a second at once', 2000, bucketServer(500, 500), 10_000, 500],
    ['500 of each whole second', 2000, secondsServer(500), 10_000, 500],
    ['100 a second of 2000', 2000, bucketServer(100, 10), 2_000, 100],
    ['2.5 a second of 5: another program takes the half', 5, bucketServer(2.5, 3), 100, 2.5],
    ['3 of each whole second of 5', 5, secondsServer(3), 100, 3],
    ['the quota itself', 5, bucketServer(5, 5), 100, 5],
  ])('%s', (_name, rate, server, calls, limit) => {
    const { seconds, throttled } = run(new TokenBucket(rate, 0), server, { calls })
    expect(seconds).toBeLessThanOrEqual((calls / limit) * 1.15)
    expect(throttled).toBeLessThanOrEqual(Math.max(10, calls * 0.1))
  })

  test('what another program gives back is taken up again', () => {
    const bucket = new TokenBucket(2000, 0)
    const before = bucketServer(100, 10)
    const after = bucketServer(1500, 150)
    const server: Server = (now) => (now < 5_000 ? before(now) : after(now))
    const { seconds } = run(bucket, server, { calls: 20_000, atOnce: 64 })
    // 500 in the first 5 s; the rest would take 13 s more at once.
    expect(seconds).toBeLessThan(5 + 13 + 12)
  })
})
