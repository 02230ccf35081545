import type { CreateKeyCommandOutput } from '@aws-sdk/client-kms'
import { effectOf, explain } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import { ends, KmsctlError } from '../../errors.js'
import type { KeyMetadata } from '../../results.js'
import { type Call, send } from '../change/calls.js'
import { toKeyMetadata } from '../key/metadata.js'
import { createUnknown } from './failures.js'
import type { Entry } from './journal.js'
import { searchKey, settleSecondsOf } from './search.js'

/**
 * How old a claim may be when its CreateKey is sent: its age tells when there certainly is no key (outlook.ts). A
 * process that stood still since (a machine that slept) begins anew.
 */
const FRESH_MS = 60_000

/** The claim was too old for its CreateKey, which was not sent. */
export class StaleClaim extends KmsctlError {
  constructor() {
    super(
      'Timeout',
      'the run stood still for more than a minute before CreateKey: nothing was sent',
      {
        hints: ['run the command again'],
      },
    )
  }
}

interface Making {
  /** No later than the claim's own beginning. */
  readonly begunAt: Date
  readonly token: string
  /** Whether the key carries the token. */
  readonly claimTag: boolean
  readonly entry: Entry
  readonly settleSeconds: number
  readonly say?: (line: string) => void
  readonly warnings: string[]
}

/**
 * Sends CreateKey, once. Where its answer is lost, the key is looked for by its claim.
 *
 * @throws what AWS refused, or StaleClaim, and the claim has ended; or KmsctlError `Ambiguous` (8), and the claim stays
 */
export async function makeKey(session: Session, call: Call, making: Making): Promise<KeyMetadata> {
  const { begunAt } = making
  const fresh = () => {
    if (session.now().getTime() - begunAt.getTime() > FRESH_MS) throw new StaleClaim()
  }
  try {
    const sent = send(session, call, { beforeSending: fresh })
    const answer = (await sent) as CreateKeyCommandOutput
    return toKeyMetadata(answer.KeyMetadata, 'CreateKey')
  } catch (error) {
    // An answer that names no key is an answer all the same: KMS may have made one.
    const unreadable = error instanceof KmsctlError && error.code === 'BadResponse'
    if (unreadable || effectOf(error) === 'unknown') {
      return lostKey(session, error, making)
    }
    await making.entry.end()
    throw error
  }
}

async function lostKey(
  session: Session,
  lost: unknown,
  { token, claimTag, entry, begunAt, say, warnings, ...asked }: Making,
): Promise<KeyMetadata> {
  const { region } = session
  const told = { region, token: claimTag ? token : null, entry: entry.kept ? token : null }
  if (!claimTag) throw createUnknown(lost, { ...told, why: null })
  const settleSeconds = settleSecondsOf(session, asked.settleSeconds)
  if (!ends('task', lost)) {
    say?.(
      `the answer to CreateKey was lost (${explain(lost).code}): looking for the key by its claim ${token}, for up to ${settleSeconds} s`,
    )
  }
  const settleMs = settleSeconds * 1000
  const searched = await searchKey(session, { token, since: begunAt, settleMs })
  if (searched.key === null) {
    const interrupted = searched.end?.code === 'Interrupted' ? searched.end : undefined
    const shorter =
      settleSeconds < asked.settleSeconds
        ? `for ${settleSeconds} s only, which is what --timeout left`
        : null
    throw createUnknown(interrupted ?? lost, { ...told, why: searched.why ?? shorter })
  }
  warnings.push(
    'the answer to CreateKey was lost; the key was found by its claim tag',
    ...searched.others.map((other) => alsoCarries(other, token)),
  )
  return searched.key
}

/** Only one key is made for a claim; another one that carries it was given it by somebody. */
export function alsoCarries({ keyId }: KeyMetadata, token: string): string {
  return `key ${keyId} carries the same claim ${token}: look at it with kmsctl describe ${keyId}`
}
