import { describe, expect, test } from 'vitest'
import { canAsk, type Runtime, styleFor } from '../../src/lib/cli/runtime/runtime.js'

interface Given {
  readonly env?: Record<string, string>
  readonly tty?: boolean
  readonly noColor?: boolean
}

async function colored({ env = {}, tty = true, noColor = false }: Given): Promise<boolean> {
  const stream = { write: () => true, isTTY: tty, columns: 80 }
  const style = await styleFor({ env } as Runtime, stream, noColor)
  const shown = style.red('text')
  expect(shown).toContain('text')
  return shown !== 'text'
}

describe('colour (contract 3)', () => {
  test.each<[string, Given, boolean]>([
    ['on a terminal', {}, true],
    ['in a pipe', { tty: false }, false],
    ['NO_COLOR', { env: { NO_COLOR: '1' } }, false],
    ['NO_COLOR=0 is set all the same (no-color.org)', { env: { NO_COLOR: '0' } }, false],
    ['an empty NO_COLOR is none', { env: { NO_COLOR: '' } }, true],
    ['--no-color', { noColor: true }, false],
    ['--no-color wins over FORCE_COLOR', { noColor: true, env: { FORCE_COLOR: '1' } }, false],
    ['NO_COLOR wins over FORCE_COLOR', { env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, false],
    ['FORCE_COLOR in a pipe', { tty: false, env: { FORCE_COLOR: '1' } }, true],
    ['an empty FORCE_COLOR is set', { tty: false, env: { FORCE_COLOR: '' } }, true],
    ['FORCE_COLOR=0 on a terminal', { env: { FORCE_COLOR: '0' } }, false],
    ['FORCE_COLOR=false on a terminal', { env: { FORCE_COLOR: 'false' } }, false],
    ['a dumb terminal', { env: { TERM: 'dumb' } }, false],
    ['FORCE_COLOR on a dumb terminal', { env: { TERM: 'dumb', FORCE_COLOR: '3' } }, true],
    ['an ordinary terminal', { env: { TERM: 'xterm-256color' } }, true],
  ])('%s', async (_name, given, expected) => {
    expect(await colored(given)).toBe(expected)
  })
})

test.each([
  [true, true, true],
  [true, false, false],
  [false, true, false],
  [undefined, undefined, false],
])('who is asked: stdin %s, stderr %s (contract 6.2)', (stdin, stderr, expected) => {
  const runtime = { stdin: { isTTY: stdin }, stderr: { isTTY: stderr } }
  expect(canAsk(runtime as Runtime)).toBe(expected)
})
