/** What refuses a policy after it was shown: somebody else's change, and KMS. */
import { GetKeyPolicyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import type { Session } from '../../../src/lib/aws/session.js'
import { KmsctlError } from '../../../src/lib/errors.js'
import { carryOut } from '../../../src/lib/kms/change/plan.js'
import { planEditedPolicy, policyTarget } from '../../../src/lib/kms/policy/replace.js'
import { ACCOUNT, apply, awsError, failure, gate, KEY_ID } from '../support.js'
import {
  lockout,
  NEW,
  OLD,
  options,
  policy,
  ROOT,
  set,
  statement,
  USER,
  unknownPrincipal,
  world,
} from './policy-support.js'

describe('somebody else’s change meanwhile', () => {
  it('stops it with 6, keeps nothing, and says how to go on', async () => {
    const { session, become, changes, kept } = world()
    const plan = await set(session, NEW, { again: ['compare again'] })
    become(policy(ROOT))
    const error = await failure(carryOut(plan, gate()))
    expect(error).toMatchObject({ code: 'RemoteChanged', exitCode: 6, details: { keyId: KEY_ID } })
    expect(error.hints).toEqual([expect.stringContaining('policy show'), 'compare again'])
    expect(changes()).toEqual([])
    expect(await kept()).toEqual([])
  })

  it('even of what has no meaning: a Sid may be what others go by', async () => {
    const { session, become, changes } = world()
    const plan = await set(session)
    become(policy(ROOT, { ...USER, Sid: 'Renamed' }))
    expect(await failure(carryOut(plan, gate()))).toMatchObject({ code: 'RemoteChanged' })
    expect(changes()).toEqual([])
  })

  it('another spelling of the same document is none', async () => {
    const { session, become, changes } = world()
    const plan = await set(session)
    become(OLD)
    await carryOut(plan, gate())
    expect(changes()).toHaveLength(1)
  })

  it('while an editor was open: 6 before anything is shown, unless nothing was changed in it', async () => {
    const { session, become, changes } = world()
    const target = await policyTarget(session, 'app', { allowed: [] })
    become(policy(ROOT))
    const edited = (document: object) =>
      planEditedPolicy(session, target, { text: JSON.stringify(document), source: 'x' }, options())
    expect(await failure(edited(NEW))).toMatchObject({ code: 'RemoteChanged', exitCode: 6 })
    expect(await apply(edited(OLD))).toMatchObject({ changed: false })
    expect(changes()).toEqual([])
  })
})

describe('"invalid principals": a role just made is not known everywhere at once', () => {
  it('is tried again, with a note, and the policy is re-read before each attempt', async () => {
    const { session, kms, sleeps, names } = world()
    const notes: string[] = []
    kms
      .on(PutKeyPolicyCommand)
      .rejectsOnce(unknownPrincipal())
      .rejectsOnce(unknownPrincipal())
      .callsFake(({ Policy }) => kms.on(GetKeyPolicyCommand).resolves({ Policy }) && {})
    const over = { waitSeconds: 30, note: (line: string) => void notes.push(line) }
    expect(await apply(set(session, NEW, over))).toMatchObject({ changed: true, warnings: [] })
    expect(sleeps).toEqual([1000, 2000])
    expect(notes).toEqual([expect.stringContaining('up to 30 s')])
    const attempt = ['GetKeyPolicy', 'PutKeyPolicy']
    expect(names()).toEqual(['GetKeyPolicy', ...attempt, ...attempt, ...attempt, 'GetKeyPolicy'])
  })

  it('at the end of the wait it names the principals, the new ones first', async () => {
    const { session, kms, sleeps, changes } = world()
    kms.on(PutKeyPolicyCommand).rejects(unknownPrincipal())
    const wanted = policy(ROOT, USER, statement('role/typo', 'kms:Encrypt'))
    const error = await failure(apply(set(session, wanted, { waitSeconds: 12 })))
    expect(sleeps).toEqual([1000, 2000, 4000, 5000])
    expect(changes()).toHaveLength(5)
    expect(error).toMatchObject({
      code: 'MalformedPolicyDocumentException',
      exitCode: 5,
      requestId: 'req-1',
      message: `a principal of the policy is unknown to KMS after 12 s, one of arn:aws:iam::${ACCOUNT}:role/typo (statement 3, new), arn:aws:iam::${ACCOUNT}:root (statement 1), arn:aws:iam::${ACCOUNT}:user/alice (statement 2)`,
    })
    expect(error.hints.join('\n')).toContain('--wait')
    expect(error.details?.principals).toMatchObject([
      { principal: `arn:aws:iam::${ACCOUNT}:role/typo`, statement: 3, sid: 'role/typo', new: true },
      { new: false },
      { new: false },
    ])
  })

  it('without a wait it is tried once', async () => {
    const { session, kms, sleeps, changes } = world()
    kms.on(PutKeyPolicyCommand).rejects(unknownPrincipal())
    expect(await failure(apply(set(session)))).toMatchObject({ exitCode: 5 })
    expect(changes()).toHaveLength(1)
    expect(sleeps).toEqual([])
  })

  it('somebody else’s change during the wait stops it', async () => {
    const { session, kms, become, changes } = world()
    kms.on(PutKeyPolicyCommand).callsFake(() => {
      become(policy(ROOT))
      throw unknownPrincipal()
    })
    const error = await failure(apply(set(session, NEW, { waitSeconds: 30 })))
    expect(error.code).toBe('RemoteChanged')
    expect(changes()).toHaveLength(1)
  })

  it('the run’s end during the wait is its own error: certainly nothing was changed', async () => {
    const { session, kms, changes } = world()
    kms.on(PutKeyPolicyCommand).rejects(unknownPrincipal())
    const ended: Session = {
      ...session,
      sleep: () => Promise.reject(new KmsctlError('Timeout', 'the run took longer than 1 s')),
    }
    const error = await failure(apply(set(ended, NEW, { waitSeconds: 30 })))
    expect(error).toMatchObject({ code: 'Timeout', exitCode: 9 })
    expect(changes()).toHaveLength(1)
  })

  it('any other fault of the document is final', async () => {
    const { session, kms, sleeps, changes } = world()
    const syntax = awsError('MalformedPolicyDocumentException', 'Policy contains a syntax error.')
    kms.on(PutKeyPolicyCommand).rejects(syntax)
    const error = await failure(apply(set(session, NEW, { waitSeconds: 30 })))
    expect(error).toMatchObject({ exitCode: 5, message: 'policy contains a syntax error' })
    expect(changes()).toHaveLength(1)
    expect(sleeps).toEqual([])
  })
})

describe('the lockout refusal of KMS', () => {
  it('is final and explained: whose permission lacks, and that IAM counts too', async () => {
    const { session, kms, changes } = world()
    kms.on(PutKeyPolicyCommand).rejects(lockout())
    const error = await failure(apply(set(session, NEW, { waitSeconds: 30 })))
    expect(error).toMatchObject({ code: 'MalformedPolicyDocumentException', exitCode: 5 })
    expect(error.message).toContain(`lockout check`)
    expect(error.message).toContain(`arn:aws:iam::${ACCOUNT}:user/alice`)
    expect(error.hints.join('\n')).toMatch(/kms:PutKeyPolicy.*IAM policies/)
    expect(error.hints.join('\n')).toContain('--bypass-lockout-check')
    expect(changes()).toHaveLength(1)
  })

  it('names the caller only where STS can say who that is', async () => {
    const { session, kms } = world()
    kms.on(PutKeyPolicyCommand).rejects(lockout())
    const unreachable: Session = {
      ...session,
      identity: () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' })),
    }
    const error = await failure(apply(set(unreachable)))
    expect(error.message).toContain('the caller could not change the policy again')
  })
})
