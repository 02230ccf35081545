/** `create` by the built binary: signals, a full disk, a reader that goes away. */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { failure } from '../support/documents.js'
import { endpoint } from '../support/network/endpoint.js'
import { BINARY, begin, CREDENTIALS, emptyHome, kmsctl } from '../support/run/binary.js'

function ranAs({ stdout, exitCode }: { stdout: string; exitCode: number | null }) {
  return { stdout, exitCode: exitCode ?? -1 }
}

/** The claims in a home, for the endpoint at a URL. */
function claimsIn(home: string, url: string): string[] {
  const state = join(home, '.local', 'state', 'kmsctl', 'endpoints')
  const folder = join(state, new URL(url).host.replace(':', '_'), '000000000000/us-east-1/claims')
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.map((name) => readFileSync(join(folder, name), 'utf8'))
}

function homeAt(url: string) {
  const empty = emptyHome()
  return {
    env: { ...empty, ...CREDENTIALS, AWS_ENDPOINT_URL: url },
    home: empty.HOME ?? '',
  }
}

test('SIGINT while CreateKey is in flight: it is finished, nothing more is begun, the key is told', async () => {
  const { url, arrived, seen, sandbox } = await endpoint({
    unmarked: true,
    delay: (operation) => (operation === 'CreateKey' ? 700 : 0),
  })
  const { env, home } = homeAt(url)
  const run = begin(['create', '--alias', 'app', '--json'], env)
  await arrived('CreateKey')
  run.child.kill('SIGINT')
  const ran = await run.ended
  const error = failure(ranAs(ran), 130)
  const { keyId } = error.details
  expect(error).toMatchObject({
    code: 'Interrupted',
    details: { done: ['CreateKey'], notDone: ['CreateAlias', 'EnableKeyRotation'] },
  })
  expect(ran.stderr).toContain(`key ${keyId} was created\n`)
  expect(seen.slice(seen.indexOf('CreateKey'))).toEqual(['CreateKey'])
  expect(claimsIn(home, url)).toEqual([expect.stringContaining(keyId)])

  const recovered = await kmsctl(['recover', '--json'], env)
  expect(JSON.parse(recovered.stdout).claims).toMatchObject([{ keyId, state: 'finished' }])
  expect(recovered.exitCode).toBe(0)
  const { regions } = await sandbox.state()
  expect(regions['us-east-1']?.aliases['alias/app']?.targetKeyId).toBe(keyId)
})

test('a second signal ends it at once, and the journal has the claim', async () => {
  const { url, arrived } = await endpoint({
    answer: (operation) => (operation === 'CreateKey' ? 'hang' : 'sandbox'),
  })
  const { env, home } = homeAt(url)
  const run = begin(['create', '--alias', 'app'], env)
  await arrived('CreateKey')
  run.child.kill('SIGTERM')
  await new Promise((resolve) => setTimeout(resolve, 200))
  const sent = performance.now()
  run.child.kill('SIGINT')
  expect((await run.ended).exitCode).toBe(130)
  expect(performance.now() - sent).toBeLessThan(1_000)
  expect(claimsIn(home, url)).toEqual([expect.stringContaining('"aliases":["alias/app"]')])
})

test.runIf(process.platform === 'linux')(
  'a disk that takes nothing is found before CreateKey: 1',
  async () => {
    const { url, seen } = await endpoint({ unmarked: true })
    const { env } = homeAt(url)
    // No file may grow: what a full disk does to the journal, without filling one.
    const line = `ulimit -f 0; trap '' XFSZ; exec "$@"`
    const argv = ['-c', line, 'sh', process.execPath, BINARY, 'create', '--alias', 'app', '--json']
    const child = spawn('bash', argv, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve))
    const error = failure({ stdout, exitCode: exitCode ?? -1 }, 1)
    expect(error).toMatchObject({ code: 'Journal' })
    expect(error.hints.join('\n')).toContain('--no-journal')
    expect(seen).not.toContain('CreateKey')
  },
)

test('a home in which nothing can be written is found before CreateKey: 1', async () => {
  const { url, seen } = await endpoint({ unmarked: true })
  const { env } = homeAt(url)
  const inFile = { ...env, XDG_STATE_HOME: '/dev/null' }
  const refused = await kmsctl(['create', '--alias', 'app', '--json'], inFile)
  expect(failure(ranAs(refused), 1)).toMatchObject({ code: 'Journal' })
  expect(seen).not.toContain('CreateKey')

  const made = await kmsctl(['create', '--alias', 'app', '--no-journal', '--json'], inFile)
  const { key } = JSON.parse(made.stdout)
  expect(made.exitCode).toBe(0)
  expect(made.stderr).toContain(`claim token ${key.tags['kmsctl:claim']}\n`)
})

test('readers of both streams that go away do not stop a creation half-way', async () => {
  const { url, sandbox, arrived } = await endpoint({
    unmarked: true,
    delay: (operation) => (operation === 'CreateKey' ? 300 : 0),
  })
  const { env, home } = homeAt(url)
  const run = begin(['create', '--alias', 'app'], env)
  await arrived('CreateKey')
  run.child.stdout?.destroy()
  run.child.stderr?.destroy()
  expect((await run.ended).exitCode).toBe(0)
  const { regions } = await sandbox.state()
  const { aliases = {}, keys = {} } = regions['us-east-1'] ?? {}
  const key = keys[aliases['alias/app']?.targetKeyId ?? '']
  expect(key?.rotation.enabled).toBe(true)
  expect(claimsIn(home, url)).toEqual([])
})

test('credentials that expire after CreateKey: 7 with what was done, and a rerun goes on', async () => {
  const expired = { status: 400, body: '{"__type":"ExpiredTokenException","message":"Expired."}' }
  let valid = false
  const { url, sandbox } = await endpoint({
    unmarked: true,
    answer: (operation) => (operation === 'CreateAlias' && !valid ? expired : 'sandbox'),
  })
  const { env } = homeAt(url)
  const argv = ['create', '--alias', 'app', '--json']
  const error = failure(ranAs(await kmsctl(argv, env)), 7)
  expect(error.details).toMatchObject({
    done: ['CreateKey'],
    notDone: ['CreateAlias', 'EnableKeyRotation'],
    cause: 'ExpiredTokenException',
  })
  valid = true
  const again = await kmsctl(argv, env)
  expect(JSON.parse(again.stdout)).toMatchObject({
    changed: true,
    key: { keyId: error.details.keyId },
  })
  const { regions } = await sandbox.state()
  const own = Object.values(regions['us-east-1']?.keys ?? {}).filter(
    ({ manager }) => manager === 'CUSTOMER',
  )
  expect(own).toHaveLength(1)
})
