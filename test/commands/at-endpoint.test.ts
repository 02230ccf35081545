import { beforeEach, describe, expect, test, vi } from 'vitest'
import { inVirtualTime } from '../faults/support/virtual-time.js'
import { document, failure, KEY, told } from '../support/documents.js'
import { type Answer, endpoint } from '../support/network/endpoint.js'
import { CREDENTIALS } from '../support/run/binary.js'
import { shell } from '../support/run/shell.js'

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example')
})

/** A shell whose commands reach an endpoint that is as good as AWS, with the key `app`. */
async function at(answers: Record<string, Answer> = {}, line = 'create --alias app') {
  const current: Record<string, Answer> = {}
  const server = await endpoint({ unmarked: true, answer: (name) => current[name] ?? 'sandbox' })
  const bare = shell(CREDENTIALS)
  const type = (text: string, options = {}) => bare(`${text} --endpoint-url ${server.url}`, options)
  if (line !== '') expect(await type(line)).toMatchObject({ exitCode: 0 })
  Object.assign(current, answers)
  server.seen.length = 0
  return { ...server, type }
}

const refused = (code: string, message = 'No.', status = 400): Answer => ({
  status,
  body: JSON.stringify({ __type: code, message }),
})

const DENIED = refused('AccessDeniedException', 'User is not authorized.')

describe('describe survives any part failing (contract 4)', () => {
  test.each([
    ['ListAliases', 'aliases'],
    ['GetKeyRotationStatus', 'rotation'],
    ['ListResourceTags', 'tags'],
    ['GetKeyLastUsage', 'lastUsage'],
    ['ListGrants', 'grants'],
  ])('%s', async (operation, field) => {
    const { type } = await at({ [operation]: DENIED })
    const ran = await type('describe app --json')
    expect(ran.exitCode).toBe(0)
    const unavailable = [{ field, code: 'AccessDeniedException' }]
    const { sandbox, ...key } = { ...document(ran) }
    expect(sandbox).toBe(undefined)
    expect(key).toEqual({ ...KEY, [field]: null, unavailable })
    const { stdout } = await type('describe app')
    expect(stdout).toContain(`${field} could not be read: AccessDeniedException\n`)
  })

  test('an endpoint that does not know a call', async () => {
    const { type } = await at({ GetKeyLastUsage: refused('UnknownOperationException') })
    expect(document(await type('describe app --json')).unavailable).toEqual([
      { field: 'lastUsage', code: 'UnknownOperationException' },
    ])
  })

  test('metadata refused: the rest is shown', async () => {
    const { type } = await at({ DescribeKey: DENIED })
    const key = document(await type('describe app --json'))
    expect(key).toMatchObject({ keyState: null, description: null, aliases: ['alias/app'] })
    expect(key.unavailable).toEqual([{ field: 'metadata', code: 'AccessDeniedException' }])
  })

  test('everything refused: 4', async () => {
    const names = ['DescribeKey', 'ListAliases', 'GetKeyRotationStatus', 'ListResourceTags']
    const all = [...names, 'GetKeyLastUsage', 'ListGrants']
    const { type } = await at(Object.fromEntries(all.map((name) => [name, DENIED])))
    const error = failure(await type('describe app --json'), 4)
    expect(error).toMatchObject({ code: 'AccessDeniedException' })
  })
})

describe('what AWS refuses ends with its code (contract 5)', () => {
  test.each([
    ['AccessDeniedException', 4, 'AccessDeniedException'],
    ['ExpiredTokenException', 4, 'ExpiredTokenException'],
    ['UnrecognizedClientException', 4, 'UnrecognizedClientException'],
    ['KMSInvalidStateException', 5, 'KMSInvalidStateException'],
    ['NotFoundException', 3, 'NotFoundException'],
    ['LimitExceededException', 1, 'LimitExceededException'],
    ['SomethingNewException', 1, 'SomethingNewException'],
  ])('%s: %s', async (code, exitCode) => {
    const { type } = await at({ DisableKey: refused(code) })
    const error = failure(await type('disable app --yes --json'), exitCode)
    expect(error).toMatchObject({ code, message: expect.stringMatching(/\bno$/) })
  })

  test.each(['policy show app', 'disable app --yes', 'list'])(
    '%s: throttled is 9',
    async (line) => {
      const read = line === 'list' ? 'ListKeys' : 'DescribeKey'
      const { type } = await at({ [read]: refused('ThrottlingException') })
      const { value } = await inVirtualTime(() => type(`${line} --json`))
      expect(failure(value, 9).code).toBe('ThrottlingException')
    },
  )

  test('a change whose answer is a fault of the server is 8', async () => {
    const { type, seen } = await at({ DisableKey: refused('KMSInternalException', 'Oops.', 500) })
    const { value } = await inVirtualTime(() => type('disable app --yes --json'))
    const error = failure(value, 8)
    expect(error).toMatchObject({ code: 'Ambiguous', details: { outcome: 'unknown' } })
    expect(seen.filter((name) => name === 'DisableKey').length).toBeGreaterThan(0)
  })

  test('an answer that is no KMS at all', async () => {
    const { type } = await at({ DescribeKey: { status: 200, body: '<html>' } })
    expect(failure(await type('disable app --yes --json'), 1).code).toBe('BadResponse')
  })
})

describe('half of a change (contract 5 and 6.7)', () => {
  test('a key that did not get its alias is 7, and what is missing is listed', async () => {
    const { type, seen } = await at({ CreateAlias: DENIED }, '')
    const error = failure(await type('create --alias app --json'), 7)
    expect(error).toMatchObject({
      code: 'Partial',
      details: { keyId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    })
    expect(error.message).toContain(error.details.keyId)
    expect(error.hints.join('\n')).toContain('kmsctl alias create')
    expect(seen.filter((name) => name === 'CreateKey')).toHaveLength(1)
  })

  test('deletion cancel --enable: cancelled and not enabled is 7', async () => {
    const { type } = await at({ EnableKey: DENIED })
    const { keyId } = document(await type('describe app --json'))
    await type(`deletion schedule app --confirm ${keyId}`)
    const error = failure(await type('deletion cancel app --enable --json'), 7)
    expect(error.details).toMatchObject({ done: ['CancelKeyDeletion'], notDone: ['EnableKey'] })
    expect(error.hints[0]).toContain(`enable it: kmsctl enable ${keyId}`)
  })

  test('rotation now is sent once, whatever the answer', async () => {
    const { type, seen } = await at({ RotateKeyOnDemand: refused('KMSInternalException', '', 500) })
    const { value } = await inVirtualTime(() => type('rotation now app --yes --json'))
    failure(value, 8)
    expect(seen.filter((name) => name === 'RotateKeyOnDemand')).toHaveLength(1)
  })

  test('kms:TagResource denied names --no-claim-tag (contract 2)', async () => {
    const message = 'User is not authorized to perform: kms:TagResource'
    const { type } = await at({ CreateKey: refused('AccessDeniedException', message) }, '')
    const error = failure(await type('create --alias app --json'), 4)
    expect(error.hints.join('\n')).toContain('--no-claim-tag')
  })
})

describe('bytes from AWS are harmless where they are shown (contract 3)', () => {
  const DANGEROUS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/

  test('in results, for people and in JSON', async () => {
    const { type } = await at({}, "create --alias app --description 'a\u001b[31m\u202e\rb'")
    for (const line of ['describe app', 'list', 'describe app --json', 'list --json']) {
      const { stdout, exitCode } = await type(line)
      expect(exitCode).toBe(0)
      expect(stdout).not.toMatch(DANGEROUS)
    }
    const { description } = document(await type('describe app --json'))
    expect(description).toBe('a\u001b[31m\u202e\rb')
    expect((await type('describe app')).stdout).toContain('a\\x1b[31m\\u202e\\rb')
  })

  test('in errors', async () => {
    const message = 'bad\u001b]0;x\u0007\u202e thing'
    const { type } = await at({ DisableKey: refused('KMSInvalidStateException', message) })
    const { stderr } = await type('disable app --yes')
    expect(stderr).not.toMatch(DANGEROUS)
    expect(told(stderr).error).toContain('bad\\x1b]0;x\\x07\\u202e thing')
  })
})

test('a change is announced on one line with account, Region and endpoint (contract 3)', async () => {
  const { type, url } = await at()
  const { stderr } = await type('disable app --yes')
  expect(stderr).toBe(`account 000000000000, Region us-east-1, endpoint ${url}\n`)
})
