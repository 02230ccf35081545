/** Several Regions in one list: side by side, in bounded memory, and no longer than somebody reads. */
import { expect, test } from 'vitest'
import type { Session } from '../../../src/lib/aws/session.js'
import type { KeyStream } from '../../../src/lib/kms/list/list.js'
import { inRegions } from '../../../src/lib/kms/list/regions.js'
import type { ListedKey } from '../../../src/lib/results.js'

const MANY = 100_000

/** Streams of as many keys as a Region has, that note how far they were read and when they were left. */
function regions(...names: string[]) {
  const read: Record<string, number> = {}
  const left: string[] = []
  const sessions = names.map((region) => ({ region }) as Session)
  async function* list({ region }: Session): KeyStream {
    try {
      for (let count = 1; count <= MANY; count++) {
        read[region] = count
        yield { keyId: `${region}/${count}` } as ListedKey
      }
      return { warnings: [] }
    } finally {
      left.push(region)
    }
  }
  return { stream: inRegions(sessions, list), read, left }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('a Region whose turn has not come is read, but not without an end', async () => {
  const { stream, read } = regions('us-east-1', 'eu-west-1')
  expect((await stream.next()).value).toEqual({ keyId: 'us-east-1/1' })
  await settled()
  expect(read['eu-west-1']).toBe(20_000)
  let keys = 1
  for (let next = await stream.next(); !next.done; next = await stream.next()) keys += 1
  expect(keys).toBe(2 * MANY)
  expect(read).toEqual({ 'us-east-1': MANY, 'eu-west-1': MANY })
})

test('whoever looks no further leaves all of them', async () => {
  const { stream, read, left } = regions('us-east-1', 'eu-west-1', 'eu-west-2')
  for await (const _ of stream) break
  await settled()
  expect(left.sort()).toEqual(['eu-west-1', 'eu-west-2', 'us-east-1'])
  const before = { ...read }
  await settled()
  expect(read).toEqual(before)
})
