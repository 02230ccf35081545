/** The policies that a key had, and putting one back, on the embedded KMS. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GetKeyPolicyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import type { Session } from '../../../src/lib/aws/session.js'
import { carryOut } from '../../../src/lib/kms/change/plan.js'
import { planScheduleDeletion } from '../../../src/lib/kms/deletion/deletion.js'
import { planRollback, policyVersion, policyVersions } from '../../../src/lib/kms/policy/history.js'
import { type PolicyChangeOptions, planSetPolicy } from '../../../src/lib/kms/policy/replace.js'
import { historyFolder, keepPolicy } from '../../../src/lib/store/policy-history.js'
import { apply, changes, createdIn, denied, failing, failure, gate, withKey } from '../support.js'

const ACCOUNT = '000000000000'
const ROOT = {
  Sid: 'Enable IAM User Permissions',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  Action: 'kms:*',
  Resource: '*',
}
/** A policy that differs from those with other names. */
const named = (name: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      ROOT,
      {
        ...ROOT,
        Sid: 'Use',
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/${name}` },
        Action: 'kms:Encrypt',
      },
    ],
  })

const options: PolicyChangeOptions = {
  command: 'policy set',
  allowed: [],
  bypassLockoutCheck: false,
  waitSeconds: 0,
  keep: true,
  note: () => {},
  again: [],
}
const set = (session: Session, name: string, over: Partial<PolicyChangeOptions> = {}) =>
  apply(planSetPolicy(session, 'app', { text: named(name), source: 'x' }, { ...options, ...over }))
const rollback = (session: Session, to?: string, over: Partial<PolicyChangeOptions> = {}) =>
  planRollback(session, 'app', to, { ...options, command: 'policy rollback', ...over })
const present = async (session: Session, KeyId: string) =>
  (await session.kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy

/** A key whose policy was replaced twice: by `a`, then by `b`, which it has. */
async function replacedTwice() {
  const world = await withKey()
  const { session, arn, key } = world
  const first = (await present(session, arn)) ?? ''
  const { accountId, region, keyId } = key
  const folder = historyFolder(await session.memory(), { accountId, region, keyId })
  const about = { keptAt: session.now().toISOString(), by: null, command: 'policy set' }
  for (const text of [first, named('a')]) await keepPolicy(folder, text, about)
  await session.kms.send(new PutKeyPolicyCommand({ KeyId: arn, Policy: named('b') }))
  session.sent.length = 0
  return { ...world, first, folder }
}

describe('policy history', () => {
  it('lists what was kept, with who, when and by which command, and which is present', async () => {
    const { session, keyId, arn } = await withKey()
    const first = await present(session, arn)
    await set(session, 'a')
    await set(session, 'b')
    const kept = {
      keptAt: session.now().toISOString(),
      by: `arn:aws:iam::${ACCOUNT}:user/sandbox`,
      command: 'policy set',
    }
    expect(await policyVersions(session, 'app')).toEqual({
      keyId,
      arn,
      versions: [
        { number: 1, ...kept, statements: 1, characters: first?.length, present: false },
        { number: 2, ...kept, statements: 2, characters: named('a').length, present: false },
      ],
      warnings: [],
    })
  })

  it('a version that the key has again is told by its meaning', async () => {
    const { session, arn } = await replacedTwice()
    const Policy = JSON.stringify(JSON.parse(named('a')), null, 4)
    await session.kms.send(new PutKeyPolicyCommand({ KeyId: arn, Policy }))
    const { versions } = await policyVersions(session, 'app')
    expect(versions.map(({ present }) => present)).toEqual([false, true])
  })

  it('without anything kept it is empty, and the policy is not even read', async () => {
    const { session } = await withKey()
    expect(await policyVersions(session, 'app')).toMatchObject({ versions: [], warnings: [] })
    expect(session.sent).toEqual(['DescribeKey'])
  })

  it('a present policy that may not be read costs only the comparison', async () => {
    const { session } = await replacedTwice()
    failing(session, { GetKeyPolicy: () => denied('kms:GetKeyPolicy') })
    const { versions, warnings } = await policyVersions(session, 'app')
    expect(versions.map(({ present }) => present)).toEqual([null, null])
    expect(warnings).toEqual([expect.stringContaining('AccessDeniedException')])
  })

  it('works while deletion is pending, and by ID and ARN when KMS has the key no more', async () => {
    const { session, keyId, arn } = await replacedTwice()
    const deletion = { days: 7, releaseAliases: false, allowRecentUse: false }
    await apply(planScheduleDeletion(session, 'app', deletion))
    expect((await policyVersions(session, 'app')).versions).toHaveLength(2)
    await session.advanceDays(8)
    for (const text of [keyId, arn]) {
      const { versions, warnings } = await policyVersions(session, text)
      expect(versions.map(({ present }) => present)).toEqual([null, null])
      expect(warnings).toEqual([expect.stringContaining('not in KMS any more')])
      expect(await policyVersion(session, text, '2')).toEqual(JSON.parse(named('a')))
    }
    await expect(policyVersions(session, 'app')).rejects.toMatchObject({
      name: 'NotFoundException',
    })
  })

  it('a key that never was is not found', async () => {
    const { session } = await withKey()
    const nowhere = '00000000-12ab-34cd-56ef-1234567890ab'
    await expect(policyVersions(session, nowhere)).rejects.toMatchObject({
      name: 'NotFoundException',
    })
  })

  it('names a damaged entry, and lists the others', async () => {
    const { session, folder } = await replacedTwice()
    writeFileSync(join(folder, '1.json'), '{')
    const { versions, warnings } = await policyVersions(session, 'app')
    expect(versions.map(({ number }) => number)).toEqual([2])
    expect(warnings).toEqual([expect.stringMatching(/^version 1 is damaged: .*1\.json$/)])
    const error = await failure(policyVersion(session, 'app', '1'))
    expect(error).toMatchObject({ code: 'HistoryUnreadable', exitCode: 1 })
    expect(error.message).toContain('1.json')
  })

  it('that cannot be read at all says where it is', async () => {
    const { session, folder } = await replacedTwice()
    rmSync(folder, { recursive: true })
    writeFileSync(folder, 'in the way')
    const error = await failure(policyVersions(session, 'app'))
    expect(error).toMatchObject({ code: 'HistoryUnreadable', exitCode: 1 })
    expect(error.message).toContain(folder)
  })

  it('two keys, and one key’s name in two Regions, have nothing to do with each other', async () => {
    const { session } = await replacedTwice()
    await createdIn(session, { aliases: ['other'] })
    expect((await policyVersions(session, 'other')).versions).toEqual([])
  })
})

describe('policy history KEY N', () => {
  it('is that document', async () => {
    const { session } = await replacedTwice()
    expect(await policyVersion(session, 'app', '2')).toEqual(JSON.parse(named('a')))
  })

  it('N that there is not is 3, and names those there are', async () => {
    const { session } = await replacedTwice()
    const error = await failure(policyVersion(session, 'app', '7'))
    expect(error).toMatchObject({
      code: 'VersionNotFound',
      exitCode: 3,
      message: expect.stringMatching(/has no version 7: it has 1, 2$/),
    })
  })

  it.each(['0', '-1', '1.5', 'x', '', '01', '9999999999'])('%j is no number: 2', async (text) => {
    const { session } = await withKey()
    expect(await failure(policyVersion(session, 'app', text))).toMatchObject({ exitCode: 2 })
    expect(session.sent).toEqual([])
  })
})

describe('policy rollback', () => {
  it('puts back the latest that differs, and can be rolled back itself', async () => {
    const { session, arn } = await replacedTwice()
    const plan = await rollback(session)
    expect(plan.diff.equal).toBe(false)
    const open = gate()
    await carryOut(plan, open)
    expect(open.asked).toEqual([{ kind: 'yes', question: expect.stringContaining('Roll back') }])
    expect(plan.keptAs()).toBe(3)
    expect(await present(session, arn)).toBe(named('a'))
    await apply(rollback(session))
    expect(await present(session, arn)).toBe(named('b'))
    await apply(rollback(session))
    expect(await present(session, arn)).toBe(named('a'))
    const { versions } = await policyVersions(session, 'app')
    expect(versions.map(({ command }) => command)).toEqual([
      'policy set',
      'policy set',
      ...Array(3).fill('policy rollback'),
    ])
  })

  it('--to N puts that one back; the one that is there already changes nothing', async () => {
    const { session, arn, first } = await replacedTwice()
    await apply(rollback(session, '1'))
    expect(JSON.parse((await present(session, arn)) ?? '')).toEqual(JSON.parse(first))
    session.sent.length = 0
    expect(await apply(rollback(session, '1'))).toMatchObject({ changed: false })
    expect(changes(session)).toEqual([])
  })

  it('reads, reads again, writes and reads back as set does', async () => {
    const { session } = await replacedTwice()
    await apply(rollback(session))
    expect(session.sent.filter((name) => name.includes('Policy'))).toEqual([
      'GetKeyPolicy',
      'GetKeyPolicy',
      'PutKeyPolicy',
      'GetKeyPolicy',
    ])
  })

  it('a policy that was set by others in between is kept before it is replaced', async () => {
    const { session, arn } = await replacedTwice()
    const theirs = named('theirs')
    await session.kms.send(new PutKeyPolicyCommand({ KeyId: arn, Policy: theirs }))
    await apply(rollback(session, '2'))
    expect(await policyVersion(session, 'app', '3')).toEqual(JSON.parse(theirs))
  })

  it('is linted like any other: what was legal then may be refused now', async () => {
    const { session, arn } = await withKey()
    const PUBLIC = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ ...ROOT, Principal: '*' }],
    })
    await session.kms.send(new PutKeyPolicyCommand({ KeyId: arn, Policy: PUBLIC }))
    await set(session, 'a')
    session.sent.length = 0
    const error = await failure(rollback(session))
    expect(error).toMatchObject({ code: 'PolicyRejected', exitCode: 5 })
    expect(changes(session)).toEqual([])
  })

  it('without anything kept is 3, and says where else to look', async () => {
    const { session, keyId } = await withKey()
    const error = await failure(rollback(session))
    expect(error).toMatchObject({
      code: 'VersionNotFound',
      exitCode: 3,
      message: `no policy of key ${keyId} is kept on this machine`,
    })
    expect(error.hints.join('\n')).toContain('CloudTrail')
    expect((await failure(rollback(session, '1'))).code).toBe('VersionNotFound')
  })

  it('where all that is kept is what the key has, it is 3', async () => {
    const { session, arn, first } = await replacedTwice()
    const { session: other } = await withKey()
    failing(other, { PutKeyPolicy: () => denied('kms:PutKeyPolicy') })
    await failure(set(other, 'a'))
    const error = await failure(rollback(other))
    expect(error).toMatchObject({ code: 'VersionNotFound', exitCode: 3 })
    expect(error.message).toContain('has no version that differs from the present policy: it has 1')
    // A version before that does differ is found past those that do not.
    await session.kms.send(new PutKeyPolicyCommand({ KeyId: arn, Policy: named('a') }))
    expect((await rollback(session)).diff.equal).toBe(false)
    await apply(rollback(session))
    expect(JSON.parse((await present(session, arn)) ?? '')).toEqual(JSON.parse(first))
  })

  it('passes over a damaged entry, unless it is asked for', async () => {
    const { session, folder, arn, first } = await replacedTwice()
    writeFileSync(join(folder, '2.json'), 'not JSON')
    expect(await failure(rollback(session, '2'))).toMatchObject({ code: 'HistoryUnreadable' })
    await apply(rollback(session))
    expect(JSON.parse((await present(session, arn)) ?? '')).toEqual(JSON.parse(first))
  })

  it('somebody else’s change meanwhile stops it', async () => {
    const { session, arn } = await replacedTwice()
    const plan = await rollback(session)
    await session.kms.send(new PutKeyPolicyCommand({ KeyId: arn, Policy: named('theirs') }))
    expect(await failure(carryOut(plan, gate()))).toMatchObject({ code: 'RemoteChanged' })
    expect(await present(session, arn)).toBe(named('theirs'))
  })
})
