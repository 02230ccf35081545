/** The one way to the network, against real servers on loopback (contract 6.8 and 6.10). */
import type { ServerResponse } from 'node:http'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { HttpRequest } from '@smithy/types'
import { describe, expect, it, onTestFinished } from 'vitest'
import { effectOf, explain } from '../../../src/lib/aws/call/errors.js'
import { ENDLESS, type Lifeline } from '../../../src/lib/aws/call/run-signals.js'
import {
  CONNECT_TIMEOUT_MS,
  isLoopback,
  REQUEST_TIMEOUT_MS,
  Transport,
  type Wire,
} from '../../../src/lib/aws/network/transport.js'
import { KmsctlError } from '../../../src/lib/errors.js'
import { scriptedWire, server } from '../support.js'

function transport(over: Partial<ConstructorParameters<typeof Transport>[0]> = {}) {
  const wire = new NodeHttpHandler({ connectionTimeout: 1000 }) as unknown as Wire
  const made = new Transport({
    wire,
    lifeline: ENDLESS,
    allowInsecureEndpoint: false,
    onSandbox: () => {},
    ...over,
  })
  onTestFinished(() => made.destroy())
  return made
}

function requestTo(url: string, operation = 'DescribeKey'): HttpRequest {
  const { protocol, hostname, port } = new URL(url)
  return {
    protocol,
    hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    method: 'POST',
    path: '/',
    query: {},
    headers: { 'x-amz-target': `TrentService.${operation}`, 'content-length': '2' },
    body: '{}',
  } as HttpRequest
}

/** A run that a test ends. */
function run() {
  const reads = new AbortController()
  const changes = new AbortController()
  let ended: KmsctlError | undefined
  const lifeline: Lifeline = {
    check() {
      if (ended !== undefined) throw ended
    },
    reads: reads.signal,
    changes: changes.signal,
  }
  const interrupted = new KmsctlError('Interrupted', 'interrupted by SIGINT', { exitCode: 130 })
  return {
    lifeline,
    interrupted,
    stop() {
      ended = interrupted
      reads.abort(interrupted)
    },
    cutOff: () => changes.abort(interrupted),
  }
}

const failed = (attempt: Promise<unknown>) =>
  attempt.then(
    () => expect.fail('succeeded'),
    (error: unknown) => error,
  )

/** Waits, for no more than a moment, until something is so. */
async function until(holds: () => boolean): Promise<void> {
  for (let count = 0; count < 100 && !holds(); count++) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  expect(holds()).toBe(true)
}

const misbehaviours: Record<string, (response: ServerResponse) => void> = {
  'does not answer': () => {},
  'sends headers and no body': (response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.flushHeaders()
  },
  'stalls in the body': (response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('{"KeyMetadata":')
  },
}

describe('the time limit of a request (contract 6.8)', () => {
  it('is 5 s for connecting and 30 s for all of it', () => {
    expect([CONNECT_TIMEOUT_MS, REQUEST_TIMEOUT_MS]).toEqual([5_000, 30_000])
  })

  it.each(Object.entries(misbehaviours))(
    'a server that %s: TimeoutError at the limit, and the socket is closed',
    async (_name, misbehave) => {
      const { url, closed } = await server((_request, response) => misbehave(response))
      const began = performance.now()
      const error = await failed(transport({ requestTimeoutMs: 60 }).handle(requestTo(url)))
      expect(performance.now() - began).toBeGreaterThanOrEqual(55)
      expect(error).toMatchObject({
        name: 'TimeoutError',
        message: expect.stringMatching(/0\.06 s/),
      })
      expect(explain(error)).toMatchObject({ code: 'Timeout', exitCode: 9 })
      expect(effectOf(error)).toBe('unknown')
      await until(() => closed() === 1)
    },
  )

  it('an answer in time is not disturbed, and its limit is forgotten', async () => {
    const { url } = await server((_request, response) => response.end('{"a":1}'))
    const { response } = await transport({ requestTimeoutMs: 2_000 }).handle(requestTo(url))
    expect(response.statusCode).toBe(200)
    expect(Buffer.from(response.body).toString()).toBe('{"a":1}')
  })
})

describe('answers that break off', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    [
      'a body shorter than it said',
      (response) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('{"KeyMetadata":', () => response.destroy())
      },
    ],
    [
      'a body in chunks without an end',
      (response) => {
        response.write('{"KeyMetadata":', () => response.destroy())
      },
    ],
    ['a reset instead of an answer', (response) => void response.destroy()],
  ])('%s is a failure of the connection, not a half answer', async (_name, breakOff) => {
    const { url } = await server((_request, response) => breakOff(response))
    const error = await failed(transport().handle(requestTo(url, 'EnableKey')))
    expect(explain(error)).toMatchObject({ code: 'Unreachable', exitCode: 9 })
    expect(effectOf(error)).toBe('unknown')
  })

  it('nobody there: certainly nothing was changed', async () => {
    const { url, port } = await server(() => {})
    const free = url.replace(String(port), '1')
    const error = await failed(transport().handle(requestTo(free, 'EnableKey')))
    expect(explain(error)).toMatchObject({ code: 'Unreachable', exitCode: 9 })
    expect(effectOf(error)).toBe('none')
  })

  it('nobody there under either address of localhost', async () => {
    const error = await failed(transport().handle(requestTo('http://localhost:1', 'EnableKey')))
    expect(explain(error).code).toBe('Unreachable')
    expect(effectOf(error)).toBe('none')
  })
})

describe('the run’s end (contract 5: the call in flight is finished)', () => {
  it('a stop ends a read at once', async () => {
    const { lifeline, stop, interrupted } = run()
    const { url, targets } = await server(() => stop())
    const error = await failed(transport({ lifeline }).handle(requestTo(url)))
    expect(error).toMatchObject({ code: 'Interrupted', exitCode: 130 })
    expect((error as Error).cause).toBe(interrupted)
    expect(targets).toEqual(['DescribeKey'])
  })

  it('a stop lets a change finish', async () => {
    const { lifeline, stop } = run()
    const { url } = await server((_request, response) => {
      stop()
      setTimeout(() => response.end('{}'), 20)
    })
    const { response } = await transport({ lifeline }).handle(requestTo(url, 'EnableKey'))
    expect(response.statusCode).toBe(200)
  })

  it('a change cut off in flight may have taken effect', async () => {
    const { lifeline, cutOff } = run()
    const { url } = await server(() => cutOff())
    const error = await failed(transport({ lifeline }).handle(requestTo(url, 'EnableKey')))
    expect(error).toMatchObject({ code: 'Interrupted', exitCode: 130 })
    expect(effectOf(error)).toBe('unknown')
  })

  it('after the end nothing is sent, and nothing was changed', async () => {
    const { lifeline, stop, interrupted } = run()
    stop()
    const { url, targets } = await server((_request, response) => response.end('{}'))
    for (const operation of ['DescribeKey', 'EnableKey']) {
      const error = await failed(transport({ lifeline }).handle(requestTo(url, operation)))
      expect(error).toBe(interrupted)
      expect(effectOf(error)).toBe('none')
    }
    expect(targets).toEqual([])
  })

  it('many requests at once listen without a warning on stderr (contract 3)', async () => {
    const warnings: Error[] = []
    const listen = (warning: Error) => warnings.push(warning)
    process.on('warning', listen)
    onTestFinished(() => void process.off('warning', listen))
    const { wire } = scriptedWire(async () => {
      await new Promise((resolve) => setTimeout(resolve, 10))
      return {}
    })
    const { lifeline } = run()
    const shared = transport({ wire, lifeline })
    const all = Array.from({ length: 32 }, (_, index) =>
      shared.handle(requestTo('https://kms.invalid', index % 2 ? 'ListKeys' : 'EnableKey')),
    )
    await Promise.all(all)
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings).toEqual([])
  })
})

describe('plain http (contract 6.10)', () => {
  it.each([
    ['localhost', true],
    ['LOCALHOST', true],
    ['127.0.0.1', true],
    ['127.255.0.1', true],
    ['::1', true],
    ['[::1]', true],
    ['localhost.example.com', false],
    ['127.0.0.1.example.com', false],
    ['10.0.0.1', false],
    ['0.0.0.0', false],
    ['[::2]', false],
  ])('%s is loopback: %s', (host, loopback) => {
    expect(isLoopback(host)).toBe(loopback)
  })

  it('outside loopback nothing is sent: 5', async () => {
    const { wire, requests } = scriptedWire(() => ({}))
    const error = await failed(transport({ wire }).handle(requestTo('http://kms.example.com')))
    expect(explain(error)).toMatchObject({ code: 'InsecureEndpoint', exitCode: 5 })
    expect(requests).toEqual([])
  })

  it('is sent where it is allowed, on loopback, and always over https', async () => {
    const { wire, requests } = scriptedWire(() => ({}))
    await transport({ wire, allowInsecureEndpoint: true }).handle(
      requestTo('http://kms.example.com'),
    )
    await transport({ wire }).handle(requestTo('http://127.0.0.1:4566'))
    await transport({ wire }).handle(requestTo('https://kms.example.com'))
    expect(requests).toHaveLength(3)
  })
})

describe('who answered', () => {
  it.each([
    [{ 'x-kmsctl-sandbox': '1' }, 1],
    [{}, 0],
  ])(
    'an answer with %j tells of the embedded KMS %d times (contract 3)',
    async (headers, times) => {
      let told = 0
      const { wire } = scriptedWire(() => ({ headers: headers as Record<string, string> }))
      const onSandbox = () => {
        told += 1
      }
      await transport({ wire, onSandbox }).handle(requestTo('https://kms.example.com'))
      expect(told).toBe(times)
    },
  )
})
