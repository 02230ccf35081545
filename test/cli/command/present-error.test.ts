import { describe, expect, test } from 'vitest'
import { presentError } from '../../../src/lib/cli/command/present-error.js'
import type { Runtime } from '../../../src/lib/cli/runtime/runtime.js'
import { KmsctlError, usageError } from '../../../src/lib/errors.js'
import { failure, told } from '../../support/documents.js'
import { shell } from '../../support/run/shell.js'

async function present(error: unknown, json = false) {
  const out = { stdout: '', stderr: '' }
  const runtime = {
    env: {},
    stdout: { write: (text: string) => (out.stdout += text) },
    stderr: { write: (text: string) => (out.stderr += text) },
    exitCode: 0,
  } as unknown as Runtime
  await presentError(error, { runtime, json, noColor: false, command: 'deletion:schedule' })
  return { ...out, exitCode: runtime.exitCode }
}

describe('how a failure is told (contract 4 and 5)', () => {
  test('one error: line, then hint: lines, then the request ID, all on stderr', async () => {
    const error = new KmsctlError('KeyNotFound', 'key app does not exist', {
      hints: ['kmsctl list', 'kmsctl alias list'],
      requestId: 'abc',
    })
    expect(await present(error)).toEqual({
      stdout: '',
      stderr:
        'error: key app does not exist\nhint: kmsctl list\nhint: kmsctl alias list\nrequest ID: abc\n',
      exitCode: 3,
    })
  })

  test('in JSON all of it is in one document on stdout', async () => {
    const error = new KmsctlError('NotFoundException', 'no such key', {
      exitCode: 3,
      hints: ['look'],
      requestId: 'abc',
      details: { keyId: 'x' },
    })
    const ran = await present(error, true)
    expect(ran.stderr).toBe('')
    expect(JSON.parse(ran.stdout)).toEqual({
      error: {
        code: 'NotFoundException',
        message: 'no such key',
        hints: ['look'],
        exitCode: 3,
        requestId: 'abc',
        details: { keyId: 'x' },
      },
    })
  })

  test('what is not there is left out', async () => {
    expect(JSON.parse((await present(usageError('no'), true)).stdout)).toEqual({
      error: { code: 'Usage', message: 'no', hints: [], exitCode: 2 },
    })
  })

  test('bytes of AWS or of the command line are made harmless (contract 3)', async () => {
    const error = usageError('bad \u001b]0;title\u0007 name\nerror: forged', ['\u202ehint'])
    const { stderr } = await present(error)
    expect(stderr).toBe('error: bad \\x1b]0;title\\x07 name\\nerror: forged\nhint: \\u202ehint\n')
    const { stdout } = await present(error, true)
    expect(stdout).not.toMatch(/[\u001b\u0007\u202e]/)
    expect(JSON.parse(stdout).error.message).toBe(error.message)
  })

  test('a mistake of kmsctl’s own is Internal (1), one line, without a stack', async () => {
    const ran = await present(new TypeError('x is not a function\n    at somewhere'))
    expect(ran.exitCode).toBe(1)
    expect(ran.stderr).toBe('error: x is not a function\n')
    expect(failure(await present(new TypeError('x'), true), 1).code).toBe('Internal')
  })

  test.each([undefined, null, 'text', 7, {}])('thrown %j is told too', async (thrown) => {
    const ran = await present(thrown)
    expect(ran.exitCode).toBe(1)
    expect(ran.stderr).toMatch(/^error: .+\n$/)
  })
})

describe('mistakes that oclif’s parser finds, in one line (contract 5)', () => {
  test.each([
    ['describe', 'missing argument KEY'],
    ['alias create', 'missing argument NAME and KEY'],
    ['alias create app', 'missing argument KEY'],
    ['alias list a b c', 'unexpected argument b, c'],
    ['describe a --nope', 'unknown flag --nope'],
    ['describe a --nope --neither', 'unknown flag --nope, --neither'],
    ['describe a --region', 'flag --region expects a value'],
    ['sandbox advance', 'missing required flag --days'],
    ['sandbox advance --days x', 'days x is not a whole number'],
    ["sandbox advance --days ''", "days '' is not a whole number"],
    ['sandbox serve --port 1e3', 'port 1e3 is not a whole number'],
    ['list --manager who', 'expected --manager=who to be one of: customer, aws, all'],
    ['describe a --timeout soon', 'timeout soon is not a number of seconds between 0 and 86400'],
    ['create --alias a --days 7', 'unknown flag --days'],
    ["describe a '--no\u001bpe'", 'unknown flag --no\\x1bpe'],
  ])('%s', async (line, message) => {
    const ran = await shell()(line)
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' })
    expect(told(ran.stderr).error).toBe(`error: ${message}`)
    const [command] = /^(alias|sandbox) \w+|^\w+/.exec(line) ?? []
    expect(told(ran.stderr).hints).toEqual([`hint: see \`kmsctl ${command} --help\``])
  })
})

describe('KEY that begins with a dash', () => {
  test('after -- it is a KEY', async () => {
    const ran = await shell()('describe -- -app')
    expect(ran.exitCode).toBe(3)
  })
})
