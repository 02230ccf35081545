/** The AWS JSON 1.1 protocol, the form of inputs, and STS's query protocol. */
import { describe, expect, it } from 'vitest'
import { Bench, base64, REGION, refused, request } from '../support.js'

describe('AWS JSON 1.1', () => {
  it('marks every answer', async () => {
    const { sandbox } = new Bench()
    for (const [operation, status] of [
      ['ListKeys', 200],
      ['Nothing', 400],
    ] as const) {
      const response = await sandbox.handle(request(operation, {}))
      expect(response.status).toBe(status)
      expect(response.headers).toMatchObject({
        'content-type': 'application/x-amz-json-1.1',
        'x-kmsctl-sandbox': '1',
        'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/),
      })
    }
  })

  it('names an operation that it does not implement (contract 7)', async () => {
    const response = await new Bench().sandbox.handle(request('ImportKeyMaterial', {}))
    expect(response.headers['x-amzn-errortype']).toBe('UnsupportedOperationException')
    expect(refused(response).message).toContain('ImportKeyMaterial')
  })

  it('operations without output have no body', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create()
    expect((await bench.sandbox.handle(request('EnableKey', { KeyId }))).body).toBe('')
  })

  it.each(['', '{', 'null', '[]', '"text"', '\u00ff', '{"KeyId": 5}', '{"KeyId": ["a"]}'])(
    'a body that is not the input is a SerializationException: %j',
    async (body) => {
      const response = await new Bench().sandbox.handle(request('DescribeKey', body))
      expect(refused(response).code).toBe('SerializationException')
      expect(response.status).toBe(400)
    },
  )

  it('invalid UTF-8 is a SerializationException', async () => {
    const body = Buffer.from([0x7b, 0xff, 0x7d])
    const response = await new Bench().sandbox.handle({ ...request('ListKeys', ''), body })
    expect(refused(response).code).toBe('SerializationException')
  })

  it('members that it does not know are ignored, null counts as absent', async () => {
    await new Bench().call('ListKeys', { Limit: null, Colour: 'red', __proto__: { a: 1 } })
  })

  it('only POST / is answered', async () => {
    const { sandbox } = new Bench()
    for (const other of [{ method: 'GET' }, { path: '/keys' }]) {
      const response = await sandbox.handle({ ...request('ListKeys', {}), ...other })
      expect(response.status).toBe(404)
      expect(JSON.parse(response.body)).toHaveProperty('__type')
    }
  })

  it('the Region is that of the signature, us-east-1 without one', async () => {
    const bench = new Bench()
    const unsigned = request('CreateKey', {})
    const headers = { ...unsigned.headers, authorization: '' }
    const response = await bench.sandbox.handle({ ...unsigned, headers })
    expect(JSON.parse(response.body).KeyMetadata.Arn).toContain(':us-east-1:')
    expect((await bench.create()).Arn).toContain(`:${REGION}:`)
    expect(await bench.code('ListKeys', {}, '__proto__')).toBe('InvalidSignatureException')
  })

  it('a fault of its own is a KMSInternalException with its message, never a rejection', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create()
    await bench.editKey(KeyId, (key) => {
      Object.assign(key, { tags: null })
    })
    const response = await bench.sandbox.handle(request('ListResourceTags', { KeyId }))
    expect(response.status).toBe(500)
    expect(refused(response).code).toBe('KMSInternalException')
    expect(refused(response).message).not.toBe('')
  })
})

// Sentences as recorded by LocalStack; limits of docs/facts/constraints.md and the API model.
describe('inputs', () => {
  const error = (rest: string) => `ValidationException: 1 validation error detected: ${rest}`
  const failed = (at: string, constraint: string) =>
    error(`Value ${at} failed to satisfy constraint: ${constraint}`)
  const long = (length: number) => 'x'.repeat(length)

  it.each<[string, object, string]>([
    ['DescribeKey', {}, failed("null at 'keyId'", 'Member must not be null')],
    [
      'DescribeKey',
      { KeyId: '' },
      failed("'' at 'keyId'", 'Member must have length greater than or equal to 1'),
    ],
    [
      'GenerateRandom',
      { NumberOfBytes: 1025 },
      failed("'1025' at 'numberOfBytes'", 'Member must have value less than or equal to 1024'),
    ],
    [
      'GenerateRandom',
      { NumberOfBytes: 0 },
      failed("'0' at 'numberOfBytes'", 'Member must have value greater than or equal to 1'),
    ],
    ['GenerateRandom', {}, 'ValidationException: NumberOfBytes is required.'],
    [
      'Encrypt',
      { KeyId: 'k', Plaintext: base64(long(4097)) },
      error(
        "Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
      ),
    ],
    ['CreateKey', { Description: long(8193) }, "at 'description' failed to satisfy"],
    ['UpdateKeyDescription', { KeyId: 'k', Description: long(8193) }, "at 'description' failed"],
    [
      'ScheduleKeyDeletion',
      { KeyId: 'k', PendingWindowInDays: 6 },
      failed("'6' at 'pendingWindowInDays'", 'Member must have value greater than or equal to 7'),
    ],
    [
      'ScheduleKeyDeletion',
      { KeyId: 'k', PendingWindowInDays: 31 },
      failed("'31' at 'pendingWindowInDays'", 'Member must have value less than or equal to 30'),
    ],
    ['EnableKeyRotation', { KeyId: 'k', RotationPeriodInDays: 89 }, 'greater than or equal to 90'],
    ['EnableKeyRotation', { KeyId: 'k', RotationPeriodInDays: 2561 }, 'less than or equal to 2560'],
    [
      'ListKeys',
      { Limit: 0 },
      failed("'0' at 'limit'", 'Member must have value greater than or equal to 1'),
    ],
    ['ListKeys', { Limit: 1001 }, 'less than or equal to 1000'],
    ['ListAliases', { Limit: 101 }, 'less than or equal to 100'],
    ['ListResourceTags', { KeyId: 'k', Limit: 51 }, 'less than or equal to 50'],
    [
      'CreateAlias',
      { AliasName: 'alias/a b', TargetKeyId: 'k' },
      failed(
        "'alias/a b' at 'aliasName'",
        'Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$',
      ),
    ],
    [
      'CreateAlias',
      { AliasName: `alias/${long(251)}`, TargetKeyId: 'k' },
      'less than or equal to 256',
    ],
    [
      'TagResource',
      { KeyId: 'k', Tags: [{ TagKey: long(129), TagValue: '' }] },
      "at 'tags.1.member.tagKey' failed to satisfy constraint: Member must have length less than or equal to 128",
    ],
    [
      'TagResource',
      { KeyId: 'k', Tags: [{ TagKey: 'a', TagValue: long(257) }] },
      "tags.1.member.tagValue'",
    ],
    [
      'GenerateMac',
      { KeyId: 'k', Message: 'aa==', MacAlgorithm: 'INVALID' },
      "Value 'INVALID' at 'macAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [",
    ],
    ['CreateKey', { KeySpec: 'HMAC_random' }, "Value 'HMAC_random' at 'keySpec' failed to satisfy"],
    [
      'ReplicateKey',
      { KeyId: 'k', ReplicaRegion: 'Mars' },
      "Value 'Mars' at 'replicaRegion' failed",
    ],
  ])('%s %j', async (operation, input, message) => {
    expect(await new Bench().failure(operation, input)).toContain(message)
  })

  it('names everything that is wrong in one answer', async () => {
    const message = await new Bench().failure('CreateAlias', { AliasName: '!' })
    expect(message).toMatch(
      /^ValidationException: 2 validation errors detected: .*aliasName.*; .*targetKeyId/,
    )
  })
})

describe('STS', () => {
  async function sts(body: string, headers: Record<string, string> = {}) {
    const type = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
    const form = { method: 'POST', path: '/', headers: { ...type, ...headers } }
    return new Bench().sandbox.handle({ ...form, body: Buffer.from(body) })
  }

  it('GetCallerIdentity', async () => {
    const response = await sts('Action=GetCallerIdentity&Version=2011-06-15')
    expect(response.status).toBe(200)
    expect(response.headers['content-type']).toBe('text/xml')
    expect(response.body).toContain('<Arn>arn:aws:iam::000000000000:user/sandbox</Arn>')
    expect(response.body).toContain('<Account>000000000000</Account>')
  })

  it('anything else is an XML error that cannot be broken out of', async () => {
    const response = await sts(`Action=${encodeURIComponent('<&>\u0000')}`)
    expect(response.status).toBe(400)
    expect(response.body).toContain('<Code>InvalidAction</Code>')
    expect(response.body).toContain('operation &lt;&amp;&gt;? for version')
    expect((await sts('')).body).toContain('<Code>MissingAction</Code>')
  })
})
