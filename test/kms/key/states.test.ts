/** Every command in every key state, against the cells of docs/facts/key-states.csv. */
import { readFileSync } from 'node:fs'
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  GetKeyRotationStatusCommand,
  ListKeyRotationsCommand,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { ENDLESS } from '../../../src/lib/aws/call/run-signals.js'
import { callerIdentity, connect } from '../../../src/lib/aws/connection.js'
import type { Session } from '../../../src/lib/aws/session.js'
import type { KmsctlError } from '../../../src/lib/errors.js'
import {
  planCreateAlias,
  planDeleteAlias,
  planUpdateAlias,
} from '../../../src/lib/kms/alias/aliases.js'
import { carryOut, type Plan } from '../../../src/lib/kms/change/plan.js'
import { planCancelDeletion, planScheduleDeletion } from '../../../src/lib/kms/deletion/deletion.js'
import { describeKey } from '../../../src/lib/kms/key/describe.js'
import { readMetadata } from '../../../src/lib/kms/key/resolve.js'
import {
  planDisableRotation,
  planEnableRotation,
  planRotateNow,
} from '../../../src/lib/kms/rotation/rotation.js'
import { planDisable, planEnable } from '../../../src/lib/kms/settings/enable-disable.js'
import type { Change } from '../../../src/lib/results.js'
import { inProcessHandler } from '../../../src/lib/sandbox/index.js'
import { sandboxSession } from '../../support/session.js'
import {
  answerParts,
  changes,
  failure,
  gate,
  KEY_ID,
  metadata,
  mockedSession,
  notFound,
  OTHER_ID,
  withKey,
} from '../support.js'

const csv = readFileSync(new URL('../../../docs/facts/key-states.csv', import.meta.url), 'utf8')
const [header = '', ...lines] = csv.trim().split('\n')
const STATES = header.split(',').slice(1, 9)

function cell(operation: string, state: string): string {
  const row = lines.find((line) => line.startsWith(`${operation},`))?.split(',') ?? []
  return row[STATES.indexOf(state) + 1] ?? 'missing'
}

const deletion = { days: 7, releaseAliases: false, allowRecentUse: false }

/** A command on a key; `alias/other` names another key, `alias/app` this one. */
const COMMANDS: Record<string, (session: Session, key: string) => Promise<Plan<Change>>> = {
  EnableKey: planEnable,
  DisableKey: planDisable,
  EnableKeyRotation: (session, key) => planEnableRotation(session, key, 100),
  DisableKeyRotation: planDisableRotation,
  RotateKeyOnDemand: planRotateNow,
  ScheduleKeyDeletion: (session, key) => planScheduleDeletion(session, key, deletion),
  CancelKeyDeletion: (session, key) => planCancelDeletion(session, key, false),
  CreateAlias: (session, key) => planCreateAlias(session, 'new', key),
  UpdateAlias: (session, key) => planUpdateAlias(session, 'other', key),
  DeleteAlias: (session) => planDeleteAlias(session, 'app'),
}

type Outcome = 'sent' | 'unchanged' | 'refused'

/** What the contract asks for in a cell, where it asks for more than KMS does. */
function expected(operation: string, state: string): Outcome {
  const value = cell(operation, state)
  // Contract 2 and 6.4: asking for what already holds, and cancelling nothing, is not an error.
  if (operation === 'CancelKeyDeletion' && value.startsWith('fail')) return 'unchanged'
  if (operation === 'ScheduleKeyDeletion' && /^Pending.*Deletion$/.test(state)) return 'unchanged'
  if (operation === 'EnableKey' && state === 'Enabled') return 'unchanged'
  if (operation === 'DisableKey' && state === 'Disabled') return 'unchanged'
  if (value === 'ok' || value === 'cond:7' || value === 'cond:12') return 'sent'
  // cond:10: an alias does not go to a key pending deletion. Unknown cells are refused.
  expect(value).toMatch(/^(fail:|cond:10$|unknown$)/)
  return 'refused'
}

async function outcome(attempt: Promise<Change>): Promise<Outcome | KmsctlError> {
  const settled = await attempt.then(
    ({ changed }) => (changed ? ('sent' as const) : ('unchanged' as const)),
    (error: KmsctlError) => error,
  )
  if (!(settled instanceof Error)) return settled
  return settled.exitCode === 5 && ['WrongState', 'NotEligible'].includes(settled.code)
    ? 'refused'
    : settled
}

/** What DescribeKey tells of a key in a state: each comes with the origin that leads there. */
function described(state: string) {
  return metadata({
    KeyState: state as 'Enabled',
    ...(state === 'PendingImport' ? { Origin: 'EXTERNAL' as const } : {}),
    ...(state === 'Unavailable'
      ? { Origin: 'AWS_CLOUDHSM' as const, CustomKeyStoreId: 'cks-1' }
      : {}),
  })
}

describe('refusals are decided before a call is sent: all cells', () => {
  const cells = Object.keys(COMMANDS).flatMap((operation) =>
    STATES.map((state) => ({ operation, state, value: cell(operation, state) })),
  )

  it.each(cells)('$operation in $state: $value', async ({ operation, state }) => {
    const { session, kms, changes } = mockedSession()
    answerParts(kms, described(state))
    kms.on(DescribeKeyCommand, { KeyId: 'alias/new' }).rejects(notFound())
    kms
      .on(DescribeKeyCommand, { KeyId: 'alias/other' })
      .resolves({ KeyMetadata: metadata({ KeyId: OTHER_ID }) })
    kms.on(ListKeyRotationsCommand).resolves({ Rotations: [] })
    kms
      .on(GetKeyRotationStatusCommand)
      .resolves({ KeyRotationEnabled: true, RotationPeriodInDays: 365 })
    const plan = COMMANDS[operation]?.(session, KEY_ID) as Promise<Plan<Change>>
    const wanted = expected(operation, state)
    const settled = await plan.then(
      ({ calls }) => (calls.length > 0 ? 'sent' : 'unchanged'),
      (error) => outcome(Promise.reject(error)),
    )
    expect(settled).toBe(wanted)
    expect(changes()).toEqual([])
  })
})

const REACHABLE = STATES.filter((state) => !['Unavailable', 'Updating'].includes(state))

/** A key in a state to which calls lead, and the session of its Region. */
async function inState(state: string): Promise<{ session: Session; sent: string[]; arn: string }> {
  const session = await sandboxSession()
  const replicated = state === 'PendingReplicaDeletion' || state === 'Creating'
  const { KeyMetadata } = await session.kms.send(
    new CreateKeyCommand({
      MultiRegion: replicated,
      ...(state === 'PendingImport' ? { Origin: 'EXTERNAL' } : {}),
    }),
  )
  const { Arn: arn = '', KeyId: keyId = '' } = KeyMetadata ?? {}
  const other = await session.kms.send(new CreateKeyCommand({}))
  for (const [AliasName, TargetKeyId] of [
    ['alias/app', keyId],
    ['alias/other', other.KeyMetadata?.KeyId],
  ] as const) {
    await session.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }))
  }
  if (state === 'Disabled') await session.kms.send(new DisableKeyCommand({ KeyId: arn }))
  if (replicated) {
    await session.kms.send(new ReplicateKeyCommand({ KeyId: arn, ReplicaRegion: 'eu-west-1' }))
  }
  if (/^Pending.*Deletion$/.test(state)) {
    await session.kms.send(new ScheduleKeyDeletionCommand({ KeyId: arn }))
  }
  session.sent.length = 0
  if (state !== 'Creating') return { session, sent: session.sent, arn }
  const connection = await connect({
    env: {},
    region: 'eu-west-1',
    lifeline: ENDLESS,
    sandbox: inProcessHandler(session.sandbox) as never,
  })
  const there: Session = {
    ...session,
    kms: connection.kms,
    region: 'eu-west-1',
    identity: () => callerIdentity(connection),
  }
  const sent: string[] = []
  connection.kms.middlewareStack.add(
    (next, context) => (args) => {
      sent.push(context.commandName?.replace(/Command$/, '') ?? '?')
      return next(args)
    },
    { step: 'initialize', name: 'recordOperations' },
  )
  return {
    session: there,
    sent,
    arn: arn.replace('us-east-1', 'eu-west-1').replace(/key\/.*/, `key/${keyId}`),
  }
}

describe('what is not refused is accepted by the embedded KMS: states that calls lead to', () => {
  const cells = REACHABLE.flatMap((state) =>
    Object.keys(COMMANDS).map((operation) => ({ operation, state })),
  )

  it.each(cells)('$operation in $state', async ({ operation, state }) => {
    const { session, sent, arn } = await inState(state)
    expect((await readMetadata(session, arn)).keyState).toBe(state)
    // The aliases were made in the primary's Region; a replica has none (semantics, multi-Region).
    const elsewhere = state === 'Creating' && /^(Update|Delete)Alias$/.test(operation)
    const isReplica = state === 'Creating' && /Rotat/.test(operation)
    if (elsewhere) return
    const attempt = async () => {
      const plan = (await COMMANDS[operation]?.(session, arn)) as Plan<Change>
      return (await carryOut(plan, gate())) as Change
    }
    const settled = await outcome(attempt())
    const offAlready = operation === 'DisableKeyRotation' && settled === 'unchanged'
    if (!offAlready) expect(settled).toBe(isReplica ? 'refused' : expected(operation, state))
    const sentChanges = changes({ sent })
    expect(sentChanges).toEqual(settled === 'sent' ? [operation] : [])
  })

  it.each(Object.keys(COMMANDS).filter((name) => name !== 'DeleteAlias'))(
    '%s on an AWS managed key is refused before it is sent (contract 6.5)',
    async (operation) => {
      const { session } = await withKey({ aliases: ['other'] })
      for (const key of ['alias/aws/ebs', (await describeKey(session, 'alias/aws/s3')).arn]) {
        const attempt = COMMANDS[operation]?.(session, key) as Promise<unknown>
        expect(await failure(attempt)).toMatchObject({
          code: 'NotEligible',
          exitCode: 5,
          message: expect.stringContaining('managed by AWS'),
        })
      }
      expect(changes(session)).toEqual([])
    },
  )
})
