/** What `create` writes down, when, and what it makes of what earlier runs wrote down. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { KmsctlError } from '../../../src/lib/errors.js'
import { carryOut } from '../../../src/lib/kms/change/plan.js'
import { planCreate } from '../../../src/lib/kms/create/plan.js'
import { planRecover, recoveryExitCode } from '../../../src/lib/kms/recover/recover.js'
import type { DryRun } from '../../../src/lib/results.js'
import { apply, awsError, gate, request, reset } from '../support.js'
import { Account, type Around, exitCodeOf, KILL, killAt } from './runners.js'

const claimsOf = (account: Account, accountId = '000000000000', home?: string) =>
  join(account.memoryOf(home), accountId, 'us-east-1', 'claims')

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch {
    return []
  }
}

function textIn(folder: string): string {
  return filesIn(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('')
}

/** Kills a run when it is about to send an operation. */
const killBefore =
  (name: string): Around =>
  async (operation, _number, send) => {
    if (operation === name) throw KILL
    return send()
  }

const lose =
  (name: string, { after = false } = {}): Around =>
  async (operation, _number, send) => {
    if (operation !== name) return send()
    if (after) await send()
    throw reset()
  }

describe('what is written down, and when', () => {
  test('the claim before CreateKey, the key before CreateAlias, and nothing at the end', async () => {
    const account = new Account()
    const seen: Record<string, string> = {}
    const ended = await account.create({}, async (operation, _number, send) => {
      seen[operation] ??= textIn(claimsOf(account))
      return send()
    })
    expect(seen.DescribeKey).toBe('')
    expect(seen.CreateKey).toContain('"aliases":["alias/app"]')
    expect(seen.CreateKey).not.toContain('"state"')
    const [key] = await account.keys()
    expect(seen.CreateKey).toContain(`"token":"${key?.claim}"`)
    expect(seen.CreateAlias).toContain(`{"state":"created","keyId":"${key?.keyId}"`)
    expect(filesIn(claimsOf(account))).toEqual([])
    expect(ended.said).toEqual([`key ${key?.keyId} was created`])
  })

  test('no policy, no description and no tag', async () => {
    const account = new Account()
    const policy = {
      Version: '2012-10-17',
      Id: 'CANARY',
      Statement: [
        {
          Sid: 'CANARY',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::000000000000:root' },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    }
    await account.create(
      {
        description: 'CANARY',
        tags: { CANARY: 'CANARY' },
        policy: { text: JSON.stringify(policy), source: 'p.json' },
      },
      killBefore('CreateAlias'),
    )
    expect(filesIn(claimsOf(account))).toHaveLength(1)
    expect(textIn(claimsOf(account))).not.toContain('CANARY')
  })

  test('a refusal of CreateKey made no key, and leaves no claim', async () => {
    const account = new Account()
    const ended = await account.create({}, async (operation, _number, send) => {
      if (operation === 'CreateKey') throw awsError('LimitExceededException')
      return send()
    })
    expect(exitCodeOf(ended)).toBe(1)
    expect(filesIn(claimsOf(account))).toEqual([])
  })

  test('a dry run writes nothing down and ends no claim', async () => {
    const account = new Account()
    const folder = claimsOf(account)
    const dry = async (over = {}) => {
      const plan = planCreate(await account.session(), request(over), account.tools())
      return (await carryOut(await plan, gate({ dryRun: true }))) as DryRun
    }
    await dry()
    expect(filesIn(folder)).toEqual([])
    await account.create({}, killAt(2, 'before'))
    const before = textIn(folder)
    account.pass(15 * 60_000)
    expect((await dry()).calls.map(({ operation }) => operation)).toContain('CreateKey')
    expect(textIn(folder)).toBe(before)
  })

  test('a dry run shows what an earlier run’s key still lacks', async () => {
    const account = new Account()
    await account.create({}, killBefore('EnableKeyRotation'))
    const [key] = await account.keys()
    const plan = await planCreate(await account.session(), request(), account.tools())
    const { calls, warnings } = (await carryOut(plan, gate({ dryRun: true }))) as DryRun
    expect(calls).toEqual([{ operation: 'EnableKeyRotation', input: { KeyId: key?.keyId } }])
    expect(warnings).toEqual([expect.stringContaining(`goes on with key ${key?.keyId}`)])
  })
})

describe('a journal that cannot be written', () => {
  function broken() {
    const account = new Account()
    const folder = claimsOf(account)
    mkdirSync(dirname(folder), { recursive: true })
    writeFileSync(folder, '')
    return account
  }

  test('is found before CreateKey: 1, and what to do', async () => {
    const account = broken()
    const ended = await account.create()
    expect(ended).toMatchObject({ how: 'failed', error: { code: 'Journal', exitCode: 1 } })
    expect(await account.keys()).toEqual([])
  })

  test('with --no-journal the token is told before CreateKey', async () => {
    const account = broken()
    let said: readonly string[] = []
    const ended = await account.create({ journal: false }, async (operation, _number, send) => {
      if (operation === 'CreateKey') said = [...account.said]
      return send()
    })
    const [key] = await account.keys()
    expect(said).toEqual([`claim token ${key?.claim}`])
    expect(ended.said).toEqual([...said, `key ${key?.keyId} was created`])
    if (ended.how !== 'done') expect.fail()
    expect(ended.result.warnings).toEqual([expect.stringContaining('earlier creations are not')])
  })

  test('with --no-journal nothing is written', async () => {
    const account = new Account()
    await account.create({ journal: false }, killBefore('CreateAlias'))
    expect(filesIn(claimsOf(account))).toEqual([])
  })

  test('after CreateKey it stops nothing', async () => {
    const account = new Account()
    const ended = await account.create({}, async (operation, _number, send) => {
      const answer = await send()
      if (operation === 'CreateKey') rmSync(claimsOf(account), { recursive: true })
      return answer
    })
    expect(ended).toMatchObject({
      how: 'done',
      result: { changed: true, warnings: [expect.stringContaining('the creation went on')] },
    })
  })
})

describe('an earlier creation of the same name', () => {
  test('that is under way in another process: 6, and no key', async () => {
    const account = new Account()
    let second: unknown
    await account.create({}, async (operation, _number, send) => {
      if (operation === 'CreateKey') second = await account.create()
      return send()
    })
    expect(second).toMatchObject({
      how: 'failed',
      error: { code: 'CreationOpen', exitCode: 6, details: { region: 'us-east-1' } },
    })
    expect(await account.keys()).toHaveLength(1)
  })

  test('of another wish: 6, until it is finished or forgotten', async () => {
    const account = new Account()
    await account.create({}, killBefore('CreateAlias'))
    const other = await account.create({ description: 'another' })
    expect(other).toMatchObject({ how: 'failed', error: { code: 'CreationOpen', exitCode: 6 } })
    if (other.how !== 'failed') expect.fail()
    expect(other.error.hints.join()).toMatch(/kmsctl recover --forget [0-9a-f]{32}/)
    await account.recover()
    expect(await account.create({ description: 'another' })).toMatchObject({
      error: { code: 'AliasTaken', exitCode: 6 },
    })
  })

  test.each([
    ['the order of tags and aliases', { aliases: ['b', 'a'], tags: { Y: '2', X: '1' } }],
    ['defaults that are written out', { spec: 'SYMMETRIC_DEFAULT', origin: 'AWS_KMS' }],
    ['--if-not-exists', { ifNotExists: true }],
    ['--settle', { settleSeconds: 3 }],
  ])('%s makes it no other wish', async (_name, over) => {
    const account = new Account()
    const wish = { aliases: ['a', 'b'], tags: { X: '1', Y: '2' } }
    await account.create(wish, killBefore('CreateAlias'))
    expect(exitCodeOf(await account.create({ ...wish, ...over }))).toBe(0)
    expect(await account.keys()).toHaveLength(1)
  })

  test('of one of several names is one of the same name', async () => {
    const account = new Account()
    await account.create({ aliases: ['a', 'b'] }, killBefore('CreateAlias'))
    expect(await account.create({ aliases: ['b', 'c'] })).toMatchObject({ error: { exitCode: 6 } })
  })

  test('of another name is warned of, and left alone', async () => {
    const account = new Account()
    await account.create({ aliases: ['other'] }, killBefore('CreateAlias'))
    const ended = await account.create()
    if (ended.how !== 'done') expect.fail()
    expect(ended.result.warnings).toEqual([
      'an earlier creation has no ending (alias/other): kmsctl recover --region us-east-1',
    ])
    expect(filesIn(claimsOf(account))).toHaveLength(1)
  })

  test('in a file that cannot be read is warned of', async () => {
    const account = new Account()
    mkdirSync(claimsOf(account), { recursive: true })
    writeFileSync(join(claimsOf(account), `${'1'.repeat(32)}.json`), '{')
    const ended = await account.create()
    if (ended.how !== 'done') expect.fail()
    expect(ended.result.warnings).toEqual([expect.stringContaining('it is damaged')])
    // There may be a key of it, which its token finds.
    const recovery = await apply(
      planRecover(await account.session(), { scan: false }, account.tools()),
    )
    const token = '1'.repeat(32)
    const next = `kmsctl list --tag kmsctl:claim=${token} --region us-east-1`
    expect(recovery.claims).toMatchObject([{ token, keyId: null, state: 'unknown', next }])
    expect(recoveryExitCode(recovery)).toBe(8)
  })

  test('whose key was given up since: another one is made', async () => {
    const account = new Account()
    await account.create({}, killBefore('CreateAlias'))
    const session = await account.session()
    const [first] = await account.keys()
    const { ScheduleKeyDeletionCommand } = await import('@aws-sdk/client-kms')
    await session.kms.send(new ScheduleKeyDeletionCommand({ KeyId: first?.keyId }))
    const ended = await account.create()
    if (ended.how !== 'done') expect.fail()
    expect(ended.result.key.keyId).not.toBe(first?.keyId)
    expect(ended.result.warnings).toEqual([expect.stringContaining(first?.keyId ?? '')])
    expect(filesIn(claimsOf(account))).toEqual([])
  })

  test('that went on meanwhile is not gone on with twice', async () => {
    const account = new Account()
    await account.create({}, killBefore('CreateAlias'))
    let second: unknown
    const first = await account.create({}, async (operation, _number, send) => {
      if (operation === 'CreateAlias') second = await account.create()
      return send()
    })
    expect(exitCodeOf(first)).toBe(0)
    expect(second).toMatchObject({ how: 'failed', error: { exitCode: 6 } })
  })

  test('without a claim tag, whose key is not known: 8, always, and how to end it', async () => {
    const account = new Account()
    const wish = { claimTag: false }
    const lost = await account.create(wish, lose('CreateKey', { after: true }))
    expect(lost).toMatchObject({ error: { code: 'Ambiguous', exitCode: 8 } })
    if (lost.how !== 'failed') expect.fail()
    expect(lost.error.hints.join('\n')).toMatch(/--forget [0-9a-f]{32}/)
    account.pass(24 * 3600_000)
    expect(exitCodeOf(await account.create(wish))).toBe(8)
    expect(await account.keys()).toHaveLength(1)
  })

  test('without a claim tag, whose key is known: it is gone on with', async () => {
    const account = new Account()
    await account.create({ claimTag: false }, killBefore('EnableKeyRotation'))
    expect(exitCodeOf(await account.create({ claimTag: false }))).toBe(0)
    expect(await account.keys()).toHaveLength(1)
  })

  test('of a key without a name, under way: another one may be made beside it', async () => {
    const account = new Account()
    let second: unknown
    await account.create({ noAlias: true }, async (operation, _number, send) => {
      if (operation === 'CreateKey') second = await account.create({ noAlias: true })
      return send()
    })
    expect(second).toMatchObject({ how: 'done' })
    expect(await account.keys()).toHaveLength(2)
  })
})

describe('where STS cannot be asked', () => {
  const silent = async (account: Account) => ({
    ...(await account.session()),
    identity: () => Promise.reject(new KmsctlError('Unreachable', 'no route')),
  })

  test('a claim of any account with the name may be this one’s: 9, and nothing is made', async () => {
    const account = new Account()
    await account.create({}, killBefore('CreateAlias'))
    const plan = planCreate(await silent(account), request(), account.tools())
    await expect(plan).rejects.toMatchObject({ code: 'Unreachable', exitCode: 9 })
  })

  test('what it begins is found by a run that knows its account', async () => {
    const account = new Account()
    const session = await silent(account)
    const tools = account.tools()
    const plan = await planCreate(session, request(), tools)
    session.kms.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'CreateAliasCommand') throw awsError('AccessDeniedException')
        return next(args)
      },
      { step: 'initialize', name: 'deny' },
    )
    await expect(plan.apply()).rejects.toMatchObject({ exitCode: 7 })
    tools.processes.kill()
    expect(filesIn(claimsOf(account, 'unknown'))).toHaveLength(1)
    // To another account its key is not there, which is no sign that it was deleted.
    const other = new Account()
    other.pass(24 * 3600_000)
    const elsewhere = { ...(await other.session()), memory: async () => account.memoryOf() }
    const recovery = await apply(planRecover(elsewhere, { scan: false }, account.tools()))
    expect(recovery.claims).toMatchObject([{ state: 'unknown' }])
    expect(filesIn(claimsOf(account, 'unknown'))).toHaveLength(1)
    expect(exitCodeOf(await account.create())).toBe(0)
    expect(await account.keys()).toHaveLength(1)
  })
})
