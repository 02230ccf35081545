/** Rates and numbers of calls under way, through the SDK's client (docs/facts/quotas.md). */
import {
  CreateAliasCommand,
  DescribeKeyCommand,
  EnableKeyCommand,
  GetKeyLastUsageCommand,
  type KMSClient,
  ListKeysCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { effectOf, explain } from '../../../src/lib/aws/call/errors.js'
import { ENDLESS, type Lifeline } from '../../../src/lib/aws/call/run-signals.js'
import { connect } from '../../../src/lib/aws/connection.js'
import { Pacing } from '../../../src/lib/aws/rate/pacing.js'
import { KmsctlError } from '../../../src/lib/errors.js'
import { environment, refusal, scriptedWire, server } from '../support.js'

const KeyId = '1234abcd-12ab-34cd-56ef-1234567890ab'

function pacing(over: Partial<ConstructorParameters<typeof Pacing>[0]> = {}) {
  return new Pacing({
    quotaOf: () => Number.POSITIVE_INFINITY,
    concurrency: 4,
    lifeline: ENDLESS,
    clock: () => performance.now(),
    ...over,
  })
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A run that a test ends. */
function endable() {
  const reads = new AbortController()
  let ended: KmsctlError | undefined
  const lifeline: Lifeline = {
    check() {
      if (ended !== undefined) throw ended
    },
    reads: reads.signal,
    changes: new AbortController().signal,
  }
  return {
    lifeline,
    end() {
      ended = new KmsctlError('Interrupted', 'interrupted by SIGINT', { exitCode: 130 })
      reads.abort(ended)
      return ended
    },
  }
}

describe('the number of calls under way', () => {
  it('is never above what is allowed, and all get their turn', async () => {
    const paced = pacing()
    let [underWay, most] = [0, 0]
    let [madeReady, mostReady] = [0, 0]
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        await paced.enter('DescribeKey')
        madeReady += 1
        mostReady = Math.max(mostReady, madeReady)
        await paced.send()
        underWay += 1
        most = Math.max(most, underWay)
        await sleep(index % 3)
        underWay -= 1
        await paced.received()
        madeReady -= 1
        paced.leave()
      }),
    )
    expect([most, underWay]).toEqual([4, 0])
    // As many again wait, signed, for a place.
    expect([mostReady, madeReady]).toEqual([8, 0])
  })

  it('a slow operation keeps no place from a fast one', async () => {
    const paced = pacing({ quotaOf: (name) => (name === 'GetKeyLastUsage' ? 0.5 : 2000) })
    const slow = Array.from({ length: 10 }, () => paced.enter('GetKeyLastUsage'))
    for (const one of slow) one.catch(() => {})
    await slow[0]
    const began = performance.now()
    for (let count = 0; count < 20; count++) {
      await paced.enter('DescribeKey')
      paced.leave()
    }
    expect(performance.now() - began).toBeLessThan(1_000)
  })
})

describe('answers', () => {
  it('are read after what waits to be sent, one at a time', async () => {
    const paced = pacing({ concurrency: 2 })
    const happened: string[] = []
    const call = async (name: string) => {
      await paced.enter('DescribeKey')
      await paced.send()
      happened.push(`sent ${name}`)
      // All of them have their answers at once.
      await Promise.resolve()
      await paced.received()
      happened.push(`read ${name}`)
      paced.leave()
    }
    await Promise.all(['a', 'b', 'c', 'd'].map(call))
    expect(happened.slice(0, 4)).toEqual(['sent a', 'sent b', 'sent c', 'sent d'])
    expect(happened.filter((one) => one.startsWith('read')).sort()).toHaveLength(4)
  })
})

describe('the rate of an operation', () => {
  it('is kept, and each operation has its own', async () => {
    const paced = pacing({
      quotaOf: (name) => (name === 'TagResource' ? 50 : 100),
      concurrency: 32,
    })
    const began = performance.now()
    const turns = (name: string, count: number) =>
      Promise.all(Array.from({ length: count }, () => paced.enter(name).then(() => paced.leave())))
    const timed = (name: string, count: number) =>
      turns(name, count).then(() => performance.now() - began)
    const [slow, fast] = await Promise.all([timed('TagResource', 12), timed('ListGrants', 12)])
    // 2.5 and 5 at once; then 20 and 10 ms for each.
    expect(slow).toBeGreaterThan(180)
    expect(fast).toBeGreaterThan(60)
    expect(fast).toBeLessThan(slow)
  })

  it('whoever waits when the run ends is told why, and nothing of it was sent', async () => {
    const { lifeline, end } = endable()
    const paced = pacing({ lifeline, quotaOf: () => 1, concurrency: 1 })
    await paced.enter('EnableKey')
    await paced.send()
    await paced.enter('DescribeKey')
    // For a token, for a place on the wire, and for one among those that are made ready.
    const waiting = [paced.enter('EnableKey'), paced.send(), paced.enter('ListGrants')]
    const told = Promise.allSettled(waiting)
    await sleep(5)
    const reason = end()
    expect((await told).map((one) => (one as PromiseRejectedResult).reason)).toEqual([
      reason,
      reason,
      reason,
    ])
    await expect(paced.enter('ListKeys')).rejects.toBe(reason)
    expect(effectOf(reason)).toBe('none')
  })
})

/** A client at an endpoint that is as good as AWS. */
async function client(url: string, over: object = {}): Promise<KMSClient> {
  environment({})
  const connection = await connect({
    env: { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'x' },
    region: 'us-east-1',
    endpointUrl: url,
    lifeline: ENDLESS,
    ...over,
  })
  onTestFinished(() => connection.close())
  return connection.kms
}

const LISTED = JSON.stringify({ Keys: [], Truncated: false })
const THROTTLED = JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' })

describe('a throttled call', () => {
  it('is repeated for as long as KMS lets others through, and never lost', async () => {
    let count = 0
    const there = await server((_request, response) => {
      count += 1
      // One in three comes through.
      const passes = count % 3 === 0
      response.writeHead(passes ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(passes ? LISTED : THROTTLED)
    })
    const kms = await client(there.url)
    vi.spyOn(Math, 'random').mockReturnValue(0)
    onTestFinished(() => void vi.restoreAllMocks())
    const calls = Array.from({ length: 30 }, () => kms.send(new ListKeysCommand({})))
    await expect(Promise.all(calls)).resolves.toHaveLength(30)
    expect(count).toBeGreaterThanOrEqual(90)
  })

  it('where none comes through, it ends after five attempts with 9', async () => {
    const { url, targets } = await server((_request, response) => {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(THROTTLED)
    })
    const kms = await client(url)
    const failed = await kms.send(new DescribeKeyCommand({ KeyId })).catch((error) => error)
    expect(explain(failed)).toMatchObject({ code: 'ThrottlingException', exitCode: 9 })
    expect(targets).toHaveLength(5)
  })
})

describe('a client', () => {
  it('keeps an operation of five a second to it (docs/facts/quotas.md)', async () => {
    const times: number[] = []
    const { url } = await server((_request, response) => {
      times.push(performance.now())
      response.end('{}')
    })
    const kms = await client(url)
    await Promise.all(
      Array.from({ length: 6 }, () => kms.send(new GetKeyLastUsageCommand({ KeyId }))),
    )
    // Timers and sockets are a few milliseconds early or late.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(950)
  })

  it('has more than fifty calls under way where it may, which the SDK’s agent would not', async () => {
    let underWay = 0
    let most = 0
    const { url } = await server(async (_request, response) => {
      underWay += 1
      most = Math.max(most, underWay)
      await sleep(300)
      underWay -= 1
      response.end(LISTED)
    })
    const kms = await client(url, { concurrency: 64 })
    await Promise.all(Array.from({ length: 80 }, () => kms.send(new ListKeysCommand({}))))
    expect(most).toBe(64)
  })

  it('each Region has rates of its own, and the same credentials and connections', async () => {
    const { wire, requests } = scriptedWire(() => ({ body: LISTED }))
    const here = await connect({ env: {}, region: 'us-east-1', lifeline: ENDLESS, sandbox: wire })
    const there = here.inRegion('eu-west-1')
    expect([here.region, there.region]).toEqual(['us-east-1', 'eu-west-1'])
    expect(there.kms).not.toBe(here.kms)
    await there.kms.send(new ListKeysCommand({}))
    expect(requests[0]?.headers.authorization).toContain('/eu-west-1/kms/')
    expect(() => here.inRegion('Frankfurt')).toThrow(/"Frankfurt" is not a Region's name/)
  })

  it('does not hold back a rehearsal on the embedded KMS', async () => {
    const { wire } = scriptedWire(() => ({ body: '{}' }))
    const { kms, rateOf } = await connect({
      env: {},
      region: 'us-east-1',
      lifeline: ENDLESS,
      sandbox: wire,
    })
    const began = performance.now()
    for (let count = 0; count < 12; count++) {
      await kms.send(new CreateAliasCommand({ AliasName: 'alias/a', TargetKeyId: KeyId }))
    }
    expect(performance.now() - began).toBeLessThan(1_000)
    expect(rateOf('CreateAlias')).toBe(Number.POSITIVE_INFINITY)
  })

  it('in a run over many keys: what one call failed with says nothing of the next', async () => {
    const { wire } = scriptedWire((_operation, count) => {
      if (count === 1) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' })
      return refusal('KMSInvalidStateException')
    })
    const { kms } = await connect({
      env: {},
      region: 'us-east-1',
      lifeline: ENDLESS,
      sandbox: wire,
      manyCalls: true,
    })
    const send = () => kms.send(new EnableKeyCommand({ KeyId })).catch((error: unknown) => error)
    expect(effectOf(await send())).toBe('unknown')
    expect(effectOf(await send())).toBe('none')
  })
})

it('--trace tells the time of the request, not that of its wait for a place', async () => {
  const kms = await client('http://127.0.0.1:9', { trace: () => {} })
  const names = kms.middlewareStack.identify().map((text) => text.split(' ')[0])
  const order = ['kmsctlSingleAttempts', 'kmsctlPacing', 'kmsctlPlace', 'kmsctlTrace']
  expect(names.filter((name) => order.includes(name ?? ''))).toEqual(order)
})
