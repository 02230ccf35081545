/** Changes of many keys by KEYs, standard input or a selector (contract 4 to 6). */
import { stripVTControlCharacters as plain } from 'node:util'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { document, failure } from '../support/documents.js'
import { endpoint } from '../support/network/endpoint.js'
import { CREDENTIALS } from '../support/run/binary.js'
import { preparedShell, shell } from '../support/run/shell.js'

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example')
})

/** Each of them: what it does to `app` and `next`, and what undoes it. */
const BULK = [
  { name: 'disable', more: '', before: [], sends: 'DisableKey' },
  {
    name: 'enable',
    more: '',
    before: ['disable app --yes', 'disable next --yes'],
    sends: 'EnableKey',
  },
  { name: 'tag set', more: ' Stage=test', before: [], sends: 'TagResource' },
  { name: 'rotation enable', more: ' --period-days 100', before: [], sends: 'EnableKeyRotation' },
  {
    name: 'deletion cancel',
    more: '',
    before: ['deletion schedule app --confirm {app}', 'deletion schedule next --confirm {next}'],
    sends: 'CancelKeyDeletion',
  },
] as const

async function situated(before: readonly string[]) {
  const type = await preparedShell()
  for (const line of before) expect(await type(line)).toMatchObject({ exitCode: 0 })
  return type
}

const BOTH = [
  { key: 'alias/app', changed: true, error: null },
  { key: 'alias/next', changed: true, error: null },
]

describe.each(BULK)('$name', ({ name, more, before, sends }) => {
  const selected = `${name} --alias-prefix alias/${more}`
  test('with a selector: every key is reported; again, nothing is left to do', async () => {
    const type = await situated(before)
    const ran = await type(`${selected} --yes --json --trace`)
    expect(ran.exitCode).toBe(0)
    const { results, warnings } = document(ran)
    expect(results).toEqual([
      { key: 'alias/app', keyId: type.fill('{app}'), changed: true, error: null },
      { key: 'alias/next', keyId: type.fill('{next}'), changed: true, error: null },
    ])
    expect(warnings).toEqual([])
    expect(ran.stderr.match(new RegExp(`trace: ${sends} `, 'g'))).toHaveLength(2)
    expect(ran.stderr).toContain('[sandbox] account 000000000000, Region us-east-1\n')
    const again = await type(`${selected} --json --trace`)
    expect(again.exitCode).toBe(0)
    expect(document(again).results.map(({ changed }: { changed: boolean }) => changed)).toEqual([
      false,
      false,
    ])
    expect(again.stderr).not.toContain(`trace: ${sends}`)
  })

  test('with a selector it asks: off a terminal it is 5, and nothing is changed', async () => {
    const type = await situated(before)
    const bytes = type.sandboxBytes()
    expect(failure(await type(`${selected} --json`), 5)).toMatchObject({
      code: 'ConfirmationRequired',
      message: 'this needs a confirmation: pass --yes',
    })
    expect(type.sandboxBytes()).toBe(bytes)
  })

  test('on a terminal it shows what would change, and asks once', async () => {
    const type = await situated(before)
    const ran = await type(selected, { person: { types: ['y\r'], columns: 120 } })
    expect(ran.exitCode).toBe(0)
    const screen = plain(ran.stderr)
    for (const key of ['app', 'next']) {
      expect(screen).toMatch(
        new RegExp(`^alias/${key} +${type.fill(`{${key}}`)} +to be changed$`, 'm'),
      )
    }
    expect(screen).toContain('2 keys: 2 to be changed\n')
    expect(screen).toContain('2 keys?')
    const bytes = type.sandboxBytes()
    const declined = await situated(before)
    const kept = declined.sandboxBytes()
    const no = await declined(selected, { person: { types: ['n\r'] } })
    expect(no.exitCode).toBe(5)
    expect(declined.sandboxBytes()).toBe(kept)
    expect(bytes).not.toBe(kept)
  })

  test('--dry-run shows every call, asks nothing and sends none', async () => {
    const type = await situated(before)
    const bytes = type.sandboxBytes()
    const { calls } = document(await type(`${selected} --dry-run --json`))
    expect(calls.map(({ operation }: { operation: string }) => operation)).toEqual([sends, sends])
    expect(type.sandboxBytes()).toBe(bytes)
  })

  test('with several KEYs, and with -', async () => {
    const yes = name === 'disable' ? ' --yes' : ''
    const type = await situated(before)
    const words = document(await type(`${name} app next${more}${yes} --json`))
    expect(words.results).toMatchObject([
      { key: 'app', changed: true },
      { key: 'next', changed: true },
    ])
    const piped = await situated(before)
    const ran = await piped(`${name} -${more}${yes} --json`, { stdin: 'next\napp\n' })
    expect(document(ran).results).toMatchObject([
      { key: 'next', changed: true },
      { key: 'app', changed: true },
    ])
  })

  test('one that fails stops no other: 7', async () => {
    const type = await situated(before)
    const yes = name === 'disable' ? ' --yes' : ''
    const ran = await type(`${name} app nope next${more}${yes} --json`)
    expect(ran.exitCode).toBe(7)
    expect(document(ran).results).toMatchObject([
      { key: 'app', changed: true },
      { key: 'nope', keyId: null, changed: false, error: { code: 'NotFoundException' } },
      { key: 'next', changed: true },
    ])
  })
})

/** What is the same for all of them, tried on the one that asks anyway and the one whose words are KEYs and tags. */
describe.each(BULK.filter(({ name }) => ['disable', 'tag set'].includes(name)))(
  '$name: its selector',
  ({ name, more, before }) => {
    test('a selector and a KEY exclude each other: 2', async () => {
      const type = await situated(before)
      const error = failure(await type(`${name} app --tag Team=pay${more} --json`), 2)
      expect(error.message).toBe(
        'KEY app and a selector (--tag, --alias-prefix, --state) exclude each other',
      )
    })

    test('an empty prefix, as of a variable that is not set, selects nothing: 2', async () => {
      const error = failure(await shell()(`${name} --alias-prefix=${more} --yes --json`), 2)
      expect(error.message).toBe(
        '--alias-prefix is empty, and would select every key that has an alias',
      )
    })

    test('neither a selector nor a KEY: 2', async () => {
      expect(failure(await shell()(`${name}${more} --json`), 2).message).toBe(
        'missing argument KEY',
      )
    })

    test('a selector that finds nothing: 0, and that is said', async () => {
      const type = await situated(before)
      const ran = await type(`${name} --tag Team=nobody${more} --json`)
      expect(ran.exitCode).toBe(0)
      expect(document(ran)).toEqual({
        results: [],
        warnings: ['no key is selected'],
        sandbox: true,
      })
    })

    test('selectors hold together, and find no key of AWS’s', async () => {
      const type = await situated(before)
      await type('tag set app Team=pay')
      const all = await type(
        `${name} --state Enabled --state Disabled --state PendingDeletion${more} --yes --json`,
      )
      expect(document(all).results).toMatchObject(BOTH)
    })
  },
)

describe('selectors', () => {
  test('by tag and state together', async () => {
    const type = await preparedShell()
    await type('tag set app next Team=pay')
    await type('disable next --yes')
    const { results } = document(await type('enable --tag Team=pay --state Disabled --yes --json'))
    expect(results).toMatchObject([{ key: 'alias/next', changed: true }])
  })

  test('tag set: --tag selects, words are set; and it is so at once for what it selects', async () => {
    const type = await preparedShell()
    await type('tag set app Team=pay')
    const ran = await type('tag set --tag Team=pay Team=payments Stage=test --yes --json')
    expect(document(ran).results).toMatchObject([{ key: 'alias/app', changed: true }])
    expect(document(await type('tag list app --json')).tags).toMatchObject({
      Team: 'payments',
      Stage: 'test',
    })
    expect(document(await type('tag list next --json')).tags).not.toHaveProperty('Stage')
  })

  test('a key without a name is called by its ID', async () => {
    const type = await preparedShell()
    const { key } = document(await type('create --no-alias --tag Team=pay --json'))
    const { results } = document(await type('disable --tag Team=pay --yes --json'))
    expect(results).toEqual([{ key: key.keyId, keyId: key.keyId, changed: true, error: null }])
  })

  test('a key whose state forbids it is reported, and stops no other', async () => {
    const type = await preparedShell()
    await type('deletion schedule app --confirm {app}')
    const ran = await type('disable --alias-prefix alias/ --yes --json --sandbox')
    // What is copied from a rehearsal must not act on AWS.
    expect(document(ran).results[0].error.hints).toEqual([
      type.fill('kmsctl deletion cancel {app} --sandbox'),
    ])
    expect(ran.exitCode).toBe(7)
    expect(document(ran).results).toMatchObject([
      { key: 'alias/app', changed: false, error: { code: 'WrongState' } },
      { key: 'alias/next', changed: true, error: null },
    ])
  })
})

describe('tag set: KEYs first, then tags', () => {
  test.each([
    ['tag set', 'missing argument KEY'],
    ['tag set app', 'missing argument TAG'],
    ['tag set app next', 'tag next has no ='],
    ['tag set app A=b next', 'tag next has no ='],
    ['tag set A=b', 'missing argument KEY'],
    ['tag set --state Enabled', 'missing argument TAG'],
    ['tag set app aws:x=1', 'aws: is reserved'],
  ])('%s is 2', async (line, words) => {
    const type = await preparedShell()
    const ran = await type(`${line} --json --trace`)
    expect(failure(ran, 2).message).toContain(words)
    expect(ran.stderr).not.toContain('trace:')
  })
})

test('a period that no key can have is told once, before anything is sent', async () => {
  const type = await preparedShell()
  const ran = await type('rotation enable app next --period-days 5 --json --trace')
  expect(failure(ran, 2).message).toContain('90 to 2560')
  expect(ran.stderr).not.toContain('trace:')
})

test('what is shown before the question names what holds already and what cannot be', async () => {
  const type = await preparedShell()
  await type('create --alias mac --spec HMAC_256')
  await type('rotation disable next')
  const ran = await type('rotation enable --alias-prefix alias/', {
    person: { types: ['y\r'], columns: 200 },
  })
  const screen = plain(ran.stderr)
  expect(screen).toContain('3 keys: 1 to be changed, 1 so already, 1 cannot be\n')
  expect(screen).toMatch(/^alias\/app .*so already$/m)
  expect(screen).toMatch(/^alias\/mac .*NotEligible: key .* has no automatic rotation/m)
  expect(screen).toContain('Switch rotation on for 1 key?')
  expect(ran.exitCode).toBe(7)
})

describe('interrupted (contract 5)', () => {
  test('what was done is reported, what was not is named, and the same command does the rest', async () => {
    const there = await endpoint({ unmarked: true })
    const type = shell(CREDENTIALS)
    const at = ` --endpoint-url ${there.url}`
    for (let index = 0; index < 6; index++) {
      expect(await type(`create --alias k${index}${at}`)).toMatchObject({ exitCode: 0 })
    }
    let stop = (_signal: 'SIGINT' | 'SIGTERM') => {}
    const running = type(`disable --alias-prefix alias/k --yes --json${at}`, {
      onStop: (send) => {
        stop = send
      },
    })
    // One at once, the others wait for their turn of five a second.
    await there.arrived('DisableKey')
    stop('SIGINT')
    const ran = await running
    expect(ran.exitCode).toBe(130)
    const { results, warnings } = document(ran)
    expect(results).toHaveLength(6)
    const sent = there.seen.filter((name) => name === 'DisableKey').length
    const done = results.filter(({ changed }: { changed: boolean }) => changed)
    expect(done.length).toBe(sent)
    expect(done.length).toBeLessThan(6)
    for (const { changed, error } of results) {
      if (!changed) expect(error).toMatchObject({ code: 'Interrupted', exitCode: 130 })
    }
    expect(warnings.at(-1)).toContain('the same command does the rest')
    const rest = await type(`disable --alias-prefix alias/k --yes --json${at}`)
    expect(rest.exitCode).toBe(0)
    const changed = document(rest).results.filter((one: { changed: boolean }) => one.changed)
    expect(changed).toHaveLength(6 - sent)
  })

  test('credentials that expire: the keys after that are not tried one by one', async () => {
    let expired = false
    const there = await endpoint({
      unmarked: true,
      answer: (name) =>
        name === 'DisableKey' && expired
          ? {
              status: 400,
              body: '{"__type":"ExpiredTokenException","message":"The security token expired"}',
            }
          : 'sandbox',
    })
    const type = shell(CREDENTIALS)
    const at = ` --endpoint-url ${there.url}`
    for (let index = 0; index < 5; index++) await type(`create --alias k${index}${at}`)
    expired = true
    const ran = await type(`disable --alias-prefix alias/k --yes --json${at} --concurrency 1`)
    expect(ran.exitCode).toBe(4)
    const { results } = document(ran)
    expect(results).toHaveLength(5)
    expect(there.seen.filter((name) => name === 'DisableKey')).toHaveLength(1)
    expect(results[4].error).toMatchObject({
      code: 'ExpiredTokenException',
      message: expect.stringContaining('was not tried'),
    })
  })
})
