import { paginateListAliases } from '@aws-sdk/client-kms'
import { isNotFound } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import { KmsctlError } from '../../errors.js'
import type { Alias, AliasList, Change, KeyMetadata } from '../../results.js'
import { type Plan, planKeyChange } from '../change/plan.js'
import { isoDate } from '../key/metadata.js'
import { findKey, requireState, resolveForChange, resolveKey } from '../key/resolve.js'
import { aliasName } from '../rules/alias-name.js'

/** Every state in which KMS gives a key an alias: all but pending deletion (docs/facts/key-states.csv). */
export const MAY_GET_ALIAS = [
  'Enabled',
  'Disabled',
  'PendingImport',
  'Unavailable',
  'Creating',
  'Updating',
]

/** All aliases of the account and Region, or those of one key, by name. */
export async function listAliases(session: Session, text: string | undefined): Promise<AliasList> {
  const key = text === undefined ? undefined : await resolveKey(session, text)
  const query = key === undefined ? {} : { KeyId: key.arn }
  const aliases: Alias[] = []
  for await (const page of paginateListAliases({ client: session.kms }, query)) {
    for (const alias of page.Aliases ?? []) {
      aliases.push({
        aliasName: alias.AliasName ?? '',
        aliasArn: alias.AliasArn ?? '',
        targetKeyId: alias.TargetKeyId ?? null,
        creationDate: isoDate(alias.CreationDate),
        lastUpdatedDate: isoDate(alias.LastUpdatedDate),
      })
    }
  }
  return { aliases: aliases.sort((a, b) => (a.aliasName < b.aliasName ? -1 : 1)) }
}

/** The key that an alias of the customer's names, or null where the alias is free. */
export function aliasTarget(session: Session, name: string): Promise<KeyMetadata | null> {
  return findKey(session, name)
}

/** The refusal to take an alias from another key, with what to do instead. */
export function aliasTaken(name: string, holder: KeyMetadata): KmsctlError {
  return new KmsctlError('AliasTaken', `alias ${name} already points to key ${holder.keyId}`, {
    hints: [
      `see that key: kmsctl describe ${holder.keyId}`,
      `move the alias to another key: kmsctl alias update ${name} KEY`,
    ],
    details: { aliasName: name, keyId: holder.keyId, keyState: holder.keyState },
  })
}

export async function planCreateAlias(
  session: Session,
  name: string,
  text: string,
): Promise<Plan<Change>> {
  const alias = aliasName(name)
  const key = await resolveForChange(session, text)
  const holder = await aliasTarget(session, alias)
  if (holder !== null && holder.arn !== key.arn) throw aliasTaken(alias, holder)
  if (holder === null) requireState(key, 'given an alias', MAY_GET_ALIAS)
  return planKeyChange({
    session,
    key,
    calls:
      holder === null
        ? [{ operation: 'CreateAlias', input: { AliasName: alias, TargetKeyId: key.arn } }]
        : [],
    holds: () => pointsTo(session, alias, key),
  })
}

/** Plans moving an alias; it asks first, because what uses the name then uses another key. */
export async function planUpdateAlias(
  session: Session,
  name: string,
  text: string,
): Promise<Plan<Change>> {
  const alias = aliasName(name)
  const key = await resolveForChange(session, text)
  const holder = await requireAlias(session, alias, [`kmsctl alias create ${alias} ${key.keyId}`])
  const moves = holder.arn !== key.arn
  if (moves) {
    requireState(key, 'given an alias', MAY_GET_ALIAS)
    requireSameKind(alias, holder, key)
  }
  return planKeyChange({
    session,
    key,
    calls: moves
      ? [{ operation: 'UpdateAlias', input: { AliasName: alias, TargetKeyId: key.arn } }]
      : [],
    confirmation: {
      kind: 'yes',
      question: `Move ${alias} from key ${holder.keyId} to ${key.keyId}? What encrypts by this name uses the new key from then on.`,
    },
    hints: [`move it back: kmsctl alias update ${alias} ${holder.keyId}`],
    asBefore: () => pointsTo(session, alias, holder),
    holds: () => pointsTo(session, alias, key),
  })
}

/** Plans deleting an alias; the key and the data under it stay. */
export async function planDeleteAlias(session: Session, name: string): Promise<Plan<Change>> {
  const alias = aliasName(name)
  const key = await requireAlias(session, alias)
  return planKeyChange({
    session,
    key,
    calls: [{ operation: 'DeleteAlias', input: { AliasName: alias } }],
    confirmation: {
      kind: 'yes',
      question: `Delete ${alias}? What uses key ${key.keyId} by this name stops working; the key stays.`,
    },
    hints: [`make it again: kmsctl alias create ${alias} ${key.keyId}`],
    asBefore: () => pointsTo(session, alias, key),
    holds: async () => (await aliasTarget(session, alias)) === null,
  })
}

async function requireAlias(
  session: Session,
  alias: string,
  hints: readonly string[] = [],
): Promise<KeyMetadata> {
  const holder = await aliasTarget(session, alias)
  if (holder !== null) return holder
  throw new KmsctlError('AliasNotFound', `alias ${alias} does not exist in ${session.region}`, {
    hints: [...hints, 'see the aliases there are: kmsctl alias list'],
  })
}

/**
 * "The current and new KMS key must be the same type (both symmetric or both asymmetric or both HMAC),
 * and they must have the same key usage" (API Reference, UpdateAlias).
 */
function requireSameKind(alias: string, from: KeyMetadata, to: KeyMetadata): void {
  if (kind(from.keySpec) === kind(to.keySpec) && from.keyUsage === to.keyUsage) return
  const words = (key: KeyMetadata) => `${key.keySpec} for ${key.keyUsage}`
  throw new KmsctlError(
    'NotEligible',
    `alias ${alias} cannot move from a key of ${words(from)} to one of ${words(to)}: KMS moves aliases between keys of one type and usage`,
    { hints: [`delete the alias and create it: kmsctl alias delete ${alias}`] },
  )
}

function kind(keySpec: string): string {
  if (keySpec === 'SYMMETRIC_DEFAULT') return 'symmetric'
  return keySpec.startsWith('HMAC') ? 'hmac' : 'asymmetric'
}

async function pointsTo(session: Session, alias: string, key: KeyMetadata): Promise<boolean> {
  try {
    return (await aliasTarget(session, alias))?.arn === key.arn
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}
