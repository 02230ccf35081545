import { DescribeKeyCommand, GetKeyPolicyCommand, ListAliasesCommand } from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { describeKey } from '../../../src/lib/kms/key/describe.js'
import { toKeyMetadata } from '../../../src/lib/kms/key/metadata.js'
import {
  findKey,
  requireState,
  resolveForChange,
  resolveKey,
  scopedRef,
} from '../../../src/lib/kms/key/resolve.js'
import { readPolicy, showPolicy } from '../../../src/lib/kms/policy/read.js'
import { sandboxSession } from '../../support/session.js'
import {
  ACCOUNT,
  ARN,
  answerParts,
  changes,
  denied,
  failure,
  KEY_ID,
  metadata,
  mockedSession,
  notFound,
  withKey,
} from '../support.js'

describe('resolveKey (contract 1: once, before anything else)', () => {
  it.each([
    ['a key ID', KEY_ID, KEY_ID],
    ['a key ID in capitals', KEY_ID.toUpperCase(), KEY_ID],
    ['a key ARN', ARN, ARN],
    ['an alias name', 'alias/app', 'alias/app'],
    ['a bare alias name', 'app', 'alias/app'],
    [
      'an alias ARN',
      `arn:aws:kms:us-east-1:${ACCOUNT}:alias/app`,
      `arn:aws:kms:us-east-1:${ACCOUNT}:alias/app`,
    ],
  ])('%s is one DescribeKey', async (_name, text, KeyId) => {
    const { session, kms, sent } = mockedSession()
    answerParts(kms)
    expect(await resolveKey(session, text)).toMatchObject({ arn: ARN, keyId: KEY_ID })
    expect(sent()).toEqual([['DescribeKey', { KeyId }]])
  })

  it.each([
    ['another service', 'arn:aws:s3:::bucket'],
    ['another Region', ARN.replace('us-east-1', 'eu-west-1')],
    ['another account', ARN.replace(ACCOUNT, '999999999999')],
    ['half an ARN', 'arn:aws:kms:us-east-1'],
    ['nothing', ' '],
    ['a newline in a name', 'app\nalias/other'],
  ])('%s is 2, and no call of KMS is sent', async (_name, text) => {
    const { session, sent } = mockedSession()
    expect(await failure(resolveKey(session, text))).toMatchObject({ code: 'Usage', exitCode: 2 })
    expect(sent()).toEqual([])
  })

  it('the caller is asked for only where an ARN names an account', async () => {
    const { session } = mockedSession()
    let asked = 0
    const counting = {
      ...session,
      identity: () => {
        asked++
        return session.identity()
      },
    }
    await scopedRef(counting, 'app')
    await scopedRef(counting, KEY_ID)
    expect(asked).toBe(0)
    await scopedRef(counting, ARN)
    expect(asked).toBe(1)
  })

  it('an answer without a key is a bad response, not a key (an empty 200 passes the SDK)', async () => {
    const { session, kms } = mockedSession()
    kms.on(DescribeKeyCommand).resolves({})
    expect(await failure(resolveKey(session, KEY_ID))).toMatchObject({
      code: 'BadResponse',
      exitCode: 1,
    })
  })

  it('findKey: missing is null, denied is an error', async () => {
    const { session, kms } = mockedSession()
    kms.on(DescribeKeyCommand).rejectsOnce(notFound()).rejects(denied())
    expect(await findKey(session, KEY_ID)).toBeNull()
    await expect(findKey(session, KEY_ID)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })
})

describe('AWS’s own aliases (API Reference, DescribeKey makes their keys)', () => {
  it('are looked up in the list and described by ID', async () => {
    const { session, kms, sent } = mockedSession()
    answerParts(kms, metadata({ KeyManager: 'AWS' }))
    kms
      .on(ListAliasesCommand)
      .resolvesOnce({ Aliases: [], Truncated: true, NextMarker: 'x' })
      .resolves({ Aliases: [{ AliasName: 'alias/aws/ebs', TargetKeyId: KEY_ID }] })
    await resolveKey(session, 'aws/ebs')
    expect(sent().at(-1)).toEqual(['DescribeKey', { KeyId: KEY_ID }])
  })

  it.each(['alias/aws/rds', 'alias/aws/nothing'])(
    '%s without a key is 3, and makes none',
    async (name) => {
      const session = await sandboxSession()
      const before = await session.sandbox.status()
      expect(await failure(resolveKey(session, name))).toMatchObject({
        code: 'KeyNotFound',
        exitCode: 3,
      })
      expect(session.sent).not.toContain('DescribeKey')
      const after = await session.sandbox.status()
      expect(after.regions['us-east-1']?.keys ?? {}).toEqual(
        before.regions['us-east-1']?.keys ?? { Enabled: 2 },
      )
    },
  )

  it('one with a key is described, and refused for changes (contract 6.5)', async () => {
    const session = await sandboxSession()
    expect(await describeKey(session, 'alias/aws/s3')).toMatchObject({
      keyManager: 'AWS',
      aliases: ['alias/aws/s3'],
      rotation: { enabled: true, eligible: false },
    })
    expect(await failure(resolveForChange(session, 'alias/aws/s3'))).toMatchObject({
      code: 'NotEligible',
      exitCode: 5,
    })
    expect(changes(session)).toEqual([])
  })
})

describe('requireState', () => {
  const inState = (KeyState: never) => toKeyMetadata(metadata({ KeyState }))

  it.each([
    ['PendingDeletion', `kmsctl deletion cancel ${KEY_ID}`],
    ['PendingReplicaDeletion', `kmsctl deletion cancel ${KEY_ID}`],
    ['Disabled', `kmsctl enable ${KEY_ID}`],
  ])('%s names the way out: %s (contract 6.4)', async (state, hint) => {
    const attempt = async () => requireState(inState(state as never), 'rotated', ['Enabled'])
    const error = await failure(attempt())
    expect(error).toMatchObject({
      code: 'WrongState',
      exitCode: 5,
      hints: [hint],
      details: { keyId: KEY_ID, keyState: state },
    })
  })

  it.each(['PendingImport', 'Unavailable', 'Creating', 'Updating', 'SomethingNew'])(
    '%s is refused in one line',
    async (state) => {
      const attempt = async () => requireState(inState(state as never), 'rotated', ['Enabled'])
      expect(await failure(attempt())).toMatchObject({ exitCode: 5 })
      requireState(inState(state as never), 'rotated', [state])
    },
  )
})

describe('policies', () => {
  it('show: resolves, then reads the policy named default by ARN', async () => {
    const { session, kms, sent } = mockedSession()
    answerParts(kms)
    kms.on(GetKeyPolicyCommand).resolves({ Policy: '{ "Statement": [] }' })
    expect(await showPolicy(session, 'app')).toEqual({ Statement: [] })
    expect(sent()).toEqual([
      ['DescribeKey', { KeyId: 'alias/app' }],
      ['GetKeyPolicy', { KeyId: ARN, PolicyName: 'default' }],
    ])
  })

  it.each([undefined, '', '{'])('an answer of %j is a bad response', async (Policy) => {
    const { session, kms } = mockedSession()
    kms.on(GetKeyPolicyCommand).resolves(Policy === undefined ? {} : { Policy })
    expect(await failure(readPolicy(session, ARN))).toMatchObject({ code: 'BadResponse' })
  })

  it('the embedded KMS’s default policy delegates to the account (semantics)', async () => {
    const { session, keyId } = await withKey()
    expect(await showPolicy(session, keyId)).toMatchObject({
      Id: 'key-default-1',
      Statement: [{ Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'kms:*' }],
    })
  })
})
