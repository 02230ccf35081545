import { randomBytes } from 'node:crypto'
import type { CreateKeyCommandOutput } from '@aws-sdk/client-kms'
import { effectOf, endsRun, errorCode } from '../aws/errors.js'
import type { Identity, Session } from '../aws/session.js'
import { usageError } from '../errors.js'
import { buildPolicy } from '../policy/builder.js'
import { type PolicyDocument, parsePolicy, policyText } from '../policy/document.js'
import { completePrincipal } from '../policy/principal.js'
import type { Change, Key, KeyMetadata } from '../results.js'
import { aliasTaken, aliasTarget } from './aliases.js'
import { callerIfReachable } from './caller.js'
import { type Call, endedAfter, send } from './calls.js'
import type { Plan } from './change.js'
import { compareExisting, type Given } from './create-existing.js'
import { createFailed, createUnknown, stoppedAfterCreate } from './create-failures.js'
import { describeParts, unreadKey } from './describe.js'
import { toKeyMetadata } from './metadata.js'
import { readBack } from './read-back.js'
import { readMetadata } from './resolve.js'
import { rotates } from './rotation.js'
import { type CreateInput, type ValidatedCreate, validateCreate } from './rules/create.js'
import { newKeyPrice } from './rules/price.js'
import { CLAIM_TAG } from './rules/tags.js'

/** What `create` is asked for: the flags' input, which the wizard's answers become too. */
export interface CreateRequest {
  readonly key: Omit<CreateInput, 'region'>
  /** A policy's text and where it came from. */
  readonly policy?: { readonly text: string; readonly source: string }
  readonly admins: readonly string[]
  readonly users: readonly string[]
  readonly grantUsers: readonly string[]
  readonly ifNotExists: boolean
}

/** Stands for the new key's ID in calls that are planned before there is one. */
const NEW_KEY = '<KeyId of the new key>'

/**
 * Plans a key: everything is checked before anything is sent, the alias among it.
 *
 * @throws KmsctlError `Usage` (2) for what the input breaks, `AliasTaken` (6), or with `ifNotExists`
 * `Different` (6) and `WrongState` (5)
 */
export async function planCreate(session: Session, request: CreateRequest): Promise<Plan<Change>> {
  const wanted = validateCreate({ ...request.key, region: session.region })
  const given = checkedPolicy(request)
  const caller = await callerFor(session, request)
  const policy = given ?? builtPolicy(request, wanted, caller.identity)
  const existing = await keysOfAliases(session, wanted.aliases)
  const warnings = [...caller.warnings]

  const taken = [...existing.entries()][0]
  if (taken !== undefined) {
    const [name, key] = taken
    if (!request.ifNotExists) throw aliasTaken(name, key)
    const held = [...existing].flatMap(([alias, { arn }]) => (arn === key.arn ? [alias] : []))
    const parts = await compareExisting(session, key, wanted, givenOf(request, policy), held)
    return alreadyThere(session, parts, warnings)
  }
  const token = request.key.claimTag ? randomBytes(16).toString('hex') : null
  const calls = plannedCalls(wanted, policy, token)
  return {
    accountId: caller.identity?.accountId ?? 'unknown',
    region: session.region,
    calls,
    warnings,
    price: newKeyPrice(wanted),
    unchanged: () => Promise.reject(new Error('a creation always has calls')),
    apply: () => createKey(session, { wanted, calls, token, warnings }),
  }
}

function checkedPolicy(request: CreateRequest): PolicyText | undefined {
  const built = [...request.admins, ...request.users, ...request.grantUsers].length > 0
  if (request.policy === undefined) return undefined
  if (built) {
    throw usageError(
      '--policy cannot be used with --admin, --user or --grant-user: give one of them',
    )
  }
  const { text, source } = request.policy
  return { text, document: parsePolicy(text, source) }
}

interface PolicyText {
  readonly text: string
  readonly document: PolicyDocument
}

/**
 * The caller: the policy builder needs the account, and the announcement names it. Where nothing but
 * the announcement needs it, an STS that cannot be asked is no reason to refuse.
 */
async function callerFor(
  session: Session,
  request: CreateRequest,
): Promise<{ identity: Identity | undefined; warnings: string[] }> {
  const builds = [...request.admins, ...request.users, ...request.grantUsers]
  // A principal that is none is a mistake of the input: told before the account is asked for.
  for (const principal of builds) completePrincipal(principal, ANY_ACCOUNT)
  if (builds.length > 0) return { identity: await session.identity(), warnings: [] }
  const { identity, code } = await callerIfReachable(session)
  const warnings =
    code === null ? [] : [`the account is unknown, because STS could not be asked (${code})`]
  return { identity: identity ?? undefined, warnings }
}

const ANY_ACCOUNT = { partition: 'aws', accountId: '000000000000' }

function builtPolicy(
  request: CreateRequest,
  { keySpec, keyUsage }: ValidatedCreate,
  identity: Identity | undefined,
): PolicyText | undefined {
  const { admins, users, grantUsers } = request
  if (identity === undefined || [...admins, ...users, ...grantUsers].length === 0) return undefined
  const { partition, accountId } = identity
  const document = buildPolicy({
    partition,
    accountId,
    admins,
    users,
    grantUsers,
    keySpec,
    keyUsage,
  })
  return { text: policyText(document, 0), document }
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

/**
 * The calls of a creation. All that CreateKey can take is in it, so that the key is never without its
 * policy and tags; the claim tag finds it again when the answer is lost. Rotation comes before
 * disabling, because KMS refuses it on a disabled key (truth/key-states.csv).
 */
function plannedCalls(
  wanted: ValidatedCreate,
  policy: PolicyText | undefined,
  token: string | null,
): Call[] {
  const tags = Object.entries(wanted.tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }))
  if (token !== null) tags.push({ TagKey: CLAIM_TAG, TagValue: token })
  const { periodInDays } = wanted.rotation
  return [
    {
      operation: 'CreateKey',
      input: {
        KeySpec: wanted.keySpec,
        KeyUsage: wanted.keyUsage,
        Origin: wanted.origin,
        MultiRegion: wanted.multiRegion,
        ...(wanted.description === '' ? {} : { Description: wanted.description }),
        ...(wanted.customKeyStoreId === undefined
          ? {}
          : { CustomKeyStoreId: wanted.customKeyStoreId }),
        ...(wanted.xksKeyId === undefined ? {} : { XksKeyId: wanted.xksKeyId }),
        ...(policy === undefined ? {} : { Policy: policy.text }),
        ...(tags.length === 0 ? {} : { Tags: tags }),
      },
    },
    ...wanted.aliases.map(
      (name): Call => ({
        operation: 'CreateAlias',
        input: { AliasName: name, TargetKeyId: NEW_KEY },
      }),
    ),
    ...(wanted.rotation.enabled
      ? [
          {
            operation: 'EnableKeyRotation' as const,
            input: {
              KeyId: NEW_KEY,
              ...(periodInDays === null ? {} : { RotationPeriodInDays: periodInDays }),
            },
          },
        ]
      : []),
    ...(wanted.disabled ? [{ operation: 'DisableKey' as const, input: { KeyId: NEW_KEY } }] : []),
  ]
}

interface Creation {
  readonly wanted: ValidatedCreate
  readonly calls: readonly Call[]
  readonly token: string | null
  readonly warnings: string[]
}

async function createKey(session: Session, creation: Creation): Promise<Change> {
  const { wanted, calls, token, warnings } = creation
  const [first, ...rest] = calls
  if (first === undefined) throw new Error('a creation begins with CreateKey')
  const key = await createdKey(session, first, token)
  const following = rest.map((call) => forKey(call, key.keyId))
  for (const [index, call] of following.entries()) {
    try {
      await sendToNewKey(session, call)
    } catch (error) {
      throw stoppedAfterCreate(key, following.slice(0, index), following.slice(index), error)
    }
  }
  let told: Key | undefined
  let failure: unknown
  const look = async () => {
    try {
      told = await describeParts(session, await readMetadata(session, key.arn))
    } catch (error) {
      failure = error
      throw error
    }
    return agrees(told, wanted)
  }
  try {
    warnings.push(...(await readBack(session, look)))
  } catch (error) {
    throw endedAfter([first, ...following], error, key.keyId)
  }
  return { changed: true, key: told ?? unreadKey(key, errorCode(failure)), warnings }
}

async function createdKey(
  session: Session,
  call: Call,
  token: string | null,
): Promise<KeyMetadata> {
  let answer: CreateKeyCommandOutput
  try {
    answer = (await send(session, call)) as CreateKeyCommandOutput
  } catch (error) {
    throw createFailed(error, token, session.region)
  }
  try {
    return toKeyMetadata(answer.KeyMetadata, 'CreateKey')
  } catch (error) {
    throw createUnknown(error, token, session.region)
  }
}

function forKey(call: Call, keyId: string): Call {
  const input = Object.entries(call.input ?? {}).map(([name, value]) => [
    name,
    value === NEW_KEY ? keyId : value,
  ])
  return { operation: call.operation, input: Object.fromEntries(input) } as Call
}

/** Right after CreateKey, KMS may not know the key yet everywhere (eventual consistency). */
async function sendToNewKey(session: Session, call: Call): Promise<void> {
  for (let wait = 100; ; wait *= 2) {
    try {
      await send(session, call)
      return
    } catch (error) {
      if (await aliasIsThere(session, call, error)) return
      if (errorCode(error) !== 'NotFoundException' || wait > 6_400) throw error
      await session.sleep(wait)
    }
  }
}

/** Whether a CreateAlias that failed was done after all: its answer was lost, and the alias is ours. */
async function aliasIsThere(session: Session, call: Call, error: unknown): Promise<boolean> {
  if (call.operation !== 'CreateAlias' || call.input.AliasName === undefined) return false
  const taken = errorCode(error) === 'AlreadyExistsException'
  if (endsRun(error) || (effectOf(error) === 'none' && !taken)) return false
  const holder = await aliasTarget(session, call.input.AliasName).catch(() => null)
  return holder?.keyId === call.input.TargetKeyId
}

/** Whether what is read is what was asked for. A part that cannot be read does not disagree. */
function agrees(key: Key, wanted: ValidatedCreate): boolean {
  const { aliases, rotation, tags, keyState } = key
  return (
    (wanted.disabled ? keyState === 'Disabled' : keyState !== 'Creating') &&
    (aliases === null || wanted.aliases.every((name) => aliases.includes(name))) &&
    (rotation === null ||
      (wanted.rotation.enabled
        ? rotates(rotation, wanted.rotation.periodInDays)
        : !rotation.enabled)) &&
    (tags === null || Object.entries(wanted.tags).every(([name, value]) => tags[name] === value))
  )
}
