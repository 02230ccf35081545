import { Ansis } from 'ansis'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { diffPolicies } from '../../src/lib/policy/compare/diff.js'
import type { PolicyDocument, Statement } from '../../src/lib/policy/document/document.js'
import { explainPolicy } from '../../src/lib/policy/explain/explain.js'
import { policyDiffView } from '../../src/lib/views/policy/diff.js'
import { policyExplanationView } from '../../src/lib/views/policy/explain.js'
import { wrap } from '../../src/lib/views/text/layout.js'
import { ui } from '../support/cases/samples.js'

const ALICE = 'arn:aws:iam::111122223333:user/alice'
const SHOP = 'arn:aws:iam::111122223333:role/shop'
const LONG = 'arn:aws:iam::111122223333:role/aws-service-role/support.amazonaws.com/AWSSupport'

const root: Statement = {
  Sid: 'root',
  Effect: 'Allow',
  Principal: { AWS: '111122223333' },
  Action: 'kms:*',
  Resource: '*',
}
const use: Statement = {
  Sid: 'use',
  Effect: 'Allow',
  Principal: { AWS: [ALICE, SHOP] },
  Action: ['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
  Resource: '*',
}
const guard: Statement = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'kms:ScheduleKeyDeletion',
  Resource: '*',
  Condition: { NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': '90' } },
}
const policy = (...Statement: Statement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement,
})

describe('policy diff', () => {
  const before = policy(root, use)
  const after = policy(
    root,
    {
      ...use,
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt'],
      Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
    },
    guard,
    { ...use, Sid: 'open', Principal: '*', Action: 'kms:Verify' },
  )
  const diff = diffPolicies(before, after)

  test('at a pipe, and in 80 columns', () => {
    const shown = policyDiffView(diff, ui())
    expect(shown).toBe(`\
changed: statement 2 "use" (Allow)
    action removed: kms:GenerateDataKey*
    action added: kms:Encrypt
    condition added: kms:ViaService is s3.us-east-1.amazonaws.com
  + ${ALICE}
  + ${SHOP}
      gain kms:Encrypt
      when kms:ViaService is s3.us-east-1.amazonaws.com
      before only where IAM policies of account 111122223333 allow it
  - ${ALICE}
  - ${SHOP}
      lose kms:Decrypt, kms:DescribeKey
      still where IAM policies of account 111122223333 allow it
      or where kms:ViaService is s3.us-east-1.amazonaws.com
  - ${ALICE}
  - ${SHOP}
      lose kms:GenerateDataKey*
      still where IAM policies of account 111122223333 allow it
added: statement 3 (Deny)
  - arn:aws:iam::111122223333:root (the account)
      loses kms:ScheduleKeyDeletion
      when IAM policies of account 111122223333 allow it
      and when kms:TrailingDaysWithoutKeyUsage is below 90
added: statement 4 "open" (Allow)
  + arn:aws:iam::111122223333:root (the account)
      gains kms:Verify
      before only where IAM policies of account 111122223333 allow it
  + everybody
      gains kms:Verify`)
    expect(policyDiffView(diff, ui(80))).toBe(shown)
  })

  test('on a narrow terminal no word is cut', () => {
    const narrow = policyDiffView(diff, ui(40))
    const words = (text: string) => text.split(/\s+/)
    expect(words(narrow)).toEqual(words(policyDiffView(diff, ui())))
    const long = narrow.split('\n').filter((line) => stringWidth(line) > 40)
    for (const line of long) expect(line.trim().split(' ').length).toBeLessThanOrEqual(6)
  })

  test('green for gains, red for losses', () => {
    const style = new Ansis(1)
    const lines = policyDiffView(diff, { ...ui(), style }).split('\n')
    expect(lines).toContain(style.green(`  + ${ALICE}`))
    expect(lines).toContain(style.red(`  - ${ALICE}`))
    expect(lines).toContain(style.bold('changed: statement 2 "use" (Allow)'))
  })

  test('no difference, only labels of a service, elements of the document', () => {
    expect(policyDiffView({ equal: true, changes: [], text: [] }, ui())).toBe(
      'no difference: both policies mean the same',
    )
    const logs = { ...use, Principal: { Service: 'logs.amazonaws.com' }, Action: 'kms:Sign' }
    expect(policyDiffView(diffPolicies(policy(root), policy(root, logs)), ui())).toContain(
      '  + Service logs.amazonaws.com\n      gains kms:Sign',
    )
    expect(policyDiffView(diffPolicies(policy(root), { Statement: root }), ui())).toBe(
      'the document\n    the Version was 2012-10-17 and is 2008-10-17',
    )
    const renamed = { ...use, Sid: 'x', Action: 'kms:ListKey?' }
    expect(policyDiffView(diffPolicies(policy(root, use), policy(root, renamed)), ui())).toMatch(
      /^changed: statement 2 "x" \(Allow\), before: statement 2 "use"\n/,
    )
    const redundant = { ...use, Principal: { AWS: '111122223333' } }
    expect(policyDiffView(diffPolicies(policy(root), policy(root, redundant)), ui())).toBe(
      'added: statement 2 "use" (Allow)\n    nobody gains or loses anything by it',
    )
    const open = { ...use, Principal: '*', Action: 'kms:Decrypt' }
    expect(policyDiffView(diffPolicies(policy(use), policy(use, open)), ui())).toContain(
      `  + everybody except ${ALICE}, ${SHOP}\n      gains kms:Decrypt`,
    )
  })

  test('the lines of a text diff', () => {
    const style = new Ansis(1)
    const text = ['--- a', '+++ b', '@@ -1,2 +1,2 @@', ' {', '-  "x"', '+  "y"']
    const change = { equal: false, changes: [], text }
    expect(policyDiffView(change, ui())).toBe(text.join('\n'))
    expect(policyDiffView(change, { ...ui(), style }).split('\n')).toEqual([
      style.bold('--- a'),
      style.bold('+++ b'),
      style.cyan('@@ -1,2 +1,2 @@'),
      ' {',
      style.red('-  "x"'),
      style.green('+  "y"'),
    ])
  })
})

describe('policy show --explain', () => {
  const key = {
    keySpec: 'SYMMETRIC_DEFAULT',
    keyUsage: 'ENCRYPT_DECRYPT',
    origin: 'AWS_KMS',
    multiRegion: false,
    accountId: '111122223333',
  }
  const grants: Statement = {
    Effect: 'Allow',
    Principal: { AWS: SHOP },
    Action: ['kms:CreateGrant', 'kms:RevokeGrant'],
    Resource: '*',
    Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
  }
  const admin = { ...root, Sid: 'admin', Principal: { AWS: [ALICE, LONG] } }
  const explained = explainPolicy(
    policy(root, admin, { ...use, Principal: { AWS: SHOP } }, grants, guard),
    key,
  )

  test('at a pipe, and in 80 columns', () => {
    const shown = policyExplanationView(explained, ui())
    expect(shown).toBe(`\
PRINCIPAL                             ADMINISTER  USE   GRANT  DELETE  READ
account 111122223333: IAM decides     yes         yes   yes    if      yes
${ALICE}  yes         yes   yes    if      yes
${LONG}
                                      yes         yes   yes    if      yes
${SHOP}   -           some  if     -       some
some: not all of it; if: under conditions

${SHOP}
  may kms:Decrypt, kms:DescribeKey, kms:GenerateDataKey* (statement 3)
  may kms:CreateGrant, kms:RevokeGrant (statement 4)
    when kms:GrantIsForAWSResource is true

everybody
  may not kms:ScheduleKeyDeletion (statement 5)
    when kms:TrailingDaysWithoutKeyUsage is below 90`)
    expect(policyExplanationView(explained, ui(80))).toBe(shown)
  })

  test('on a narrow terminal the names stand above', () => {
    const narrow = policyExplanationView(explained, ui(40))
    expect(narrow).toMatch(
      /^PRINCIPAL\n {2}ADMINISTER {2}USE {3}GRANT {2}DELETE {2}READ\naccount 111122223333: IAM decides\n {2}yes/,
    )
    expect(narrow).toContain(`\n${ALICE}\n  yes         yes   yes    if      yes\n`)
  })

  test('colour says what is open to everybody', () => {
    const style = new Ansis(1)
    const open = { ...use, Principal: '*', Action: 'kms:*' }
    const shown = policyExplanationView(explainPolicy(policy(open), key), { ...ui(), style })
    expect(shown).toContain(style.red('yes'))
    expect(shown).not.toContain(style.green('yes'))
  })

  test('a deny for all but some, and a policy that allows nothing', () => {
    const { Principal: _, ...rest } = guard
    const but = { ...rest, NotPrincipal: { AWS: ALICE } }
    expect(policyExplanationView(explainPolicy(policy(but), key), ui(80))).toBe(`\
nobody is allowed anything

everybody but ${ALICE}
  may not kms:ScheduleKeyDeletion (statement 1)
    when kms:TrailingDaysWithoutKeyUsage is below 90

IAM policies of account 111122223333 allow nothing: no statement leaves it to
them`)
  })
})

test('wrap breaks between words, and leaves long ones whole', () => {
  expect(wrap('one two three', '  ', ui(9))).toEqual(['  one two', '  three'])
  expect(wrap('incomprehensible one', '  ', ui(9))).toEqual(['  incomprehensible', '  one'])
  expect(wrap('one two three', '  ', ui())).toEqual(['  one two three'])
  expect(wrap('', '  ', ui(9))).toEqual(['  '])
})
