import { type KMSClient, paginateListAliases, paginateListKeys } from '@aws-sdk/client-kms'

/** What keys of an account and Region can be called by. */
export interface Names {
  /** Alias names, each with the ID of its key; null where it has none. */
  readonly aliases: readonly (readonly [name: string, keyId: string | null])[]
  /** ARNs of the keys. */
  readonly keys: readonly string[]
}

/** Aliases and keys, at most so many of each: nobody chooses among more by looking at them. */
const MOST = 10_000

/** Reads them with two lists and nothing else. One that fails leaves its part empty. */
export async function readNames(kms: KMSClient): Promise<Names> {
  const [aliases, keys] = await Promise.allSettled([aliasNames(kms), keyArns(kms)])
  return {
    aliases: aliases.status === 'fulfilled' ? aliases.value : [],
    keys: keys.status === 'fulfilled' ? keys.value : [],
  }
}

async function aliasNames(client: KMSClient): Promise<[string, string | null][]> {
  const names: [string, string | null][] = []
  for await (const { Aliases = [] } of paginateListAliases({ client, pageSize: 100 }, {})) {
    for (const { AliasName, TargetKeyId } of Aliases) {
      if (AliasName !== undefined) names.push([AliasName, TargetKeyId ?? null])
    }
    if (names.length >= MOST) break
  }
  return names
}

async function keyArns(client: KMSClient): Promise<string[]> {
  const arns: string[] = []
  for await (const { Keys = [] } of paginateListKeys({ client, pageSize: 1000 }, {})) {
    for (const { KeyArn } of Keys) if (KeyArn !== undefined) arns.push(KeyArn)
    if (arns.length >= MOST) break
  }
  return arns
}
