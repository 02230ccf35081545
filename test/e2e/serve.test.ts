import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { endpoint } from '../support/network/endpoint.js'
import { begin, CREDENTIALS, emptyHome, kmsctl } from '../support/run/binary.js'

test('sandbox serve answers until SIGTERM, and every command says so (contract 7)', async () => {
  const home = emptyHome()
  const serving = begin(['sandbox', 'serve', '--port', '0'], home)
  const text = await serving.printed(/listening on \S+\n[\s\S]*export/)
  const [, url = ''] = /listening on (http:\/\/127\.0\.0\.1:\d+)\n/.exec(text) ?? []
  const env = { ...emptyHome(), ...CREDENTIALS, AWS_ENDPOINT_URL: url }
  const created = await kmsctl(['create', '--alias', 'app', '--json'], env)
  expect(created.exitCode).toBe(0)
  expect(JSON.parse(created.stdout)).toMatchObject({ changed: true, sandbox: true })
  const { keyId } = JSON.parse(created.stdout).key
  expect(created.stderr).toBe(
    `[sandbox] account 000000000000, Region us-east-1, endpoint ${url}\nkey ${keyId} was created\n`,
  )
  const described = await kmsctl(['describe', 'app'], env)
  expect(described.exitCode).toBe(0)
  expect(described.stderr).toMatch(/^\[sandbox\] [^\n]*\n$/)
  const missing = await kmsctl(['describe', 'nosuch', '--json'], env)
  expect(missing.exitCode).toBe(3)
  expect(JSON.parse(missing.stdout)).toMatchObject({ error: {}, sandbox: true })
  // The same state is there for who works on it without the server.
  const status = await kmsctl(['describe', 'app', '--json', '--sandbox'], home)
  expect(JSON.parse(status.stdout).aliases).toEqual(['alias/app'])
  expect(serving.child.exitCode).toBe(null)

  const stopped = performance.now()
  serving.child.kill('SIGTERM')
  const ended = await serving.ended
  expect(ended).toMatchObject({ exitCode: 143, stdout: `listening on ${url}\n` })
  expect(ended.stderr).toContain(`export AWS_ENDPOINT_URL=${url}\n`)
  expect(ended.stderr).not.toContain('error:')
  expect(performance.now() - stopped).toBeLessThan(2_000)
})

test('sandbox serve --json prints one document, and SIGINT is 130', async () => {
  const serving = begin(['sandbox', 'serve', '--port', '0', '--json'], emptyHome())
  await serving.printed(/export/)
  serving.child.kill('SIGINT')
  const { stdout, exitCode } = await serving.ended
  expect(JSON.parse(stdout)).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    sandbox: true,
  })
  expect(exitCode).toBe(130)
})

test('sandbox serve --faults: a rehearsal of an answer that is lost', async () => {
  const plan = JSON.stringify({
    rules: [{ operation: 'CreateKey', call: 1, fault: 'reset', effect: 'after' }],
  })
  const argv = ['sandbox', 'serve', '--port', '0', '--faults', '-']
  const home = emptyHome()
  const serving = begin(argv, home, { stdin: plan })
  const text = await serving.printed(/listening on \S+\n[\s\S]*export/)
  const [, url = ''] = /listening on (\S+)\n/.exec(text) ?? []
  const env = { ...emptyHome(), ...CREDENTIALS, AWS_ENDPOINT_URL: url }
  await kmsctl(['create', '--alias', 'app', '--json'], env)
  const listed = await kmsctl(['list', '--json'], env)
  // One call arrived, had its effect, and was not sent again.
  expect(JSON.parse(listed.stdout).keys).toHaveLength(1)
  serving.child.kill('SIGTERM')
  const { stderr } = await serving.ended
  expect(stderr.match(/^fault: .*$/gm)).toEqual(['fault: CreateKey, reset after the effect'])
})

test('a port that is taken ends with one line', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const ran = await kmsctl(['sandbox', 'serve', '--port', String(port)], emptyHome())
  server.close()
  expect(ran).toMatchObject({ exitCode: 1, stdout: '' })
  expect(ran.stderr).toMatch(new RegExp(`^error: .*${port}`, 'm'))
})

test('stderr is silent when nothing needs saying (contract 3)', async () => {
  const { url } = await endpoint({ unmarked: true })
  const env = { ...emptyHome(), ...CREDENTIALS, AWS_ENDPOINT_URL: url }
  const created = await kmsctl(['create', '--alias', 'app', '--json'], env)
  const { keyId } = JSON.parse(created.stdout).key
  expect(created).toMatchObject({
    exitCode: 0,
    stderr: `account 000000000000, Region us-east-1, endpoint ${url}\nkey ${keyId} was created\n`,
  })
  expect(JSON.parse(created.stdout)).not.toHaveProperty('sandbox')
  for (const line of ['describe app --json', 'list', 'alias list app', 'policy show app']) {
    const ran = await kmsctl(line.split(' '), env, { env: { NODE_OPTIONS: '--trace-warnings' } })
    expect(ran, line).toMatchObject({ exitCode: 0, stderr: '' })
  }
})

test('--trace: one line a request, never a credential or a body (contract 2)', async () => {
  const { url } = await endpoint({ unmarked: true })
  const env = { ...emptyHome(), ...CREDENTIALS, AWS_ENDPOINT_URL: url }
  await kmsctl(['create', '--alias', 'app', '--description', 'S3CRET'], env)
  const { stderr } = await kmsctl(['describe', 'app', '--trace'], env)
  const lines = stderr.trim().split('\n')
  expect(lines.length).toBeGreaterThan(4)
  for (const line of lines) {
    expect(line).toMatch(/^trace: [A-Z]\w+ attempt \d: \d{3} [0-9a-f-]{36} \d+ ms$/)
  }
  expect(stderr).not.toMatch(/S3CRET|AKID|example/)
})
