/** Plays a scenario: runners side by side on one account, in the order that fast-check's scheduler picks. */
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  type KMSClient,
} from '@aws-sdk/client-kms'
import type fc from 'fast-check'
import { explain } from '../../../src/lib/aws/call/errors.js'
import type { Session } from '../../../src/lib/aws/session.js'
import { carryOut } from '../../../src/lib/kms/change/plan.js'
import { type CreateRequest, planCreate } from '../../../src/lib/kms/create/plan.js'
import { planRecover, recoveryExitCode } from '../../../src/lib/kms/recover/recover.js'
import type { Change, Recovery } from '../../../src/lib/results.js'
import { Machine } from '../../support/run/machine.js'
import { type Manners, thinClient } from './client.js'
import { type HeldKey, isRead, ModelKms } from './kms.js'
import { MemoryDisk } from './memory-disk.js'
import type { Lane, Step, WishName } from './scenario.js'

type CreateStep = Extract<Step, { does: 'create' }>
type RecoverStep = Extract<Step, { does: 'recover' }>

/** One run of a command, and what it told. */
export interface Run {
  readonly id: string
  readonly home: number
  readonly step: CreateStep | RecoverStep
  /** Null where it was killed. */
  exitCode: number | null
  /** All that was printed: results, errors, lines on stderr. */
  told: string
  result: Change | Recovery | null
  /** Mutating operations in the order in which they were sent. */
  readonly sent: string[]
  /** The account when it ended. */
  keys: readonly HeldKey[]
}

export interface Play {
  readonly kms: ModelKms
  readonly runs: readonly Run[]
  /** After a quarter of an hour without faults: `recover` on each home, twice. */
  readonly healed: readonly { readonly home: number; readonly first: Run; readonly second: Run }[]
  /** Each home's journal before that. */
  readonly journals: ReadonlyMap<number, string>
}

interface Home {
  readonly machine: Machine
  readonly disk: MemoryDisk
}

const IDENTITY = {
  accountId: '000000000000',
  arn: 'arn:aws:iam::000000000000:user/sandbox',
  userId: 'AIDAKMSCTLSANDBOX0000',
  partition: 'aws',
}
const OPEN = { dryRun: false, announce: async () => {}, confirm: async () => {} }
/** IAM User Guide, "Elements of an AWS API request signature". */
const SIGNATURE_MS = 5 * 60_000
/** One for each: what waits for a promise that never ends is kept for as long as that promise is. */
const never = () => new Promise<never>(() => {})

export const WISHES: Readonly<Record<WishName, Partial<CreateRequest['key']>>> = {
  plain: { aliases: ['app'] },
  other: { aliases: ['app'], description: 'another' },
  several: { aliases: ['app', 'second'], disabled: true },
  unnamed: { aliases: [], noAlias: true },
}

/** The embedded KMS loads what it is made of when it is first asked: that is no part of any order. */
let loaded: Promise<unknown> | undefined

async function load(): Promise<void> {
  const kms = new ModelKms()
  const carry = async (operation: string, request: never) =>
    (await kms.carry(operation, request, null, '')).delivery
  const client = thinClient({ manners: 'default', carry: carry as never, pass: async () => {} })
  await client.send(new CreateKeyCommand({}))
}

export async function play(
  scheduler: fc.Scheduler,
  lanes: readonly Lane[],
  manners: Manners,
): Promise<Play> {
  loaded ??= load()
  await loaded
  return new Player(scheduler, manners).play(lanes)
}

class Player {
  readonly #kms = new ModelKms()
  readonly #homes = new Map<number, Home>()
  readonly #runs: Run[] = []
  #healing = false

  constructor(
    private readonly scheduler: fc.Scheduler,
    private readonly manners: Manners,
  ) {}

  async play(lanes: readonly Lane[]): Promise<Play> {
    await this.#inTurns(lanes.map((lane, index) => this.#runLane(lane, index)))
    const homes = [...this.#homes]
    const journals = new Map(homes.map(([home, { disk }]) => [home, disk.text()]))
    const runs = [...this.#runs]
    this.#healing = true
    await this.#kms.pass(20 * 60_000)
    const healed: Play['healed'][number][] = []
    if (this.manners === 'kmsctl') {
      for (const [home] of homes) {
        const step = { does: 'recover', scan: false } as const
        const first = await this.#run(`heal ${home}`, home, step, noLuck)
        const second = await this.#run(`heal ${home} again`, home, step, noLuck)
        healed.push({ home, first, second })
      }
    }
    return { kms: this.#kms, runs, healed, journals }
  }

  /** One step of one runner at a time: whenever all of them wait, the scheduler picks one. */
  async #inTurns(lanes: readonly Promise<void>[]): Promise<void> {
    let done = false
    let idleSince = performance.now()
    const all = Promise.all(lanes).finally(() => {
      done = true
    })
    all.catch(() => undefined)
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve))
      if (this.scheduler.count() > 0) {
        await this.scheduler.waitNext(1)
        idleSince = performance.now()
      } else if (!done && performance.now() - idleSince > 10_000) {
        throw new Error('nobody goes on')
      }
    }
    await all
  }

  async #runLane({ home, steps, luck }: Lane, index: number): Promise<void> {
    const lucks = luck.values()
    const next = () => lucks.next().value ?? null
    for (const [number, step] of steps.entries()) {
      await this.#turn(`runner ${index}`)
      if (step.does === 'wait') await this.#kms.pass(step.milliseconds)
      else this.#runs.push(await this.#run(`${index}.${number}`, home, step, next))
    }
  }

  async #turn(label: string): Promise<void> {
    if (!this.#healing) await this.scheduler.schedule(Promise.resolve(), label)
  }

  async #run(
    id: string,
    home: number,
    step: CreateStep | RecoverStep,
    luck: () => Lane['luck'][number],
  ): Promise<Run> {
    const { machine, disk } = this.#home(home)
    const processes = machine.start()
    const run: Run = { id, home, step, exitCode: null, told: '', result: null, sent: [], keys: [] }
    let kill = () => {}
    const killed = new Promise<void>((resolve) => {
      kill = () => {
        processes.kill()
        resolve()
      }
    })
    const session = this.#session(run, step.does === 'create' ? step.killed : null, luck, kill)
    const say = (line: string) => {
      run.told += `${line}\n`
    }
    const work = async (): Promise<void> => {
      try {
        const tools = { processes, disk, say }
        run.result =
          this.manners === 'default'
            ? await plainly(session.kms, step, say)
            : step.does === 'create'
              ? await created(session, step, tools)
              : ((await carryOut(
                  await planRecover(session, { scan: step.scan }, tools),
                  OPEN,
                )) as Recovery)
        run.exitCode = 'claims' in (run.result ?? {}) ? recoveryExitCode(run.result as Recovery) : 0
        run.told += JSON.stringify(run.result)
      } catch (error) {
        // As at the edge (present-error.ts).
        const { code, exitCode, message, hints, details } = explain(error)
        run.exitCode = exitCode
        run.told += [code, message, ...hints, JSON.stringify(details ?? {})].join('\n')
      }
    }
    await Promise.race([work(), killed])
    processes.kill()
    run.keys = await this.#kms.keys()
    return run
  }

  #session(
    run: Run,
    killed: CreateStep['killed'],
    luck: () => Lane['luck'][number],
    kill: () => void,
  ): Session {
    const kms = this.#kms
    let number = 0
    const carry = async (operation: string, request: never) => {
      number += 1
      const dies = killed?.at === number ? killed.when : null
      const signedAt = kms.clock
      await this.#turn(`${run.id} ${operation}`)
      if (dies === 'before') {
        kill()
        return never()
      }
      // A machine that slept in between: AWS takes no request that was signed so long ago.
      if (kms.clock - signedAt > SIGNATURE_MS) throw signatureExpired()
      if (!isRead(operation)) run.sent.push(operation)
      const { delivery, later } = await kms.carry(operation, request, luck(), run.id)
      if (later !== undefined) void this.#turn(`${run.id} ${operation} lands`).then(later)
      if (!isRead(operation)) await this.#turn(`${run.id} ${operation} answered`)
      if (dies === 'after') {
        kill()
        return never()
      }
      return delivery
    }
    const pass = async (milliseconds: number) => {
      await kms.pass(milliseconds)
      await this.#turn(`${run.id} waited`)
    }
    return {
      kms: thinClient({ manners: this.manners, carry: carry as never, pass }),
      region: 'us-east-1',
      identity: async () => IDENTITY,
      now: () => new Date(kms.clock),
      memory: async () => '/memory',
      sleep: pass,
    }
  }

  #home(home: number): Home {
    let found = this.#homes.get(home)
    if (found === undefined) {
      found = { machine: new Machine(String(home)), disk: new MemoryDisk() }
      this.#homes.set(home, found)
    }
    return found
  }
}

const noLuck = () => null

function signatureExpired(): Error {
  return Object.assign(new Error('Signature expired'), {
    name: 'InvalidSignatureException',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  })
}

async function created(
  session: Session,
  { wish, ifNotExists, settleSeconds }: CreateStep,
  tools: Parameters<typeof planCreate>[2],
): Promise<Change> {
  const request: CreateRequest = {
    key: {
      aliases: [],
      noAlias: false,
      multiRegion: false,
      tags: {},
      disabled: false,
      claimTag: true,
      ...WISHES[wish],
    },
    admins: [],
    users: [],
    grantUsers: [],
    allow: [],
    ifNotExists,
    settleSeconds,
  }
  return (await carryOut(await planCreate(session, request, tools), OPEN)) as Change
}

/** The same wish by a script on the SDK as it comes: is the name free, CreateKey, CreateAlias, rotation. */
async function plainly(
  kms: KMSClient,
  step: CreateStep | RecoverStep,
  say: (line: string) => void,
): Promise<null> {
  if (step.does === 'recover') return null
  const names = (WISHES[step.wish].aliases ?? []).map((name) => `alias/${name}`)
  for (const name of names) {
    try {
      await kms.send(new DescribeKeyCommand({ KeyId: name }))
    } catch (error) {
      if ((error as Error).name === 'NotFoundException') continue
      throw error
    }
    if (step.ifNotExists) return null
    throw new Error(`${name} is taken`)
  }
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const KeyId = KeyMetadata?.KeyId ?? ''
  say(KeyId)
  for (const AliasName of names) {
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyId }))
  }
  await kms.send(new EnableKeyRotationCommand({ KeyId }))
  return null
}
