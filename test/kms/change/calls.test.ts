import {
  CreateAliasCommand,
  DescribeKeyCommand,
  EnableKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { KmsctlError } from '../../../src/lib/errors.js'
import type { Call } from '../../../src/lib/kms/change/calls.js'
import { carryOut, planKeyChange } from '../../../src/lib/kms/change/plan.js'
import { toKeyMetadata } from '../../../src/lib/kms/key/metadata.js'
import type { Change } from '../../../src/lib/results.js'
import {
  ACCOUNT,
  ARN,
  answerParts,
  apply,
  awsError,
  denied,
  failure,
  gate,
  internal,
  KEY_ID,
  metadata,
  mockedSession,
  REGION,
  reset,
} from '../support.js'

const enable: Call = { operation: 'EnableKey', input: { KeyId: ARN } }
const alias: Call = {
  operation: 'CreateAlias',
  input: { AliasName: 'alias/app', TargetKeyId: ARN },
}

function twoCalls(calls: readonly Call[] = [enable, alias], holds = true) {
  const mocked = mockedSession()
  answerParts(mocked.kms, metadata({ KeyState: holds ? 'Enabled' : 'Disabled' }))
  mocked.kms.on(EnableKeyCommand).resolves({})
  mocked.kms.on(CreateAliasCommand).resolves({})
  const plan = planKeyChange({
    session: mocked.session,
    key: toKeyMetadata(metadata()),
    calls,
    confirmation: { kind: 'yes', question: 'Really?' },
    hints: ['a way back'],
    holds: async () => holds,
  })
  return { ...mocked, plan }
}

describe('carryOut (contract 4 and 6)', () => {
  it('a dry run shows the calls, and neither announces, asks nor sends', async () => {
    const { plan, sent } = twoCalls()
    const dry = gate({ dryRun: true })
    expect(await carryOut(plan, dry)).toEqual({
      dryRun: true,
      calls: [
        { operation: 'EnableKey', input: { KeyId: ARN } },
        { operation: 'CreateAlias', input: { AliasName: 'alias/app', TargetKeyId: ARN } },
      ],
      warnings: [],
    })
    expect(dry.announced).toEqual([])
    expect(dry.asked).toEqual([])
    expect(sent()).toEqual([])
  })

  it('what already holds sends no change, announces and asks nothing (contract 6.1)', async () => {
    const { plan, changes } = twoCalls([])
    const open = gate()
    expect(await carryOut(plan, open)).toMatchObject({ changed: false, key: { keyId: KEY_ID } })
    expect(open.announced).toEqual([])
    expect(open.asked).toEqual([])
    expect(changes()).toEqual([])
  })

  it('announces, then asks, then sends in order, then reads the key', async () => {
    const { plan, sent, changes } = twoCalls()
    const open = gate()
    const result = await carryOut(plan, open)
    expect(open.announced).toEqual([`${ACCOUNT} ${REGION}`])
    expect(open.asked).toEqual([{ kind: 'yes', question: 'Really?' }])
    expect(changes()).toEqual([
      ['EnableKey', { KeyId: ARN }],
      ['CreateAlias', { AliasName: 'alias/app', TargetKeyId: ARN }],
    ])
    expect(sent()[2]).toEqual(['DescribeKey', { KeyId: ARN }])
    expect(result).toMatchObject({ changed: true, warnings: [], key: { keyId: KEY_ID } })
  })

  it('a declined question sends nothing', async () => {
    const { plan, sent } = twoCalls()
    const declining = gate({
      confirm: () => Promise.reject(new KmsctlError('Declined', 'declined')),
    })
    expect(await failure(carryOut(plan, declining))).toMatchObject({ exitCode: 5 })
    expect(sent()).toEqual([])
  })
})

describe('a call that fails (contract 5)', () => {
  it('the first, refused: its own error, and nothing more is sent', async () => {
    const { kms, plan, changes } = twoCalls()
    kms.on(EnableKeyCommand).rejects(awsError('KMSInvalidStateException', `${ARN} is creating.`))
    const error = await failure(carryOut(plan, gate()))
    expect(error).toMatchObject({
      code: 'KMSInvalidStateException',
      exitCode: 5,
      requestId: 'req-1',
      message: `${ARN} is creating`,
    })
    expect(changes()).toHaveLength(1)
  })

  it('a later one, refused: 7 with what was done and what was not', async () => {
    const { kms, plan } = twoCalls()
    kms.on(CreateAliasCommand).rejects(denied('kms:CreateAlias'))
    const error = await failure(carryOut(plan, gate()))
    expect(error).toMatchObject({
      code: 'Partial',
      exitCode: 7,
      requestId: 'req-1',
      details: {
        keyId: KEY_ID,
        done: ['EnableKey'],
        notDone: ['CreateAlias'],
        cause: 'AccessDeniedException',
      },
    })
    expect(error.message).toContain('EnableKey')
    expect(error.message).toContain('kms:CreateAlias')
    expect(error.hints).toContain('a way back')
  })

  it.each([
    ['a reset', reset, 'Unreachable'],
    ['HTTP 500', internal, 'KMSInternalException'],
    ['a timeout', () => Object.assign(new Error('late'), { name: 'TimeoutError' }), 'Timeout'],
  ])(
    '%s, and the key never shows it: sent once more, then 8, how to look, and no further call',
    async (...given) => {
      const [, error, cause] = given
      const { kms, plan, changes } = twoCalls(undefined, false)
      kms.on(EnableKeyCommand).rejects(error())
      const ambiguous = await failure(carryOut(plan, gate()))
      expect(ambiguous).toMatchObject({
        code: 'Ambiguous',
        exitCode: 8,
        details: {
          keyId: KEY_ID,
          done: [],
          notDone: ['EnableKey', 'CreateAlias'],
          outcome: 'unknown',
          cause,
        },
      })
      expect(ambiguous.hints[0]).toContain(`kmsctl describe ${KEY_ID}`)
      expect(changes()).toEqual([
        ['EnableKey', { KeyId: ARN }],
        ['EnableKey', { KeyId: ARN }],
      ])
    },
  )

  it('a lost answer, and the key does not show it: sent again, and that is answered', async () => {
    const { kms, plan, changes } = twoCalls([enable], false)
    kms.on(EnableKeyCommand).rejectsOnce(reset()).resolves({})
    expect(await carryOut(plan, gate())).toMatchObject({ changed: true })
    expect(changes()).toHaveLength(2)
  })

  it('a repetition that is refused says nothing of the first: 8, not 4', async () => {
    const { kms, plan } = twoCalls([enable], false)
    kms.on(EnableKeyCommand).rejectsOnce(reset()).rejects(denied('kms:EnableKey'))
    expect(await failure(carryOut(plan, gate()))).toMatchObject({ exitCode: 8 })
  })

  it('a lost answer, and the key cannot be read: not sent again, 8', async () => {
    const { kms, plan, changes } = twoCalls([enable], false)
    kms.on(EnableKeyCommand).rejects(reset())
    kms.on(DescribeKeyCommand).rejects(denied('kms:DescribeKey'))
    expect(await failure(carryOut(plan, gate()))).toMatchObject({ exitCode: 8 })
    expect(changes()).toHaveLength(1)
  })

  it('of two calls the first one’s answer is lost: it is looked up by itself, and the second follows', async () => {
    const { kms, plan, changes } = twoCalls()
    kms.on(EnableKeyCommand).rejects(reset())
    const { warnings } = (await carryOut(plan, gate())) as Change
    expect(warnings).toEqual([expect.stringContaining('was lost')])
    expect(changes().map(([name]) => name)).toEqual(['EnableKey', 'CreateAlias'])
  })

  it('ScheduleKeyDeletion is never sent again: somebody may have cancelled it meanwhile', async () => {
    const schedule: Call = { operation: 'ScheduleKeyDeletion', input: { KeyId: ARN } }
    const { kms, plan, changes } = twoCalls([schedule], false)
    kms.on(ScheduleKeyDeletionCommand).rejects(reset())
    expect(await failure(carryOut(plan, gate()))).toMatchObject({ exitCode: 8 })
    expect(changes()).toHaveLength(1)
  })

  it('an answer that is lost as the run ends stays unknown: 8, though it cannot be looked up', async () => {
    const { kms, session, plan } = twoCalls([enable], false)
    kms.on(EnableKeyCommand).rejects(reset())
    session.sleep = async () => {
      throw new KmsctlError('Timeout', 'the run took longer than 1 s')
    }
    expect(await failure(carryOut(plan, gate()))).toMatchObject({ exitCode: 8 })
  })

  it('a connection that was never made leaves nothing unknown: 9', async () => {
    const { kms, plan } = twoCalls()
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    kms.on(EnableKeyCommand).rejects(refused)
    expect(await failure(carryOut(plan, gate()))).toMatchObject({
      code: 'Unreachable',
      exitCode: 9,
    })
  })

  it('an interrupt before a call keeps its own code, and says what was done', async () => {
    const { kms, plan } = twoCalls()
    kms
      .on(CreateAliasCommand)
      .rejects(new KmsctlError('Interrupted', 'interrupted by SIGTERM', { exitCode: 143 }))
    expect(await failure(carryOut(plan, gate()))).toMatchObject({
      code: 'Interrupted',
      exitCode: 143,
      details: { done: ['EnableKey'], notDone: ['CreateAlias'] },
    })
  })
})

describe('after the calls were done (contract 5 and 6.9)', () => {
  it('a key that cannot be described again is no failure of the change', async () => {
    const { kms, plan } = twoCalls()
    kms.on(DescribeKeyCommand).rejects(internal())
    const result = await apply(Promise.resolve(plan))
    expect(result).toMatchObject({
      changed: true,
      key: {
        keyId: KEY_ID,
        arn: ARN,
        keyState: null,
        unavailable: expect.arrayContaining([{ field: 'metadata', code: 'KMSInternalException' }]),
      },
    })
  })

  it.each([
    ['the deadline', new KmsctlError('Timeout', 'the run took longer than 1 s'), 'Partial', 7],
    [
      'an interrupt',
      new KmsctlError('Interrupted', 'interrupted by SIGINT', { exitCode: 130 }),
      'Interrupted',
      130,
    ],
  ])('%s while reading back says that all was done', async (_name, end, code, exitCode) => {
    const { session } = mockedSession()
    const mocked = twoCalls()
    const plan = planKeyChange({
      session: { ...session, kms: mocked.session.kms },
      key: toKeyMetadata(metadata()),
      calls: [enable],
      holds: () => Promise.reject(end),
    })
    expect(await failure(apply(Promise.resolve(plan)))).toMatchObject({
      code,
      exitCode,
      details: { keyId: KEY_ID, done: ['EnableKey'], notDone: [] },
      message: expect.stringContaining('EnableKey'),
    })
  })
})
