/** Runs of `create` and `recover` on one embedded KMS, each a process that can be killed at any request. */

import { ENDLESS } from '../../../src/lib/aws/call/run-signals.js'
import { connect } from '../../../src/lib/aws/connection.js'
import type { Session } from '../../../src/lib/aws/session.js'
import { KmsctlError } from '../../../src/lib/errors.js'
import { planCreate } from '../../../src/lib/kms/create/plan.js'
import { planRecover } from '../../../src/lib/kms/recover/recover.js'
import type { Change, Recovery } from '../../../src/lib/results.js'
import { inProcessHandler, Sandbox } from '../../../src/lib/sandbox/index.js'
import { Machine } from '../../support/run/machine.js'
import { emptyMemory } from '../../support/run/memory.js'
import { apply, intercept, request } from '../support.js'

/** Around each request, in their order from 1: whether and how it is sent, and what comes back. */
export type Around = (
  operation: string,
  number: number,
  send: () => Promise<unknown>,
) => Promise<unknown>

/** How a run ended; a killed one did not. */
export type Ended<R> =
  | { readonly how: 'done'; readonly result: R; readonly said: readonly string[] }
  | { readonly how: 'failed'; readonly error: KmsctlError; readonly said: readonly string[] }
  | { readonly how: 'killed'; readonly said: readonly string[] }

type CreateOptions = Parameters<typeof request>[0] & {
  readonly settleSeconds?: number
  readonly waitSeconds?: number | undefined
  readonly journal?: boolean
}

const IDENTITY = {
  accountId: '000000000000',
  arn: 'arn:aws:iam::000000000000:user/sandbox',
  userId: 'AIDAKMSCTLSANDBOX0000',
  partition: 'aws',
}

/** One account: an embedded KMS, a clock that only waiting moves, and machines with a home each. */
export class Account {
  clock = Date.parse('2026-06-01T12:00:00Z')
  readonly sandbox = Sandbox.inMemory({ now: () => new Date(this.clock) })
  /** What the run that began last has said until now. */
  said: readonly string[] = []
  readonly #homes = new Map<string, { memory: string; machine: Machine }>()

  pass(milliseconds: number): void {
    this.clock += milliseconds
  }

  memoryOf(home = 'one'): string {
    return this.#home(home).memory
  }

  create(over: CreateOptions = {}, around?: Around, home?: string): Promise<Ended<Change>> {
    const { settleSeconds = 10, waitSeconds, journal, ...rest } = over
    const asked = {
      ...request(rest),
      settleSeconds,
      waitSeconds,
      ...(journal === undefined ? {} : { journal }),
    }
    return this.#run(home, around, (session, tools) => apply(planCreate(session, asked, tools)))
  }

  recover(scan = false, around?: Around, home?: string): Promise<Ended<Recovery>> {
    return this.#run(home, around, (session, tools) => apply(planRecover(session, { scan }, tools)))
  }

  /** The keys that were made, with their names. */
  async keys(): Promise<{ keyId: string; names: string[]; claim: string | null }[]> {
    const { regions } = await this.sandbox.state()
    const { keys = {}, aliases = {} } = regions['us-east-1'] ?? {}
    return Object.values(keys)
      .filter(({ manager }) => manager === 'CUSTOMER')
      .map(({ keyId, tags }) => ({
        keyId,
        names: Object.values(aliases).flatMap((one) =>
          one.targetKeyId === keyId ? [one.name] : [],
        ),
        claim: tags.find(({ key }) => key === 'kmsctl:claim')?.value ?? null,
      }))
  }

  /** What a process of a home brings to `create` and `recover`. */
  tools(home?: string) {
    return { processes: this.#home(home).machine.start() }
  }

  /** A session of its own, as each process has one. */
  async session(home?: string): Promise<Session> {
    const connection = await connect({
      env: {},
      region: 'us-east-1',
      lifeline: ENDLESS,
      sandbox: inProcessHandler(this.sandbox) as never,
    })
    return {
      kms: connection.kms,
      region: connection.region,
      identity: async () => IDENTITY,
      now: () => new Date(this.clock),
      memory: async () => this.#home(home).memory,
      sleep: async (milliseconds) => this.pass(milliseconds),
    }
  }

  async #run<R>(
    home: string | undefined,
    around: Around | undefined,
    work: (
      session: Session,
      tools: { processes: ReturnType<Machine['start']>; say: (line: string) => void },
    ) => Promise<R>,
  ): Promise<Ended<R>> {
    const processes = this.#home(home).machine.start()
    const session = await this.session(home)
    const said: string[] = []
    this.said = said
    let killed = () => {}
    const kill = new Promise<Ended<R>>((resolve) => {
      killed = () => {
        processes.kill()
        resolve({ how: 'killed', said: [...said] })
      }
    })
    let number = 0
    intercept(session, async (operation, send) => {
      number += 1
      if (around === undefined) return send()
      try {
        return await around(operation, number, send)
      } catch (error) {
        if (error !== KILL) throw error
        killed()
        return new Promise(() => {})
      }
    })
    const say = (line: string) => void said.push(line)
    const run = work(session, { processes, say }).then(
      (result): Ended<R> => ({ how: 'done', result, said }),
      (error: unknown): Ended<R> => {
        if (!(error instanceof KmsctlError)) throw error
        return { how: 'failed', error, said }
      },
    )
    const ended = await Promise.race([run, kill])
    if (ended.how !== 'killed') processes.kill()
    return ended
  }

  #home(name = 'one') {
    let home = this.#homes.get(name)
    if (home === undefined) {
      home = { memory: emptyMemory(), machine: new Machine(name) }
      this.#homes.set(name, home)
    }
    return home
  }
}

/** What `around` throws to kill the process at that moment, as `kill -9` would. */
export const KILL = new Error('killed')

/** Kills at one request: before it has its effect, after it, or (the same to KMS) after its answer. */
export function killAt(at: number, when: 'before' | 'after'): Around {
  return async (_operation, number, send) => {
    if (number !== at) return send()
    if (when === 'after') await send().catch(() => undefined)
    throw KILL
  }
}

/** The exit code that a run ends with; null where it was killed. */
export function exitCodeOf(ended: Ended<unknown>): number | null {
  if (ended.how === 'killed') return null
  return ended.how === 'done' ? 0 : ended.error.exitCode
}
