import type { HttpRequest } from '@smithy/types'
import { describe, expect, it } from 'vitest'
import { callerIdentity } from '../../../src/lib/aws/connection.js'
import type { Session } from '../../../src/lib/aws/session.js'
import { KmsctlError } from '../../../src/lib/errors.js'
import { planCreateAlias } from '../../../src/lib/kms/alias/aliases.js'
import { listKeys } from '../../../src/lib/kms/list/list.js'
import { inProcessHandler, Sandbox } from '../../../src/lib/sandbox/index.js'
import { type Answer, connectionReset, refusal, scriptedWire, wired } from '../../aws/support.js'
import { emptyMemory } from '../../support/run/memory.js'
import { sandboxSession } from '../../support/session.js'
import {
  apply,
  changes,
  create,
  createdIn,
  failing,
  failure,
  intercept,
  reset,
} from '../support.js'

/** An embedded KMS behind a wire on which one operation's answer is another one. */
async function badWire(
  operation: string,
  bad: (real: () => Promise<Answer>) => Answer | Promise<Answer>,
) {
  const sandbox = Sandbox.inMemory()
  const front = inProcessHandler(sandbox)
  const forward = async (request: HttpRequest): Promise<Answer> => {
    const { response } = await front.handle(request as never)
    const { statusCode: status, headers, body } = response
    return { status, headers, body: Buffer.from(body as Uint8Array).toString() }
  }
  const { wire, operations } = scriptedWire((name, _count, request) =>
    name === operation ? bad(() => forward(request)) : forward(request),
  )
  const connection = await wired(wire)
  const memory = emptyMemory()
  const session: Session = {
    kms: connection.kms,
    region: connection.region,
    identity: () => callerIdentity(connection),
    now: () => new Date(),
    memory: async () => memory,
    sleep: async () => {},
  }
  const count = (name: string) => operations().filter((each) => each === name).length
  return { session, count, sandbox }
}

const fail = (error: Error) => () => {
  throw error
}

const LOST: readonly (readonly [
  string,
  (real: () => Promise<Answer>) => Answer | Promise<Answer>,
])[] = [
  ['a reset', fail(connectionReset())],
  ['a timeout', fail(Object.assign(new Error('late'), { name: 'TimeoutError' }))],
  ['KMSInternalException', () => refusal('KMSInternalException', 500)],
  ['DependencyTimeoutException', () => refusal('DependencyTimeoutException', 503)],
  ['HTML with 500', () => ({ status: 500, body: '<html>Bad Gateway</html>' })],
  ['HTML with 200', () => ({ body: '<html>Sign in to the Wi-Fi</html>' })],
  ['half an answer', () => ({ body: '{"KeyMetadata":{"KeyId":"1234' })],
  ['an empty 200', () => ({ body: '' })],
  ['an empty object', () => ({ body: '{}' })],
  ['metadata without a key', () => ({ body: '{"KeyMetadata":{}}' })],
]

describe('CreateKey without a usable answer (contract 6.7): once on the wire', () => {
  it.each(LOST)('%s, and no key is found: 8', async (_name, bad) => {
    const { session, count } = await badWire('CreateKey', bad)
    const error = await failure(create(session))
    expect(count('CreateKey')).toBe(1)
    expect(count('CreateAlias')).toBe(0)
    expect(error).toMatchObject({ code: 'Ambiguous', exitCode: 8 })
    const { claimToken } = error.details as { claimToken: string }
    expect(claimToken).toMatch(/^[0-9a-f]{32}$/)
    expect(error.message).toContain(claimToken)
    expect(error.hints[0]).toBe('find and finish it: kmsctl recover --region us-east-1')
    expect(error.hints.join('\n')).toContain(`kmsctl list --tag kmsctl:claim=${claimToken}`)
  })

  it.each(LOST)(
    '%s after KMS made the key: it is found by its claim, and finished',
    async (...given) => {
      const [, bad] = given
      const { session, count } = await badWire('CreateKey', (real) => real().then(() => bad(real)))
      const { changed, key, warnings } = await create(session)
      expect(changed).toBe(true)
      expect(key.aliases).toEqual(['alias/app'])
      expect(warnings).toEqual([expect.stringContaining('found by its claim tag')])
      expect(count('CreateKey')).toBe(1)
      expect((await listKeys(session, { manager: 'customer' })).keys).toHaveLength(1)
    },
  )

  it('without the claim tag the hint is the whole list', async () => {
    const { session } = await badWire('CreateKey', fail(connectionReset()))
    const error = await failure(create(session, { claimTag: false }))
    expect(error.details).toMatchObject({ claimToken: null })
    expect(error.hints[0]).toContain('do not run create again')
    expect(error.hints.join()).toContain('kmsctl list --region us-east-1')
  })

  it.each([
    ['ThrottlingException', 400, 9],
    ['LimitExceededException', 400, 1],
    ['AccessDeniedException', 400, 4],
    ['TagException', 400, 2],
    ['MalformedPolicyDocumentException', 400, 5],
    ['UnsupportedOperationException', 400, 5],
    ['CustomKeyStoreNotFoundException', 400, 3],
    ['XksKeyAlreadyInUseException', 400, 6],
  ])('%s made no key: its own code and exit %d → %d, sent once', async (code, status, exitCode) => {
    const { session, count } = await badWire('CreateKey', () => refusal(code, status))
    expect(await failure(create(session))).toMatchObject({ code, exitCode, requestId: 'req-1' })
    expect(count('CreateKey')).toBe(1)
  })

  it('a connection that was never made made no key: 9', async () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    const { session } = await badWire('CreateKey', fail(refused))
    expect(await failure(create(session))).toMatchObject({ code: 'Unreachable', exitCode: 9 })
  })
})

describe('a key that was made and did not get all of it is always 7 (contract 5)', () => {
  it('its alias is lost in a race after the check', async () => {
    const session = await sandboxSession()
    const other = await createdIn(session, { aliases: ['other'] })
    let raced = false
    intercept(session, async (operation, send) => {
      if (operation === 'CreateAlias' && !raced) {
        raced = true
        await apply(planCreateAlias(session, 'app', other.keyId))
      }
      return send()
    })
    const error = await failure(create(session, { description: 'mine' }))
    const { keyId } = error.details as { keyId: string }
    expect(error).toMatchObject({
      code: 'Partial',
      exitCode: 7,
      details: {
        arn: expect.stringContaining(keyId),
        done: ['CreateKey'],
        notDone: ['CreateAlias', 'EnableKeyRotation'],
        cause: 'AlreadyExistsException',
      },
    })
    expect(error.hints).toEqual([
      `give it another name: kmsctl alias create ANOTHERNAME ${keyId}`,
      `finish it: kmsctl rotation enable ${keyId}`,
      `or give the key up: kmsctl deletion schedule ${keyId} --confirm ${keyId}`,
    ])
    expect(error.message).toBe(
      `key ${keyId} was created, but did not get its alias alias/app, which key ${other.keyId} has by now`,
    )
    const { keys } = await listKeys(session, { manager: 'customer' })
    expect(keys.find((key) => key.keyId === keyId)).toMatchObject({ aliases: [] })
  })

  it.each([
    ['EnableKeyRotation', 'its rotation', 'kmsctl rotation enable KEY --period-days 90'],
    ['DisableKey', 'disabling it', 'kmsctl disable KEY'],
  ])('%s is refused: what is open, with the command', async (operation, words, command) => {
    const session = await sandboxSession()
    failing(session, {
      [operation]: () =>
        Object.assign(new Error('no'), {
          name: 'AccessDeniedException',
          $fault: 'client',
          $metadata: { httpStatusCode: 400 },
        }),
    })
    const error = await failure(create(session, { disabled: true, rotationPeriodDays: 90 }))
    const { keyId } = error.details as { keyId: string }
    expect(error).toMatchObject({ exitCode: 7, details: { cause: 'AccessDeniedException' } })
    expect(error.message).toContain(words)
    expect(error.hints).toContain(`finish it: ${command.replace('KEY', keyId)}`)
  })

  it('an alias whose answer is lost is looked up: it is there, and the creation goes on', async () => {
    const session = await sandboxSession()
    failing(session, { CreateAlias: reset }, { after: true })
    const { changed, key } = await create(session)
    expect(changed).toBe(true)
    expect(key.aliases).toEqual(['alias/app'])
    expect(changes(session)).toEqual(['CreateKey', 'CreateAlias', 'EnableKeyRotation'])
  })

  it('an alias whose answer is lost and that is not there: 7, and the hint says look', async () => {
    const session = await sandboxSession()
    failing(session, { CreateAlias: reset })
    const error = await failure(create(session))
    expect(error.exitCode).toBe(7)
    expect(error.message).toContain('may not have been')
    expect(error.details).toMatchObject({ outcome: 'unknown' })
    expect(error.hints[1]).toMatch(/^look, then finish it: kmsctl alias create/)
    expect(changes(session)).toEqual(['CreateKey', 'CreateAlias', 'CreateAlias'])
  })

  it('an alias whose first answer is lost and whose repetition finds it taken, by us', async () => {
    let lost = false
    const { session, count } = await badWire('CreateAlias', async (real) => {
      const answer = await real()
      if (lost) return answer
      lost = true
      throw connectionReset()
    })
    expect(await create(session)).toMatchObject({ changed: true })
    expect(count('CreateAlias')).toBe(2)
  })

  it('a key that stays unknown to CreateAlias is 7 after 13 s of waiting', async () => {
    const session = await sandboxSession()
    const sleeps: number[] = []
    failing(session, {
      CreateAlias: () =>
        Object.assign(new Error('gone'), {
          name: 'NotFoundException',
          $fault: 'client',
          $metadata: { httpStatusCode: 400 },
        }),
    })
    const patient = { ...session, sleep: async (ms: number) => void sleeps.push(ms) }
    expect(await failure(create(patient))).toMatchObject({
      exitCode: 7,
      details: { cause: 'NotFoundException' },
    })
    expect(sleeps.reduce((sum, ms) => sum + ms, 0)).toBe(12_700)
  })

  it.each([
    ['an interrupt', 'CreateAlias', ['CreateKey'], 130],
    [
      'an interrupt while reading back',
      'ListGrants',
      ['CreateKey', 'CreateAlias', 'EnableKeyRotation'],
      130,
    ],
  ] as const)('%s keeps 130 and tells the key', async (_name, operation, done, exitCode) => {
    const session = await sandboxSession()
    failing(session, {
      [operation]: () => new KmsctlError('Interrupted', 'interrupted by SIGINT', { exitCode: 130 }),
    })
    const error = await failure(create(session))
    expect(error).toMatchObject({ code: 'Interrupted', exitCode, details: { done } })
    expect((error.details as { keyId: string }).keyId).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('an interrupt before CreateKey made nothing', async () => {
    const session = await sandboxSession()
    failing(session, {
      CreateKey: () => new KmsctlError('Interrupted', 'interrupted by SIGINT', { exitCode: 130 }),
    })
    const error = await failure(create(session))
    expect(error).toMatchObject({ code: 'Interrupted', exitCode: 130 })
    expect(error.details).toBeUndefined()
  })
})
