import { DescribeKeyCommand, DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { planDisable, planEnable } from '../../../src/lib/kms/settings/enable-disable.js'
import {
  ARN,
  answerParts,
  apply,
  changes,
  KEY_ID,
  metadata,
  mockedSession,
  withKey,
} from '../support.js'

describe('the calls of enable and disable', () => {
  it('enable: resolves the alias once, and acts and reads back by ARN', async () => {
    const { session, kms, sent } = mockedSession()
    answerParts(kms, metadata({ KeyState: 'Disabled' }), metadata())
    kms.on(EnableKeyCommand).resolves({})
    const { changed, key } = await apply(planEnable(session, 'app'))
    expect(changed).toBe(true)
    expect(key.keyState).toBe('Enabled')
    const order = sent().filter(([name]) => /EnableKey$|DescribeKey/.test(name))
    expect(order).toEqual([
      ['DescribeKey', { KeyId: 'alias/app' }],
      ['EnableKey', { KeyId: ARN }],
      ['DescribeKey', { KeyId: ARN }],
      ['DescribeKey', { KeyId: ARN }],
    ])
  })

  it('disable: asks, acts by ARN, reads back until it shows', async () => {
    const { session, kms, sleeps, changes } = mockedSession()
    answerParts(kms, metadata(), metadata(), metadata(), metadata({ KeyState: 'Disabled' }))
    kms.on(DisableKeyCommand).resolves({})
    const plan = await planDisable(session, ARN)
    expect(plan.confirmation).toMatchObject({ kind: 'yes' })
    const { key, warnings } = await plan.apply()
    expect(changes()).toEqual([['DisableKey', { KeyId: ARN }]])
    expect(sleeps).toEqual([100, 200])
    expect(key.enabled).toBe(false)
    expect(warnings).toEqual([])
  })

  it('a change that does not show within 10 s is done, with a warning (contract 6.9)', async () => {
    const { session, kms } = mockedSession()
    answerParts(kms, metadata())
    kms.on(DisableKeyCommand).resolves({})
    const { changed, warnings } = await apply(planDisable(session, KEY_ID))
    expect(changed).toBe(true)
    expect(warnings).toEqual([expect.stringContaining('still showed the old value')])
  })

  it.each([
    ['enable', planEnable, 'Enabled'],
    ['disable', planDisable, 'Disabled'],
  ] as const)(
    '%s of a key that is so already sends nothing (contract 6.1)',
    async (_name, plan, KeyState) => {
      const { session, kms, changes } = mockedSession()
      answerParts(kms, metadata({ KeyState }))
      expect(await apply(plan(session, KEY_ID))).toMatchObject({
        changed: false,
        key: { keyState: KeyState },
      })
      expect(changes()).toEqual([])
    },
  )

  it.each([
    ['enable', planEnable, EnableKeyCommand],
    ['disable', planDisable, DisableKeyCommand],
  ] as const)(
    '%s of an unavailable key is sent, with a warning (key-states [12])',
    async (_name, plan, command) => {
      const { session, kms, changes } = mockedSession()
      answerParts(kms, metadata({ KeyState: 'Unavailable' }))
      kms.on(command).resolves({})
      const { warnings } = await apply(plan(session, KEY_ID))
      expect(changes()).toHaveLength(1)
      expect(warnings[0]).toContain('unavailable')
    },
  )

  it('a missing key is 3, and nothing is sent', async () => {
    const { session, kms, sent } = mockedSession()
    kms
      .on(DescribeKeyCommand)
      .rejects(Object.assign(new Error('gone'), { name: 'NotFoundException' }))
    await expect(planEnable(session, KEY_ID)).rejects.toMatchObject({ name: 'NotFoundException' })
    expect(sent()).toHaveLength(1)
  })
})

describe('enable and disable on the embedded KMS', () => {
  it('there and back', async () => {
    const { session, arn } = await withKey()
    expect((await apply(planDisable(session, 'app'))).key.keyState).toBe('Disabled')
    expect(await apply(planDisable(session, 'app'))).toMatchObject({ changed: false })
    expect((await apply(planEnable(session, arn))).key).toMatchObject({
      keyState: 'Enabled',
      enabled: true,
    })
    expect(changes(session)).toEqual(['DisableKey', 'EnableKey'])
  })

  it('an outcome that is lost is looked up, and told with a warning', async () => {
    const { session, keyId } = await withKey()
    session.kms.middlewareStack.add(
      (next, context) => async (args) => {
        const answer = await next(args)
        if (context.commandName === 'DisableKeyCommand') {
          throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
        }
        return answer
      },
      { step: 'initialize', name: 'lose' },
    )
    expect(await apply(planDisable(session, keyId))).toMatchObject({
      changed: true,
      key: { keyState: 'Disabled' },
      warnings: [expect.stringContaining('was lost')],
    })
    expect(await apply(planDisable(session, keyId))).toMatchObject({ changed: false })
  })
})
