import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultPlan } from '../../../src/lib/sandbox/faults/index.js'
import { Sandbox } from '../../../src/lib/sandbox/index.js'
import { POLICY_FILE } from '../../support/cases/situations.js'
import { begin, CREDENTIALS, emptyHome, kmsctl } from '../../support/run/binary.js'
import { wordsOf } from '../../support/run/shell.js'
import type { Outcome, Prepared } from './bench.js'
import { claimsOf, inventoryOf } from './inventory.js'
import { START } from './virtual-time.js'

/** A plan has one rule at least; this one never holds. */
const NOTHING: FaultPlan = { rules: [{ operation: '*', call: 1_000_000, fault: 'reset' }] }
/** Longer than setting a trial up takes. */
const SET_UP_MS = 60_000
/** Enough for three attempts and reading back, and little for a request that hangs. */
const SECONDS = 20

/** The state of an embedded KMS whose clock goes on from where the virtual one began. */
function inRealTime(state: string): string {
  return JSON.stringify({ ...JSON.parse(state), clockOffset: START + SET_UP_MS - Date.now() })
}

/** A server has taken a connection by the time that it refuses it: the caller sees one that breaks (docs/guides/faults.md). */
function overNetwork({ rules, ...plan }: FaultPlan): FaultPlan {
  return {
    ...plan,
    rules: rules.map((rule) =>
      rule.fault === 'no-connection' ? { ...rule, fault: 'reset' as const } : rule,
    ),
  }
}

/**
 * Runs a trial as a user would rehearse it: the built binary against `sandbox serve --faults`. Effects
 * that are still to land when the command ends never do.
 */
export async function runBinary(prepared: Prepared, plan: FaultPlan): Promise<Outcome> {
  const home = emptyHome()
  const directory = join(home.HOME ?? '', 'sandbox')
  mkdirSync(directory)
  writeFileSync(join(directory, 'state.json'), inRealTime(prepared.begin.text ?? ''))
  const sandbox = Sandbox.open({ directory })
  const before = await inventoryOf(sandbox)
  const serving = begin(
    ['sandbox', 'serve', '--port', '0', '--faults', '-'],
    { ...home, KMSCTL_SANDBOX_DIR: directory },
    { stdin: JSON.stringify(plan.rules.length === 0 ? NOTHING : plan) },
  )
  const text = await Promise.race([
    serving.printed(/listening on \S+\n[\s\S]*export/),
    serving.ended.then(({ stderr }) => Promise.reject(new Error(`it serves nothing: ${stderr}`))),
  ])
  const [, url = ''] = /listening on (\S+)\n/.exec(text) ?? []
  if (prepared.begin.memory !== null) {
    const memory = join(home.HOME ?? '', '.local', 'state', 'kmsctl', 'endpoints')
    cpSync(prepared.begin.memory, join(memory, new URL(url).host.replace(':', '_')), {
      recursive: true,
    })
  }
  // A key that is not there is looked for in real time too.
  const settle = prepared.line.startsWith('create ') ? ['--settle', '2'] : []
  const words = [
    ...wordsOf(prepared.line),
    ...settle,
    '--json',
    '--trace',
    '--timeout',
    String(SECONDS),
  ]
  const editor = { EDITOR: `cp '${POLICY_FILE}'`, TMPDIR: home.HOME ?? '' }
  const ran = await kmsctl(words, { ...home, ...CREDENTIALS, ...editor, AWS_ENDPOINT_URL: url })
  serving.child.kill('SIGTERM')
  await serving.ended
  const final = await inventoryOf(sandbox)
  const sent = [...ran.stderr.matchAll(/^trace: (\w+) attempt/gm)]
  return {
    line: prepared.line,
    plan: overNetwork(plan),
    exitCode: ran.exitCode ?? -1,
    stdout: ran.stdout,
    stderr: ran.stderr,
    problem: null,
    elapsedMs: ran.milliseconds,
    afterLastChangeMs: null,
    calls: sent.map(([, operation = '']) => ({ operation, rule: undefined })),
    before,
    atEnd: final,
    final,
    steps: [],
    claims: await claimsOf(sandbox),
  }
}
