import type { Change, DeletionCheck, Key, Reason, Rotation, RotationStatus } from '../results.js'
import { abilities } from './abilities.js'
import { date } from './text/dates.js'
import { fields } from './text/layout.js'
import type { Rows } from './text/rows.js'
import type { Ui } from './text/style.js'

const UNREADABLE = 'could not be read'

/** Everything known of a key. */
export function keyView(key: Key, ui: Ui): string {
  const { now } = ui
  const able = abilities(key)
  const read = <T>(part: T | null, show: (part: T) => string) =>
    part === null ? ui.style.yellow(UNREADABLE) : show(part)
  const rows: [string, string | null][] = [
    ['Key ID', ui.style.bold(key.keyId)],
    ['ARN', key.arn],
    ['Aliases', read(key.aliases, (names) => names.join(', ') || '-')],
    ['Description', read(key.description, (text) => text || '-')],
    ['State', read(key.keyState, (state) => stateView(state, ui))],
    ['Deletion', key.deletionDate === null ? null : date(key.deletionDate, now)],
    ['Manager', read(key.keyManager, (manager) => (manager === 'AWS' ? 'AWS' : 'customer'))],
    ['Spec', read(key.keySpec, (spec) => spec)],
    ['Usage', read(key.keyUsage, (usage) => usage)],
    ['Origin', read(key.origin, (origin) => origin)],
    ['Key store', key.customKeyStoreId ?? null],
    ['Multi-Region', read(key.multiRegion, (multi) => multiRegionView(key, multi))],
    ['Created', read(key.creationDate, (created) => date(created, now))],
    ['Rotation', read(key.rotation, (rotation) => rotationLine(rotation, now))],
    ['Last used', read(key.lastUsage, () => lastUsageView(key, now))],
    ['Grants', read(key.grants, ({ count, more }) => `${count}${more ? ' or more' : ''}`)],
    ['Tags', read(key.tags, (tags) => tagsView(tags))],
    ['Can', able === null || able.can.length === 0 ? null : able.can.join(', ')],
    ['Cannot', able === null || able.cannot.length === 0 ? null : able.cannot.join(', ')],
  ]
  const missing = key.unavailable.map(({ field, code }) =>
    ui.style.yellow(`${field} could not be read: ${code}`),
  )
  return [fields(rows, ui), ...missing].join('\n')
}

/** Several keys as they come, each as `keyView` shows one, with an empty line between them. */
export function keyBlocks(ui: Ui): Rows<Key, unknown> {
  let count = 0
  return {
    add(key) {
      count += 1
      return [...(count > 1 ? [''] : []), keyView(key, ui)]
    },
    rest: () => [],
    end: () => [],
  }
}

export function stateView(state: string, ui: Ui): string {
  if (state === 'Enabled') return ui.style.green(state)
  return state.startsWith('Pending') ? ui.style.red(state) : ui.style.yellow(state)
}

function multiRegionView(key: Key, multiRegion: boolean): string {
  const configuration = key.multiRegionConfiguration
  if (!multiRegion || configuration === null) return multiRegion ? 'yes' : 'no'
  if (configuration.multiRegionKeyType === 'REPLICA') {
    return `replica of the primary key in ${configuration.primaryKey.region}`
  }
  const regions = configuration.replicaKeys.map(({ region }) => region)
  return `primary, ${regions.length === 0 ? 'no replicas' : `replicas in ${regions.join(', ')}`}`
}

function rotationLine(rotation: Rotation, now: Date): string {
  const running =
    rotation.onDemandRotationStartDate === null
      ? ''
      : `; on-demand rotation begun ${date(rotation.onDemandRotationStartDate, now)}`
  if (!rotation.enabled) {
    return `off${rotation.reason === null ? '' : ` (${rotation.reason})`}${running}`
  }
  const period =
    rotation.rotationPeriodInDays === null ? '' : `, every ${rotation.rotationPeriodInDays} days`
  const next =
    rotation.nextRotationDate === null ? '' : `, next ${date(rotation.nextRotationDate, now)}`
  const reason = rotation.reason === null ? '' : ` (${rotation.reason})`
  return `on${period}${next}${reason}${running}`
}

/** "Unknown" is never shown as "unused" (contract 6.4). */
function lastUsageView({ lastUsage }: Key, now: Date): string {
  if (lastUsage === null) return UNREADABLE
  switch (lastUsage.status) {
    case 'used':
      return `${date(lastUsage.timestamp, now)}, ${lastUsage.operation ?? 'operation unknown'}`
    case 'unused':
      return 'never since it was created'
    default:
      return lastUsage.trackingStartDate === null
        ? 'unknown'
        : `unknown (KMS has recorded use since ${lastUsage.trackingStartDate})`
  }
}

function tagsView(tags: Record<string, string>): string {
  const pairs = Object.entries(tags).map(([name, value]) => `${name}=${value}`)
  return pairs.join(', ') || '-'
}

/** A change's result: what happened, and the key as far as most changes concern it. */
export function changeView(change: Change, done: string, ui: Ui): string {
  const { key } = change
  return shortView(change, done, ui, [
    ['State', key.keyState === null ? UNREADABLE : stateView(key.keyState, ui)],
    ['Deletion', key.deletionDate === null ? null : date(key.deletionDate, ui.now)],
    ['Rotation', key.rotation === null ? UNREADABLE : rotationLine(key.rotation, ui.now)],
  ])
}

/** The result of a change of tags. */
export function taggedView(change: Change, done: string, ui: Ui): string {
  const { tags } = change.key
  return shortView(change, done, ui, [['Tags', tags === null ? UNREADABLE : tagsView(tags)]])
}

/** The result of a change of the description. */
export function describedView(change: Change, ui: Ui): string {
  const { description } = change.key
  const words = description === null ? UNREADABLE : description || '-'
  return shortView(change, 'description changed', ui, [['Description', words]])
}

/**
 * The result of replacing a policy.
 *
 * @param keptAs the number that the replaced one was kept under; null where it was not
 */
export function policyReplacedView(
  change: Change,
  done: string,
  keptAs: number | null,
  ui: Ui,
): string {
  const { keyState } = change.key
  return shortView(change, done, ui, [
    ['State', keyState === null ? UNREADABLE : stateView(keyState, ui)],
    ['Replaced', keptAs === null ? null : `kept as version ${keptAs}`],
  ])
}

function shortView(
  change: Change,
  done: string,
  ui: Ui,
  rows: readonly (readonly [string, string | null])[],
): string {
  const { key } = change
  const names: [string, string][] = [
    ['Key ID', ui.style.bold(key.keyId)],
    ['Aliases', key.aliases === null ? UNREADABLE : key.aliases.join(', ') || '-'],
  ]
  return `${outcome(change, done, ui)}\n${fields([...names, ...rows], ui)}`
}

/** A creation's result: what happened, and the whole key. */
export function createdView(change: Change, ui: Ui): string {
  return `${outcome(change, 'created', ui)}\n${keyView(change.key, ui)}`
}

function outcome({ changed }: Change, done: string, ui: Ui): string {
  return changed ? ui.style.green(done) : 'nothing to do: it already is so'
}

export function rotationStatusView(status: RotationStatus, ui: Ui): string {
  const { history } = status
  const past = history?.map(
    ({ rotationDate, rotationType }) =>
      `${date(rotationDate, ui.now)}, ${rotationType === 'ON_DEMAND' ? 'on demand' : 'automatic'}`,
  )
  const rows: [string, string | null][] = [
    ['Rotation', rotationLine(status, ui.now)],
    ['History', past === undefined ? UNREADABLE : past.join('\n          ') || 'none yet'],
  ]
  return fields(rows, ui)
}

const MARKS: Record<Reason['severity'], string> = { danger: '!', caution: '?', info: '-' }

/** The evidence for and against a deletion. */
export function deletionCheckView(check: DeletionCheck, ui: Ui): string {
  const { style } = ui
  const tone = { safe: style.green, unsafe: style.red, unknown: style.yellow }[check.verdict]
  const reasons = check.reasons.map(({ severity, message }) => `  ${MARKS[severity]} ${message}`)
  return [
    keyView(check.key, ui),
    '',
    `Verdict   ${tone(check.verdict)}`,
    ...reasons,
    `Price     $${check.monthlyCostUsd.toFixed(2)} a month (list price of ${check.pricesAsOf})`,
  ].join('\n')
}
