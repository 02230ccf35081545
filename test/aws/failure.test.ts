/** The record of a failed call, as it leaves the client, and the order of the middlewares that write it. */
import { CreateKeyCommand, DescribeKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { expect, it } from 'vitest'
import { type CallFailure, failureOf, noteFailure } from '../../src/lib/aws/call/failure.js'
import { ENDLESS } from '../../src/lib/aws/call/run-signals.js'
import type { SendOptions } from '../../src/lib/aws/call/send-options.js'
import { connect } from '../../src/lib/aws/connection.js'
import { KmsctlError } from '../../src/lib/errors.js'
import { type Answer, connectionReset, refusal, scriptedWire, wired } from './support.js'

const KeyId = '1234abcd-12ab-34cd-56ef-1234567890ab'
const describe = new DescribeKeyCommand({ KeyId })
const create = new CreateKeyCommand({})
const enable = new EnableKeyCommand({ KeyId })
const reset = () => {
  throw connectionReset()
}
const own = () => {
  throw new KmsctlError('Unreachable', 'the proxy refuses')
}
const denied = () => refusal('AccessDeniedException')
const slow = () => refusal('ThrottlingException')

it.each<[string, object, ((count: number) => Answer)[], Partial<CallFailure>]>([
  ['a refusal', describe, [denied], { effect: 'none', retry: 'counted' }],
  ['a refusal of what is sent once', create, [denied], { effect: 'none', retry: 'never' }],
  [
    'a quota',
    enable,
    [() => refusal('LimitExceededException')],
    { effect: 'none', retry: 'never' },
  ],
  ['a lost answer', create, [reset], { effect: 'unknown', retry: 'never' }],
  ['lost answers', enable, [reset, reset, reset], { effect: 'unknown', retry: 'counted' }],
  ['a refusal after a lost answer', enable, [reset, denied], { effect: 'unknown' }],
  ['a refusal after throttling', enable, [slow, denied], { effect: 'none', retry: 'counted' }],
  ['throttling of what is sent once', create, [slow], { effect: 'none', retry: 'never' }],
  ['kmsctl’s own error', enable, [own], { effect: 'none', retry: 'never' }],
])('%s', async (_name, command, answers, expected) => {
  const { wire } = scriptedWire((_operation, count) => answers[count - 1]?.(count) ?? {})
  const { kms } = await wired(wire)
  const error = await kms.send(command as never).catch((reason: unknown) => reason)
  const operation = command.constructor.name.replace('Command', '')
  const action = `kms:${operation}`
  expect(failureOf(error)).toMatchObject({ operation, action, ...expected })
  expect(failureOf(error).cause).toBe(error)
})

it('of STS’s calls too', async () => {
  const { wire } = scriptedWire(() => ({ status: 403, body: '' }))
  const error = await (await (await wired(wire)).sts())
    .send(new GetCallerIdentityCommand({}))
    .catch((reason: unknown) => reason)
  expect(failureOf(error)).toMatchObject({
    operation: 'GetCallerIdentity',
    action: 'sts:GetCallerIdentity',
  })
})

it('of a call that was never sent: no action was asked for', async () => {
  const { wire, operations } = scriptedWire(() => ({}))
  const { kms } = await wired(wire)
  kms.middlewareStack.add(
    () => async () => {
      throw new Error('not to be written')
    },
    { step: 'serialize', name: 'broken' },
  )
  const error = await kms.send(describe).catch((reason: unknown) => reason)
  expect(failureOf(error)).toMatchObject({ operation: 'DescribeKey', retry: 'never' })
  expect(failureOf(error).action).toBeUndefined()
  expect(operations()).toEqual([])
})

it('what is checked before sending ends the call, with nothing sent', async () => {
  const { wire, operations } = scriptedWire(() => ({}))
  const { kms } = await wired(wire)
  const stale = new KmsctlError('Timeout', 'too late')
  const beforeSending = () => {
    throw stale
  }
  const options: SendOptions = { beforeSending }
  await expect(kms.send(create, options)).rejects.toBe(stale)
  expect(failureOf(stale)).toMatchObject({ operation: 'CreateKey', effect: 'none' })
  expect(operations()).toEqual([])
})

it('is not printed with the error, and what is no error has none', () => {
  const error = new Error('x')
  noteFailure(error, { effect: 'unknown' })
  expect(Object.keys(error)).toEqual([])
  for (const thrown of [undefined, null, 'text', {}]) {
    noteFailure(thrown, { effect: 'unknown' })
    expect(failureOf(thrown)).toEqual({})
  }
})

it('every middleware stands in its place', async () => {
  const { kms } = await connect({
    env: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
    region: 'us-east-1',
    endpointUrl: 'http://127.0.0.1:9',
    lifeline: ENDLESS,
    trace: () => {},
  })
  const names = kms.middlewareStack.identify().map((text) => text.split(' ')[0] ?? '')
  expect(names.filter((name) => /^kmsctl|retryM|httpSigning/.test(name))).toEqual([
    'kmsctlFailures',
    'kmsctlBareIds',
    'retryMiddleware',
    'kmsctlSingleAttempts',
    'kmsctlPacing',
    'httpSigningMiddleware',
    'kmsctlNotedActions',
    'kmsctlPlace',
    'kmsctlTrace',
  ])
})
