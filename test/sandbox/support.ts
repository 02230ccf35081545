/** What the sandbox's tests share: a clock, calls over `handle`, and a way to edit the state. */
import type { SandboxResponse } from '../../src/lib/sandbox/index.js'
import type { Key, State } from '../../src/lib/sandbox/model/model.js'
import { Sandbox } from '../../src/lib/sandbox/sandbox.js'
import { StateStore } from '../../src/lib/sandbox/storage/state-store.js'
import { MemoryStorage } from '../../src/lib/sandbox/storage/storage.js'

export const REGION = 'eu-central-1'
export const OTHER_REGION = 'eu-west-1'
export const ACCOUNT = '000000000000'
export const ROOT = `arn:aws:iam::${ACCOUNT}:root`
export const DAY = 24 * 60 * 60 * 1000
export const START = Date.parse('2026-06-01T12:00:00Z')

// biome-ignore lint/suspicious/noExplicitAny: the outputs of forty operations, looked at in passing
export type Output = any

export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message)
  }
}

export function request(operation: string, input: unknown, region = REGION) {
  return {
    method: 'POST',
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=AKID/20260101/${region}/kms/aws4_request, SignedHeaders=host, Signature=00`,
    },
    body: Buffer.from(typeof input === 'string' ? input : JSON.stringify(input)),
  }
}

/** One call; what is not a success is thrown. */
export async function send(
  sandbox: Sandbox,
  operation: string,
  input: unknown = {},
  region = REGION,
): Promise<Output> {
  const response = await sandbox.handle(request(operation, input, region))
  if (response.status === 200) return response.body === '' ? undefined : JSON.parse(response.body)
  throw refused(response)
}

export function refused(response: SandboxResponse): Refused {
  const { __type, message } = JSON.parse(response.body)
  return new Refused(__type, message ?? '', response.status)
}

export class Bench {
  /** The real time as the sandbox sees it. */
  time = START
  readonly sandbox: Sandbox
  readonly store = new StateStore(new MemoryStorage())

  constructor(options: { pageSize?: number } = {}) {
    this.sandbox = new Sandbox(this.store, { now: () => new Date(this.time), ...options })
  }

  call(operation: string, input: unknown = {}, region = REGION): Promise<Output> {
    return send(this.sandbox, operation, input, region)
  }

  /** The error of a call that must fail, as `Code: message`. */
  async failure(operation: string, input: unknown = {}, region = REGION): Promise<string> {
    try {
      await this.call(operation, input, region)
    } catch (error) {
      if (error instanceof Refused) return `${error.code}: ${error.message}`
      throw error
    }
    throw new Error(`${operation} should have failed`)
  }

  async code(operation: string, input: unknown = {}, region = REGION): Promise<string> {
    return (await this.failure(operation, input, region)).split(':')[0] as string
  }

  async create(input: object = {}, region = REGION): Promise<Output> {
    return (await this.call('CreateKey', input, region)).KeyMetadata
  }

  async describe(keyId: string, region = REGION): Promise<Output> {
    return (await this.call('DescribeKey', { KeyId: keyId }, region)).KeyMetadata
  }

  /** All pages of a list, with their sizes. */
  async list(
    operation: string,
    member: string,
    input: object = {},
    region = REGION,
  ): Promise<{ items: Output[]; sizes: number[] }> {
    const items: Output[] = []
    const sizes: number[] = []
    let marker: string | undefined
    do {
      const answer = await this.call(operation, { ...input, Marker: marker }, region)
      items.push(...answer[member])
      sizes.push(answer[member].length)
      marker = answer.NextMarker
      if (answer.Truncated !== (marker !== undefined)) throw new Error('Truncated without marker')
    } while (marker !== undefined)
    return { items, sizes }
  }

  /** Changes the state behind the sandbox's back: for states that no call reaches. */
  edit(change: (state: State) => void): Promise<void> {
    return this.store.update(change)
  }

  editKey(keyId: string, change: (key: Key) => void, region = REGION): Promise<void> {
    return this.edit((state) => change(state.regions[region]?.keys[keyId] as Key))
  }
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64')
