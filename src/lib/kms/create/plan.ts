import type { Identity, Session } from '../../aws/session.js'
import type { Change, Key, KeyMetadata } from '../../results.js'
import { aliasTaken, aliasTarget } from '../alias/aliases.js'
import type { Plan } from '../change/plan.js'
import { callerIfReachable } from '../key/caller.js'
import {
  builtPolicy,
  checkedPolicy,
  type PolicyRequest,
  wantsBuiltPolicy,
} from '../policy/build.js'
import { judgePolicy, type PolicyText } from '../policy/lint.js'
import { type CreateInput, validateCreate } from '../rules/create.js'
import { creationIntent } from './create-spec.js'
import { type CreateTools, Creation } from './creation.js'
import { compareExisting, type Given } from './existing.js'

const DEFAULT_SETTLE_SECONDS = 120

/** What `create` is asked for: the flags' input, which the wizard's answers become too. */
export interface CreateRequest extends PolicyRequest {
  readonly key: Omit<CreateInput, 'region'>
  /** Rules of the linter that do not stop the policy. */
  readonly allow: readonly string[]
  readonly ifNotExists: boolean
  /** How long a key is looked for whose creation got no answer; 120 s where nothing is said. */
  readonly settleSeconds?: number | undefined
  /** How long a policy is tried again of which KMS does not know a principal; not at all where nothing is said. */
  readonly waitSeconds?: number | undefined
  /** Whether the creation is written down before it begins; it is where nothing is said. */
  readonly journal?: boolean
}

/**
 * Plans a key: everything is checked before anything is sent, this machine's journal and the alias among it.
 * A creation that an earlier run began and did not end is gone on with, and no second key made for it.
 *
 * @throws KmsctlError `Usage` (2) for what the input breaks, `AliasTaken` (6), `CreationOpen` (6),
 * `Ambiguous` (8) where an earlier creation's end stays unknown, or with `ifNotExists` `Different` (6) and
 * `WrongState` (5)
 */
export async function planCreate(
  session: Session,
  request: CreateRequest,
  tools: CreateTools = {},
): Promise<Plan<Change>> {
  const { wanted, caller, policy, recipient } = await prepareCreate(session, request)
  const warnings = [...caller.warnings, ...judgePolicy(policy, recipient, request.allow)]
  const creation = await Creation.open(session, creationIntent(wanted, policy), {
    ...tools,
    accountId: caller.identity?.accountId ?? 'unknown',
    claimTag: request.key.claimTag,
    settleSeconds: request.settleSeconds ?? DEFAULT_SETTLE_SECONDS,
    waitSeconds: request.waitSeconds ?? 0,
    journal: request.journal ?? true,
    warnings,
  })
  const earlier = await creation.earlier()
  if (earlier !== null) return earlier
  const existing = await keysOfAliases(session, wanted.aliases)
  const [taken] = existing
  if (taken === undefined) return creation.plan()
  const [name, key] = taken
  if (!request.ifNotExists) throw aliasTaken(name, key)
  const held = [...existing].flatMap(([alias, { arn }]) => (arn === key.arn ? [alias] : []))
  const parts = await compareExisting(session, key, wanted, givenOf(request, policy), held)
  return alreadyThere(session, parts, warnings)
}

/**
 * A key as asked for, checked, with its defaults filled in, its policy, and its caller. Nothing is judged, and only
 * STS is asked.
 *
 * @throws KmsctlError `Usage` (2) for what the input breaks
 */
export async function prepareCreate(session: Session, request: CreateRequest) {
  const wanted = validateCreate({ ...request.key, region: session.region })
  const given = checkedPolicy(request, wanted, session.region)
  const caller = await callerFor(session, request)
  const policy = given ?? builtPolicy(request, wanted, session.region, caller.identity)
  const recipient = { ...wanted, region: session.region, caller: caller.identity }
  return { wanted, caller, policy, recipient }
}

/**
 * The caller: the policy builder needs the account, and the announcement names it. Where nothing but
 * the announcement needs it, an STS that cannot be asked is no reason to refuse.
 */
async function callerFor(
  session: Session,
  request: CreateRequest,
): Promise<{ identity: Identity | undefined; warnings: string[] }> {
  if (wantsBuiltPolicy(request)) return { identity: await session.identity(), warnings: [] }
  const { identity, code } = await callerIfReachable(session)
  const warnings =
    code === null ? [] : [`the account is unknown, because STS could not be asked (${code})`]
  return { identity: identity ?? undefined, warnings }
}

function givenOf(request: CreateRequest, policy: PolicyText | undefined): Given {
  const { description, rotation, rotationPeriodDays, multiRegion } = request.key
  return {
    description: description !== undefined,
    rotation: rotation !== undefined || rotationPeriodDays !== undefined,
    multiRegion,
    policy: policy?.document,
  }
}

/** The keys that the wanted aliases name already. */
async function keysOfAliases(
  session: Session,
  aliases: readonly string[],
): Promise<Map<string, KeyMetadata>> {
  const keys = await Promise.all(aliases.map((name) => aliasTarget(session, name)))
  const taken = aliases.flatMap((name, index) => {
    const key = keys[index]
    return key === null || key === undefined ? [] : [[name, key] as const]
  })
  return new Map(taken)
}

function alreadyThere(session: Session, key: Key, warnings: string[]): Plan<Change> {
  const unchanged = async (): Promise<Change> => ({ changed: false, key, warnings })
  return {
    accountId: key.accountId,
    region: session.region,
    calls: [],
    warnings,
    unchanged,
    apply: unchanged,
  }
}
