/** Whole lives of keys, and what stands against their deletion, on the embedded KMS. */
import {
  CreateGrantCommand,
  DecryptCommand,
  EncryptCommand,
  ReplicateKeyCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { listAliases, planUpdateAlias } from '../../../src/lib/kms/alias/aliases.js'
import {
  checkDeletion,
  planCancelDeletion,
  planScheduleDeletion,
} from '../../../src/lib/kms/deletion/deletion.js'
import { describeKey } from '../../../src/lib/kms/key/describe.js'
import { collect, streamPendingDeletions } from '../../../src/lib/kms/list/list.js'
import {
  planEnableRotation,
  planRotateNow,
  rotationStatus,
} from '../../../src/lib/kms/rotation/rotation.js'
import { planDisable, planEnable } from '../../../src/lib/kms/settings/enable-disable.js'
import type { SandboxSession } from '../../support/session.js'
import { apply, changes, create, createdIn, denied, failing, failure, withKey } from '../support.js'

const plain = { days: undefined, releaseAliases: false, allowRecentUse: false }
const schedule = (
  session: SandboxSession,
  key: string,
  over: Partial<typeof plain> | { days: number } = {},
) => apply(planScheduleDeletion(session, key, { ...plain, ...over }))

const Plaintext = Buffer.from('the message')
const use = ({ kms }: SandboxSession, KeyId: string) =>
  kms.send(new EncryptCommand({ KeyId, Plaintext }))

describe('a key’s whole life', () => {
  it('made, used, rotated, switched off and on, deleted, cancelled, deleted for good', async () => {
    const { session, keyId } = await withKey({ tags: { Owner: 'a' } })
    const { CiphertextBlob } = await use(session, 'alias/app')
    await apply(planRotateNow(session, 'app'))
    await session.advanceDays(1)
    await apply(planEnableRotation(session, 'app', 90))
    await apply(planDisable(session, 'app'))
    await expect(use(session, keyId)).rejects.toMatchObject({ name: 'DisabledException' })
    await apply(planEnable(session, 'app'))
    const old = await session.kms.send(new DecryptCommand({ CiphertextBlob }))
    expect(Buffer.from(old.Plaintext ?? []).toString()).toBe('the message')

    await session.advanceDays(31)
    const { key } = await schedule(session, 'app', { days: 7 })
    const due = session.now().getTime() + 7 * 86_400_000
    expect(Math.abs(new Date(key.deletionDate ?? 0).getTime() - due)).toBeLessThan(60_000)
    const cancelled = await apply(planCancelDeletion(session, 'app', false))
    expect(cancelled.key).toMatchObject({ keyState: 'Disabled', deletionDate: null })
    expect(cancelled.key.rotation).toMatchObject({ enabled: true, rotationPeriodInDays: 90 })
    await apply(planEnable(session, 'app'))

    await schedule(session, 'app', { days: 7 })
    await session.advanceDays(8)
    await expect(describeKey(session, keyId)).rejects.toMatchObject({ name: 'NotFoundException' })
    const { aliases } = await listAliases(session, undefined)
    expect(aliases.map(({ aliasName }) => aliasName)).not.toContain('alias/app')
    expect((await create(session)).key.keyId).not.toBe(keyId)
  })

  it('an alias is moved to a successor before the old key is deleted', async () => {
    const { session, keyId } = await withKey()
    const next = await createdIn(session, { aliases: ['app-next'] })
    await schedule(session, 'app', { days: 7 })
    await apply(planUpdateAlias(session, 'app', next.keyId))
    await session.advanceDays(8)
    expect(await describeKey(session, 'app')).toMatchObject({ keyId: next.keyId })
    await expect(describeKey(session, keyId)).rejects.toMatchObject({ name: 'NotFoundException' })
  })

  it('automatic rotations come due, are seen in the history, and raise the price (quotas)', async () => {
    const { session, keyId } = await withKey({ rotationPeriodDays: 90 })
    expect((await checkDeletion(session, keyId)).monthlyCostUsd).toBe(1)
    for (const [days, rotations, cost] of [
      [91, 1, 2],
      [90, 2, 3],
      [90, 3, 3],
    ] as const) {
      await session.advanceDays(days)
      expect((await rotationStatus(session, keyId)).history).toHaveLength(rotations)
      expect((await checkDeletion(session, keyId)).monthlyCostUsd).toBe(cost)
    }
  })
})

describe('recent use (contract 6.4)', () => {
  it('a key used just now is not scheduled; 31 days later it is', async () => {
    const { session, keyId } = await withKey()
    await use(session, keyId)
    expect(await checkDeletion(session, keyId)).toMatchObject({
      verdict: 'unsafe',
      reasons: expect.arrayContaining([expect.objectContaining({ code: 'RecentlyUsed' })]),
    })
    expect(await failure(schedule(session, keyId))).toMatchObject({
      code: 'RecentlyUsed',
      exitCode: 5,
      details: { lastUsage: { status: 'used', operation: 'Encrypt' } },
    })
    expect(changes(session)).toEqual(['Encrypt'])
    await session.advanceDays(31)
    expect(await checkDeletion(session, keyId)).toMatchObject({
      verdict: 'unknown',
      reasons: expect.arrayContaining([expect.objectContaining({ code: 'UsedBefore' })]),
    })
    expect((await schedule(session, keyId)).key.keyState).toBe('PendingDeletion')
  })

  it('--allow-recent-use schedules it all the same', async () => {
    const { session, keyId } = await withKey()
    await use(session, keyId)
    expect((await schedule(session, keyId, { allowRecentUse: true })).changed).toBe(true)
  })
})

describe('deletion check: the evidence', () => {
  it('a key that nobody used and nothing names is safe; checking changes nothing', async () => {
    const { session, keyId } = await withKey({ noAlias: true })
    const told = await checkDeletion(session, keyId)
    expect(told).toMatchObject({ verdict: 'safe', monthlyCostUsd: 1 })
    expect(told.reasons.map(({ code }) => code)).toEqual(['Enabled', 'NeverUsed'])
    expect(changes(session)).toEqual([])
  })

  it('a grant makes it unsafe', async () => {
    const { session, keyId } = await withKey()
    const GranteePrincipal = 'arn:aws:iam::000000000000:role/app'
    const grant = { KeyId: keyId, GranteePrincipal, Operations: ['Decrypt' as const], Name: 'n' }
    await session.kms.send(new CreateGrantCommand(grant))
    expect(await checkDeletion(session, keyId)).toMatchObject({
      verdict: 'unsafe',
      key: { grants: { count: 1, more: false } },
      reasons: expect.arrayContaining([expect.objectContaining({ code: 'Grants' })]),
    })
  })

  it.each([
    ['aliases', 'ListAliases'],
    ['grants', 'ListGrants'],
    ['lastUsage', 'GetKeyLastUsage'],
  ])('%s unread: never safe', async (field, operation) => {
    const { session, keyId } = await withKey({ noAlias: true })
    failing(session, { [operation]: denied })
    const { verdict, reasons } = await checkDeletion(session, keyId)
    expect(verdict).toBe('unknown')
    expect(reasons).toContainEqual({
      code: 'Unreadable',
      severity: 'caution',
      message: `${field} could not be read (AccessDeniedException)`,
    })
  })

  it('an AWS managed key is unsafe and costs nothing', async () => {
    const { session } = await withKey()
    expect(await checkDeletion(session, 'alias/aws/ebs')).toMatchObject({
      verdict: 'unsafe',
      monthlyCostUsd: 0,
    })
  })

  it('a key pending deletion costs nothing (quotas)', async () => {
    const { session, keyId } = await withKey()
    await schedule(session, keyId)
    const told = await checkDeletion(session, keyId)
    expect(told.monthlyCostUsd).toBe(0)
    expect(told.reasons.map(({ code }) => code)).toContain('PendingDeletion')
  })

  it('a history that cannot be read leaves the least cost', async () => {
    const { session, keyId } = await withKey()
    failing(session, { ListKeyRotations: denied })
    expect((await checkDeletion(session, keyId)).monthlyCostUsd).toBe(1)
  })
})

describe('deletion schedule and cancel', () => {
  it('--release-aliases frees the names at once', async () => {
    const { session, keyId } = await withKey({ aliases: ['app', 'b', 'c', 'd', 'e'] })
    const { key, warnings } = await schedule(session, keyId, { releaseAliases: true })
    expect(key).toMatchObject({ keyState: 'PendingDeletion', aliases: [] })
    expect(warnings).toEqual([])
    expect(changes(session)).toEqual(['ScheduleKeyDeletion', ...Array(5).fill('DeleteAlias')])
    expect((await create(session, { aliases: ['app'] })).key.keyId).not.toBe(keyId)
  })

  it('already pending: nothing changes, another window is a warning, the same is none', async () => {
    const { session, keyId } = await withKey()
    const first = await schedule(session, keyId, { days: 10 })
    session.sent.length = 0
    expect(await schedule(session, keyId, { days: 10 })).toMatchObject({
      changed: false,
      warnings: [],
      key: { deletionDate: first.key.deletionDate },
    })
    expect((await schedule(session, keyId)).warnings).toEqual([])
    const other = await schedule(session, keyId, { days: 30 })
    expect(other.warnings).toEqual([expect.stringContaining(String(first.key.deletionDate))])
    expect(other.key.deletionDate).toBe(first.key.deletionDate)
    expect(changes(session)).toEqual([])
  })

  it('cancel --enable leaves a key that works; a second cancel changes nothing', async () => {
    const { session, keyId } = await withKey()
    await schedule(session, keyId)
    expect((await apply(planCancelDeletion(session, keyId, true))).key.keyState).toBe('Enabled')
    await use(session, keyId)
    session.sent.length = 0
    expect(await apply(planCancelDeletion(session, keyId, true))).toMatchObject({ changed: false })
    expect(changes(session)).toEqual([])
  })

  it('cancel --enable never enables a key that was only disabled (contract 2)', async () => {
    const { session, keyId } = await withKey({ disabled: true })
    const { changed, key, warnings } = await apply(planCancelDeletion(session, keyId, true))
    expect({ changed, state: key.keyState }).toEqual({ changed: false, state: 'Disabled' })
    expect(warnings.join()).toContain(`kmsctl enable ${keyId}`)
    expect(changes(session)).toEqual([])
  })

  it('a primary with replicas waits for them, and says so (semantics, multi-Region)', async () => {
    const { session, keyId, arn } = await withKey({ multiRegion: true })
    for (const ReplicaRegion of ['eu-west-1', 'eu-north-1']) {
      await session.kms.send(new ReplicateKeyCommand({ KeyId: arn, ReplicaRegion }))
    }
    expect((await checkDeletion(session, keyId)).reasons.map(({ code }) => code)).toContain(
      'Replicas',
    )
    const plan = await planScheduleDeletion(session, keyId, { ...plain, days: 9 })
    expect(plan.deletionDate).toBeNull()
    expect(plan.confirmation?.question).toContain('once its replicas are gone')
    const { key, warnings } = await plan.apply()
    expect(warnings).toEqual([expect.stringMatching(/eu-north-1, eu-west-1: its 9 days/)])
    expect(key).toMatchObject({
      keyState: 'PendingReplicaDeletion',
      deletionDate: null,
      pendingDeletionWindowInDays: 9,
    })
    const { keys } = await collect(streamPendingDeletions(session))
    expect(keys.map((pending) => pending.keyId)).toEqual([keyId])
    await session.advanceDays(400)
    expect((await describeKey(session, keyId)).keyState).toBe('PendingReplicaDeletion')
    const { key: back } = await apply(planCancelDeletion(session, keyId, true))
    expect(back.keyState).toBe('Enabled')
  })

  it('cancelling brings rotation back as it was (semantics, Rotation)', async () => {
    const { session, keyId } = await withKey({ rotationPeriodDays: 200 })
    const { key } = await schedule(session, keyId)
    expect(key.rotation).toMatchObject({ enabled: false, reason: expect.stringMatching(/suspend/) })
    const { key: back } = await apply(planCancelDeletion(session, keyId, true))
    expect(back.rotation).toMatchObject({
      enabled: true,
      rotationPeriodInDays: 200,
      reason: null,
    })
  })
})
