import { randomUUID } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { authority } from '../test/support/network/certificates.js'
import { ACCOUNT, MemoryKms, Refusal } from './kms.js'

/**
 * The benchmark's KMS and STS on loopback, in a process of its own: `server.ts '{"keys":1}'`. Sends
 * where it listens to the process that forked it, and ends with it.
 */
export interface ServerOptions {
  /** Keys there are from the beginning. */
  readonly keys?: number
  /** Milliseconds that each answer takes. */
  readonly latency?: number
  /** Calls a second that all operations share; those above it are throttled. Without it, no limit. */
  readonly callsPerSecond?: number
  /** How many of them may come at once (those of a second). */
  readonly burst?: number
}

export interface Listening {
  readonly http: string
  readonly https: string
  /** The certificate of the authority that signed the server's, as PEM. */
  readonly ca: string
}

/** What the server counted, sent for each message `count` and begun anew. */
export interface Counted {
  /** Calls by operation, those that were throttled left out. */
  readonly calls: Readonly<Record<string, number>>
  readonly throttled: number
}

const {
  keys = 1,
  latency = 0,
  callsPerSecond,
  burst = callsPerSecond ?? 0,
} = JSON.parse(process.argv[2] ?? '{}') as ServerOptions
const kms = new MemoryKms(keys)
let calls: Record<string, number> = {}
let throttled = 0

/** A bucket of tokens, as KMS throttles. */
const bucket = { tokens: burst, at: performance.now() }

function takesToken(): boolean {
  if (callsPerSecond === undefined) return true
  const now = performance.now()
  bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * callsPerSecond)
  bucket.at = now
  if (bucket.tokens < 1) return false
  bucket.tokens -= 1
  return true
}

const CALLER = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::${ACCOUNT}:user/bench</Arn><UserId>AIDABENCH</UserId><Account>${ACCOUNT}</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`

function answer(target: string | undefined, body: string): [status: number, text: string] {
  if (target === undefined) return [200, CALLER]
  const operation = target.replace(/^.*\./, '')
  try {
    if (!takesToken()) {
      throttled += 1
      throw new Refusal('ThrottlingException', 'Rate exceeded')
    }
    calls[operation] = (calls[operation] ?? 0) + 1
    return [200, JSON.stringify(kms.answer(operation, JSON.parse(body)))]
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return [400, JSON.stringify({ __type: error.name, message: error.message })]
  }
}

const listener: RequestListener = (request, response) => {
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => {
    body += chunk
  })
  request.on('end', () => {
    const target = request.headers['x-amz-target']?.toString()
    const [status, text] = answer(target, body)
    const send = () => {
      response.writeHead(status, {
        'content-type': target === undefined ? 'text/xml' : 'application/x-amz-json-1.1',
        'content-length': Buffer.byteLength(text),
        'x-amzn-requestid': randomUUID(),
      })
      response.end(text)
    }
    if (latency > 0) setTimeout(send, latency)
    else send()
  })
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const certificates = authority('kmsctl bench')
const http = await listen(createServer({ keepAliveTimeout: 60_000 }, listener))
const https = await listen(
  createTlsServer(
    { ...certificates.issue('localhost', '127.0.0.1'), keepAliveTimeout: 60_000 },
    listener,
  ),
)
const listening: Listening = {
  http: `http://127.0.0.1:${http}`,
  https: `https://127.0.0.1:${https}`,
  ca: certificates.cert,
}
process.on('message', () => {
  process.send?.({ calls, throttled } satisfies Counted)
  calls = {}
  throttled = 0
})
process.on('disconnect', () => process.exit(0))
process.send?.(listening)
