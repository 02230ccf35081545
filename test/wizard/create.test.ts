/** What the wizard of create asks and when, without a terminal. */
import { describe, expect, test } from 'vitest'
import { KmsctlError } from '../../src/lib/errors.js'
import { KEY_SPECS, type KeySpecFacts } from '../../src/lib/kms/rules/key-spec.js'
import { create } from '../kms/support.js'
import { sandboxSession } from '../support/session.js'
import { agreedFlags, BACK, CREATE, change, ENTER, NEWCOMER, type Said, wizard } from './support.js'

describe('the way', () => {
  test('a newcomer types the alias and presses Enter for the rest, in at most 8 questions', async () => {
    const run = await wizard([...NEWCOMER, ['review', ENTER]])
    expect(agreedFlags(run)).toEqual({ alias: ['app'] })
    expect(run.ids).toEqual(['kind', 'spec', 'alias', 'description', 'admin', 'user', 'review'])
    expect(run.ids.length).toBeLessThanOrEqual(8)
    expect(run.asked.map(({ canGoBack }) => canGoBack)).toEqual([false, ...Array(6).fill(true)])
  })

  test('the words of each question', async () => {
    const { asked } = await wizard([...NEWCOMER, CREATE])
    expect(asked.map(({ question: { message, help } }) => [message, help])).toEqual([
      ['What is the key for?', 'It stays so for the key’s whole life.'],
      ['Which key spec?', 'How the key works, and how strong it is. It cannot be changed later.'],
      [
        'Alias: what is the key called?',
        'Letters, digits, / _ and -, such as app; - for a key without a name.',
      ],
      ['Description', 'What the key is for, for whoever finds it later; Enter: none.'],
      [
        'Administrators: who may manage the key?',
        'user/NAME, role/NAME, ARNs or account IDs; Enter: IAM policies decide.',
      ],
      [
        'Users: who may use the key?',
        'user/NAME, role/NAME, ARNs or account IDs; Enter: IAM policies decide.',
      ],
      ['Create this key?', 'Nothing has been created yet.'],
    ])
  })

  test('nothing is sent that makes anything before the last yes', async () => {
    const { session, agreed } = await wizard([...NEWCOMER, CREATE])
    expect(new Set(session.sent)).toEqual(new Set(['DescribeKey']))
    expect(agreed?.plan.calls.map(({ operation }) => operation)).toEqual([
      'CreateKey',
      'CreateAlias',
      'EnableKeyRotation',
    ])
  })

  test.each<[string, object, string[]]>([
    ['alias', { alias: ['app'] }, ['kind', 'spec', 'description', 'admin', 'user']],
    ['no alias', { 'no-alias': true }, ['kind', 'spec', 'description', 'admin', 'user']],
    ['spec with one usage', { spec: 'HMAC_256' }, ['alias', 'description', 'admin', 'user']],
    ['spec with several', { spec: 'RSA_2048' }, ['usage', 'alias', 'description', 'admin', 'user']],
    ['usage', { usage: 'SIGN_VERIFY' }, ['spec', 'alias', 'description', 'admin', 'user']],
    ['description', { description: 'x' }, ['kind', 'spec', 'alias', 'admin', 'user']],
    ['people', { admin: ['user/a'], user: ['user/b'] }, ['kind', 'spec', 'alias', 'description']],
    ['an empty description', { description: '' }, ['kind', 'spec', 'alias', 'admin', 'user']],
  ])('what is given is not asked again: %s', async (_, given, ids) => {
    const answers = ids.map((id): Said => [id, id === 'alias' ? 'app' : ENTER])
    const run = await wizard([...answers, CREATE], { given })
    expect(run.ids).toEqual([...ids, 'review'])
    expect(agreedFlags(run)).toMatchObject(given)
  })

  test('with a policy of its own, nobody is asked who may do what', async () => {
    const text = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::000000000000:root' },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    })
    const given = { alias: ['app'], policy: 'p.json' }
    const run = await wizard([['kind', ENTER], ['spec', ENTER], ['description', ENTER], CREATE], {
      given,
      text,
    })
    expect(agreedFlags(run)).toEqual(given)
    expect(run.agreed?.text).toBe(text)
    expect(run.text).toContain('Policy        of p.json')
  })
})

describe('every key type', () => {
  const kinds = [
    ['encrypt', 'ENCRYPT_DECRYPT', ['SYMMETRIC_DEFAULT', 'RSA_2048', 'RSA_3072', 'RSA_4096']],
    [
      'sign',
      'SIGN_VERIFY',
      [
        'RSA_2048',
        'RSA_3072',
        'RSA_4096',
        'ECC_NIST_P256',
        'ECC_NIST_P384',
        'ECC_NIST_P521',
        'ECC_NIST_EDWARDS25519',
        'ECC_SECG_P256K1',
      ],
    ],
    ['mac', 'GENERATE_VERIFY_MAC', ['HMAC_224', 'HMAC_256', 'HMAC_384', 'HMAC_512']],
    ['agree', 'KEY_AGREEMENT', ['ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521']],
    ['post-quantum', 'SIGN_VERIFY', ['ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87']],
    ['post-quantum', 'ENCAPSULATE_DECAPSULATE', ['ML_KEM_512', 'ML_KEM_768', 'ML_KEM_1024']],
  ] as const
  const all = kinds.flatMap(([kind, usage, specs]) =>
    specs.map((spec) => [kind, spec, usage] as const),
  )

  test('each spec of KMS is reached, SM2 from China alone', () => {
    const reached: ReadonlySet<string> = new Set(all.map(([, spec]) => spec))
    const left = Object.keys(KEY_SPECS).filter((spec) => !reached.has(spec))
    expect(left).toEqual(['SM2'])
  })

  test.each(all)('%s: %s for %s', async (kind, spec, usage) => {
    const run = await wizard([['kind', kind], ['spec', spec], ...NEWCOMER.slice(2), CREATE])
    const [call] = run.agreed?.plan.calls ?? []
    expect(call?.input).toMatchObject({ KeySpec: spec, KeyUsage: usage })
    const { defaultUsage }: KeySpecFacts = KEY_SPECS[spec]
    expect(agreedFlags(run).usage).toBe(defaultUsage === null ? usage : undefined)
  })

  test.each([
    ['encrypt', 'SYMMETRIC_DEFAULT'],
    ['sign', 'ECC_NIST_P256'],
    ['mac', 'HMAC_256'],
    ['agree', 'ECC_NIST_P256'],
    ['post-quantum', 'ML_DSA_65'],
  ])('Enter at the spec, for %s, is %s', async (kind, spec) => {
    const run = await wizard([['kind', kind], ['spec', ENTER], ...NEWCOMER.slice(2), CREATE])
    expect(run.agreed?.plan.calls[0]?.input).toMatchObject({ KeySpec: spec })
  })

  test('China Regions have SM2 and no ML-KEM', async () => {
    const answers: Said[] = [
      ['kind', 'post-quantum'],
      ['spec', BACK],
      ['kind', 'sign'],
    ]
    const { asked } = await wizard([...answers, ['spec', 'SM2']], { region: 'cn-north-1' })
    const choices = asked.flatMap(({ question }) =>
      question.id === 'spec' && 'choices' in question
        ? [question.choices.map(({ value }) => value)]
        : [],
    )
    expect(choices[0]).toEqual(['ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87'])
    expect(choices[1]).toContain('SM2')
  })
})

describe('the alias', () => {
  test.each([
    ['aws/s3', 'alias name alias/aws/s3 is not yours to use: alias/aws/ is reserved for AWS'],
    [
      'a:b',
      'alias name a:b contains ":": only letters a-z and A-Z, digits, /, _ and - are allowed',
    ],
    [ENTER, 'type a name such as app, or - for a key without one'],
    [' ', 'type a name such as app, or - for a key without one'],
    ['x'.repeat(251), /has 257 characters with its alias\/: KMS takes at most 256/],
    ['app app', 'alias alias/app is given twice: name it once'],
    ['- app', '- stands for no name at all: type it alone'],
    ['arn:aws:kms:us-east-1:000000000000:alias/app', /is an ARN: give alias\/NAME or just NAME/],
  ])('%j is refused where it is typed', async (typed, words) => {
    const way: Said[] = [
      ['kind', ENTER],
      ['spec', ENTER],
      ['alias', typed],
      ['alias', 'app'],
    ]
    const { asked } = await wizard([...way, ...NEWCOMER.slice(3), CREATE])
    expect(asked[2]?.refusal).toMatch(words)
  })

  test('one that is taken is refused, and names its key; another one is taken', async () => {
    const session = await sandboxSession()
    const { key } = await create(session, { aliases: ['app'] })
    const way: Said[] = [
      ['kind', ENTER],
      ['spec', ENTER],
      ['alias', 'app'],
      ['alias', 'app2'],
    ]
    const run = await wizard([...way, ...NEWCOMER.slice(3), CREATE], { session })
    expect(run.asked[2]?.refusal).toBe(`alias/app is taken by key ${key.keyId}: type another name`)
    expect(agreedFlags(run).alias).toEqual(['app2'])
  })

  test('with --if-not-exists one that is taken may be meant', async () => {
    const session = await sandboxSession()
    await create(session, { aliases: ['app'] })
    const given = { 'if-not-exists': true }
    const run = await wizard([...NEWCOMER, CREATE], { session, given })
    expect(run.agreed?.plan.calls).toEqual([])
  })

  test('several, and none', async () => {
    const two = await wizard([
      ...NEWCOMER.slice(0, 2),
      ['alias', 'app, team/app'],
      ...NEWCOMER.slice(3),
      CREATE,
    ])
    expect(agreedFlags(two)).toEqual({ alias: ['app', 'team/app'] })
    const none = await wizard([
      ...NEWCOMER.slice(0, 2),
      ['alias', '-'],
      ...NEWCOMER.slice(3),
      CREATE,
    ])
    expect(agreedFlags(none)).toEqual({ 'no-alias': true })
  })

  test('where it cannot be looked up, no more is asked', async () => {
    const denied = new KmsctlError('AccessDeniedException', 'denied', { exitCode: 4 })
    const run = await wizard(NEWCOMER.slice(0, 3), {
      over: { holder: () => Promise.reject(denied) },
    })
    expect(run.error).toBe(denied)
  })

  test('one of the command line is looked up before anything is asked', async () => {
    const session = await sandboxSession()
    await create(session, { aliases: ['app'] })
    const run = await wizard([], { session, given: { alias: ['app'] } })
    expect(run.error).toMatchObject({ code: 'AliasTaken', exitCode: 6 })
  })

  test('one that is taken while the questions are answered can be changed from the review', async () => {
    const session = await sandboxSession()
    let free = true
    const run = await wizard(
      [...NEWCOMER, CREATE, ...change('alias'), ['alias', 'other'], CREATE],
      {
        session,
        over: {
          async examine(flags, text) {
            const { createQueries } = await import('../../src/lib/kms/create/preview.js')
            if (free && flags.alias !== undefined) await create(session, { aliases: ['app'] })
            if (flags.alias !== undefined) free = false
            return (await createQueries(session, {})).examine(flags, text)
          },
        },
      },
    )
    expect(run.told).toEqual([expect.stringContaining('alias alias/app already points to key')])
    expect(agreedFlags(run).alias).toEqual(['other'])
  })
})

describe('services of the command line', () => {
  test.each<[string, object, string]>([
    ['no such service', { service: ['nosuch'] }, 'service nosuch does not exist'],
    ['a service that needs another usage', { service: ['s3'], usage: 'SIGN_VERIFY' }, 'service s3'],
    ['services of different keys', { service: ['s3', 'dnssec'] }, 'service dnssec cannot use this'],
  ])('%s: told before anything is asked', async (_, given, message) => {
    const { error, ids } = await wizard([], { given })
    expect(error).toMatchObject({ code: 'Usage', exitCode: 2 })
    expect((error as Error).message).toContain(message)
    expect(ids).toEqual([])
  })

  test('one that needs a key of another kind than the usual one is waited for', async () => {
    const answers: Said[] = [
      ['kind', 'sign'],
      ['spec', 'ECC_NIST_P256'],
      ...NEWCOMER.slice(2),
      CREATE,
    ]
    const run = await wizard(answers, { given: { service: ['dnssec'] } })
    expect(agreedFlags(run)).toMatchObject({ service: ['dnssec'], spec: 'ECC_NIST_P256' })
  })
})

describe('principals', () => {
  test.each([
    ['alice', 'principal "alice" is not complete'],
    ['user/alice, user/bob', 'user/alice, has a comma at its edge'],
    ['arn:aws:iam::111122223333:group/g', 'cannot be a principal'],
    ['role/*', 'principal "role/*" is not complete'],
  ])('%j is refused where it is typed', async (typed, words) => {
    const way: Said[] = [...NEWCOMER.slice(0, 4), ['admin', typed], ['admin', 'user/alice']]
    const run = await wizard([...way, ['user', 'role/app 111122223333'], CREATE])
    expect(run.asked[4]?.refusal).toContain(words)
    expect(agreedFlags(run)).toEqual({
      alias: ['app'],
      admin: ['user/alice'],
      user: ['role/app', '111122223333'],
    })
    expect(run.text).toContain('arn:aws:iam::111122223333:root')
  })
})

describe('back', () => {
  test('over two steps: what was answered stands there, and is asked again', async () => {
    const run = await wizard([
      ...NEWCOMER.slice(0, 3),
      ['description', 'of the shop'],
      ['admin', BACK],
      ['description', BACK],
      ['alias', 'shop'],
      ['description', ENTER],
      ['admin', ENTER],
      ['user', ENTER],
      CREATE,
    ])
    expect(agreedFlags(run)).toEqual({ alias: ['shop'], description: 'of the shop' })
  })

  test('to another kind of key: the spec is asked anew', async () => {
    const run = await wizard([
      ['kind', 'encrypt'],
      ['spec', 'RSA_4096'],
      ['alias', BACK],
      ['spec', BACK],
      ['kind', 'mac'],
      ['spec', ENTER],
      ...NEWCOMER.slice(2),
      CREATE,
    ])
    expect(agreedFlags(run)).toEqual({ alias: ['app'], spec: 'HMAC_256' })
  })

  test('from the review to the last question', async () => {
    const run = await wizard([...NEWCOMER, ['review', BACK], ['user', 'user/bob'], CREATE])
    expect(agreedFlags(run)).toEqual({ alias: ['app'], user: ['user/bob'] })
  })

  test('from a change: it is as it was', async () => {
    const run = await wizard([
      ...NEWCOMER,
      ...change('kind'),
      ['kind', 'sign'],
      ['spec', BACK],
      ['kind', BACK],
      ['menu', BACK],
      CREATE,
    ])
    expect(agreedFlags(run)).toEqual({ alias: ['app'] })
    // The review that says the same is not shown twice.
    expect(run.text.match(/The same by a command/g)).toHaveLength(1)
  })

  test('a space alone takes an answer away', async () => {
    const run = await wizard([
      ...NEWCOMER.slice(0, 3),
      ['description', 'x'],
      ['admin', BACK],
      ['description', ' '],
      ...NEWCOMER.slice(4),
      CREATE,
    ])
    expect(agreedFlags(run)).toEqual({ alias: ['app'] })
  })
})
