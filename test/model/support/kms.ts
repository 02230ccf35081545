/** An embedded KMS on which each request meets its luck, and on a clock that only waiting moves. */
import { lost, refusal } from '../../../src/lib/sandbox/faults/answers.js'
import { MAKING } from '../../../src/lib/sandbox/faults/kinds.js'
import { Lags } from '../../../src/lib/sandbox/faults/lags.js'
import { readRequest } from '../../../src/lib/sandbox/faults/request.js'
import type {
  Delivery,
  SandboxRequest,
  SandboxResponse,
} from '../../../src/lib/sandbox/http/http-messages.js'
import { Sandbox } from '../../../src/lib/sandbox/index.js'
import { StateStore } from '../../../src/lib/sandbox/storage/state-store.js'
import { MemoryStorage } from '../../../src/lib/sandbox/storage/storage.js'
import type { Luck } from './scenario.js'

const START = Date.parse('2026-06-01T12:00:00Z')

/** A key as the account holds it. */
export interface HeldKey {
  readonly keyId: string
  readonly claim: string | null
  readonly names: readonly string[]
  readonly state: string
  readonly rotates: boolean
}

interface Landing {
  readonly at: number
  readonly land: () => Promise<unknown>
  done: boolean
}

export class ModelKms {
  clock = START
  /** Who made each key, in the order in which they came to be. */
  readonly made: { readonly keyId: string; readonly by: string }[] = []
  /** Whose each name was at first, and any that was taken from it since. */
  readonly firstHolders = new Map<string, string>()
  readonly stolen: string[] = []
  readonly #store = new StateStore(new MemoryStorage())
  readonly sandbox = new Sandbox(this.#store, { now: () => new Date(this.clock), pageSize: 100 })
  readonly #lags = new Lags()
  readonly #landings: Landing[] = []

  /** Time goes by, and what was on its way arrives. */
  async pass(milliseconds: number): Promise<void> {
    this.clock += milliseconds
    for (const landing of this.#landings) if (landing.at <= this.clock) await this.#land(landing)
  }

  /** @returns what happens, and for an effect that comes later, how to let it come */
  async carry(
    operation: string,
    request: SandboxRequest,
    luck: Luck,
    by: string,
  ): Promise<{ delivery: Delivery; later?: () => Promise<void> }> {
    const asked = readRequest(request)
    if (luck === null) return { delivery: await this.#answer(operation, request, by) }
    switch (luck.kind) {
      case 'refused':
        return { delivery: refusal(luck.by, asked) }
      case 'stale':
      case 'not-found':
        return { delivery: await this.#lagging(operation, request, luck, by) }
      case 'after':
        return { delivery: lost(luck.lost, asked, await this.#answer(operation, request, by)) }
      case 'before':
        return { delivery: lost(luck.lost, asked, undefined) }
    }
    const delivery = lost(luck.lost, asked, undefined)
    const landing: Landing = {
      at: this.clock + luck.within,
      land: () => this.#answer(operation, request, by),
      done: false,
    }
    this.#landings.push(landing)
    return { delivery, later: () => this.#land(landing) }
  }

  async #land(landing: Landing): Promise<void> {
    if (landing.done) return
    landing.done = true
    await landing.land()
  }

  async #answer(operation: string, request: SandboxRequest, by: string): Promise<SandboxResponse> {
    if (this.#lags.any) {
      const seen = this.#lags.seenBy(readRequest(request), await this.sandbox.state(), this.clock)
      if (seen !== undefined) return this.sandbox.handleIn(seen, request)
    }
    return this.#changing(operation, request, by)
  }

  async #changing(
    operation: string,
    request: SandboxRequest,
    by: string,
  ): Promise<SandboxResponse> {
    const answered = await this.sandbox.handle(request)
    if (answered.status === 200) this.#note(operation, request, answered.body, by)
    return answered
  }

  #note(operation: string, request: SandboxRequest, body: string, by: string): void {
    if (operation === 'CreateKey') {
      this.made.push({ keyId: JSON.parse(body).KeyMetadata.KeyId, by })
    }
    if (operation === 'CreateAlias') {
      const { AliasName, TargetKeyId } = JSON.parse(Buffer.from(request.body).toString())
      if (this.firstHolders.has(AliasName)) this.stolen.push(AliasName)
      else this.firstHolders.set(AliasName, TargetKeyId)
    }
  }

  async #lagging(
    operation: string,
    request: SandboxRequest,
    { kind, forMs }: { readonly kind: 'stale' | 'not-found'; readonly forMs: number },
    by: string,
  ): Promise<SandboxResponse> {
    if (isRead(operation)) return this.#answer(operation, request, by)
    const before = await this.sandbox.state()
    const answered = await this.#answer(operation, request, by)
    const after = await this.sandbox.state()
    // What changes a key that there is makes nobody lose sight of it.
    const readsOnly = kind === 'stale' || !MAKING.has(operation)
    this.#lags.add(before, after, readsOnly, { forMs }, this.clock)
    return answered
  }

  async keys(): Promise<HeldKey[]> {
    const { regions } = await this.#store.read()
    const { keys = {}, aliases = {} } = regions['us-east-1'] ?? {}
    return Object.values(keys)
      .filter(({ manager }) => manager === 'CUSTOMER')
      .map(({ keyId, tags, state, rotation }) => ({
        keyId,
        claim: tags.find(({ key }) => key === 'kmsctl:claim')?.value ?? null,
        names: Object.values(aliases).flatMap((one) =>
          one.targetKeyId === keyId ? [one.name] : [],
        ),
        state,
        rotates: rotation.enabled,
      }))
  }
}

export function isRead(operation: string): boolean {
  return /^(Describe|Get|List)/.test(operation)
}
