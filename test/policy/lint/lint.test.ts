import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KmsctlError } from '../../../src/lib/errors.js'
import { parsePolicy } from '../../../src/lib/policy/document/document.js'
import {
  checkRules,
  lintPolicy,
  refuseFindings,
  stopping,
  warningLines,
} from '../../../src/lib/policy/lint/index.js'
import { allow, EVERYBODY, errors, findings, only, policy, ROOT, when } from './support.js'

function thrown(work: () => void): KmsctlError {
  try {
    work()
  } catch (error) {
    if (error instanceof KmsctlError) return error
  }
  throw new Error('nothing was thrown')
}

describe('findings', () => {
  test('errors first, then by statement; with its Sid', () => {
    const all = findings(
      policy(allow({ Sid: 'a', Action: 'kms:ListKeys' }), allow({ ...EVERYBODY, Sid: 'b' })),
    )
    expect(all.map(({ rule, statement, sid }) => [rule, statement, sid])).toEqual([
      ['public-principal', 3, 'b'],
      ['iam-only-action', 2, 'a'],
    ])
  })

  test('of the whole document have no statement', () => {
    expect(findings(only(allow()))[0]).toMatchObject({
      rule: 'lockout',
      statement: null,
      sid: null,
    })
  })

  test('suggestions name what was probably meant, whatever the case', () => {
    const messages = (action: string) =>
      findings(policy(allow({ Action: action }))).map(({ message, fix }) => `${message} ${fix}`)
    expect(messages('kms:decrpyt').join()).toContain('did you mean kms:Decrypt?')
    expect(messages('kms:GenerateDatKey*').join()).toContain('kms:GenerateDataKey')
    expect(messages('km:Decrypt').join()).toContain('did you mean kms:Decrypt?')
    expect(messages('KMS:DECRYPT')).toEqual([])
    const key = findings(policy(when({ StringEquals: { 'kms:viaservce': 'a.b.amazonaws.com' } })))
    expect(key[0]?.message).toContain('did you mean kms:ViaService?')
  })

  test('a message is never longer than a screen, whatever stands in the document', () => {
    const long = 'x'.repeat(100_000)
    const document = policy(
      allow({
        Sid: long,
        Action: `kms:${long}`,
        Principal: { AWS: [`AIDA${'X'.repeat(50_000)}`] },
      }),
      when({ [long]: { [long]: long } }, { Resource: long }),
    )
    for (const { message, fix } of findings(document)) {
      expect(message.length).toBeLessThan(700)
      expect(fix.length).toBeLessThan(700)
    }
  })
})

describe('refuseFindings (contract 6.11)', () => {
  const bad = findings(policy(allow({ ...EVERYBODY, Action: ['kms:Decrypt', 'kms:Nothing'] })))

  test('names the rules, says where and what to do, and how to go on', () => {
    const error = thrown(() => refuseFindings(bad, []))
    expect(error).toMatchObject({
      code: 'PolicyRejected',
      exitCode: 5,
      message: 'the policy is refused: public-principal, unknown-action',
      details: { findings: bad },
    })
    expect(error.hints[0]).toMatch(/^statement 2: allows .*; name the principals/)
    expect(error.hints.at(-1)).toBe(
      'to send it all the same: --allow public-principal --allow unknown-action',
    )
  })

  test('lets pass what is allowed, and only that', () => {
    expect(thrown(() => refuseFindings(bad, ['public-principal'])).message).toBe(
      'the policy is refused: unknown-action',
    )
    refuseFindings(bad, ['public-principal', 'unknown-action'])
  })

  test('an allowed rule that does not exist is a usage error that names the nearest', () => {
    const error = thrown(() => refuseFindings([], ['public-princpal']))
    expect(error).toMatchObject({ exitCode: 2 })
    expect(error.message).toContain('did you mean public-principal?')
    expect(thrown(() => checkRules(['\u001b[31m'])).message).toContain('\\u001b')
  })

  test('warnings and notes refuse nothing; warnings are told in a line each', () => {
    const mild = findings(
      policy(allow({ Sid: 'grants', Action: ['kms:CreateGrant', 'kms:Encrypt', 'kms:E*t'] })),
    )
    expect(mild.map(({ severity }) => severity).sort()).toEqual(['note', 'warning'])
    refuseFindings(mild, [])
    expect(warningLines(mild)).toEqual([
      'policy: statement 2 (grants): lets arn:aws:iam::111122223333:role/app create grants for anybody (create-grant-unlimited)',
    ])
    expect(stopping(mild, 'error', [])).toEqual([])
    expect(stopping(mild, 'warning', [])).toHaveLength(1)
    expect(stopping(mild, 'note', [])).toHaveLength(2)
    expect(stopping(mild, 'note', ['create-grant-unlimited'])).toHaveLength(1)
  })

  test('many errors are not all told in hints', () => {
    const many = findings(policy(...Array.from({ length: 30 }, () => allow({ Effect: 'allow' }))))
    const { hints } = thrown(() => refuseFindings(many, []))
    expect(hints).toHaveLength(12)
    expect(hints[10]).toBe('and 20 more: --json has them all')
  })
})

describe('whatever the document', () => {
  const word = fc.constantFrom(
    '*',
    'kms:*',
    'kms:Decrypt',
    'kms:CreateGrant',
    'kms:PutKeyPolicy',
    's3:GetObject',
    'arn:aws:iam::111122223333:root',
    'arn:aws:iam::111122223333:role/a/b',
    'arn:aws:sts::111122223333:assumed-role/b/c',
    'AIDACKCEVSQ6C2EXAMPLE',
    'logs.us-east-1.amazonaws.com',
    'o-exampleorgid',
    'true',
    '${aws:username}',
    '__proto__',
    '',
  )
  const text = fc.oneof(word, fc.string({ maxLength: 12 }))
  const texts = fc.oneof(text, fc.array(text, { maxLength: 3 }))
  const principal = fc.oneof(
    text,
    fc.dictionary(fc.constantFrom('AWS', 'Service', 'Federated', 'aws'), texts),
  )
  const operator = fc.oneof(
    fc.constantFrom(
      'StringEquals',
      'StringNotLike',
      'ForAllValues:StringEquals',
      'ForAnyValue:ArnLike',
      'BoolIfExists',
      'Null',
      'NumericLessThan',
      'NumericGreaterThanEquals',
      'DateLessThan',
      'IpAddress',
    ),
    text,
  )
  const conditionKey = fc.oneof(
    fc.constantFrom(
      'kms:CallerAccount',
      'KMS:viaservice',
      'aws:PrincipalOrgPaths',
      'aws:SourceIp',
      'kms:EncryptionContext:x',
      'kms:GrantIsForAWSResource',
      'aws:ResourceTag/x',
    ),
    text,
  )
  const value = fc.oneof(text, fc.integer(), fc.boolean())
  const condition = fc.dictionary(
    operator,
    fc.dictionary(conditionKey, fc.oneof(value, fc.array(value, { maxLength: 3 })), { maxKeys: 3 }),
    { maxKeys: 3 },
  )
  const statement = fc.record(
    {
      Sid: text,
      Effect: fc.constantFrom('Allow', 'Deny', 'allow'),
      Principal: principal,
      NotPrincipal: principal,
      Action: texts,
      NotAction: texts,
      Resource: texts,
      NotResource: texts,
      Condition: condition,
      Extra: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  const document = fc.record(
    {
      Version: text,
      Id: text,
      Extra: fc.jsonValue(),
      Statement: fc.oneof(statement, fc.array(statement, { minLength: 1, maxLength: 4 })),
    },
    { requiredKeys: ['Statement'] },
  )
  const known = fc.record(
    {
      accountId: fc.constantFrom('111122223333', '444455556666'),
      callerArn: fc.oneof(word, fc.constant('arn:aws:iam::111122223333:user/alice')),
      partition: fc.constantFrom('aws', 'aws-cn'),
      keySpec: fc.constantFrom('SYMMETRIC_DEFAULT', 'RSA_2048', 'constructor'),
      keyUsage: fc.constantFrom('ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'constructor'),
      multiRegion: fc.boolean(),
    },
    { requiredKeys: [] },
  )

  test('that is one, the linter never throws, and names statements that are there', () => {
    fc.assert(
      fc.property(document, known, (drawn, facts) => {
        // What IAM could never be given, such as characters beyond U+00FF, stands in \u escapes.
        const written = JSON.stringify(drawn).replace(
          /[^\x20-\xff]/gu,
          (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
        )
        const parsed = parsePolicy(written, 'p.json')
        const count = Array.isArray(parsed.Statement) ? parsed.Statement.length : 1
        for (const finding of lintPolicy({ document: parsed, text: written, ...facts })) {
          expect(finding.statement ?? 1).toBeGreaterThan(0)
          expect(finding.statement ?? 1).toBeLessThanOrEqual(count)
        }
      }),
      { numRuns: 250, seed: 20_261_018 },
    )
  })

  test('the order of statements changes no verdict', () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), known, (drawn, facts) => {
        const rules = (statements: typeof drawn) =>
          lintPolicy({
            document: parsePolicy(JSON.stringify({ Statement: statements }), 'p'),
            ...facts,
          })
            .filter(({ severity }) => severity === 'error')
            .map(({ rule }) => rule)
            .sort()
        expect(rules([...drawn].reverse())).toEqual(rules(drawn))
      }),
      { numRuns: 100, seed: 7 },
    )
  })

  test('an unknown element of any depth is no end of it', () => {
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`
    const root = JSON.stringify(ROOT)
    const written = `{"Version":"2012-10-17","Statement":[${root.slice(0, -1)},"Extra":${deep}}]}`
    expect(errors({ document: parsePolicy(written, 'p'), text: written })).toEqual([
      'unknown-element',
    ])
  })
})
