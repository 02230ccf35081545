/** Aliases and tags (docs/facts/semantics.md, docs/facts/constraints.md, docs/facts/moto.md). */
import { describe, expect, it } from 'vitest'
import { Bench, DAY, REGION, START } from '../support.js'

async function withAlias(name = 'alias/app') {
  const bench = new Bench()
  const key = await bench.create()
  await bench.call('CreateAlias', { AliasName: name, TargetKeyId: key.KeyId })
  return { bench, key }
}

describe('aliases', () => {
  it('list with their dates, and are unique and case-sensitive', async () => {
    const { bench, key } = await withAlias()
    const listed = await bench.list('ListAliases', 'Aliases', { KeyId: key.KeyId })
    expect(listed.items).toEqual([
      {
        AliasName: 'alias/app',
        AliasArn: `arn:aws:kms:${REGION}:000000000000:alias/app`,
        TargetKeyId: key.KeyId,
        CreationDate: START / 1000,
        LastUpdatedDate: START / 1000,
      },
    ])
    const again = { AliasName: 'alias/app', TargetKeyId: key.KeyId }
    expect(await bench.failure('CreateAlias', again)).toBe(
      `AlreadyExistsException: An alias with the name arn:aws:kms:${REGION}:000000000000:alias/app already exists`,
    )
    await bench.call('CreateAlias', { ...again, AliasName: 'alias/App' })
  })

  it.each([
    ['app', 'ValidationException: Alias must start with the prefix "alias/".'],
    ['alias/', 'InvalidAliasNameException'],
    ['alias/a:b', 'ValidationException: alias/a:b contains invalid characters for an alias'],
    ['alias/aws/mine', 'NotAuthorizedException'],
    ['alias/aws/ebs', 'NotAuthorizedException'],
  ])('%s is no name for one', async (AliasName, message) => {
    const { bench, key } = await withAlias()
    const input = { AliasName, TargetKeyId: key.KeyId }
    expect(await bench.failure('CreateAlias', input)).toContain(message)
    expect(await bench.failure('UpdateAlias', input)).toContain(message)
    expect(await bench.failure('DeleteAlias', { AliasName })).toContain(message)
  })

  it('a missing one is NotFoundException, and so is a second deletion', async () => {
    const { bench, key } = await withAlias()
    const AliasName = 'alias/app'
    await bench.call('DeleteAlias', { AliasName })
    expect(await bench.code('DeleteAlias', { AliasName })).toBe('NotFoundException')
    const update = { AliasName, TargetKeyId: key.KeyId }
    expect(await bench.code('UpdateAlias', update)).toBe('NotFoundException')
  })

  it('move between keys of one type and usage only (API reference of UpdateAlias)', async () => {
    const { bench, key } = await withAlias()
    const other = await bench.create()
    bench.time += DAY
    await bench.call('UpdateAlias', { AliasName: 'alias/app', TargetKeyId: other.Arn })
    const [alias] = (await bench.list('ListAliases', 'Aliases', { KeyId: other.KeyId })).items
    expect(alias).toMatchObject({
      CreationDate: START / 1000,
      LastUpdatedDate: START / 1000 + 86400,
    })
    expect((await bench.list('ListAliases', 'Aliases', { KeyId: key.KeyId })).items).toEqual([])
    for (const spec of [
      { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
      { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
    ]) {
      const { KeyId } = await bench.create(spec)
      const move = { AliasName: 'alias/app', TargetKeyId: KeyId }
      expect(await bench.code('UpdateAlias', move)).toBe('ValidationException')
    }
  })

  it('a key has 50 at most, created or moved to it', async () => {
    const { bench, key } = await withAlias()
    const other = await bench.create()
    await bench.call('CreateAlias', { AliasName: 'alias/other', TargetKeyId: other.KeyId })
    for (let number = 2; number <= 50; number++) {
      await bench.call('CreateAlias', { AliasName: `alias/${number}`, TargetKeyId: key.KeyId })
    }
    const full = { AliasName: 'alias/51', TargetKeyId: key.KeyId }
    expect(await bench.code('CreateAlias', full)).toBe('LimitExceededException')
    const moved = { ...full, AliasName: 'alias/other' }
    expect(await bench.code('UpdateAlias', moved)).toBe('LimitExceededException')
    await bench.call('UpdateAlias', { ...full, AliasName: 'alias/50' })
  })
})

describe('tags', () => {
  const tag = (TagKey: string, TagValue = '') => ({ TagKey, TagValue })
  const many = (count: number) => Array.from({ length: count }, (_, index) => tag(`k${index}`))

  it('are set, replaced and removed; removing a missing one succeeds', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create({ Tags: [tag('Owner', 'me')] })
    await bench.call('TagResource', { KeyId, Tags: [tag('Owner', 'you'), tag('owner', 'x')] })
    await bench.call('UntagResource', { KeyId, TagKeys: ['missing'] })
    const { items } = await bench.list('ListResourceTags', 'Tags', { KeyId })
    expect(items).toEqual([tag('Owner', 'you'), tag('owner', 'x')])
    await bench.call('UntagResource', { KeyId, TagKeys: ['Owner', 'owner'] })
    expect((await bench.list('ListResourceTags', 'Tags', { KeyId })).items).toEqual([])
  })

  it.each([
    ['the prefix aws:', [tag('aws:a')], 'TagException: Tags beginning with aws: are reserved'],
    ['the prefix AWS:', [tag('AWS:a')], 'TagException: Tags beginning with aws: are reserved'],
    ['a key twice', [tag('a', '1'), tag('a', '2')], 'TagException: Duplicate tag keys'],
    ['more than 50', many(51), 'TagException: Too many tags'],
  ])('refuse %s (recorded), at CreateKey too', async (_name, Tags, message) => {
    const bench = new Bench()
    const { KeyId } = await bench.create()
    expect(await bench.failure('TagResource', { KeyId, Tags })).toBe(message)
    expect(await bench.failure('CreateKey', { Tags })).toBe(message)
    expect((await bench.list('ListResourceTags', 'Tags', { KeyId })).items).toEqual([])
  })

  it('50 fit, and a 51st does not', async () => {
    const bench = new Bench()
    const { KeyId } = await bench.create({ Tags: many(50) })
    await bench.call('TagResource', { KeyId, Tags: [tag('k1', 'new')] })
    expect(await bench.code('TagResource', { KeyId, Tags: [tag('new')] })).toBe('TagException')
  })
})
