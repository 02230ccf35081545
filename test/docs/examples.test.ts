import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { BINARY } from '../support/run/binary.js'
import { preparedHome } from '../support/run/home.js'
import { codeBlocks, ROOT, read } from './markdown.js'

/** A runbook starts kmsctl many times, and the machine may be busy. */
vi.setConfig({ testTimeout: 120_000 })

const RUNBOOKS = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.sh'))

interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | null
}

/** Runs bash with `kmsctl` on the PATH, on a sandbox with the keys `app` and `next`. */
async function rehearsal() {
  const { env, type, keyId, stateOf } = await preparedHome()
  const bin = join(type.directory, 'bin')
  const calls = join(type.directory, 'calls')
  mkdirSync(bin)
  const shim = `#!/bin/sh\necho "$@" >>"${calls}"\nexec "${process.execPath}" "${BINARY}" "$@"\n`
  writeFileSync(join(bin, 'kmsctl'), shim, { mode: 0o755 })
  const path = [bin, process.env.PATH].join(delimiter)
  const bash = (argv: readonly string[], more: Record<string, string> = {}) =>
    new Promise<Ended>((resolve) => {
      const child = spawn('bash', argv, {
        cwd: type.directory,
        env: { ...env, PATH: path, ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const text = { stdout: '', stderr: '' }
      child.stdout.on('data', (chunk) => {
        text.stdout += chunk
      })
      child.stderr.on('data', (chunk) => {
        text.stderr += chunk
      })
      child.on('close', (exitCode) => resolve({ ...text, exitCode }))
    })
  return {
    type,
    keyId,
    stateOf,
    bash,
    play: (name: string, argv: readonly string[], more: Record<string, string> = {}) =>
      bash([join(ROOT, 'examples', name), ...argv], more),
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
    file: (name: string) => join(type.directory, name),
    /** A `kmsctl` that does nothing and ends so. */
    broken(exitCode: number) {
      const file = join(bin, `kmsctl-${exitCode}`)
      writeFileSync(file, `#!/bin/sh\necho "$@" >>"${calls}"\nexit ${exitCode}\n`, { mode: 0o755 })
      return { KMSCTL: file }
    },
    rotations: async (name: string) =>
      (await type(`rotation status ${name} --json`)).json.history.length as number,
  }
}

describe('every runbook', () => {
  test.each(RUNBOOKS)('%s: --help says how, and calls nothing', async (name) => {
    const { play, calls } = await rehearsal()
    const { stdout, stderr, exitCode } = await play(name, ['--help'])
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    expect(stdout).toMatch(new RegExp(`^usage: ${name} `))
    expect(calls()).toEqual([])
  })

  test.each(RUNBOOKS)('%s: without arguments it is a usage error', async (name) => {
    const { play, calls } = await rehearsal()
    const { stdout, stderr, exitCode } = await play(name, [])
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 })
    expect(stderr).toContain(`usage: ${name}`)
    expect(calls()).toEqual([])
  })

  test.each(RUNBOOKS)('%s: is in examples/README.md, strict, and for the bash of macOS', (name) => {
    const text = read(`examples/${name}`)
    expect(read('examples/README.md')).toContain(`(${name})`)
    expect(text).toMatch(/^#!\/usr\/bin\/env bash\n/)
    expect(text).toMatch(/^set -euo pipefail$/m)
    // Of bash 4: mapfile, associative arrays, case conversion, |&, &>>.
    expect(text).not.toMatch(/mapfile|readarray|declare -A|\$\{\w+(,,|\^\^)|\|&|&>>/)
  })
})

describe('create-if-missing.sh', () => {
  test('makes the key once, with the flags given', async () => {
    const { play, type } = await rehearsal()
    const first = await play('create-if-missing.sh', ['orders', '--description', 'Web shop'])
    const again = await play('create-if-missing.sh', ['orders', '--description', 'Web shop'])
    const { keyId, description } = (await type('describe orders --json')).json
    expect([first, again].map(({ stdout, exitCode }) => ({ stdout, exitCode }))).toEqual([
      { stdout: `${keyId}\n`, exitCode: 0 },
      { stdout: `${keyId}\n`, exitCode: 0 },
    ])
    expect(description).toBe('Web shop')
    expect((await type('list --quiet')).stdout.trim().split('\n')).toHaveLength(3)
  })

  test('a key that differs: 6; one that is disabled: 5; no ID is printed', async () => {
    const { play, type } = await rehearsal()
    const differs = await play('create-if-missing.sh', ['app', '--tag', 'Team=shop'])
    expect(differs).toMatchObject({ stdout: '', exitCode: 6 })
    expect(differs.stderr).toContain('not what was asked for')
    await type('disable app --yes')
    const disabled = await play('create-if-missing.sh', ['app'])
    expect(disabled).toMatchObject({ stdout: '', exitCode: 5 })
    expect(disabled.stderr).toContain('disabled or pending deletion')
  })

  test('only 9 is tried again', async () => {
    const { play, calls, broken } = await rehearsal()
    const tries = { ATTEMPTS: '3', PAUSE: '0' }
    expect(await play('create-if-missing.sh', ['app'], { ...tries, ...broken(9) })).toMatchObject({
      exitCode: 9,
    })
    expect(calls()).toHaveLength(3)
    const unknown = await play('create-if-missing.sh', ['app'], { ...tries, ...broken(8) })
    expect(unknown).toMatchObject({ stdout: '', exitCode: 8 })
    expect(calls()).toHaveLength(4)
  })
})

describe('rotate-all-of-a-tag.sh', () => {
  test('rotates the enabled keys with the tag, and leaves those that cannot', async () => {
    const { play, type, rotations } = await rehearsal()
    await type('tag set app Team=shop')
    await type('create --alias signing --spec ECC_NIST_P256 --usage SIGN_VERIFY --tag Team=shop')
    const planned = await play('rotate-all-of-a-tag.sh', ['Team=shop'])
    expect(planned.stderr).toContain('1 rotated, 1 left, 0 failed (nothing was sent')
    expect(planned).toMatchObject({ exitCode: 0 })
    await type('sandbox advance --days 1')
    expect(await rotations('app')).toBe(0)

    const done = await play('rotate-all-of-a-tag.sh', ['Team=shop', '--yes'])
    expect(done).toMatchObject({ exitCode: 0 })
    expect(done.stdout).toMatch(/ rotated$/m)
    expect(done.stdout).toMatch(/ left: it cannot rotate now$/m)
    expect(done.stderr).toContain('1 rotated, 1 left, 0 failed\n')
    await type('sandbox advance --days 1')
    expect([await rotations('app'), await rotations('next')]).toEqual([1, 0])
  })

  test('no key with the tag: 3; no permission to look: 4, and nothing is rotated', async () => {
    const { play, calls, broken } = await rehearsal()
    const none = await play('rotate-all-of-a-tag.sh', ['Team=nobody', '--yes'])
    expect(none).toMatchObject({ stdout: '', exitCode: 3 })
    const denied = await play('rotate-all-of-a-tag.sh', ['Team=shop', '--yes'], broken(4))
    expect(denied).toMatchObject({ stdout: '', exitCode: 4 })
    expect(calls().filter((call) => call.startsWith('rotation'))).toEqual([])
  })
})

describe('decommission.sh', () => {
  const tag = 'decommission:disabled'

  test('checks and disables; after the days it schedules; undo brings the key back', async () => {
    const { play, type, keyId, stateOf } = await rehearsal()
    const began = await play('decommission.sh', ['disable', 'app'])
    expect(began).toMatchObject({ exitCode: 0 })
    expect(began.stdout).toContain('Verdict   safe')
    expect(await stateOf('app')).toBe('Disabled')
    const tags = (await type('tag list app --json')).json.tags
    expect(tags[tag]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)

    const confirmed = ['delete', 'app', '--confirm', keyId, '--days', '7']
    const early = await play('decommission.sh', confirmed)
    expect(early).toMatchObject({ exitCode: 5 })
    expect(early.stderr).toContain('less than 14 days ago')
    expect(await stateOf('app')).toBe('Disabled')

    await type(`tag set app ${tag}=2026-01-01T00:00:00Z`)
    const unconfirmed = await play('decommission.sh', ['delete', 'app'])
    expect(unconfirmed).toMatchObject({ exitCode: 5 })
    expect(unconfirmed.stderr).toContain(`--confirm ${keyId}`)
    expect(await stateOf('app')).toBe('Disabled')

    const done = await play('decommission.sh', confirmed)
    expect(done).toMatchObject({ exitCode: 0 })
    expect(done.stdout).toContain('decommission.sh undo app')
    expect(done.stderr).toContain(`kmsctl deletion cancel ${keyId}`)
    expect(await stateOf('app')).toBe('PendingDeletion')

    expect(await play('decommission.sh', ['undo', 'app'])).toMatchObject({ exitCode: 0 })
    expect(await stateOf('app')).toBe('Enabled')
    expect(Object.keys((await type('tag list app --json')).json.tags)).not.toContain(tag)
  })

  test('a key that it did not disable is not deleted, nor one that does not exist', async () => {
    const { play, keyId, stateOf, calls } = await rehearsal()
    const confirmed = ['delete', 'app', '--confirm', keyId]
    const { exitCode, stderr } = await play('decommission.sh', confirmed, { OBSERVE_DAYS: '0' })
    expect(exitCode).toBe(5)
    expect(stderr).toContain('was not switched off by decommission.sh')
    expect(await stateOf('app')).toBe('Enabled')
    expect(await play('decommission.sh', ['disable', 'nobody'])).toMatchObject({ exitCode: 3 })
    expect(calls().filter((call) => /^(disable|deletion schedule)/.test(call))).toEqual([])
  })

  test('a key that somebody switched on again is not deleted', async () => {
    const { play, type, keyId, stateOf } = await rehearsal()
    await type(`tag set app ${tag}=2026-01-01T00:00:00Z`)
    const again = await play('decommission.sh', ['delete', 'app', '--confirm', keyId])
    expect(again).toMatchObject({ exitCode: 5 })
    expect(again.stderr).toContain('is on again (state Enabled)')
    expect(await stateOf('app')).toBe('Enabled')
  })

  test('a key that is in use is not switched off', async () => {
    const { play, calls, broken } = await rehearsal()
    const inUse = await play('decommission.sh', ['disable', 'app'], broken(5))
    expect(inUse).toMatchObject({ exitCode: 5 })
    expect(calls()).toEqual(['deletion check app --exit-code'])
  })
})

describe('emergency-disable.sh and emergency-enable.sh', () => {
  test('switch off what is on, and on again what was switched off, no more', async () => {
    const { play, type, stateOf, file } = await rehearsal()
    await type('disable next --yes')
    const off = await play('emergency-disable.sh', ['record', 'app', 'next'])
    expect(off).toMatchObject({ exitCode: 0 })
    expect(off.stderr).toContain('emergency-enable.sh record')
    expect([await stateOf('app'), await stateOf('next')]).toEqual(['Disabled', 'Disabled'])
    const { arn } = (await type('describe app --json')).json
    expect(readFileSync(file('record'), 'utf8')).toBe(`${arn}\n`)

    expect(await play('emergency-enable.sh', ['record'])).toMatchObject({ exitCode: 0 })
    expect([await stateOf('app'), await stateOf('next')]).toEqual(['Enabled', 'Disabled'])
    expect(await play('emergency-enable.sh', ['record'])).toMatchObject({ exitCode: 0 })
  })

  test('one key that fails stops no other: 7', async () => {
    const { play, stateOf } = await rehearsal()
    const partly = await play('emergency-disable.sh', ['record', 'nobody', 'app'])
    expect(partly).toMatchObject({ exitCode: 7 })
    expect(partly.stderr).toContain('nobody')
    expect(await stateOf('app')).toBe('Disabled')
  })

  test('no key that can be switched off: its own code, and no record', async () => {
    const { play, file } = await rehearsal()
    const none = await play('emergency-disable.sh', ['record', 'nobody'])
    expect(none).toMatchObject({ exitCode: 3 })
    expect(none.stderr).toContain('nobody')
    expect(existsSync(file('record'))).toBe(false)
  })

  test('the record of another emergency is not written over', async () => {
    const { play, stateOf, file } = await rehearsal()
    writeFileSync(file('record'), 'earlier\n')
    const { exitCode } = await play('emergency-disable.sh', ['record', 'app'])
    expect(exitCode).toBe(2)
    expect(readFileSync(file('record'), 'utf8')).toBe('earlier\n')
    expect(await stateOf('app')).toBe('Enabled')
  })

  test('an undo without its record, or whose key is gone, says so', async () => {
    const { play, file } = await rehearsal()
    expect(await play('emergency-enable.sh', ['none'])).toMatchObject({ exitCode: 2 })
    writeFileSync(file('record'), '1234abcd-12ab-34cd-56ef-1234567890ab\napp\n')
    const partly = await play('emergency-enable.sh', ['record'])
    expect(partly).toMatchObject({ exitCode: 7 })
    expect(partly.stderr).toContain('not on')
  })
})

describe('bash in the documents', () => {
  test('the branch on exit codes of scripts-and-ci.md makes the key where there is none', async () => {
    const { bash, type, file } = await rehearsal()
    const [branch = ''] = codeBlocks(read('docs/guides/scripts-and-ci.md'), 'bash')
    await type('alias delete app --yes')
    for (const _time of [1, 2]) {
      expect(await bash(['-ec', branch])).toMatchObject({ exitCode: 0 })
    }
    const { arn } = (await type('describe app --json')).json
    expect(JSON.parse(readFileSync(file('key.json'), 'utf8'))).toMatchObject({ arn })
  })

  test('the rehearsal of examples/README.md goes through', async () => {
    const { bash, stateOf, type } = await rehearsal()
    const [lines = ''] = codeBlocks(read('examples/README.md'), 'bash')
    await type('tag set app Team=shop')
    const script = lines.replaceAll('examples/', `${join(ROOT, 'examples')}/`)
    expect(await bash(['-ec', script])).toMatchObject({ exitCode: 0 })
    expect(await stateOf('app')).toBe('Enabled')
  })
})
