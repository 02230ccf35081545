/**
 * Eventual consistency: what a change touched is shown as it was before, to reads alone or to every
 * call, for a number of calls or a time.
 */
import type { Alias, Key, State } from '../model/model.js'
import type { Asked } from './request.js'

interface Old {
  readonly region: string
  /** By key ID; null where there was none. */
  readonly keys: ReadonlyMap<string, Key | null>
  readonly aliases: ReadonlyMap<string, Alias | null>
}

interface Lagging {
  readonly old: readonly Old[]
  /** Whether reads alone are behind, or whatever names it. */
  readonly readsOnly: boolean
  callsLeft: number
  /** Milliseconds since 1970 by the sandbox's clock. */
  readonly until: number
}

export interface LagLength {
  readonly forCalls?: number
  readonly forMs?: number
}

export class Lags {
  #lagging: Lagging[] = []

  get any(): boolean {
    return this.#lagging.length > 0
  }

  /** Shows what differs between two states as it was in the first one. */
  add(before: State, after: State, readsOnly: boolean, length: LagLength, now: number): void {
    const old = differences(before, after)
    if (old.length === 0) return
    this.#lagging.push({
      old,
      readsOnly,
      callsLeft: length.forCalls ?? Infinity,
      until: length.forMs === undefined ? Infinity : now + length.forMs,
    })
  }

  /**
   * The state as a request sees it, made of the one there is; undefined where it sees that one. What
   * lags for a number of calls has then been seen once more.
   */
  seenBy(asked: Asked, state: State, now: number): State | undefined {
    this.#lagging = this.#lagging.filter(({ callsLeft, until }) => callsLeft > 0 && now < until)
    const seen = this.#lagging.filter((lag) => isSeen(lag, asked, state))
    if (seen.length === 0) return undefined
    // Newest first, so that of two changes of one key the older state is shown.
    for (const lag of seen.toReversed()) {
      lag.callsLeft -= 1
      for (const old of lag.old) putBack(state, old)
    }
    return state
  }
}

function isSeen({ old, readsOnly }: Lagging, asked: Asked, state: State): boolean {
  if (asked.sts || (readsOnly && !isRead(asked.operation))) return false
  return old.some(({ region, keys, aliases }) => {
    if (region !== asked.region) return false
    if (asked.names.length === 0) {
      if (asked.operation === 'ListKeys') return keys.size > 0
      return asked.operation === 'ListAliases' && aliases.size > 0
    }
    return asked.names.some((name) => {
      if (keys.has(name) || aliases.has(name)) return true
      const target = state.regions[region]?.aliases[name]?.targetKeyId
      if (target != null && keys.has(target)) return true
      // The aliases of a key, one of which it got or lost: a list shows them, a change does not ask.
      if (!isRead(asked.operation)) return false
      return [...aliases.entries()].some(
        ([alias, was]) =>
          was?.targetKeyId === name || state.regions[region]?.aliases[alias]?.targetKeyId === name,
      )
    })
  })
}

/** Whether an operation only reads. */
export function isRead(operation: string): boolean {
  return /^(Describe|Get|List)/.test(operation)
}

function putBack(state: State, { region, keys, aliases }: Old): void {
  const home = state.regions[region]
  if (home === undefined) return
  restore(home.keys, keys)
  restore(home.aliases, aliases)
}

function restore<T>(present: Record<string, T>, old: ReadonlyMap<string, T | null>): void {
  for (const [name, value] of old) {
    if (value === null) delete present[name]
    else present[name] = value
  }
}

function differences(before: State, after: State): Old[] {
  return Object.keys(after.regions).flatMap((region) => {
    const [was, is] = [before.regions[region], after.regions[region]]
    // A Region's first request makes its aliases of AWS's own, which is no change of anybody's.
    const keys = changed(was?.keys ?? {}, is?.keys ?? {})
    const aliases = was === undefined ? new Map() : changed(was.aliases, is?.aliases ?? {})
    return keys.size + aliases.size === 0 ? [] : [{ region, keys, aliases }]
  })
}

function changed<T>(was: Record<string, T>, is: Record<string, T>): Map<string, T | null> {
  const names = new Set([...Object.keys(was), ...Object.keys(is)])
  const old = new Map<string, T | null>()
  for (const name of names) {
    if (JSON.stringify(was[name]) !== JSON.stringify(is[name])) old.set(name, was[name] ?? null)
  }
  return old
}
