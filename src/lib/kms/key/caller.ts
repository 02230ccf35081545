import { explain } from '../../aws/call/errors.js'
import type { Identity, Session } from '../../aws/session.js'
import { EXIT, KmsctlError } from '../../errors.js'
import type { WhoAmI } from '../../results.js'

/** The caller, or the code of what kept STS from answering. */
export type Caller =
  | { readonly identity: Identity; readonly code: null }
  | { readonly identity: null; readonly code: string }

/**
 * The caller, for what can do without: a network that lets KMS through and not STS (a VPC endpoint of
 * KMS alone) is no reason to refuse a command. Any other failure is thrown.
 */
export async function callerIfReachable(session: Session): Promise<Caller> {
  try {
    return { identity: await session.identity(), code: null }
  } catch (error) {
    const { code } = explain(error)
    if (!isOutOfReach(error)) throw error
    return { identity: null, code }
  }
}

/**
 * STS is out of reach (a firewall that says nothing, a service that is down), which says nothing of KMS; a
 * refusal of the credentials does. The run's own end is nobody else's fault.
 */
function isOutOfReach(error: unknown): boolean {
  const { code, exitCode } = explain(error)
  if (error instanceof KmsctlError) return code === 'Unreachable' || code === 'BadResponse'
  return code === 'BadResponse' || exitCode === EXIT.UNAVAILABLE
}

/** Where a connection leads, and what decided that. */
export interface Whereabouts {
  readonly profile: string | null
  endpoint(): Promise<string>
  sources(): Promise<WhoAmI['sources']>
}

/** The caller as STS sees it, and where its calls go. */
export async function whoami(session: Session, where: Whereabouts): Promise<WhoAmI> {
  const [identity, endpoint, sources] = await Promise.all([
    session.identity(),
    where.endpoint(),
    where.sources(),
  ])
  const { region } = session
  return { ...identity, region, endpoint, profile: where.profile, sources, warnings: [] }
}
