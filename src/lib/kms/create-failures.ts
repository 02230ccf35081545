import { effectOf, explain } from '../aws/errors.js'
import { EXIT, KmsctlError } from '../errors.js'
import type { KeyMetadata } from '../results.js'
import type { Call } from './calls.js'
import { CLAIM_TAG } from './rules/tags.js'

/** A CreateKey that failed: refused with nothing made, or with an outcome that is unknown. */
export function createFailed(error: unknown, token: string | null, region: string): KmsctlError {
  if (effectOf(error) === 'unknown') return createUnknown(error, token, region)
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

/**
 * CreateKey has no idempotency token: when its answer is lost there may be a key, and sending it again
 * may make a second one. So the run ends with 8 and says how to look.
 */
export function createUnknown(error: unknown, token: string | null, region: string): KmsctlError {
  const cause = explain(error)
  const interrupted = cause.code === 'Interrupted'
  const look =
    token === null
      ? `kmsctl list --region ${region}`
      : `kmsctl list --tag ${CLAIM_TAG}=${token} --region ${region}`
  return new KmsctlError(
    interrupted ? 'Interrupted' : 'Ambiguous',
    `whether the key was created is unknown${token === null ? '' : ` (claim token ${token})`}: ${cause.message}`,
    {
      exitCode: interrupted ? cause.exitCode : EXIT.AMBIGUOUS,
      hints: [
        'do not run create again before looking: it could make a second key',
        `wait a minute, then look: ${look}`,
        'a key found there is yours: give it its alias with `kmsctl alias create NAME KEYID`',
      ],
      requestId: cause.requestId,
      details: { claimToken: token, region, cause: cause.code },
      cause: error,
    },
  )
}

/** The key was made, and what should have followed was not all done: always 7 (contract, section 5). */
export function stoppedAfterCreate(
  key: KeyMetadata,
  done: readonly Call[],
  open: readonly Call[],
  error: unknown,
): KmsctlError {
  const cause = explain(error)
  const failed = open[0]
  const unknown = effectOf(error) === 'unknown'
  const what = failed === undefined ? 'the next step' : words(failed)
  const interrupted = cause.code === 'Interrupted'
  const taken = cause.code === 'AlreadyExistsException' && failed?.operation === 'CreateAlias'
  return new KmsctlError(
    interrupted ? 'Interrupted' : 'Partial',
    `key ${key.keyId} was created, but ${what} ${unknown ? 'may not have been' : 'was not'}: ${cause.message}`,
    {
      exitCode: interrupted ? cause.exitCode : EXIT.PARTIAL,
      hints: [
        ...(taken
          ? [`another key has that name by now: kmsctl alias create ANOTHERNAME ${key.keyId}`]
          : []),
        ...open
          .filter((call) => !(taken && call === failed))
          .map(
            (call) =>
              `${unknown && call === failed ? 'look, then ' : ''}finish it: ${command(call, key.keyId)}`,
          ),
        `or give the key up: kmsctl deletion schedule ${key.keyId} --confirm ${key.keyId}`,
      ],
      requestId: cause.requestId,
      details: {
        keyId: key.keyId,
        arn: key.arn,
        done: ['CreateKey', ...done.map(({ operation }) => operation)],
        notDone: open.map(({ operation }) => operation),
        ...(unknown ? { outcome: 'unknown' } : {}),
        cause: cause.code,
      },
      cause: error,
    },
  )
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

function command(call: Call, keyId: string): string {
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
