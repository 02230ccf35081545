/** Replacing a key's policy: what is sent, in which order, and what stops it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { DescribeKeyCommand, GetKeyPolicyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { carryOut } from '../../../src/lib/kms/change/plan.js'
import { planScheduleDeletion } from '../../../src/lib/kms/deletion/deletion.js'
import { planSetPolicy } from '../../../src/lib/kms/policy/replace.js'
import type { PolicyDocument } from '../../../src/lib/policy/document/document.js'
import { historyFolder } from '../../../src/lib/store/policy-history.js'
import {
  ACCOUNT,
  ARN,
  apply,
  changes,
  denied,
  failing,
  failure,
  gate,
  intercept,
  internal,
  KEY_ID,
  metadata,
  REGION,
  reset,
  withKey,
} from '../support.js'
import {
  NEW,
  oldText,
  options,
  policy,
  ROOT,
  set,
  statement,
  USER,
  unknownPrincipal,
  world,
} from './policy-support.js'

describe('the calls', () => {
  it('reads, reads again right before it writes, writes by ARN, reads back', async () => {
    const { session, sent, names } = world()
    expect(await apply(set(session))).toMatchObject({
      changed: true,
      key: { keyId: KEY_ID },
      warnings: [],
    })
    expect(names()).toEqual(['GetKeyPolicy', 'GetKeyPolicy', 'PutKeyPolicy', 'GetKeyPolicy'])
    expect(sent()[0]).toEqual(['DescribeKey', { KeyId: 'alias/app' }])
    expect(sent().find(([name]) => name === 'PutKeyPolicy')).toEqual([
      'PutKeyPolicy',
      { KeyId: ARN, PolicyName: 'default', Policy: JSON.stringify(NEW) },
    ])
  })

  it('what means the same is sent nowhere, and the linter is not asked (contract 6.1)', async () => {
    const { session, changes, kept } = world()
    const other = policy({ ...USER, Action: ['KMS:encrypt'], Sid: 'Otherwise' }, ROOT)
    expect(await apply(set(session, other))).toMatchObject({ changed: false })
    expect(changes()).toEqual([])
    expect(await kept()).toEqual([])
  })

  it('a dry run shows the call, keeps and sends nothing', async () => {
    const { session, changes, kept } = world()
    const dry = gate({ dryRun: true })
    expect(await carryOut(await set(session), dry)).toEqual({
      dryRun: true,
      calls: [
        {
          operation: 'PutKeyPolicy',
          input: { KeyId: ARN, PolicyName: 'default', Policy: JSON.stringify(NEW) },
        },
      ],
      warnings: [],
    })
    expect(dry.asked).toEqual([])
    expect(changes()).toEqual([])
    expect(await kept()).toEqual([])
  })

  it('the diff to show is that of the present policy and the new one', async () => {
    const { session } = world()
    const { diff } = await set(session)
    expect(diff.equal).toBe(false)
    const gains = diff.changes.flatMap((change) => change.gains.map(({ principal }) => principal))
    expect(gains).toContain(`arn:aws:iam::${ACCOUNT}:role/shop`)
  })

  it('KMS’s lockout check is bypassed by its own flag alone, and the question says so', async () => {
    for (const bypassLockoutCheck of [false, true]) {
      const { session, changes } = world()
      const open = gate()
      await carryOut(await set(session, NEW, { bypassLockoutCheck }), open)
      const [[, input] = []] = changes()
      const flag = 'BypassPolicyLockoutSafetyCheck'
      expect(input).toEqual(
        bypassLockoutCheck ? expect.objectContaining({ [flag]: true }) : expect.anything(),
      )
      expect(Object.keys(input ?? {}).includes(flag)).toBe(bypassLockoutCheck)
      expect(open.asked).toEqual([
        { kind: 'yes', question: expect.stringContaining(`policy of key ${KEY_ID}?`) },
      ])
      expect(/lockout check/.test(open.asked[0]?.question ?? '')).toBe(bypassLockoutCheck)
    }
  })

  it('a policy that does not show within 10 s is set, with a warning (contract 6.9)', async () => {
    const { session, kms } = world()
    kms.on(PutKeyPolicyCommand).resolves({})
    const { changed, warnings } = await apply(set(session))
    expect(changed).toBe(true)
    expect(warnings).toEqual([expect.stringContaining('still showed the old value')])
  })
})

describe('what refuses it before anything is sent', () => {
  const PUBLIC = policy(ROOT, { ...USER, Principal: '*' })

  it('a text that is no policy, before the key is looked for', async () => {
    const { session, sent } = world()
    const plan = planSetPolicy(session, 'app', { text: '{', source: 'policy file x' }, options())
    expect(await failure(plan)).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('policy file x is not JSON: line 1'),
    })
    expect(sent()).toEqual([])
  })

  it('what the linter calls an error, naming the rule (contract 6.11), unless it is allowed', async () => {
    const { session, changes } = world()
    const error = await failure(set(session, PUBLIC))
    expect(error).toMatchObject({ code: 'PolicyRejected', exitCode: 5 })
    expect(error.hints.join('\n')).toMatch(/--allow [a-z-]+/)
    const [, rule = ''] = /--allow ([a-z-]+)/.exec(error.hints.join('\n')) ?? []
    expect(error.message).toContain(rule)
    expect(changes()).toEqual([])
    await apply(set(session, PUBLIC, { allowed: [rule] }))
    expect(changes()).toHaveLength(1)
  })

  it('a rule in --allow that does not exist, before the key is looked for', async () => {
    const { session, sent } = world()
    const error = await failure(set(session, NEW, { allowed: ['nosuchrule'] }))
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining('nosuchrule') })
    expect(sent()).toEqual([])
  })

  it('what the linter only warns of is in the warnings, and sent', async () => {
    const { session, changes } = world()
    const unwise = policy(ROOT, statement('role/shop', 'kms:CreateGrant'))
    const plan = await set(session, unwise)
    expect(plan.warnings).toEqual([expect.stringMatching(/^policy: statement 2 .*\(.*grant.*\)$/i)])
    expect((await apply(Promise.resolve(plan))).warnings).toEqual(plan.warnings)
    expect(changes()).toHaveLength(1)
  })

  it('a key that AWS manages (contract 6.5)', async () => {
    const { session, kms, changes, names } = world()
    kms.on(DescribeKeyCommand).resolves({ KeyMetadata: metadata({ KeyManager: 'AWS' }) })
    expect(await failure(set(session))).toMatchObject({ code: 'NotEligible', exitCode: 5 })
    expect(changes()).toEqual([])
    expect(names()).toEqual([])
  })

  it('an endpoint whose policy is none', async () => {
    const { session, become, changes } = world()
    become({ Version: '2012-10-17' })
    expect(await failure(set(session))).toMatchObject({ code: 'BadResponse', exitCode: 1 })
    expect(changes()).toEqual([])
  })
})

describe('what was there is kept first', () => {
  it('its text as KMS gave it, who replaced it, when, and by which command', async () => {
    const { session, kept } = world()
    const plan = await set(session)
    expect(plan.keptAs()).toBe(null)
    await carryOut(plan, gate())
    expect(plan.keptAs()).toBe(1)
    expect(await kept()).toEqual([
      {
        number: 1,
        keptAt: session.now().toISOString(),
        by: `arn:aws:iam::${ACCOUNT}:user/alice`,
        command: 'policy set',
        text: oldText,
      },
    ])
  })

  it('before it is replaced', async () => {
    const { session, kms, kept } = world()
    let before: readonly unknown[] = []
    kms.on(PutKeyPolicyCommand).callsFake(async () => {
      before = await kept()
      throw denied('kms:PutKeyPolicy')
    })
    expect(await failure(apply(set(session)))).toMatchObject({ exitCode: 4 })
    expect(before).toHaveLength(1)
  })

  it('where it cannot be kept it is not replaced, unless that was asked for', async () => {
    const { session, changes } = world()
    const key = { accountId: ACCOUNT, region: REGION, keyId: KEY_ID }
    const folder = historyFolder(await session.memory(), key)
    mkdirSync(dirname(folder), { recursive: true })
    writeFileSync(folder, 'in the way')
    const error = await failure(apply(set(session)))
    expect(error).toMatchObject({ code: 'HistoryUnwritable', exitCode: 5 })
    expect(error.message).toContain(folder)
    expect(error.hints.join('\n')).toContain('--no-history')
    expect(changes()).toEqual([])
    const plan = await set(session, NEW, { keep: false })
    await carryOut(plan, gate())
    expect(plan.keptAs()).toBe(null)
    expect(changes()).toHaveLength(1)
  })
})

describe('an answer that is lost', () => {
  it.each([
    ['a reset', reset],
    ['HTTP 500', internal],
  ])('%s: the key shows the new policy, so it was done, with a warning', async (_name, error) => {
    const { session, kms } = world()
    kms.on(PutKeyPolicyCommand).callsFake(({ Policy }) => {
      kms.on(GetKeyPolicyCommand).resolves({ Policy })
      throw error()
    })
    expect(await apply(set(session))).toMatchObject({
      changed: true,
      warnings: [expect.stringContaining('was lost')],
    })
  })

  it('the key still has the old policy: sent once more, then 8, and how to look', async () => {
    const { session, kms, changes } = world()
    kms.on(PutKeyPolicyCommand).rejects(reset())
    const error = await failure(apply(set(session)))
    expect(error).toMatchObject({ code: 'Ambiguous', exitCode: 8 })
    expect(error.hints.join('\n')).toContain(`kmsctl policy show ${KEY_ID}`)
    expect(changes()).toHaveLength(2)
  })

  it('the key has a third policy by then: not sent again, 8', async () => {
    const { session, kms, changes } = world()
    kms.on(PutKeyPolicyCommand).callsFake(() => {
      kms
        .on(GetKeyPolicyCommand)
        .resolves({ Policy: JSON.stringify(policy(ROOT, { ...USER, Action: 'kms:Sign' })) })
      throw reset()
    })
    expect(await failure(apply(set(session)))).toMatchObject({ code: 'Ambiguous', exitCode: 8 })
    expect(changes()).toHaveLength(1)
  })
})

describe('on the embedded KMS', () => {
  const here = (document: PolicyDocument): PolicyDocument =>
    JSON.parse(JSON.stringify(document).replaceAll(ACCOUNT, '000000000000'))

  it('replaces the policy, in the state pending deletion too (docs/facts/key-states.csv)', async () => {
    const { session, arn } = await withKey()
    const deletion = { days: 7, releaseAliases: false, allowRecentUse: false }
    await apply(planScheduleDeletion(session, 'app', deletion))
    session.sent.length = 0
    const { key } = await apply(set(session, here(NEW)))
    expect(key.keyState).toBe('PendingDeletion')
    expect(changes(session)).toEqual(['PutKeyPolicy'])
    const { Policy } = await session.kms.send(new GetKeyPolicyCommand({ KeyId: arn }))
    expect(JSON.parse(Policy ?? '')).toEqual(here(NEW))
  })

  it('KMS’s own lockout check stands behind the linter’s, and is bypassed by its flag', async () => {
    const { session } = await withKey()
    const out = here(policy(statement('user/other')))
    const allowed = ['lockout', 'caller-lockout']
    const error = await failure(apply(set(session, out, { allowed })))
    expect(error.message).toContain("refused by KMS's lockout check")
    expect(await apply(set(session, out, { allowed, bypassLockoutCheck: true }))).toMatchObject({
      changed: true,
    })
  })

  it('a principal that becomes known while it waits', async () => {
    const { session } = await withKey()
    let refusals = 2
    intercept(session, async (operation, send) => {
      if (operation === 'PutKeyPolicy' && refusals-- > 0) throw unknownPrincipal()
      return send()
    })
    const change = await apply(set(session, here(NEW), { waitSeconds: 30 }))
    expect(change).toMatchObject({ changed: true, warnings: [] })
    expect(changes(session)).toHaveLength(3)
  })

  it('an answer lost after KMS carried it out', async () => {
    const { session } = await withKey()
    failing(session, { PutKeyPolicy: reset }, { after: true })
    expect(await apply(set(session, here(NEW)))).toMatchObject({
      changed: true,
      warnings: [expect.stringContaining('was lost')],
    })
  })
})
