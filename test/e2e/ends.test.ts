import { createServer } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { failure } from '../support/documents.js'
import { endpoint } from '../support/network/endpoint.js'
import { begin, CREDENTIALS, emptyHome, kmsctl } from '../support/run/binary.js'
import { shell } from '../support/run/shell.js'

const HANG = {
  answer: (operation: string) => (/^(Describe|List)/.test(operation) ? 'hang' : 'sandbox'),
} as const

/** A loopback address on which nothing listens. */
async function deadUrl(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

/** Makes a key at an endpoint, from within this process. */
async function keyAt(url: string): Promise<string> {
  for (const [name, value] of Object.entries(CREDENTIALS)) vi.stubEnv(name, value)
  const type = shell(CREDENTIALS)
  const { stdout } = await type(`create --no-alias -q --endpoint-url ${url}`)
  expect(stdout).toMatch(/^[0-9a-f-]{36}\n$/)
  return stdout.trim()
}

function ranAs({ stdout, exitCode }: { stdout: string; exitCode: number | null }) {
  return { stdout, exitCode: exitCode ?? -1 }
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s (contract 5)', (signal, exitCode) => {
  test('while a read waits: ends at once', async () => {
    const { url, arrived } = await endpoint(HANG)
    const argv = ['describe', 'app', '--json', '--endpoint-url', url]
    const run = begin(argv, { ...emptyHome(), ...CREDENTIALS })
    await arrived('DescribeKey')
    const sent = performance.now()
    run.child.kill(signal)
    const ran = await run.ended
    expect(failure(ranAs(ran), exitCode)).toMatchObject({
      code: 'Interrupted',
      message: `interrupted by ${signal}`,
    })
    expect(ran.stderr).toBe('')
    expect(performance.now() - sent).toBeLessThan(1_500)
  })

  test('while a change is in flight: it is finished, and reported as done', async () => {
    const { url, arrived, seen } = await endpoint({
      delay: (operation) => (operation === 'DisableKey' ? 700 : 0),
    })
    const keyId = await keyAt(url)
    const argv = ['disable', keyId, '--yes', '--json', '--endpoint-url', url]
    const run = begin(argv, { ...emptyHome(), ...CREDENTIALS })
    await arrived('DisableKey')
    const before = seen.length
    run.child.kill(signal)
    const ran = await run.ended
    expect(ran.exitCode).toBe(exitCode)
    expect(seen.slice(before)).toEqual([])
    const { error } = JSON.parse(ran.stdout)
    expect(error).toMatchObject({ code: 'Interrupted', exitCode })
    expect(JSON.stringify(error)).toContain('DisableKey')
    expect(JSON.stringify(error)).toMatch(/was done/)
  })
})

test('a second signal ends the process at once', async () => {
  const { url, arrived } = await endpoint({
    answer: (operation) => (operation === 'CreateKey' ? 'hang' : 'sandbox'),
  })
  const argv = ['create', '--no-alias', '--endpoint-url', url]
  const run = begin(argv, { ...emptyHome(), ...CREDENTIALS })
  await arrived('CreateKey')
  run.child.kill('SIGINT')
  await new Promise((resolve) => setTimeout(resolve, 200))
  const sent = performance.now()
  run.child.kill('SIGTERM')
  expect((await run.ended).exitCode).toBe(143)
  expect(performance.now() - sent).toBeLessThan(1_000)
})

describe('--timeout 2 against an endpoint that never answers (contract 6.8)', () => {
  test('a read ends with 9 soon after', async () => {
    const { url } = await endpoint({ answer: () => 'hang' })
    const argv = ['describe', 'app', '--timeout', '2', '--json', '--endpoint-url', url]
    const ran = await kmsctl(argv, { ...emptyHome(), ...CREDENTIALS })
    expect(failure(ranAs(ran), 9)).toMatchObject({ code: 'Timeout' })
    expect(ran.milliseconds).toBeLessThan(5_000)
  })

  test('a change in flight ends with 8, and says how to find out', async () => {
    const { url, seen } = await endpoint({
      answer: (operation) => (operation === 'DisableKey' ? 'hang' : 'sandbox'),
    })
    const keyId = await keyAt(url)
    const argv = ['disable', keyId, '--yes', '--timeout', '2', '--json', '--endpoint-url', url]
    const ran = await kmsctl(argv, { ...emptyHome(), ...CREDENTIALS })
    const error = failure(ranAs(ran), 8)
    expect(error).toMatchObject({ code: 'Ambiguous', details: { keyId } })
    expect(error.hints.join('\n')).toContain(`kmsctl describe ${keyId}`)
    expect(ran.milliseconds).toBeLessThan(5_000)
    expect(seen.filter((operation) => operation === 'DisableKey')).toHaveLength(1)
  })

  test('a creation in flight ends with 8, is sent once, and names its claim (contract 6.7)', async () => {
    const { url, seen } = await endpoint({
      answer: (operation) => (operation === 'CreateKey' ? 'hang' : 'sandbox'),
    })
    const argv = ['create', '--alias', 'a', '--timeout', '2', '--json', '--endpoint-url', url]
    const ran = await kmsctl(argv, { ...emptyHome(), ...CREDENTIALS })
    const error = failure(ranAs(ran), 8)
    expect(JSON.stringify(error)).toContain('kmsctl:claim')
    expect(ran.milliseconds).toBeLessThan(5_000)
    expect(seen.filter((operation) => operation === 'CreateKey')).toHaveLength(1)
  })
})

describe('an endpoint that cannot be reached', () => {
  test.each([
    ['describe app', 9],
    ['disable app --yes', 9],
    ['create --alias a', 9],
    ['list', 9],
  ])('%s: %s, certainly nothing was changed (contract 5)', async (line, exitCode) => {
    const url = await deadUrl()
    const argv = [...line.split(' '), '--json', '--endpoint-url', url]
    const ran = await kmsctl(argv, { ...emptyHome(), ...CREDENTIALS })
    expect(failure(ranAs(ran), exitCode)).toMatchObject({ code: 'Unreachable' })
    expect(ran.milliseconds).toBeLessThan(10_000)
  })

  test('AWS_ENDPOINT_URL counts as well as the flag', async () => {
    const env = { ...emptyHome(), ...CREDENTIALS, AWS_ENDPOINT_URL: await deadUrl() }
    const ran = await kmsctl(['describe', 'app', '--json'], env)
    expect(failure(ranAs(ran), 9)).toMatchObject({ code: 'Unreachable' })
  })
})

test('a connection cut after CreateKey was sent is 8, and it is sent once (contract 6.7)', async () => {
  const { url, seen } = await endpoint({
    answer: (operation) => (operation === 'CreateKey' ? 'cut' : 'sandbox'),
  })
  const argv = ['create', '--alias', 'a', '--settle', '1', '--json', '--endpoint-url', url]
  const ran = await kmsctl(argv, { ...emptyHome(), ...CREDENTIALS })
  expect(failure(ranAs(ran), 8).hints.length).toBeGreaterThan(0)
  expect(seen.filter((operation) => operation === 'CreateKey')).toHaveLength(1)
})

test('no credentials: 4, and what to do (contract 5)', async () => {
  const { url, seen } = await endpoint()
  const env = { ...emptyHome(), AWS_REGION: 'us-east-1' }
  const ran = await kmsctl(['list', '--json', '--endpoint-url', url], env)
  const error = failure(ranAs(ran), 4)
  expect(error.code).toBe('NoCredentials')
  expect(error.hints.join('\n')).toContain('--sandbox')
  expect(ran.stderr).toBe('')
  expect(seen).toEqual([])
})

test('no Region: 2, and what to do', async () => {
  const env = { ...emptyHome(), ...CREDENTIALS, AWS_REGION: '' }
  const ran = await kmsctl(['list', '--json'], env)
  expect(failure(ranAs(ran), 2)).toMatchObject({ code: 'NoRegion' })
})

test('a profile that does not exist: 4', async () => {
  const env = { ...emptyHome(), AWS_REGION: 'us-east-1' }
  const ran = await kmsctl(['list', '--json', '--profile', 'nobody'], env)
  expect(failure(ranAs(ran), 4)).toMatchObject({ code: 'NoCredentials' })
})

test.each(['--endpoint-url', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_KMS'])(
  'plain http outside loopback by %s is refused before anything is sent (contract 6.10)',
  async (by) => {
    const url = 'http://kms.example.com'
    const env = { ...emptyHome(), ...CREDENTIALS, ...(by.startsWith('AWS') ? { [by]: url } : {}) }
    const argv = ['describe', 'app', '--json', ...(by.startsWith('AWS') ? [] : [by, url])]
    const ran = await kmsctl(argv, env)
    expect(failure(ranAs(ran), 5)).toMatchObject({ code: 'InsecureEndpoint' })
  },
)
