import { CreateKeyCommand, DescribeKeyCommand, EncryptCommand } from '@aws-sdk/client-kms'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { ENDLESS } from '../../src/lib/aws/call/run-signals.js'
import { callerIdentity, connect } from '../../src/lib/aws/connection.js'
import { inProcessHandler, Sandbox } from '../../src/lib/sandbox/index.js'
import {
  connectionReset,
  environment,
  refusal,
  scriptedWire,
  server,
  target,
  wired,
} from './support.js'

const KeyId = '1234abcd-12ab-34cd-56ef-1234567890ab'
const describeKey = new DescribeKeyCommand({ KeyId })
const ok = { headers: { 'x-amzn-requestid': 'req-7' } }

async function traced(script: Parameters<typeof scriptedWire>[0]) {
  const lines: string[] = []
  const connection = await wired(scriptedWire(script).wire, { trace: (line) => lines.push(line) })
  return { ...connection, lines }
}

describe('--trace: one line a request (contract 2)', () => {
  it('operation, attempt, HTTP status, request ID, milliseconds', async () => {
    const { kms, lines } = await traced(() => ok)
    await kms.send(describeKey)
    expect(lines).toEqual([expect.stringMatching(/^DescribeKey attempt 1: 200 req-7 \d+ ms$/)])
  })

  it('a line for each attempt, and the count begins anew with each call', async () => {
    const { kms, lines } = await traced((_operation, n) => {
      if (n === 1) return refusal('ThrottlingException')
      if (n === 2) throw connectionReset()
      return ok
    })
    await kms.send(describeKey)
    await kms.send(new CreateKeyCommand({}))
    const shown = lines.map((line) => line.replace(/ \d+ ms$/, ''))
    expect(shown).toEqual([
      'DescribeKey attempt 1: 400 req-1',
      'DescribeKey attempt 2: ECONNRESET -',
      'DescribeKey attempt 3: 200 req-7',
      'CreateKey attempt 1: 200 req-7',
    ])
  })

  it('STS is traced like KMS', async () => {
    const lines: string[] = []
    const connection = await wired(inProcessHandler(Sandbox.inMemory()) as never, {
      trace: (line) => lines.push(line),
    })
    await callerIdentity(connection)
    expect(lines).toEqual([expect.stringMatching(/^GetCallerIdentity attempt 1: 200 [0-9a-f-]+ /)])
  })

  it('nothing without it', async () => {
    const { wire } = scriptedWire(() => ok)
    const { kms } = await wired(wire)
    expect(kms.middlewareStack.identify().join()).not.toContain('kmsctlTrace')
  })
})

describe('a trace never shows a body, a header or a credential (contract 2: no logger)', () => {
  const CANARY = /canary/i

  it('of requests and answers full of canaries, on a real socket', async () => {
    environment({
      AWS_ACCESS_KEY_ID: 'AKIDCANARY',
      AWS_SECRET_ACCESS_KEY: 'SECRETCANARY',
      AWS_SESSION_TOKEN: 'TOKENCANARY',
    })
    const seen: string[] = []
    const { url } = await server((request, response, body) => {
      seen.push(body, JSON.stringify(request.headers))
      const sts = target({ headers: request.headers as Record<string, string> })
      response.setHeader('x-amzn-requestid', 'req-9')
      response.setHeader('x-other', 'HEADERCANARY')
      if (sts === 'Encrypt') {
        response.statusCode = 400
        response.end('{"__type":"ValidationException","message":"MESSAGECANARY"}')
      } else response.end('{"Policy":"ANSWERCANARY"}')
    })
    const lines: string[] = []
    const connection = await connect({
      env: process.env,
      region: 'us-east-1',
      endpointUrl: url,
      lifeline: ENDLESS,
      trace: (line) => lines.push(line),
    })
    await connection.kms.send(
      new CreateKeyCommand({ Policy: 'POLICYCANARY', Description: 'CANARY' }),
    )
    const Plaintext = Buffer.from('PLAINTEXTCANARY')
    await connection.kms.send(new EncryptCommand({ KeyId, Plaintext })).catch(() => {})
    const sts = await connection.sts()
    await sts.send(new GetCallerIdentityCommand({})).catch(() => {})
    connection.close()
    expect(seen.join()).toMatch(CANARY)
    expect(lines).toHaveLength(3)
    for (const line of lines) {
      expect(line).not.toMatch(CANARY)
      expect(line).toMatch(/^\w+ attempt \d: [\w-]+ [\w-]+ \d+ ms$/)
    }
  })
})
