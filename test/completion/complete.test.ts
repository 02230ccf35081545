import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Runtime } from '../../src/lib/cli/runtime/runtime.js'
import { complete, type Tools } from '../../src/lib/completion/complete.js'
import { namesFile } from '../../src/lib/completion/target.js'
import { emptyHome } from '../support/run/binary.js'
import { preparedHome } from '../support/run/home.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NOW = Date.parse('2026-06-01T00:00:00Z')
const NAMES = {
  aliases: [['alias/app', '1234abcd-12ab-34cd-56ef-1234567890ab']],
  keys: ['arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
}

/** A shell in a home of its own, and a clock that moves only while somebody waits. */
function shell(env: Record<string, string> = emptyHome()) {
  const out = { stdout: '', stderr: '' }
  const home = env.HOME ?? ''
  const runtime = {
    env,
    home,
    platform: 'linux',
    stdin: Readable.from([]),
    stdout: { write: (text: string) => (out.stdout += text) },
    stderr: { write: (text: string) => (out.stderr += text) },
    now: () => new Date(NOW),
    onStop: () => () => {},
    nodeVersion: 'v24.0.0',
    kill() {},
    exitCode: 0,
  } as unknown as Runtime
  const begun: (readonly string[])[] = []
  const clock = { milliseconds: 40 }
  let whenAt: [number, () => void] | undefined
  const tools: Tools = {
    elapsed: () => clock.milliseconds,
    async sleep(milliseconds) {
      clock.milliseconds += milliseconds
      if (whenAt !== undefined && clock.milliseconds >= whenAt[0]) whenAt[1]()
    },
    begin: (words) => void begun.push(words),
  }
  const keep = (at: number, target: string[] = [], names: object = NAMES) => {
    const file = namesFile(runtime, target)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify({ at, ...names }))
  }
  return {
    runtime,
    begun,
    clock,
    out,
    keep,
    at(milliseconds: number, act: () => void) {
      whenAt = [milliseconds, act]
    },
    async complete(...words: string[]) {
      out.stdout = ''
      await complete(['fish', ...words], ROOT, runtime, tools)
      expect(out.stderr).toBe('')
      return out.stdout.split('\n').slice(0, -1)
    },
    bash: async (line: string) => {
      out.stdout = ''
      const words = ['bash', line, String(line.length), ' =:']
      await complete(words, ROOT, runtime, tools)
      return out.stdout.split('\n').slice(0, -1)
    },
  }
}

const APP = 'app\t1234abcd-12ab-34cd-56ef-1234567890ab'
const ID = '1234abcd-12ab-34cd-56ef-1234567890ab\talias/app'

describe('names of keys come from a cache of a minute', () => {
  test('good ones are shown at once, and nothing is read', async () => {
    const { complete, keep, begun, clock } = shell()
    keep(NOW - 59_000)
    expect(await complete('describe', '')).toEqual([APP, ID])
    expect(begun).toEqual([])
    expect(clock.milliseconds).toBe(40)
  })

  test('without any they are read in the background, and shown when they are there in time', async () => {
    const { complete, keep, begun, clock, at } = shell()
    at(100, () => keep(NOW))
    expect(await complete('describe', '--region', 'eu-west-1', '')).toEqual([])
    expect(begun).toEqual([['--region', 'eu-west-1']])
    clock.milliseconds = 40
    at(100, () => keep(NOW, ['--profile', 'p']))
    expect(await complete('describe', '--profile', 'p', '')).toEqual([APP, ID])
    expect(clock.milliseconds).toBeLessThan(120)
  })

  test('what is not there in time is left out', async () => {
    const { complete, clock } = shell()
    expect(await complete('describe', '')).toEqual([])
    // The rest of the 300 ms is for the shell, for starting and for ending.
    expect(clock.milliseconds).toBeLessThan(220)
  })

  test('old ones are shown where newer ones are not there in time', async () => {
    const { complete, keep, begun } = shell()
    keep(NOW - 3_600_000)
    expect(await complete('describe', '')).toEqual([APP, ID])
    expect(begun).toEqual([[]])
  })

  test('they are read once, however often Tab is pressed', async () => {
    const { complete, begun } = shell()
    for (let times = 0; times < 3; times += 1) await complete('describe', '')
    expect(begun).toEqual([[]])
  })

  test.each(['not JSON', '{}', '{"at":1,"aliases":7,"keys":[]}', '[]'])(
    'a damaged file (%j) is none',
    async (text) => {
      const { complete, runtime, keep } = shell()
      keep(NOW)
      writeFileSync(namesFile(runtime, []), text)
      expect(await complete('describe', '')).toEqual([])
    },
  )

  test('names that a shell would not take as they stand are left out', async () => {
    const { complete, keep } = shell()
    const aliases = [
      ['alias/$(touch x)', null],
      ['alias/a b', null],
      ['alias/ok', 'x\u001b[31m\ty'],
    ]
    keep(NOW, [], { aliases, keys: [] })
    expect(await complete('alias', 'delete', '')).toEqual(['ok\tx\\x1b[31m\\ty'])
  })
})

describe('what is read in the background', () => {
  test('goes into a file of the user’s alone', async () => {
    const { env, keyId } = await preparedHome()
    const { runtime, out } = shell(env)
    await complete(['refresh'], ROOT, runtime, {} as Tools)
    const file = namesFile(runtime, [])
    const kept = JSON.parse(readFileSync(file, 'utf8'))
    expect(kept.at).toBe(NOW)
    expect(kept.aliases).toContainEqual(['alias/app', keyId])
    expect(kept.keys).toContainEqual(expect.stringContaining(keyId))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700)
    expect(readdirSync(dirname(file))).toHaveLength(1)
    expect(out).toEqual({ stdout: '', stderr: '' })
  })

  test('that nothing could be read is kept, too, and said nowhere', async () => {
    const env = { ...emptyHome(), AWS_REGION: 'us-east-1' }
    const { runtime, out } = shell(env)
    await complete(['refresh', '--profile', 'nobody'], ROOT, runtime, {} as Tools)
    const text = readFileSync(namesFile(runtime, ['--profile', 'nobody']), 'utf8')
    expect(JSON.parse(text)).toEqual({ at: NOW, aliases: [], keys: [] })
    expect(out).toEqual({ stdout: '', stderr: '' })
  })

  test('takes the place of what nobody asked for in a day', async () => {
    const { env } = await preparedHome()
    const { runtime } = shell(env)
    const folder = dirname(namesFile(runtime, []))
    mkdirSync(folder, { recursive: true })
    const [old, recent] = [join(folder, 'old.json'), join(folder, 'recent.json')]
    for (const path of [old, recent]) writeFileSync(path, '{}')
    const yesterday = new Date(Date.now() - 25 * 3600 * 1000)
    utimesSync(old, yesterday, yesterday)
    await complete(['refresh'], ROOT, runtime, {} as Tools)
    expect(existsSync(old)).toBe(false)
    expect(existsSync(recent)).toBe(true)
  })

  test('of the embedded KMS only what is newer than its last change is good', async () => {
    const { env } = await preparedHome()
    const { complete, keep, begun } = shell(env)
    keep(NOW)
    await complete('describe', '')
    expect(begun).toEqual([[]])
  })
})

describe('what is looked up elsewhere', () => {
  test('profiles, from the two files of the AWS configuration', async () => {
    const env = emptyHome()
    writeFileSync(join(env.HOME ?? '', 'config'), '[default]\n[profile prod]\n[sso-session s]\n')
    writeFileSync(join(env.HOME ?? '', 'credentials'), '[prod]\n[dev]\naws_access_key_id=x\n')
    expect(await shell(env).complete('list', '--profile', '')).toEqual(['default', 'dev', 'prod'])
    expect(await shell().complete('list', '--profile', '')).toEqual([])
  })

  test('files are the shell’s', async () => {
    expect(await shell().complete('create', '--policy', 'p')).toEqual([':files'])
  })

  test('bash gets words alone, and of each what follows its own last break', async () => {
    const { bash } = shell()
    expect(await bash('kmsctl deletion ')).toEqual(['cancel', 'check', 'list', 'schedule'])
    expect(await bash('kmsctl list --state=En')).toEqual(['Enabled'])
  })
})
