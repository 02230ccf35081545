import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { samePolicy } from '../../../src/lib/policy/compare/equivalence.js'
import { normalDocuments } from '../../../src/lib/policy/compare/normal-document.js'
import { textDiff } from '../../../src/lib/policy/compare/text-diff.js'
import type { PolicyDocument, Statement } from '../../../src/lib/policy/document/document.js'
import { partitionOf } from '../../../src/lib/policy/document/principal-ref.js'
import { diceOf } from '../support/dice.js'
import { anyDocument } from '../support/documents.js'
import { changed, respelt } from '../support/rewrites.js'

const example = JSON.parse(
  readFileSync(new URL('../../../docs/facts/example-policy.json', import.meta.url), 'utf8'),
) as PolicyDocument & { Statement: Statement[] }
const NAMES = { before: 'the key', after: 'policy.json' }

test('the normal texts of two policies are the same where they mean the same, and nowhere else', () => {
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const dice = diceOf(g)
      const one = anyDocument(dice)
      const other = respelt(dice.percent(50) ? one : changed(one, dice), dice)
      const partition = partitionOf([one, other])
      const [a, b] = normalDocuments(one, other, partition)
      const same = samePolicy(one, other)
      const both = JSON.stringify({ one, other })
      expect(JSON.stringify(a) === JSON.stringify(b), both).toBe(same)
      expect(textDiff(one, other, NAMES, partition).length === 0, both).toBe(same)
      // What is written means what it was written from.
      expect(samePolicy(a, one), both).toBe(true)
      expect(samePolicy(b, other), both).toBe(true)
    }),
    { numRuns: 400 },
  )
})

describe('textDiff', () => {
  test('shows the lines that differ, with their neighbours', () => {
    const after = structuredClone(example)
    const grants = after.Statement[3]!
    grants.Action = ['kms:RevokeGrant', 'KMS:listgrants']
    grants.Sid = 'Grants'
    after.Statement.reverse()
    expect(textDiff(example, after, NAMES, 'aws')).toEqual([
      '--- the key',
      '+++ policy.json',
      '@@ -43,7 +43,7 @@',
      '       "Resource": "*"',
      '     },',
      '     {',
      '-      "Sid": "Allow attachment of persistent resources",',
      '+      "Sid": "Grants",',
      '       "Effect": "Allow",',
      '       "Principal": {',
      '         "AWS": [',
      '@@ -53,7 +53,6 @@',
      '         ]',
      '       },',
      '       "Action": [',
      '-        "kms:CreateGrant",',
      '         "kms:ListGrants",',
      '         "kms:RevokeGrant"',
      '       ],',
    ])
  })

  test('labels that alone differ are no difference', () => {
    const after = structuredClone(example)
    after.Id = 'new'
    after.Statement[0]!.Sid = 'other'
    expect(textDiff(example, after, NAMES, 'aws')).toEqual([])
  })

  test('everybody in both spellings, accounts, and letter case as it stands first', () => {
    const one = {
      Statement: [
        { Effect: 'Allow', Principal: { AWS: ['*'] }, Action: 'KMS:decrypt', Resource: ['*'] },
        { Effect: 'Deny', NotPrincipal: { AWS: '111122223333' }, NotAction: [], Resource: '*' },
      ],
    }
    const other = { Version: '2012-10-17', Statement: [] }
    expect(normalDocuments(one, other, 'aws-cn')[0]).toEqual({
      Version: '2008-10-17',
      Statement: [
        { Effect: 'Allow', Principal: '*', Action: 'KMS:decrypt', Resource: '*' },
        {
          Effect: 'Deny',
          NotPrincipal: { AWS: 'arn:aws-cn:iam::111122223333:root' },
          NotAction: [],
          Resource: '*',
        },
      ],
    })
  })
})
