/** Who calls, for what can do without knowing (lib/kms/caller.ts). */
import { expect, it } from 'vitest'
import type { Session } from '../../../src/lib/aws/session.js'
import { KmsctlError } from '../../../src/lib/errors.js'
import { callerIfReachable } from '../../../src/lib/kms/key/caller.js'
import { awsError, denied, internal, reset } from '../support.js'

const asking = (error: unknown) =>
  callerIfReachable({ identity: () => Promise.reject(error) } as unknown as Session)

/** A firewall that drops what it does not know: @smithy/node-http-handler's words. */
const silence = () =>
  Object.assign(
    new Error(
      '@smithy/node-http-handler - the request socket did not establish a connection with the server within the configured timeout of 5000 ms.',
    ),
    {
      name: 'TimeoutError',
    },
  )
const hang = () =>
  Object.assign(new Error('no complete answer within 30 s'), {
    name: 'TimeoutError',
    code: 'ETIMEDOUT',
  })

it.each([
  ['a reset', reset(), 'Unreachable'],
  ['nobody there', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'Unreachable'],
  ['a connection that never comes about', silence(), 'Timeout'],
  ['no answer', hang(), 'Timeout'],
  ['a failure of its own', internal(), 'KMSInternalException'],
  ['throttling', awsError('Throttling', 'Rate exceeded'), 'Throttling'],
])('STS out of reach, by %s: the caller is unknown', async (_, error, code) => {
  expect(await asking(error)).toEqual({ identity: null, code })
})

it.each([
  ['credentials that are refused', awsError('InvalidClientTokenId')],
  ['credentials that have expired', awsError('ExpiredToken')],
  ['a denial', denied()],
  ['the run’s deadline', new KmsctlError('Timeout', 'the run took longer than 300 s')],
  ['a signal', new KmsctlError('Interrupted', 'interrupted by SIGINT', { exitCode: 130 })],
])('%s ends the command', async (_, error) => {
  await expect(asking(error)).rejects.toBe(error)
})
