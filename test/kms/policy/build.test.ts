/** The policy of a new key: the builder's flags on the way to KMS. */
import { CreateKeyCommand, GetKeyPolicyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { planCreate } from '../../../src/lib/kms/create/plan.js'
import { buildKeyPolicy, type PolicyRequest } from '../../../src/lib/kms/policy/build.js'
import { showPolicy } from '../../../src/lib/kms/policy/read.js'
import { buildPolicy } from '../../../src/lib/policy/build/builder.js'
import { samePolicy } from '../../../src/lib/policy/compare/equivalence.js'
import { policyText } from '../../../src/lib/policy/document/document.js'
import { NOBODY, SAMPLES } from '../../policy/build/builder-samples.js'
import { sandboxSession } from '../../support/session.js'
import { apply, create, failure, mockedSession, request } from '../support.js'

const OWN = '000000000000'
const RSA = { spec: 'RSA_2048', usage: 'SIGN_VERIFY' }
const LOGS = 'logs=arn:aws:logs:us-east-1:000000000000:log-group:/app/web'

/** `create` with the builder's flags. */
const asked = (wishes: Partial<PolicyRequest>, key = {}) => ({ ...request(key), ...wishes })

describe('the embedded KMS takes what is built', () => {
  it('for every kind of key, flag and service', async () => {
    const { kms } = await sandboxSession()
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
    const KeyId = KeyMetadata?.KeyId ?? ''
    for (const { name, input } of SAMPLES) {
      const Policy = policyText(buildPolicy({ ...input, accountId: OWN }))
      await kms
        .send(new PutKeyPolicyCommand({ KeyId, Policy }))
        .catch((error) => expect.fail(`${name}: ${error.message}`))
      const { Policy: kept } = await kms.send(new GetKeyPolicyCommand({ KeyId }))
      expect(kept).toBe(Policy)
    }
    expect(SAMPLES.length).toBeGreaterThan(100)
  })

  it('within CreateKey, from every flag at once', async () => {
    const session = await sandboxSession()
    const wishes = {
      admins: ['user/alice'],
      users: ['role/app'],
      grantUsers: ['role/app'],
      accounts: ['444455556666'],
      services: [LOGS, 'dynamodb'],
      adminDelete: false,
      guardrails: true,
    }
    const { key } = await apply(planCreate(session, asked(wishes)))
    const kept = await showPolicy(session, key.keyId)
    const built = await buildKeyPolicy(session, { multiRegion: false }, wishes)
    expect(kept).toEqual(built)
    const sids = (built.Statement as { Sid: string }[]).map(({ Sid }) => Sid)
    expect(sids).toContain('Allow CloudWatch Logs to use the key')
    expect(sids).toContain('Deny a short waiting period before deletion')
  })
})

describe('create builds a policy for any of the flags, and none without', () => {
  it.each<[string, Partial<PolicyRequest>]>([
    ['--account', { accounts: ['444455556666'] }],
    ['--service', { services: ['s3'] }],
    ['--guardrails', { guardrails: true }],
  ])('%s alone', async (_flag, wishes) => {
    const session = await sandboxSession()
    const { calls } = await planCreate(session, asked(wishes))
    const input = calls[0]?.input as { Policy?: string }
    const built = await buildKeyPolicy(session, { multiRegion: false }, { ...NOBODY, ...wishes })
    expect(JSON.parse(input.Policy ?? '')).toEqual(built)
  })

  it('without any: KMS’s own default', async () => {
    const { calls } = await planCreate(await sandboxSession(), asked({}))
    expect(calls[0]?.input).not.toHaveProperty('Policy')
  })

  it('fits the key that is made', async () => {
    const session = await sandboxSession()
    const { calls } = await planCreate(
      session,
      asked({ users: ['role/app'], accounts: ['444455556666'] }, RSA),
    )
    const built = await buildKeyPolicy(
      session,
      { ...RSA, multiRegion: false },
      { ...NOBODY, users: ['role/app'], accounts: ['444455556666'] },
    )
    const sent = calls[0]?.input as { Policy?: string } | undefined
    expect(JSON.parse(sent?.Policy ?? '')).toEqual(built)
    expect(JSON.stringify(built)).not.toContain('kms:Encrypt')
  })
})

describe('--if-not-exists compares the built policy by meaning', () => {
  const wishes = { users: ['role/a', 'role/b'], services: [LOGS], guardrails: true }

  it('the same wishes in another order are the same', async () => {
    const session = await sandboxSession()
    await apply(planCreate(session, asked(wishes)))
    const again = { ...wishes, users: ['role/b', 'role/a', 'role/b'], ifNotExists: true }
    const { changed } = await apply(planCreate(session, asked(again)))
    expect(changed).toBe(false)
  })

  it('another service is a difference: 6', async () => {
    const session = await sandboxSession()
    await apply(planCreate(session, asked(wishes)))
    const other = { ...wishes, services: ['s3'], ifNotExists: true }
    expect(await failure(apply(planCreate(session, asked(other))))).toMatchObject({
      code: 'Different',
      exitCode: 6,
      details: { differences: [{ field: 'policy' }] },
    })
  })
})

describe('mistakes are 2, and nothing is asked', () => {
  const policy = { text: '{}', source: 'p.json' }

  it.each<[string, Partial<PolicyRequest>, object, RegExp]>([
    ['--policy with --account', { policy, accounts: ['444455556666'] }, {}, /--policy cannot be/],
    ['--policy with --service', { policy, services: ['s3'] }, {}, /--policy cannot be/],
    ['--policy with --guardrails', { policy, guardrails: true }, {}, /--policy cannot be/],
    ['--policy with --no-admin-delete', { policy, adminDelete: false }, {}, /--policy cannot be/],
    ['--no-admin-delete without --admin', { adminDelete: false }, {}, /add --admin PRINCIPAL/],
    ['no account ID', { accounts: ['4444'] }, {}, /"4444" is no account ID/],
    ['no service', { services: ['lambda'] }, {}, /service lambda does not exist/],
    [
      'an ARN of another Region',
      { services: [LOGS.replace('us-east-1', 'eu-west-1')] },
      {},
      /eu-w/,
    ],
    ['dnssec without its kind of key', { services: ['dnssec'] }, {}, /--spec ECC_NIST_P256/],
    ['a service that takes no such key', { services: ['s3'] }, RSA, /--spec SYMMETRIC_DEFAULT/],
    ['--guardrails with --disabled', { guardrails: true }, { disabled: true }, /--disabled is not/],
  ])('%s', async (_name, wishes, key, why) => {
    const { session, sent } = mockedSession()
    const silent = { ...session, identity: () => expect.fail('STS was asked') }
    const error = await failure(planCreate(silent, asked(wishes, key)))
    expect(error).toMatchObject({ code: 'Usage', exitCode: 2, message: expect.stringMatching(why) })
    expect(sent()).toEqual([])
  })

  it('the own account as another one is told when it is known, before KMS is asked', async () => {
    const { session, sent } = mockedSession()
    const { accountId } = await session.identity()
    const error = await failure(planCreate(session, asked({ accounts: [accountId] })))
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining('is your own') })
    expect(sent()).toEqual([])
  })

  it('a Region whose partition is another has ARNs of that partition', async () => {
    const session = await sandboxSession('cn-north-1')
    const china = 'logs=arn:aws-cn:logs:cn-north-1:000000000000:log-group:/app'
    const wishes = { ...NOBODY, services: [china] }
    const built = await buildKeyPolicy(session, { multiRegion: false }, wishes)
    expect(JSON.stringify(built)).toContain('logs.cn-north-1.amazonaws.com.cn')
    await expect(
      buildKeyPolicy(session, { multiRegion: false }, { ...NOBODY, services: [LOGS] }),
    ).rejects.toMatchObject({ exitCode: 2 })
  })
})

it('what create sends is what policy build prints, by meaning and to the letter', async () => {
  const session = await sandboxSession()
  const { key } = await create(session, { admins: ['root'], users: ['role/app'] })
  const kept = await showPolicy(session, key.keyId)
  const wishes = { ...NOBODY, admins: ['root'], users: ['role/app'] }
  const built = await buildKeyPolicy(session, { multiRegion: false }, wishes)
  expect(samePolicy(kept, built)).toBe(true)
  expect(JSON.stringify(kept)).toBe(JSON.stringify(built))
})
