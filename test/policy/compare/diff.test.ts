/** Who gains and who loses what. That nobody is forgotten is diff-oracle.test.ts's to hold. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { diffPolicies } from '../../../src/lib/policy/compare/diff.js'
import type { PolicyDocument, Statement } from '../../../src/lib/policy/document/document.js'
import type { AccessChange } from '../../../src/lib/results.js'

const ROOT = 'arn:aws:iam::111122223333:root'
const ALICE = 'arn:aws:iam::111122223333:user/alice'
const ROLE = 'arn:aws:iam::111122223333:role/app'
const IAM = 'IAM policies of account 111122223333 allow it'

const example = JSON.parse(
  readFileSync(new URL('../../../docs/facts/example-policy.json', import.meta.url), 'utf8'),
) as PolicyDocument & { Statement: Statement[] }

const use: Statement = {
  Sid: 'use',
  Effect: 'Allow',
  Principal: { AWS: ROLE },
  Action: 'kms:Decrypt',
  Resource: '*',
}
const root: Statement = { ...use, Sid: 'root', Principal: { AWS: ROOT }, Action: 'kms:*' }

function policy(...Statement: Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement }
}

/** `ROLE: kms:Decrypt when … unless …` of every gain and loss, in the order of the changes. */
function told(
  before: PolicyDocument,
  after: PolicyDocument,
): { gains: string[]; losses: string[] } {
  const { changes } = diffPolicies(before, after)
  return {
    gains: changes.flatMap((change) => change.gains.map(words)),
    losses: changes.flatMap((change) => change.losses.map(words)),
  }
}

function words({ principal, summary, conditions, unless, except }: AccessChange): string {
  return [
    `${principal}: ${summary}`,
    ...except.map((one) => `but not ${one.principal}`),
    ...conditions.map((one) => `when ${one}`),
    ...unless.map((one) => `unless ${one}`),
  ].join(' ')
}

/** The other way round, who gained loses, and the other way round. */
function bothWays(before: PolicyDocument, after: PolicyDocument): ReturnType<typeof told> {
  const there = told(before, after)
  const back = told(after, before)
  expect(back.gains.sort()).toEqual([...there.losses].sort())
  expect(back.losses.sort()).toEqual([...there.gains].sort())
  return there
}

test('the whole of a change', () => {
  expect(diffPolicies(policy(use), policy({ ...use, Principal: { AWS: ALICE } }))).toEqual({
    equal: false,
    changes: [
      {
        kind: 'changed',
        before: { number: 1, sid: 'use' },
        after: { number: 1, sid: 'use' },
        effect: 'Allow',
        gains: [
          {
            principal: ALICE,
            kind: 'AWS',
            scope: 'principal',
            except: [],
            actions: ['kms:Decrypt'],
            summary: 'kms:Decrypt',
            conditions: [],
            unless: [],
          },
        ],
        losses: [expect.objectContaining({ principal: ROLE, actions: ['kms:Decrypt'] })],
        notes: [`principal removed: ${ROLE}`, `principal added: ${ALICE}`],
      },
    ],
  })
})

test('what means the same has no changes', () => {
  const account = { ...policy({ ...root, Principal: { AWS: '111122223333' } }), Id: 'x' }
  expect(diffPolicies(account, policy(root))).toEqual({ equal: true, changes: [] })
  const china = policy({ ...root, Principal: { AWS: 'arn:aws-cn:iam::111122223333:root' } })
  expect(diffPolicies(account, china, 'aws-cn').equal).toBe(true)
  expect(diffPolicies(account, china, 'aws').equal).toBe(false)
})

describe('gains and losses', () => {
  test('a ghost turned back into a name gains access; the ghost had none', () => {
    const ghost = policy({ ...use, Principal: { AWS: 'AROAEXAMPLEID12345' } })
    expect(bothWays(ghost, policy(use))).toEqual({ gains: [`${ROLE}: kms:Decrypt`], losses: [] })
    expect(diffPolicies(ghost, policy(use)).changes[0]?.notes).toContain(
      'AROAEXAMPLEID12345 is the ID of a deleted role or user: nobody has access by it',
    )
  })

  test('a service', () => {
    const logs = { ...use, Sid: 'logs', Principal: { Service: 'logs.eu-west-1.amazonaws.com' } }
    expect(bothWays(policy(use), policy(use, logs)).gains).toEqual([
      'logs.eu-west-1.amazonaws.com: kms:Decrypt',
    ])
  })

  test('the account, by its IAM policies; who is of it and named is not told again', () => {
    expect(bothWays(policy(use), policy(use, root)).gains).toEqual([`${ROOT}: kms:* when ${IAM}`])
  })

  test('who keeps an action by IAM policies, or by another statement', () => {
    expect(bothWays(policy(root, use), policy(root)).losses).toEqual([
      `${ROLE}: kms:Decrypt unless ${IAM}`,
    ])
    const more = { ...use, Sid: 'more', Action: ['kms:Decrypt', 'kms:Encrypt'] }
    expect(bothWays(policy(use, more), policy(more))).toEqual({ gains: [], losses: [] })
    expect(bothWays(policy(use), policy(more)).gains).toEqual([`${ROLE}: kms:Encrypt`])
  })

  test('everybody, but for those who had it', () => {
    const open = { ...use, Sid: 'open', Principal: '*' }
    expect(bothWays(policy(use), policy(use, open)).gains).toEqual([
      `*: kms:Decrypt but not ${ROLE}`,
    ])
    expect(bothWays(policy(use), policy(open)).gains).toEqual([`*: kms:Decrypt but not ${ROLE}`])
  })

  test('a deny takes away, and gives back when it goes', () => {
    const deny: Statement = { ...use, Sid: 'no', Effect: 'Deny', Principal: '*', Action: 'kms:D*' }
    expect(bothWays(policy(use, root), policy(use, root, deny)).losses).toEqual([
      `${ROLE}: kms:Decrypt`,
      `${ROOT}: kms:Decapsulate, kms:Decrypt, kms:Delete*, kms:DeriveSharedSecret, kms:Describe*, kms:DisableKey*, kms:DisconnectCustomKeyStore when ${IAM}`,
    ])
    const Condition = { StringNotEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } }
    expect(bothWays(policy(use), policy(use, { ...deny, Condition })).losses).toEqual([
      `${ROLE}: kms:Decrypt when kms:ViaService is not s3.eu-west-1.amazonaws.com`,
    ])
    // Where something is denied anyhow, an allow gives nothing.
    expect(bothWays(policy(deny), policy(deny, use))).toEqual({ gains: [], losses: [] })
  })

  test('a deny for all but some', () => {
    const { Principal: _, ...rest } = use
    const deny: Statement = {
      ...rest,
      Sid: 'only',
      Effect: 'Deny',
      NotPrincipal: { AWS: [ALICE, ROOT] },
    }
    const both = { ...use, Principal: { AWS: [ROLE, ALICE] } }
    expect(bothWays(policy(both, root), policy(both, root, deny)).losses).toEqual([
      `${ROLE}: kms:Decrypt`,
      `${ROOT}: kms:Decrypt when ${IAM}`,
    ])
  })

  test('conditions: narrower, wider, and others', () => {
    const when = (values: string[], operator = 'StringEquals'): PolicyDocument =>
      policy({ ...use, Condition: { [operator]: { 'kms:ViaService': values } } })
    expect(bothWays(policy(use), when(['a']))).toEqual({
      gains: [],
      losses: [`${ROLE}: kms:Decrypt unless kms:ViaService is a`],
    })
    expect(bothWays(when(['a']), when(['b', 'a']))).toEqual({
      gains: [`${ROLE}: kms:Decrypt when kms:ViaService is one of b, a unless kms:ViaService is a`],
      losses: [],
    })
    expect(bothWays(when(['a'], 'StringNotEquals'), when(['a', 'b'], 'StringNotEquals'))).toEqual({
      gains: [],
      losses: [
        `${ROLE}: kms:Decrypt when kms:ViaService is not a unless kms:ViaService is not one of a, b`,
      ],
    })
    expect(bothWays(when(['a']), when(['b']))).toEqual({
      gains: [`${ROLE}: kms:Decrypt when kms:ViaService is b unless kms:ViaService is a`],
      losses: [`${ROLE}: kms:Decrypt when kms:ViaService is a unless kms:ViaService is b`],
    })
  })

  test('NotAction gives all but the named, and what KMS may add', () => {
    const { Action: _, ...rest } = use
    expect(
      bothWays(policy(), policy({ ...rest, NotAction: ['kms:PutKeyPolicy', 'kms:List*'] })).gains,
    ).toEqual([`${ROLE}: kms:* but kms:List*, kms:PutKeyPolicy`])
    const every = diffPolicies(policy(), policy({ ...use, Action: 'kms:*' })).changes[0]?.gains[0]
    expect(every?.summary).toBe('kms:*')
    expect(every?.actions).toEqual(expect.arrayContaining(['kms:Decrypt', 'kms:PutKeyPolicy']))
  })

  test('Version, where the conditions have variables', () => {
    const Condition = { StringEquals: { 'kms:EncryptionContext:user': '${aws:username}' } }
    const before = policy({ ...use, Condition })
    const diff = diffPolicies(before, { ...before, Version: '2008-10-17' })
    expect(diff.changes.map(({ kind, notes }) => [kind, notes])).toEqual([
      ['document', ['the Version was 2012-10-17 and is 2008-10-17']],
      ['changed', ['by the Version, ${…} in its conditions is now only that text']],
    ])
    expect(diff.changes[1]?.gains).toHaveLength(1)
    expect(diff.changes[1]?.losses).toHaveLength(1)
    const plain = diffPolicies(policy(use), { Statement: [use] })
    expect(plain.changes).toHaveLength(1)
  })

  test.each<[string, Statement]>([
    ['the statement has no Action, and so no effect', { ...use, Action: undefined as never }],
    ['the statement has no Resource, and so no effect', { ...use, Resource: undefined as never }],
    ["the statement's effect is allow, and so it has none", { ...use, Effect: 'allow' }],
    ['kms:Decript is no action of KMS', { ...use, Action: 'kms:Decript' }],
  ])('%s', (note, statement) => {
    const added = JSON.parse(JSON.stringify(statement)) as Statement
    const [change] = diffPolicies(policy(), policy(added)).changes
    expect(change).toMatchObject({ kind: 'added', gains: [], losses: [] })
    expect(change?.notes).toContain(note)
  })
})

describe('statement by statement', () => {
  const kinds = (before: PolicyDocument, after: PolicyDocument) =>
    diffPolicies(before, after).changes.map(
      ({ kind, before: old, after: now }) => `${kind} ${old?.number ?? '-'} ${now?.number ?? '-'}`,
    )

  test('by Sid, wherever they stand', () => {
    const other = { ...use, Sid: 'other', Principal: { AWS: ALICE }, Action: 'kms:Sign' }
    const swapped = policy(
      { ...other, Action: 'kms:Verify' },
      { ...use, Principal: { AWS: ALICE }, Action: 'kms:Encrypt' },
    )
    expect(kinds(policy(use, other), swapped)).toEqual(['changed 2 1', 'changed 1 2'])
  })

  test('by what they say, where the Sid is another one or none', () => {
    const before = policy(root, { ...use, Action: ['kms:Decrypt', 'kms:Encrypt'] })
    expect(kinds(before, policy(root, { ...use, Sid: 'new' }))).toEqual(['changed 2 2'])
    const { Sid: _, ...bare } = use
    expect(kinds(before, policy(bare, root))).toEqual(['changed 2 1'])
  })

  test('what has nothing in common was added and removed', () => {
    const other = { ...use, Sid: 'x', Principal: { AWS: ALICE }, Action: 'kms:Sign' }
    expect(kinds(policy(root, use), policy(root, other))).toEqual(['added - 2', 'removed 2 -'])
    const deny = { ...use, Sid: 'x', Effect: 'Deny' }
    expect(kinds(policy(use), policy(deny))).toEqual(['added - 1', 'removed 1 -'])
  })

  test('an effect that changed under its Sid', () => {
    const [change] = diffPolicies(policy(use), policy({ ...use, Effect: 'Deny' })).changes
    expect(change).toMatchObject({
      kind: 'changed',
      effect: 'Deny',
      notes: ['the effect was Allow and is Deny'],
      losses: [{ principal: ROLE, summary: 'kms:Decrypt' }],
    })
  })

  test('elements that changed sides, or that IAM does not know', () => {
    const { Principal: _, ...rest } = use
    const after = { ...rest, NotPrincipal: { AWS: ROLE }, NotPrincpal: 1 } as Statement
    const [change] = diffPolicies(policy(use), policy(after)).changes
    expect(change?.notes).toEqual([
      'Principal became NotPrincipal',
      'element NotPrincpal differs, which IAM does not know there',
    ])
    expect(change?.gains.map(words)).toEqual([`*: kms:Decrypt but not ${ROLE}`])
  })

  test('a statement said twice is one', () => {
    expect(diffPolicies(policy(use, root, use), policy(root, use)).equal).toBe(true)
    expect(kinds(policy(root), policy(root, use, use))).toEqual(['added - 2'])
  })
})

test('the example, from the default policy of KMS', () => {
  const [first] = example.Statement
  const { changes } = diffPolicies(
    { Version: '2012-10-17', Statement: [first as Statement] },
    example,
  )
  expect(changes.map(({ kind, after }) => `${kind} ${after?.number}`)).toEqual([
    'added 2',
    'added 3',
    'added 4',
  ])
  const names = changes[0]?.gains.map(({ principal }) => principal.split(/[/:]/).at(-1))
  expect(names).toEqual(['waleed', 'AWSServiceRoleForTrustedAdvisor', 'AWSServiceRoleForSupport'])
  expect(changes[0]?.gains[0]).toMatchObject({ summary: 'kms:*', unless: [IAM] })
})
