/** Looking for a key by its claim, after a CreateKey without an answer. */
import {
  DescribeKeyCommand,
  type KeyMetadata,
  ListKeysCommand,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { DEFAULT_CONCURRENCY } from '../../../src/lib/aws/rate/pacing.js'
import { KmsctlError } from '../../../src/lib/errors.js'
import { searchKey, settleSecondsOf } from '../../../src/lib/kms/create/search.js'
import { awsError, denied, metadata, mockedSession, NOW, notFound } from '../support.js'

const TOKEN = 'ab'.repeat(16)
const DAY = 24 * 3600_000

interface Held {
  readonly id: string
  readonly made: Date
  readonly claim?: string
}

const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

/** An account with these keys, whose clock only waiting moves. */
function account(keys: Held[], over: { now?: Date } = {}) {
  const mocked = mockedSession()
  const { kms, session, sleeps } = mocked
  const byId = (KeyId = '') => keys.find(({ id }) => KeyId.endsWith(id))
  kms.on(ListKeysCommand).callsFake(({ Marker, Limit = 100 }) => {
    const from = Number(Marker ?? 0)
    const page = keys.slice(from, from + Limit)
    const more = from + Limit < keys.length
    return {
      Keys: page.map(({ id }) => ({ KeyId: id })),
      Truncated: more,
      ...(more ? { NextMarker: String(from + Limit) } : {}),
    }
  })
  let under = 0
  let most = 0
  kms.on(DescribeKeyCommand).callsFake(async ({ KeyId }) => {
    under += 1
    most = Math.max(most, under)
    await Promise.resolve()
    under -= 1
    const key = byId(KeyId)
    if (key === undefined) throw notFound()
    return { KeyMetadata: metadata({ KeyId: key.id, CreationDate: key.made } as KeyMetadata) }
  })
  kms.on(ListResourceTagsCommand).callsFake(({ KeyId }) => {
    const claim = byId(KeyId)?.claim
    const own = claim === undefined ? [] : [{ TagKey: 'kmsctl:claim', TagValue: claim }]
    return { Tags: [{ TagKey: 'Team', TagValue: 'pay' }, ...own], Truncated: false }
  })
  const count = (name: string) => mocked.sent().filter(([operation]) => operation === name).length
  const search = (settleMs = 120_000, onceIsEnough = false) =>
    searchKey(session, { token: TOKEN, since: over.now ?? NOW, settleMs, onceIsEnough })
  return { ...mocked, keys, count, search, sleeps, most: () => most }
}

const ours = (over: Partial<Held> = {}): Held => ({ id: idOf(1), made: NOW, claim: TOKEN, ...over })
const older = (number: number): Held => ({
  id: idOf(number),
  made: new Date(NOW.getTime() - 90 * DAY),
})

describe('what is found', () => {
  test('the key at the first look: nothing is waited for', async () => {
    const { search, sleeps } = account([older(2), ours()])
    expect(await search()).toMatchObject({ key: { keyId: idOf(1) }, others: [] })
    expect(sleeps).toEqual([])
  })

  test('a key that shows up later', async () => {
    const { search, keys, session, sleeps } = account([older(2)])
    const { sleep } = session
    session.sleep = async (milliseconds) => {
      if (sleeps.length === 2) keys.push(ours())
      return sleep(milliseconds)
    }
    expect(await search()).toMatchObject({ key: { keyId: idOf(1) } })
    expect(sleeps).toEqual([1_000, 2_000, 4_000])
  })

  test.each([-DAY + 1, DAY])('clocks that are apart by %d ms hide it not', async (apart) => {
    const { search } = account([ours({ made: new Date(NOW.getTime() + apart) })])
    expect(await search(0)).toMatchObject({ key: { keyId: idOf(1) } })
  })

  test('of two with the claim the older one, and the other is told', async () => {
    const copy = ours({ id: idOf(2), made: new Date(NOW.getTime() + 5) })
    const { search } = account([copy, ours()])
    expect(await search()).toMatchObject({ key: { keyId: idOf(1) }, others: [{ keyId: idOf(2) }] })
  })

  test('nothing, after as long as was asked for', async () => {
    const { search, sleeps } = account([older(2), ours({ claim: 'other' })])
    expect(await search(30_000)).toEqual({ key: null, complete: true, why: null, end: null })
    expect(sleeps.reduce((sum, one) => sum + one, 0)).toBe(30_000)
    expect(Math.max(...sleeps)).toBe(10_000)
  })

  test('a clock that goes on by itself counts too: looking takes time', async () => {
    const { search, session, sleeps } = account([older(2)])
    let now = NOW.getTime()
    session.now = () => {
      now += 20_000
      return new Date(now)
    }
    await search(50_000)
    expect(sleeps).toHaveLength(1)
  })
})

test.each([
  ['the run has no limit', undefined, 120],
  ['as much as is asked for', 300_000, 120],
  ['what the run’s limit leaves, and time to go on', 62_500, 60],
  ['nothing, at its end', 1_000, 0],
])('how long it looks: %s', (_, left, seconds) => {
  const { session } = mockedSession()
  const limited = left === undefined ? session : { ...session, remainingMs: () => left }
  expect(settleSecondsOf(limited, 120)).toBe(seconds)
})

describe('what it costs', () => {
  test('10,000 keys: each is described once, in pages of 1,000, never more than 32 at a time', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => older(index + 2))
    const { search, count, most } = account(many)
    await search(1_000)
    expect(count('DescribeKey')).toBe(10_000)
    expect(count('ListKeys')).toBe(2 * 10)
    expect(count('ListResourceTags')).toBe(0)
    expect(most()).toBeLessThanOrEqual(DEFAULT_CONCURRENCY)
  })

  test('tags are read of recent keys alone, and again at each look', async () => {
    const { search, count } = account([older(2), older(3), ours({ claim: 'other' })])
    await search(3_000)
    expect(count('DescribeKey')).toBe(3)
    expect(count('ListResourceTags')).toBe(3)
  })

  test('where nothing recent can be late any more, one look that reaches every key is enough', async () => {
    const { search, sleeps } = account([older(2)])
    expect(await search(120_000, true)).toMatchObject({ key: null, complete: true })
    expect(sleeps).toEqual([])
  })
})

describe('what cannot be read', () => {
  test('a key with a policy of its own: it may be the one, and the look is not complete', async () => {
    const { search, kms } = account([older(2), ours({ id: idOf(3), claim: 'other' })])
    kms.on(DescribeKeyCommand, { KeyId: idOf(2) }).rejects(denied('kms:DescribeKey'))
    expect(await search(0, true)).toMatchObject({
      key: null,
      complete: false,
      why: `key ${idOf(2)} could not be read`,
    })
  })

  test('a key that is deleted meanwhile is not the one', async () => {
    const { search, kms } = account([older(2)])
    kms.on(DescribeKeyCommand).rejects(notFound())
    expect(await search(0)).toMatchObject({ key: null, complete: true })
  })

  test('a throttled look is repeated', async () => {
    const { search, kms, sleeps } = account([ours()])
    const Tags = [{ TagKey: 'kmsctl:claim', TagValue: TOKEN }]
    kms.on(ListResourceTagsCommand).rejectsOnce(awsError('ThrottlingException')).resolves({ Tags })
    expect(await search()).toMatchObject({ key: { keyId: idOf(1) } })
    expect(sleeps).toEqual([1_000])
  })

  test.each(['AccessDeniedException', 'ExpiredTokenException', 'UnrecognizedClientException'])(
    'ListKeys answered with %s is not asked again',
    async (code) => {
      const { search, kms, sleeps } = account([ours()])
      kms.on(ListKeysCommand).rejects(awsError(code))
      expect(await search()).toMatchObject({
        key: null,
        complete: false,
        why: `the keys could not be listed (${code})`,
      })
      expect(sleeps).toEqual([])
    },
  )

  test('an answer to ListKeys that holds no list is none', async () => {
    const { search, kms } = account([ours()])
    kms
      .on(ListKeysCommand)
      .resolvesOnce({})
      .resolves({ Keys: [{ KeyId: idOf(1) }] })
    expect(await search()).toMatchObject({ key: { keyId: idOf(1) } })
  })

  test('the end of the run ends it, and says so', async () => {
    const { search, session } = account([older(2)])
    const end = new KmsctlError('Interrupted', 'interrupted by SIGINT')
    session.sleep = () => Promise.reject(end)
    expect(await search()).toMatchObject({ key: null, end })
  })
})
