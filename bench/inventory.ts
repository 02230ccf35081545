import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startKms } from './kms-server.js'
import type { Part, Row } from './part.js'
import type { Counted, ServerOptions } from './server.js'

const KMSCTL = fileURLToPath(new URL('../bin/run.js', import.meta.url))

const KEYS = 10_000
const LATENCY = 15
const AT_ONCE = 16
/** Calls a second that all operations share, and as many of a tenth of a second at once. */
const SHARED = { callsPerSecond: 500, burst: 50 }
/** KMS's own rates (docs/facts/quotas.md), to which kmsctl keeps: nothing here throttles above them. */
const LAST_USES_A_SECOND = 5
const TAGGED_A_SECOND = 10
/** Keys whose last use is asked for, and keys of which a hundredth is tagged: 10 s each at these rates. */
const DESCRIBED = 50
const SELECTED_FROM = 10_000

const LIMITS = { atOnce: 1.2, rate: 1.15, megabytes: 200 }

/** Ten thousand keys: how near a run comes to what latency and rates allow at all. */
export const inventory: Part = {
  name: 'inventory',
  title: 'Over ten thousand keys',
  async measure() {
    const server = { keys: KEYS, latency: LATENCY }
    const list = ['list', '--json']
    const atOnce = ['--concurrency', String(AT_ONCE)]
    const listed = await run(server, [...list, ...atOnce])
    const shared = await run({ ...server, ...SHARED }, list)
    const pending = await run(server, ['deletion', 'list', '--json', ...atOnce])
    const described = await run(
      { keys: DESCRIBED, latency: LATENCY },
      ['describe', '-', '--json'],
      Array.from({ length: DESCRIBED }, (_, index) => `key-${index}\n`).join(''),
    )
    const tagged = await run({ keys: SELECTED_FROM, latency: LATENCY }, [
      ...['tag', 'set', '--tag', 'Team=team-7', 'Stage=live', '--yes', '--json', ...atOnce],
    ])
    const found = (JSON.parse(shared.stdout) as { keys: unknown[] }).keys.length
    return [
      ofIdeal(`list, ${AT_ONCE} calls at once`, listed, latencies(listed), LIMITS.atOnce),
      ofIdeal('deletion list, the same', pending, latencies(pending), LIMITS.atOnce),
      ofIdeal(
        `list, ${SHARED.callsPerSecond} calls a second`,
        shared,
        { name: 'calls ÷ rate', seconds: (sent(shared) - SHARED.burst) / SHARED.callsPerSecond },
        LIMITS.rate,
      ),
      {
        what: 'keys that it lacks',
        times: `${KEYS} keys`,
        ratio: (KEYS - found) / KEYS,
        limit: 0,
        measured: { value: shared.counted.throttled, unit: 'calls throttled' },
      },
      ofIdeal(
        `describe - of ${DESCRIBED} keys`,
        described,
        { name: 'last uses ÷ rate', seconds: DESCRIBED / LAST_USES_A_SECOND },
        LIMITS.rate,
      ),
      taggedRow(tagged),
      memory(listed, shared, pending, tagged),
    ]
  },
}

/** Tags by a selector: all keys are read at the speed of the list, and those found tagged at KMS's rate. */
function taggedRow(ran: Ran): Row {
  const { TagResource: changes = 0, ...reads } = ran.counted.calls
  const count = Object.values(reads).reduce((sum, calls) => sum + calls, 0)
  const seconds = (count * LATENCY) / AT_ONCE / 1000 + changes / TAGGED_A_SECOND
  const what = `tag set --tag, ${changes} of ${SELECTED_FROM} keys`
  return ofIdeal(what, ran, { name: 'reads and tags', seconds }, LIMITS.atOnce)
}

function memory(...runs: readonly Ran[]): Row {
  const most = Math.max(...runs.map(({ megabytes }) => megabytes))
  return {
    what: 'resident memory, the most of these',
    times: `${LIMITS.megabytes} MB`,
    ratio: most / LIMITS.megabytes,
    limit: 1,
    measured: { value: most, unit: 'MB' },
  }
}

/** What so many calls take with none of them waiting for anything but the answer. */
function latencies(ran: Ran) {
  const seconds = (sent(ran) * LATENCY) / AT_ONCE / 1000
  return { name: `calls × ${LATENCY} ms ÷ ${AT_ONCE}`, seconds }
}

function sent({ counted }: Ran): number {
  return Object.values(counted.calls).reduce((sum, count) => sum + count, 0)
}

function ofIdeal(
  what: string,
  { seconds }: Ran,
  ideal: { readonly name: string; readonly seconds: number },
  limit: number,
): Row {
  return {
    what,
    times: ideal.name,
    ratio: seconds / ideal.seconds,
    limit,
    measured: { value: seconds * 1000, unit: 'ms' },
  }
}

interface Ran {
  readonly stdout: string
  readonly seconds: number
  /** The most memory that was resident. */
  readonly megabytes: number
  readonly counted: Counted
}

/** Prints the peak of resident memory, in KiB, to a file of its own when the process ends. */
const TELL_PEAK = `process.on('exit', () => {
  require('node:fs').writeFileSync(process.env.BENCH_PEAK, String(process.resourceUsage().maxRSS))
})`

/** Runs kmsctl to its end against a KMS of its own. */
async function run(server: ServerOptions, argv: readonly string[], stdin = ''): Promise<Ran> {
  const home = mkdtempSync(join(tmpdir(), 'kmsctl-bench-'))
  const kms = await startKms(server)
  try {
    const files = {
      hook: join(home, 'peak.cjs'),
      peak: join(home, 'peak'),
      stdout: join(home, 'stdout'),
    }
    writeFileSync(files.hook, TELL_PEAK)
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      AWS_ENDPOINT_URL: kms.http,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      AWS_REGION: 'us-east-1',
      BENCH_PEAK: files.peak,
    }
    const seconds = await timed(['--require', files.hook, KMSCTL, ...argv], {
      env,
      stdin,
      stdout: files.stdout,
    })
    return {
      stdout: readFileSync(files.stdout, 'utf8'),
      seconds,
      megabytes: Number(readFileSync(files.peak, 'utf8')) / 1024,
      counted: await kms.counted(),
    }
  } finally {
    kms.close()
    rmSync(home, { recursive: true, force: true })
  }
}

/** Stdout goes to a file: nobody has to read it while the time runs. */
function timed(
  argv: readonly string[],
  { env, stdin, stdout }: { env: NodeJS.ProcessEnv; stdin: string; stdout: string },
): Promise<number> {
  const file = openSync(stdout, 'w')
  const began = performance.now()
  const child = spawn(process.execPath, argv, { env, stdio: ['pipe', file, 'pipe'] })
  closeSync(file)
  child.stdin?.end(stdin)
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      const seconds = (performance.now() - began) / 1000
      if (code === 0) resolve(seconds)
      else reject(new Error(`kmsctl ${argv.slice(3).join(' ')} ended with ${code}: ${stderr}`))
    })
  })
}
