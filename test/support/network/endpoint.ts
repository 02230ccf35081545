import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { Sandbox } from '../../../src/lib/sandbox/index.js'

/** What to do with one operation: the embedded KMS answers, nobody ever does, or this text. */
export type Answer = 'sandbox' | 'hang' | { status: number; body: string } | 'cut'

export interface Endpoint {
  readonly url: string
  /** Operations in the order in which they arrived. */
  readonly seen: string[]
  readonly sandbox: Sandbox
  /** Resolves when the operation has arrived. */
  arrived(operation: string): Promise<void>
}

export interface EndpointOptions {
  readonly answer?: (operation: string, region: string) => Answer
  /** Without the mark by which kmsctl knows the embedded KMS: then it is as good as AWS. */
  readonly unmarked?: boolean
  /** Milliseconds that an operation's answer takes. */
  readonly delay?: (operation: string) => number
}

/** A KMS and STS on loopback that counts what reaches it. */
export async function endpoint(options: EndpointOptions = {}): Promise<Endpoint> {
  const sandbox = Sandbox.inMemory()
  const seen: string[] = []
  const waiting = new Map<string, () => void>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('error', () => {})
    request.on('end', async () => {
      const body = Buffer.concat(chunks)
      const target = request.headers['x-amz-target']
      const operation = String(target ?? 'GetCallerIdentity').replace(/^.*\./, '')
      seen.push(operation)
      waiting.get(operation)?.()
      const [, region = ''] =
        /\/([a-z0-9-]+)\/\w+\/aws4/.exec(request.headers.authorization ?? '') ?? []
      const answer = options.answer?.(operation, region) ?? 'sandbox'
      if (answer === 'hang') return
      if (answer === 'cut') return void request.socket.destroy()
      const delay = options.delay?.(operation) ?? 0
      const wait = () => new Promise((resolve) => setTimeout(resolve, delay))
      if (answer !== 'sandbox') {
        if (delay > 0) await wait()
        return send(response, answer.status, {}, answer.body)
      }
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      )
      const { url = '/', method = 'POST' } = request
      const answered = await sandbox.handle({ method, path: url, headers, body })
      const marked = { ...answered.headers }
      if (options.unmarked) delete marked['x-kmsctl-sandbox']
      if (delay > 0) await wait()
      send(response, answered.status, marked, answered.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    sandbox,
    arrived: (operation) =>
      seen.includes(operation)
        ? Promise.resolve()
        : new Promise((resolve) => waiting.set(operation, resolve)),
  }
}

function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string,
): void {
  response.writeHead(status, headers)
  response.end(body)
}
