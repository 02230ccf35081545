/**
 * Each fault as the SDK's own clients see it, over both fronts, and what is then in the embedded KMS.
 * Error codes and statuses: KMS API Reference, "Common Error Types", and the errors of CreateKey; STS's
 * of its own reference. Broken connections: @smithy/node-http-handler, which passes Node's errors on.
 */
import { CreateKeyCommand, type KMSClient, ListKeysCommand } from '@aws-sdk/client-kms'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { describe, expect, test } from 'vitest'
import { FAULTS, type Loss, type Refusal } from '../../../src/lib/sandbox/faults/kinds.js'
import { FRONTS, faulty, outcome } from './support.js'

const reset = { name: 'TimeoutError', code: 'ECONNRESET' }
const server = (name: string, status: number) => ({ name, status, $fault: 'server' })
const client = (name: string, status = 400) => ({ name, status, $fault: 'client' })

/** What the clients of KMS and of STS see. */
const LOST: Readonly<Record<Exclude<Loss, 'hang'>, readonly [unknown, unknown]>> = {
  reset: [reset, reset],
  'internal-error': [server('KMSInternalException', 500), server('InternalFailure', 500)],
  unavailable: [server('ServiceUnavailableException', 503), server('ServiceUnavailable', 503)],
  // Without a name, the SDK's own for what it cannot tell.
  'bare-500': [server('Unknown', 500), server('Unknown', 500)],
  'bare-503': [server('Unknown', 503), server('Unknown', 503)],
  // HTML is no JSON, and for STS, whose protocol is XML, an answer without an error in it.
  'html-502': [{ name: 'SyntaxError', status: 502 }, server('Unknown', 502)],
  truncated: [
    { name: 'Error', code: 'ECONNRESET', status: 200 },
    { name: 'Error', code: 'ECONNRESET', status: 200 },
  ],
  empty: [{ answer: {} }, { answer: {} }],
}

const REFUSED: Readonly<Record<Exclude<Refusal, 'no-connection'>, readonly [unknown, unknown]>> = {
  throttle: [client('ThrottlingException'), client('Throttling')],
  quota: [client('LimitExceededException'), client('LimitExceeded')],
  'access-denied': [client('AccessDeniedException'), client('AccessDenied', 403)],
  'expired-token': [client('ExpiredTokenException'), client('ExpiredToken', 403)],
}

/** Every page, past the faults. */
async function keys(direct: KMSClient): Promise<number> {
  const { Keys, Truncated } = await direct.send(new ListKeysCommand({}))
  expect(Truncated).toBe(false)
  // The two that AWS manages are there from the start.
  return (Keys?.length ?? 0) - 2
}

describe.each(FRONTS)('over the %s front', (front) => {
  test.each(
    Object.entries(LOST).flatMap(([fault, seen]) =>
      (['before', 'after'] as const).map((effect) => ({ fault: fault as Loss, effect, seen })),
    ),
  )('$fault $effect the effect', async ({ fault, effect, seen }) => {
    const world = await faulty(front, { operation: '*', calls: [1, 2], fault, effect })
    expect(await outcome(world.client.send(new CreateKeyCommand({})))).toEqual(seen[0])
    expect(await outcome(world.sts.send(new GetCallerIdentityCommand({})))).toEqual(seen[1])
    expect(await keys(world.direct)).toBe(effect === 'after' ? 1 : 0)
    // The next call is answered as usual.
    await world.client.send(new ListKeysCommand({}))
  })

  test.each(Object.entries(REFUSED))('%s', async (fault, seen) => {
    const rule = { operation: '*', calls: [1, 2], fault: fault as Refusal }
    const world = await faulty(front, rule)
    expect(await outcome(world.client.send(new CreateKeyCommand({})))).toEqual(seen[0])
    expect(await outcome(world.sts.send(new GetCallerIdentityCommand({})))).toEqual(seen[1])
    expect(await keys(world.direct)).toBe(0)
  })

  test('no-connection: refused in the process, reset where a server must take it first', async () => {
    const world = await faulty(front, { operation: 'CreateKey', fault: 'no-connection' })
    expect(await outcome(world.client.send(new CreateKeyCommand({})))).toEqual(
      front === 'http' ? reset : { name: 'Error', code: 'ECONNREFUSED' },
    )
    expect(await keys(world.direct)).toBe(0)
  })

  test.each(['before', 'after'] as const)(
    'hang %s the effect: until the client gives up',
    async (effect) => {
      const world = await faulty(front, { operation: 'CreateKey', fault: 'hang', effect })
      const patience = new AbortController()
      const call = world.client.send(new CreateKeyCommand({}), { abortSignal: patience.signal })
      const first = await Promise.race([
        outcome(call),
        new Promise((resolve) => setTimeout(() => resolve('still waiting'), 60)),
      ])
      expect(first).toBe('still waiting')
      patience.abort()
      expect(await outcome(call)).toMatchObject({ name: 'AbortError' })
      expect(await keys(world.direct)).toBe(effect === 'after' ? 1 : 0)
    },
  )

  test('slow: the effect at once, the answer after the delay', async () => {
    const world = await faulty(front, { operation: 'CreateKey', fault: 'slow', delayMs: 1234 })
    const { KeyMetadata } = await world.client.send(new CreateKeyCommand({}))
    expect(KeyMetadata?.KeyState).toBe('Enabled')
    expect(world.waited).toEqual([1234])
  })
})

test('in real time a slow answer is slow', async () => {
  const { sandbox } = await faulty('in-process', { operation: '*', fault: 'throttle' })
  const { FaultySandbox } = await import('../../../src/lib/sandbox/faults/index.js')
  const slow = new FaultySandbox(sandbox, {
    rules: [{ operation: '*', fault: 'slow', delayMs: 30 }],
  })
  const began = performance.now()
  await slow.handle({ method: 'POST', path: '/', headers: {}, body: new Uint8Array() })
  expect(performance.now() - began).toBeGreaterThan(25)
})

test('what a proxy answers has no mark of the embedded KMS; what KMS says has', async () => {
  const marked = async (fault: Exclude<Loss | Refusal, 'hang' | 'reset' | 'no-connection'>) => {
    const { faulty: kms } = await faulty('in-process', { operation: '*', fault })
    const delivery = await kms.handle({
      method: 'POST',
      path: '/',
      headers: { 'x-amz-target': 'TrentService.ListKeys' },
      body: Buffer.from('{}'),
    })
    return 'headers' in delivery && delivery.headers['x-kmsctl-sandbox'] === '1'
  }
  for (const fault of ['html-502', 'bare-500', 'bare-503', 'empty'] as const) {
    expect(await marked(fault), fault).toBe(false)
  }
  for (const fault of ['internal-error', 'unavailable', 'throttle', 'access-denied'] as const) {
    expect(await marked(fault), fault).toBe(true)
  }
})

test('every fault is tried here or in lags.test.ts', () => {
  const here = [...Object.keys(LOST), ...Object.keys(REFUSED), 'no-connection', 'hang', 'slow']
  expect([...here, 'stale', 'not-found'].sort()).toEqual([...FAULTS].sort())
})
