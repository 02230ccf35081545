import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type FaultPlan,
  type FaultyCall,
  FaultySandbox,
} from '../../../src/lib/sandbox/faults/index.js'
import { isOneOf, LOSSES } from '../../../src/lib/sandbox/faults/kinds.js'
import { Sandbox } from '../../../src/lib/sandbox/index.js'
import { StateStore } from '../../../src/lib/sandbox/storage/state-store.js'
import { MemoryStorage } from '../../../src/lib/sandbox/storage/storage.js'
import { findListed } from '../../support/cases/catalogue.js'
import { BARE_KEY, claimsOfSandbox, leaveClaim } from '../../support/cases/unfinished.js'
import { type World, world } from '../../support/run/command.js'
import { COMMANDS, wordsOf } from '../../support/run/shell.js'
import { claimsOf, type Inventory, inventoryOf } from './inventory.js'
import type { Trial } from './trials.js'
import { inVirtualTime } from './virtual-time.js'

/** How one run of a command ended, and what it left. */
export interface Outcome {
  readonly line: string
  readonly plan: FaultPlan
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** What the harness itself found: output that is no JSON, or not under its schema. */
  readonly problem: string | null
  readonly elapsedMs: number
  /** From the last answer to a change until the end; null where it was none that says that AWS took it. */
  readonly afterLastChangeMs: number | null
  /** The requests that arrived, in their order. */
  readonly calls: readonly FaultyCall[]
  readonly before: Inventory
  /** When the command ended. */
  readonly atEnd: Inventory
  /** When all that was still under way had landed. */
  readonly final: Inventory
  /** After each call that changed something. */
  readonly steps: readonly Inventory[]
  readonly claims: ReadonlyMap<string, string>
}

/** A situation that is set up: runs begin from copies of it. */
export interface Prepared {
  readonly trial: Trial
  readonly line: string
  /** What is there before it. */
  readonly begin: Left
  /** Runs it with `--json`, or with other words after it. */
  run(plan: FaultPlan, more?: string): Promise<Outcome>
}

/** What a run finds and leaves: the embedded KMS's state as text, and the folder of what is remembered. */
interface Left {
  readonly text: string | null
  readonly memory: string | null
}

/** A run, and the embedded KMS that it left. */
interface Ran {
  readonly outcome: Outcome
  readonly left: Left
}

const isRead = (operation: string) => /^(Describe|List|Get)/.test(operation)

/** The keys `app` and `next`, made once a file of tests. */
let seed: Promise<{ text: string; ids: Record<string, string> }> | undefined

/** Runs commands on embedded KMSs in memory, each in a folder of its own. */
export class Bench {
  readonly #world: World = world()
  /** Where its runs keep what they keep; gone with the test. */
  readonly directory = this.#world.directory
  #runs = 0

  async prepare(trial: Trial): Promise<Prepared> {
    seed ??= this.#sow()
    const { text, ids } = await seed
    const fill = (line: string) => line.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '?')
    let begin: Left = { text, memory: null }
    for (const line of trial.before ?? []) {
      const { outcome, left } = await this.#run(fill(line), begin, { rules: [] })
      if (outcome.exitCode !== 0) throw new Error(`${line}: ${outcome.stdout}${outcome.stderr}`)
      begin = left
    }
    if (trial.unfinished) begin = await this.#cutOff(begin)
    const line = fill(trial.change)
    return {
      trial,
      line,
      begin,
      run: async (plan, more = '--json') =>
        (await this.#run(`${line} ${more}`, begin, plan)).outcome,
    }
  }

  /** A creation that ended after CreateKey. */
  async #cutOff(begin: Left): Promise<Left> {
    const { outcome, left } = await this.#run(BARE_KEY, begin, { rules: [] })
    const token = JSON.parse(outcome.stdout).key.tags['kmsctl:claim']
    await inVirtualTime(() => leaveClaim(claimsOfSandbox(left.memory ?? ''), token))
    return left
  }

  async #sow() {
    let text: string | null = null
    const ids: Record<string, string> = {}
    for (const name of ['app', 'next']) {
      const begin: Left = { text, memory: null }
      const ran: Ran = await this.#run(`create --alias ${name} --json`, begin, { rules: [] })
      if (ran.outcome.exitCode !== 0) throw new Error(JSON.stringify(ran.outcome))
      ids[name] = JSON.parse(ran.outcome.stdout).key.keyId
      text = ran.left.text
    }
    return { text: text ?? '', ids }
  }

  async #run(line: string, begin: Left, plan: FaultPlan): Promise<Ran> {
    this.#runs += 1
    const folder = join(this.#world.directory, String(this.#runs), 'sandbox')
    const memory = join(folder, 'memory')
    if (begin.memory !== null) cpSync(begin.memory, memory, { recursive: true })
    const env = { KMSCTL_SANDBOX_DIR: folder }
    const { value, elapsedMs } = await inVirtualTime(async () => {
      const sandbox = new Sandbox(new StateStore(new MemoryStorage(begin.text)))
      const kms = new FaultySandbox(sandbox, plan)
      const before = await inventoryOf(sandbox)
      const steps: Inventory[] = []
      let answeredAt: number | null = null
      const { command, argv } = findListed(COMMANDS, wordsOf(line))
      let problem: string | null = null
      const ran = await this.#world
        .run(command.Class, argv, {
          env,
          now: () => new Date(),
          embedded: {
            sandbox,
            front: {
              async handle(request) {
                const number = kms.calls.length
                const delivery = await kms.handle(request)
                const { operation = '', rule } = kms.calls[number] ?? {}
                if (!isRead(operation)) {
                  steps.push(await inventoryOf(sandbox))
                  // What else comes is looked into first: what was lost, and whose a name is that is taken.
                  const took = 'status' in delivery && delivery.status === 200
                  answeredAt = took && !isOneOf(LOSSES, rule?.fault) ? Date.now() : null
                }
                return delivery
              },
            },
          },
        })
        .catch((error: unknown) => {
          problem = String(error)
          return { exitCode: -1, stdout: '', stderr: '' }
        })
      const afterLastChangeMs = answeredAt === null ? null : Date.now() - answeredAt
      const atEnd = await inventoryOf(sandbox)
      await kms.settle(true)
      const [final, claims] = [await inventoryOf(sandbox), await claimsOf(sandbox)]
      const { exitCode, stdout, stderr } = ran
      const { calls } = kms
      const text = JSON.stringify(await sandbox.state())
      const told = { exitCode, stdout, stderr, problem }
      return { ...told, calls, before, atEnd, final, steps, claims, afterLastChangeMs, text }
    })
    const { text, ...rest } = value
    const left = { text, memory: existsSync(memory) ? memory : null }
    return { outcome: { line, plan, elapsedMs, ...rest } satisfies Outcome, left }
  }
}
