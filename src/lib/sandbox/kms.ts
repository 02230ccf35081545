/**
 * One request of KMS: AWS JSON 1.1, where X-Amz-Target names the operation and the body is its
 * input. Time passes first, then the operation runs, and what it changed is stored at once.
 */

import { ServiceError } from './http/service-error.js'
import { isDue, settle } from './model/due-events.js'
import { unsupported } from './model/errors.js'
import { newRegion } from './model/managed-keys.js'
import type { State } from './model/model.js'
import { operations } from './operations/index.js'
import { type Call, type Handler, NeedsWriting } from './request/request-context.js'
import type { StateStore } from './storage/state-store.js'

const TARGET = 'TrentService.'

interface KmsRequest {
  /** The header X-Amz-Target. */
  target: string
  region: string
  requestId: string
  body: Uint8Array
}

export interface Machine {
  store: StateStore
  /** Real time, without what `advance` added. */
  clock: () => Date
  pageSize: number
}

export function answerKms(machine: Machine, request: KmsRequest): Promise<object | undefined> {
  if (!request.target.startsWith(TARGET)) {
    throw new ServiceError('UnknownOperationException', 'The request names no operation of KMS.')
  }
  const name = request.target.slice(TARGET.length)
  const operation = operations.get(name)
  if (operation === undefined) {
    throw unsupported(`The embedded KMS does not implement the operation ${name}.`)
  }
  const handler = operation.prepare(parseJson(request.body))
  return run(machine, { ...request, operation: name }, handler, operation.writes)
}

type Named = KmsRequest & { operation: string }

async function run(
  machine: Machine,
  request: Named,
  handler: Handler,
  writes: boolean,
): Promise<object | undefined> {
  const { store } = machine
  const perform = (state: State, writable: boolean) =>
    handler(newCall(machine, request, state, writable))
  const change = () =>
    store.update((state) => {
      settle(state, machine.clock().getTime() + state.clockOffset)
      return perform(state, true)
    })
  if (writes) return change()
  const state = await store.read()
  const due = isDue(state, machine.clock().getTime() + state.clockOffset)
  // A Region's first request, and time that passed, change the state of operations that read.
  if (due || state.regions[request.region] === undefined) return change()
  try {
    return perform(state, false)
  } catch (error) {
    if (error instanceof NeedsWriting) return change()
    throw error
  }
}

function newCall(machine: Machine, request: Named, state: State, writable: boolean): Call {
  const { operation, region, requestId } = request
  const now = machine.clock().getTime() + state.clockOffset
  const home = state.regions[region] ?? newRegion(region, now)
  state.regions[region] = home
  const { pageSize } = machine
  return { operation, requestId, region, home, state, now, pageSize, writable }
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new ServiceError('SerializationException', 'The body is not JSON.')
  }
}
