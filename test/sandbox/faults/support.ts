/** What the tests of faults share: the SDK's own clients, unmodified, before both fronts. */
import { KMSClient } from '@aws-sdk/client-kms'
import { STSClient } from '@aws-sdk/client-sts'
import { onTestFinished } from 'vitest'
import {
  type FaultPlan,
  type FaultRule,
  FaultySandbox,
} from '../../../src/lib/sandbox/faults/index.js'
import { inProcessHandler, Sandbox, serveSandbox } from '../../../src/lib/sandbox/index.js'

export const FRONTS = ['in-process', 'http'] as const
export type Front = (typeof FRONTS)[number]

const START = Date.parse('2026-06-01T12:00:00Z')

const common = {
  credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
  region: 'eu-central-1',
  maxAttempts: 1,
}

/** An embedded KMS with faults, and another way in that has none. Its clock stands still. */
export async function faulty(
  front: Front,
  plan: FaultPlan | FaultRule,
  clock: () => number = () => START,
) {
  let moved = 0
  const sandbox = Sandbox.inMemory({ now: () => new Date(clock() + moved), pageSize: 100 })
  const waited: number[] = []
  const kms = new FaultySandbox(sandbox, 'rules' in plan ? plan : { rules: [plan] }, {
    sleep: async (milliseconds) => {
      waited.push(milliseconds)
    },
  })
  const client = (at: object) => new KMSClient({ ...common, ...at })
  const at = front === 'http' ? await served(kms) : { requestHandler: inProcessHandler(kms) }
  return {
    faulty: kms,
    sandbox,
    waited,
    client: client(at),
    sts: new STSClient({ ...common, ...at }),
    /** Past the faults. */
    direct: client({ requestHandler: inProcessHandler(sandbox) }),
    advance(milliseconds: number) {
      moved += milliseconds
    },
  }
}

async function served(kms: FaultySandbox): Promise<{ endpoint: string }> {
  const server = await serveSandbox(kms, { port: 0 })
  onTestFinished(() => server.close())
  return { endpoint: server.url }
}

/** What a call was answered with, or how it failed, as far as a caller can see. */
export async function outcome(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (value) => {
      const { $metadata: _, ...answer } = value as { $metadata: object }
      return { answer }
    },
    ({ name, code, $metadata, $fault }) => ({
      name,
      ...(code === undefined ? {} : { code }),
      ...($metadata?.httpStatusCode === undefined ? {} : { status: $metadata.httpStatusCode }),
      ...($fault === undefined ? {} : { $fault }),
    }),
  )
}
