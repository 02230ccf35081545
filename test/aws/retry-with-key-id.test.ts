/** Servers that imitate KMS and break on ARNs (docs/facts/moto.md; test/interop/moto.deviations.test.ts). */
import {
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { addInOrder } from '../../src/lib/aws/call/middleware-order.js'
import { bareIds } from '../../src/lib/aws/call/retry-with-key-id.js'
import { type Answer, refusal, scriptedWire, wired } from './support.js'

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab'
const ARN = `arn:aws:kms:us-east-1:111122223333:key/${ID}`
const CRASH: Answer = { status: 500, headers: { 'content-type': 'text/html' }, body: '<html>' }

async function sends(command: object, onArn: Answer) {
  const named: string[] = []
  const { wire } = scriptedWire((_operation, _count, request) => {
    const { KeyId } = JSON.parse(request.body as string)
    named.push(KeyId)
    return KeyId === ARN ? onArn : {}
  })
  const { kms } = await wired(wire)
  addInOrder(kms.middlewareStack, { kmsctlBareIds: bareIds })
  const failed = await kms.send(command as Parameters<typeof kms.send>[0]).then(
    () => false,
    () => true,
  )
  return { named, failed }
}

describe('an endpoint that is not AWS’s and crashes on an ARN', () => {
  it.each([
    ['EnableKey', new EnableKeyCommand({ KeyId: ARN })],
    ['DisableKey', new DisableKeyCommand({ KeyId: ARN })],
    ['ScheduleKeyDeletion', new ScheduleKeyDeletionCommand({ KeyId: ARN })],
  ])('%s is sent again with the ID', async (_name, command) => {
    const { named, failed } = await sends(command, CRASH)
    expect(failed).toBe(false)
    expect(named).toEqual([ARN, ARN, ARN, ID])
  })

  it('what KMS itself answers is final', async () => {
    for (const answer of [
      refusal('KMSInternalException', 500),
      refusal('KMSInvalidStateException'),
    ]) {
      const { named, failed } = await sends(new EnableKeyCommand({ KeyId: ARN }), answer)
      expect(failed).toBe(true)
      expect(named).not.toContain(ID)
    }
  })

  it('an ID is not sent again, nor is any other operation', async () => {
    const tag = new TagResourceCommand({ KeyId: ARN, Tags: [{ TagKey: 'a', TagValue: 'b' }] })
    for (const command of [tag, new DescribeKeyCommand({ KeyId: ARN })]) {
      const { named, failed } = await sends(command, CRASH)
      expect(failed).toBe(true)
      expect(named).not.toContain(ID)
    }
  })
})
