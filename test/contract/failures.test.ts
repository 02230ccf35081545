import { describe, expect, test } from 'vitest'
import { asksNoKms } from '../support/cases/catalogue.js'
import { POLICY_FILE, SITUATIONS } from '../support/cases/situations.js'
import { failure, told } from '../support/documents.js'
import { COMMANDS, preparedShell, shell } from '../support/run/shell.js'

const ON_AWS = COMMANDS.filter(({ name }) => !asksNoKms(name))

/** What a command needs besides its KEY or NAME to get as far as the mistake. */
const MORE: Readonly<Record<string, string>> = {
  create: ' --alias x',
  update: ' --description x',
  'tag set': ' Team=pay',
  'tag remove': ' Team',
  'sandbox advance': ' --days 1',
  disable: ' --yes',
  'rotation now': ' --yes',
  'alias update': ' --yes',
  'policy diff': ` ${POLICY_FILE}`,
  'policy set': ` ${POLICY_FILE} --yes`,
  'policy edit': ' --yes',
  'policy rollback': ' --yes',
}

function minimal(name: string, needs: readonly string[]): string {
  const given = needs
    .filter((need) => need !== 'tag' && need !== 'file')
    .map((need) => (need === 'shell' ? ' bash' : ' app'))
  return `${name}${given.join('')}${MORE[name] ?? ''}`
}

/** Whether any number of words may follow. */
function takesMany({ Class }: (typeof COMMANDS)[number]): boolean {
  return Object.values(Class.args ?? {}).some(({ multiple }) => multiple === true)
}

describe.each(COMMANDS)('$name: a wrong command line (contract 5)', (command) => {
  const { name, needs } = command
  const lines = [
    { line: `${minimal(name, needs)} --nope`, names: '--nope' },
    ...(takesMany(command)
      ? []
      : [{ line: `${minimal(name, needs)} one two three four`, names: 'four' }]),
    ...needs.slice(0, 1).map((need) => ({ line: name, names: need.toUpperCase() })),
  ]

  test.each(lines)('$line ends with 2 and names $names', async ({ line, names }) => {
    const type = shell()
    const ran = await type(line)
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' })
    const { error, hints } = told(ran.stderr)
    expect(error).toContain(names)
    expect(hints).toEqual([`hint: see \`kmsctl ${name} --help\``])
    expect(ran.stderr.match(/error:/g)).toHaveLength(1)
    expect(type.sandboxBytes()).toBe('')
  })

  test('with --json it is one document on stdout, and stderr is silent (contract 4)', async () => {
    const ran = await shell()(`${minimal(name, needs)} --nope --json`)
    expect(failure(ran, 2)).toMatchObject({ code: 'Usage', message: 'unknown flag --nope' })
    expect(ran.stderr).toBe('')
  })
})

describe.each(ON_AWS)('$name: where the calls go (contract 7)', ({ name, needs }) => {
  test.each(['--profile dev', '--endpoint-url http://127.0.0.1:9'])(
    '%s with the sandbox is 2',
    async (flag) => {
      const type = shell({})
      const ran = await type(`${minimal(name, needs)} --sandbox ${flag} --json`)
      const [word = ''] = flag.split(' ')
      expect(failure(ran, 2).message).toMatch(`${word} cannot be used with --sandbox`)
      expect(type.sandboxBytes()).toBe('')
    },
  )

  test.each(['0', '-1', 'soon', '86401', ''])('--timeout %j is 2', async (seconds) => {
    const ran = await shell()(`${minimal(name, needs)} --timeout '${seconds}' --json`)
    expect(failure(ran, 2).message).toBe(
      `timeout ${seconds} is not a number of seconds between 0 and 86400`,
    )
  })
})

const KEYED = ON_AWS.filter(({ Class }) => 'key' in (Class.args ?? {}))

describe.each(KEYED)('$name KEY (contract 1)', ({ name, needs }) => {
  const other = needs.includes('name') ? 'app ' : ''
  const on = (key: string) => `${name} ${other}${key}${MORE[name] ?? ''} --json`

  test.each([
    'nosuch',
    'alias/nosuch',
    '12345678-1234-1234-1234-123456789012',
    'mrk-00000000000000000000000000000000',
    'arn:aws:kms:us-east-1:000000000000:key/12345678-1234-1234-1234-123456789012',
    'arn:aws:kms:us-east-1:000000000000:alias/nosuch',
    'alias/aws/nosuch',
    'alias/aws/rds',
  ])('%s does not exist: 3, and nothing is changed', async (key) => {
    const type = await preparedShell()
    const before = type.sandboxBytes()
    const error = failure(await type(on(key)), 3)
    expect(['NotFoundException', 'KeyNotFound']).toContain(error.code)
    expect(error.hints.length).toBeGreaterThan(0)
    expect(type.sandboxBytes()).toBe(before)
  })

  test.each([
    ["'no name'", 'contains " "'],
    ["''", 'empty'],
    ['arn:aws:s3:::bucket', 's3'],
    ['arn:aws:kms:eu-west-1:000000000000:alias/app', 'eu-west-1'],
    ['arn:aws:kms:us-east-1:111111111111:alias/app', '111111111111'],
    ['arn:aws:kms:us-east-1:000000000000:key/app', 'names no key'],
  ])('%s is 2', async (key, rule) => {
    const type = await preparedShell()
    const error = failure(await type(on(key)), 2)
    expect(error).toMatchObject({ code: 'Usage', message: expect.stringContaining(rule) })
  })
})

const CHANGING = KEYED.filter(({ flags }) => flags.includes('dry-run'))

test.each(CHANGING)(
  '$name refuses a key of AWS with 5 before any change (contract 6.5)',
  async ({ name }) => {
    const type = await preparedShell()
    const line = SITUATIONS[name]?.change ?? ''
    const words = line.split(' ')
    const key = words.lastIndexOf(words.includes('next') ? 'next' : 'app')
    const before = type.sandboxBytes()
    const ran = await type(`${words.with(key, 'alias/aws/s3').join(' ')} --json --trace`)
    expect(failure(ran, 5)).toMatchObject({ code: 'NotEligible' })
    expect(ran.stderr).not.toMatch(/trace: (?!Describe|List|Get)/)
    expect(type.sandboxBytes()).toBe(before)
  },
)

/** KMS lets a policy be replaced in every state of a key (docs/facts/key-states.csv, PutKeyPolicy). */
const IN_DELETION = CHANGING.filter(({ name }) => !/^(deletion|policy) /.test(name))

test.each(IN_DELETION)(
  '$name refuses a key pending deletion with 5 and names what cancels it (contract 6.4)',
  async ({ name }) => {
    const type = await preparedShell()
    const target = name === 'alias update' ? 'next' : 'app'
    await type(`deletion schedule ${target} --confirm {${target}}`)
    const before = type.sandboxBytes()
    const error = failure(await type(`${SITUATIONS[name]?.change} --json`), 5)
    expect(error).toMatchObject({ code: 'WrongState', details: { keyState: 'PendingDeletion' } })
    expect(error.hints).toContain(type.fill(`kmsctl deletion cancel {${target}}`))
    expect(type.sandboxBytes()).toBe(before)
  },
)
