import {
  ListResourceTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { planUpdateDescription } from '../../../src/lib/kms/settings/description.js'
import { listTags, planRemoveTags, planSetTags } from '../../../src/lib/kms/tag/tags.js'
import { ARN, answerParts, apply, failure, metadata, mockedSession, withKey } from '../support.js'

const tags = (all: Record<string, string>) => ({
  Tags: Object.entries(all).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
})

function tagged(before: Record<string, string>, after = before) {
  const mocked = mockedSession()
  answerParts(mocked.kms, metadata())
  mocked.kms.on(ListResourceTagsCommand).resolvesOnce(tags(before)).resolves(tags(after))
  mocked.kms.on(TagResourceCommand).resolves({})
  mocked.kms.on(UntagResourceCommand).resolves({})
  return mocked
}

describe('the calls of tag set and tag remove', () => {
  it('set: sends only what differs', async () => {
    const { session, changes } = tagged({ A: '1', B: '2' }, { A: '1', B: '3', C: '' })
    const { changed, warnings } = await apply(planSetTags(session, 'app', ['A=1', 'B=3', 'C=']))
    expect({ changed, warnings }).toEqual({ changed: true, warnings: [] })
    expect(changes()).toEqual([
      [
        'TagResource',
        {
          KeyId: ARN,
          Tags: [
            { TagKey: 'B', TagValue: '3' },
            { TagKey: 'C', TagValue: '' },
          ],
        },
      ],
    ])
  })

  it('set: what holds already sends nothing (contract 6.1)', async () => {
    const { session, changes } = tagged({ A: '1' })
    expect((await planSetTags(session, 'app', ['A=1'])).calls).toEqual([])
    expect(changes()).toEqual([])
  })

  it('set: a 51st tag is refused before a call (quota: 50 a key)', async () => {
    const full = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, 'v']))
    const { session, changes } = tagged(full)
    expect(await failure(planSetTags(session, 'app', ['one-more=1']))).toMatchObject({
      code: 'NotEligible',
      exitCode: 5,
    })
    expect((await planSetTags(session, 'app', ['k0=w'])).calls).toHaveLength(1)
    expect(changes()).toEqual([])
  })

  it('remove: sends only names that are there', async () => {
    const { session, changes } = tagged({ A: '1', B: '2' }, { B: '2' })
    await apply(planRemoveTags(session, 'app', ['A', 'A', 'nope']))
    expect(changes()).toEqual([['UntagResource', { KeyId: ARN, TagKeys: ['A'] }]])
  })

  it.each(['aws:x', 'AWS:x'])('remove: %s is AWS’s', async (name) => {
    const { session, sent } = tagged({})
    expect(await failure(planRemoveTags(session, 'app', [name]))).toMatchObject({ exitCode: 2 })
    expect(sent()).toEqual([])
  })
})

describe('tags and descriptions on the embedded KMS', () => {
  it('live through set, list and remove', async () => {
    const { session, keyId } = await withKey()
    await apply(planSetTags(session, keyId, ['Team=pay', 'Stage=test']))
    await apply(planRemoveTags(session, keyId, ['Stage']))
    const { tags: left } = await listTags(session, keyId)
    expect(left).toMatchObject({ Team: 'pay' })
    expect(left).not.toHaveProperty('Stage')
  })

  it('a description is changed, removed, and left alone where it is so already', async () => {
    const { session, keyId } = await withKey()
    const { key } = await apply(planUpdateDescription(session, keyId, 'Orders'))
    expect(key.description).toBe('Orders')
    expect((await planUpdateDescription(session, keyId, 'Orders')).calls).toEqual([])
    expect((await apply(planUpdateDescription(session, keyId, ''))).key.description).toBe('')
  })

  it('8193 characters are refused before a call (UpdateKeyDescription)', async () => {
    const { session, kms, sent } = mockedSession()
    kms.on(UpdateKeyDescriptionCommand).resolves({})
    const refused = await failure(planUpdateDescription(session, 'app', 'x'.repeat(8193)))
    expect(refused).toMatchObject({ exitCode: 2 })
    expect(sent()).toEqual([])
  })
})
