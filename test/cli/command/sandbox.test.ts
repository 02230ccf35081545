import { describe, expect, test } from 'vitest'
import { openSandbox, sandboxError, usesSandbox } from '../../../src/lib/cli/command/sandbox.js'
import type { Runtime } from '../../../src/lib/cli/runtime/runtime.js'
import { KmsctlError } from '../../../src/lib/errors.js'
import { shell } from '../../support/run/shell.js'

const at = (env: Record<string, string>) =>
  ({ env, home: '/home/me', platform: 'linux' }) as Runtime

describe('when the embedded KMS answers (contract 7)', () => {
  test.each([
    [{}, {}, false],
    [{}, { sandbox: true }, true],
    [{ KMSCTL_SANDBOX: '1' }, {}, true],
    [{ KMSCTL_SANDBOX: 'true' }, {}, true],
    [{ KMSCTL_SANDBOX: '0' }, {}, false],
    [{ KMSCTL_SANDBOX: 'false' }, {}, false],
    [{ KMSCTL_SANDBOX: '' }, {}, false],
    [{ KMSCTL_SANDBOX: '0' }, { sandbox: true }, true],
    [{ KMSCTL_SANDBOX: '0' }, { profile: 'dev' }, false],
  ])('%j with %j: %s', (env, flags, expected) => {
    expect(usesSandbox(at(env as Record<string, string>), flags)).toBe(expected)
  })

  test.each([
    [{}, { sandbox: true, profile: 'dev' }, '--profile cannot be used with --sandbox'],
    [{}, { sandbox: true, 'endpoint-url': 'x' }, '--endpoint-url cannot be used with --sandbox'],
    [{ KMSCTL_SANDBOX: '1' }, { profile: 'dev' }, '--profile cannot be used with KMSCTL_SANDBOX'],
    [
      { KMSCTL_SANDBOX: '1' },
      { 'endpoint-url': 'x' },
      '--endpoint-url cannot be used with KMSCTL_SANDBOX',
    ],
  ])('%j with %j is a usage error', (env, flags, message) => {
    const attempt = () => usesSandbox(at(env as Record<string, string>), flags)
    expect(attempt).toThrow(message)
    expect(attempt).toThrow(expect.objectContaining({ exitCode: 2 }))
  })
})

test.each([
  [{}, '/home/me/.local/state/kmsctl/sandbox/state.json'],
  [{ XDG_STATE_HOME: '/state' }, '/state/kmsctl/sandbox/state.json'],
  [{ XDG_STATE_HOME: 'relative' }, '/home/me/.local/state/kmsctl/sandbox/state.json'],
  [{ KMSCTL_SANDBOX_DIR: '/box', XDG_STATE_HOME: '/state' }, '/box/state.json'],
])('with %j the state is in %s (contract 7)', async (env, file) => {
  const runtime = { ...at(env as Record<string, string>), now: () => new Date() }
  expect((await (await openSandbox(runtime)).status()).file).toBe(file)
})

test('a fault of the sandbox’s own files is told as an error of kmsctl', () => {
  const told = sandboxError(new Error('EACCES'))
  expect(told).toMatchObject({ code: 'Sandbox', exitCode: 1 })
  expect(told.message).toBe('the sandbox cannot be used: EACCES')
  const own = new KmsctlError('Usage', 'as it is')
  expect(sandboxError(own)).toBe(own)
})

test('a sandbox folder that cannot be made ends with 1 and one line', async () => {
  const type = shell({ KMSCTL_SANDBOX_DIR: '/dev/null/box' })
  const ran = await type('sandbox reset')
  expect(ran).toMatchObject({ exitCode: 1, stdout: '' })
  expect(ran.stderr).toMatch(/^(\[sandbox\].*\n)?error: the sandbox cannot be used: .*\n$/)
})

test('the sandbox’s clock, not the machine’s, says how far away a date is', async () => {
  const type = shell()
  await type('create --alias app')
  const { keyId } = (await type('describe app --json')).json
  await type(`deletion schedule app --confirm ${keyId}`)
  await type('sandbox advance --days 10')
  const { stdout } = await type('deletion list')
  expect(stdout).toContain('(in 20 days)')
})
