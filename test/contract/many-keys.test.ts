/** Lists over many keys and Regions (contract 3 to 5). */
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { send } from '../sandbox/support.js'
import { document, failure, KEY, LISTED_KEY, told } from '../support/documents.js'
import { type Answer, type EndpointOptions, endpoint } from '../support/network/endpoint.js'
import { CREDENTIALS } from '../support/run/binary.js'
import { preparedShell, shell } from '../support/run/shell.js'

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example')
})

const refusal = (type: string): Answer => ({
  status: 400,
  body: JSON.stringify({ __type: type, message: `${type} happened.` }),
})

/** A shell at an endpoint with some keys in each of its Regions, every other one with a name. */
async function withKeys(counts: Record<string, number>, options: EndpointOptions = {}) {
  const there = await endpoint({ unmarked: true, ...options })
  for (const [region, count] of Object.entries(counts)) {
    for (let index = 0; index < count; index++) {
      const { KeyMetadata } = await send(there.sandbox, 'CreateKey', {}, region)
      if (index % 2 > 0) continue
      const alias = { AliasName: `alias/k${index}`, TargetKeyId: KeyMetadata.KeyId }
      await send(there.sandbox, 'CreateAlias', alias, region)
    }
  }
  const bare = shell(CREDENTIALS)
  const type = (line: string, more = {}) => bare(`${line} --endpoint-url ${there.url}`, more)
  return { type, there }
}

describe('list --json is a valid document whatever fails, and when', () => {
  /** Fails one call of an operation, by its number. */
  const failingAt = (operation: string, number: number, error: Answer) => {
    let count = 0
    return (name: string): Answer => {
      if (name !== operation) return 'sandbox'
      count += 1
      return count === number ? error : 'sandbox'
    }
  }

  test.each(Array.from({ length: 9 }, (_, index) => index + 1))(
    'DescribeKey number %d is refused for good',
    async (number) => {
      const answer = failingAt('DescribeKey', number, refusal('ExpiredTokenException'))
      const { type } = await withKeys({ 'us-east-1': 9 }, { answer })
      const ran = await type('list --json --concurrency 1')
      expect(ran.exitCode).toBe(4)
      const { keys, error, ...rest } = document(ran)
      expect(error).toMatchObject({ code: 'ExpiredTokenException', exitCode: 4 })
      expect(keys === undefined ? {} : rest).toEqual(keys === undefined ? {} : { warnings: [] })
      for (const key of keys ?? []) expect(key).toEqual(LISTED_KEY)
    },
  )

  test.each([1, 2, 3, 4])('page number %d of ListKeys: the failure alone', async (number) => {
    const answer = failingAt('ListKeys', number, refusal('InvalidMarkerException'))
    const { type } = await withKeys({ 'us-east-1': 9 }, { answer })
    expect(failure(await type('list --json'), 1).code).toBe('InvalidMarkerException')
  })

  test('with --ndjson the error is the last line, and every line is a document', async () => {
    const answer = failingAt('DescribeKey', 9, refusal('ExpiredTokenException'))
    const { type } = await withKeys({ 'us-east-1': 9 }, { answer })
    const ran = await type('list --ndjson --concurrency 1')
    expect(ran).toMatchObject({ exitCode: 4, stderr: '' })
    const lines = ran.stdout.trimEnd().split('\n')
    const documents = lines.map((line) => JSON.parse(line))
    expect(documents.at(-1)).toMatchObject({ error: { code: 'ExpiredTokenException' } })
    for (const key of documents.slice(0, -1)) expect(key).toEqual(LISTED_KEY)
  })

  test('for people: the rows so far on stdout, the error on stderr', async () => {
    const answer = failingAt('DescribeKey', 9, refusal('ExpiredTokenException'))
    const { type } = await withKeys({ 'us-east-1': 9 }, { answer })
    const ran = await type('list --concurrency 1')
    expect(ran.exitCode).toBe(4)
    expect(told(ran.stderr).error).toContain('expiredTokenException happened')
    expect(ran.stdout === '' || ran.stdout.startsWith('KEY ID ')).toBe(true)
  })
})

describe('list --ndjson', () => {
  test('a line a key, each as --json has it', async () => {
    const type = await preparedShell()
    const { keys } = document(await type('list --json'))
    const ran = await type('list --ndjson')
    expect(ran.exitCode).toBe(0)
    const lines = ran.stdout.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      keys.map((key: object) => ({ ...key, sandbox: true })),
    )
    const none = await type('list --ndjson --spec HMAC_256')
    expect(none).toMatchObject({ exitCode: 0, stdout: '' })
  })

  test.each(['list', 'deletion list', 'describe app'])('%s: not with --json', async (line) => {
    const type = await preparedShell()
    const error = failure(await type(`${line} --ndjson --json`), 2)
    expect(error.message).toBe('--json and --ndjson exclude each other: give one of them')
  })

  test('a failure is one line too', async () => {
    const { stdout, exitCode } = await shell({})('list --ndjson --region Frankfurt --sandbox')
    expect(exitCode).toBe(2)
    expect(stdout.split('\n')).toHaveLength(2)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'Usage' } })
  })
})

describe('--concurrency', () => {
  test.each(['0', '257', 'many', '-1', ''])('%j is no number of calls: 2', async (value) => {
    const error = failure(await shell()(`list --json --concurrency '${value}'`), 2)
    expect(error.message).toContain('not a number of calls from 1 to 256')
  })

  test.each([1, 3])('%d is the most that is under way at once', async (most) => {
    let underWay = 0
    let seen = 0
    const { type } = await withKeys(
      { 'us-east-1': 9 },
      {
        answer: () => {
          underWay += 1
          seen = Math.max(seen, underWay)
          setTimeout(() => (underWay -= 1), 4)
          return 'sandbox'
        },
        delay: () => 5,
      },
    )
    expect((await type(`list --long --concurrency ${most}`)).exitCode).toBe(0)
    expect(seen).toBe(most)
  })
})

describe('several Regions', () => {
  const COUNTS = { 'us-east-1': 3, 'eu-west-1': 4 }

  test('one list, Region by Region as they were named', async () => {
    const { type } = await withKeys(COUNTS)
    const ran = await type('list --region eu-west-1,us-east-1 --json')
    expect(ran.exitCode).toBe(0)
    const { keys, regions, warnings } = document(ran)
    const each = keys.map(({ region }: { region: string }) => region)
    expect(each).toEqual([...Array(4).fill('eu-west-1'), ...Array(3).fill('us-east-1')])
    expect(warnings).toEqual([])
    expect(regions).toEqual([
      { region: 'eu-west-1', error: null },
      { region: 'us-east-1', error: null },
    ])
    const { stdout } = await type('list --region eu-west-1,us-east-1')
    expect(stdout).toMatch(/^REGION +KEY ID /)
    expect(stdout).toMatch(/^eu-west-1 +[0-9a-f-]{36} +alias\/k0 /m)
  })

  test('one Region alone is listed as ever', async () => {
    const { type } = await withKeys(COUNTS)
    const { keys, regions } = document(await type('list --region eu-west-1 --json'))
    expect([keys.length, regions]).toEqual([4, undefined])
    expect((await type('list --region eu-west-1')).stdout).toMatch(/^KEY ID /)
  })

  const denyIn = (region: string): EndpointOptions => ({
    answer: (_name, where) => (where === region ? refusal('AccessDeniedException') : 'sandbox'),
  })

  test('one that fails hides no other: 7, and what failed is told', async () => {
    const { type } = await withKeys(COUNTS, denyIn('eu-west-1'))
    const line = 'list --region eu-west-1,us-east-1'
    const ran = await type(`${line} --json`)
    expect(ran.exitCode).toBe(7)
    const { keys, regions } = document(ran)
    expect(keys).toHaveLength(3)
    expect(regions).toEqual([
      {
        region: 'eu-west-1',
        error: expect.objectContaining({ code: 'AccessDeniedException', exitCode: 4 }),
      },
      { region: 'us-east-1', error: null },
    ])
    const forPeople = await type(line)
    expect(forPeople.exitCode).toBe(7)
    expect(told(forPeople.stderr).error).toMatch(/^error: in eu-west-1: kms:ListKeys denied/)
    expect(forPeople.stdout.trimEnd().split('\n')).toHaveLength(4)
    const lines = (await type(`${line} --ndjson`)).stdout.trimEnd().split('\n')
    expect(lines.map((one) => Object.keys(JSON.parse(one)).includes('error'))).toEqual([
      false,
      false,
      false,
      true,
    ])
  })

  test('all that fail alike: their code, as of one', async () => {
    const { type } = await withKeys(COUNTS, { answer: () => refusal('AccessDeniedException') })
    const error = failure(await type('list --region eu-west-1,us-east-1 --json'), 4)
    expect(error.code).toBe('AccessDeniedException')
    expect(error.message).toContain('eu-west-1, us-east-1')
    const named = error.details.regions.map(({ region }: { region: string }) => region)
    expect(named).toEqual(['eu-west-1', 'us-east-1'])
  })

  test('all that fail in different ways: 7', async () => {
    const { type } = await withKeys(COUNTS, {
      answer: (_name, region) =>
        refusal(region === 'eu-west-1' ? 'AccessDeniedException' : 'InvalidMarkerException'),
    })
    const ran = await type('list --region eu-west-1,us-east-1 --json')
    expect(ran.exitCode).toBe(7)
    expect(document(ran).keys).toEqual([])
  })

  test('warnings say of which Region they are', async () => {
    const { type } = await withKeys(COUNTS, {
      answer: (name, region) =>
        name === 'ListAliases' && region === 'eu-west-1'
          ? refusal('AccessDeniedException')
          : 'sandbox',
    })
    const { warnings } = document(await type('list --region us-east-1,eu-west-1 --json'))
    expect(warnings).toEqual([
      'Region eu-west-1: aliases could not be read (AccessDeniedException)',
    ])
  })

  test('deletion list takes several too, and every one its own calls', async () => {
    const { type, there } = await withKeys(COUNTS)
    const ran = await type('deletion list --region eu-west-1,us-east-1 --json')
    expect(document(ran)).toMatchObject({ keys: [], regions: [{ error: null }, { error: null }] })
    expect(there.seen.filter((name) => name === 'DescribeKey')).toHaveLength(11)
  })

  test.each(['describe app', 'enable app', 'alias list', 'whoami', 'tag set app A=b'])(
    '%s works in one: 2',
    async (line) => {
      const type = await preparedShell()
      const error = failure(await type(`${line} --region us-east-1,eu-west-1 --json`), 2)
      expect(error.message).toBe(
        '--region us-east-1,eu-west-1 names several Regions: this command works in one',
      )
    },
  )

  test.each(['us-east-1,', 'us-east-1,Frankfurt', ','])('--region %s is 2', async (value) => {
    expect(failure(await shell()(`list --region ${value} --json`), 2).code).toBe('Usage')
  })

  test('a Region named twice is listed once', async () => {
    const { type } = await withKeys(COUNTS)
    const { keys } = document(await type('list --region us-east-1,us-east-1 --json'))
    expect(keys).toHaveLength(3)
  })
})

describe('describe with several KEYs (contract 2)', () => {
  test('each as one alone, in the order given, each once', async () => {
    const type = await preparedShell()
    const ran = await type('describe next app next --json')
    expect(ran.exitCode).toBe(0)
    const { keys, ...rest } = document(ran)
    expect(keys).toEqual([KEY, KEY])
    expect(keys.map(({ aliases }: { aliases: string[] }) => aliases)).toEqual([
      ['alias/next'],
      ['alias/app'],
    ])
    expect(rest).toEqual({ warnings: [], errors: [], sandbox: true })
  })

  test('from standard input with -, even one alone', async () => {
    const type = await preparedShell()
    const ids = (await type('list --quiet')).stdout
    const { keys } = document(await type('describe - --json', { stdin: ids }))
    expect(keys.map(({ keyId }: { keyId: string }) => keyId)).toEqual(ids.trim().split('\n'))
    expect(document(await type('describe - --json', { stdin: 'app\n' })).keys).toHaveLength(1)
    expect(failure(await type('describe - --json', { stdin: '\n' }), 2).message).toMatch(/no KEY/)
  })

  test('one that fails hides no other: 7; all alike: their code', async () => {
    const type = await preparedShell()
    const ran = await type('describe app nope --json')
    expect(ran.exitCode).toBe(7)
    const { keys, errors } = document(ran)
    expect(keys).toEqual([KEY])
    expect(errors).toEqual([
      { key: 'nope', error: expect.objectContaining({ code: 'NotFoundException', exitCode: 3 }) },
    ])
    const none = await type('describe nope neither --json')
    expect(none.exitCode).toBe(3)
    expect(document(none)).toMatchObject({
      keys: [],
      errors: [{ key: 'nope' }, { key: 'neither' }],
    })
    const forPeople = await type('describe nope app')
    expect(forPeople.exitCode).toBe(7)
    expect(told(forPeople.stderr).error).toMatch(/^error: nope: alias .* is not found$/)
    expect(forPeople.stdout).toMatch(/^Key ID /)
  })

  test('for people: one after the other, with an empty line between', async () => {
    const type = await preparedShell()
    const one = await type('describe app')
    const both = await type('describe app app next')
    expect(both.stdout.startsWith(`${one.stdout}\nKey ID `)).toBe(true)
  })

  test('a KEY that is none is told before anything is sent', async () => {
    const type = await preparedShell()
    const ran = await type("describe app 'no name' --json --trace")
    expect(failure(ran, 2).message).toContain('no name')
    expect(ran.stderr).not.toContain('trace:')
  })
})

test('--last-used says first how long it takes, where it takes long', async () => {
  const { type, there } = await withKeys({ 'us-east-1': 16 })
  let stop = (_signal: 'SIGINT') => {}
  const onStop = (send: typeof stop) => {
    stop = send
  }
  const running = type('list --last-used --json', { onStop })
  await there.arrived('GetKeyLastUsage')
  stop('SIGINT')
  const ran = await running
  expect(ran.stderr).toBe(
    'last use: KMS tells it of 5 keys a second, which for up to 18 keys in us-east-1 takes 4 s\n',
  )
  expect(ran.exitCode).toBe(130)
})
