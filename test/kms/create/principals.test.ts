/** `create --wait`: a policy whose principals KMS does not know yet (a definite no-effect may be repeated). */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CreateAliasCommand } from '@aws-sdk/client-kms'
import { expect, test } from 'vitest'
import { awsError, reset } from '../support.js'
import { Account, type Around } from './runners.js'

/** The words of KMS (docs/facts/semantics.md). */
const unknown = () =>
  awsError(
    'MalformedPolicyDocumentException',
    'Policy contains a statement with one or more invalid principals.',
  )
const ROLE = 'arn:aws:iam::000000000000:role/made-just-now'
const WISH = { users: [ROLE] }

/** Refuses CreateKey so many times; counts how often it is sent, and what the journal holds while it waits. */
function refusing(times: number, then?: Around) {
  const counted = { sent: 0 }
  const around: Around = async (operation, number, send) => {
    if (operation !== 'CreateKey') return send()
    counted.sent += 1
    if (counted.sent <= times) throw unknown()
    return then === undefined ? send() : then(operation, number, send)
  }
  return { counted, around }
}

test('it is tried again until KMS knows them, and one key is made', async () => {
  const account = new Account()
  const began = account.clock
  const { counted, around } = refusing(3)
  const ended = await account.create({ ...WISH, waitSeconds: 30 }, around)
  expect(ended).toMatchObject({ how: 'done', result: { changed: true, warnings: [] } })
  expect(counted.sent).toBe(4)
  expect(account.clock - began).toBe(1_000 + 2_000 + 4_000)
  expect(ended.said[0]).toBe(
    'KMS does not know a principal of the policy (yet): trying again for up to 30 s',
  )
  expect(await account.keys()).toMatchObject([{ names: ['alias/app'] }])
  expect(await account.recover()).toMatchObject({ result: { claims: [] } })
})

test.each([
  ['without --wait once', undefined, 1],
  ['until the time is over', 5, 4],
])(
  'no key is made, nothing is left behind, and the principals are named: %s',
  async (_, waitSeconds, sent) => {
    const account = new Account()
    const { counted, around } = refusing(100)
    const ended = await account.create({ ...WISH, waitSeconds }, around)
    expect(ended).toMatchObject({
      error: {
        code: 'MalformedPolicyDocumentException',
        exitCode: 5,
        message: expect.stringContaining(ROLE),
        details: {
          principals: expect.arrayContaining([expect.objectContaining({ principal: ROLE })]),
        },
      },
    })
    if (ended.how !== 'failed') expect.fail()
    expect(ended.error.hints.join('\n')).toContain('--wait SECONDS')
    expect(counted.sent).toBe(sent)
    expect(await account.keys()).toEqual([])
    expect(await account.recover()).toMatchObject({ result: { claims: [] } })
  },
)

test('an answer that is lost is looked up, and never tried again', async () => {
  for (const made of [true, false]) {
    const account = new Account()
    const { counted, around } = refusing(2, async (_operation, _number, send) => {
      if (made) await send()
      throw reset()
    })
    const ended = await account.create({ ...WISH, waitSeconds: 30 }, around)
    expect(ended).toMatchObject(
      made ? { how: 'done' } : { error: { code: 'Ambiguous', exitCode: 8 } },
    )
    expect(counted.sent).toBe(3)
    expect(await account.keys()).toHaveLength(made ? 1 : 0)
  }
})

test('whoever takes the name meanwhile has it: 6, and no key is made', async () => {
  const account = new Account()
  const other = await account.create({ aliases: ['other'] }, undefined, 'other')
  if (other.how !== 'done') expect.fail()
  const { kms } = await account.session('other')
  const { around } = refusing(1)
  const ended = await account.create(
    { ...WISH, waitSeconds: 30 },
    async (operation, number, send) => {
      const refused = await around(operation, number, send).catch((error: unknown) => error)
      if (!(refused instanceof Error)) return refused
      if (operation === 'CreateKey') {
        const TargetKeyId = other.result.key.keyId
        await kms.send(new CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId }))
      }
      throw refused
    },
  )
  expect(ended).toMatchObject({ error: { code: 'AliasTaken', exitCode: 6 } })
  expect(await account.keys()).toHaveLength(1)
})

test('while it waits there is no claim, which would be older than its CreateKey', async () => {
  const account = new Account()
  const folder = join(account.memoryOf(), '000000000000', 'us-east-1', 'claims')
  const claims = () => readdirSync(folder).filter((name) => name.endsWith('.json')).length
  const [waiting, sending]: [number[], number[]] = [[], []]
  const { pass } = account
  account.pass = (milliseconds) => {
    waiting.push(claims())
    pass.call(account, milliseconds)
  }
  const { around } = refusing(2)
  await account.create({ ...WISH, waitSeconds: 30 }, async (operation, number, send) => {
    if (operation === 'CreateKey') sending.push(claims())
    return around(operation, number, send)
  })
  expect(sending).toEqual([1, 1, 1])
  expect(waiting).toEqual([0, 0])
})
