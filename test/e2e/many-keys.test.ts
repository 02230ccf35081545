/** Long lists of the built binary: readers that go away, terminals, signals. */
import { spawn } from 'node:child_process'
import { stripVTControlCharacters as plain } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { endpoint } from '../support/network/endpoint.js'
import { BINARY, begin, CREDENTIALS, emptyHome } from '../support/run/binary.js'
import { HAS_TERMINAL, onTerminal } from '../support/terminal/pty.js'

const id = (index: number) => `1234abcd-12ab-34cd-56ef-${String(index).padStart(12, '0')}`

/** A KMS with so many keys, all of them named; the slow ones are described half a second late. */
async function kmsWith(keys: number, { delay = 0 } = {}) {
  const arn = (index: number) => `arn:aws:kms:us-east-1:111122223333:key/${id(index)}`
  const ids = Array.from({ length: keys }, (_, index) => index)
  const lists: Record<string, object> = {
    ListKeys: { Keys: ids.map((n) => ({ KeyId: id(n), KeyArn: arn(n) })), Truncated: false },
    ListAliases: {
      Aliases: ids.map((n) => ({
        AliasName: `alias/k${String(n).padStart(5, '0')}`,
        TargetKeyId: id(n),
      })),
      Truncated: false,
    },
  }
  const metadata = { KeyManager: 'CUSTOMER', KeyState: 'Enabled', Enabled: true }
  return endpoint({
    unmarked: true,
    answer: (operation) => ({
      status: 200,
      // Whichever key was asked for: the list goes by the IDs that ListKeys gave.
      body: JSON.stringify(
        lists[operation] ?? { KeyMetadata: { ...metadata, KeyId: id(0), Arn: arn(0) } },
      ),
    }),
    delay: (operation) => (operation === 'DescribeKey' ? delay : 0),
  })
}

test('a reader that goes away ends the list at once, and that is no failure', async () => {
  const { url, seen } = await kmsWith(6_000)
  const argv = [BINARY, 'list', '--endpoint-url', url]
  const child = spawn(process.execPath, argv, {
    env: { ...emptyHome(), ...CREDENTIALS },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  // As `head -1` does.
  await new Promise((resolve) => child.stdout.once('data', resolve))
  child.stdout.destroy()
  const exitCode = await new Promise((resolve) => child.on('close', resolve))
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(seen.length).toBeLessThan(5_000)
})

test('interrupted in the middle of a list: the document is closed, and says why', async () => {
  const { url } = await kmsWith(2_000, { delay: 100 })
  const argv = ['list', '--json', '--endpoint-url', url, '--concurrency', '4']
  const run = begin(argv, { ...emptyHome(), ...CREDENTIALS })
  await run.printed(/("keyId"[\s\S]*){11}/)
  run.child.kill('SIGINT')
  const { stdout, exitCode } = await run.ended
  expect(exitCode).toBe(130)
  const { keys, error } = JSON.parse(stdout)
  expect(keys.length).toBeGreaterThan(10)
  expect(error).toMatchObject({ code: 'Interrupted', exitCode: 130 })
})

describe.skipIf(!HAS_TERMINAL)('on a real terminal', () => {
  const LINE = /reading keys \[[#-]{20}\] \d+ of 40/

  test('how far it has come is shown, and is gone in the end', async () => {
    const { url } = await kmsWith(40, { delay: 500 })
    const argv = ['list', '--json', '--endpoint-url', url, '--concurrency', '8']
    const ran = await onTerminal(argv, { ...emptyHome(), ...CREDENTIALS }, { toFile: true })
    expect(ran.exitCode).toBe(0)
    expect(JSON.parse(ran.file).keys).toHaveLength(40)
    expect(ran.screen).toMatch(LINE)
    // Each frame takes the place of the one before, and nothing takes the place of the last.
    expect(ran.screen).toMatch(/\r\u001b\[2K$/)
    expect(plain(ran.screen)).not.toContain('\n')
  })

  test('rows and progress on one terminal: every row stands on a line of its own', async () => {
    const { url } = await kmsWith(40, { delay: 500 })
    const argv = ['list', '--endpoint-url', url, '--concurrency', '8', '--no-color']
    const env = { ...emptyHome(), ...CREDENTIALS }
    const ran = await onTerminal(argv, env, { columns: 120 })
    expect(ran.screen).toMatch(LINE)
    const lines = ran.screen.split('\r\n').map((line) => line.split('\u001b[2K').at(-1))
    expect(lines[0]).toMatch(/^KEY ID +ALIASES +STATE/)
    for (const line of lines.slice(1, -1))
      expect(line).toMatch(/^[0-9a-f-]{36} {2}alias\/k000\d\d /)
    expect(lines).toHaveLength(42)
  })

  test('a dumb terminal gets none', async () => {
    const { url } = await kmsWith(40, { delay: 500 })
    const argv = ['list', '--json', '--endpoint-url', url, '--concurrency', '8']
    const env = { ...emptyHome(), ...CREDENTIALS, TERM: 'dumb' }
    const ran = await onTerminal(argv, env, { toFile: true })
    expect(ran).toMatchObject({ exitCode: 0, screen: '' })
  })
})
