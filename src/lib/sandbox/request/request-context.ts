/** One request under way: what a handler may see, and how handlers are declared. */
import type { Key, Region, State } from '../model/model.js'
import { type Input, type Members, readInput } from './input-schema.js'

export interface Call {
  operation: string
  requestId: string
  /** The Region that the request was signed for. */
  region: string
  /** That Region's keys and aliases. */
  home: Region
  state: State
  /** Milliseconds since 1970 by the sandbox's clock. */
  now: number
  pageSize: number
  /** Whether what the handler changes will be stored. */
  writable: boolean
}

/** Thrown by a handler that reads as a rule and found, this time, something to change. */
export class NeedsWriting extends Error {}

export type Handler = (call: Call) => object | undefined

export interface Operation {
  /** Whether it needs the store's lock. */
  writes: boolean
  /** Checks the input, which needs no state, and returns what is left to do. */
  prepare(body: unknown): Handler
}

function operation<M extends Members>(
  writes: boolean,
  members: M,
  run: (call: Call, input: Input<M>) => object | undefined,
): Operation {
  return {
    writes,
    prepare(body) {
      const input = readInput(members, body)
      return (call) => run(call, input)
    },
  }
}

/** An operation that leaves the state as it is. */
export function reading<M extends Members>(
  members: M,
  run: (call: Call, input: Input<M>) => object | undefined,
): Operation {
  return operation(false, members, run)
}

/** An operation that changes the state. What it changes before it throws is forgotten. */
export function writing<M extends Members>(
  members: M,
  run: (call: Call, input: Input<M>) => object | undefined,
): Operation {
  return operation(true, members, run)
}

/** Timestamps travel as seconds since 1970, with milliseconds behind the point. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000
}

/** Notes a successful cryptographic operation, for GetKeyLastUsage. */
export function noteUsage(call: Call, key: Key, operation: string, eventId: string): void {
  key.lastUsage = { operation, at: call.now, eventId, requestId: call.requestId }
}
