/**
 * The passage of time: replicas become ready, keys are deleted, key material is rotated.
 *
 * Nothing runs in the background. Whatever came due since the last request happens before the
 * next one is answered, in the order of its dates, so that a jump of years does what the years
 * would have done.
 */
import { generateMaterial } from '../crypto/index.js'
import { DAY, type Key, leaderOf, relatedKeys, type State } from './model.js'

/**
 * How long a replica is Creating, and an on-demand rotation in progress. AWS says "a few seconds"
 * and "a slight delay"; one second of the sandbox's clock is long enough to be seen.
 */
export const TRANSIENT = 1000

interface Event {
  at: number
  happen: () => void
}

/** Whether something came due, so that the state must be settled before it is read. */
export function isDue(state: State, now: number): boolean {
  return groups(state).some((group) => (nextEvent(state, group)?.at ?? Infinity) <= now)
}

/** Lets everything happen that came due. */
export function settle(state: State, now: number): void {
  for (const { keyId } of groups(state).map(([first]) => first as Key)) {
    for (;;) {
      const event = nextEvent(state, relatedKeys(state, keyId))
      if (event === undefined || event.at > now) break
      event.happen()
    }
  }
}

/** New material for a key and everything that shares its ID. */
export function rotate(state: State, key: Key, type: 'AUTOMATIC' | 'ON_DEMAND', at: number): void {
  const material = { ...generateMaterial(key.keySpec), rotatedAt: at, rotationType: type }
  for (const related of relatedKeys(state, key.keyId)) related.materials.push(material)
}

/**
 * What a key missed while it was disabled happens when it is enabled again, at once (API
 * reference of GetKeyRotationStatus).
 */
export function catchUp(state: State, key: Key, now: number): void {
  const { rotation } = leaderOf(state, key)
  if (rotation.enabled && rotation.nextAt !== null && rotation.nextAt <= now) {
    rotate(state, key, 'AUTOMATIC', now)
    rotation.nextAt = now + rotation.periodInDays * DAY
  }
  if (rotation.onDemandStartedAt !== null && rotation.onDemandStartedAt + TRANSIENT <= now) {
    rotate(state, key, 'ON_DEMAND', now)
    rotation.onDemandStartedAt = null
  }
}

/** The keys by key ID: a multi-Region key's primary and replicas depend on each other. */
function groups(state: State): Key[][] {
  const byId = new Map<string, Key[]>()
  for (const region of Object.values(state.regions)) {
    for (const key of Object.values(region.keys)) {
      const group = byId.get(key.keyId)
      if (group === undefined) byId.set(key.keyId, [key])
      else group.push(key)
    }
  }
  return [...byId.values()]
}

function nextEvent(state: State, group: readonly Key[]): Event | undefined {
  let next: Event | undefined
  for (const key of group) {
    for (const event of eventsOf(state, key)) {
      if (next === undefined || event.at < next.at) next = event
    }
  }
  return next
}

function eventsOf(state: State, key: Key): Event[] {
  const events: Event[] = []
  if (key.state === 'Creating' && key.readyAt !== null) {
    events.push({ at: key.readyAt, happen: () => becomeReady(key) })
  }
  const deleteAt = key.deletion?.deleteAt ?? null
  if (deleteAt !== null) events.push({ at: deleteAt, happen: () => remove(state, key, deleteAt) })
  // Only a key that works rotates: not while it is disabled or pending deletion.
  const works = key.state === 'Enabled' || key.state === 'Updating'
  if (works && key.multiRegion !== 'REPLICA') events.push(...rotationsOf(state, key))
  return events
}

function rotationsOf(state: State, key: Key): Event[] {
  const { rotation } = key
  const events: Event[] = []
  if (rotation.enabled && rotation.nextAt !== null) {
    const at = rotation.nextAt
    const happen = () => {
      rotate(state, key, 'AUTOMATIC', at)
      rotation.nextAt = at + rotation.periodInDays * DAY
    }
    events.push({ at, happen })
  }
  if (rotation.onDemandStartedAt !== null) {
    const at = rotation.onDemandStartedAt + TRANSIENT
    const happen = () => {
      rotate(state, key, 'ON_DEMAND', at)
      rotation.onDemandStartedAt = null
    }
    events.push({ at, happen })
  }
  return events
}

function becomeReady(key: Key): void {
  key.readyAt = null
  key.state = key.materials.length === 0 ? 'PendingImport' : 'Enabled'
}

/** A deleted key takes its aliases along; with the last replica a waiting primary's window starts. */
function remove(state: State, key: Key, at: number): void {
  const region = state.regions[key.region]
  if (region === undefined) return
  delete region.keys[key.keyId]
  for (const alias of Object.values(region.aliases)) {
    if (alias.targetKeyId === key.keyId) delete region.aliases[alias.name]
  }
  const [only, another] = relatedKeys(state, key.keyId)
  if (only?.state === 'PendingReplicaDeletion' && another === undefined && only.deletion !== null) {
    only.state = 'PendingDeletion'
    only.deletion.deleteAt = at + only.deletion.windowInDays * DAY
  }
}
