/** ReplicateKey (LocalStack test_replicate_key; docs/facts/semantics.md). */
import { describe, expect, it } from 'vitest'
import { Bench, base64, OTHER_REGION, REGION } from '../support.js'

async function replicated(input: object = {}) {
  const bench = new Bench()
  const primary = await bench.create({ MultiRegion: true, Description: 'the primary' })
  const { KeyId } = primary
  const call = { KeyId, ReplicaRegion: OTHER_REGION, ...input }
  const answer = await bench.call('ReplicateKey', call)
  return { answer, bench, KeyId, primary }
}

describe('ReplicateKey', () => {
  it('answers a key that is Creating, and is Enabled after a moment', async () => {
    const Tags = [{ TagKey: 'a', TagValue: 'b' }]
    const { answer, bench, KeyId, primary } = await replicated({ Tags })
    const Arn = primary.Arn.replace(REGION, OTHER_REGION)
    expect(answer.ReplicaTags).toEqual(Tags)
    expect(JSON.parse(answer.ReplicaPolicy).Id).toBe('key-default-1')
    expect(answer.ReplicaKeyMetadata).toMatchObject({
      Arn,
      Description: '',
      Enabled: false,
      KeyId,
      KeyState: 'Creating',
      MultiRegion: true,
      MultiRegionConfiguration: {
        MultiRegionKeyType: 'REPLICA',
        PrimaryKey: { Arn: primary.Arn, Region: REGION },
        ReplicaKeys: [{ Arn, Region: OTHER_REGION }],
      },
    })
    expect((await bench.describe(KeyId, OTHER_REGION)).KeyState).toBe('Creating')
    bench.time += 1000
    expect(await bench.describe(KeyId, OTHER_REGION)).toMatchObject({
      Enabled: true,
      KeyState: 'Enabled',
    })
    expect((await bench.describe(KeyId)).MultiRegionConfiguration).toMatchObject({
      MultiRegionKeyType: 'PRIMARY',
      ReplicaKeys: [{ Arn, Region: OTHER_REGION }],
    })
  })

  it('shares the material: what one encrypts the other decrypts', async () => {
    const { bench, KeyId } = await replicated()
    bench.time += 1000
    const { CiphertextBlob } = await bench.call('Encrypt', { KeyId, Plaintext: base64('shared') })
    const read = await bench.call('Decrypt', { CiphertextBlob }, OTHER_REGION)
    expect(read.Plaintext).toBe(base64('shared'))
    expect(read.KeyId).toContain(OTHER_REGION)
  })

  it('refuses a second one in a Region, also while the first is pending deletion', async () => {
    const { bench, KeyId } = await replicated()
    const again = { KeyId, ReplicaRegion: OTHER_REGION }
    expect(await bench.code('ReplicateKey', again)).toBe('AlreadyExistsException')
    await bench.call('ScheduleKeyDeletion', { KeyId }, OTHER_REGION)
    expect(await bench.code('ReplicateKey', again)).toBe('AlreadyExistsException')
    const own = { KeyId, ReplicaRegion: REGION }
    expect(await bench.code('ReplicateKey', own)).toBe('AlreadyExistsException')
  })

  it('replicates primaries only (recorded)', async () => {
    const { bench, KeyId } = await replicated()
    bench.time += 1000
    const input = { KeyId, ReplicaRegion: 'eu-north-1' }
    expect(await bench.failure('ReplicateKey', input, OTHER_REGION)).toMatch(
      /^UnsupportedOperationException: .* is not a multi-region primary key\.$/,
    )
    const single = await bench.create()
    const other = { ...input, KeyId: single.KeyId }
    expect(await bench.code('ReplicateKey', other)).toBe('UnsupportedOperationException')
    const abroad = { KeyId, ReplicaRegion: 'cn-north-1' }
    expect(await bench.code('ReplicateKey', abroad)).toBe('ValidationException')
  })

  it('everything but material, spec and rotation is of each Region', async () => {
    const { bench, KeyId } = await replicated()
    bench.time += 1000
    await bench.call('DisableKey', { KeyId })
    await bench.call('UpdateKeyDescription', { KeyId, Description: 'mine' }, OTHER_REGION)
    const replica = await bench.describe(KeyId, OTHER_REGION)
    expect(replica).toMatchObject({ KeyState: 'Enabled', Description: 'mine' })
    expect((await bench.describe(KeyId)).Description).toBe('the primary')
  })
})
