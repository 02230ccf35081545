/** When create asks, and when it must not (contract 2 and 6.2). */
import { expect, test } from 'vitest'
import { shell } from '../support/run/shell.js'

test.each([
  ['create', 2, 'no alias is given: add --alias NAME'],
  ['create --alias app --spec RSA_2048', 2, 'needs --usage'],
  ['create --interactive', 5, '--interactive needs a terminal to ask on'],
  ['create --interactive --alias app', 5, '--interactive needs a terminal to ask on'],
  ['create --interactive --alias app --yes', 5, '--interactive needs a terminal to ask on'],
])('without a terminal nothing is asked: %s', async (line, exitCode, words) => {
  const type = shell()
  const ran = await type(line, { stdin: '\n\napp\n\n\n\n\n' })
  expect(ran.exitCode).toBe(exitCode)
  expect(ran.stderr).toContain(words)
  const { error } = (await type(`${line} --json`)).json
  expect(error.code).toBe(exitCode === 2 ? 'Usage' : 'ConfirmationRequired')
  expect((await type('list --json')).json.keys).toEqual([])
})

test('a dry run never asks by itself, at a terminal neither', async () => {
  const type = shell()
  const ran = await type('create --dry-run', { person: { types: [] } })
  expect(ran.exitCode).toBe(2)
  expect(ran.stderr).toContain('no alias is given')
})

test('with all that is needed nothing is asked, at a terminal neither; --yes changes nothing then', async () => {
  const type = shell()
  for (const line of ['create --alias app', 'create --alias next --yes']) {
    const ran = await type(line, { person: { types: [] } })
    expect(ran.exitCode).toBe(0)
    expect(ran.stderr).not.toContain('?')
  }
})

test.each([
  ['create --spec RSA_1024', 2, 'key spec RSA_1024 does not exist'],
  ['create --admin alice', 2, 'principal "alice" is not complete'],
  ['create --policy -', 2, 'policy file - needs piped input'],
  ['create --interactive --alias app', 6, 'alias alias/app already points to key'],
])(
  'at a terminal, what the command line breaks is told before anything is asked: %s',
  async (line, exitCode, words) => {
    const type = shell()
    await type('create --alias app')
    const ran = await type(line, { person: { types: [] } })
    expect(ran.exitCode).toBe(exitCode)
    expect(ran.stderr).toContain(words)
    expect(ran.stderr).not.toContain('What is the key for?')
  },
)
