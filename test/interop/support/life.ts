import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { afterwards, type Later } from './afterwards.js'
import { date, expectAgreement } from './agreement.js'
import { type Aws, type Json, type Kmsctl, REGION, temporaryFolder } from './programs.js'

/** A KMS, with the two programs that talk to it. */
export interface Kms {
  readonly kmsctl: Kmsctl
  readonly aws: Aws
  readonly accountId: string
  /** Where kmsctl was sent. */
  readonly endpoint: string
  /** What the line before a change begins with. */
  readonly announcement: string
}

/** Where moto falls short of KMS; `moto.deviations` proves each of them. */
export interface Traits {
  readonly tellsRotationPeriod: boolean
  readonly tellsLastUsage: boolean
  readonly suspendsRotation: boolean
}

const DAY_MS = 86_400_000

/**
 * kmsctl does, the AWS CLI looks: a key's whole life, with five of the AWS CLI's commands agreeing
 * after each step, field by field, with what kmsctl said. Each test has a key of its own.
 */
export function aKeysLife(
  title: string,
  open: (later: Later) => Promise<Kms>,
  traits: Traits,
): void {
  describe(title, () => {
    const later = afterwards()
    let kms: Kms
    let aws: Aws
    let kmsctl: Kmsctl
    let folder: string
    const agrees = (said: Json) => expectAgreement(aws, said)

    beforeAll(async () => {
      kms = await open(later)
      ;({ aws, kmsctl } = kms)
      folder = temporaryFolder(later)
    })

    /** Creates a key for one test. */
    const created = async (alias: string, ...flags: string[]): Promise<Json> =>
      (await kmsctl.ok('create', '--alias', alias, ...flags)).key

    test('create sets alias, description, policy, rotation and tags', async () => {
      const flags = [
        '--description',
        'Payments — “live”',
        '--tag',
        'Team=payments',
        '--tag',
        'Env=',
      ]
      const principals = ['--admin', 'user/alice', '--user', 'role/app', '--grant-user', 'role/svc']
      const { changed, key, warnings } = await kmsctl.ok(
        ...['create', '--alias', 'whole', '--alias', 'alias/whole/second', ...flags],
        ...[...principals, '--rotation-period-days', '180'],
      )

      expect({ changed, warnings }).toEqual({ changed: true, warnings: [] })
      expect(key).toMatchObject({
        accountId: kms.accountId,
        region: REGION,
        aliases: ['alias/whole', 'alias/whole/second'],
        description: 'Payments — “live”',
        keyState: 'Enabled',
        keySpec: 'SYMMETRIC_DEFAULT',
        keyUsage: 'ENCRYPT_DECRYPT',
        tags: {
          Team: 'payments',
          Env: '',
          'kmsctl:claim': expect.stringMatching(/^[0-9a-f]{32}$/),
        },
        rotation: {
          eligible: true,
          enabled: true,
          rotationPeriodInDays: traits.tellsRotationPeriod ? 180 : null,
        },
        unavailable: traits.tellsLastUsage ? [] : [{ field: 'lastUsage', code: 'BadResponse' }],
      })

      const { policy } = await agrees(key)
      expect(await kmsctl.ok('policy', 'show', 'whole')).toEqual(policy)
      const arn = (principal: string) => `arn:aws:iam::${kms.accountId}:${principal}`
      expect(policy.Statement.map(({ Principal }: Json) => Principal.AWS)).toEqual(
        ['root', 'user/alice', 'role/app', 'role/svc'].map(arn),
      )
    })

    test('create says on stderr where it acts, and prints the ID alone with --quiet', async () => {
      const { stdout, stderr, exitCode } = await kmsctl.run('create', '--alias', 'said', '--quiet')

      expect(exitCode).toBe(0)
      const { KeyMetadata } = await aws('kms', 'describe-key', '--key-id', 'alias/said')
      expect(stderr).toBe(
        `${kms.announcement}account ${kms.accountId}, Region ${REGION}, endpoint ${kms.endpoint}\nkey ${KeyMetadata.KeyId} was created\n`,
      )
      expect(stdout).toBe(`${KeyMetadata.KeyId}\n`)
    })

    test('create takes a policy file, no rotation, no claim tag, and leaves the key disabled', async () => {
      const document = {
        Version: '2012-10-17',
        Id: 'from-a-file',
        Statement: [
          {
            Sid: 'Root',
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${kms.accountId}:root` },
            Action: 'kms:*',
            Resource: '*',
          },
        ],
      }
      const file = join(folder, 'policy.json')
      writeFileSync(file, JSON.stringify(document, null, 2))

      const key = await created(
        'file',
        ...['--policy', file, '--no-rotation', '--disabled', '--no-claim-tag'],
      )

      expect(key).toMatchObject({ keyState: 'Disabled', enabled: false, tags: {} })
      expect(key.rotation.enabled).toBe(false)
      const { policy } = await agrees(key)
      expect(policy).toEqual(document)
    })

    test.each([
      ['rsa', 'RSA_2048', 'SIGN_VERIFY'],
      ['ecc', 'ECC_NIST_P256', 'KEY_AGREEMENT'],
      ['hmac', 'HMAC_256', 'GENERATE_VERIFY_MAC'],
    ])('create makes a key of another kind: %s', async (alias, keySpec, keyUsage) => {
      const key = await created(alias, '--spec', keySpec, '--usage', keyUsage)

      expect(key).toMatchObject({ keySpec, keyUsage, keyState: 'Enabled' })
      expect(key.rotation).toMatchObject({ eligible: false, enabled: false })
      await agrees(key)
    })

    test('create makes a multi-Region primary key', async () => {
      const key = await created('primary', '--multi-region')

      expect(key).toMatchObject({
        keyId: expect.stringMatching(/^mrk-/),
        multiRegion: true,
        multiRegionConfiguration: {
          multiRegionKeyType: 'PRIMARY',
          primaryKey: { arn: key.arn, region: REGION },
          replicaKeys: [],
        },
      })
      await agrees(key)
    })

    test('create refuses an alias that is taken, and sends nothing with --dry-run', async () => {
      const { keyId } = await created('taken')
      const before = await aws('kms', 'list-keys')

      const error = await kmsctl.fails(6, 'create', '--alias', 'taken')
      expect(error).toMatchObject({ code: 'AliasTaken', details: { keyId } })
      const { calls } = await kmsctl.ok('create', '--alias', 'untaken', '--dry-run')
      expect(calls.map(({ operation }: Json) => operation)).toEqual([
        'CreateKey',
        'CreateAlias',
        'EnableKeyRotation',
      ])
      const again = await kmsctl.ok('create', '--alias', 'taken', '--if-not-exists')
      expect(again).toMatchObject({ changed: false, key: { keyId } })

      expect(await aws('kms', 'list-keys')).toEqual(before)
    })

    test('describe finds a key by every reference', async () => {
      const key = await created('references')
      const aliasArn = key.arn.replace(/key\/.*/, 'alias/references')

      const references = ['references', 'alias/references', aliasArn, key.keyId, key.arn]
      const described = await Promise.all(references.map((ref) => kmsctl.ok('describe', ref)))

      expect(new Set(described.map((each) => JSON.stringify(each))).size).toBe(1)
      await agrees(described[0])
    })

    test('describe ends with 3 where there is no such key', async () => {
      const absent = '1234abcd-12ab-34cd-56ef-1234567890ab'
      for (const reference of ['absent', absent]) {
        const error = await kmsctl.fails(3, 'describe', reference)
        expect(error.message).toContain(reference)
      }
    })

    test('list shows the keys that list-keys shows, with their aliases', async () => {
      const { keyId } = await created('listed', '--tag', 'Listed=yes')

      const { keys, warnings } = await kmsctl.ok('list', '--manager', 'all')
      expect(warnings).toEqual([])
      const ids = keys.map((key: Json) => key.keyId).sort()
      const { Keys } = await aws('kms', 'list-keys')
      expect(ids).toEqual(Keys.map(({ KeyId }: Json) => KeyId).sort())
      const { Aliases } = await aws('kms', 'list-aliases')
      for (const key of keys) {
        const names = Aliases.filter(({ TargetKeyId }: Json) => TargetKeyId === key.keyId)
        expect(key.aliases).toEqual(names.map(({ AliasName }: Json) => AliasName).sort())
      }

      const filtered = await kmsctl.run('list', '--tag', 'Listed=yes', '--quiet')
      expect(filtered.stdout).toBe(`${keyId}\n`)
      const prefixed = await kmsctl.run('list', '--alias-prefix', 'listed', '--quiet')
      expect(prefixed.stdout).toBe(`${keyId}\n`)
    })

    test('alias create, update, list and delete', async () => {
      const [from, to] = [await created('from'), await created('to')]
      const target = async () => {
        const { Aliases } = await aws('kms', 'list-aliases')
        return Aliases.find(({ AliasName }: Json) => AliasName === 'alias/moves')?.TargetKeyId
      }

      const made = await kmsctl.ok('alias', 'create', 'moves', from.keyId)
      expect(made).toMatchObject({ changed: true, key: { aliases: ['alias/from', 'alias/moves'] } })
      await agrees(made.key)
      expect(await target()).toBe(from.keyId)
      const again = await kmsctl.ok('alias', 'create', 'moves', from.keyId)
      expect(again.changed).toBe(false)

      const refused = await kmsctl.fails(5, 'alias', 'update', 'moves', 'to')
      expect(refused.code).toBe('ConfirmationRequired')
      expect(await target()).toBe(from.keyId)
      const moved = await kmsctl.ok('alias', 'update', 'moves', 'to', '--yes')
      expect(moved).toMatchObject({ changed: true, key: { aliases: ['alias/moves', 'alias/to'] } })
      await agrees(moved.key)
      expect(await target()).toBe(to.keyId)

      const listed = await kmsctl.ok('alias', 'list', to.keyId)
      const { Aliases } = await aws('kms', 'list-aliases', '--key-id', to.keyId)
      const expected = Aliases.map((alias: Json) => ({
        aliasName: alias.AliasName,
        aliasArn: alias.AliasArn,
        targetKeyId: alias.TargetKeyId,
        creationDate: date(alias.CreationDate),
        lastUpdatedDate: date(alias.LastUpdatedDate),
      }))
      const byName = (a: Json, b: Json) => (a.aliasName < b.aliasName ? -1 : 1)
      expect(listed.aliases).toEqual(expected.sort(byName))

      const gone = await kmsctl.ok('alias', 'delete', 'moves', '--yes')
      expect(gone).toMatchObject({ changed: true, key: { aliases: ['alias/to'] } })
      expect(await target()).toBe(undefined)
    })

    test('disable and enable', async () => {
      const { keyId } = await created('switched')

      const refused = await kmsctl.fails(5, 'disable', 'switched')
      expect(refused.code).toBe('ConfirmationRequired')
      const off = await kmsctl.ok('disable', 'switched', '--yes')
      expect(off).toMatchObject({ changed: true, key: { keyId, keyState: 'Disabled' } })
      await agrees(off.key)
      const offAgain = await kmsctl.ok('disable', 'switched', '--yes')
      expect(offAgain.changed).toBe(false)

      const on = await kmsctl.ok('enable', 'switched')
      expect(on).toMatchObject({ changed: true, key: { keyState: 'Enabled', enabled: true } })
      await agrees(on.key)
      const onAgain = await kmsctl.ok('enable', 'switched')
      expect(onAgain.changed).toBe(false)
    })

    test('rotation enable, disable, now and status', async () => {
      const { keyId } = await created('rotates', '--no-rotation')

      const on = await kmsctl.ok('rotation', 'enable', 'rotates', '--period-days', '200')
      const period = traits.tellsRotationPeriod ? 200 : null
      expect(on).toMatchObject({
        changed: true,
        key: { rotation: { enabled: true, rotationPeriodInDays: period } },
      })
      await agrees(on.key)

      const now = await kmsctl.ok('rotation', 'now', 'rotates', '--yes')
      expect(now.changed).toBe(true)
      const status = await vi.waitFor(
        async () => {
          const seen = await kmsctl.ok('rotation', 'status', 'rotates')
          expect(seen).toMatchObject({ onDemandRotationStartDate: null, history: [{}] })
          return seen
        },
        { timeout: 30_000, interval: 500 },
      )
      await agrees(await kmsctl.ok('describe', 'rotates'))
      const { Rotations } = await aws('kms', 'list-key-rotations', '--key-id', keyId)
      expect(status.enabled).toBe(true)
      expect(status.history).toEqual(
        Rotations.map(({ RotationDate, RotationType }: Json) => ({
          rotationDate: date(RotationDate),
          rotationType: RotationType,
        })),
      )

      const off = await kmsctl.ok('rotation', 'disable', 'rotates')
      expect(off).toMatchObject({ changed: true, key: { rotation: { enabled: false } } })
      await agrees(off.key)
      expect((await kmsctl.ok('rotation', 'disable', 'rotates')).changed).toBe(false)
    })

    test('deletion check, schedule, list and cancel', async () => {
      const { keyId, arn } = await created('doomed')
      const kept = await created('kept')

      const check = await kmsctl.ok('deletion', 'check', 'doomed')
      expect(check.key).toMatchObject({ keyId, keyState: 'Enabled' })
      expect(check.verdict).toBe(traits.tellsLastUsage ? 'safe' : 'unknown')
      const refused = await kmsctl.fails(
        5,
        'deletion',
        'schedule',
        'doomed',
        '--confirm',
        kept.keyId,
      )
      expect(refused.code).toBe('ConfirmationRequired')
      expect((await aws('kms', 'describe-key', '--key-id', keyId)).KeyMetadata.Enabled).toBe(true)

      const before = Date.now()
      const doomed = await kmsctl.ok(
        ...['deletion', 'schedule', 'doomed', '--days', '8', '--confirm', keyId],
      )
      expect(doomed).toMatchObject({
        changed: true,
        key: {
          arn,
          keyState: 'PendingDeletion',
          enabled: false,
          pendingDeletionWindowInDays: null,
        },
      })
      const due = Date.parse(doomed.key.deletionDate)
      expect(due).toBeGreaterThanOrEqual(before + 8 * DAY_MS - 1_000)
      expect(due).toBeLessThan(Date.now() + 8 * DAY_MS + 1_000)
      expect(doomed.key.rotation).toMatchObject({
        reason: expect.stringContaining('deletion is pending'),
        enabled: !traits.suspendsRotation,
      })
      await agrees(doomed.key)
      const scheduledAgain = await kmsctl.ok('deletion', 'schedule', 'doomed', '--confirm', keyId)
      expect(scheduledAgain).toMatchObject({ changed: false, key: doomed.key })

      const { keys } = await kmsctl.ok('deletion', 'list')
      expect(keys).toMatchObject([
        { keyId, aliases: ['alias/doomed'], keyState: 'PendingDeletion' },
      ])

      const cancelled = await kmsctl.ok('cancel-deletion', 'doomed')
      expect(cancelled).toMatchObject({
        changed: true,
        key: { keyState: 'Disabled', deletionDate: null },
      })
      await agrees(cancelled.key)
      const notPending = await kmsctl.ok('deletion', 'cancel', 'doomed', '--enable')
      expect(notPending).toMatchObject({ changed: false, key: { keyState: 'Disabled' } })
    })

    test('deletion schedule releases aliases, and cancel --enable brings the key back', async () => {
      const { keyId } = await created('released')

      const doomed = await kmsctl.ok(
        ...['deletion', 'schedule', 'released', '--release-aliases', '--confirm', keyId],
      )
      expect(doomed.key).toMatchObject({ aliases: [], keyState: 'PendingDeletion' })
      await agrees(doomed.key)

      const back = await kmsctl.ok('deletion', 'cancel', keyId, '--enable')
      expect(back).toMatchObject({ changed: true, key: { keyState: 'Enabled', enabled: true } })
      await agrees(back.key)
      expect((await kmsctl.ok('deletion', 'list')).keys).not.toContainEqual(
        expect.objectContaining({ keyId }),
      )
    })
  })
}
