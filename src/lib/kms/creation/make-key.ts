import type { CreateKeyCommandOutput } from '@aws-sdk/client-kms'
import { effectOf, endsRun, explain } from '../../aws/errors.js'
import type { Session } from '../../aws/session.js'
import { KmsctlError } from '../../errors.js'
import type { KeyMetadata } from '../../results.js'
import { type Call, send } from '../calls.js'
import { toKeyMetadata } from '../metadata.js'
import { createRefused, createUnknown } from './failures.js'
import type { Entry } from './journal.js'
import { searchKey } from './search.js'

interface Making {
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
 * @throws KmsctlError what AWS refused, and the claim has ended; or `Ambiguous` (8), and the claim stays
 */
export async function makeKey(session: Session, call: Call, making: Making): Promise<KeyMetadata> {
  const begunAt = session.now()
  try {
    const answer = (await send(session, call)) as CreateKeyCommandOutput
    return toKeyMetadata(answer.KeyMetadata, 'CreateKey')
  } catch (error) {
    // An answer that names no key is an answer all the same: KMS may have made one.
    const unreadable = error instanceof KmsctlError && error.code === 'BadResponse'
    if (unreadable || effectOf(error) === 'unknown') {
      return lostKey(session, error, begunAt, making)
    }
    await making.entry.end()
    throw createRefused(error)
  }
}

async function lostKey(
  session: Session,
  lost: unknown,
  begunAt: Date,
  { token, claimTag, entry, settleSeconds, say, warnings }: Making,
): Promise<KeyMetadata> {
  const { region } = session
  const told = { region, token: claimTag ? token : null, entry: entry.kept ? token : null }
  if (!claimTag) throw createUnknown(lost, { ...told, why: null })
  if (!endsRun(lost)) {
    say?.(
      `the answer to CreateKey was lost (${explain(lost).code}): looking for the key by its claim ${token}, for up to ${settleSeconds} s`,
    )
  }
  const settleMs = settleSeconds * 1000
  const searched = await searchKey(session, { token, since: begunAt, settleMs })
  if (searched.key === null) {
    const interrupted = searched.end?.code === 'Interrupted' ? searched.end : undefined
    throw createUnknown(interrupted ?? lost, { ...told, why: searched.why })
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
