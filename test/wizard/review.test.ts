/** The review of the wizard of create: what it shows, what is reached from it, what it does not let pass. */
import { describe, expect, test } from 'vitest'
import { KmsctlError } from '../../src/lib/errors.js'
import type { Question } from '../../src/lib/wizard/question.js'
import { sandboxSession } from '../support/session.js'
import {
  agreedFlags,
  BACK,
  CREATE,
  change,
  ENTER,
  NEWCOMER,
  type Said,
  type Wizarding,
  wizard,
} from './support.js'

/** The newcomer's key with one setting changed. */
const changed = (setting: string, answers: readonly Said[], options?: Wizarding) =>
  wizard([...NEWCOMER, ...change(setting), ...answers, CREATE], options)

const refusals = ({ asked }: Awaited<ReturnType<typeof wizard>>) =>
  asked.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal]))

const questionsOf = ({ asked }: Awaited<ReturnType<typeof wizard>>, id: string): Question[] =>
  asked.flatMap(({ question }) => (question.id === id ? [question] : []))

const choicesOf = (question: Question | undefined) =>
  question !== undefined && 'choices' in question ? question.choices : []

const LOCKOUT = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'nobody',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::000000000000:user/bob' },
      Action: 'kms:Encrypt',
      Resource: '*',
    },
  ],
})

describe('what it shows', () => {
  test('settings, the policy as table and JSON, findings, the price, the command', async () => {
    const way: Said[] = [
      ...NEWCOMER.slice(0, 3),
      ['description', "it's ours"],
      ['admin', 'user/alice'],
      ['user', 'user/alice'],
    ]
    const { text } = await wizard([...way, CREATE])
    expect(text).toContain('"Sid": "Allow access for Key Administrators"')
    expect(text).toMatch(/^PRINCIPAL +ADMINISTER +USE +GRANT +DELETE +READ$/m)
    expect(text).toMatch(/^arn:aws:iam::000000000000:user\/alice +yes +yes/m)
    expect(text).toContain('note admin-uses-key statement 2')
    expect(text).toMatch(/^Alias +alias\/app$/m)
    expect(text).toMatch(/^Rotation +every 365 days$/m)
    expect(text).toContain('price: $1.00 a month')
    expect(text).toContain(
      "kmsctl create --alias app --description 'it'\\''s ours' --admin user/alice --user user/alice --sandbox",
    )
  })

  test('what was typed cannot steer the terminal', async () => {
    const { shown } = await wizard([
      ...NEWCOMER.slice(0, 3),
      ['description', 'a\u001b[2Jb\u202e'],
      ...NEWCOMER.slice(4),
      CREATE,
    ])
    const text = shown.join('')
    expect(text).not.toMatch(/[\u001b\u202e]/)
    expect(text).toContain("--description $'a\\x1b[2Jb\\xe2\\x80\\xae'")
  })

  test('a dry run says that it is one', async () => {
    const run = await wizard([...NEWCOMER, CREATE], { over: { dryRun: true } })
    const [review] = questionsOf(run, 'review')
    expect(review?.message).toBe('Show the calls that create this key?')
  })

  test('leaving it is declining', async () => {
    const { error, session } = await wizard([...NEWCOMER, ['review', 'leave']])
    expect(error).toMatchObject({ code: 'Declined', exitCode: 5 })
    expect(error.message).toBe('declined: nothing was created')
    expect(session.sent).not.toContain('CreateKey')
  })

  test('with --yes it is shown and not asked', async () => {
    const run = await wizard(NEWCOMER, { over: { yes: true } })
    expect(agreedFlags(run)).toEqual({ alias: ['app'] })
    expect(run.text).toContain('The same by a command')
  })
})

describe('what is reached from it', () => {
  const words: Record<string, [message: string, help: string]> = {
    'grant-user': [
      'Grant users: who may let AWS services use the key?',
      'user/NAME, role/NAME, ARNs or account IDs; Enter: nobody by this policy.',
    ],
    account: [
      'Other accounts: whose principals may use the key?',
      'Account IDs, with blanks between; their IAM policies say who; Enter: none.',
    ],
    guardrails: [
      'Deny deleting and disabling the key soon after its last use?',
      'To everybody, within 30 days; and waiting periods under 30 days.',
    ],
    tag: ['Tags', 'KEY=VALUE, with commas between, such as Team=shop, Stage=test.'],
    origin: [
      'Where does the key material come from?',
      'It cannot be changed later. Key stores are for the flags of create.',
    ],
    'multi-region': [
      'Make it a multi-Region key?',
      'Only such a key can have replicas in other Regions; it cannot be changed later.',
    ],
    disabled: ['Leave the key disabled?', 'Nobody can use it until it is enabled.'],
  }

  test.each<[string, string, object, string | RegExp]>([
    ['grant-user', 'role/app', { 'grant-user': ['role/app'] }, /^Grant users +role\/app$/m],
    ['account', '111122223333', { account: ['111122223333'] }, /^Other accounts +111122223333$/m],
    ['guardrails', 'yes', { guardrails: true }, /^Guardrails +no deleting/m],
    [
      'tag',
      'Team=shop, Owner=Jane Doe',
      { tag: ['Team=shop', 'Owner=Jane Doe'] },
      /^Tags +Team=shop, Owner=Jane Doe$/m,
    ],
    ['origin', 'EXTERNAL', { origin: 'EXTERNAL' }, /^State +waits for its key material$/m],
    ['multi-region', 'yes', { 'multi-region': true }, /^Multi-Region +yes$/m],
    ['disabled', 'yes', { disabled: true }, /^State +disabled$/m],
  ])('%s', async (setting, typed, flags, shown) => {
    const run = await changed(setting, [[setting, typed]])
    expect(agreedFlags(run)).toEqual({ alias: ['app'], ...flags })
    expect(run.text).toMatch(shown)
    const [question] = questionsOf(run, setting)
    expect([question?.message, question?.help]).toEqual(words[setting])
    expect(run.ids.slice(-3)).toEqual(['menu', setting, 'review'])
  })

  test('rotation: another period, the usual one, and none', async () => {
    const days = 'rotation-period-days'
    const other = await changed('rotation', [
      ['rotation', ENTER],
      [days, '9'],
      [days, 'x'],
      [days, '90'],
    ])
    expect(agreedFlags(other)).toEqual({ alias: ['app'], [days]: 90 })
    expect(refusals(other)).toEqual([
      'a rotation period of 9 days is not possible: KMS takes whole days, 90 to 2560',
      'type a whole number of days, 90 to 2560',
    ])
    expect(other.text).toMatch(/^Rotation +every 90 days$/m)
    const usual = await changed('rotation', [
      ['rotation', 'yes'],
      [days, ENTER],
    ])
    expect(agreedFlags(usual)).toEqual({ alias: ['app'] })
    const none = await changed('rotation', [['rotation', 'no']])
    expect(agreedFlags(none)).toEqual({ alias: ['app'], rotation: false })
    expect(none.text).toContain('kmsctl create --alias app --no-rotation --sandbox')
  })

  test('whether administrators may delete: only where there are some', async () => {
    const way: Said[] = [...NEWCOMER.slice(0, 4), ['admin', 'user/alice'], ['user', ENTER]]
    const setting: Said[] = [...change('admin-delete'), ['admin-delete', 'no']]
    const run = await wizard([...way, ...setting, CREATE])
    expect(agreedFlags(run)).toMatchObject({ 'no-admin-delete': true })
    const dropped = await wizard([...way, ...setting, ...change('admin'), ['admin', ' '], CREATE])
    expect(agreedFlags(dropped)).toEqual({ alias: ['app'] })
    expect(dropped.text).toContain('note: what administrators may not do is dropped')
    const [menu] = questionsOf(await changed('tag', [['tag', ENTER]]), 'menu')
    expect(choicesOf(menu).find(({ value }) => value === 'admin-delete')?.disabled).toBe(
      'no administrator is named',
    )
  })

  test('services: those of the catalogue that can use the key, with their resource', async () => {
    const group = 'arn:aws:logs:us-east-1:000000000000:log-group:/app'
    const run = await changed('service', [
      ['service', 'logs'],
      ['service-source', 'app'],
      ['service-source', group],
      ...change('service'),
      ['service', 'ebs'],
    ])
    expect(agreedFlags(run)).toEqual({ alias: ['app'], service: [`logs=${group}`, 'ebs'] })
    expect(refusals(run)[0]).toContain('app is no ARN')
    const [services] = questionsOf(run, 'service')
    const names = choicesOf(services).map(({ value }) => value)
    expect(names).toContain('s3')
    expect(names).not.toContain('dnssec')
    const none = await changed('service', [
      ['service', 'ebs'],
      ...change('service'),
      ['service', '-'],
    ])
    expect(agreedFlags(none)).toEqual({ alias: ['app'] })
  })

  test('custom key stores are for flags, and it says so', async () => {
    const run = await changed('origin', [['origin', ENTER]])
    const [origin] = questionsOf(run, 'origin')
    expect(choicesOf(origin).map(({ value, disabled }) => [value, disabled])).toEqual([
      ['AWS_KMS', undefined],
      ['EXTERNAL', undefined],
      ['AWS_CLOUDHSM', 'only by flags: --origin --custom-key-store-id'],
      ['EXTERNAL_KEY_STORE', 'only by flags: --origin, --xks-key-id'],
    ])
    const given = { origin: 'AWS_CLOUDHSM', 'custom-key-store-id': 'cks-1234567890abcdef0' }
    const store = await wizard(
      [...NEWCOMER.slice(0, 1), ['spec', ENTER], ...NEWCOMER.slice(2), CREATE],
      { given },
    )
    expect(agreedFlags(store)).toEqual({ alias: ['app'], ...given })
  })

  test('another kind of key drops what no longer fits, and says so', async () => {
    const run = await wizard([
      ...NEWCOMER,
      ...change('rotation'),
      ['rotation', 'yes'],
      ['rotation-period-days', '90'],
      ...change('service'),
      ['service', 'ebs'],
      ...change('kind'),
      ['kind', 'sign'],
      ['spec', ENTER],
      CREATE,
    ])
    expect(agreedFlags(run)).toEqual({
      alias: ['app'],
      spec: 'ECC_NIST_P256',
      usage: 'SIGN_VERIFY',
    })
    expect(run.text).toContain('note: rotation is dropped: only symmetric encryption keys rotate')
    expect(run.text).toContain('note: ebs is dropped')
    expect(run.text).toMatch(/^Rotation +off: only symmetric encryption keys/m)
  })

  test('the spec alone can be changed', async () => {
    const run = await changed('kind', [
      ['kind', ENTER],
      ['spec', 'RSA_4096'],
    ])
    expect(agreedFlags(run)).toMatchObject({ spec: 'RSA_4096', usage: 'ENCRYPT_DECRYPT' })
  })

  test('every setting of the menu has a question', async () => {
    const [menu] = questionsOf(await changed('tag', [['tag', ENTER]]), 'menu')
    for (const { value, disabled } of choicesOf(menu)) {
      if (disabled !== undefined || value === 'policy') continue
      const run = await wizard([
        ...NEWCOMER,
        ...change(value),
        [value, BACK],
        ['menu', BACK],
        CREATE,
      ])
      expect(agreedFlags(run), value).toEqual({ alias: ['app'] })
    }
  })
})

describe('the policy in the editor', () => {
  const editing = (text: string) => ({ over: { edit: async () => text } })
  const widened = (text: string) =>
    text.replace(
      '"Resource": "*"',
      '"Resource": "*",\n      "Condition": {"Bool": {"aws:SecureTransport": "true"}}',
    )

  test('is kept in a file, which the command names', async () => {
    const run = await changed('policy', [['policy-file', ENTER]], {
      over: { edit: async (text) => widened(text) },
    })
    expect(agreedFlags(run)).toEqual({ alias: ['app'], policy: 'app.policy.json' })
    expect(run.agreed?.text).toContain('aws:SecureTransport')
    expect([...run.files]).toEqual([['app.policy.json', run.agreed?.text]])
    expect(run.text).toContain('kmsctl create --alias app --policy app.policy.json --sandbox')
    expect(run.agreed?.plan.calls[0]?.input).toMatchObject({ Policy: run.agreed?.text })
  })

  test('nothing is written where nothing was changed', async () => {
    const run = await changed('policy', [])
    expect(agreedFlags(run)).toEqual({ alias: ['app'] })
    expect(run.files.size).toBe(0)
  })

  test('edited once more, it is written into the same file', async () => {
    let count = 0
    const over = { edit: async (text: string) => `${text}${' '.repeat(++count)}` }
    const run = await changed('policy', [['policy-file', 'p.json'], ...change('policy')], { over })
    expect([...run.files.keys()]).toEqual(['p.json'])
    expect(run.files.get('p.json')).toBe(run.agreed?.text)
  })

  test('a file that is there is not overwritten', async () => {
    const files = new Set(['app.policy.json'])
    const run = await changed(
      'policy',
      [
        ['policy-file', ENTER],
        ['policy-file', '-new'],
      ],
      {
        over: {
          edit: async (text) => widened(text),
          keep: async (path) => (files.has(path) ? `file ${path} exists: name a new one` : true),
        },
      },
    )
    expect(refusals(run)).toEqual(['file app.policy.json exists: name a new one'])
    expect(agreedFlags(run).policy).toBe('./-new')
  })

  test('an editor that fails is told, and the review is still there', async () => {
    const failed = new KmsctlError('EditorFailed', 'the editor was not found')
    const run = await changed('policy', [['menu', BACK]], {
      over: { edit: () => Promise.reject(failed) },
    })
    expect(run.told).toEqual(['the editor was not found'])
    expect(agreedFlags(run)).toEqual({ alias: ['app'] })
  })

  test('takes the place of what was answered, and can be given up', async () => {
    const way: Said[] = [...NEWCOMER.slice(0, 4), ['admin', 'user/alice'], ['user', ENTER]]
    const edit: Said[] = [...change('policy'), ['policy-file', ENTER]]
    const own = await wizard([...way, ...edit, CREATE], {
      over: { edit: async (text) => widened(text) },
    })
    expect(agreedFlags(own)).toEqual({ alias: ['app'], policy: 'app.policy.json' })
    const back = await wizard([...way, ...edit, ...change('build'), CREATE], {
      over: { edit: async (text) => widened(text) },
    })
    expect(agreedFlags(back)).toEqual({ alias: ['app'], admin: ['user/alice'] })
    expect(back.agreed?.text).toBeUndefined()
  })

  test('given up, it leaves what still fits of the answers before it', async () => {
    const way: Said[] = [...NEWCOMER.slice(0, 4), ['admin', 'user/alice'], ['user', ENTER]]
    const answers: Said[] = [
      ...way,
      ...change('guardrails'),
      ['guardrails', 'yes'],
      ...change('service'),
      ['service', 'dynamodb'],
      ...change('policy'),
      ['policy-file', ENTER],
      ...change('disabled'),
      ['disabled', 'yes'],
      ...change('kind'),
      ['kind', 'mac'],
      ['spec', ENTER],
      ...change('build'),
      CREATE,
    ]
    const run = await wizard(answers, { over: { edit: async (text) => widened(text) } })
    expect(agreedFlags(run)).toEqual({
      alias: ['app'],
      spec: 'HMAC_256',
      admin: ['user/alice'],
      disabled: true,
    })
    expect(run.text).toContain('note: dynamodb is dropped')
  })

  test('one that locks out cannot be created, and the review says so before Enter', async () => {
    const way: Said[] = [...NEWCOMER, ...change('policy'), ['policy-file', ENTER]]
    const left = await wizard([...way, ['review', 'leave']], editing(LOCKOUT))
    const review = questionsOf(left, 'review').at(-1)
    expect(left.text).toMatch(/^error \S*lockout|^error no/m)
    expect(review?.kind === 'select' && review.default).toBe('change')
    const create = choicesOf(review).find(({ value }) => value === 'create')
    expect(create?.disabled).toMatch(/^the policy is refused: /)
    const rules = create?.disabled?.replace('the policy is refused: ', '').split(', ') ?? []
    const allowed = await wizard(
      [...way, ...change('allow'), ['allow', 'nonsense'], ['allow', rules.join(' ')], CREATE],
      editing(LOCKOUT),
    )
    expect(agreedFlags(allowed).allow).toEqual(rules)
    expect(allowed.text).toContain(rules.map((rule) => `--allow ${rule}`).join(' '))
    expect(refusals(allowed)[0]).toContain('rule "nonsense" does not exist')
  })

  test('not even --yes lets it pass', async () => {
    const given = { alias: ['app'], policy: 'p.json' }
    const run = await wizard(
      [
        ['kind', ENTER],
        ['spec', ENTER],
        ['description', ENTER],
        ['review', 'leave'],
      ],
      {
        given,
        text: LOCKOUT,
        over: { yes: true },
      },
    )
    expect(run.error).toMatchObject({ code: 'Declined' })
  })
})

describe('what the command line broke', () => {
  test.each<[object, string]>([
    [{ spec: 'RSA_1024' }, 'key spec RSA_1024 does not exist'],
    [{ alias: ['alias/aws/x'] }, 'is reserved for AWS'],
    [{ tag: ['x'] }, 'tag x has no ='],
    [{ spec: 'HMAC_256', rotation: true }, '--rotation is not possible with this key'],
    [{ admin: ['alice'] }, 'principal "alice" is not complete'],
    [{ policy: 'p.json', admin: ['user/alice'] }, '--policy cannot be used with --admin'],
    [{ allow: ['nonsense'] }, 'rule "nonsense" does not exist'],
    [{ spec: 'RSA_2048', service: ['ebs'] }, 'service ebs cannot use this key'],
  ])('%j is told before anything is asked', async (given, words) => {
    const run = await wizard([], { given, text: LOCKOUT })
    expect(run.asked).toEqual([])
    expect(run.error).toMatchObject({ code: 'Usage', exitCode: 2 })
    expect(run.error.message).toContain(words)
  })

  test('what an answer completes is not broken', async () => {
    const given = { 'no-admin-delete': true }
    const named: Said[] = [
      ...NEWCOMER.slice(0, 4),
      ['admin', 'user/alice'],
      ['user', ENTER],
      CREATE,
    ]
    expect(agreedFlags(await wizard(named, { given }))).toMatchObject({ 'no-admin-delete': true })
    const nobody = await wizard([...NEWCOMER, CREATE], { given })
    expect(agreedFlags(nobody)).toEqual({ alias: ['app'] })
    const service = { service: ['dnssec'] }
    const zone: Said[] = [['kind', 'sign'], ['spec', ENTER], ...NEWCOMER.slice(2), CREATE]
    expect(agreedFlags(await wizard(zone, { given: service }))).toMatchObject(service)
  })
})

describe('where STS is out of reach', () => {
  const unreachable = async () => {
    const session = await sandboxSession()
    const identity = () => Promise.reject(new KmsctlError('Unreachable', 'STS is out of reach'))
    return { ...session, identity }
  }

  test('the account is unknown, and so is the policy that KMS will give', async () => {
    const run = await wizard([...NEWCOMER, CREATE], { session: await unreachable() })
    expect(agreedFlags(run)).toEqual({ alias: ['app'] })
    expect(run.text).toContain('A new key in an account that STS does not tell')
    expect(run.text).toMatch(/^Account +unknown$/m)
    expect(run.text).toContain('warning: the account is unknown, because STS could not be asked')
    expect(run.text).not.toContain('Who may do what')
  })

  test('principals need it: it ends as it would with flags', async () => {
    const way: Said[] = [...NEWCOMER.slice(0, 4), ['admin', 'user/alice'], ['user', ENTER]]
    const run = await wizard(way, { session: await unreachable() })
    expect(run.error).toMatchObject({ code: 'Unreachable', exitCode: 9 })
  })
})
