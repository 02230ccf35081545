/** `recover`: what it makes of each claim, and what of keys that the journal does not know. */
import {
  CreateAliasCommand,
  DisableKeyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { KmsctlError } from '../../../src/lib/errors.js'
import { carryOut } from '../../../src/lib/kms/change/plan.js'
import { planAdopt } from '../../../src/lib/kms/recover/adopt.js'
import { forget } from '../../../src/lib/kms/recover/forget.js'
import { planRecover, recoveryExitCode } from '../../../src/lib/kms/recover/recover.js'
import type { DryRun, Recovery } from '../../../src/lib/results.js'
import { Account, type Around, KILL } from '../create/runners.js'
import { awsError, denied, failure, gate, intercept } from '../support.js'

const killBefore =
  (name: string): Around =>
  async (operation, _number, send) => {
    if (operation === name) throw KILL
    return send()
  }

/** An account in which a creation was cut off. */
async function cutOff(before = 'CreateAlias', wish: Parameters<Account['create']>[0] = {}) {
  const account = new Account()
  await account.create(wish, killBefore(before))
  const [key] = await account.keys()
  return { account, keyId: key?.keyId ?? '', token: key?.claim ?? '' }
}

async function recovered(account: Account, around?: Around, scan = false): Promise<Recovery> {
  const ended = await account.recover(scan, around)
  if (ended.how !== 'done') expect.fail(JSON.stringify(ended))
  return ended.result
}

const deny =
  (...names: string[]): Around =>
  async (operation, _number, send) => {
    if (names.includes(operation)) throw denied(`kms:${operation}`)
    return send()
  }

describe('what it makes of a claim', () => {
  test('finished: the key gets its name and its rotation', async () => {
    const { account, keyId, token } = await cutOff('CreateAlias', { rotationPeriodDays: 200 })
    const sent: string[] = []
    const result = await recovered(account, async (operation, _number, send) => {
      sent.push(operation)
      return send()
    })
    expect(result).toEqual({
      claims: [{ token, keyId, alias: 'alias/app', state: 'finished', next: null }],
      warnings: [],
    })
    expect(recoveryExitCode(result)).toBe(0)
    // The key ID was written down: nothing is listed.
    expect(sent).not.toContain('ListKeys')
    expect(sent.filter((name) => !/^(Describe|Get|List)/.test(name))).toEqual([
      'CreateAlias',
      'EnableKeyRotation',
    ])
  })

  test('open: what cannot be done now, with the command and 7; the next one does it', async () => {
    const { account, keyId } = await cutOff()
    const result = await recovered(account, deny('CreateAlias'))
    expect(result.claims).toMatchObject([
      { keyId, state: 'open', next: `kmsctl alias create alias/app ${keyId}` },
    ])
    expect(result.warnings.join()).toContain('kms:CreateAlias')
    expect(recoveryExitCode(result)).toBe(7)
    expect((await recovered(account)).claims).toMatchObject([{ state: 'finished' }])
  })

  test('a key that may not be described hides no other one', async () => {
    const { account, keyId } = await cutOff()
    account.pass(1_000)
    await account.create({ aliases: ['second'] }, killBefore('CreateAlias'))
    let first = true
    const result = await recovered(account, async (operation, _number, send) => {
      if (operation === 'DescribeKey' && first) {
        first = false
        throw denied('kms:DescribeKey')
      }
      return send()
    })
    expect(result.claims).toMatchObject([{ keyId, state: 'open' }, { state: 'finished' }])
    expect(recoveryExitCode(result)).toBe(7)
  })

  test('where keys may not be listed, one that is known is finished all the same', async () => {
    const { account, keyId } = await cutOff()
    account.pass(1_000)
    await account.create({ aliases: ['second'] }, killBefore('CreateKey'))
    const result = await recovered(account, deny('ListKeys'))
    expect(result.claims).toMatchObject([{ keyId, state: 'finished' }, { state: 'unknown' }])
    expect(result.warnings.join()).toContain('kms:ListKeys')
    expect(recoveryExitCode(result)).toBe(8)
  })

  test('unknown: 8; a quarter of an hour later there certainly is none', async () => {
    const { account } = await cutOff('CreateKey')
    const result = await recovered(account)
    expect(result.claims).toMatchObject([
      { keyId: null, state: 'unknown', next: 'kmsctl recover --region us-east-1' },
    ])
    expect(recoveryExitCode(result)).toBe(8)
    account.pass(15 * 60_000)
    const later = await recovered(account)
    expect(later.claims).toMatchObject([{ keyId: null, state: 'none', next: null }])
    expect(recoveryExitCode(later)).toBe(0)
    expect((await recovered(account)).claims).toEqual([])
  })

  test('unknown stays so while a key cannot be read: it may be the one', async () => {
    const { account } = await cutOff('CreateKey')
    await account.create({ noAlias: true })
    account.pass(24 * 3600_000)
    const result = await recovered(account, deny('DescribeKey'))
    expect(result.claims).toMatchObject([{ state: 'unknown' }])
    expect(result.warnings.join()).toContain('could not be read')
  })

  test('given up: somebody has scheduled its deletion', async () => {
    const { account, keyId } = await cutOff()
    const { kms } = await account.session()
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: keyId }))
    const result = await recovered(account)
    expect(result.claims).toMatchObject([{ keyId, state: 'given-up', next: null }])
    expect((await recovered(account)).claims).toEqual([])
  })

  test('running: another process works on it', async () => {
    const account = new Account()
    let seen: Recovery | undefined
    await account.create({}, async (operation, _number, send) => {
      if (operation === 'CreateAlias') seen = await recovered(account)
      return send()
    })
    expect(seen?.claims).toMatchObject([{ state: 'running', next: null }])
    expect(recoveryExitCode(seen ?? { claims: [], warnings: [] })).toBe(0)
  })

  test('a period that somebody set since stays', async () => {
    const { account } = await cutOff('GetKeyRotationStatus', { rotationPeriodDays: 200 })
    expect(await recovered(account)).toMatchObject({ claims: [{ state: 'finished' }] })
    const { regions } = await account.sandbox.state()
    const keys = Object.values(regions['us-east-1']?.keys ?? {})
    expect(keys.find(({ manager }) => manager === 'CUSTOMER')?.rotation.periodInDays).toBe(200)
  })

  test('--disabled is carried out within an hour, and later only told', async () => {
    const soon = await cutOff('DisableKey', { disabled: true })
    expect((await recovered(soon.account)).claims).toMatchObject([
      { state: 'finished', next: null },
    ])
    const late = await cutOff('DisableKey', { disabled: true })
    late.account.pass(3600_001)
    const result = await recovered(late.account)
    expect(result.claims).toMatchObject([
      { state: 'finished', next: `kmsctl disable ${late.keyId}` },
    ])
    expect(result.warnings).toEqual([expect.stringContaining('may be in use by now')])
  })

  test('each of several, with one look at the keys', async () => {
    const account = new Account()
    for (const name of ['a', 'b', 'c']) {
      account.pass(1_000)
      await account.create({ aliases: [name] }, async (operation, _number, send) => {
        const answer = await send()
        if (operation === 'CreateKey') throw KILL
        return answer
      })
    }
    let lists = 0
    const result = await recovered(account, async (operation, _number, send) => {
      if (operation === 'ListKeys') lists += 1
      return send()
    })
    expect(result.claims.map(({ alias, state }) => `${alias} ${state}`)).toEqual([
      'alias/a finished',
      'alias/b finished',
      'alias/c finished',
    ])
    // The embedded KMS gives three keys a page.
    expect(lists).toBeLessThanOrEqual(3)
  })

  test('an interrupt says what was finished and what was not begun', async () => {
    const { account } = await cutOff()
    await account.create({ aliases: ['second'] }, killBefore('CreateAlias'))
    let named = 0
    const ended = await account.recover(false, async (operation, _number, send) => {
      if (operation === 'CreateAlias' && ++named === 2) {
        throw new KmsctlError('Interrupted', 'interrupted by SIGINT', { exitCode: 130 })
      }
      return send()
    })
    expect(ended).toMatchObject({
      how: 'failed',
      error: {
        code: 'Interrupted',
        exitCode: 130,
        details: { claims: [{ state: 'finished' }], notDone: [expect.any(String)] },
      },
    })
  })

  test('claims of other Regions and accounts are counted', async () => {
    const { account } = await cutOff()
    const session = { ...(await account.session()), region: 'eu-west-1' }
    const plan = await planRecover(session, { scan: false }, account.tools())
    const result = (await carryOut(plan, gate())) as Recovery
    expect(result).toEqual({
      claims: [],
      warnings: [
        'one creation of account 000000000000 in us-east-1 did not finish: kmsctl recover --region us-east-1',
      ],
    })
  })

  test('of several names one is another key’s by now: it is told, and the rest is done', async () => {
    const { account, keyId } = await cutOff('CreateAlias', { aliases: ['a', 'b'] })
    const made = await account.create({ aliases: ['other'] }, undefined, 'two')
    if (made.how !== 'done') expect.fail()
    const { kms } = await account.session('two')
    const TargetKeyId = made.result.key.keyId
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/b', TargetKeyId }))
    const result = await recovered(account)
    expect(result.claims).toMatchObject([{ keyId, state: 'finished' }])
    expect(result.warnings).toEqual([`alias/b is another key's: key ${keyId} goes without it`])
    const own = (await account.keys()).find((key) => key.keyId === keyId)
    expect(own?.names).toEqual(['alias/a'])
  })

  test('where STS cannot be asked, that nothing is left is not said: 9', async () => {
    const { account } = await cutOff()
    const session = {
      ...(await account.session()),
      identity: () => Promise.reject(new KmsctlError('Unreachable', 'no route')),
    }
    const plan = planRecover(session, { scan: false }, account.tools())
    expect(await failure(plan)).toMatchObject({ code: 'Unreachable', exitCode: 9 })
  })

  test('a dry run shows the calls and what is known, and changes nothing', async () => {
    const { account, keyId, token } = await cutOff()
    const plan = planRecover(await account.session(), { scan: false }, account.tools())
    const dry = (await carryOut(await plan, gate({ dryRun: true }))) as DryRun
    expect(dry.calls).toEqual([
      { operation: 'CreateAlias', input: { AliasName: 'alias/app', TargetKeyId: keyId } },
      { operation: 'EnableKeyRotation', input: { KeyId: keyId } },
    ])
    expect(dry.warnings).toEqual([`claim ${token} of alias/app: its key is there`])
    expect((await account.keys())[0]?.names).toEqual([])
  })

  test('without any claim nothing is asked of KMS', async () => {
    const account = new Account()
    const sent: string[] = []
    await recovered(account, async (operation, _number, send) => {
      sent.push(operation)
      return send()
    })
    expect(sent).toEqual([])
  })
})

describe('--scan', () => {
  test('keys with a claim that the journal does not know, and without a name', async () => {
    const { account, keyId, token } = await cutOff()
    await account.create({ aliases: ['named'] }, undefined, 'two')
    await account.create({ aliases: ['lost'] }, killBefore('CreateAlias'), 'two')
    const unnamed = (await account.keys()).find(
      (key) => key.names.length === 0 && key.keyId !== keyId,
    )
    const result = await recovered(account, undefined, true)
    expect(result.claims).toEqual([
      { token, keyId, alias: 'alias/app', state: 'finished', next: null },
      {
        token: unnamed?.claim,
        keyId: unnamed?.keyId,
        alias: null,
        state: 'unnamed',
        next: `kmsctl recover --adopt ${unnamed?.keyId} --alias NAME --region us-east-1`,
      },
    ])
    expect(recoveryExitCode(result)).toBe(0)
  })

  test('those pending deletion are left out', async () => {
    const { account, keyId } = await cutOff()
    const { kms } = await account.session()
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: keyId }))
    const ended = await account.recover(true, undefined, 'two')
    expect(ended).toMatchObject({ result: { claims: [] } })
  })
})

describe('--adopt', () => {
  const adopt = async (account: Account, keyId: string, name?: string) =>
    planAdopt(await account.session('two'), keyId, name, account.tools('two'))

  test('asks, after the policy, the kind and the grants, and gives the name', async () => {
    const { account, keyId, token } = await cutOff()
    const plan = await adopt(account, keyId, 'mine')
    expect(plan.evidence).toMatchObject({
      key: { keyId, keySpec: 'SYMMETRIC_DEFAULT' },
      policy: { Statement: [{ Action: 'kms:*' }] },
      grants: [],
    })
    const open = gate()
    expect(await carryOut(plan, open)).toEqual({
      claims: [{ token, keyId, alias: 'alias/mine', state: 'adopted', next: null }],
      warnings: [],
    })
    expect(open.asked).toMatchObject([{ kind: 'yes' }])
  })

  test('a claim of the own journal has its ending then', async () => {
    const { account, keyId } = await cutOff()
    const plan = await planAdopt(await account.session(), keyId, 'mine', account.tools())
    await carryOut(plan, gate())
    expect((await recovered(account)).claims).toEqual([])
  })

  test('a claim of another key stays, whose tag was copied', async () => {
    const { account, keyId, token } = await cutOff()
    await account.create({ aliases: ['copied'], claimTag: false }, undefined, 'two')
    const copy = (await account.keys()).find(({ claim }) => claim === null)?.keyId ?? ''
    const session = await account.session()
    const Tags = [{ TagKey: 'kmsctl:claim', TagValue: token }]
    await session.kms.send(new TagResourceCommand({ KeyId: copy, Tags }))
    await carryOut(await planAdopt(session, copy, 'mine', account.tools()), gate())
    expect((await recovered(account)).claims).toMatchObject([{ keyId, state: 'finished' }])
  })

  test('a claim that a run works on stays', async () => {
    const account = new Account()
    await account.create({}, async (operation, _number, send) => {
      if (operation !== 'EnableKeyRotation') return send()
      const [key] = await account.keys()
      const plan = await planAdopt(
        await account.session(),
        key?.keyId ?? '',
        'mine',
        account.tools(),
      )
      await carryOut(plan, gate())
      expect((await recovered(account)).claims).toMatchObject([{ state: 'running' }])
      throw KILL
    })
    expect((await recovered(account)).claims).toMatchObject([{ state: 'finished' }])
  })

  test('a journal that cannot be told is a warning: the key has its name', async () => {
    const { account, keyId } = await cutOff()
    const plan = await planAdopt(
      { ...(await account.session()), memory: () => Promise.reject(new Error('no such place')) },
      keyId,
      'mine',
      account.tools(),
    )
    expect(await carryOut(plan, gate())).toMatchObject({
      claims: [{ keyId, alias: 'alias/mine', state: 'adopted' }],
      warnings: [expect.stringContaining('no such place')],
    })
  })

  test.each([
    ['no name', undefined, 2],
    ['a name that is none', 'no name', 2],
    ['a name of AWS’s', 'aws/s3', 2],
  ])('%s: %d', async (_name, name, exitCode) => {
    const { account, keyId } = await cutOff()
    expect(await failure(adopt(account, keyId, name))).toMatchObject({ exitCode })
  })

  test('a name in the place of the key is 2', async () => {
    const { account } = await cutOff()
    expect(await failure(adopt(account, 'app', 'mine'))).toMatchObject({ exitCode: 2 })
  })

  test('a key without a claim is 5, and a taken name 6', async () => {
    const { account, keyId } = await cutOff()
    await account.create({ aliases: ['bare'], claimTag: false })
    const bare = (await account.keys()).find(({ claim }) => claim === null)
    expect(await failure(adopt(account, bare?.keyId ?? '', 'mine'))).toMatchObject({ exitCode: 5 })
    expect(await failure(adopt(account, keyId, 'bare'))).toMatchObject({ code: 'AliasTaken' })
  })

  test('a tag that somebody wrote makes no key ours: only --adopt names it', async () => {
    const { account, token } = await cutOff('CreateKey')
    await account.create({ aliases: ['theirs'], claimTag: false }, undefined, 'two')
    const [theirs] = await account.keys()
    const { kms } = await account.session('two')
    const claim = { TagKey: 'kmsctl:claim', TagValue: 'ef'.repeat(16) }
    await kms.send(new TagResourceCommand({ KeyId: theirs?.keyId, Tags: [claim] }))
    expect(token).toBe('')
    const result = await recovered(account, undefined, true)
    expect(result.claims).toMatchObject([{ keyId: null, state: 'unknown' }])
  })
})

describe('--forget', () => {
  const forgetting = async (account: Account, token: string, over = {}) =>
    forget(await account.session(), token, gate(over), account.tools())

  test('asks, names the key that stays, and the claim is gone', async () => {
    const { account, keyId, token } = await cutOff()
    expect(await forgetting(account, token)).toEqual({
      claims: [
        {
          token,
          keyId,
          alias: 'alias/app',
          state: 'forgotten',
          next: `kmsctl describe ${keyId}`,
        },
      ],
      warnings: [`key ${keyId} stays as it is: kmsctl describe ${keyId}`],
    })
    expect((await recovered(account)).claims).toEqual([])
    expect(await account.keys()).toHaveLength(1)
  })

  test('declined, or dry, the claim stays', async () => {
    const { account, token } = await cutOff()
    const decline = () => Promise.reject(new KmsctlError('Declined', 'declined'))
    expect(await failure(forgetting(account, token, { confirm: decline }))).toMatchObject({
      exitCode: 5,
    })
    expect(await forgetting(account, token, { dryRun: true })).toMatchObject({ calls: [] })
    expect((await recovered(account)).claims).toHaveLength(1)
  })

  test('a claim whose key cannot be looked for is forgotten all the same', async () => {
    const { account } = await cutOff('CreateKey')
    const [claim] = (await recovered(account)).claims
    const session = await account.session()
    intercept(session, () => Promise.reject(awsError('AccessDeniedException')))
    const result = await forget(session, claim?.token ?? '', gate(), account.tools())
    expect(result).toMatchObject({ claims: [{ keyId: null, state: 'forgotten', next: null }] })
  })

  test.each([
    ['ab', 2],
    ['ab'.repeat(16), 3],
  ])('%s: %d', async (token, exitCode) => {
    const { account } = await cutOff()
    expect(await failure(forgetting(account, token))).toMatchObject({ exitCode })
  })

  test('a claim that a run works on: 6', async () => {
    const account = new Account()
    let code = 0
    await account.create({}, async (operation, _number, send) => {
      if (operation === 'CreateAlias') {
        const [key] = await account.keys()
        code = (await failure(forgetting(account, key?.claim ?? ''))).exitCode
      }
      return send()
    })
    expect(code).toBe(6)
  })
})

test('a surplus key that somebody switched off is told, not switched on', async () => {
  const { account, keyId } = await cutOff()
  const { kms } = await account.session()
  await kms.send(new DisableKeyCommand({ KeyId: keyId }))
  const result = await recovered(account)
  // KMS gives names to disabled keys, and sets no rotation on them (docs/facts/key-states.csv).
  expect(result.claims).toMatchObject([
    { keyId, state: 'open', next: expect.stringContaining('kmsctl') },
  ])
  expect((await account.keys())[0]?.names).toEqual(['alias/app'])
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/x', TargetKeyId: keyId }))
})
