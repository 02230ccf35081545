/** The equivalent command says what the answers say: parsed by create's own flags, and read by a shell. */
import { execFileSync } from 'node:child_process'
import { type Command, Parser } from '@oclif/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CREATE_FLAGS, flagsOfKey } from '../../src/lib/cli/flags/create-flags.js'
import { ALLOW_FLAG } from '../../src/lib/cli/flags/flags.js'
import { createRequest } from '../../src/lib/kms/create/request.js'
import type { CreateFlags } from '../../src/lib/kms/rules/create-flags.js'
import { escapeText } from '../../src/lib/views/text/escape.js'
import { commandWords, shellLine } from '../../src/lib/wizard/create/command-line.js'

/** A word of a command line: no shell can pass a NUL, and a lone surrogate is no character. */
const word = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .filter((text) => !text.includes('\0') && !/\p{Cs}/u.test(text))
const hostile = fc.oneof(
  word,
  fc.constantFrom(
    '',
    '-',
    '--',
    '-x',
    '--alias',
    "it's",
    '$HOME',
    '`id`',
    'a\\b',
    'a b',
    '*',
    '~',
    '#',
    '=',
    '=ls',
    '!!',
  ),
  fc.constantFrom(
    '\u001b[2J',
    'a\nb',
    '\u202e',
    "'\u0007'",
    '\\x41\u0085f',
    'é\u200b',
    '👩\u200d🔬',
  ),
)
/** oclif takes words that begin as its flags do for these, so the wizard lets none of them pass. */
const flagless = hostile.filter((text) => !text.startsWith('-'))
const words = fc.array(
  flagless.filter((text) => text !== ''),
  { minLength: 1, maxLength: 3 },
)
const tag = fc.tuple(fc.stringMatching(/^[A-Za-z]{1,8}$/), fc.stringMatching(/^[\w .:/=+@-]{0,8}$/))
const on = fc.constant(true)

const FLAGS: fc.Arbitrary<CreateFlags> = fc.record(
  {
    alias: words,
    'no-alias': on,
    description: flagless,
    spec: flagless,
    usage: flagless,
    origin: flagless,
    'custom-key-store-id': flagless,
    'xks-key-id': flagless,
    'multi-region': on,
    policy: flagless,
    admin: words,
    user: words,
    'grant-user': words,
    account: words,
    service: words,
    'no-admin-delete': on,
    guardrails: on,
    allow: words,
    rotation: fc.boolean(),
    'rotation-period-days': fc.integer({ min: -9999, max: 9999 }),
    tag: fc
      .uniqueArray(tag, { selector: ([key]) => key, minLength: 1, maxLength: 3 })
      .map((tags) => tags.map(([key, value]) => `${key}=${value}`)),
    disabled: on,
    'if-not-exists': on,
    'no-claim-tag': on,
    settle: fc.integer({ min: 0, max: 86_400 }),
    'no-journal': on,
  },
  { requiredKeys: [] },
)

async function parsed(argv: readonly string[]): Promise<CreateFlags> {
  const { flags } = await Parser.parse([...argv], {
    flags: { ...CREATE_FLAGS, ...ALLOW_FLAG } as Command['ctor']['flags'],
    strict: true,
  } as never)
  return flagsOfKey(flags as object)
}

test('parsed, it is the same request', async () => {
  await fc.assert(
    fc.asyncProperty(FLAGS, async (flags) => {
      const [create, ...argv] = commandWords(flags)
      expect(create).toBe('create')
      const text = flags.policy === undefined ? undefined : '{}'
      expect(createRequest(await parsed(argv), text)).toEqual(createRequest(flags, text))
    }),
    { numRuns: 300 },
  )
})

test('bash gives back each word, and none of it steers a terminal', () => {
  const lines = fc.sample(fc.array(hostile, { minLength: 1, maxLength: 6 }), 300)
  const script = lines.map((line) => `printf '%s\\0' ${shellLine(line)}; printf '\\0'`).join('\n')
  const said = execFileSync('bash', ['-c', script], { encoding: 'utf8', env: { HOME: '/nowhere' } })
  const expected = lines.map((line) => `${line.map((one) => `${one}\0`).join('')}\0`).join('')
  expect(said).toBe(expected)
  for (const line of lines) {
    const text = shellLine(line)
    expect(escapeText(text)).toBe(text)
  }
})

test('flags stand in the order in which people write them; what goes without saying is left out', () => {
  const flags: CreateFlags = {
    disabled: true,
    rotation: false,
    guardrails: false,
    alias: ['app', '-app'],
    settle: 5,
    admin: [],
    usage: 'SIGN_VERIFY',
    spec: 'RSA_2048',
    description: 'a b',
  }
  expect(shellLine(commandWords(flags))).toBe(
    "create --alias app --alias=-app --description 'a b' --spec RSA_2048 --usage SIGN_VERIFY --no-rotation --disabled --settle 5",
  )
})

test('no word begins with a bare `=`, which zsh would take for the name of a program', () => {
  expect(shellLine(['--description', '=ls'])).toBe("--description '=ls'")
  expect(shellLine(['--tag', 'a==b'])).toBe('--tag a==b')
})
