import type { Session } from '../../aws/session.js'
import { KmsctlError } from '../../errors.js'
import { samePolicy } from '../../policy/compare/equivalence.js'
import type { PolicyDocument } from '../../policy/document/document.js'
import type { Key, KeyMetadata } from '../../results.js'
import { describeParts, readRotation, readTags } from '../key/describe.js'
import { isPendingDeletion } from '../key/metadata.js'
import { readPolicy } from '../policy/read.js'
import type { ValidatedCreate } from '../rules/create.js'
import { rotates } from '../rules/rotation.js'

/** What was given on the command line and is compared; spec, usage and origin always are. */
export interface Given {
  readonly description: boolean
  readonly rotation: boolean
  readonly multiRegion: boolean
  readonly policy: PolicyDocument | undefined
}

interface Difference {
  readonly field: string
  readonly wanted: unknown
  readonly actual: unknown
}

/**
 * `create --if-not-exists` on an alias that is taken: the key there, if it is what was asked for.
 *
 * @param held the wanted aliases that name this key already
 * @throws KmsctlError `Different` (6) with the differences, `WrongState` (5) where the key is pending
 * deletion, or disabled and was not asked to be
 */
export async function compareExisting(
  session: Session,
  metadata: KeyMetadata,
  wanted: ValidatedCreate,
  given: Given,
  held: readonly string[],
): Promise<Key> {
  refuseState(metadata, wanted)
  const [key, policy] = await Promise.all([
    describeParts(session, metadata),
    given.policy === undefined ? undefined : readPolicy(session, metadata.arn),
  ])
  const differences = [
    ...kindDifferences(metadata, wanted, given),
    ...aliasDifferences(wanted, held),
    ...(await tagDifferences(session, key, wanted)),
    ...(given.rotation ? await rotationDifferences(session, metadata, key, wanted) : []),
    ...(given.policy === undefined || policy === undefined || samePolicy(given.policy, policy)
      ? []
      : [{ field: 'policy', wanted: 'the given policy', actual: 'another policy' }]),
  ]
  if (differences.length === 0) return key
  const words = differences.map(
    ({ field, wanted: want, actual }) => `${field} is ${show(actual)}, not ${show(want)}`,
  )
  throw new KmsctlError(
    'Different',
    `key ${metadata.keyId} exists and differs: ${words.join('; ')}`,
    {
      hints: [`see it: kmsctl describe ${metadata.keyId}`],
      details: { keyId: metadata.keyId, differences },
    },
  )
}

function show(value: unknown): string {
  return typeof value === 'string' ? value || "''" : JSON.stringify(value)
}

function refuseState(key: KeyMetadata, wanted: ValidatedCreate): void {
  const details = { keyId: key.keyId, keyState: key.keyState }
  if (isPendingDeletion(key.keyState)) {
    throw new KmsctlError('WrongState', `key ${key.keyId} exists and is pending deletion`, {
      hints: [`kmsctl deletion cancel ${key.keyId} --enable`],
      details,
    })
  }
  if (key.keyState === 'Disabled' && !wanted.disabled) {
    throw new KmsctlError('WrongState', `key ${key.keyId} exists and is disabled`, {
      hints: [`kmsctl enable ${key.keyId}`, 'or ask for a disabled key with --disabled'],
      details,
    })
  }
}

function kindDifferences(key: KeyMetadata, wanted: ValidatedCreate, given: Given): Difference[] {
  const compared: Difference[] = [
    { field: 'spec', wanted: wanted.keySpec, actual: key.keySpec },
    { field: 'usage', wanted: wanted.keyUsage, actual: key.keyUsage },
    { field: 'origin', wanted: wanted.origin, actual: key.origin },
  ]
  if (wanted.disabled) compared.push({ field: 'state', wanted: 'Disabled', actual: key.keyState })
  if (given.multiRegion) {
    compared.push({ field: 'multi-Region', wanted: true, actual: key.multiRegion })
  }
  if (wanted.customKeyStoreId !== undefined) {
    const actual = key.customKeyStoreId ?? null
    compared.push({ field: 'custom key store', wanted: wanted.customKeyStoreId, actual })
  }
  if (given.description) {
    compared.push({
      field: 'description',
      wanted: wanted.description,
      actual: key.description,
    })
  }
  return compared.filter((field) => field.wanted !== field.actual)
}

/** Aliases are compared as a subset: the key may have more of them. */
function aliasDifferences({ aliases }: ValidatedCreate, held: readonly string[]): Difference[] {
  if (aliases.every((name) => held.includes(name))) return []
  return [{ field: 'aliases', wanted: aliases, actual: held }]
}

/** As a subset too. Tags that `describe` could not read are read again, for AWS's own refusal. */
async function tagDifferences(
  session: Session,
  key: Key,
  wanted: ValidatedCreate,
): Promise<Difference[]> {
  const entries = Object.entries(wanted.tags)
  if (entries.length === 0) return []
  const tags = key.tags ?? (await readTags(session, key.arn))
  return entries
    .map(([name, value]) => ({ field: `tag ${name}`, wanted: value, actual: tags[name] ?? null }))
    .filter((tag) => tag.wanted !== tag.actual)
}

async function rotationDifferences(
  session: Session,
  metadata: KeyMetadata,
  key: Key,
  { rotation: { enabled, periodInDays } }: ValidatedCreate,
): Promise<Difference[]> {
  const rotation = key.rotation ?? (await readRotation(session, metadata))
  if (enabled ? rotates(rotation, periodInDays) : !rotation.enabled) return []
  const period = (days: number | null) => (days === null ? 'on' : `every ${days} days`)
  return [
    {
      field: 'rotation',
      wanted: enabled ? period(periodInDays) : 'off',
      actual: rotation.enabled ? period(rotation.rotationPeriodInDays) : 'off',
    },
  ]
}
