/** An HTTP 200 that says nothing is somebody else's on the way (lib/aws/transport.ts). */
import {
  CreateKeyCommand,
  DisableKeyCommand,
  ListResourceTagsCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { expect, test } from 'vitest'
import { effectOf, explain } from '../../src/lib/aws/call/errors.js'
import { answersNothing } from '../../src/lib/aws/call/operations.js'
import { operations } from '../../src/lib/sandbox/operations/index.js'
import { type Answer, scriptedWire, wired } from './support.js'

const KeyId = '1234abcd-12ab-34cd-56ef-1234567890ab'
const nothing: Answer = { body: '' }
const confirmed: Answer = { body: '', headers: { 'x-amzn-requestid': 'req-1' } }

async function calling(answers: readonly Answer[]) {
  const { wire, requests } = scriptedWire(
    (_operation, count) => answers[Math.min(count, answers.length) - 1] as Answer,
  )
  const { kms, sts } = await wired(wire)
  return { kms, sts: await sts(), requests }
}

const failure = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail('succeeded'),
    (error: unknown) => error,
  )

test('a read is asked again, and is no empty list', async () => {
  const list = new ListResourceTagsCommand({ KeyId })
  const once = await calling([nothing, { body: '{"Tags":[{"TagKey":"A","TagValue":"b"}]}' }])
  expect((await once.kms.send(list)).Tags).toHaveLength(1)
  const always = await calling([nothing])
  expect(explain(await failure(always.kms.send(list)))).toMatchObject({
    code: 'BadResponse',
    message: 'the endpoint answered HTTP 200 and nothing else',
    exitCode: 1,
  })
  expect(always.requests).toHaveLength(3)
  const { sts } = await calling([nothing])
  expect(explain(await failure(sts.send(new GetCallerIdentityCommand({})))).code).toBe(
    'BadResponse',
  )
})

test('a change that KMS answers with a body: whether it was made is unknown', async () => {
  // Not even with a request ID: KMS tells the date of the deletion.
  const { kms } = await calling([confirmed])
  expect(effectOf(await failure(kms.send(new ScheduleKeyDeletionCommand({ KeyId }))))).toBe(
    'unknown',
  )
  const once = await calling([nothing])
  expect(effectOf(await failure(once.kms.send(new CreateKeyCommand({}))))).toBe('unknown')
  expect(once.requests).toHaveLength(1)
})

test('a change that KMS answers without a body: the request ID is what makes it AWS’s', async () => {
  const disable = new DisableKeyCommand({ KeyId })
  const { kms } = await calling([confirmed])
  expect((await kms.send(disable)).$metadata.requestId).toBe('req-1')
  const { kms: other } = await calling([nothing])
  expect(effectOf(await failure(other.send(disable)))).toBe('unknown')
  const { kms: bodied } = await calling([{ body: 'null' }])
  // Some emulators say so much; that is an answer.
  await bodied.send(disable)
})

test('the changes without a body are those of the embedded KMS, which follows the API Reference', async () => {
  const { Bench } = await import('../sandbox/support.js')
  const bench = new Bench()
  const { KeyId: id } = await bench.create()
  const inputs: Readonly<Record<string, object>> = {
    CreateAlias: { AliasName: 'alias/a', TargetKeyId: id },
    UpdateAlias: { AliasName: 'alias/a', TargetKeyId: id },
    DeleteAlias: { AliasName: 'alias/a' },
    PutKeyPolicy: { Policy: (await bench.call('GetKeyPolicy', { KeyId: id })).Policy },
    TagResource: { Tags: [{ TagKey: 'A', TagValue: 'b' }] },
    UntagResource: { TagKeys: ['A'] },
    UpdateKeyDescription: { Description: 'd' },
    EnableKeyRotation: {},
    DisableKeyRotation: {},
    RotateKeyOnDemand: {},
    DisableKey: {},
    EnableKey: {},
    ScheduleKeyDeletion: {},
    CancelKeyDeletion: {},
  }
  for (const [operation, input] of Object.entries(inputs)) {
    const alias = operation.endsWith('Alias') ? {} : { KeyId: id }
    const answered = await bench.call(operation, { ...alias, ...input })
    expect([operation, answersNothing(operation)]).toEqual([operation, answered === undefined])
  }
  const reads = [...operations.keys()].filter((name) => /^(Describe|Get|List)/.test(name))
  expect(reads.filter(answersNothing)).toEqual([])
})
