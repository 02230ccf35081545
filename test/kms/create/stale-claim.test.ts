/**
 * A run that stands still between its claim and CreateKey (a machine that sleeps): whoever looks a quarter of an hour
 * after the claim is told that there certainly is no key, so that none may be made by it any more (outlook.ts).
 */
import { expect, test } from 'vitest'
import { ENDLESS } from '../../../src/lib/aws/call/run-signals.js'
import { connect } from '../../../src/lib/aws/connection.js'
import { inProcessHandler } from '../../../src/lib/sandbox/index.js'
import { Account } from './runners.js'

const MINUTE = 60_000

/** Stands still for so long between signing and sending CreateKey, so many times; counts what goes out. */
async function standingStill(account: Account, milliseconds: number, times: number) {
  const counted = { signed: 0, arrived: 0 }
  const session = await account.session()
  const handler = inProcessHandler(account.sandbox)
  const { kms } = await connect({
    env: {},
    region: 'us-east-1',
    lifeline: ENDLESS,
    sandbox: {
      handle: (...given: Parameters<typeof handler.handle>) => {
        if (String(given[0].headers['x-amz-target']).endsWith('CreateKey')) counted.arrived += 1
        return handler.handle(...given)
      },
    } as never,
  })
  kms.middlewareStack.addRelativeTo(
    ((next: (args: unknown) => Promise<unknown>, context: unknown) => async (args: unknown) => {
      const { commandName } = context as { commandName?: string }
      if (commandName === 'CreateKeyCommand') {
        counted.signed += 1
        if (counted.signed <= times) account.pass(milliseconds)
      }
      return next(args)
    }) as never,
    { name: 'standStill', relation: 'after', toMiddleware: 'httpSigningMiddleware' },
  )
  account.session = async () => ({ ...session, kms })
  return counted
}

test('its CreateKey does not go out, and the creation is begun anew', async () => {
  const account = new Account()
  const counted = await standingStill(account, 16 * MINUTE, 1)
  const ended = await account.create()
  expect(ended).toMatchObject({ how: 'done', result: { changed: true, warnings: [] } })
  expect(counted).toEqual({ signed: 2, arrived: 1 })
  expect(await account.keys()).toHaveLength(1)
})

test('always, it ends with 9, and there is no key and no claim', async () => {
  const account = new Account()
  const counted = await standingStill(account, 2 * MINUTE, 100)
  const ended = await account.create()
  expect(ended).toMatchObject({ error: { code: 'Timeout', exitCode: 9 } })
  expect(counted).toEqual({ signed: 3, arrived: 0 })
  expect(await account.keys()).toEqual([])
  expect(await account.recover()).toMatchObject({ result: { claims: [] } })
})

test('for less than a minute is no reason', async () => {
  const account = new Account()
  const counted = await standingStill(account, 50_000, 1)
  expect(await account.create()).toMatchObject({ how: 'done' })
  expect(counted).toEqual({ signed: 1, arrived: 1 })
})
