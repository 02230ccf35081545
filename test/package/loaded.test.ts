import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endpoint } from '../support/network/endpoint.js'
import { CREDENTIALS, emptyHome, kmsctl } from '../support/run/binary.js'

/** What a start loads, so that nothing creeps in that it has no use for. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Of each file of the bundle, the modules in it: the build writes it. */
const CONTENTS: Readonly<Record<string, string[]>> = JSON.parse(
  readFileSync(join(ROOT, 'bundle.json'), 'utf8'),
)

/** Writes at the process's end which files and which of Node's own modules it has loaded. */
const HOOK = `
  const { writeFileSync } = require('node:fs')
  const builtins = process.moduleLoadList.length
  process.on('exit', () => {
    const own = process.moduleLoadList.slice(builtins).filter((name) => name.startsWith('NativeModule '))
    writeFileSync(process.env.LOADED, JSON.stringify({
      files: Object.keys(require.cache),
      builtins: own.map((name) => name.slice('NativeModule '.length)),
    }))
  })
`

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kmsctl-loaded-'))
  writeFileSync(join(folder, 'hook.cjs'), HOOK)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Loaded {
  /** Files of the package, by their names. */
  readonly files: string[]
  /** Bytes of them. */
  readonly bytes: number
  /** The sources that those files are made of. */
  readonly modules: string[]
  readonly builtins: string[]
}

async function loadedBy(argv: string[], env: Record<string, string> = {}): Promise<Loaded> {
  const log = join(folder, `${argv.join('-').replaceAll(/\W/g, '')}.json`)
  const ended = await kmsctl(argv, {
    ...emptyHome(),
    ...env,
    LOADED: log,
    NODE_OPTIONS: `--require=${join(folder, 'hook.cjs')}`,
  })
  expect(ended).toMatchObject({ exitCode: 0 })
  const { files, builtins } = JSON.parse(readFileSync(log, 'utf8')) as Record<
    'files' | 'builtins',
    string[]
  >
  const ours = files.filter((path) => dirname(path) !== folder)
  for (const path of ours) expect(path.startsWith(ROOT), path).toBe(true)
  return {
    files: ours.map((path) => basename(path)),
    bytes: ours.reduce((sum, path) => sum + statSync(path).size, 0),
    modules: ours.flatMap((path) => CONTENTS[basename(path)] ?? []),
    builtins,
  }
}

/** What only some commands need, and has no business in any other start. */
const RARE = [
  /node_modules\/@?inquirer\//,
  /node_modules\/yaml\//,
  /src\/lib\/sandbox\//,
  /src\/lib\/policy\/catalogue\//,
  /src\/lib\/wizard\//,
  /src\/lib\/key-picker\//,
  /src\/lib\/cli\/prompts\/(interactive|plain|dialog)/,
  /src\/lib\/aws\/network\/tunnel\.ts/,
  /node_modules\/(https-proxy-agent|agent-base)\//,
  /node_modules\/@aws-sdk\/client-sts\//,
  /node_modules\/@aws-sdk\/(nested-clients|token-providers)\//,
  /node_modules\/@aws-sdk\/credential-provider-(ini|sso|process|http|login|web-identity)\//,
  /node_modules\/@smithy\/credential-provider-imds\//,
  /^node_modules\/string-width\//,
  /^node_modules\/ansis\//,
]
const OF_HELP = [/@oclif\/core\/lib\/(config|help)\//, /node_modules\/(ejs|minimatch|tinyglobby)\//]
const OF_SDK = [/node_modules\/@aws-sdk\//, /node_modules\/@smithy\//]
const OF_COMMANDS = [/src\/commands\//, /src\/lib\/(kms|policy|aws\/connection)/]

function among(modules: readonly string[], unwanted: readonly RegExp[]): string[] {
  return modules.filter((module) => unwanted.some((pattern) => pattern.test(module)))
}

test('the listing of the bundle knows every kind of module that is looked for here', () => {
  const all = Object.values(CONTENTS).flat()
  const absent = [/yaml/, /catalogue/]
  for (const pattern of [...RARE, ...OF_HELP, ...OF_SDK, ...OF_COMMANDS]) {
    if (absent.some((word) => word.test(pattern.source))) continue
    expect(among(all, [pattern]), String(pattern)).not.toEqual([])
  }
})

describe('what must not be loaded is not loaded', () => {
  test('--version: neither a command nor oclif nor the SDK', async () => {
    const { modules, builtins, bytes } = await loadedBy(['--version'])
    const unwanted = [...RARE, ...OF_HELP, ...OF_SDK, ...OF_COMMANDS, /@oclif/]
    expect(among(modules, unwanted)).toEqual([])
    expect(builtins).not.toContain('http')
    expect(bytes).toBeLessThan(30_000)
  })

  test.each([[['--help']], [['describe', '--help']], [['deletion']]])(
    '%j: neither the SDK nor a command',
    async (argv) => {
      const { modules, builtins, files } = await loadedBy(argv)
      expect(among(modules, [...RARE, ...OF_SDK, ...OF_COMMANDS])).toEqual([])
      expect(among(modules, OF_HELP)).not.toEqual([])
      expect(builtins).not.toContain('http')
      expect(files.length).toBeLessThan(10)
    },
  )

  test('describe over plain http: no TLS, no prompt, no help, no other source of credentials', async () => {
    const kms = await endpoint({ unmarked: true })
    const env = { ...CREDENTIALS, AWS_ENDPOINT_URL: kms.url }
    await kmsctl(['create', '--alias', 'app', '--quiet'], { ...emptyHome(), ...env })
    const { modules, builtins, files, bytes } = await loadedBy(['describe', 'app'], env)
    expect(among(modules, [...RARE, ...OF_HELP])).toEqual([])
    expect(among(modules, [/src\/commands\//])).toEqual(['src/commands/describe.ts'])
    for (const rare of ['https', 'tls', 'http2', 'zlib', 'child_process', 'readline', 'dns']) {
      expect(builtins, rare).not.toContain(rare)
    }
    // Each file costs 0.2 ms, and 100 kB 2 ms, of the 80 that describe may take.
    expect(files.length).toBeLessThan(8)
    expect(bytes).toBeLessThan(430_000)
  })

  test('what this finds: a command on the embedded KMS loads that', async () => {
    const { modules } = await loadedBy(['list'], { KMSCTL_SANDBOX: '1' })
    expect(among(modules, RARE).every((module) => module.startsWith('src/lib/sandbox/'))).toBe(true)
    expect(among(modules, [/src\/lib\/sandbox\//])).not.toEqual([])
  })
})
