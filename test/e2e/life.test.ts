import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { BINARY, emptyHome, kmsctl } from '../support/run/binary.js'
import { preparedHome } from '../support/run/home.js'
import { wordsOf } from '../support/run/shell.js'

test('a key lives its life in a fresh home (contract 2 and 7)', async () => {
  const home = emptyHome()
  const run = (line: string) => kmsctl(wordsOf(`${line} --sandbox`), home)
  const created = await run('create --alias app --description Payments --tag Team=pay -q')
  const keyId = created.stdout.trim()
  expect(created).toMatchObject({
    exitCode: 0,
    stderr: `[sandbox] account 000000000000, Region us-east-1\nkey ${keyId} was created\n`,
  })
  const steps: [string, string][] = [
    ['disable app --yes', 'Disabled'],
    ['enable app', 'Enabled'],
    [`deletion schedule app --days 7 --confirm ${keyId}`, 'PendingDeletion'],
    ['deletion cancel app --enable', 'Enabled'],
  ]
  for (const [line, keyState] of steps) {
    const ran = await run(`${line} --json`)
    expect(ran, line).toMatchObject({ exitCode: 0, signal: null })
    expect(JSON.parse(ran.stdout)).toMatchObject({
      changed: true,
      sandbox: true,
      key: { keyId, keyState, aliases: ['alias/app'], tags: { Team: 'pay' } },
    })
  }
  const seen = await run('describe app')
  expect(seen.stdout).toContain(`Key ID        ${keyId}\n`)
  expect(seen.stdout).not.toContain('\u001b')
  expect(seen.stderr).toMatch(/^\[sandbox\] .*\n$/)
})

test('two processes may use one sandbox at once without losing a write (contract 7)', async () => {
  const home = emptyHome()
  const names = ['one', 'two', 'three', 'four']
  const all = await Promise.all(
    names.map((name) => kmsctl(['create', '--alias', name, '--sandbox', '-q'], home)),
  )
  expect(all.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0])
  const { stdout } = await kmsctl(['list', '--sandbox', '--json'], home)
  const { keys } = JSON.parse(stdout)
  expect(keys.flatMap(({ aliases }: { aliases: string[] }) => aliases).sort()).toEqual(
    names.map((name) => `alias/${name}`).sort(),
  )
  expect(new Set(all.map((ran) => ran.stdout.trim())).size).toBe(4)
})

test('a reader that goes away ends nothing badly (list | head -1)', async () => {
  const home = emptyHome()
  const command = `"$0" "$1" alias list --sandbox | head -1; echo "\${PIPESTATUS[0]}"`
  const child = spawn('bash', ['-c', command, process.execPath, BINARY], { env: home })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  await new Promise((resolve) => child.on('close', resolve))
  expect(stdout).toMatch(/^ALIAS .*\n0\n$/)
  expect(stderr).toMatch(/^\[sandbox\] [^\n]*\n$/)
})

test('a reader of a change that is gone before it prints: the change is done all the same', async () => {
  const home = emptyHome()
  const command = `"$0" "$1" create --alias app --sandbox 2>&1 | true; echo "\${PIPESTATUS[0]}"`
  const child = spawn('bash', ['-c', command, process.execPath, BINARY], { env: home })
  let stdout = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  await new Promise((resolve) => child.on('close', resolve))
  expect(stdout).toBe('0\n')
  expect((await kmsctl(['describe', 'app', '--sandbox'], home)).exitCode).toBe(0)
})

test.each([
  ['disable app', 5],
  ['deletion schedule app', 5],
  ['describe', 2],
  ['create', 2],
])('with stdin closed, `%s` neither waits nor asks: %s (contract 6.2)', async (line, exitCode) => {
  const { env } = await preparedHome()
  const ran = await kmsctl(wordsOf(line), env)
  expect(ran).toMatchObject({ exitCode, stdout: '' })
  expect(ran.stderr).toMatch(/^error: /m)
  expect(ran.milliseconds).toBeLessThan(5_000)
})

test('piped answers are no answers (contract 6.2)', async () => {
  const { env } = await preparedHome()
  const ran = await kmsctl(['disable', 'app'], env, { stdin: 'y\ny\n' })
  expect(ran).toMatchObject({ exitCode: 5, stdout: '' })
  expect(ran.stderr).toContain('--yes')
})

test('a policy is read from standard input with - (contract 2)', async () => {
  const home = emptyHome()
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Id: 'mine',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::000000000000:root' },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  })
  const argv = ['create', '--alias', 'app', '--policy', '-', '--sandbox']
  expect(await kmsctl(argv, home, { stdin: policy })).toMatchObject({ exitCode: 0 })
  const shown = await kmsctl(['policy', 'show', 'app', '--sandbox'], home)
  expect(JSON.parse(shown.stdout)).toEqual(JSON.parse(policy))
})

test('FORCE_COLOR colours a pipe; NO_COLOR and --no-color win (contract 3)', async () => {
  const home = emptyHome()
  const argv = ['alias', 'list', '--sandbox']
  const colored = await kmsctl(argv, home, { env: { FORCE_COLOR: '1' } })
  expect(colored.stdout).toContain('\u001b[')
  const both = await kmsctl(argv, home, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })
  expect(both.stdout).not.toContain('\u001b')
  const flag = await kmsctl([...argv, '--no-color'], home, { env: { FORCE_COLOR: '1' } })
  expect(flag.stdout).not.toContain('\u001b')
})

test('a wrong command line says nothing of this machine (contract 4)', async () => {
  const home = emptyHome()
  const ran = await kmsctl(['describe', 'app', '--nope', '--json'], home)
  expect(ran).toMatchObject({ exitCode: 2, stderr: '' })
  expect(JSON.parse(ran.stdout).error.message).toBe('unknown flag --nope')
  expect(ran.stdout).not.toContain(home.HOME)
  expect(ran.stdout.length).toBeLessThan(300)
})

test('after -- the words are the command’s, and no flags', async () => {
  const ran = await kmsctl(['whoami', '--', '--help'], emptyHome())
  expect(ran).toMatchObject({ exitCode: 2, stdout: '' })
  expect(ran.stderr).toContain('error: unexpected argument --help\n')
})
