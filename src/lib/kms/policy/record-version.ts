/** Where the policies that a key had are kept, and how failing to keep or read them is told. */
import type { Session } from '../../aws/session.js'
import { KmsctlError } from '../../errors.js'
import {
  type HistoryKey,
  historyFolder,
  keepPolicy,
  type PolicyHistory,
  readHistory,
} from '../../store/policy-history.js'
import { callerIfReachable } from '../key/caller.js'

/** The commands that replace a policy, as the history names them. */
export type PolicyCommand = 'policy set' | 'policy edit' | 'policy rollback'

/**
 * Keeps the text of a policy that is about to be replaced.
 *
 * @returns the number that it is kept under
 * @throws KmsctlError `HistoryUnwritable` (5): what is not kept is not replaced
 */
export async function keepReplaced(
  session: Session,
  key: HistoryKey,
  text: string,
  command: PolicyCommand,
): Promise<number> {
  const folder = historyFolder(await session.memory(), key)
  const { identity } = await callerIfReachable(session)
  const keptAt = session.now().toISOString()
  try {
    return await keepPolicy(folder, text, { keptAt, by: identity?.arn ?? null, command })
  } catch (error) {
    throw new KmsctlError(
      'HistoryUnwritable',
      `the policy of key ${key.keyId} cannot be kept in ${folder} (${codeOf(error)}): it was not replaced`,
      {
        hints: [
          'make the folder writable, or name another state folder in XDG_STATE_HOME',
          'add --no-history to replace the policy without keeping it: KMS itself keeps none',
        ],
        details: { keyId: key.keyId, folder },
        cause: error,
      },
    )
  }
}

/**
 * What is kept of a key's policies.
 *
 * @throws KmsctlError `HistoryUnreadable` (1); a single entry that is damaged is in the result
 */
export async function keptPolicies(session: Session, key: HistoryKey): Promise<PolicyHistory> {
  const folder = historyFolder(await session.memory(), key)
  try {
    return await readHistory(folder)
  } catch (error) {
    throw new KmsctlError(
      'HistoryUnreadable',
      `the history of key ${key.keyId} in ${folder} cannot be read (${codeOf(error)})`,
      { details: { keyId: key.keyId, folder }, cause: error },
    )
  }
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}
