import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KmsctlError } from '../../../src/lib/errors.js'
import { aliasName, lookupAliasName } from '../../../src/lib/kms/rules/alias-name.js'
import { checkRefScope, keyOrFile, parseKeyRef } from '../../../src/lib/kms/rules/key-ref.js'
import { checkTags, parseTags } from '../../../src/lib/kms/rules/tags.js'
import { refusal } from './refusal.js'

const UUID = '1234abcd-12ab-34cd-56ef-1234567890ab'
const MRK = 'mrk-1234abcd12ab34cd56ef1234567890ab'

describe('aliasName (CreateAlias in the API Reference)', () => {
  it.each([
    ['app', 'alias/app'],
    ['alias/app', 'alias/app'],
    ['alias/alias/x', 'alias/alias/x'],
    ['team/App_1-x', 'alias/team/App_1-x'],
    ['alias', 'alias/alias'],
    ['aws', 'alias/aws'],
    ['awsome/x', 'alias/awsome/x'],
    ['AWS/x', 'alias/AWS/x'],
    ['a'.repeat(250), `alias/${'a'.repeat(250)}`],
    [`alias/${UUID}`, `alias/${UUID}`],
  ])('%s is %s', (name, full) => {
    expect(aliasName(name)).toBe(full)
  })

  it.each([
    ['', /empty/],
    ['alias/', /empty/],
    ['alias/aws/s3', /^alias name alias\/aws\/s3 is not yours to use: alias\/aws\/ is reserved/],
    ['aws/s3', /reserved for AWS/],
    ['a b', /contains " "/],
    ['a:b', /contains ":"/],
    ['ä\n', /^alias name "ä\\n" contains "ä"/],
    ['a'.repeat(251), /has 257 characters with its alias\/: KMS takes at most 256$/],
    [UUID, /is a key ID/],
    [`arn:aws:kms:us-east-1:111122223333:alias/app`, /is an ARN/],
  ])('refuses %j', (name, why) => {
    expect(refusal(() => aliasName(name))).toMatch(why)
  })

  it('permits AWS’s own aliases for lookups only', () => {
    expect(lookupAliasName('aws/s3')).toBe('alias/aws/s3')
    expect(lookupAliasName('alias/aws/s3')).toBe('alias/aws/s3')
  })

  it('takes what it gave, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        try {
          const full = aliasName(name)
          expect(aliasName(full)).toBe(full)
          expect(full).toMatch(/^alias\/[a-zA-Z0-9/_-]+$/)
        } catch (error) {
          if (!(error instanceof KmsctlError)) throw error
        }
      }),
    )
  })
})

describe('parseKeyRef (contract 1)', () => {
  const scope = { region: 'eusc-de-east-1', accountId: '111122223333', partition: 'aws-eusc' }
  const arn = `arn:aws-eusc:kms:eusc-de-east-1:111122223333`

  it.each([
    [UUID, { kind: 'id', id: UUID }],
    [UUID.toUpperCase(), { kind: 'id', id: UUID }],
    [MRK, { kind: 'id', id: MRK }],
    [`${arn}:key/${MRK}`, { kind: 'arn', arn: `${arn}:key/${MRK}`, id: MRK, ...scope }],
    [`${arn}:key/${UUID}`, { kind: 'arn', arn: `${arn}:key/${UUID}`, id: UUID, ...scope }],
    ['app', { kind: 'alias', name: 'alias/app' }],
    ['alias/app', { kind: 'alias', name: 'alias/app' }],
    ['alias/aws/s3', { kind: 'alias', name: 'alias/aws/s3' }],
    ['mrk-123', { kind: 'alias', name: 'alias/mrk-123' }],
    [`${UUID}0`, { kind: 'alias', name: `alias/${UUID}0` }],
    [
      `${arn}:alias/a/b`,
      { kind: 'aliasArn', arn: `${arn}:alias/a/b`, name: 'alias/a/b', ...scope },
    ],
  ])('%s', (text, ref) => {
    expect(parseKeyRef(text)).toEqual(ref)
  })

  it.each([
    ['', /^the key is empty/],
    ['  ', /^the key is empty/],
    ['a key', /contains " "/],
    ['arn:aws:s3:::bucket', /is an ARN of s3, not of kms/],
    ['arn:aws:kms:us-east-1:111122223333:key/x', /names no key/],
    ['arn:aws:kms:us-east-1:11112222333:key/x', /is no complete ARN/],
    [`arn:aws:kms::111122223333:key/${UUID}`, /is no complete ARN/],
    [`arn:aws:kms:us-east-1:111122223333:grant/${UUID}`, /is no complete ARN/],
    ['arn:aws:kms:us-east-1:111122223333:alias/a b', /contains " "/],
    [`ARN:aws:kms:us-east-1:111122223333:key/${UUID}`, /is no complete ARN/],
    ['arn:', /is no complete ARN/],
    [`${arn}:key/${UUID}\n`, /^key "arn:.*\\n" is no complete ARN/],
  ])('refuses %j', (text, why) => {
    expect(refusal(() => parseKeyRef(text))).toMatch(why)
  })

  it('only ever answers, or refuses in one line', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((s) => `arn:${s}`),
        ),
        (text) => {
          try {
            parseKeyRef(text)
          } catch (error) {
            if (!(error instanceof KmsctlError)) throw error
            expect(error.message).not.toMatch(/[\n\r]/)
          }
        },
      ),
    )
  })
})

describe('keyOrFile: a word where a command takes either', () => {
  it.each([
    ['key', ['alias/app', 'alias/team/app', 'arn:aws:kms:us-east-1:111122223333:key/x', 'ARN:x']],
    ['key', ['1234abcd-12ab-34cd-56ef-1234567890ab', 'mrk-1234abcd12ab34cd56ef1234567890ab']],
    ['file', ['-', './app', 'policy.json', '../alias/app', 'C:\\policy', 'my policy', '~', '']],
    ['either', ['app', 'team/app', '/tmp/policy', 'app_2', '-x']],
  ] as const)('%s: %j', (kind, words) => {
    for (const word of words) expect([word, keyOrFile(word)]).toEqual([word, kind])
  })
})

describe('checkRefScope', () => {
  const ref = parseKeyRef(`arn:aws:kms:eu-west-1:111122223333:key/${UUID}`)

  it('lets a reference of the Region and account in use pass', () => {
    checkRefScope(ref, { region: 'eu-west-1', accountId: '111122223333' })
    checkRefScope(ref, { region: 'eu-west-1' })
    checkRefScope(parseKeyRef('app'), { region: 'us-east-1', accountId: '444455556666' })
  })

  it('names both Regions, both accounts, and what to change', () => {
    expect(() => checkRefScope(ref, { region: 'us-east-1' })).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: `key arn:aws:kms:eu-west-1:111122223333:key/${UUID} is in Region eu-west-1, but this run uses us-east-1`,
        hints: ['add --region eu-west-1'],
      }),
    )
    const other = { region: 'eu-west-1', accountId: '444455556666' }
    expect(refusal(() => checkRefScope(ref, other))).toMatch(/111122223333.*444455556666/)
  })
})

describe('parseTags (Tag in the API Reference, docs/facts/semantics.md)', () => {
  it('splits at the first =', () => {
    expect(parseTags(['A=b=c', 'Empty=', 'Größe =x/y @+.:-_'])).toEqual({
      A: 'b=c',
      Empty: '',
      'Größe ': 'x/y @+.:-_',
    })
    expect(Object.entries(parseTags(['__proto__=x']))).toEqual([['__proto__', 'x']])
    expect(parseTags(['A=1', 'a=2'])).toEqual({ A: '1', a: '2' })
  })

  it.each([
    [['Owner'], /^tag Owner has no =/],
    [['=x'], /has no key/],
    [['A=1', 'A=2'], /^tag key A is given twice/],
    [['aws:x=1'], /reserved for AWS/],
    [['AwS:x=1'], /reserved for AWS/],
    [['kmsctl:claim=1'], /reserved for kmsctl/],
    [['a;b=1'], /^tag key a;b contains ";"/],
    [['a=b\nc'], /^the value of tag a contains "\\n"/],
    [[`${'k'.repeat(129)}=`], /has 129 characters: KMS takes at most 128$/],
    [[`a=${'é'.repeat(257)}`], /has 257 characters: KMS takes at most 256$/],
    [Array.from({ length: 51 }, (_, n) => `k${n}=`), /^51 tags are too many: a key can have 50$/],
  ])('refuses %j', (pairs, why) => {
    expect(refusal(() => parseTags(pairs))).toMatch(why)
  })

  it('counts the claim tag (contract 2)', () => {
    const fifty = parseTags(Array.from({ length: 50 }, (_, n) => `k${n}=${'v'.repeat(256)}`))
    expect(checkTags(fifty, { claimTag: false })).toBe(fifty)
    expect(refusal(() => checkTags(fifty, { claimTag: true }))).toBe(
      "50 tags are too many: a key can have 50, and kmsctl's own kmsctl:claim takes one (--no-claim-tag leaves it out)",
    )
  })
})
