import { describe, expect, test } from 'vitest'
import { document, failure } from '../support/documents.js'
import { preparedShell } from '../support/run/shell.js'

const NOWHERE = '1234abcd-12ab-34cd-56ef-1234567890ab'

describe('several KEYs (contract 2, 4 and 5)', () => {
  test('each is reported, in the order given; all done is 0', async () => {
    const type = await preparedShell()
    await type('disable next --yes')
    const ran = await type('disable app next --yes --json')
    expect(ran.exitCode).toBe(0)
    expect(document(ran)).toEqual({
      results: [
        { key: 'app', keyId: type.fill('{app}'), changed: true, error: null },
        { key: 'next', keyId: type.fill('{next}'), changed: false, error: null },
      ],
      warnings: [],
      sandbox: true,
    })
  })

  test('one that fails stops no other: 7, with its error', async () => {
    const type = await preparedShell()
    await type('disable app --yes')
    const ran = await type(`enable ${NOWHERE} app --json`)
    expect(ran.exitCode).toBe(7)
    const { results } = document(ran)
    expect(results).toMatchObject([
      { key: NOWHERE, changed: false, error: { code: 'NotFoundException', exitCode: 3 } },
      { key: 'app', changed: true, error: null },
    ])
    expect(document(await type('describe app --json')).keyState).toBe('Enabled')
  })

  test('all failed alike: their common code', async () => {
    const type = await preparedShell()
    expect((await type(`enable ${NOWHERE} nope --json`)).exitCode).toBe(3)
    for (const name of ['app', 'next']) await type(`deletion schedule ${name} --confirm {${name}}`)
    const refused = await type('disable app next --yes --json')
    expect(refused.exitCode).toBe(5)
    expect(
      document(refused).results.map((one: { error: { code: string } }) => one.error.code),
    ).toEqual(['WrongState', 'WrongState'])
  })

  test('failed in different ways: 7', async () => {
    const type = await preparedShell()
    await type('deletion schedule app --confirm {app}')
    expect((await type('enable app nope --json')).exitCode).toBe(7)
  })

  test('one KEY alone answers as every other change', async () => {
    const type = await preparedShell()
    expect(document(await type('disable app --yes --json'))).toMatchObject({ changed: true })
    expect(failure(await type('enable nope --json'), 3).code).toBe('NotFoundException')
  })

  test('a KEY given twice is changed once', async () => {
    const type = await preparedShell()
    const { results } = document(await type('disable app app --yes --json'))
    expect(results).toHaveLength(1)
  })
})

test('one key by two names is changed once, and by its second name it is so already', async () => {
  const type = await preparedShell()
  await type('alias create other app')
  const ran = await type('disable app other --yes --json --trace')
  expect(document(ran).results.map(({ changed }: { changed: boolean }) => changed)).toEqual([
    true,
    false,
  ])
  expect(ran.stderr.match(/DisableKey/g)).toHaveLength(1)
})

test('a dry run of KEYs that all fail tells the failures, not "nothing to do"', async () => {
  const type = await preparedShell()
  const ran = await type('disable nope1 nope2 --dry-run --json')
  expect(ran.exitCode).toBe(3)
  expect(document(ran).results).toMatchObject([
    { error: { exitCode: 3 } },
    { error: { exitCode: 3 } },
  ])
})

describe('KEYs from standard input with - (contract 2)', () => {
  test('one a line, blank lines left out; even one alone is a batch', async () => {
    const type = await preparedShell()
    const ids = (await type('list --quiet')).stdout
    const ran = await type('disable - --yes --json', { stdin: `\n${ids}\n` })
    expect(ran.exitCode).toBe(0)
    expect(document(ran).results).toHaveLength(2)
    const one = document(await type('enable - --json', { stdin: 'app\n' }))
    expect(one.results).toMatchObject([{ key: 'app', changed: true }])
  })

  test('beside KEYs on the command line', async () => {
    const type = await preparedShell()
    const { results } = document(await type('disable app - --yes --json', { stdin: 'next' }))
    expect(results.map(({ key }: { key: string }) => key)).toEqual(['app', 'next'])
  })

  test('nothing in it is a usage error', async () => {
    const type = await preparedShell()
    expect(failure(await type('enable - --json', { stdin: '\n' }), 2).message).toMatch(/no KEY/)
  })

  test('it is never a confirmation: --yes is needed (contract 6.2), and nothing is changed', async () => {
    const type = await preparedShell()
    const before = type.sandboxBytes()
    const ran = await type('disable - --json', { stdin: 'app\ny\ny\n' })
    expect(failure(ran, 5).code).toBe('ConfirmationRequired')
    expect(type.sandboxBytes()).toBe(before)
  })
})

describe('asking once for several (contract 6.3)', () => {
  test('one question covers those that would change', async () => {
    const type = await preparedShell()
    const ran = await type('disable app next', { person: { types: ['y\r'] } })
    expect(ran.exitCode).toBe(0)
    expect(ran.stderr).toContain('Disable 2 keys?')
    expect(ran.stdout.match(/disabled/g)).toHaveLength(2)
  })

  test('declined: 5, and none is changed', async () => {
    const type = await preparedShell()
    const before = type.sandboxBytes()
    expect((await type('disable app next', { person: { types: ['n\r'] } })).exitCode).toBe(5)
    expect(type.sandboxBytes()).toBe(before)
  })

  test('nothing is asked where nothing would change', async () => {
    const type = await preparedShell()
    await type('disable app next --yes')
    const ran = await type('disable app next --json')
    expect(ran.exitCode).toBe(0)
  })

  test('--dry-run shows all calls and sends none; a KEY that fails is a warning and the code', async () => {
    const type = await preparedShell()
    const before = type.sandboxBytes()
    const ran = await type('disable app next nope --dry-run --json')
    expect(ran.exitCode).toBe(7)
    const shown = document(ran)
    expect(shown.calls.map(({ operation }: { operation: string }) => operation)).toEqual([
      'DisableKey',
      'DisableKey',
    ])
    expect(shown.warnings.join()).toContain('nope')
    expect(type.sandboxBytes()).toBe(before)
  })
})
