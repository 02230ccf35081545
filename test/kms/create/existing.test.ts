import { describe, expect, it } from 'vitest'
import { planCreateAlias } from '../../../src/lib/kms/alias/aliases.js'
import { planScheduleDeletion } from '../../../src/lib/kms/deletion/deletion.js'
import { showPolicy } from '../../../src/lib/kms/policy/read.js'
import { planDisableRotation } from '../../../src/lib/kms/rotation/rotation.js'
import { planDisable } from '../../../src/lib/kms/settings/enable-disable.js'
import { policyText } from '../../../src/lib/policy/document/document.js'
import { apply, changes, create, createdIn, denied, failing, failure, withKey } from '../support.js'

type Over = Parameters<typeof create>[1]

const again = (session: Parameters<typeof create>[0], over: Over = {}) =>
  create(session, { ifNotExists: true, ...over })

describe('create --if-not-exists (contract 2)', () => {
  it('equal is 0, changed: false, and nothing is sent', async () => {
    const { session, keyId } = await withKey()
    expect(await again(session)).toMatchObject({ changed: false, key: { keyId } })
    expect(changes(session)).toEqual([])
  })

  it('what was not given is not compared: description, rotation, tags, policy', async () => {
    const { session, keyId } = await withKey({
      description: 'old',
      tags: { Team: 'a' },
      users: ['user/alice'],
    })
    await apply(planDisableRotation(session, keyId))
    session.sent.length = 0
    expect(await again(session)).toMatchObject({ changed: false })
    expect(changes(session)).toEqual([])
  })

  it('what was given and is so is equal; tags are a subset, the claim tag is left out', async () => {
    const given = {
      description: 'for tests',
      rotationPeriodDays: 180,
      tags: { Team: 'a' },
      users: ['user/alice'],
    }
    const { session } = await withKey({ ...given, tags: { Team: 'a', Env: 'dev' } })
    expect(await again(session, given)).toMatchObject({ changed: false })
    expect(changes(session)).toEqual([])
  })

  it('a policy in another spelling is the same policy', async () => {
    const { session, keyId } = await withKey({ admins: ['root'] })
    const document = await showPolicy(session, keyId)
    const text = policyText(document).replace(/\s+/g, ' ')
    expect(await again(session, { policy: { text, source: 'p.json' } })).toMatchObject({
      changed: false,
    })
  })

  it.each<[string, Over, string]>([
    ['spec', { spec: 'HMAC_256' }, 'spec'],
    ['usage', { spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT' }, 'spec'],
    ['origin', { origin: 'EXTERNAL' }, 'origin'],
    ['multi-Region', { multiRegion: true }, 'multi-Region'],
    ['description', { description: 'new' }, 'description'],
    ['rotation off', { rotation: false }, 'rotation'],
    ['rotation period', { rotationPeriodDays: 90 }, 'rotation'],
    ['a tag’s value', { tags: { Team: 'b' } }, 'tag Team'],
    ['a tag it lacks', { tags: { Other: '' } }, 'tag Other'],
    ['a second alias', { aliases: ['app', 'second'] }, 'aliases'],
    ['policy', { users: ['user/bob'] }, 'policy'],
  ])('another %s is 6 with the difference, and nothing is sent', async (_name, over, field) => {
    const { session, keyId } = await withKey({ tags: { Team: 'a' }, description: 'old' })
    const error = await failure(again(session, over))
    expect(error).toMatchObject({ code: 'Different', exitCode: 6, details: { keyId } })
    const { differences } = error.details as { differences: { field: string }[] }
    expect(differences.map((difference) => difference.field)).toContain(field)
    expect(error.message).toContain(field)
    expect(changes(session)).toEqual([])
  })

  it('usage alone differs', async () => {
    const { session } = await withKey({ spec: 'RSA_2048', usage: 'SIGN_VERIFY' })
    const error = await failure(again(session, { spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT' }))
    expect(error.details).toMatchObject({
      differences: [{ field: 'usage', wanted: 'ENCRYPT_DECRYPT', actual: 'SIGN_VERIFY' }],
    })
  })

  it('a second alias that is another key’s is a difference, too', async () => {
    const { session } = await withKey()
    await createdIn(session, { aliases: ['second'] })
    expect(await failure(again(session, { aliases: ['app', 'second'] }))).toMatchObject({
      exitCode: 6,
    })
    expect(changes(session)).toEqual([])
  })

  it('a key that is pending deletion is 5 and names the way back', async () => {
    const { session, keyId } = await withKey()
    const input = { days: 7, releaseAliases: false, allowRecentUse: false }
    await apply(planScheduleDeletion(session, keyId, input))
    session.sent.length = 0
    const error = await failure(again(session))
    expect(error).toMatchObject({ code: 'WrongState', exitCode: 5 })
    expect(error.hints.join()).toContain(`kmsctl deletion cancel ${keyId}`)
    expect(changes(session)).toEqual([])
  })

  it('a disabled key is 5 without --disabled, and equal with it', async () => {
    const { session, keyId } = await withKey()
    await apply(planDisable(session, keyId))
    session.sent.length = 0
    const error = await failure(again(session))
    expect(error).toMatchObject({ code: 'WrongState', exitCode: 5 })
    expect(error.hints).toContain(`kmsctl enable ${keyId}`)
    expect(await again(session, { disabled: true })).toMatchObject({ changed: false })
    expect(changes(session)).toEqual([])
  })

  it('an enabled key differs from one asked for with --disabled', async () => {
    const { session } = await withKey()
    expect(await failure(again(session, { disabled: true }))).toMatchObject({
      exitCode: 6,
      message: expect.stringContaining('state is Enabled, not Disabled'),
    })
  })

  it.each([
    ['tags', 'ListResourceTags', { tags: { Team: 'a' } }],
    ['rotation', 'GetKeyRotationStatus', { rotation: true }],
  ])('%s that cannot be read are not taken for equal: AWS’s refusal is told', async (...given) => {
    const [, operation, over] = given
    const { session } = await withKey({ tags: { Team: 'a' } })
    failing(session, { [operation]: denied })
    await expect(again(session, over)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  it('aliases need not be listed: DescribeKey has told where each points', async () => {
    const { session } = await withKey()
    failing(session, { ListAliases: denied })
    expect(await again(session, {})).toMatchObject({ changed: false })
  })

  it('where the alias is free, a key is made', async () => {
    const { session, keyId } = await withKey()
    const { changed, key } = await again(session, { aliases: ['fresh'] })
    expect(changed).toBe(true)
    expect(key.keyId).not.toBe(keyId)
    await apply(planCreateAlias(session, 'more', 'fresh'))
    expect(await again(session, { aliases: ['fresh', 'more'] })).toMatchObject({ changed: false })
  })
})
