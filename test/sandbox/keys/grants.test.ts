/** Grants (API reference of CreateGrant, ListGrants, RetireGrant and RevokeGrant). */
import { describe, expect, it } from 'vitest'
import { Bench, ROOT, START } from '../support.js'

const ALICE = 'arn:aws:iam::000000000000:user/alice'

async function withKey(input: object = {}) {
  const bench = new Bench()
  const key = await bench.create(input)
  const create = (more: object = {}) =>
    bench.call('CreateGrant', {
      KeyId: key.KeyId,
      GranteePrincipal: ROOT,
      Operations: ['Encrypt', 'Decrypt'],
      ...more,
    })
  const list = async (more: object = {}) =>
    (await bench.list('ListGrants', 'Grants', { KeyId: key.KeyId, ...more })).items
  return { bench, key, create, list }
}

describe('CreateGrant', () => {
  it('with a Name and the same parameters is the same grant with a new token', async () => {
    const { create, list } = await withKey()
    const one = await create({ Name: 'mine' })
    const two = await create({ Name: 'mine', Operations: ['Decrypt', 'Encrypt'] })
    expect(two.GrantId).toBe(one.GrantId)
    expect(two.GrantToken).not.toBe(one.GrantToken)
    expect((await create({ Name: 'mine', GranteePrincipal: ALICE })).GrantId).not.toBe(one.GrantId)
    expect((await create()).GrantId).not.toBe((await create()).GrantId)
    expect(await list()).toHaveLength(4)
  })

  it('a grant lists as it was made', async () => {
    const { create, key, list } = await withKey()
    const Constraints = { EncryptionContextSubset: { a: 'b' } }
    const { GrantId } = await create({ Name: 'n', RetiringPrincipal: ALICE, Constraints })
    expect(GrantId).toMatch(/^[0-9a-f]{64}$/)
    expect(await list({ GrantId })).toEqual([
      {
        KeyId: key.Arn,
        GrantId,
        Name: 'n',
        CreationDate: START / 1000,
        GranteePrincipal: ROOT,
        RetiringPrincipal: ALICE,
        IssuingAccount: ROOT,
        Operations: ['Encrypt', 'Decrypt'],
        Constraints,
      },
    ])
  })

  it.each<[string, object, string]>([
    ['operations of another usage', { Operations: ['Sign'] }, 'ValidationException'],
    ['operations that no grant has', { Operations: ['DisableKey'] }, 'ValidationException'],
    ['no operations', { Operations: [] }, 'ValidationException'],
    ['no grantee', { GranteePrincipal: undefined }, 'ValidationException'],
    [
      'a service without constraint',
      { GranteePrincipal: undefined, GranteeServicePrincipal: 's3.amazonaws.com' },
      'ValidationException',
    ],
    ['a principal that is no ARN', { GranteePrincipal: 'alice' }, 'InvalidArnException'],
    ['a token of nobody', { GrantTokens: ['x'] }, 'InvalidGrantTokenException'],
    ['a dry run, though it would work', { DryRun: true }, 'DryRunOperationException'],
  ])('refuses %s', async (_name, input, code) => {
    const { create, list } = await withKey()
    await expect(create(input)).rejects.toMatchObject({ code, status: 400 })
    expect(await list()).toEqual([])
  })

  it('knows the operations of each usage', async () => {
    const spec = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }
    const { create } = await withKey(spec)
    await create({ Operations: ['Sign', 'Verify', 'GetPublicKey', 'DescribeKey', 'CreateGrant'] })
    await expect(create({ Operations: ['GenerateDataKey'] })).rejects.toMatchObject({
      code: 'ValidationException',
    })
    const Constraints = { EncryptionContextEquals: { a: 'b' } }
    await expect(create({ Operations: ['Sign'], Constraints })).rejects.toThrow()
  })
})

describe('ListGrants', () => {
  it('filters by grantee and by ID', async () => {
    const { create, list } = await withKey()
    for (let count = 0; count < 5; count++) await create()
    const { GrantId } = await create({ GranteePrincipal: ALICE })
    expect(await list({ GranteePrincipal: ALICE })).toHaveLength(1)
    expect(await list({ GrantId })).toHaveLength(1)
    expect(await list({ GrantId: 'f'.repeat(64) })).toEqual([])
    await expect(list({ GrantId: 'x' })).rejects.toMatchObject({ code: 'InvalidGrantIdException' })
  })
})

describe('RevokeGrant and RetireGrant', () => {
  it('remove a grant once', async () => {
    const { bench, create, key, list } = await withKey()
    const { GrantId } = await create()
    const revoke = { KeyId: key.KeyId, GrantId }
    expect(await bench.code('RevokeGrant', { ...revoke, DryRun: true })).toBe(
      'DryRunOperationException',
    )
    expect(await list()).toHaveLength(1)
    await bench.call('RevokeGrant', revoke)
    expect(await bench.code('RevokeGrant', revoke)).toBe('NotFoundException')
    expect(await list()).toEqual([])
  })

  it('retire by any token of the grant, or by key ARN and grant ID', async () => {
    const { bench, create, key } = await withKey()
    const { GrantToken } = await create({ Name: 'n' })
    await create({ Name: 'n' })
    await bench.call('RetireGrant', { GrantToken })
    expect(await bench.code('RetireGrant', { GrantToken })).toBe('NotFoundException')
    const { GrantId } = await create()
    expect(await bench.code('RetireGrant', { KeyId: key.KeyId, GrantId })).toBe(
      'InvalidArnException',
    )
    await bench.call('RetireGrant', { KeyId: key.Arn, GrantId })
    expect(await bench.code('RetireGrant', {})).toBe('ValidationException')
    expect(await bench.code('RetireGrant', { GrantToken, KeyId: key.Arn, GrantId })).toBe(
      'ValidationException',
    )
    expect(await bench.code('RetireGrant', { GrantToken: 'x' })).toBe('InvalidGrantTokenException')
  })
})
