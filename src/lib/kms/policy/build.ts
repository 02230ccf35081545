/** The policy that a new key gets: one that was given, or one that is built from wishes. */
import type { Identity, Session } from '../../aws/session.js'
import { usageError } from '../../errors.js'
import { buildPolicy, type PolicyKey, type PolicyWishes } from '../../policy/build/builder.js'
import { UNUSED_DAYS } from '../../policy/build/guardrails.js'
import { type PolicyDocument, parsePolicy, policyText } from '../../policy/document/document.js'
import { partitionOf } from '../../policy/document/partition.js'
import { type KeyKind, type ValidatedCreate, validateKind } from '../rules/create.js'
import type { PolicyText } from './lint.js'

type Named = 'admins' | 'users' | 'grantUsers'

/** A policy as asked for: by a text, or by the builder's flags. What is left out is not wished for. */
export interface PolicyRequest
  extends Pick<PolicyWishes, Named>,
    Partial<Omit<PolicyWishes, Named>> {
  /** A policy's text and where it came from. */
  readonly policy?: { readonly text: string; readonly source: string }
}

/** The flags that `--policy` excludes: all of the builder's. */
const BUILDER_FLAGS = [
  '--admin',
  '--user',
  '--grant-user',
  '--account',
  '--service',
  '--no-admin-delete',
  '--guardrails',
]

/** Whether a policy is to be built, for which the caller's account is needed. */
export function wantsBuiltPolicy(request: PolicyRequest): boolean {
  const { admins, users, grantUsers, accounts, services, adminDelete, guardrails } =
    wishesOf(request)
  const named = [...admins, ...users, ...grantUsers, ...accounts, ...services]
  return named.length > 0 || !adminDelete || guardrails
}

/**
 * The policy that was given, or undefined where none was. Wishes are checked here as far as they can be
 * without knowing the account, so that a mistake of the input is told before anything is asked for.
 *
 * @throws KmsctlError `Usage` (2)
 */
export function checkedPolicy(
  request: PolicyRequest,
  wanted: ValidatedCreate,
  region: string,
): PolicyText | undefined {
  const builds = wantsBuiltPolicy(request)
  if (request.policy === undefined) {
    if (builds) checkWishes(request, { ...wanted, region })
    if (request.guardrails && wanted.disabled) {
      throw usageError(
        `--disabled is not possible with --guardrails: they deny disabling a key in its first ${UNUSED_DAYS} days`,
      )
    }
    return undefined
  }
  if (builds) {
    throw usageError(
      `--policy cannot be used with ${BUILDER_FLAGS.slice(0, -1).join(', ')} or ${BUILDER_FLAGS.at(-1)}: give one of them`,
    )
  }
  const { text, source } = request.policy
  return { text, document: parsePolicy(text, source) }
}

/** The policy that the wishes describe, or undefined where there are none, or no account to build it for. */
export function builtPolicy(
  request: PolicyRequest,
  wanted: ValidatedCreate,
  region: string,
  identity: Identity | undefined,
): PolicyText | undefined {
  if (identity === undefined || !wantsBuiltPolicy(request)) return undefined
  const document = build(request, { ...wanted, region }, identity)
  return { text: policyText(document, 0), document }
}

/** The document of `policy build`: the same as `create` would send, with no key to send it for. */
export async function buildKeyPolicy(
  session: Session,
  kind: Omit<KeyKind, 'region'> & { readonly multiRegion: boolean },
  wishes: PolicyWishes,
): Promise<PolicyDocument> {
  const { region } = session
  const key = { ...validateKind({ ...kind, region }), multiRegion: kind.multiRegion, region }
  checkWishes(wishes, key)
  return build(wishes, key, await session.identity())
}

/** Everything but whether an account is one's own. */
function checkWishes(request: PolicyRequest, key: PolicyKey): void {
  build(request, key, { partition: partitionOf(key.region), accountId: 'ACCOUNT' })
}

function build(
  request: PolicyRequest,
  { keySpec, keyUsage, origin, multiRegion, region }: PolicyKey,
  { partition, accountId }: Pick<Identity, 'partition' | 'accountId'>,
): PolicyDocument {
  return buildPolicy({
    ...wishesOf(request),
    ...{ keySpec, keyUsage, origin, multiRegion, region },
    ...{ partition, accountId },
  })
}

function wishesOf(request: PolicyRequest): PolicyWishes {
  const { admins, users, grantUsers } = request
  const { accounts = [], services = [], adminDelete = true, guardrails = false } = request
  return { admins, users, grantUsers, accounts, services, adminDelete, guardrails }
}
