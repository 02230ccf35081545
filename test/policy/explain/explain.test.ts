/** Who may do what by a policy. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ACTION_GROUPS,
  groupOf,
  type KeyFacts,
  worksOn,
} from '../../../src/lib/policy/catalogue/action-groups.js'
import { KMS_ACTIONS } from '../../../src/lib/policy/catalogue/actions.js'
import type { PolicyDocument, Statement } from '../../../src/lib/policy/document/document.js'
import { type ExplainedKey, explainPolicy } from '../../../src/lib/policy/explain/explain.js'
import type { PrincipalAccess } from '../../../src/lib/results.js'
import { type Caller, decide } from '../evaluator.js'
import { diceOf } from '../support/dice.js'
import { ACCOUNT, anyDocument, KEY_ARN } from '../support/documents.js'
import { callersOf, requestFor } from '../support/requests.js'

const KEY: ExplainedKey = {
  keySpec: 'SYMMETRIC_DEFAULT',
  keyUsage: 'ENCRYPT_DECRYPT',
  origin: 'AWS_KMS',
  multiRegion: false,
  accountId: ACCOUNT,
}
const ROOT = `arn:aws:iam::${ACCOUNT}:root`
const ROLE = `arn:aws:iam::${ACCOUNT}:role/app`

const example = JSON.parse(
  readFileSync(new URL('../../../docs/facts/example-policy.json', import.meta.url), 'utf8'),
) as PolicyDocument

const root: Statement = {
  Effect: 'Allow',
  Principal: { AWS: ROOT },
  Action: 'kms:*',
  Resource: '*',
}
const allow = (Principal: Statement['Principal'], Action: Statement['Action'], more = {}) =>
  ({ Effect: 'Allow', Principal, Action, Resource: '*', ...more }) as Statement

/** `principal: administer use grant delete read`, of what is allowed of each. */
function rows(statements: Statement[], key = KEY): string[] {
  const { principals } = explainPolicy({ Version: '2012-10-17', Statement: statements }, key)
  return principals.map(row)
}

function row(access: PrincipalAccess): string {
  const cells = ACTION_GROUPS.map((group) => {
    const { extent, conditional } = access[group]
    return conditional ? `${extent}?` : extent
  })
  return `${access.scope} ${access.principal}: ${cells.join(' ')}`
}

describe('the table of actions (docs/facts/actions.csv)', () => {
  test.each(KMS_ACTIONS.map(({ name }) => name))('%s has a group', (name) => {
    expect(ACTION_GROUPS).toContain(groupOf(name))
  })

  test('it has no other action, and every one but KMS’s own works on some key', () => {
    expect(groupOf('kms:Nonsense')).toBeNull()
    expect(groupOf('kms:constructor')).toBeNull()
    expect(worksOn('kms:Nonsense', {})).toBe(false)
    const idle = KMS_ACTIONS.filter(({ name }) => !worksOn(name, {})).map(({ name }) => name)
    expect(idle).toEqual(['kms:SynchronizeMultiRegionKey'])
  })

  // The API Reference of each operation, and CreateKey for what each usage is for.
  test.each<[KeyFacts, string[]]>([
    [
      { keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' },
      ['Decrypt', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyPair'],
    ],
    [{ keySpec: 'RSA_2048', keyUsage: 'ENCRYPT_DECRYPT' }, ['Decrypt', 'Encrypt']],
    [{ keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY' }, ['Sign', 'Verify']],
    [{ keySpec: 'HMAC_256', keyUsage: 'GENERATE_VERIFY_MAC' }, ['GenerateMac', 'VerifyMac']],
    [{ keySpec: 'ECC_NIST_P256', keyUsage: 'KEY_AGREEMENT' }, ['DeriveSharedSecret']],
    [
      { keySpec: 'ML_KEM_768', keyUsage: 'ENCAPSULATE_DECAPSULATE' },
      ['Decapsulate', 'Encapsulate'],
    ],
  ])('%j is used by %j', (key, expected) => {
    const uses = KMS_ACTIONS.filter(
      ({ name, policy }) => policy !== 'iam' && groupOf(name) === 'use',
    )
    const names = uses.map(({ name }) => name).filter((name) => worksOn(name, key))
    const others = /ReEncrypt|WithoutPlaintext/
    expect(names.map((name) => name.slice(4)).filter((name) => !others.test(name))).toEqual(
      expected,
    )
    expect(worksOn('kms:GetPublicKey', key)).toBe(!/^(SYMM|HMAC)/.test(key.keySpec ?? ''))
    expect(worksOn('kms:EnableKeyRotation', key)).toBe(key.keySpec === 'SYMMETRIC_DEFAULT')
  })

  test('importing, replicas', () => {
    expect(worksOn('kms:ImportKeyMaterial', { origin: 'AWS_KMS' })).toBe(false)
    expect(worksOn('kms:ImportKeyMaterial', { origin: 'EXTERNAL' })).toBe(true)
    expect(worksOn('kms:ReplicateKey', { multiRegion: false })).toBe(false)
    expect(worksOn('kms:ReplicateKey', { multiRegion: true })).toBe(true)
  })
})

describe('explainPolicy', () => {
  test('the example', () => {
    const { principals, denies, notes } = explainPolicy(example, KEY)
    expect(principals.map((access) => row(access).replace(/\S+\//, ''))).toEqual([
      `account ${ROOT}: all all all all all`,
      'principal waleed: all all all all all',
      'principal AWSServiceRoleForTrustedAdvisor: all all all all all',
      'principal AWSServiceRoleForSupport: all all all all all',
    ])
    expect({ denies, notes }).toEqual({ denies: [], notes: [] })
    expect(principals[0]?.allowed).toEqual([
      {
        statement: { number: 1, sid: 'Enable IAM User Permissions' },
        actions: KMS_ACTIONS.map(({ name }) => name),
        summary: 'kms:*',
        conditions: [],
        iam: true,
      },
    ])
    expect(principals[1]?.allowed.map(({ conditions, iam }) => [conditions, iam])).toEqual([
      [[], false],
      [[], false],
      [['kms:GrantIsForAWSResource is true'], false],
    ])
  })

  // "Default key policy", key administrators and key users: what the console gives them.
  test('administrators and users as AWS’s console makes them', () => {
    const administrators = [
      ...['kms:Create*', 'kms:Describe*', 'kms:Enable*', 'kms:List*', 'kms:Put*', 'kms:Update*'],
      ...['kms:Revoke*', 'kms:Disable*', 'kms:Get*', 'kms:Delete*', 'kms:TagResource'],
      ...['kms:UntagResource', 'kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion'],
      'kms:RotateKeyOnDemand',
    ]
    const users = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*']
    expect(
      rows([
        root,
        allow({ AWS: ROLE }, administrators),
        allow({ AWS: `${ROLE}2` }, [...users, 'kms:DescribeKey']),
        allow({ AWS: `${ROLE}2` }, ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'], {
          Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
        }),
      ]),
    ).toEqual([
      `account ${ROOT}: all all all all all`,
      `principal ${ROLE}: all none all all all`,
      `principal ${ROLE}2: none all all? none some?`,
    ])
  })

  test('a service, with its conditions in words', () => {
    const { principals } = explainPolicy(
      {
        Statement: allow({ Service: 'logs.eu-west-1.amazonaws.com' }, 'kms:Encrypt*', {
          Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:*:*:*' } },
        }),
      },
      KEY,
    )
    expect(principals.map(row)).toEqual([
      'principal logs.eu-west-1.amazonaws.com: none some? none none none',
    ])
    expect(principals[0]).toMatchObject({
      kind: 'Service',
      allowed: [{ conditions: ['kms:EncryptionContext:aws:logs:arn is like arn:aws:logs:*:*:*'] }],
    })
  })

  test('another account has what KMS lets other accounts do, by its own IAM policies', () => {
    const other = 'arn:aws:iam::444455556666:root'
    const { principals, notes } = explainPolicy(
      { Statement: [root, allow({ AWS: '444455556666' }, 'kms:*')] },
      KEY,
    )
    expect(principals.map(row)).toEqual([
      `account ${ROOT}: all all all all all`,
      `account ${other}: none all all none some`,
    ])
    expect(notes).toEqual([
      'account 444455556666 is another one: its IAM policies must allow it there, too',
    ])
  })

  test('denies, and whom they are about', () => {
    const deny = { ...allow('*', 'kms:ScheduleKeyDeletion'), Sid: 'no', Effect: 'Deny' }
    const { Principal: _, ...rest } = deny
    const but = { ...rest, NotPrincipal: { AWS: [ROLE, ROOT] }, Action: 'kms:PutKeyPolicy' }
    const Condition = { NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': 90 } }
    const policy = [root, allow({ AWS: ROLE }, 'kms:*'), { ...deny, Condition }, but] as Statement[]
    expect(rows(policy)).toEqual([
      `account ${ROOT}: some all all all? all`,
      `principal ${ROOT}: all all all all? all`,
      `principal ${ROLE}: all all all all? all`,
    ])
    expect(explainPolicy({ Statement: policy }, KEY).denies).toEqual([
      {
        statement: { number: 3, sid: 'no' },
        principals: [{ principal: '*', kind: 'AWS' }],
        allBut: false,
        actions: ['kms:ScheduleKeyDeletion'],
        summary: 'kms:ScheduleKeyDeletion',
        conditions: ['kms:TrailingDaysWithoutKeyUsage is below 90'],
        iam: false,
      },
      expect.objectContaining({ allBut: true, summary: 'kms:PutKeyPolicy', conditions: [] }),
    ])
    expect(rows([root, { ...deny, Action: 'kms:*' } as Statement])).toEqual([
      `account ${ROOT}: none none none none none`,
    ])
  })

  test('everybody, ghosts, and a policy that leaves nothing to IAM', () => {
    const policy = [allow('*', 'kms:Decrypt'), allow({ AWS: 'AROAEXAMPLEID12345' }, 'kms:*')]
    expect(rows(policy)).toEqual(['everybody *: none some none none none'])
    expect(explainPolicy({ Statement: policy }, KEY).notes).toEqual([
      'AROAEXAMPLEID12345 is the ID of a deleted role or user: nobody has access by it',
      `IAM policies of account ${ACCOUNT} allow nothing: no statement leaves it to them`,
    ])
  })
})

describe('held to the oracle', () => {
  const grouped = KMS_ACTIONS.filter(({ policy }) => policy !== 'iam')
  const isAbout = ({ scope, principal, kind }: PrincipalAccess, caller: Caller) => {
    if (scope === 'everybody') return true
    if (scope === 'account')
      return 'arn' in caller && caller.arn.split(':')[4] === principal.split(':')[4]
    const names = callersNames(caller)
    return names.some((name) => name === `${kind} ${principal}`)
  }
  const callersNames = (caller: Caller): string[] => {
    if (caller.type === 'service') return [`Service ${caller.name}`]
    if (caller.type === 'provider') return [`Federated ${caller.name}`]
    if (caller.type === 'anonymous') return []
    return [`AWS ${caller.arn}`, ...(caller.type === 'session' ? [`AWS ${caller.role}`] : [])]
  }

  test('what IAM allows somebody stands in a row about them', () => {
    let allowed = 0
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const dice = diceOf(g)
        const document = anyDocument(dice)
        const { principals } = explainPolicy(document, { accountId: ACCOUNT, partition: 'aws' })
        for (let asked = 0; asked < 8; asked++) {
          const request = requestFor([document], [], dice)
          const action = grouped.find(
            ({ name }) => name.toLowerCase() === request.action.toLowerCase(),
          )
          if (action === undefined || decide(document, request) !== 'allow') continue
          const { caller } = request
          const foreign = 'arn' in caller && caller.arn.split(':')[4] !== ACCOUNT
          if (foreign && !action.crossAccount) continue
          allowed++
          const group = groupOf(action.name) ?? 'use'
          const told = principals.some(
            (access) =>
              isAbout(access, caller) &&
              access[group].extent !== 'none' &&
              access.allowed.some(({ actions }) => actions.includes(action.name)),
          )
          if (!told) throw new Error(`not told: ${JSON.stringify({ request, document })}`)
        }
      }),
      { numRuns: 400, seed: 4 },
    )
    expect(allowed).toBeGreaterThan(200)
  })

  test('what stands there without condition IAM allows', () => {
    let rowsSeen = 0
    fc.assert(
      fc.property(fc.gen(), (g) => {
        const dice = diceOf(g)
        const document = anyDocument(dice)
        const { principals } = explainPolicy(document, { accountId: ACCOUNT, partition: 'aws' })
        for (const access of principals) {
          const group = dice.pick(ACTION_GROUPS)
          const { extent, conditional } = access[group]
          if (extent !== 'all' || conditional) continue
          rowsSeen++
          const { name } = dice.pick(
            grouped.filter((one) => groupOf(one.name) === group && worksOn(one.name, {})),
          )
          const Principal = { [access.kind]: access.principal }
          const callers: Caller[] =
            access.scope === 'everybody' ? [{ type: 'anonymous' }] : callersOf({ Principal })
          // Of an account its members; of its root the root user.
          const [named] = access.scope === 'principal' ? callers.reverse() : callers
          // Of a role a session that is not named itself.
          const isRole = named?.type === 'session' && named.role === access.principal
          const caller = isRole ? { ...named, arn: `${named.arn}-more` } : named
          if (caller === undefined) throw new Error(`nobody is ${JSON.stringify(access)}`)
          const request = { caller, action: name, resource: KEY_ARN, context: {}, iam: true }
          const decision = decide(document, request)
          if (decision !== 'allow') {
            throw new Error(`${decision}: ${JSON.stringify({ request, document })}`)
          }
        }
      }),
      { numRuns: 800, seed: 4 },
    )
    expect(rowsSeen).toBeGreaterThan(50)
  })
})
