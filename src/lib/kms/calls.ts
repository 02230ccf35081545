import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms'
import { effectOf, explain } from '../aws/errors.js'
import type { Session } from '../aws/session.js'
import { EXIT, KmsctlError } from '../errors.js'

/** Every call with which kmsctl changes something. */
const COMMANDS = {
  CancelKeyDeletion: CancelKeyDeletionCommand,
  CreateAlias: CreateAliasCommand,
  CreateKey: CreateKeyCommand,
  DeleteAlias: DeleteAliasCommand,
  DisableKey: DisableKeyCommand,
  DisableKeyRotation: DisableKeyRotationCommand,
  EnableKey: EnableKeyCommand,
  EnableKeyRotation: EnableKeyRotationCommand,
  RotateKeyOnDemand: RotateKeyOnDemandCommand,
  ScheduleKeyDeletion: ScheduleKeyDeletionCommand,
  TagResource: TagResourceCommand,
  UntagResource: UntagResourceCommand,
  UpdateAlias: UpdateAliasCommand,
  UpdateKeyDescription: UpdateKeyDescriptionCommand,
} as const

export type Operation = keyof typeof COMMANDS

/** One change as it is shown by `--dry-run` and as it is sent: the same object. */
export type Call = {
  [O in Operation]: {
    readonly operation: O
    readonly input: ConstructorParameters<(typeof COMMANDS)[O]>[0]
  }
}[Operation]

/** Sends one call and returns the SDK's answer. */
export function send(session: Session, call: Call): Promise<unknown> {
  // Each operation's command takes that operation's input, which the union does not show per member.
  const Command: new (input: never) => object = COMMANDS[call.operation]
  return session.kms.send(new Command(call.input as never) as never)
}

/**
 * Sends calls in their order. A call that fails ends them: with the first one's own error where
 * nothing was changed, with `Partial` (7) where some of it was, with `Ambiguous` (8) where it cannot
 * be told (contract, section 5).
 */
export async function sendAll(
  session: Session,
  calls: readonly Call[],
  keyId: string,
  hints: readonly string[] = [],
): Promise<void> {
  for (const [index, call] of calls.entries()) {
    try {
      await send(session, call)
    } catch (error) {
      throw failedAfter(calls.slice(0, index), calls.slice(index), error, keyId, hints)
    }
  }
}

/** What a failed call leaves behind, told from what was sent before it. */
function failedAfter(
  done: readonly Call[],
  open: readonly Call[],
  error: unknown,
  keyId: string,
  hints: readonly string[],
): KmsctlError {
  const cause = explain(error)
  const operation = open[0]?.operation ?? 'the call'
  const details = { keyId, done: names(done), notDone: names(open) }
  if (effectOf(error) === 'unknown') {
    return new KmsctlError(
      cause.code === 'Interrupted' ? 'Interrupted' : 'Ambiguous',
      `whether ${operation} took effect on ${keyId} is unknown: ${cause.message}`,
      {
        hints: [`look before repeating: kmsctl describe ${keyId}`, ...hints],
        exitCode: cause.code === 'Interrupted' ? cause.exitCode : EXIT.AMBIGUOUS,
        requestId: cause.requestId,
        details: { ...details, outcome: 'unknown', cause: cause.code },
        cause: error,
      },
    )
  }
  if (done.length === 0) return cause
  return new KmsctlError(
    cause.code === 'Interrupted' ? 'Interrupted' : 'Partial',
    `on key ${keyId}, ${names(done).join(', ')} was done and ${names(open).join(', ')} was not: ${cause.message}`,
    {
      hints: [...hints, ...cause.hints],
      exitCode: cause.code === 'Interrupted' ? cause.exitCode : EXIT.PARTIAL,
      requestId: cause.requestId,
      details: { ...details, cause: cause.code },
      cause: error,
    },
  )
}

/** The run ended after all was done and before it was read back: neither a success nor "nothing done". */
export function endedAfter(calls: readonly Call[], error: unknown, keyId: string): KmsctlError {
  const cause = explain(error)
  const interrupted = cause.code === 'Interrupted'
  return new KmsctlError(
    interrupted ? 'Interrupted' : 'Partial',
    `on key ${keyId}, ${names(calls).join(', ')} was done, but not read back: ${cause.message}`,
    {
      hints: [`look at the key: kmsctl describe ${keyId}`],
      exitCode: interrupted ? cause.exitCode : EXIT.PARTIAL,
      details: { keyId, done: names(calls), notDone: [], cause: cause.code },
      cause: error,
    },
  )
}

function names(calls: readonly Call[]): string[] {
  return calls.map(({ operation }) => operation)
}
