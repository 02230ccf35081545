/** `recover --forget`: the end of a claim for which nothing is to be looked for any more. */
import type { Session } from '../../aws/session.js'
import { ends, KmsctlError, usageError } from '../../errors.js'
import type { DryRun, Recovery } from '../../results.js'
import type { Claim } from '../../store/claims.js'
import type { Gate } from '../change/plan.js'
import { outlookOf } from '../create/claim-status.js'
import { creationOpen } from '../create/conflicts.js'
import { CreationJournal, type MachineTools, UNKNOWN_ACCOUNT } from '../create/journal.js'
import { callerIfReachable } from '../key/caller.js'

/**
 * Ends a claim after asking; the key, if there is one, stays, and is named where it is found.
 *
 * @throws KmsctlError `Usage` (2), `ClaimNotFound` (3), `CreationOpen` (6)
 */
export async function forget(
  session: Session,
  token: string,
  gate: Gate,
  tools: MachineTools = {},
): Promise<Recovery | DryRun> {
  if (!/^[0-9a-f]{32}$/.test(token)) {
    throw usageError(`--forget ${token || "''"} is no claim token: 32 hexadecimal digits`)
  }
  const { identity } = await callerIfReachable(session)
  const accountId = identity?.accountId ?? UNKNOWN_ACCOUNT
  const journal = await CreationJournal.open(session, accountId, tools)
  const { open, unreadable } = await journal.list()
  const found = open.find(({ claim }) => claim.token === token)
  if (found === undefined) throw await notFound(journal, token, session.region)
  const { claim, home } = found
  if (await home.isHeld(claim)) throw creationOpen(claim, 'held')
  const keyId = await keyOf(session, claim)
  const warnings = [...unreadable]
  if (keyId !== null) warnings.push(`key ${keyId} stays as it is: kmsctl describe ${keyId}`)
  if (gate.dryRun) return { dryRun: true, calls: [], warnings }
  const what = keyId === null ? 'If it made a key, nothing' : `Its key ${keyId} stays, and nothing`
  const question = `Forget the creation of ${claim.aliases.join(', ') || 'a key without a name'}, begun at ${claim.begunAt.toISOString()}? ${what} tells of it any more.`
  await gate.confirm({ kind: 'yes', question }, warnings)
  await home.end(token)
  const next = keyId === null ? null : `kmsctl describe ${keyId}`
  const alias = claim.aliases[0] ?? null
  return { claims: [{ token, keyId, alias, state: 'forgotten', next }], warnings }
}

/** The claim's key as far as one look tells; that it cannot be looked for is no reason to keep the claim. */
async function keyOf(session: Session, claim: Claim): Promise<string | null> {
  try {
    const outlook = await outlookOf(session, claim, 0)
    return outlook.kind === 'key' ? outlook.key.keyId : claim.keyId
  } catch (error) {
    if (ends('task', error)) throw error
    return claim.keyId
  }
}

async function notFound(
  journal: CreationJournal,
  token: string,
  here: string,
): Promise<KmsctlError> {
  const elsewhere = await journal.elsewhere()
  const other = elsewhere.find(({ claims }) => claims.some((claim) => claim.token === token))
  const hints =
    other === undefined
      ? [`see the claims there are: kmsctl recover --region ${here}`]
      : [
          `it is one of account ${other.accountId}: kmsctl recover --forget ${token} --region ${other.region}`,
        ]
  return new KmsctlError('ClaimNotFound', `claim ${token} is not in the journal of ${here}`, {
    hints,
  })
}
