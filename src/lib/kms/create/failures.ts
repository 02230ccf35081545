/** How creations fail, and what to do then. */
import { effectOf, explain } from '../../aws/call/errors.js'
import { EXIT, KmsctlError } from '../../errors.js'
import type { KeyMetadata } from '../../results.js'
import type { Call } from '../change/calls.js'
import { CLAIM_TAG } from '../rules/tags.js'

/** An alias that another key has; the key is null where it may not be described. */
export interface TakenAlias {
  readonly call: Call
  readonly holder: KeyMetadata | 'hidden'
}

/** A CreateKey that AWS refused, or that never arrived: nothing was made. */
export function createRefused(error: unknown): KmsctlError {
  const told = explain(error)
  if (told.code !== 'AccessDeniedException' || !/kms:TagResource/.test(told.message)) return told
  return new KmsctlError(told.code, told.message, {
    exitCode: told.exitCode,
    requestId: told.requestId,
    hints: [
      'creating a key with tags needs kms:TagResource',
      `without --tag, --no-claim-tag leaves out kmsctl's own tag ${CLAIM_TAG}`,
    ],
    cause: error,
  })
}

/** A creation whose end could not be found out. */
export interface Unknown {
  /** The claim that the key carries, or null where it carries none. */
  readonly token: string | null
  readonly region: string
  /** The name of the journal's entry, or null where there is none. */
  readonly entry: string | null
  /** Why looking for the key did not settle it; null where it reached every key. */
  readonly why: string | null
}

/**
 * CreateKey has no idempotency token: when its answer is lost and the key is not found, there may be one
 * all the same, and sending it again may make a second. So the run ends with 8 and says how to look.
 */
export function createUnknown(error: unknown, unknown: Unknown): KmsctlError {
  const cause = explain(error)
  const interrupted = cause.code === 'Interrupted'
  const { token, region, why } = unknown
  return new KmsctlError(
    interrupted ? 'Interrupted' : 'Ambiguous',
    `whether the key was created is unknown${token === null ? '' : ` (claim token ${token})`}: ${cause.message}`,
    {
      exitCode: interrupted ? cause.exitCode : EXIT.AMBIGUOUS,
      hints: [...(why === null ? [] : [`it was looked for, but ${why}`]), ...howToLook(unknown)],
      requestId: cause.requestId,
      details: { claimToken: token, region, cause: cause.code },
      cause: error,
    },
  )
}

function howToLook({ token, region, entry }: Unknown): string[] {
  const list =
    token === null
      ? `kmsctl list --region ${region}`
      : `kmsctl list --tag ${CLAIM_TAG}=${token} --region ${region}`
  if (token !== null && entry !== null) {
    return [
      `find and finish it: kmsctl recover --region ${region}`,
      'the same command may be run again: it goes on with this key and makes no second one',
      `or look for it yourself: ${list}`,
    ]
  }
  return [
    'do not run create again before looking: it could make a second key',
    token === null
      ? `wait a minute, then look for a key without a name that was made just now: ${list}`
      : `wait a minute, then look: ${list}`,
    'a key found there is yours: give it its alias with `kmsctl alias create NAME KEYID`',
    ...(entry === null
      ? []
      : [
          `when that is done, or there is none: kmsctl recover --forget ${entry} --region ${region}`,
        ]),
  ]
}

/** The key was made, and what should have followed was not all done: always 7 (contract 5). */
export function stoppedAfterCreate(
  key: KeyMetadata,
  done: readonly string[],
  open: readonly Call[],
  error: unknown,
  journal: boolean,
): KmsctlError {
  const cause = explain(error)
  const failed = open[0]
  const unknown = effectOf(error) === 'unknown'
  const what = failed === undefined ? 'the next step' : words(failed)
  const interrupted = cause.code === 'Interrupted'
  return new KmsctlError(
    interrupted ? 'Interrupted' : 'Partial',
    `key ${key.keyId} was created, but ${what} ${unknown ? 'may not have been' : 'was not'}: ${cause.message}`,
    {
      exitCode: interrupted ? cause.exitCode : EXIT.PARTIAL,
      hints: [
        ...(journal ? [`let kmsctl finish it: kmsctl recover --region ${key.region}`] : []),
        ...open.map(
          (call) =>
            `${unknown && call === failed ? 'look, then ' : ''}finish it: ${command(call, key.keyId)}`,
        ),
        giveUp(key),
      ],
      requestId: cause.requestId,
      details: {
        keyId: key.keyId,
        arn: key.arn,
        done,
        notDone: open.map(({ operation }) => operation),
        ...(unknown ? { outcome: 'unknown' } : {}),
        cause: cause.code,
      },
      cause: error,
    },
  )
}

/**
 * Other keys have names that this one was to get: theirs are left to them, and this one is not deleted.
 *
 * @param open what was not begun on a key that got no name at all; null where it got one
 */
export function aliasesTaken(
  key: KeyMetadata,
  done: readonly string[],
  taken: readonly TakenAlias[],
  open: readonly Call[] | null,
): KmsctlError {
  const lacking = taken.map(({ call, holder }) => {
    const whose = holder === 'hidden' ? 'another key' : `key ${holder.keyId}`
    return `${words(call)}, which ${whose} has by now`
  })
  return new KmsctlError(
    'Partial',
    `key ${key.keyId} was created, but did not get ${lacking.join('; ')}`,
    {
      hints: [
        `give it another name: kmsctl alias create ANOTHERNAME ${key.keyId}`,
        ...(open ?? []).map((call) => `finish it: ${command(call, key.keyId)}`),
        giveUp(key),
      ],
      details: {
        keyId: key.keyId,
        arn: key.arn,
        done,
        notDone: [...taken.map(({ call }) => call), ...(open ?? [])].map(
          ({ operation }) => operation,
        ),
        surplus: open !== null,
        holders: taken.flatMap(({ holder }) => (holder === 'hidden' ? [] : [holder.keyId])),
        cause: 'AlreadyExistsException',
      },
    },
  )
}

function giveUp({ keyId }: KeyMetadata): string {
  return `or give the key up: kmsctl deletion schedule ${keyId} --confirm ${keyId}`
}

function words(call: Call): string {
  switch (call.operation) {
    case 'CreateAlias':
      return `its alias ${call.input.AliasName}`
    case 'EnableKeyRotation':
      return 'its rotation'
    case 'DisableKey':
      return 'disabling it'
    default:
      return call.operation
  }
}

/** The command that does what a call does. */
export function command(call: Call, keyId: string): string {
  switch (call.operation) {
    case 'CreateAlias':
      return `kmsctl alias create ${call.input.AliasName} ${keyId}`
    case 'EnableKeyRotation': {
      const period = call.input.RotationPeriodInDays
      return `kmsctl rotation enable ${keyId}${period === undefined ? '' : ` --period-days ${period}`}`
    }
    default:
      return `kmsctl disable ${keyId}`
  }
}
