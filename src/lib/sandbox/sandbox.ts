/** The embedded KMS: one handler behind both fronts, and what `kmsctl sandbox` asks of it. */
import { randomUUID } from 'node:crypto'
import {
  jsonAnswer,
  jsonError,
  type SandboxRequest,
  type SandboxResponse,
} from './http/http-messages.js'
import { ServiceError } from './http/service-error.js'
import type { Machine } from './kms.js'
import { credentialScope } from './model/credential-scope.js'
import { ACCOUNT_ID, DAY, type State } from './model/model.js'
import { FileStorage } from './storage/file-storage.js'
import { StateStore } from './storage/state-store.js'
import { MemoryStorage } from './storage/storage.js'

export interface SandboxOptions {
  directory: string
  now?: () => Date
  /** The most items of a page; see paging.ts. */
  pageSize?: number
}

export interface SandboxStatus {
  file: string | null
  now: string
  offsetDays: number
  accountId: string
  regions: Record<string, { keys: Record<string, number>; aliases: number }>
}

/** Small, so that callers who do not turn pages are found out. */
const PAGE_SIZE = 3

/** Beyond this, JavaScript has no dates (ECMAScript, "Time Values"). */
const LAST_DATE = 8.64e15

export class Sandbox {
  readonly #machine: Machine

  constructor(store: StateStore, options: Omit<SandboxOptions, 'directory'> = {}) {
    const clock = options.now ?? (() => new Date())
    this.#machine = { store, clock, pageSize: options.pageSize ?? PAGE_SIZE }
  }

  /** The sandbox of a folder. The disk is touched only when it is used. */
  static open(options: SandboxOptions): Sandbox {
    return new Sandbox(new StateStore(new FileStorage(options.directory)), options)
  }

  static inMemory(options: Omit<SandboxOptions, 'directory'> = {}): Sandbox {
    return new Sandbox(new StateStore(new MemoryStorage()), options)
  }

  /** Never rejects: a fault of the sandbox itself is a KMSInternalException with its message. */
  async handle(request: SandboxRequest): Promise<SandboxResponse> {
    const requestId = randomUUID()
    try {
      return await this.#answer(request, requestId)
    } catch (error) {
      if (error instanceof ServiceError) return jsonError(requestId, error)
      const message = `The embedded KMS failed: ${error instanceof Error ? error.message : error}`
      return jsonError(requestId, { status: 500, code: 'KMSInternalException', message })
    }
  }

  async #answer(request: SandboxRequest, requestId: string): Promise<SandboxResponse> {
    const { body, headers, method, path } = request
    if (method !== 'POST' || path !== '/') {
      throw new ServiceError('NotFoundException', 'The embedded KMS only answers POST /.', 404)
    }
    const { region, service } = credentialScope(headers.authorization)
    const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
    if (form || service === 'sts') {
      const { answerSts } = await import('./sts.js')
      return answerSts(Buffer.from(body).toString('utf8'), region, requestId)
    }
    const { answerKms } = await import('./kms.js')
    const target = headers['x-amz-target'] ?? ''
    return jsonAnswer(
      requestId,
      await answerKms(this.#machine, { target, region, requestId, body }),
    )
  }

  async now(): Promise<Date> {
    const { clockOffset } = await this.#machine.store.read()
    return new Date(this.#realTime() + clockOffset)
  }

  /** As it will be once what came due has happened; asking changes nothing. */
  async status(): Promise<SandboxStatus> {
    const { store } = this.#machine
    const state = structuredClone(await store.read())
    const now = this.#realTime() + state.clockOffset
    const { settle } = await import('./model/due-events.js')
    settle(state, now)
    return {
      file: store.file,
      now: new Date(now).toISOString(),
      offsetDays: state.clockOffset / DAY,
      accountId: ACCOUNT_ID,
      regions: countByRegion(state),
    }
  }

  /** A copy of the state as it is stored. */
  async state(): Promise<State> {
    return structuredClone(await this.#machine.store.read())
  }

  /** Answers as if the state were another one; whatever the request changes is forgotten. */
  async handleIn(state: State, request: SandboxRequest): Promise<SandboxResponse> {
    const { clock, pageSize } = this.#machine
    const storage = new MemoryStorage(JSON.stringify(state))
    return new Sandbox(new StateStore(storage), { now: clock, pageSize }).handle(request)
  }

  /** Moves the clock. Deletions and rotations that come due happen. */
  async advance(milliseconds: number): Promise<{ now: string }> {
    if (!Number.isFinite(milliseconds) || milliseconds < 0) {
      throw new RangeError('the clock only moves forward, by a number of milliseconds')
    }
    const { settle } = await import('./model/due-events.js')
    return this.#machine.store.update((state) => {
      const now = this.#realTime() + state.clockOffset + milliseconds
      if (now > LAST_DATE) throw new RangeError('the clock would leave the calendar')
      state.clockOffset += milliseconds
      settle(state, now)
      return { now: new Date(now).toISOString() }
    })
  }

  async reset(): Promise<void> {
    await this.#machine.store.reset()
  }

  #realTime(): number {
    return this.#machine.clock().getTime()
  }
}

function countByRegion(state: State): SandboxStatus['regions'] {
  const regions: SandboxStatus['regions'] = {}
  for (const [name, region] of Object.entries(state.regions)) {
    const keys: Record<string, number> = {}
    for (const key of Object.values(region.keys)) keys[key.state] = (keys[key.state] ?? 0) + 1
    regions[name] = { keys, aliases: Object.keys(region.aliases).length }
  }
  return regions
}
