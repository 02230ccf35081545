/** The service catalogue against docs/facts/service-policies.md, row by row, and the rules that hold for all of it. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { buildPolicy, type PolicyInput } from '../../src/lib/policy/build/builder.js'
import { listOf, type Statement, statementsOf } from '../../src/lib/policy/document/document.js'
import { actionMatches } from '../../src/lib/policy/document/match.js'
import { conditionClauses, principalRefs } from '../../src/lib/policy/document/model.js'
import { SERVICES } from '../../src/lib/policy/services/index.js'
import {
  input,
  keyFor,
  NOBODY,
  SAMPLES,
  SERVICE_FLAGS,
  SYMMETRIC,
} from './build/builder-samples.js'

/** What `--service` adds to a policy. */
function statementsFor(services: readonly string[], over: Partial<PolicyInput> = {}): Statement[] {
  const [, ...added] = statementsOf(buildPolicy(input({ services, ...over })))
  return added.filter(({ Sid }) => Sid !== 'Allow use of the key')
}

function entryOf(name: string) {
  const entry = SERVICES.find((one) => one.name === name)
  if (entry === undefined) throw new Error(`no entry ${name}`)
  return entry
}

interface Row {
  readonly name: string
  readonly principal: string
  readonly actions: string
  readonly conditions: string
}

const ROWS: readonly Row[] = readFileSync(
  new URL('../../docs/facts/service-policies.md', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter((line) => /^\| (?!service )\w/.test(line))
  .map((line) => {
    const [, name = '', principal = '', actions = '', conditions = ''] = line
      .split('|')
      .map((cell) => cell.trim())
    return { name: name.replace(/[ ,].*/, ''), principal, actions, conditions }
  })

/** Of the uses of a service, the one that its row is about: the first with a SOURCE_ARN, where it has one. */
function documented(name: string, over: Partial<PolicyInput> = {}): Statement[] {
  const entry = entryOf(name)
  const source = name === 'autoscaling' ? null : entry.uses[0]?.source
  const flag = source ? `${name}=${source.example}` : name
  return statementsFor([flag], { ...keyFor(entry), ...over })
}

const keysOf = (statement: Statement) =>
  conditionClauses(statement.Condition).map(({ operator, key }) => `${operator} ${key}`)
const actionsOf = (statements: readonly Statement[]) =>
  statements.flatMap(({ Action }) => listOf(Action))
const withAction = (statements: readonly Statement[], action: string) =>
  statements.find(({ Action }) => listOf(Action).includes(`kms:${action}`))

describe('every row of the table has an entry (docs/facts/service-policies.md)', () => {
  test('the table is read', () => {
    expect(ROWS.length).toBe(13)
    expect(
      ROWS.map(({ name }) => name).filter((name) => !SERVICES.some((s) => s.name === name)),
    ).toEqual([])
  })

  test.each(ROWS)('$name: principal', ({ name, principal }) => {
    const named = documented(name, { users: ['role/app'] })
    const ids = new Set(
      named.flatMap(({ Principal }) => principalRefs(Principal ?? '').map(({ id }) => id)),
    )
    if (principal === 'caller') {
      expect([...ids]).toEqual(['arn:aws:iam::111122223333:role/app'])
      const [anybody] = documented(name)
      expect(anybody?.Principal).toEqual({ AWS: '*' })
      return
    }
    const role = /role (AWS\w+)/.exec(principal)?.[1]
    const service = /`([^`]+)`/.exec(principal)?.[1]?.replace('REGION', 'us-east-1')
    // "the source service": the one that SOURCE_ARN is of.
    const publisher = { sns: 's3.amazonaws.com', sqs: 'sns.amazonaws.com' }[name]
    const wanted =
      role === undefined
        ? (service ?? publisher)
        : `arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/${role}`
    expect([...ids]).toEqual([wanted])
  })

  test.each(ROWS)('$name: actions, each once', ({ name, actions }) => {
    const named = [...actions.matchAll(/\b([A-Z][A-Za-z]+(?:Key|Grant|pt|From|Sign|\*)?\*?)/g)]
      .map(([, action = '']) => action)
      .filter((action) => !['S', 'Bucket', 'Keys'].includes(action))
    expect(actionsOf(documented(name)).sort()).toEqual(
      [...new Set(named)].map((action) => `kms:${action}`).sort(),
    )
    for (const [, alone = ''] of actions.matchAll(/a separate statement for (\w+)/g)) {
      expect(listOf(withAction(documented(name), alone)?.Action)).toEqual([`kms:${alone}`])
    }
  })

  test.each(ROWS)('$name: conditions', ({ name, conditions }) => {
    const statements = documented(name)
    const held = statements.flatMap(keysOf).join('\n').toLowerCase()
    for (const [, key = ''] of conditions.matchAll(/((?:kms|aws):[\w:-]*\w)/gi)) {
      expect(held).toContain(key.toLowerCase())
    }
    for (const [, operator = '', key = ''] of conditions.matchAll(
      /(ArnLike|StringLike|StringEquals|Bool) `?((?:kms|aws):[\w:-]*\w)/gi,
    )) {
      expect(held).toContain(`${operator} ${key}`.toLowerCase())
    }
    // "encryption context PARAMETER_ARN"
    const context = /encryption context (\w+)/.exec(conditions)?.[1]
    if (context !== undefined)
      expect(held).toContain(`kms:encryptioncontext:${context}`.toLowerCase())
    const via = /kms:ViaService `([^`]+)`/.exec(conditions)?.[1]
    if (via !== undefined) {
      expect(JSON.stringify(statements)).toContain(`"${via.replace('REGION', 'us-east-1')}"`)
    }
    const only = /Bool `?kms:GrantIsForAWSResource`? on CreateGrant/.test(conditions)
    if (only) {
      for (const statement of statements) {
        const grants = listOf(statement.Action).includes('kms:CreateGrant')
        expect(keysOf(statement).includes('Bool kms:GrantIsForAWSResource')).toBe(grants)
      }
    }
  })
})

describe('what the table says of single services', () => {
  test('logs: the log group is the value, without the :* that consoles add', () => {
    const arn = 'arn:aws:logs:us-east-1:111122223333:log-group:/app/web'
    for (const [given, value] of [
      [`logs=${arn}`, arn],
      [`logs=${arn}:*`, arn],
      ['logs=arn:aws:logs:us-east-1:111122223333:log-group:*', `${arn.slice(0, -8)}*`],
      ['logs', 'arn:aws:logs:us-east-1:111122223333:*'],
    ]) {
      const [use] = statementsFor([given as string])
      expect(use?.Condition).toEqual({ ArnLike: { 'kms:EncryptionContext:aws:logs:arn': value } })
    }
  })

  test('sns and sqs: EventBridge has neither aws:SourceArn nor aws:SourceAccount', () => {
    for (const name of ['sns', 'sqs']) {
      const [statement, ...others] = statementsFor([
        `${name}=arn:aws:events:us-east-1:111122223333:rule/nightly`,
      ])
      expect(statement).toMatchObject({ Principal: { Service: 'events.amazonaws.com' } })
      expect(statement).not.toHaveProperty('Condition')
      expect(others).toEqual([])
    }
  })

  test('sns: the account of the source, and of the key where the ARN names none', () => {
    const accountOf = (source: string) =>
      conditionClauses(statementsFor([`sns=${source}`])[0]?.Condition).find(
        ({ key }) => key === 'aws:SourceAccount',
      )?.values
    expect(accountOf('arn:aws:s3:::example-bucket')).toEqual(['111122223333'])
    expect(accountOf('arn:aws:cloudwatch:us-east-1:444455556666:alarm:x')).toEqual(['444455556666'])
    const [rds] = statementsFor(['sns=arn:aws:rds:us-east-1:111122223333:es:events'])
    expect(rds?.Principal).toEqual({ Service: 'events.rds.amazonaws.com' })
  })

  test('cloudtrail: an event data store has no Source keys; without an ARN the account holds', () => {
    const store = 'cloudtrail=arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/EXAMPLE'
    expect(statementsFor([store]).flatMap(keysOf)).toEqual([])
    const any = statementsFor(['cloudtrail'])
    for (const statement of any) {
      expect(keysOf(statement)).toContain('StringEquals aws:SourceAccount')
      expect(keysOf(statement).join()).not.toContain('SourceArn')
    }
  })

  test('dnssec: any hosted zone of the account without an ARN', () => {
    const key = keyFor(entryOf('dnssec'))
    const [sign, grant] = statementsFor(['dnssec'], key)
    expect(sign?.Condition).toEqual({
      StringEquals: { 'aws:SourceAccount': '111122223333' },
      ArnLike: { 'aws:SourceArn': 'arn:aws:route53:::hostedzone/*' },
    })
    expect(grant?.Condition).toEqual({ Bool: { 'kms:GrantIsForAWSResource': 'true' } })
  })

  test('callers: named ones by the accounts that they are of, else all of the key’s account', () => {
    const [named] = statementsFor(['ecr'], { users: ['role/app', '444455556666'] })
    expect(named?.Condition).toEqual({
      StringEquals: {
        'kms:ViaService': 'ecr.us-east-1.amazonaws.com',
        'kms:CallerAccount': ['111122223333', '444455556666'],
      },
    })
    const [any] = statementsFor(['dynamodb'])
    expect(any?.Condition).toEqual({
      StringLike: { 'kms:ViaService': 'dynamodb.*.amazonaws.com' },
      StringEquals: { 'kms:CallerAccount': '111122223333' },
    })
  })

  test('backup: named principals also work through other services, everybody else does not', () => {
    const [named, grant] = statementsFor(['backup'], { users: ['role/backup'] })
    expect(named).not.toHaveProperty('Condition')
    expect(keysOf(grant as Statement)).toContain('StringLike kms:ViaService')
    for (const statement of statementsFor(['backup'])) {
      expect(keysOf(statement)).toEqual(
        expect.arrayContaining(['StringLike kms:ViaService', 'StringEquals kms:CallerAccount']),
      )
    }
  })

  test('autoscaling: a role with another suffix', () => {
    const role =
      'arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_app'
    for (const { Principal } of statementsFor([`autoscaling=${role}`])) {
      expect(Principal).toEqual({ AWS: role })
    }
  })

  test('s3: whoever uses it, S3 itself for inventories, log delivery: three uses', () => {
    const principal = (flag: string) => statementsFor([flag])[0]?.Principal
    expect(principal('s3')).toEqual({ AWS: '*' })
    expect(principal('s3=arn:aws:s3:::example-bucket')).toEqual({ Service: 's3.amazonaws.com' })
    expect(principal('s3=arn:aws:logs:us-east-1:111122223333:delivery-source:web')).toEqual({
      Service: 'delivery.logs.amazonaws.com',
    })
  })

  test('in China: the partition’s ARNs, and both endings where AWS documents none', () => {
    const china = { partition: 'aws-cn', region: 'cn-north-1' }
    const [logs] = statementsFor(['logs'], china)
    expect(logs?.Principal).toEqual({ Service: 'logs.cn-north-1.amazonaws.com.cn' })
    const [ssm] = statementsFor(['ssm'], china)
    expect(ssm?.Condition?.StringEquals?.['kms:ViaService']).toEqual([
      'ssm.cn-north-1.amazonaws.com',
      'ssm.cn-north-1.amazonaws.com.cn',
    ])
  })
})

describe('rules for every statement (docs/facts/service-policies.md)', () => {
  const every = SAMPLES.filter(({ input: { services } }) => services.length > 0)

  test.each(every)('$name', ({ input: wishes }) => {
    for (const statement of statementsOf(buildPolicy(wishes))) {
      const clauses = conditionClauses(statement.Condition)
      const describes = listOf(statement.Action).some(
        (action) => action !== 'kms:*' && actionMatches(action, 'kms:DescribeKey'),
      )
      const context = clauses.some(({ key }) => key.startsWith('kms:EncryptionContext'))
      // "It carries none: it would always be denied."
      expect(describes && context).toBe(false)
      const everybody = principalRefs(statement.Principal ?? '').some(({ id }) => id === '*')
      if (everybody && statement.Effect === 'Allow') {
        expect(keysOf(statement).join()).toMatch(/kms:ViaService/)
        expect(keysOf(statement)).toContain('StringEquals kms:CallerAccount')
      }
      expect(JSON.stringify(statement)).not.toMatch(/[{}]\w+\}|undefined/)
      expect(statement.Resource).toBe('*')
    }
  })

  /** Nothing else holds these statements; the documentation says that nothing else can. */
  const BARE = [
    'Allow CloudWatch Logs to describe the key',
    'Allow EventBridge to send to encrypted SNS topics',
    'Allow EventBridge to send to encrypted SQS queues',
    'Allow CloudTrail to use an event data store',
    'Allow CloudTrail to describe the key',
    'Allow Route 53 DNSSEC to CreateGrant',
  ]

  test('a service principal is held to its resource or account, but for what cannot be', () => {
    const bare = SERVICE_FLAGS.flatMap(({ entry, flag }) => statementsFor([flag], keyFor(entry)))
      .filter(({ Principal }) => typeof Principal === 'object' && 'Service' in Principal)
      .filter((one) => !/aws:Source|EncryptionContext/i.test(keysOf(one).join()))
      .map(({ Sid }) => Sid)
    expect([...new Set(bare)].sort()).toEqual([...BARE].sort())
  })

  test('every entry names its documentation, by an address of AWS', () => {
    for (const { uses, notes, title } of SERVICES) {
      for (const { documentation } of uses) {
        expect(documentation).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/[\w/.#-]+$/)
      }
      for (const note of notes) expect(note).toMatch(/[.]$/)
      expect(title).toMatch(/^(?:Amazon|AWS) /)
    }
  })
})

describe('what is refused, with 2 (contract 5)', () => {
  const attempt =
    (services: readonly string[], over: Partial<PolicyInput> = {}) =>
    () =>
      buildPolicy(input({ ...NOBODY, ...SYMMETRIC, services, ...over }))

  test.each([
    ['nope', /^service nope does not exist: choose one of autoscaling, backup, /],
    ['dynamdb', /^service dynamdb does not exist: did you mean dynamodb\? choose one of /],
    ['', /^service "" does not exist/],
    ['a b', /^service "a b" does not exist/],
    ['LOGS', /^service LOGS does not exist/],
    ['toString', /does not exist/],
    ['logs=', /^"" is no ARN: service logs takes that of a log group, such as arn:aws:logs:/],
    ['logs=/app/web', /is no ARN/],
    ['logs=arn:aws:logs:us-east-1:1:log-group:/app', /is no ARN/],
    ['logs=arn:aws:logs:us-east-1:111122223333:log-group:/a"b', /is no ARN/],
    ['logs=arn:aws:logs:us-east-1:111122223333:log-group:/a b', /is no ARN/],
    ['logs=arn:aws:logs:us-east-1:111122223333:log-group:/é', /is no ARN/],
    [`logs=arn:aws:logs:us-east-1:111122223333:log-group:/${'a'.repeat(2100)}`, /is no ARN/],
    [
      'logs=arn:aws:logs:us-east-1:111122223333:log-group:/a:log-stream:b',
      /is not the ARN of a log/,
    ],
    ['logs=arn:aws:logs:us-east-1::log-group:/app', /is not the ARN of a log group/],
    ['logs=arn:aws:s3:::bucket', /is not the ARN of a log group/],
    [
      'logs=arn:aws:logs:eu-west-1:111122223333:log-group:/app',
      /is in Region eu-west-1, but the key/,
    ],
    ['logs=arn:aws:logs::111122223333:log-group:/app', /is in Region '', but the key in us-east-1/],
    ['logs=arn:aws-cn:logs:cn-north-1:111122223333:log-group:/app', /is of partition aws-cn, but/],
    ['sns', /^service sns needs the ARN of an event source .*--service sns=arn:aws:s3:::/],
    ['sqs', /^service sqs needs the ARN of an event source/],
    ['cloudfront', /^service cloudfront needs the ARN of a distribution/],
    ['sqs=arn:aws:cloudwatch:us-east-1:111122223333:alarm:x', /is not the ARN of an event source/],
    ['sns=arn:aws:sns:us-east-1:111122223333:topic', /is not the ARN of an event source/],
    ['sns=arn:aws:__proto__:us-east-1:111122223333:x', /is no ARN/],
    ['sns=arn:aws:constructor:us-east-1:111122223333:x', /is not the ARN of an event source/],
    ['ecr=arn:aws:ecr:us-east-1:111122223333:repository/x', /^service ecr takes no ARN/],
    [
      'cloudfront=arn:aws:cloudfront::111122223333:distribution/*',
      /is not the ARN of a distribution/,
    ],
    ['autoscaling=arn:aws:iam::111122223333:role/app', /is not the ARN of a service-linked role/],
    ['events=arn:aws:events:us-east-1:111122223333:rule/x', /is not the ARN of an event bus/],
    ['s3=arn:aws:s3:::bucket/key', /is not the ARN of the bucket/],
  ])('--service %s', (flag, why) => {
    expect(attempt([flag])).toThrow(why)
    expect(attempt([flag])).toThrow(expect.objectContaining({ code: 'Usage', exitCode: 2 }))
    expect(attempt([flag])).toThrow(/^(?![A-Z][a-z])[^\n\r]+[^.\s]$/)
  })

  test.each(SERVICES.filter(({ key }) => key.keySpec === 'SYMMETRIC_DEFAULT'))(
    '$name with a key that is not symmetric',
    ({ name, uses }) => {
      const source = uses[0]?.source
      const flag = source ? `${name}=${source.example}` : name
      const rsa = { keySpec: 'RSA_2048', keyUsage: 'ENCRYPT_DECRYPT' }
      expect(attempt([flag], rsa)).toThrow(
        /^service \w+ cannot use this key: it needs a symmetric encryption key: --spec SYMMETRIC_DEFAULT \(not RSA_2048\)$/,
      )
      const hmac = { keySpec: 'HMAC_256', keyUsage: 'GENERATE_VERIFY_MAC' }
      expect(attempt([flag], hmac)).toThrow(/--usage ENCRYPT_DECRYPT \(not GENERATE_VERIFY_MAC\)$/)
    },
  )

  test.each([
    [{}, ['--spec ECC_NIST_P256 (not SYMMETRIC_DEFAULT)', '--usage SIGN_VERIFY']],
    [
      { keySpec: 'ECC_NIST_P256', keyUsage: 'KEY_AGREEMENT' },
      ['--usage SIGN_VERIFY (not KEY_AGREEMENT)'],
    ],
    [
      { keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY', region: 'eu-west-1', multiRegion: true },
      ['--region us-east-1 (not eu-west-1)', 'no --multi-region'],
    ],
  ])('dnssec with %j names the flags (docs/facts/service-policies.md)', (key, flags) => {
    for (const flag of flags) expect(attempt(['dnssec'], key)).toThrow(flag)
  })
})
