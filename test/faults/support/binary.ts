import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultPlan } from '../../../src/lib/sandbox/faults/index.js'
import { Sandbox } from '../../../src/lib/sandbox/index.js'
import { begin, CREDENTIALS, emptyHome, kmsctl } from '../../support/binary.js'
import { wordsOf } from '../../support/shell.js'
import type { Outcome, Prepared } from './bench.js'
import { claimsOf, inventoryOf } from './inventory.js'

/** Enough for three attempts and reading back, and little for a request that hangs. */
const SECONDS = 20

/**
 * Runs a trial as a user would rehearse it: the built binary against `sandbox serve --faults`. Effects
 * that are still to land when the command ends never do.
 */
export async function runBinary(prepared: Prepared, plan: FaultPlan): Promise<Outcome> {
  const home = emptyHome()
  const directory = join(home.HOME ?? '', 'sandbox')
  mkdirSync(directory)
  writeFileSync(join(directory, 'state.json'), prepared.begin.text ?? '')
  const sandbox = Sandbox.open({ directory })
  const before = await inventoryOf(sandbox)
  const serving = begin(
    ['sandbox', 'serve', '--port', '0', '--faults', '-'],
    { ...home, KMSCTL_SANDBOX_DIR: directory },
    { stdin: JSON.stringify(plan) },
  )
  const text = await Promise.race([
    serving.printed(/listening on \S+\n[\s\S]*export/),
    serving.ended.then(({ stderr }) => Promise.reject(new Error(`it serves nothing: ${stderr}`))),
  ])
  const [, url = ''] = /listening on (\S+)\n/.exec(text) ?? []
  const words = [...wordsOf(prepared.line), '--json', '--trace', '--timeout', String(SECONDS)]
  const ran = await kmsctl(words, { ...home, ...CREDENTIALS, AWS_ENDPOINT_URL: url })
  serving.child.kill('SIGTERM')
  await serving.ended
  const final = await inventoryOf(sandbox)
  const sent = [...ran.stderr.matchAll(/^trace: (\w+) attempt/gm)]
  return {
    line: prepared.line,
    plan,
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
