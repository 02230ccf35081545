import type { FaultRule } from '../../../src/lib/sandbox/faults/index.js'
import {
  EFFECTS,
  type Effect,
  LOSSES,
  MAKING,
  REFUSALS,
} from '../../../src/lib/sandbox/faults/kinds.js'
import type { Outcome, Prepared } from './bench.js'

type What = Omit<FaultRule, 'operation' | 'call' | 'calls' | 'from' | 'probability'>

/** Where a fault strikes, and how often. */
interface Spot {
  readonly at: string
  readonly often: 'once' | 'always'
  readonly rule: Pick<FaultRule, 'operation' | 'call' | 'from'>
  readonly reads: boolean
  readonly makes: boolean
}

/** What came of one fault at one spot. */
export interface Row {
  readonly at: string
  /** Whether the request that was struck is a read. */
  readonly reads: boolean
  readonly often: string
  readonly what: string
  readonly outcome: string
}

const LATER_MS = 5_000
/** Within reading back, and beyond it. */
const LAGS_MS = [3_000, 600_000]

const isRead = (operation: string) => /^(Describe|List|Get)/.test(operation)

/** The faults of the table, by the name that they have in it. */
function faultsAt({ reads, makes, often }: Spot): (readonly [name: string, what: What])[] {
  const lost = LOSSES.flatMap((fault): (readonly [string, What])[] =>
    reads
      ? [[fault, { fault }]]
      : [
          [`${fault} before`, { fault, effect: 'before' }],
          [`${fault} after`, { fault, effect: 'after' }],
          [`${fault} later`, { fault, effect: 'later', delayMs: LATER_MS }],
        ],
  )
  const refused = REFUSALS.map((fault) => [fault, { fault }] as const)
  const lags = (['stale', 'not-found'] as const).flatMap((fault) =>
    reads || often === 'always' || (fault === 'not-found' && !makes)
      ? []
      : LAGS_MS.map((forMs) => [`${fault} for ${forMs / 1000} s`, { fault, forMs }] as const),
  )
  return [...lost, ['slow by 45 s', { fault: 'slow', delayMs: 45_000 }], ...refused, ...lags]
}

/** The first request, each change, and the first request after the last of them. */
function spotsOf({ calls }: Outcome): Spot[] {
  const changes = calls.flatMap(({ operation }, index) => (isRead(operation) ? [] : [index]))
  const last = changes.at(-1) ?? 0
  const chosen = [
    { index: 0, at: 'the first read' },
    ...changes.map((index) => ({ index, at: calls[index]?.operation ?? '' })),
    { index: last + 1, at: 'reading back' },
  ]
  return chosen.flatMap(({ index, at }): Spot[] => {
    const operation = calls[index]?.operation ?? ''
    const nth = calls.slice(0, index + 1).filter((call) => call.operation === operation).length
    const kind = { at, reads: isRead(operation), makes: MAKING.has(operation) }
    return [
      { ...kind, often: 'once', rule: { operation: '*', call: index + 1 } },
      { ...kind, often: 'always', rule: { operation, from: nth } },
    ]
  })
}

/** Runs a trial with each fault at each spot. */
export async function rowsOf(prepared: Prepared): Promise<Row[]> {
  const clean = await prepared.run({ rules: [] })
  const rows: Row[] = []
  const seen = new Set<string>()
  for (const spot of spotsOf(clean)) {
    const id = `${spot.at} ${spot.often}`
    // Of two calls of one operation the first is shown.
    if (seen.has(id)) continue
    seen.add(id)
    for (const [what, fault] of faultsAt(spot)) {
      const outcome = await prepared.run({ rules: [{ ...spot.rule, ...fault }] })
      rows.push({ at: spot.at, reads: spot.reads, often: spot.often, what, ...told(outcome) })
    }
  }
  return rows
}

/** Warnings by their short names; the document says what they are short for. */
export const WARNINGS: readonly (readonly [name: string, text: RegExp, words: string])[] = [
  [
    'looked up',
    /^an answer of AWS's was lost, but the key shows/,
    'no answer came, and the key shows that the change was made; a warning says so',
  ],
  [
    'not shown yet',
    /still showed the old value after/,
    'reads showed the old value for 10 s; a warning says to look again in a minute',
  ],
  [
    'not read back',
    /could not be read back/,
    'the change could not be read back; a warning says why',
  ],
  [
    'gone on with',
    /^this goes on with key /,
    'an earlier run has made the key; a warning says which, and when',
  ],
  [
    'without the account',
    /^the account is unknown, because STS/,
    'who calls could not be asked; a warning says why',
  ],
]

/** The exit code and, in words that all runs share, what was said. */
function told({ stdout, exitCode, final, before }: Outcome): Pick<Row, 'outcome'> {
  const json = JSON.parse(stdout)
  const ids = [...new Set([...before.keys(), ...final.keys()])]
  if (json.results !== undefined) {
    const items = (json.results as { error: { exitCode: number } | null }[]).map(({ error }) =>
      String(error?.exitCode ?? 0),
    )
    return { outcome: `${exitCode} (${items.join(' and ')})${noted(json.warnings, ids)}` }
  }
  if (json.error === undefined) return { outcome: `${exitCode}${noted(json.warnings, ids)}` }
  const { code, message } = json.error as { code: string; message: string }
  if (code !== 'Ambiguous' && code !== 'Partial') return { outcome: String(exitCode) }
  return { outcome: `${exitCode} \`${plain(beforeCause(message), ids)}\`` }
}

function noted(warnings: readonly string[], ids: readonly string[]): string {
  const names = warnings.map((warning) => {
    const text = warning.replace(/^(app|next): /, '')
    const known = WARNINGS.find(([, pattern]) => pattern.test(text))?.[0]
    return known ?? `\`${plain(beforeCause(text), ids)}\``
  })
  return [...new Set(names)].map((name) => `, ${name}`).join('')
}

/** The words up to what AWS or the network said. */
function beforeCause(message: string): string {
  return message.split(/: (?!kmsctl)/)[0] ?? ''
}

function plain(text: string, ids: readonly string[]): string {
  return ids
    .reduce((all, id) => all.replaceAll(id, 'KEYID'), text)
    .replaceAll(/\b[0-9a-f]{32}\b/g, 'TOKEN')
}

/** Rows as Markdown: where, which faults, and what came of each once and each time. */
export function tableOf(rows: readonly Row[]): string {
  const byFault = new Map<string, { at: string; what: string; once: string; always: string }>()
  for (const { at, often, what, outcome } of rows) {
    const key = `${at} ${what}`
    const row = byFault.get(key) ?? { at, what, once: '', always: '' }
    byFault.set(key, { ...row, [often]: outcome })
  }
  const groups = new Map<string, string[]>()
  for (const { at, what, once, always } of byFault.values()) {
    const key = JSON.stringify([at, once, always])
    groups.set(key, [...(groups.get(key) ?? []), what])
  }
  const lines = [...groups].map(([key, whats]) => {
    const [at, once, always] = JSON.parse(key) as [string, string, string]
    return `| ${at} | ${listed(whats)} | ${once} | ${always || '–'} |`
  })
  return ['| at | fault | once | each time |', '|---|---|---|---|', ...lines].join('\n')
}

/** What a call whose answer was lost had done by then. */
const MADE: Readonly<Record<Effect, string>> = {
  before: 'nothing made',
  after: 'change made',
  later: `made ${LATER_MS / 1000} s later`,
}

/** The faults of a row: the shortest that says which. */
function listed(whats: readonly string[]): string {
  const byFaults = new Map<string, string[]>()
  for (const effect of ['', ...EFFECTS]) {
    const faults = LOSSES.filter((fault) => whats.includes(`${fault} ${effect}`.trim()))
    if (faults.length === 0) continue
    const key = severally(faults)
    byFaults.set(key, [...(byFaults.get(key) ?? []), effect])
  }
  const lost = [...byFaults].map(([faults, effects]) =>
    effects.includes('') || effects.length === EFFECTS.length
      ? faults
      : `${faults}, ${effects.map((effect) => MADE[effect as Effect]).join(' or ')}`,
  )
  const others = whats.filter((what) => !LOSSES.some((fault) => what.split(' ')[0] === fault))
  return [...lost, ...others].join('; ')
}

function severally(faults: readonly string[]): string {
  const missing = LOSSES.filter((fault) => !faults.includes(fault))
  if (missing.length === 0) return 'a lost answer'
  if (missing.length <= 2) return `a lost answer but ${missing.join(', ')}`
  return faults.join(', ')
}
