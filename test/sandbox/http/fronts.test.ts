/** Both fronts through the real SDK, and the HTTP front against whatever else may knock. */
import { connect } from 'node:net'
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  KMSClient,
  paginateListAliases,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inProcessHandler, Sandbox, serveSandbox } from '../../../src/lib/sandbox/index.js'
import { request } from '../support.js'

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' }
const region = 'eu-central-1'
const common = { credentials, maxAttempts: 1, region }

let served: Awaited<ReturnType<typeof serveSandbox>>
const sandbox = Sandbox.inMemory()

beforeAll(async () => {
  served = await serveSandbox(sandbox, { port: 0 })
})
afterAll(() => served.close())

function clients(front: string) {
  const requestHandler = inProcessHandler(Sandbox.inMemory())
  const endpoint = front === 'http' ? { endpoint: served.url } : { requestHandler }
  return {
    kms: new KMSClient({ ...common, ...endpoint }),
    sts: new STSClient({ ...common, ...endpoint }),
  }
}

describe.each(['in-process', 'http'])('the SDK over the %s front', (front) => {
  it('creates, describes, encrypts, pages, and learns of errors', async () => {
    const { kms, sts } = clients(front)
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: 'ünï' }))
    const KeyId = KeyMetadata?.KeyId
    expect(KeyMetadata?.CreationDate).toBeInstanceOf(Date)
    const described = await kms.send(new DescribeKeyCommand({ KeyId }))
    expect(described.KeyMetadata).toEqual(KeyMetadata)
    await kms.send(new EnableKeyCommand({ KeyId }))
    const Plaintext = Buffer.from('secret')
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
    const read = await kms.send(new DecryptCommand({ CiphertextBlob }))
    expect(Buffer.from(read.Plaintext ?? [])).toEqual(Plaintext)
    const AliasName = `alias/${front}`
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyId }))
    const names: (string | undefined)[] = []
    for await (const page of paginateListAliases({ client: kms }, { KeyId })) {
      names.push(...(page.Aliases ?? []).map((alias) => alias.AliasName))
    }
    expect(names).toEqual([AliasName])
    const scheduled = await kms.send(new ScheduleKeyDeletionCommand({ KeyId }))
    expect(scheduled.DeletionDate).toBeInstanceOf(Date)
    const error = await kms.send(new EnableKeyCommand({ KeyId })).catch((reason) => reason)
    expect(error).toMatchObject({
      name: 'KMSInvalidStateException',
      message: `${KeyMetadata?.Arn} is pending deletion.`,
      $metadata: { httpStatusCode: 400, requestId: expect.any(String) },
    })
    const identity = await sts.send(new GetCallerIdentityCommand({}))
    expect(identity.Arn).toBe('arn:aws:iam::000000000000:user/sandbox')
    expect(identity.Account).toBe('000000000000')
  })
})

describe('the in-process front', () => {
  it('honours an abort signal, before and during a call', async () => {
    const { kms } = clients('in-process')
    const aborted = AbortSignal.abort()
    const early = kms.send(new CreateKeyCommand({}), { abortSignal: aborted })
    await expect(early).rejects.toMatchObject({ name: 'AbortError' })
    const controller = new AbortController()
    const slow = {
      handle: () => new Promise<never>(() => {}),
    } as unknown as Sandbox
    const handler = inProcessHandler(slow)
    const waiting = handler.handle(
      { method: 'POST', path: '/', headers: {} },
      { abortSignal: controller.signal },
    )
    setTimeout(() => controller.abort(), 5)
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
  })
})

/** Writes raw bytes to the server and returns all that it answers. */
function raw(text: string | Buffer, end = true): Promise<string> {
  const { hostname, port } = new URL(served.url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () =>
      end ? socket.end(text) : socket.write(text),
    )
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
  })
}

const head = (length: number) =>
  `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Amz-Target: TrentService.ListKeys\r\nContent-Length: ${length}\r\n\r\n`

describe('the HTTP front', () => {
  it('listens on loopback only', async () => {
    expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    for (const host of ['0.0.0.0', '::', '192.168.0.1', 'example.com']) {
      await expect(serveSandbox(sandbox, { host, port: 0 })).rejects.toThrow('loopback only')
    }
    const { port } = new URL(served.url)
    await expect(serveSandbox(sandbox, { port: Number(port) })).rejects.toThrow('EADDRINUSE')
  })

  it('survives garbage, half requests and hang-ups', async () => {
    const unfinished = `${head(100)}{"Limit"`
    expect(await raw('complete nonsense\r\n\r\n', false)).toContain('400 Bad Request')
    expect(await raw(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]), false)).toMatch(/^$|400/)
    expect(await raw('')).toBe('')
    await raw(unfinished)
    const { hostname, port } = new URL(served.url)
    for (let count = 0; count < 20; count++) {
      await new Promise((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write(count % 2 === 0 ? unfinished : `${head(2)}{}`)
          socket.resetAndDestroy()
        })
        socket.on('error', () => undefined)
        socket.on('close', resolve)
      })
    }
    const answer = await fetch(served.url, {
      ...request('ListKeys', '{}'),
      body: '{}',
    } as RequestInit)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-kmsctl-sandbox')).toBe('1')
  })

  it('refuses bodies over 1 MiB, announced or not', async () => {
    expect(await raw(head(1024 * 1024 + 1), false)).toContain('413 Payload Too Large')
    const chunk = 'x'.repeat(65536)
    const chunked = `${head(0).replace('Content-Length: 0', 'Transfer-Encoding: chunked')}`
    const body = `10000\r\n${chunk}\r\n`.repeat(18)
    expect(await raw(chunked + body, false)).toContain('413 Payload Too Large')
    const fits = JSON.stringify({ Marker: 'x'.repeat(1_000_000) })
    expect(await raw(head(fits.length) + fits, false)).toContain('400 Bad Request')
  })

  it('answers many at once', async () => {
    const init = { ...request('CreateKey', '{}'), body: '{}' } as RequestInit
    const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(served.url, init)))
    const ids = await Promise.all(
      answers.map(
        async (answer) =>
          ((await answer.json()) as { KeyMetadata: { KeyId: string } }).KeyMetadata.KeyId,
      ),
    )
    expect(new Set(ids).size).toBe(50)
  })

  it('closing ends open connections', async () => {
    const other = await serveSandbox(Sandbox.inMemory(), { port: 0 })
    const { hostname, port } = new URL(other.url)
    const socket = connect(Number(port), hostname)
    await new Promise((resolve) => socket.once('connect', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    await other.close()
    await closed
  })
})
