import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  ListAliasesCommand,
  ListKeysCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { CHOOSING } from '../../scripts/permissions/table.js'
import type { Session } from '../../src/lib/aws/session.js'
import { choose } from '../../src/lib/key-picker/choose.js'
import type { Desk } from '../../src/lib/key-picker/picker-host.js'
import { UNWATCHED } from '../../src/lib/kms/list/progress-reporter.js'
import { BACK } from '../../src/lib/wizard/question.js'
import { denied, failure, metadata, mockedSession } from '../kms/support.js'
import { answering } from '../support/answers.js'
import { sandboxSession } from '../support/session.js'

function at(session: Session, person: ReturnType<typeof answering>, words = 'describe') {
  const desk: Desk = {
    asker: person.asker,
    session: async () => session,
    watch: () => UNWATCHED,
    hideProgress() {},
    words,
  }
  return { desk }
}

/** A sandbox with keys of these names; `name!` is disabled. */
async function withKeys(...names: string[]) {
  const session = await sandboxSession()
  const ids: Record<string, string> = {}
  for (const word of names) {
    const name = word.replace('!', '')
    const made = await session.kms.send(new CreateKeyCommand({ Description: `Keys of ${name}` }))
    const KeyId = made.KeyMetadata?.KeyId ?? ''
    await session.kms.send(
      new CreateAliasCommand({ AliasName: `alias/${name}`, TargetKeyId: KeyId }),
    )
    if (word !== name) await session.kms.send(new DisableKeyCommand({ KeyId }))
    ids[name] = KeyId
  }
  session.sent.length = 0
  return { session, ids }
}

describe('a KEY', () => {
  test('is chosen by name, state and description; the answer is its ID', async () => {
    const { session, ids } = await withKeys('app', 'next!')
    const person = answering(({ choices }) => choices[1]?.value ?? '')
    const { desk } = at(session, person)
    expect(await choose(desk, 'describe', ['key'])).toEqual({ key: ids.next })
    expect(person.heard[0]).toMatchObject({
      canGoBack: false,
      question: { message: 'Which key?', help: 'Keys in us-east-1, account 000000000000.' },
    })
    expect(person.heard[0]?.choices.slice(0, 2)).toEqual([
      { value: ids.app, label: 'alias/app', hint: 'Enabled, Keys of app' },
      { value: ids.next, label: 'alias/next', hint: 'Disabled, Keys of next' },
    ])
    // What AWS manages comes last, whatever its name.
    const others = person.heard[0]?.choices.slice(2) ?? []
    expect(others.length).toBeGreaterThan(0)
    for (const { hint } of others) expect(hint).toContain('managed by AWS')
    expect([...new Set(session.sent)].sort()).toEqual(['DescribeKey', 'ListAliases', 'ListKeys'])
  })

  test('only those that there is something to do for are listed', async () => {
    const { session, ids } = await withKeys('app', 'next!')
    const person = answering('any')
    await choose(at(session, person).desk, 'enable', ['key'])
    expect(person.heard[0]?.choices.map(({ value }) => value)).toEqual([ids.next])
  })

  test('its last use is asked for where the command is about deleting, one by one', async () => {
    const { session, ids } = await withKeys('app', 'next')
    const person = answering(async ({ question }) => {
      expect(session.sent).not.toContain('GetKeyLastUsage')
      const detail = question.kind === 'search' ? question.detail : undefined
      expect(await detail?.(ids.app ?? '')).toBe('never used')
      return ids.app ?? ''
    })
    await choose(at(session, person).desk, 'deletion:schedule', ['key'])
    expect(session.sent.filter((name) => name === 'GetKeyLastUsage')).toHaveLength(1)
    const other = answering('any')
    await choose(at(session, other).desk, 'describe', ['key'])
    expect(other.heard[0]?.question).not.toHaveProperty('detail')
  })

  test('a last use that may not be read is unknown', async () => {
    const { session, kms } = mockedSession()
    kms.on(ListKeysCommand).resolves({ Keys: [{ KeyId: 'k1', KeyArn: 'arn:k1' }] })
    kms.on(ListAliasesCommand).resolves({ Aliases: [] })
    kms.on(DescribeKeyCommand).resolves({ KeyMetadata: metadata() })
    const person = answering(async ({ question, choices }) => {
      const value = choices[0]?.value ?? ''
      const detail = question.kind === 'search' ? question.detail : undefined
      expect(await detail?.(value)).toBe('last use unknown')
      return value
    })
    await choose(at(session, person).desk, 'deletion:check', ['key'])
  })

  test.each([
    ['enable', ['app'], 'no key is disabled'],
    ['disable', ['next!'], 'no key is enabled'],
    ['deletion:cancel', ['app'], 'no key is pending deletion'],
  ])('%s of %j: 3, where there is none to choose', async (command, names, why) => {
    const { session } = await withKeys(...names)
    const person = answering()
    const told = await failure(choose(at(session, person).desk, command, ['key']))
    expect(told).toMatchObject({ code: 'KeyNotFound', exitCode: 3 })
    expect(told.message).toBe(`there is nothing to choose in us-east-1: ${why}`)
    expect(person.heard).toEqual([])
  })

  test('who may not list keys is told to name one (4)', async () => {
    const { session, kms } = mockedSession()
    kms.on(ListKeysCommand).rejects(denied('kms:ListKeys'))
    kms.on(ListAliasesCommand).resolves({ Aliases: [] })
    const told = await failure(
      choose(at(session, answering(), 'tag list').desk, 'tag:list', ['key']),
    )
    expect(told).toMatchObject({ code: 'AccessDeniedException', exitCode: 4 })
    expect(told.message).toMatch(/^the keys to choose from cannot be read: .*kms:ListKeys/)
    expect(told.hints[0]).toBe('name the key instead: kmsctl tag list KEY')
  })

  test('who may not list aliases chooses among IDs, and is told why', async () => {
    const { session, kms } = mockedSession()
    kms.on(ListKeysCommand).resolves({ Keys: [{ KeyId: 'k1', KeyArn: 'arn:k1' }] })
    kms.on(ListAliasesCommand).rejects(denied('kms:ListAliases'))
    kms.on(DescribeKeyCommand).resolves({ KeyMetadata: metadata({ Description: 'Orders' }) })
    const person = answering('any')
    await choose(at(session, person).desk, 'describe', ['key'])
    expect(person.heard[0]?.choices).toMatchObject([{ label: metadata().KeyId }])
    expect(person.heard[0]?.question.help).toContain('Their aliases could not be read.')
  })
})

test('choosing sends what the table of permissions says, and nothing else', async () => {
  const { session, ids } = await withKeys('app')
  const withDetail = answering(async ({ question }) => {
    if (question.kind === 'search') await question.detail?.(ids.app ?? '')
    return ids.app ?? ''
  })
  await choose(at(session, withDetail).desk, 'deletion:schedule', ['key'])
  await choose(at(session, answering('alias/app')).desk, 'alias:delete', ['name'])
  const told = CHOOSING.map(({ action }) => action.replace('kms:', ''))
  expect([...new Set(session.sent)].sort()).toEqual(told.sort())
})

describe('a NAME', () => {
  test('alias delete: one of the aliases, but AWS’s own', async () => {
    const { session, ids } = await withKeys('app', 'next')
    const person = answering('alias/next')
    expect(await choose(at(session, person).desk, 'alias:delete', ['name'])).toEqual({
      name: 'alias/next',
    })
    expect(person.heard[0]?.choices).toEqual([
      { value: 'alias/app', label: 'alias/app', hint: `key ${ids.app}` },
      { value: 'alias/next', label: 'alias/next', hint: `key ${ids.next}` },
    ])
  })

  test('where there is none: 3', async () => {
    const { session } = await withKeys()
    const told = await failure(choose(at(session, answering()).desk, 'alias:delete', ['name']))
    expect(told).toMatchObject({ code: 'AliasNotFound', exitCode: 3 })
  })

  test('who may not list them is told to name one (4)', async () => {
    const { session, kms } = mockedSession()
    kms.on(ListAliasesCommand).rejects(denied('kms:ListAliases'))
    const { desk } = at(session, answering(), 'alias delete')
    const told = await failure(choose(desk, 'alias:delete', ['name']))
    expect(told).toMatchObject({ exitCode: 4 })
    expect(told.hints[0]).toBe('name the alias instead: kmsctl alias delete NAME')
  })

  test('alias create: typed, and checked while somebody is there', async () => {
    const { session, ids } = await withKeys('app')
    const verdicts: unknown[] = []
    const person = answering(async ({ question }) => {
      const check = question.kind === 'text' ? question.check : undefined
      for (const typed of ['', 'app', 'alias/aws/x', 'a b', 'free', ' free ']) {
        verdicts.push(await check?.(typed))
      }
      return ' free '
    }, ids.app ?? '')
    expect(await choose(at(session, person).desk, 'alias:create', ['name', 'key'])).toEqual({
      name: 'free',
      key: ids.app,
    })
    expect(verdicts).toEqual([
      expect.stringContaining('the alias name is empty'),
      `alias alias/app already points to key ${ids.app}`,
      expect.stringContaining('is reserved for AWS'),
      expect.stringContaining('contains " "'),
      true,
      true,
    ])
  })

  test('from the key one can go back to the name', async () => {
    const { session, ids } = await withKeys('app', 'next')
    const person = answering('alias/app', BACK, 'alias/next', ids.app ?? '')
    expect(await choose(at(session, person).desk, 'alias:update', ['name', 'key'])).toEqual({
      name: 'alias/next',
      key: ids.app,
    })
    expect(person.heard.map(({ canGoBack }) => canGoBack)).toEqual([false, true, false, true])
  })
})

test('of thousands of keys, the question is asked when the first is there', async () => {
  const { session, kms } = mockedSession()
  const Keys = Array.from({ length: 500 }, (_, at) => ({ KeyId: `k${at}`, KeyArn: `arn:k${at}` }))
  const Aliases = Keys.map(({ KeyId }) => ({ AliasName: `alias/${KeyId}`, TargetKeyId: KeyId }))
  kms.on(ListKeysCommand).resolves({ Keys })
  kms.on(ListAliasesCommand).resolves({ Aliases })
  let described = 0
  let goOn = () => {}
  const rest = new Promise<void>((resolve) => {
    goOn = resolve
  })
  kms.on(DescribeKeyCommand).callsFake(async ({ KeyId }) => {
    described += 1
    if (described > 20) await rest
    return { KeyMetadata: metadata({ KeyId }) }
  })
  const early: number[] = []
  const person = answering(({ choices }) => `${choices.length}`)
  const { ask } = person.asker
  person.asker.ask = async (question, options) => {
    early.push(question.kind === 'search' ? question.choices.length : -1)
    goOn()
    return ask(question, options)
  }
  expect(await choose(at(session, person).desk, 'describe', ['key'])).toEqual({ key: '500' })
  expect(early[0]).toBeLessThan(500)
  expect(early[0]).toBeGreaterThan(0)
})
