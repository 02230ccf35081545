import type { DeletionCheck, Key, Reason } from '../../results.js'
import { isPendingDeletion } from '../key/metadata.js'

const DAY_MS = 86_400_000
/** Contract 6.4: what counts as recent. */
const RECENT_DAYS = 30

/** The parts of a key without which no verdict can be "safe". */
const NEEDED = ['aliases', 'grants', 'lastUsage'] as const

/** When the key was used, if that was within the last 30 days; else null. */
export function recentUse(key: Pick<Key, 'lastUsage'>, now: Date): string | null {
  const usedAt = key.lastUsage?.timestamp ?? null
  if (usedAt === null) return null
  return now.getTime() - new Date(usedAt).getTime() <= RECENT_DAYS * DAY_MS ? usedAt : null
}

/**
 * Weighs what is known of a key. `unsafe`: something speaks against deleting it now. `unknown`: nothing
 * does, but what would have to be known is not, or the key has been used and what it protects may still
 * exist (AWS: last usage is never the sole ground for a deletion). `safe`: it was never used, and
 * nothing holds on to it.
 */
export function verdict(key: Key, now: Date): Pick<DeletionCheck, 'verdict' | 'reasons'> {
  const reasons = [
    ...stateReasons(key),
    ...usageReasons(key, now),
    ...grantReasons(key),
    ...aliasReasons(key),
    ...replicaReasons(key),
    ...NEEDED.filter((field) => key[field] === null).map((field) => unreadable(key, field)),
  ]
  const severities = new Set(reasons.map(({ severity }) => severity))
  if (severities.has('danger')) return { verdict: 'unsafe', reasons }
  const uncertain = reasons.some(({ code }) => UNCERTAIN.has(code))
  return { verdict: uncertain ? 'unknown' : 'safe', reasons }
}

const UNCERTAIN = new Set(['LastUsageUnknown', 'UsedBefore', 'Unreadable'])

function reason(code: string, severity: Reason['severity'], message: string): Reason {
  return { code, severity, message }
}

function stateReasons(key: Key): Reason[] {
  if (key.keyManager === 'AWS') {
    return [reason('AwsManaged', 'danger', 'AWS manages this key; it cannot be deleted')]
  }
  if (isPendingDeletion(key.keyState)) {
    const date = key.deletionDate === null ? 'once its replicas are gone' : `on ${key.deletionDate}`
    return [reason('PendingDeletion', 'info', `deletion is pending already, ${date}`)]
  }
  if (key.keyState === 'Disabled') {
    return [reason('Disabled', 'info', 'the key is disabled: nothing can use it now')]
  }
  if (key.keyState === 'Enabled') {
    return [reason('Enabled', 'info', 'the key is enabled: disabling it first shows what needs it')]
  }
  return []
}

function usageReasons(key: Key, now: Date): Reason[] {
  const usage = key.lastUsage
  if (usage === null) return []
  if (usage.status === 'unused') {
    return [reason('NeverUsed', 'info', 'KMS has recorded no use of it since it was created')]
  }
  if (usage.status === 'unknown') {
    const since =
      usage.trackingStartDate === null
        ? ''
        : ` (KMS has recorded use since ${usage.trackingStartDate})`
    return [
      reason(
        'LastUsageUnknown',
        'caution',
        `when it was last used is unknown${since}: it may be in use`,
      ),
    ]
  }
  const what = `${usage.operation ?? 'used'} on ${usage.timestamp}`
  if (recentUse(key, now) !== null) {
    return [
      reason('RecentlyUsed', 'danger', `it was used within the last ${RECENT_DAYS} days: ${what}`),
    ]
  }
  return [
    reason('UsedBefore', 'caution', `it was used (${what}): what it protects may still exist`),
  ]
}

function grantReasons(key: Key): Reason[] {
  if (key.grants === null || key.grants.count === 0) return []
  const { count, more } = key.grants
  const grants = `${count}${more ? ' or more grants let' : count === 1 ? ' grant lets' : ' grants let'}`
  return [
    reason('Grants', 'danger', `${grants} others use it: AWS services or principals rely on it`),
  ]
}

function aliasReasons(key: Key): Reason[] {
  if (key.aliases === null || key.aliases.length === 0) return []
  const names = key.aliases.join(', ')
  return [
    reason('Aliases', 'caution', `it is used by name: ${names}; aliases are deleted with the key`),
  ]
}

function replicaReasons(key: Key): Reason[] {
  const configuration = key.multiRegionConfiguration
  if (configuration === null) return []
  if (configuration.multiRegionKeyType === 'REPLICA') {
    const { region } = configuration.primaryKey
    return [reason('Replica', 'info', `it is a replica: the key lives on in ${region}`)]
  }
  const regions = configuration.replicaKeys.map((replica) => replica.region)
  if (regions.length === 0) return []
  return [
    reason(
      'Replicas',
      'caution',
      `it has replicas in ${regions.join(', ')}: they must be deleted first`,
    ),
  ]
}

function unreadable(key: Key, field: string): Reason {
  const code = key.unavailable.find((part) => part.field === field)?.code ?? 'unknown'
  return reason('Unreadable', 'caution', `${field} could not be read (${code})`)
}
