/** What a real terminal shows of policies. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters as plain } from 'node:util'
import { describe, expect, test } from 'vitest'
import { preparedHome } from '../support/run/home.js'
import { HAS_TERMINAL, onTerminal } from '../support/terminal/pty.js'

const ROOT = 'arn:aws:iam::000000000000:root'
const ALICE = 'arn:aws:iam::000000000000:user/alice'
const [GREEN, RED] = ['\u001b[32m', '\u001b[31m']

const root = { Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' }
const alice = { ...root, Sid: 'alice', Principal: { AWS: ALICE }, Action: 'kms:GenerateDataKey*' }
const guard = { ...root, Effect: 'Deny', Principal: '*', Action: 'kms:ScheduleKeyDeletion' }

async function prepared() {
  const { env, type } = await preparedHome()
  const file = join(type.directory, 'policy.json')
  writeFileSync(file, JSON.stringify({ Version: '2012-10-17', Statement: [root, alice, guard] }))
  return { env, type, file }
}

/** What stands on the screen, in one line. */
const wordsOf = (text: string) =>
  plain(text)
    .replace(/\[sandbox\].*/, '')
    .trim()
    .split(/\s+/)

describe.skipIf(!HAS_TERMINAL)('on a real terminal', () => {
  test.each([80, 44])('policy diff in %i columns: gains are green, losses red', async (columns) => {
    const { env, type, file } = await prepared()
    const { screen, exitCode } = await onTerminal(['policy', 'diff', 'app', file], env, { columns })
    expect(exitCode).toBe(0)
    expect(screen).toContain(`${GREEN}  + ${ALICE}`)
    expect(screen).toContain(`${RED}  - ${ROOT} (the account)`)
    const piped = await type(`policy diff app ${file}`)
    expect(wordsOf(screen)).toEqual(wordsOf(piped.stdout))
    expect(piped.stdout).not.toContain('\u001b')
    const lines = plain(screen).split(/\r?\n/)
    const long = lines.filter((line) => line.length > columns)
    expect(long.filter((line) => !/arn:aws|\[sandbox\]|statement/.test(line))).toEqual([])
  })

  test('policy diff --text: lines that go are red, those that come green', async () => {
    const { env, file } = await prepared()
    const { screen } = await onTerminal(['policy', 'diff', 'app', file, '--text'], env)
    expect(screen).toContain(`${GREEN}+      "Sid": "alice",`)
    expect(plain(screen)).toMatch(/^--- arn:aws:kms:.*\r\n\+\+\+ .*policy\.json\r\n@@ -/m)
  })

  test.each([80, 30])('policy show --explain in %i columns', async (columns) => {
    const { env, type, file } = await prepared()
    expect(await type(`create --alias third --policy ${file}`)).toMatchObject({ exitCode: 0 })
    const argv = ['policy', 'show', 'third', '--explain']
    const { screen, exitCode } = await onTerminal(argv, env, { columns })
    expect(exitCode).toBe(0)
    expect(screen).toContain(`${GREEN}yes`)
    const piped = await type('policy show third --explain')
    expect(wordsOf(screen)).toEqual(wordsOf(piped.stdout))
    const uncoloured = await onTerminal([...argv, '--no-color'], env, { columns })
    expect(uncoloured.screen).not.toContain('\u001b[3')
    expect(wordsOf(uncoloured.screen)).toEqual(wordsOf(piped.stdout))
  })
})
