import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OrderedReads } from '../../../src/lib/kms/list/ordered-reads.js'

interface Options {
  concurrency?: number
  ahead?: number
  fails?: (thing: number) => boolean
}

/** Reads of numbers that a test finishes in any order. */
function reads({ concurrency = 4, ahead = 100, fails = () => false }: Options = {}) {
  const begun: number[] = []
  const open = new Map<number, () => void>()
  const made = new OrderedReads<number, string>({
    id: String,
    read: (thing) => {
      begun.push(thing)
      return new Promise((resolve, reject) => {
        open.set(thing, () =>
          fails(thing) ? reject(new Error(`${thing} failed`)) : resolve(`read ${thing}`),
        )
      })
    },
    concurrency,
    ahead,
  })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return {
    reads: made,
    begun,
    open,
    settle,
    async finish(thing: number) {
      open.get(thing)?.()
      open.delete(thing)
      await settle()
    },
  }
}

describe('reading side by side', () => {
  it('begins no more at once than it may, in the order that holds when it begins', async () => {
    const { reads: made, begun, finish } = reads({ concurrency: 2 })
    made.add([1, 2, 3, 4, 5])
    expect(begun).toEqual([1, 2])
    made.sort((a, b) => b - a)
    await finish(1)
    await finish(2)
    expect(begun).toEqual([1, 2, 5, 4])
  })

  it('gives each result once, in whatever order it was read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.nat()),
        async (things, concurrency, ahead, choices) => {
          const world = reads({ concurrency, ahead: Math.max(ahead, concurrency) })
          world.reads.add(things)
          const order = [...things].sort((a, b) => a - b)
          world.reads.sort((a, b) => a - b)
          const fetched: string[] = []
          const fetching = (async () => {
            for (const thing of order) fetched.push(await world.reads.fetch(thing))
          })()
          for (let left = things.length; left > 0; left--) {
            const waiting = [...world.open.keys()]
            expect(waiting.length).toBeGreaterThan(0)
            expect(waiting.length).toBeLessThanOrEqual(concurrency)
            await world.finish(waiting[(choices.next().value as number) % waiting.length] as number)
          }
          await fetching
          expect(fetched).toEqual(order.map((thing) => `read ${thing}`))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('keeps no more results than it may, unless somebody waits for another', async () => {
    const { reads: made, begun, finish, settle } = reads({ concurrency: 2, ahead: 3 })
    made.add([1, 2, 3, 4, 5, 6, 7])
    for (const thing of [2, 3]) await finish(thing)
    expect(begun).toEqual([1, 2, 3])
    const seventh = made.fetch(7)
    await settle()
    expect(begun).toEqual([1, 2, 3, 4])
    for (const thing of [1, 4, 5, 6, 7]) await finish(thing)
    expect(await seventh).toBe('read 7')
  })

  it('waits until something holds, or nothing is left', async () => {
    const { reads: made, finish } = reads()
    made.add([1, 2])
    let seen = false
    const until = made.until(() => seen)
    let over = false
    void until.then(() => {
      over = true
    })
    await finish(1)
    expect(over).toBe(false)
    seen = true
    await finish(2)
    expect(over).toBe(true)
    await made.until(() => false)
  })

  it('one that fails ends it: whoever waits is told, and nothing more begins', async () => {
    const { reads: made, begun, finish } = reads({ concurrency: 1, fails: (thing) => thing === 1 })
    made.add([1, 2, 3])
    const waiting = [made.fetch(3), made.until(() => false)]
    const told = Promise.allSettled(waiting)
    await finish(1)
    for (const one of await told) expect(one).toMatchObject({ reason: { message: '1 failed' } })
    await expect(made.fetch(2)).rejects.toThrow('1 failed')
    made.add([4])
    expect(begun).toEqual([1])
  })
})
