import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type KmsServer, startKms } from './kms-server.js'
import { inTurns, type Program } from './measure.js'
import { comparison, type Options, type Part, type Row } from './part.js'

const KMSCTL = fileURLToPath(new URL('../bin/run.js', import.meta.url))
/** The AWS CLI that `npm run test:interop` installs. */
const AWS_OF_INTEROP = fileURLToPath(new URL('../.venv/interop/bin/aws', import.meta.url))

/** What a start may take at most, in starts of `node -e 0`; describe's from Node 22 on is its own. */
const LIMITS = { version: 4, help: 4, describe: 5, describeFrom22: 4.5, describeTls: 6 }
const LIMITS_OF_AWS = { describe: 0.33, create: 0.12 }

const POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
}

/** One command at a time: what it takes to start, and to do what one came for. */
export const shell: Part = {
  name: 'shell',
  title: 'At the shell',
  async measure(options) {
    const home = mkdtempSync(join(tmpdir(), 'kmsctl-bench-'))
    const kms = await startKms({ keys: 1 })
    // Takes connections and answers none while a program is run: this process waits for that.
    const silent = createServer((socket) => socket.destroy())
    try {
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
      const { port } = silent.address() as AddressInfo
      const world = new World(home, kms, `http://127.0.0.1:${port}`)
      const nodes = [process.execPath, ...options.nodes]
      return [
        ...nodes.flatMap((node) => starts(node, world, options)),
        ...besideAws(world, options),
        completion(world, options),
      ]
    } finally {
      kms.close()
      await readersEnded(home)
      silent.close()
      rmSync(home, { recursive: true, force: true })
    }
  },
}

/** Whoever reads names in the background has noticed that nobody answers. */
async function readersEnded(home: string): Promise<void> {
  const names = join(home, '.cache', 'kmsctl', 'names')
  for (let times = 0; times < 100; times += 1) {
    if (!existsSync(names) || !readdirSync(names).some((name) => name.endsWith('.lock'))) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** The files and the environment that all programs get: nothing of this machine's. */
class World {
  readonly policy: string
  private readonly ca: string
  private aliases = 0
  private regions = 0

  constructor(
    private readonly home: string,
    private readonly kms: KmsServer,
    /** An endpoint that takes connections and never answers. */
    readonly silent: string,
  ) {
    this.policy = join(home, 'policy.json')
    this.ca = join(home, 'ca.pem')
    writeFileSync(this.policy, JSON.stringify(POLICY))
    writeFileSync(this.ca, kms.ca)
  }

  env(transport: 'http' | 'https' = 'http'): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      HOME: this.home,
      LC_ALL: 'C.UTF-8',
      AWS_ENDPOINT_URL: this.kms[transport],
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
      ...(transport === 'https' ? { AWS_CA_BUNDLE: this.ca } : {}),
    }
  }

  /** A Region that nothing was asked about yet. */
  region(): string {
    this.regions += 1
    return `us-bench-${this.regions}`
  }

  /** An alias that no key has yet. */
  alias(): string {
    this.aliases += 1
    return `bench-${process.pid}-${this.aliases}`
  }
}

function starts(node: string, world: World, { turns, cpu }: Options): Row[] {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1)
  const kmsctl = (name: string, argv: string[], transport?: 'https'): Program => ({
    name,
    file: node,
    env: world.env(transport),
    turn: (run) => void run(KMSCTL, ...argv),
  })
  const bare: Program = {
    name: 'node -e 0',
    file: node,
    env: world.env(),
    turn: (run) => void run('-e', '0'),
  }
  const describe = ['describe', 'key-0']
  const programs = [
    bare,
    kmsctl('kmsctl --version', ['--version']),
    kmsctl('kmsctl --help', ['--help']),
    kmsctl('kmsctl describe', describe),
    kmsctl('kmsctl describe over TLS', describe, 'https'),
  ]
  const times = inTurns(programs, turns, cpu)
  const base = { name: 'node -e 0', times: times.get('node -e 0') }
  const describeLimit = Number(version.split('.')[0]) < 22 ? LIMITS.describe : LIMITS.describeFrom22
  const limits: [string, number][] = [
    ['kmsctl --version', LIMITS.version],
    ['kmsctl --help', LIMITS.help],
    ['kmsctl describe', describeLimit],
    ['kmsctl describe over TLS', LIMITS.describeTls],
  ]
  return limits.map(([what, limit]) => ({
    ...comparison(what, times.get(what), base, limit),
    on: `Node ${version}`,
  }))
}

/** What a Tab may take, in milliseconds, whatever the network does. */
const TAB_MS = 300

/** A Tab at a KEY whose names are not there yet, and a KMS that does not answer. */
function completion(world: World, { turns }: Options): Row {
  const name = 'Tab at a KEY, KMS not answering'
  const silent = { ...world.env(), AWS_ENDPOINT_URL: world.silent }
  const tab: Program = {
    name,
    file: process.execPath,
    env: silent,
    // Each account has names of its own: none of them is there.
    turn: (run) =>
      void run(KMSCTL, '__complete', 'fish', 'describe', '--region', world.region(), ''),
  }
  const { median = Number.NaN } = inTurns([tab], turns, false).get(name) ?? {}
  return {
    what: name,
    times: `${TAB_MS} ms`,
    ratio: median / TAB_MS,
    limit: 1,
    measured: { value: median, unit: 'ms' },
  }
}

/** Nothing where there is no AWS CLI: the table then lacks these rows. */
function besideAws(world: World, { turns, cpu }: Options): Row[] {
  const aws = awsCli()
  if (aws === undefined) {
    process.stderr.write('bench: no AWS CLI here: `npm run test:interop` installs one\n')
    return []
  }
  const seen = inTurns(
    [
      {
        name: 'kmsctl describe',
        file: process.execPath,
        env: world.env(),
        turn: (run) => void run(KMSCTL, 'describe', 'key-0'),
      },
      {
        name: 'aws kms describe-key',
        file: aws,
        env: world.env(),
        turn: (run) => void run('kms', 'describe-key', '--key-id', 'alias/key-0'),
      },
    ],
    turns,
    cpu,
  )
  // Eight starts of the AWS CLI's seven calls and one of kmsctl's take seconds: fewer turns will do.
  const made = inTurns(
    [creation(world), sevenCalls(aws, world)],
    Math.max(3, Math.ceil(turns / 4)),
    cpu,
  )
  const base = (times: typeof seen, name: string) => ({ name, times: times.get(name) })
  return [
    comparison(
      'kmsctl describe',
      seen.get('kmsctl describe'),
      base(seen, 'aws kms describe-key'),
      LIMITS_OF_AWS.describe,
    ),
    comparison(
      'kmsctl create',
      made.get('kmsctl create'),
      base(made, 'seven calls of aws kms'),
      LIMITS_OF_AWS.create,
    ),
  ]
}

/** A key with policy, tags, alias and rotation, read back. */
function creation(world: World): Program {
  const given = [
    '--policy',
    world.policy,
    '--description',
    'Orders',
    '--rotation-period-days',
    '180',
  ]
  const tags = ['--tag', 'Team=shop', '--tag', 'Stage=test']
  return {
    name: 'kmsctl create',
    file: process.execPath,
    env: world.env(),
    turn: (run) =>
      void run(KMSCTL, 'create', '--alias', world.alias(), ...given, ...tags, '--json'),
  }
}

/** The calls that make and read back the same. */
function sevenCalls(aws: string, world: World): Program {
  return {
    name: 'seven calls of aws kms',
    file: aws,
    env: world.env(),
    turn(run) {
      const kms = (operation: string, ...flags: string[]) => run('kms', operation, ...flags)
      const alias = `alias/${world.alias()}`
      const made = kms(
        'create-key',
        ...['--policy', `file://${world.policy}`, '--description', 'Orders'],
        ...['--tags', 'TagKey=Team,TagValue=shop', 'TagKey=Stage,TagValue=test'],
      )
      const { KeyId: id } = JSON.parse(made).KeyMetadata as { KeyId: string }
      kms('create-alias', '--alias-name', alias, '--target-key-id', id)
      kms('enable-key-rotation', '--key-id', id, '--rotation-period-in-days', '180')
      kms('describe-key', '--key-id', id)
      kms('list-aliases', '--key-id', id)
      kms('get-key-rotation-status', '--key-id', id)
      kms('list-resource-tags', '--key-id', id)
    },
  }
}

/** The AWS CLI of the interop suite, else the one on PATH; undefined where none runs. */
function awsCli(): string | undefined {
  const candidates = existsSync(AWS_OF_INTEROP) ? [AWS_OF_INTEROP] : ['aws']
  return candidates.find((aws) => {
    try {
      execFileSync(aws, ['--version'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
}
