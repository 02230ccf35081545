/** Refusals to make a key while another creation of the same name has no ending. */
import { KmsctlError } from '../../errors.js'
import type { Claim } from '../../store/claims.js'
import { CERTAIN_AFTER_MS, type Outlook } from './claim-status.js'
import type { Elsewhere } from './journal.js'

/**
 * @param why `held`: a run works on it now; `another`: it asked for another key
 */
export function creationOpen(claim: Claim, why: 'held' | 'another'): KmsctlError {
  const { token, region } = claim
  const begun = claim.begunAt.toISOString()
  const message =
    why === 'held'
      ? `another run (process ${claim.owner.pid}) is creating ${names(claim)} now, since ${begun}`
      : `an earlier creation of ${names(claim)}, begun at ${begun} with other settings, has no ending`
  const hints =
    why === 'held'
      ? ['wait until it has ended, then run the command again']
      : [
          `finish it: kmsctl recover --region ${region}`,
          `or, if you want no more of it: kmsctl recover --forget ${token} --region ${region}`,
        ]
  return new KmsctlError('CreationOpen', message, { hints, details: details(claim) })
}

/** An earlier creation of the same wish: as long as there may be a key of it, no second one is made. */
export function creationUnsettled(
  claim: Claim,
  { why, end }: Extract<Outlook, { kind: 'unknown' }>,
): KmsctlError {
  const { token, region } = claim
  const settled = new Date(claim.begunAt.getTime() + CERTAIN_AFTER_MS).toISOString()
  const interrupted = end?.code === 'Interrupted'
  return new KmsctlError(
    interrupted ? 'Interrupted' : 'Ambiguous',
    `whether an earlier run, begun at ${claim.begunAt.toISOString()}, made a key for ${names(claim)} is unknown (claim token ${token})${interrupted ? `: ${end.message}` : ''}`,
    {
      ...(interrupted ? { exitCode: end.exitCode } : {}),
      hints: [
        ...(why === null
          ? [`after ${settled} it can be told: run the command again then`]
          : [`it was looked for, but ${why}`]),
        `look again: kmsctl recover --region ${region}`,
        `if you know that there is none: kmsctl recover --forget ${token} --region ${region}`,
      ],
      details: details(claim),
    },
  )
}

/**
 * Where STS cannot be asked, a claim of whichever account may be this one's.
 *
 * @throws KmsctlError `Unreachable` (9)
 */
export function otherAccounts(
  elsewhere: readonly Elsewhere[],
  region: string,
  aliases: readonly string[],
): void {
  const claims = elsewhere.filter((one) => one.region === region).flatMap((one) => one.claims)
  const [claim] = claims.filter((one) => one.aliases.some((name) => aliases.includes(name)))
  if (claim === undefined) return
  throw new KmsctlError(
    'Unreachable',
    `an earlier creation of ${names(claim)} in account ${claim.accountId} has no ending, and whether that is this account cannot be asked of STS`,
    { hints: ['try again when STS can be reached'], details: details(claim) },
  )
}

/** A warning of creations that another run of `recover` has to look after. */
export function didNotFinish({ accountId, region, claims }: Elsewhere): string {
  const what = claims.length === 1 ? 'one creation' : `${claims.length} creations`
  return `${what} of account ${accountId} in ${region} did not finish: kmsctl recover --region ${region}`
}

/**
 * Where STS cannot be asked, the creations of any account may be this one's: that none is left is not known.
 *
 * @throws KmsctlError `Unreachable` (9)
 */
export function requireAccount(others: readonly Elsewhere[], here: string): void {
  const [other] = others.filter(({ region }) => region === here)
  if (other === undefined) return
  throw new KmsctlError(
    'Unreachable',
    `creations of account ${other.accountId} did not finish, and whether that is this account cannot be asked of STS`,
    { hints: ['try again when STS can be reached'] },
  )
}

function names({ aliases }: Claim): string {
  return aliases.join(', ') || 'a key without a name'
}

function details({ token, region, accountId, begunAt, keyId }: Claim) {
  return { claimToken: token, region, accountId, begunAt: begunAt.toISOString(), keyId }
}
