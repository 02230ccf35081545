/** Paging: src/lib/sandbox/request/paging.ts; AWS may answer fewer items than Limit, and none. */
import { describe, expect, it } from 'vitest'
import { Bench, OTHER_REGION, type Output } from '../support.js'

async function withKeys(count: number, pageSize = 3) {
  const bench = new Bench({ pageSize })
  const ids: string[] = []
  for (let index = 0; index < count; index++) ids.push((await bench.create()).KeyId)
  return { bench, ids }
}

const keyIds = (items: Output[]) => items.map((item) => item.KeyId)

describe('pages', () => {
  it('are small whatever the Limit, and the second is empty while more follows', async () => {
    const { bench, ids } = await withKeys(6)
    const { items, sizes } = await bench.list('ListKeys', 'Keys', { Limit: 1000 })
    expect(sizes).toEqual([3, 0, 3, 2])
    expect(new Set(keyIds(items)).size).toBe(8)
    expect(keyIds(items)).toEqual(expect.arrayContaining(ids))
    const smaller = await bench.list('ListKeys', 'Keys', { Limit: 2 })
    expect(smaller.sizes).toEqual([2, 0, 2, 2, 2])
    expect(smaller.items).toEqual(items)
  })

  it('one page has no marker', async () => {
    const { bench } = await withKeys(1)
    const answer = await bench.call('ListKeys')
    expect(answer.Keys).toHaveLength(3)
    expect(answer).toMatchObject({ Truncated: false })
    expect(answer).not.toHaveProperty('NextMarker')
  })

  it('filtered ones are cut before the filter', async () => {
    const { bench, ids } = await withKeys(1)
    const [KeyId] = ids
    await bench.call('CreateAlias', { AliasName: 'alias/zzz', TargetKeyId: KeyId })
    const { items, sizes } = await bench.list('ListAliases', 'Aliases', { KeyId })
    expect(items).toHaveLength(1)
    expect(sizes).toEqual([0, 0, 1])
    const all = await bench.list('ListAliases', 'Aliases')
    expect(all.sizes).toEqual([3, 0, 3, 3])
  })

  it('every list turns them', async () => {
    const { bench, ids } = await withKeys(1, 2)
    const [KeyId] = ids
    const Tags = ['a', 'b', 'c'].map((TagKey) => ({ TagKey, TagValue: '' }))
    await bench.call('TagResource', { KeyId, Tags })
    for (let count = 0; count < 3; count++) {
      const grant = { GranteePrincipal: 'arn:aws:iam::000000000000:root', Operations: ['Decrypt'] }
      await bench.call('CreateGrant', { KeyId, ...grant })
      await bench.call('RotateKeyOnDemand', { KeyId })
      await bench.sandbox.advance(2000)
    }
    expect((await bench.list('ListResourceTags', 'Tags', { KeyId })).sizes).toEqual([2, 1])
    expect((await bench.list('ListGrants', 'Grants', { KeyId })).sizes).toEqual([2, 1])
    expect((await bench.list('ListKeyRotations', 'Rotations', { KeyId })).sizes).toEqual([2, 1])
    const all = { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }
    expect((await bench.list('ListKeyRotations', 'Rotations', all)).sizes).toEqual([2, 2])
  })
})

describe('what changes between two pages', () => {
  it('neither repeats nor hides anything else', async () => {
    const { bench, ids } = await withKeys(7)
    const first = await bench.call('ListKeys')
    const seen = keyIds(first.Keys)
    const sorted = [...ids].sort()
    // The last key seen is deleted, so that the marker names a key that is gone; one comes in.
    const last = seen.at(-1) as string
    const gone = ids.includes(last) ? last : undefined
    await bench.edit((state) => {
      for (const region of Object.values(state.regions)) delete region.keys[gone ?? '']
    })
    const added = (await bench.create()).KeyId
    let marker = first.NextMarker
    while (marker !== undefined) {
      const next = await bench.call('ListKeys', { Marker: marker })
      seen.push(...keyIds(next.Keys))
      marker = next.NextMarker
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining(sorted))
    expect(seen.includes(added)).toBe(added > last)
  })

  it('a list that became shorter than its marker just ends', async () => {
    const { bench } = await withKeys(4)
    const { NextMarker } = await bench.call('ListKeys')
    await bench.edit((state) => {
      for (const region of Object.values(state.regions)) region.keys = {}
    })
    expect(await bench.call('ListKeys', { Marker: NextMarker })).toEqual({
      Keys: [],
      Truncated: false,
    })
  })
})

describe('markers', () => {
  it.each(['x', 'aGVsbG8', '%%%', ' '])('%j is an InvalidMarkerException', async (Marker) => {
    expect(await new Bench().code('ListKeys', { Marker })).toBe('InvalidMarkerException')
  })

  it('of another list, Region or key are refused', async () => {
    const { bench, ids } = await withKeys(4)
    const { NextMarker: Marker } = await bench.call('ListKeys')
    for (const [operation, input, region] of [
      ['ListAliases', {}, undefined],
      ['ListKeys', {}, OTHER_REGION],
      ['ListResourceTags', { KeyId: ids[0] }, undefined],
    ] as const) {
      const code = await bench.code(operation, { ...input, Marker }, region)
      expect(code).toBe('InvalidMarkerException')
    }
  })
})
