/** Choosing a KEY that is missing, with the built binary on a real terminal. */
import { stripVTControlCharacters as plain } from 'node:util'
import { describe, expect, test } from 'vitest'
import { columnsOf } from '../../src/lib/views/text/layout.js'
import { preparedHome } from '../support/run/home.js'
import { HAS_TERMINAL, onTerminal, RESIZES } from '../support/terminal/pty.js'

if (!HAS_TERMINAL)
  console.warn('test/e2e/choosing.test.ts: skipped, it needs `script` of util-linux')

const ENTER = '\r'
const CTRL_C = '\u0003'
const DOWN = '\u001b[B'
const ESC = '\u001b'
/** What was drawn on a line before the cursor went elsewhere. */
const linesOf = (screen: string) => screen.split(/[\r\n]|\u001b\[\d*[A-HJK]/).map(plain)
/** What no plain question may write: nothing goes back, or over something. */
const CONTROL = /[\u001b\b]|\r(?!\n)/

describe.skipIf(!HAS_TERMINAL)('a KEY that is missing is chosen on a terminal', () => {
  test('what is typed narrows the keys, Enter takes one; stdout holds the result alone', async () => {
    const { env, type } = await preparedHome()
    const ran = await onTerminal(['describe', '--json', '--trace'], env, {
      toFile: true,
      types: [
        [/Enter takes/, 'next'],
        [/1 of \d+/, ENTER],
      ],
    })
    expect(ran.exitCode).toBe(0)
    expect(JSON.parse(ran.file)).toMatchObject({ keyId: type.fill('{next}') })
    expect(plain(ran.screen)).toContain(`✔ Which key? alias/next (${type.fill('{next}')})`)
    // What comes up while the question stands there is told afterwards.
    const [, asked = ''] = ran.screen.split('Which key?')
    expect(asked).not.toContain('trace:')
    expect(ran.screen.split('✔').at(-1)).toContain('trace: DescribeKey')
  })

  test('a change asks its own question after it', async () => {
    const { env, stateOf } = await preparedHome()
    const ran = await onTerminal(['disable'], env, {
      types: [
        [/Enter takes/, DOWN],
        [/❯ alias\/next/, ENTER],
        [/\(y\/N\)/, `y${ENTER}`],
      ],
    })
    expect(ran.exitCode).toBe(0)
    expect([await stateOf('app'), await stateOf('next')]).toEqual(['Enabled', 'Disabled'])
  })

  test('a deletion is led through: the key, the evidence, the days, back, and the typed name', async () => {
    const { env, stateOf, type } = await preparedHome()
    const ran = await onTerminal(['deletion', 'schedule', '--json'], env, {
      toFile: true,
      types: [
        [/never used/, ENTER],
        [/Verdict[\s\S]*In how many days\?[\s\S]*\(30\)/, ESC],
        [/Which key is to be deleted\?[\s\S]*Enter takes/, 'next'],
        [/1 of \d+/, ENTER],
        [/In how many days/, `6${ENTER}`],
        [/whole days, 7 to 30/, `\u0015${'12'}${ENTER}`],
        [/Type alias\/next to go on:/, `alias/next${ENTER}`],
      ],
    })
    expect(ran.exitCode).toBe(0)
    const { key } = JSON.parse(ran.file)
    expect(key).toMatchObject({ keyId: type.fill('{next}'), keyState: 'PendingDeletion' })
    const days = (Date.parse(key.deletionDate) - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(12)
    expect(await stateOf('app')).toBe('Enabled')
  })

  test.each([
    ['the key', 1],
    ['the days', 2],
    ['the typed name', 3],
  ])('Ctrl-C at %s: 130, and nothing is changed', async (_name, questions) => {
    const { env, type } = await preparedHome()
    const before = type.sandboxBytes()
    const types = [
      [/Enter takes/, ENTER],
      [/In how many days/, ENTER],
      [/to go on:/, ENTER],
    ] as const
    const ran = await onTerminal(['deletion', 'schedule'], env, {
      types: types.map(([question, keys], at) => [question, at === questions - 1 ? CTRL_C : keys]),
    })
    expect(ran.exitCode).toBe(130)
    expect(type.sandboxBytes()).toBe(before)
    expect(ran.screen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(
      ran.screen.lastIndexOf('\u001b[?25l'),
    )
  })

  test('what was typed before the question stood there does not answer it', async () => {
    const { env, type } = await preparedHome()
    await type('disable app --yes')
    const before = type.sandboxBytes()
    const ran = await onTerminal(['enable'], env, {
      typesAhead: ENTER,
      types: [[/Enter takes/, CTRL_C]],
    })
    expect(ran.exitCode).toBe(130)
    expect(type.sandboxBytes()).toBe(before)
  })

  test('Ctrl-D is no answer: 5', async () => {
    const { env } = await preparedHome()
    const ran = await onTerminal(['describe'], env, { types: [[/Enter takes/, '\u0004']] })
    expect(ran.exitCode).toBe(5)
    expect(plain(ran.screen)).toContain('error: no answer')
  })

  test('on 40 columns no line is wider', async () => {
    const columns = 40
    const { env, type } = await preparedHome()
    await type(`update next --description '${'Orders of the web shop '.repeat(20)}'`)
    const ran = await onTerminal(['deletion', 'check'], env, {
      columns,
      toFile: true,
      types: [[/never used[\s\S]*never used[\s\S]*Enter takes/, ENTER]],
    })
    expect(ran.exitCode).toBe(0)
    const [question = ''] = ran.screen.split('✔')
    for (const line of linesOf(question)) {
      expect(columnsOf(line)).toBeLessThanOrEqual(columns)
    }
  })

  test('it is drawn anew when the terminal gets another size', async () => {
    const { env, type } = await preparedHome()
    await type(`update next --description '${'Orders of the web shop '.repeat(3)}'`)
    const ran = await onTerminal(['describe', '--no-color'], env, {
      resizesTo: 50,
      toFile: true,
      types: [
        [/web shop Orders of the[\s\S]*Enter takes/, RESIZES],
        [/web shop…|Orders of…|web…/, ENTER],
      ],
    })
    expect(ran.exitCode).toBe(0)
    // Without colour there is none.
    expect(ran.screen).not.toMatch(/\u001b\[[\d;]*m/)
  })

  test('aliases and descriptions from AWS steer nothing', async () => {
    const { env, type } = await preparedHome()
    await type(`update app --description '\u001b[2J\u202eevil\u0007\r\nline'`)
    const ran = await onTerminal(['describe'], env, {
      toFile: true,
      types: [[/Enter takes/, ENTER]],
    })
    expect(ran.exitCode).toBe(0)
    expect(ran.screen).not.toMatch(/\u001b\[2J|\u202e|\u0007/)
    expect(ran.screen).toContain('\\x1b[2J\\u202eevil\\x07\\r\\nline')
  })
})

describe.skipIf(!HAS_TERMINAL)('--plain: numbers, a line out, a line in', () => {
  test.each([
    ['--plain', ['--plain'], {}],
    ['TERM=dumb', [], { TERM: 'dumb' }],
  ])('%s: a deletion is led through, and nothing is drawn over', async (_name, flags, more) => {
    const { env, type } = await preparedHome()
    const ran = await onTerminal(
      ['deletion', 'schedule', '--no-color', ...flags],
      { ...env, ...more },
      {
        toFile: true,
        types: [
          [/1\. alias\/app: never used, Enabled[\s\S]*Number, or words to search for: /, 'next\r'],
          [/1\. alias\/next[\s\S]*Number/, '1\r'],
          [/In how many days\? \(Enter for 30; < goes back\): /, '<\r'],
          [/2\. alias\/next[\s\S]*Number/, '2\r'],
          [/In how many days/, '7\r'],
          [/Type alias\/next to go on: /, 'alias/next\r'],
        ],
      },
    )
    expect(ran.exitCode).toBe(0)
    expect(ran.file).toContain(type.fill('{next}'))
    expect(ran.screen).not.toMatch(CONTROL)
  })

  test.each([
    ['Ctrl-C', CTRL_C, 130],
    ['Ctrl-D', '\u0004', 5],
  ])('KMSCTL_PLAIN=1 does the same: disable, answered %s', async (_name, keys, exitCode) => {
    const { env, stateOf } = await preparedHome()
    const ran = await onTerminal(
      ['disable', 'app', '--no-color'],
      { ...env, KMSCTL_PLAIN: '1' },
      {
        types: [[/\(y\/N\) /, keys]],
      },
    )
    expect(ran.exitCode).toBe(exitCode)
    expect(ran.screen).not.toMatch(CONTROL)
    expect(await stateOf('app')).toBe('Enabled')
  })
})

describe('where nobody can be asked', () => {
  test.skipIf(!HAS_TERMINAL).each([
    ['a dry run never asks', ['disable', '--dry-run'], /missing argument KEY/],
    ['nor what cannot be asked for', ['policy', 'set'], /missing argument KEY and FILE/],
    ['wrong flags are told before', ['deletion', 'schedule', '--days', '3'], /whole days, 7 to 30/],
  ])('%s', async (_name, argv, message) => {
    const { env } = await preparedHome()
    const ran = await onTerminal(argv, env)
    expect(ran.exitCode).toBe(2)
    expect(plain(ran.screen)).toMatch(message)
  })
})
