import type { Sandbox } from '../../../src/lib/sandbox/index.js'
import type { Key, State } from '../../../src/lib/sandbox/model/model.js'

/** What a caller can have changed of a key: no dates, no key material. */
interface Held {
  readonly state: string
  readonly description: string
  readonly keySpec: string
  readonly keyUsage: string
  readonly origin: string
  readonly multiRegion: string | null
  readonly policy: unknown
  readonly tags: Readonly<Record<string, string>>
  readonly rotation: string
  readonly rotationsOnDemand: number
  readonly window: number | null
  readonly aliases: readonly string[]
}

/** The customer's keys of an embedded KMS, by key ID. */
export type Inventory = ReadonlyMap<string, Held>

const CLAIM = 'kmsctl:claim'

export async function inventoryOf(sandbox: Sandbox): Promise<Inventory> {
  const state = await sandbox.state()
  const keys = Object.values(state.regions).flatMap((region) => Object.values(region.keys))
  const own = keys.filter(({ manager }) => manager === 'CUSTOMER')
  return new Map(own.map((key) => [key.keyId, heldBy(key, state)]))
}

/** The claim tokens of keys, by key ID. */
export async function claimsOf(sandbox: Sandbox): Promise<ReadonlyMap<string, string>> {
  const state = await sandbox.state()
  const keys = Object.values(state.regions).flatMap((region) => Object.values(region.keys))
  return new Map(
    keys.flatMap(({ keyId, tags }) => {
      const claim = tags.find(({ key }) => key === CLAIM)?.value
      return claim === undefined ? [] : [[keyId, claim] as const]
    }),
  )
}

function heldBy(key: Key, state: State): Held {
  const { rotation } = key
  const aliases = Object.values(state.regions[key.region]?.aliases ?? {})
  const tags = key.tags.filter((tag) => tag.key !== CLAIM).map((tag) => [tag.key, tag.value])
  return {
    state: key.state,
    description: key.description,
    keySpec: key.keySpec,
    keyUsage: key.keyUsage,
    origin: key.origin,
    multiRegion: key.multiRegion,
    policy: JSON.parse(key.policy),
    tags: Object.fromEntries(tags.sort()),
    rotation: rotation.enabled ? `every ${rotation.periodInDays} days` : 'off',
    rotationsOnDemand: rotation.onDemandCount,
    window: key.deletion?.windowInDays ?? null,
    aliases: aliases.flatMap((one) => (one.targetKeyId === key.keyId ? [one.name] : [])).sort(),
  }
}

/** An inventory as text that two runs share: keys made by the run are called by their number. */
export function comparable(inventory: Inventory, before: Inventory): string {
  let made = 0
  const rows = [...inventory].map(([keyId, held]) => {
    if (!before.has(keyId)) made += 1
    return [before.has(keyId) ? keyId : `new ${made}`, held] as const
  })
  return JSON.stringify(rows.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The keys of an inventory that another one does not have. */
export function newKeys(inventory: Inventory, before: Inventory): string[] {
  return [...inventory.keys()].filter((keyId) => !before.has(keyId))
}
