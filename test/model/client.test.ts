/** The model's client against the real ones: the same requests, the same errors, whatever is answered. */
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { effectOf, errorCode } from '../../src/lib/aws/call/errors.js'
import { ENDLESS } from '../../src/lib/aws/call/run-signals.js'
import { connect } from '../../src/lib/aws/connection.js'
import { type FaultPlan, FaultySandbox } from '../../src/lib/sandbox/faults/index.js'
import { LOSSES, REFUSALS } from '../../src/lib/sandbox/faults/kinds.js'
import { inProcessHandler, Sandbox } from '../../src/lib/sandbox/index.js'
import { type Manners, thinClient } from './support/client.js'

beforeAll(() => {
  // The SDK waits between attempts for random times: none here, and a request that hangs ends at once.
  vi.spyOn(Math, 'random').mockReturnValue(0)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: false })
})

afterAll(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** One call of each kind that `create` sends, and what its second call meets. */
const CALLS = {
  CreateKey: () => new CreateKeyCommand({ Tags: [{ TagKey: 'a', TagValue: 'b' }] }),
  CreateAlias: (KeyId: string) => {
    return new CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId: KeyId })
  },
  DescribeKey: (KeyId: string) => new DescribeKeyCommand({ KeyId }),
}

async function tried(kind: keyof typeof CALLS, plan: FaultPlan, manners: Manners, thin: boolean) {
  const sandbox = Sandbox.inMemory()
  const plain = new FaultySandbox(sandbox, { rules: [] })
  const first = thinClient({
    manners,
    carry: (_, request) => plain.handle(request),
    pass: async () => {},
  })
  const { KeyMetadata } = await first.send(new CreateKeyCommand({}))
  const kms = new FaultySandbox(sandbox, plan)
  const client = thin
    ? thinClient({ manners, carry: (_, request) => kms.handle(request), pass: async () => {} })
    : await realClient(kms, manners)
  const sent = client.send(CALLS[kind](KeyMetadata?.KeyId ?? '') as never).then(
    (answer: object) => ({ answered: Object.keys(answer).filter((name) => name !== '$metadata') }),
    (error: unknown) => ({ code: errorCode(error), effect: effectOf(error) }),
  )
  const outcome = await untilSettled(sent)
  const { regions } = await sandbox.state()
  const { keys = {}, aliases = {} } = regions['us-east-1'] ?? {}
  return {
    outcome,
    attempts: kms.calls.map(({ operation }) => operation),
    keys: Object.keys(keys).length,
    aliases: Object.keys(aliases).length,
  }
}

/** Lets the timers go on whenever nothing else does. */
async function untilSettled<T>(work: Promise<T>): Promise<T> {
  let done = false
  work.finally(() => {
    done = true
  })
  while (!done) {
    for (let turn = 0; turn < 20 && !done; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (!done && vi.getTimerCount() > 0) vi.advanceTimersToNextTimer()
  }
  return work
}

async function realClient(kms: FaultySandbox, manners: Manners) {
  const handler = inProcessHandler(kms) as never
  if (manners === 'kmsctl') {
    const connection = await connect({
      env: {},
      region: 'us-east-1',
      lifeline: ENDLESS,
      sandbox: handler,
    })
    return connection.kms
  }
  return new KMSClient({
    region: 'us-east-1',
    endpoint: 'https://kms.sandbox.invalid',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    requestHandler: handler,
  })
}

const FAULTS = [
  ...LOSSES.flatMap((fault) =>
    (['before', 'after'] as const).map((effect) => ({ fault, effect }) as const),
  ),
  ...REFUSALS.map((fault) => ({ fault })),
]
/** At its first attempt, or at each. */
const CALLS_AT = [1, undefined] as const
const ROWS = CALLS_AT.flatMap((call) =>
  (['kmsctl', 'default'] as const).flatMap((manners) =>
    (Object.keys(CALLS) as (keyof typeof CALLS)[]).flatMap((kind) =>
      FAULTS.map((what) => ({ call, manners, kind, ...what })),
    ),
  ),
).filter(
  // The SDK as it comes waits for an answer for ever, and on a read no effect is to be told apart. What
  // is the same in all calls is tried on CreateKey.
  ({ call, manners, kind, ...what }) =>
    !(manners === 'default' && what.fault === 'hang') &&
    !(kind === 'DescribeKey' && 'effect' in what && what.effect === 'after') &&
    (kind === 'CreateKey' || (call === 1 && manners === 'kmsctl')),
)

test.each(ROWS)(
  '$manners: $kind, $fault $effect, at attempt $call',
  async ({ call, manners, kind, ...what }) => {
    const rule = { operation: kind, ...(call === undefined ? {} : { call }), ...what }
    const plan = { rules: [rule] } as FaultPlan
    const thin = await tried(kind, plan, manners, true)
    expect(thin).toEqual(await tried(kind, plan, manners, false))
  },
)
