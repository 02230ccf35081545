import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Runtime } from '../../src/lib/cli/runtime/runtime.js'
import { main } from '../../src/lib/start/main.js'
import { failure, told } from '../support/documents.js'
import { COMMANDS } from '../support/run/shell.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const commands = new Map(
  COMMANDS.map(({ name, Class }) => [name.replace(' ', ':'), async () => ({ default: Class })]),
)

/** Help is oclif's: it prints it itself. */
let printed = ''

beforeEach(() => {
  printed = ''
  vi.spyOn(console, 'log').mockImplementation((...words) => {
    printed += `${words.join(' ')}\n`
  })
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
})

afterEach(() => {
  vi.restoreAllMocks()
})

async function run(...argv: string[]) {
  const out = { stdout: '', stderr: '' }
  const runtime: Partial<Runtime> = {
    env: {},
    stdout: { write: (text) => (out.stdout += text) },
    stderr: { write: (text) => (out.stderr += text) },
    exitCode: 0,
  }
  const exitCode = await main(argv, { root: ROOT, commands }, runtime as Runtime)
  return { ...out, exitCode }
}

describe('what is no command line of kmsctl ends with 2 (contract 5)', () => {
  test.each([
    [['nope'], 'unknown command nope', 'kmsctl --help'],
    [['deletion', 'nope'], 'unknown command deletion nope', 'kmsctl deletion --help'],
    [['deletion', 'nope', '--json'], 'unknown command deletion nope', 'kmsctl deletion --help'],
    [['help', 'nope'], 'unknown command nope', 'kmsctl --help'],
    [['nope', '--help'], 'unknown command nope', 'kmsctl --help'],
    [['--sandbox', 'list'], 'flag --sandbox stands before the command', 'kmsctl --help'],
    [['deletion', '--json', 'list'], 'flag --json stands before the command', 'kmsctl --help'],
    [[''], 'unknown command', 'kmsctl --help'],
    [['a\u001b[31mb'], 'unknown command a\\x1b[31mb', 'kmsctl --help'],
    [['schedule:deletion'], 'unknown command schedule:deletion', 'kmsctl --help'],
    [['__proto__'], 'unknown command __proto__', 'kmsctl --help'],
  ])('%j', async (argv, message, hint) => {
    const ran = await run(...argv)
    expect(printed).toBe('')
    if (argv.includes('--json')) {
      expect(failure(ran, 2).message).toContain(message)
      expect(ran.stderr).toBe('')
      return
    }
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' })
    const { error, hints } = told(ran.stderr)
    expect(error).toContain(`error: ${message}`)
    expect(hints).toEqual([`hint: see \`${hint}\``])
  })
})

describe('help ends with 0', () => {
  test.each([
    [[], 'deletion'],
    [['--help'], 'COMMANDS'],
    [['-h'], 'COMMANDS'],
    [['help'], 'COMMANDS'],
    [['help', 'describe'], 'Show everything known of one key.'],
    [['describe', '--help'], 'Show everything known of one key.'],
    [['describe', '-h'], 'Show everything known of one key.'],
    [['show', '--help'], 'Show everything known of one key.'],
    [['deletion', 'schedule', '--help'], 'KEYID'],
    [['help', 'deletion', 'schedule'], 'KEYID'],
    [['deletion'], 'deletion schedule'],
    [['deletion', '--help'], 'deletion schedule'],
    [['help', 'deletion'], 'deletion schedule'],
  ])('%j', async (argv, text) => {
    const ran = await run(...argv)
    expect(ran).toEqual({ stdout: '', stderr: '', exitCode: 0 })
    expect(printed).toContain(text)
  })
})

test.each([['--version'], ['-v']])('%s says version, platform and Node', async (flag) => {
  const { version } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8'))
  expect(await run(flag)).toEqual({
    stdout: `kmsctl/${version} ${process.platform}-${process.arch} node-${process.version}\n`,
    stderr: '',
    exitCode: 0,
  })
})

test.each([
  ['list', ['list']],
  ['list', ['ls']],
  ['deletion:schedule', ['deletion', 'schedule', 'app', '--days', '7']],
  ['deletion:schedule', ['schedule-deletion', 'app']],
])('%s is what %j runs, with the words after its name', async (id, argv) => {
  const ran: unknown[] = []
  class Probe {
    static id: string
    constructor(private readonly words: string[]) {}
    async run() {
      ran.push(Probe.id, this.words)
    }
  }
  const probes = new Map([...commands].map(([own]) => [own, async () => ({ default: Probe })]))
  const runtime = { env: {}, exitCode: 0 } as unknown as Runtime
  expect(await main(argv, { root: ROOT, commands: probes }, runtime)).toBe(0)
  expect(ran).toEqual([id, argv.slice(argv.indexOf('app') === -1 ? 1 : argv.indexOf('app'))])
})

test.each([['--help'], ['--version'], ['ls']])(
  'a broken installation: %s fails, told as every error is',
  async (word) => {
    const out = { stdout: '', stderr: '' }
    const runtime = {
      env: {},
      stdout: { write: (text: string) => (out.stdout += text) },
      stderr: { write: (text: string) => (out.stderr += text) },
      exitCode: 0,
    }
    const exitCode = await main(
      [word],
      { root: '/nowhere/at/all', commands: new Map() },
      runtime as unknown as Runtime,
    )
    expect(exitCode).not.toBe(0)
    expect(out.stdout).toBe('')
    expect(out.stderr).toMatch(/^error: .+\n/)
  },
)
