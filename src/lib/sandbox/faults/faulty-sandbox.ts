/**
 * The embedded KMS behind a plan of faults. Both fronts take it in place of the embedded KMS itself, so
 * that a fault is one decision, and how it looks on a network is theirs.
 */
import type { Answering, Delivery, SandboxRequest, SandboxResponse } from '../http/http-messages.js'
import type { Sandbox } from '../sandbox.js'
import { lost, refusal } from './answers.js'
import { RuleChooser } from './chooser.js'
import { isOneOf, LAGS, type Lag, LOSSES, REFUSALS } from './kinds.js'
import { isRead, Lags } from './lags.js'
import type { FaultPlan, FaultRule } from './plan.js'
import { type Asked, readRequest } from './request.js'

/** A call as it arrived, in its order. */
export interface FaultyCall {
  readonly operation: string
  /** The rule that it met; undefined where it was answered as usual. */
  readonly rule: FaultRule | undefined
}

/** What happened to a call, in words: `fault: CreateKey, reset after the effect`. */
export function faultText({ operation, rule }: FaultyCall): string {
  if (rule === undefined) return `${operation || 'a request'}, answered`
  const { fault, effect = 'before', delayMs, forCalls, forMs } = rule
  const when = {
    before: ' before the effect',
    after: ' after the effect',
    later: `, the effect lands ${delayMs} ms later`,
  }
  const how = isOneOf(LOSSES, fault)
    ? when[effect]
    : fault === 'slow'
      ? ` by ${delayMs} ms`
      : forCalls !== undefined
        ? ` for ${forCalls} ${forCalls === 1 ? 'call' : 'calls'}`
        : forMs !== undefined
          ? ` for ${forMs} ms`
          : ''
  return `fault: ${operation || 'a request'}, ${fault}${how}`
}

interface FaultOptions {
  /** Waits before a slow answer; real time where it is left out. */
  readonly sleep?: (milliseconds: number) => Promise<void>
  /** Called when a call meets a rule. */
  readonly onFault?: (call: FaultyCall) => void
}

export class FaultySandbox implements Answering {
  /** Every call that arrived. */
  readonly calls: FaultyCall[] = []
  readonly #sandbox: Sandbox
  readonly #options: FaultOptions
  readonly #chooser: RuleChooser
  readonly #lags = new Lags()
  #landing: { at: number; request: SandboxRequest; asked: Asked }[] = []
  #turn: Promise<unknown> = Promise.resolve()

  constructor(sandbox: Sandbox, plan: FaultPlan, options: FaultOptions = {}) {
    this.#sandbox = sandbox
    this.#options = options
    this.#chooser = new RuleChooser(plan)
  }

  async handle(request: SandboxRequest): Promise<Delivery> {
    const asked = readRequest(request)
    const rule = this.#chooser.choose(asked.operation)
    this.calls.push({ operation: asked.operation, rule })
    if (rule !== undefined) this.#options.onFault?.({ operation: asked.operation, rule })
    const delivery = await this.#inTurn(async () => {
      await this.#land(await this.#now())
      return this.#deliver(request, asked, rule)
      // Its file cannot be read, which the embedded KMS says better.
    }).catch(() => this.#sandbox.handle(request))
    if (rule?.fault === 'slow') await this.#sleep(rule.delayMs ?? 0)
    return delivery
  }

  /** Lets the effects land that came due by now; with `all`, every one that is still to come. */
  async settle(all = false): Promise<void> {
    await this.#inTurn(async () => this.#land(all ? Infinity : await this.#now()))
  }

  async #deliver(
    request: SandboxRequest,
    asked: Asked,
    rule: FaultRule | undefined,
  ): Promise<Delivery> {
    const { fault } = rule ?? {}
    if (isOneOf(REFUSALS, fault)) return refusal(fault, asked)
    if (isOneOf(LOSSES, fault)) {
      const { effect, delayMs = 0 } = rule ?? {}
      if (effect === 'later') await this.#schedule(request, asked, delayMs)
      return lost(fault, asked, effect === 'after' ? await this.#answer(request, asked) : undefined)
    }
    if (isOneOf(LAGS, fault) && rule !== undefined) return this.#lag(request, asked, fault, rule)
    return this.#answer(request, asked)
  }

  async #answer(request: SandboxRequest, asked: Asked): Promise<SandboxResponse> {
    const seen = this.#lags.any
      ? this.#lags.seenBy(asked, await this.#sandbox.state(), await this.#now())
      : undefined
    if (seen === undefined) return this.#sandbox.handle(request)
    const answered = await this.#sandbox.handleIn(seen, request)
    // A change that succeeds there would be forgotten: what it asks for is there after all.
    const forgotten = !isRead(asked.operation) && answered.status === 200
    return forgotten ? this.#sandbox.handle(request) : answered
  }

  async #lag(
    request: SandboxRequest,
    asked: Asked,
    fault: Lag,
    rule: FaultRule,
  ): Promise<SandboxResponse> {
    const before = await this.#sandbox.state()
    const answered = await this.#answer(request, asked)
    const after = await this.#sandbox.state()
    this.#lags.add(before, after, fault === 'stale', rule, await this.#now())
    return answered
  }

  async #schedule(request: SandboxRequest, asked: Asked, delayMs: number): Promise<void> {
    this.#landing.push({ at: (await this.#now()) + delayMs, request, asked })
    this.#landing.sort((a, b) => a.at - b.at)
    // For who looks at the sandbox without asking here; unreferenced, so that it keeps nothing alive.
    // A timer may be early by a millisecond.
    setTimeout(() => void this.settle().catch(() => undefined), delayMs + 5).unref()
  }

  async #land(now: number): Promise<void> {
    for (let [next] = this.#landing; next !== undefined && next.at <= now; [next] = this.#landing) {
      this.#landing.shift()
      await this.#answer(next.request, next.asked)
    }
  }

  async #now(): Promise<number> {
    return (await this.#sandbox.now()).getTime()
  }

  /** One at a time: what a change touched is told from the state before it and after it. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  #sleep(milliseconds: number): Promise<void> {
    const { sleep } = this.#options
    if (sleep !== undefined) return sleep(milliseconds)
    return new Promise((resolve) => setTimeout(resolve, milliseconds))
  }
}
