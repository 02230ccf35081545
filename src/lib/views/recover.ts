import type { KeyMetadata, RecoveredClaim, Recovery } from '../results.js'
import { stateView } from './key.js'
import { date } from './text/dates.js'
import { toJson } from './text/escape.js'
import { fields, table } from './text/layout.js'
import type { Ui } from './text/style.js'

const WORDS: Readonly<Record<RecoveredClaim['state'], string>> = {
  finished: 'finished',
  open: 'not finished',
  surplus: 'its name is another key’s',
  unknown: 'no key found yet',
  none: 'no key was made',
  'given-up': 'pending deletion or deleted',
  running: 'another run works on it',
  unnamed: 'has no name',
  adopted: 'adopted',
  forgotten: 'forgotten',
}

const BAD = new Set<RecoveredClaim['state']>(['open', 'surplus', 'unknown'])

/** Each claim with what has become of it, and below them what to run next. */
export function recoveryView({ claims }: Recovery, ui: Ui): string {
  if (claims.length === 0) return 'nothing to recover'
  const columns = [
    { title: 'CLAIM', shrinks: true },
    { title: 'KEY ID' },
    { title: 'ALIAS', shrinks: true },
    { title: 'STATE' },
  ]
  const rows = claims.map(({ token, keyId, alias, state }) => [
    token,
    keyId ?? '-',
    alias ?? '-',
    BAD.has(state) ? ui.style.red(WORDS[state]) : WORDS[state],
  ])
  const next = claims.flatMap((claim) => (claim.next === null ? [] : [`next: ${claim.next}`]))
  return [table(columns, rows, ui), ...new Set(next)].join('\n')
}

/** What is shown of a key before it is adopted. */
export function adoptionView(
  evidence: {
    readonly key: KeyMetadata
    readonly policy: unknown
    readonly grants: readonly { readonly grantee: string; readonly operations: readonly string[] }[]
    readonly more: boolean
  },
  ui: Ui,
): string {
  const { key, policy, grants, more } = evidence
  const told = grants.map(({ grantee, operations }) => `${grantee}: ${operations.join(', ')}`)
  const rows: [string, string][] = [
    ['Key ID', key.keyId],
    ['Description', key.description || '-'],
    ['Spec', key.keySpec],
    ['Usage', key.keyUsage],
    ['Origin', key.origin],
    ['State', stateView(key.keyState, ui)],
    ['Created', date(key.creationDate, ui.now)],
    ...[...(told.length === 0 ? ['-'] : told), ...(more ? ['and more'] : [])].map(
      (grant): [string, string] => ['Grant', grant],
    ),
  ]
  return [fields(rows, ui), ui.style.dim('Policy'), toJson(policy)].join('\n')
}
