import { paginateListAliases, paginateListKeys } from '@aws-sdk/client-kms'
import { errorCode } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import { ends, KmsctlError } from '../../errors.js'

/** The largest pages that KMS gives (docs/facts/constraints.md): each costs a whole way there and back. */
const KEYS_A_PAGE = 1000
const ALIASES_A_PAGE = 100

/** What ListKeys tells of a key. */
export interface Entry {
  readonly id: string
  readonly arn: string
}

/** Every key of the account and Region, page by page, and none twice. */
export async function* entryPages(session: Session): AsyncGenerator<Entry[]> {
  const seen = new Set<string>()
  const pages = paginateListKeys({ client: session.kms, pageSize: KEYS_A_PAGE }, {})
  for await (const page of pages) {
    if (page.Keys === undefined) {
      throw new KmsctlError('BadResponse', 'the answer to ListKeys holds no list of keys')
    }
    const entries: Entry[] = []
    for (const { KeyId, KeyArn } of page.Keys) {
      if (KeyId === undefined || seen.has(KeyId)) continue
      seen.add(KeyId)
      entries.push({ id: KeyId, arn: KeyArn ?? '' })
    }
    yield entries
  }
}

/**
 * The names of each key, sorted; null, with a warning, where they cannot be read.
 *
 * @param needed whether the list is wrong without them: then failing is its end
 */
export async function aliasesByKey(
  session: Session,
  needed: boolean,
  warnings: string[],
): Promise<Map<string, string[]> | null> {
  const names = new Map<string, string[]>()
  try {
    const pages = paginateListAliases({ client: session.kms, pageSize: ALIASES_A_PAGE }, {})
    for await (const page of pages) {
      for (const { AliasName, TargetKeyId } of page.Aliases ?? []) {
        if (AliasName === undefined || TargetKeyId === undefined) continue
        const others = names.get(TargetKeyId)
        if (others === undefined) names.set(TargetKeyId, [AliasName])
        else others.push(AliasName)
      }
    }
    for (const all of names.values()) all.sort()
    return names
  } catch (error) {
    if (ends('task', error) || needed) throw error
    warnings.push(`aliases could not be read (${errorCode(error)})`)
    return null
  }
}
