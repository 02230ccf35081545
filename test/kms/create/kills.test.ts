/** `kill -9` at every request of `create`, then the same command again, and `recover`. */
import { describe, expect, test } from 'vitest'
import { Account, exitCodeOf, killAt } from './runners.js'

const WISHES = {
  plain: {},
  'all of it': {
    aliases: ['app', 'second'],
    rotationPeriodDays: 180,
    disabled: true,
    tags: { Team: 'pay' },
  },
  'without a name': { noAlias: true },
} as const

type Wish = (typeof WISHES)[keyof typeof WISHES]

const isRead = (operation: string) => /^(Describe|Get|List)/.test(operation)

/** The operations that a run sends when nothing goes wrong. */
async function requestsOf(wish: Wish): Promise<string[]> {
  const account = new Account()
  const sent: string[] = []
  await account.create(wish as never, (operation, _number, send) => {
    sent.push(operation)
    return send()
  })
  return sent
}

/** What the account holds when the creation was not cut off. */
async function whole(wish: Wish) {
  const account = new Account()
  await account.create(wish as never)
  return inventory(account)
}

/** The account's keys without what differs from run to run. */
async function inventory({ sandbox }: Account) {
  const { regions } = await sandbox.state()
  const { keys = {}, aliases = {} } = regions['us-east-1'] ?? {}
  return Object.values(keys)
    .filter(({ manager }) => manager === 'CUSTOMER')
    .map(({ keyId, state, rotation, tags }) => ({
      state,
      rotates: rotation.enabled && rotation.periodInDays,
      tags: tags.filter(({ key }) => key !== 'kmsctl:claim'),
      names: Object.values(aliases)
        .flatMap((one) => (one.targetKeyId === keyId ? [one.name] : []))
        .sort(),
    }))
}

const ROWS = (
  await Promise.all(
    Object.entries(WISHES).map(async ([name, wish]) => {
      const requests = await requestsOf(wish)
      const after = requests.indexOf('CreateKey')
      return requests.flatMap((operation, index) =>
        // A read has no effect: after it is before the next request.
        (isRead(operation) ? (['before'] as const) : (['before', 'after'] as const)).map(
          (when) => ({
            name,
            wish,
            operation,
            at: index + 1,
            when,
            made: index > after || (index === after && when === 'after'),
          }),
        ),
      )
    }),
  )
).flat()

describe.each(ROWS)('$name: killed $when request $at, $operation', ({ wish, at, when, made }) => {
  async function killed() {
    const account = new Account()
    expect(await account.create(wish as never, killAt(at, when))).toMatchObject({ how: 'killed' })
    expect(await account.keys()).toHaveLength(made ? 1 : 0)
    return account
  }
  /** Whether the journal has the claim: it is written right before CreateKey. */
  const begun =
    made || ROWS.some((row) => row.wish === wish && row.at === at && row.operation === 'CreateKey')

  test('the same command again goes on with the key, and makes no other', async () => {
    const account = await killed()
    const again = await account.create(wish as never)
    if (begun && !made) {
      // There may be a key that is not seen yet: a quarter of an hour later there is certainly none.
      expect(exitCodeOf(again)).toBe(8)
      expect(await account.keys()).toEqual([])
      account.pass(15 * 60_000)
      expect(exitCodeOf(await account.create(wish as never))).toBe(0)
    } else expect(exitCodeOf(again)).toBe(0)
    expect(await inventory(account)).toEqual(await whole(wish))
    expect(await account.recover()).toMatchObject({ result: { claims: [], warnings: [] } })
  })

  test('recover finishes the key, or says that there is none', async () => {
    const account = await killed()
    const recovered = await account.recover()
    if (recovered.how !== 'done') expect.fail(JSON.stringify(recovered))
    const { claims } = recovered.result
    expect(claims.map(({ state }) => state)).toEqual(begun ? [made ? 'finished' : 'unknown'] : [])
    if (made) {
      expect(await inventory(account)).toEqual(await whole(wish))
      const [key] = await account.keys()
      expect(claims).toMatchObject([{ keyId: key?.keyId, token: key?.claim, next: null }])
    }
    account.pass(15 * 60_000)
    const later = await account.recover()
    const states = later.how === 'done' ? later.result.claims.map(({ state }) => state) : []
    expect(states).toEqual(begun && !made ? ['none'] : [])
    expect(await account.recover()).toMatchObject({ result: { claims: [] } })
  })
})
