import { stripVTControlCharacters as plain } from 'node:util'
import { describe, expect, test } from 'vitest'
import { preparedHome } from '../support/run/home.js'
import { HAS_TERMINAL, onTerminal } from '../support/terminal/pty.js'

if (!HAS_TERMINAL)
  console.warn('test/e2e/terminal.test.ts: skipped, it needs `script` of util-linux')

const COLOR = '\u001b[3'

describe.skipIf(!HAS_TERMINAL)('on a real terminal', () => {
  test('deletion schedule has the alias typed; stdout holds the result alone (contract 3, 6.3)', async () => {
    const { env, keyId, stateOf } = await preparedHome()
    const ran = await onTerminal(['deletion', 'schedule', 'app', '--json'], env, {
      toFile: true,
      types: [[/Type alias\/app to go on:/, 'alias/app\r']],
    })
    expect(ran.exitCode).toBe(0)
    expect(JSON.parse(ran.file)).toMatchObject({ changed: true, key: { keyId } })
    expect(plain(ran.screen)).toContain('Verdict')
    expect(plain(ran.screen)).toContain(`kmsctl deletion cancel ${keyId}`)
    expect(await stateOf('app')).toBe('PendingDeletion')
  })

  test('something else typed: 5, and nothing is changed', async () => {
    const { env, stateOf } = await preparedHome()
    const ran = await onTerminal(['deletion', 'schedule', 'app'], env, {
      types: [[/to go on:/, 'app\r']],
    })
    expect(ran.exitCode).toBe(5)
    expect(plain(ran.screen)).toContain('error: what was typed is not alias/app')
    expect(await stateOf('app')).toBe('Enabled')
  })

  test.each([
    ['y', 'y\r', 0, 'Disabled'],
    ['n', 'n\r', 5, 'Enabled'],
    ['Enter alone', '\r', 5, 'Enabled'],
    ['Ctrl-C', '\u0003', 130, 'Enabled'],
    ['Ctrl-D, which is no answer', '\u0004', 5, 'Enabled'],
  ])('disable, answered %s', async (_name, keys, exitCode, state) => {
    const { env, stateOf } = await preparedHome()
    const ran = await onTerminal(['disable', 'app'], env, {
      toFile: true,
      types: [[/\(y\/N\)/, keys]],
    })
    expect(ran.exitCode).toBe(exitCode)
    if (exitCode === 0) expect(ran.file).toMatch(/^disabled\nKey ID {2,}/)
    else expect(ran.file).toBe('')
    expect(await stateOf('app')).toBe(state)
    // The cursor, hidden for the question, is shown again.
    expect(ran.screen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(
      ran.screen.lastIndexOf('\u001b[?25l'),
    )
  })

  test('Ctrl-C at the typed question: 130, and nothing is changed', async () => {
    const { env, stateOf } = await preparedHome()
    const ran = await onTerminal(['deletion', 'schedule', 'app', '--json'], env, {
      toFile: true,
      types: [[/to go on:/, '\u0003']],
    })
    expect(ran.exitCode).toBe(130)
    expect(JSON.parse(ran.file).error).toMatchObject({ code: 'Interrupted', exitCode: 130 })
    expect(await stateOf('app')).toBe('Enabled')
  })

  test('colour is on the terminal, and not with NO_COLOR or --no-color (contract 3)', async () => {
    const { env } = await preparedHome()
    expect((await onTerminal(['describe', 'app'], env)).screen).toContain(COLOR)
    const without = await onTerminal(['describe', 'app'], { ...env, NO_COLOR: '1' })
    expect(without.screen).not.toContain('\u001b')
    const flag = await onTerminal(['describe', 'app', '--no-color'], env)
    expect(flag.screen).not.toContain('\u001b')
    const json = await onTerminal(['describe', 'app', '--json'], env)
    expect(json.screen).not.toContain('\u001b')
    const dumb = await onTerminal(['describe', 'app'], { ...env, TERM: 'dumb' })
    expect(dumb.screen).not.toContain('\u001b')
  })

  test.each([
    ['NO_COLOR', { NO_COLOR: '1' }, []],
    ['--no-color', {}, ['--no-color']],
  ])('a question has no colour with %s either (contract 3)', async (_name, more, flags) => {
    const { env } = await preparedHome()
    const ran = await onTerminal(
      ['disable', 'app', ...flags],
      { ...env, ...more },
      {
        types: [[/\(y\/N\)/, 'n\r']],
      },
    )
    expect(ran.exitCode).toBe(5)
    expect(ran.screen).not.toContain(COLOR)
  })

  test('a question has colour where stderr is the terminal and stdout a file', async () => {
    const { env } = await preparedHome()
    const ran = await onTerminal(['disable', 'app'], env, {
      toFile: true,
      types: [[/\(y\/N\)/, 'n\r']],
    })
    expect(ran.screen).toContain(COLOR)
  })

  test.each([
    [80, /^KEY ID +ALIASES +STATE/],
    [40, /^KEY ID +STATE$|^KEY ID +ALIASES +STATE$/],
  ])('list on %s columns never cuts a key ID', async (columns, titles) => {
    const { env, keyId } = await preparedHome()
    const ran = await onTerminal(['list'], env, { columns })
    const [title = '', row = ''] = plain(ran.screen).split('\r\n').slice(1)
    expect(title).toMatch(titles)
    expect(row.startsWith(`${keyId}  `)).toBe(true)
    if (columns === 80) expect(Math.max(title.length, row.length)).toBeLessThanOrEqual(80)
  })
})
