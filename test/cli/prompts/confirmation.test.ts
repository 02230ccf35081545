import { stripVTControlCharacters as plain } from 'node:util'
import { describe, expect, test } from 'vitest'
import { document, failure, told } from '../../support/documents.js'
import { preparedShell } from '../../support/run/shell.js'

const CTRL_C = '\x03'

describe('a question of yes or no on a terminal (contract 6.3)', () => {
  test('y goes on', async () => {
    const type = await preparedShell()
    const ran = await type('disable app', { person: { types: ['y\r'] } })
    expect(ran).toMatchObject({ exitCode: 0 })
    expect(ran.stdout).toMatch(/^disabled\n/)
    expect(ran.stderr).toContain(type.fill('Disable key {app}?'))
    expect(document(await type('describe app --json')).keyState).toBe('Disabled')
  })

  test.each([
    ['n', 'n\r'],
    ['Enter alone', '\r'],
  ])('%s declines: 5, and nothing is changed', async (_name, keys) => {
    const type = await preparedShell()
    const before = type.sandboxBytes()
    const ran = await type('disable app', { person: { types: [keys] } })
    expect(ran).toMatchObject({ exitCode: 5, stdout: '' })
    expect(plain(ran.stderr)).toMatch(/error: declined: nothing was changed\n$/)
    expect(type.sandboxBytes()).toBe(before)
  })

  test('declined under --json is one document, and the question is on stderr', async () => {
    const type = await preparedShell()
    const ran = await type('rotation now app --json', { person: { types: ['n\r'] } })
    expect(failure(ran, 5)).toMatchObject({ code: 'Declined' })
    expect(ran.stderr.replace('\n', ' ')).toContain('(y/N)')
  })

  test('Ctrl-C is an interrupt: 130, and nothing is changed', async () => {
    const type = await preparedShell()
    const before = type.sandboxBytes()
    const ran = await type('disable app --json', { person: { types: [CTRL_C] } })
    expect(failure(ran, 130)).toMatchObject({ code: 'Interrupted' })
    expect(type.sandboxBytes()).toBe(before)
  })

  test('--yes answers it, and nobody is asked', async () => {
    const type = await preparedShell()
    const ran = await type('disable app --yes', { person: { types: [] } })
    expect(ran.exitCode).toBe(0)
    expect(ran.stderr).toBe('[sandbox] account 000000000000, Region us-east-1\n')
  })

  test.each(['alias update app next', 'alias delete app', 'rotation now app'])(
    '%s asks, and y goes on',
    async (line) => {
      const type = await preparedShell()
      const ran = await type(`${line} --json`, { person: { types: ['y\r'] } })
      expect(document(ran)).toMatchObject({ changed: true })
      expect(ran.stderr).toContain('(y/N)')
    },
  )
})

describe('the typed question of a deletion (contract 6.3)', () => {
  test('the alias goes on', async () => {
    const type = await preparedShell()
    const ran = await type('deletion schedule app', { person: { types: ['alias/app\r'] } })
    expect(ran).toMatchObject({ exitCode: 0 })
    expect(ran.stderr).toContain('Type alias/app to go on:')
    expect(document(await type('describe app --json')).keyState).toBe('PendingDeletion')
  })

  test.each([
    ['y', 'y\r'],
    ['Enter alone', '\r'],
    ['the name of another key', 'alias/next\r'],
  ])('%s does not: 5, and nothing is changed', async (_name, keys) => {
    const type = await preparedShell()
    const before = type.sandboxBytes()
    const ran = await type('deletion schedule app', { person: { types: [keys] } })
    expect(ran).toMatchObject({ exitCode: 5, stdout: '' })
    expect(told(plain(ran.stderr)).error).toContain('is not alias/app: nothing was changed')
    expect(type.sandboxBytes()).toBe(before)
  })

  test('a key without an alias asks for its ID', async () => {
    const type = await preparedShell()
    const { key } = document(await type('create --no-alias --json'))
    const ran = await type(`deletion schedule ${key.keyId} --json`, {
      person: { types: [`${key.keyId}\r`] },
    })
    expect(document(ran)).toMatchObject({ changed: true, key: { keyState: 'PendingDeletion' } })
    expect(ran.stderr).toContain(`Type ${key.keyId} to go on:`)
  })

  test('a wrong --confirm is refused on a terminal too, without asking', async () => {
    const type = await preparedShell()
    const ran = await type('deletion schedule app --confirm {next} --json', {
      person: { types: ['alias/app\r'] },
    })
    expect(failure(ran, 5)).toMatchObject({ code: 'ConfirmationRequired' })
    expect(ran.stderr).not.toContain('to go on:')
  })

  test('Ctrl-C: 130, and nothing is changed', async () => {
    const type = await preparedShell()
    const before = type.sandboxBytes()
    const ran = await type('deletion schedule app', { person: { types: [CTRL_C] } })
    expect(ran).toMatchObject({ exitCode: 130, stdout: '' })
    expect(type.sandboxBytes()).toBe(before)
  })

  test('--release-aliases of a key pending deletion asks too, for it takes its names', async () => {
    const type = await preparedShell()
    await type('deletion schedule app --confirm {app}')
    const before = type.sandboxBytes()
    const refused = await type('deletion schedule app --release-aliases --json')
    expect(failure(refused, 5)).toMatchObject({ code: 'ConfirmationRequired' })
    expect(type.sandboxBytes()).toBe(before)
    const done = await type('deletion schedule app --release-aliases --json --confirm {app}')
    expect(document(done)).toMatchObject({ changed: true, key: { aliases: [] } })
  })
})

test('time at a question does not count towards --timeout (contract 2)', async () => {
  const type = await preparedShell()
  const ran = await type('disable app --timeout 0.5', {
    person: { types: ['y\r'], thinksFor: 800 },
  })
  expect(ran.exitCode).toBe(0)
})

test('SIGTERM at a question: 143, and nothing is changed (contract 5)', async () => {
  const type = await preparedShell()
  const before = type.sandboxBytes()
  let stop = (_signal: 'SIGTERM') => {}
  const ran = await type('disable app --json', {
    person: { types: [() => stop('SIGTERM')] },
    onStop(listener) {
      stop = listener
    },
  })
  expect(failure(ran, 143)).toMatchObject({ code: 'Interrupted' })
  expect(type.sandboxBytes()).toBe(before)
})
