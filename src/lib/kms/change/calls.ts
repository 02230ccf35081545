import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  PutKeyPolicyCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms'
import { effectOf, explain } from '../../aws/call/errors.js'
import type { SendOptions } from '../../aws/call/send-options.js'
import type { Session } from '../../aws/session.js'
import { EXIT, KmsctlError } from '../../errors.js'

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
  PutKeyPolicy: PutKeyPolicyCommand,
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

/** How a call is sent. */
export type Sender = (session: Session, call: Call) => Promise<unknown>

/** Sends one call and returns the SDK's answer. */
export function send(session: Session, call: Call, options?: SendOptions): Promise<unknown> {
  // Each operation's command takes that operation's input, which the union does not show per member.
  const Command: new (input: never) => object = COMMANDS[call.operation]
  return session.kms.send(new Command(call.input as never) as never, options)
}

/**
 * What a failed call leaves behind, told from what was sent before it: its own error where nothing was
 * changed, `Partial` (7) where some of it was, `Ambiguous` (8) where it cannot be told (contract 5).
 */
export function failedAfter(
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
export function endedAfter(done: readonly string[], error: unknown, keyId: string): KmsctlError {
  const cause = explain(error)
  const interrupted = cause.code === 'Interrupted'
  return new KmsctlError(
    interrupted ? 'Interrupted' : 'Partial',
    `on key ${keyId}, ${done.join(', ')} was done, but not read back: ${cause.message}`,
    {
      hints: [`look at the key: kmsctl describe ${keyId}`],
      exitCode: interrupted ? cause.exitCode : EXIT.PARTIAL,
      details: { keyId, done, notDone: [], cause: cause.code },
      cause: error,
    },
  )
}

export function names(calls: readonly Call[]): string[] {
  return calls.map(({ operation }) => operation)
}
