import { beforeAll, describe, expect, test } from 'vitest'
import { afterwards } from './support/afterwards.js'
import {
  type Aws,
  awsFor,
  type Json,
  type Kmsctl,
  kmsctlFor,
  temporaryFolder,
} from './support/programs.js'
import { startMoto } from './support/servers.js'

/**
 * Where moto is not KMS, as far as this suite leans on it or steps around it. A test that fails here
 * means that moto has mended something: then what was built around it can go.
 */
describe('moto still', () => {
  const later = afterwards()
  let aws: Aws
  let kmsctl: Kmsctl

  beforeAll(async () => {
    const home = temporaryFolder(later)
    const { url } = await startMoto(home, later)
    aws = awsFor(home, url)
    kmsctl = kmsctlFor(home, url)
  })

  const newKey = async (...flags: string[]): Promise<Json> =>
    (await aws('kms', 'create-key', ...flags)).KeyMetadata
  const state = async (keyId: string) =>
    (await aws('kms', 'describe-key', '--key-id', keyId)).KeyMetadata.KeyState

  test('answers GetKeyLastUsage with HTTP 500, and kmsctl shows the rest', async () => {
    const { KeyId } = await newKey()

    expect(await aws.fails('kms', 'get-key-last-usage', '--key-id', KeyId)).toContain('(500)')
    expect(await kmsctl.ok('describe', KeyId)).toMatchObject({
      keyId: KeyId,
      lastUsage: null,
      grants: { count: 0, more: false },
      unavailable: [{ field: 'lastUsage', code: 'BadResponse' }],
    })
    const { stdout } = await kmsctl.run('describe', KeyId)
    expect(stdout).toContain('lastUsage could not be read: BadResponse')
  })

  test.each([
    ['enable-key', []],
    ['disable-key', []],
    ['schedule-key-deletion', ['--pending-window-in-days', '7']],
    ['cancel-key-deletion', []],
  ])('answers HTTP 500 to %s of an ARN', async (command, more) => {
    const { Arn } = await newKey()
    expect(await aws.fails('kms', command, '--key-id', Arn, ...more)).toContain('(500)')
  })

  test('and kmsctl, which names keys by ARN, sends such a call again with the ID', async () => {
    const { KeyId } = await newKey()
    await kmsctl.ok('disable', KeyId, '--yes')
    expect(await state(KeyId)).toBe('Disabled')
    await kmsctl.ok('enable', KeyId)
    expect(await state(KeyId)).toBe('Enabled')
    await kmsctl.ok('deletion', 'schedule', KeyId, '--confirm', KeyId)
    expect(await state(KeyId)).toBe('PendingDeletion')
    await kmsctl.ok('deletion', 'cancel', KeyId)
    expect(await state(KeyId)).toBe('Disabled')
  })

  test('tells of rotation only whether it is on', async () => {
    const { KeyId } = await newKey()
    const id = ['--key-id', KeyId]
    await aws('kms', 'enable-key-rotation', ...id, '--rotation-period-in-days', '200')
    expect(await aws('kms', 'get-key-rotation-status', ...id)).toEqual({ KeyRotationEnabled: true })
  })

  test('leaves rotation on while deletion is pending', async () => {
    const { KeyId } = await newKey()
    await aws('kms', 'enable-key-rotation', '--key-id', KeyId)
    await aws('kms', 'schedule-key-deletion', '--key-id', KeyId)
    const status = await aws('kms', 'get-key-rotation-status', '--key-id', KeyId)
    expect(status.KeyRotationEnabled).toBe(true)
  })

  test('answers a deletion with the bare ID, and neither state nor window', async () => {
    const { KeyId } = await newKey()
    const id = ['--key-id', KeyId]
    expect(await aws('kms', 'schedule-key-deletion', ...id)).toEqual({
      KeyId,
      DeletionDate: expect.any(String),
    })
    expect(await aws('kms', 'cancel-key-deletion', ...id)).toEqual({ KeyId })
  })

  test('takes a window of 3 days, and does nothing', async () => {
    const { KeyId } = await newKey()
    const window = ['--pending-window-in-days', '3']
    await aws('kms', 'schedule-key-deletion', '--key-id', KeyId, ...window)
    expect(await state(KeyId)).toBe('Enabled')
    const error = await kmsctl.fails(2, 'deletion', 'schedule', KeyId, '--days', '3')
    expect(error.code).toBe('Usage')
  })

  test('knows no key states: it cancels no deletion, and enables what is to be deleted', async () => {
    const { KeyId } = await newKey()
    await aws('kms', 'cancel-key-deletion', '--key-id', KeyId)
    expect(await state(KeyId)).toBe('Disabled')
    await aws('kms', 'schedule-key-deletion', '--key-id', KeyId)
    await aws('kms', 'enable-key', '--key-id', KeyId)
    expect(await state(KeyId)).toBe('Enabled')
  })

  test('knows no pages', async () => {
    await Promise.all([newKey(), newKey()])
    const { Keys } = await aws('kms', 'list-keys', '--limit', '1', '--no-paginate')
    expect(Keys.length).toBeGreaterThan(1)
  })

  test('gives aliases no dates', async () => {
    const { KeyId } = await newKey()
    const names = ['--alias-name', 'alias/dateless', '--target-key-id', KeyId]
    await aws('kms', 'create-alias', ...names)
    const { Aliases } = await aws('kms', 'list-aliases', '--key-id', KeyId)
    expect(Object.keys(Aliases[0]).sort()).toEqual(['AliasArn', 'AliasName', 'TargetKeyId'])
  })

  test('wants the name of the only policy that there is', async () => {
    const { KeyId } = await newKey()
    const error = await aws.fails('kms', 'get-key-policy', '--key-id', KeyId)
    expect(error).toContain('No such policy exists')
  })

  test('leaves MultiRegion empty', async () => {
    expect((await newKey()).MultiRegion ?? null).toBe(null)
  })
})
