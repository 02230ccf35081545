/** Names that other keys get first, and several runners at once. */
import { CreateAliasCommand, DeleteAliasCommand } from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { noteFailure } from '../../../src/lib/aws/call/failure.js'
import { awsError, denied, reset } from '../support.js'
import { Account, type Around, exitCodeOf } from './runners.js'

/** Somebody else's key gets a name right before it is asked for. */
const taking =
  (account: Account, keyId: string, ...names: string[]): Around =>
  async (operation, _number, send) => {
    if (operation === 'CreateAlias') {
      const { kms } = await account.session('other')
      for (const AliasName of names.splice(0)) {
        await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: keyId }))
      }
    }
    return send()
  }

async function withOther() {
  const account = new Account()
  const made = await account.create({ aliases: ['other'] }, undefined, 'other')
  if (made.how !== 'done') expect.fail()
  return { account, other: made.result.key.keyId }
}

async function ownOf(account: Account, other: string) {
  return (await account.keys()).find(({ keyId }) => keyId !== other)
}

describe('a name that another key has by now', () => {
  test('7: the key is told as surplus, with both ways out; the other one keeps its name', async () => {
    const { account, other } = await withOther()
    const ended = await account.create({}, taking(account, other, 'alias/app'))
    const own = await ownOf(account, other)
    expect(ended).toMatchObject({
      how: 'failed',
      error: {
        code: 'Partial',
        exitCode: 7,
        details: { keyId: own?.keyId, done: ['CreateKey'], surplus: true, holders: [other] },
      },
    })
    if (ended.how !== 'failed') expect.fail()
    expect(ended.error.hints).toEqual([
      `give it another name: kmsctl alias create ANOTHERNAME ${own?.keyId}`,
      `finish it: kmsctl rotation enable ${own?.keyId}`,
      `or give the key up: kmsctl deletion schedule ${own?.keyId} --confirm ${own?.keyId}`,
    ])
    const held = (await account.keys()).find(({ keyId }) => keyId === other)
    expect([held?.names.sort(), own?.names]).toEqual([['alias/app', 'alias/other'], []])
  })

  test('recover tells of it until it has a name or is given up', async () => {
    const { account, other } = await withOther()
    await account.create({}, taking(account, other, 'alias/app'))
    const own = await ownOf(account, other)
    const told = {
      result: {
        claims: [
          {
            token: own?.claim,
            keyId: own?.keyId,
            alias: 'alias/app',
            state: 'surplus',
            next: `kmsctl alias create ANOTHERNAME ${own?.keyId}`,
          },
        ],
      },
    }
    expect(await account.recover()).toMatchObject(told)
    expect(await account.recover()).toMatchObject(told)
    const { kms } = await account.session()
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/mine', TargetKeyId: own?.keyId }))
    const adopted = { claims: [{ state: 'adopted', alias: 'alias/mine', next: null }] }
    expect(await account.recover()).toMatchObject({ result: adopted })
    expect(await account.recover()).toMatchObject({ result: { claims: [] } })
  })

  test('when the name is free again, the same command gives it to the key that waits', async () => {
    const { account, other } = await withOther()
    await account.create({}, taking(account, other, 'alias/app'))
    expect(await account.create()).toMatchObject({ error: { code: 'AliasTaken', exitCode: 6 } })
    const own = await ownOf(account, other)
    const { kms } = await account.session()
    await kms.send(new DeleteAliasCommand({ AliasName: 'alias/app' }))
    const again = await account.create()
    expect(again).toMatchObject({ result: { changed: true, key: { keyId: own?.keyId } } })
    expect(await account.keys()).toHaveLength(2)
  })

  test('one of several: the key gets the others and its rotation, and that is 7', async () => {
    const { account, other } = await withOther()
    const wish = { aliases: ['a', 'b', 'c'], disabled: true }
    const ended = await account.create(wish, taking(account, other, 'alias/b'))
    expect(ended).toMatchObject({
      error: {
        exitCode: 7,
        details: {
          done: ['CreateKey', 'CreateAlias', 'CreateAlias', 'EnableKeyRotation', 'DisableKey'],
          notDone: ['CreateAlias'],
          surplus: false,
        },
      },
    })
    expect((await ownOf(account, other))?.names.sort()).toEqual(['alias/a', 'alias/c'])
    expect(await account.recover()).toMatchObject({ result: { claims: [] } })
  })

  test('whose key may not be described: the list of names says whether it is ours', async () => {
    const { account, other } = await withOther()
    const take = taking(account, other, 'alias/app')
    let asked = 0
    const ended = await account.create({}, async (operation, number, send) => {
      if (operation === 'DescribeKey' && ++asked > 1) throw denied('kms:DescribeKey')
      return take(operation, number, send)
    })
    expect(ended).toMatchObject({ error: { exitCode: 7, details: { holders: [] } } })
    if (ended.how !== 'failed') expect.fail()
    expect(ended.error.message).toContain('which another key has by now')
  })

  test('by ourselves perhaps, and nothing may be read: it is not told to be another key’s', async () => {
    const account = new Account()
    let aliases = 0
    let described = 0
    const ended = await account.create({}, async (operation, _number, send) => {
      if (operation === 'DescribeKey' && ++described > 1) throw denied('kms:DescribeKey')
      if (operation === 'ListAliases') throw denied('kms:ListAliases')
      const answer = await send()
      if (operation === 'CreateAlias' && ++aliases === 1) {
        // What the SDK's second attempt is answered after the first one's answer was lost.
        const taken = awsError('AlreadyExistsException')
        noteFailure(taken, { effect: 'unknown' })
        throw taken
      }
      return answer
    })
    expect(ended).toMatchObject({
      error: { exitCode: 7, details: { done: ['CreateKey'], outcome: 'unknown' } },
    })
    expect(await account.keys()).toMatchObject([{ names: ['alias/app'] }])
  })

  test('by ourselves, though the answer says that it is taken: success', async () => {
    const account = new Account()
    let lost = false
    const ended = await account.create({}, async (operation, _number, send) => {
      const answer = await send()
      if (operation !== 'CreateAlias' || lost) return answer
      lost = true
      throw reset()
    })
    expect(exitCodeOf(ended)).toBe(0)
  })
})

describe('create --if-not-exists, several runners at once', () => {
  /** Runs that all wait for each other before a request, so that each has seen the name free. */
  async function together(homes: readonly string[], at: string) {
    const account = new Account()
    let waiting = 0
    let open = () => {}
    const all = new Promise<void>((resolve) => {
      open = resolve
    })
    const around: Around = async (operation, _number, send) => {
      if (operation === at) {
        waiting += 1
        if (waiting === homes.length) open()
        await all
      }
      return send()
    }
    const runs = homes.map((home) => account.create({ ifNotExists: true }, around, home))
    return { account, ended: await Promise.all(runs) }
  }

  test('on machines of their own: one wins, the others tell of their surplus keys', async () => {
    const homes = ['one', 'two', 'three']
    const { account, ended } = await together(homes, 'CreateKey')
    expect(ended.map(exitCodeOf).sort()).toEqual([0, 7, 7])
    const keys = await account.keys()
    expect(keys.filter(({ names }) => names.includes('alias/app'))).toHaveLength(1)
    for (const one of ended) {
      if (one.how === 'done') expect(one.result.key.aliases).toEqual(['alias/app'])
      if (one.how === 'failed') {
        const { keyId, holders } = one.error.details as { keyId: string; holders: string[] }
        expect(keys.find((key) => key.keyId === keyId)?.names).toEqual([])
        expect(keys.find((key) => key.keyId === holders[0])?.names).toEqual(['alias/app'])
      }
    }
    for (const home of homes) {
      const again = await account.create({ ifNotExists: true }, undefined, home)
      expect(again).toMatchObject({ how: 'done', result: { changed: false } })
    }
    expect(await account.keys()).toHaveLength(3)
  })

  test('on one machine: one makes the key, the others make none and end with 6', async () => {
    const account = new Account()
    const runs = ['a', 'b', 'c'].map(() => account.create({ ifNotExists: true }))
    const codes = (await Promise.all(runs)).map(exitCodeOf)
    expect(codes.filter((code) => code === 0).length).toBeGreaterThanOrEqual(1)
    expect(codes.filter((code) => code !== 0 && code !== 6)).toEqual([])
    expect(await account.keys()).toHaveLength(1)
  })
})
