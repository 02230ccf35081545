/** What a person sees before a key is made of answers. */
import type { Finding, NewKeyPrice, PolicyExplanation } from '../results.js'
import { priceLine } from './dry-run.js'
import { policyExplanationView } from './policy/explain.js'
import { findingsView } from './policy/lint.js'
import { toJson } from './text/escape.js'
import { wrap } from './text/layout.js'
import type { Ui } from './text/style.js'

export interface CreationReview {
  /** Labels and values, in their order. */
  readonly settings: readonly (readonly [label: string, value: string])[]
  /** The policy; null where it is KMS's own and the account unknown. */
  readonly document: object | null
  readonly access: PolicyExplanation | null
  readonly findings: readonly Finding[]
  readonly warnings: readonly string[]
  readonly price: NewKeyPrice
  /** Makes the same key. */
  readonly command: string
}

/** The policy first: what is nearest to the question is what most people look at. */
export function reviewView(review: CreationReview, ui: Ui): string {
  const { style } = ui
  const { document, access, findings, warnings, price, command } = review
  const part = (title: string, body: string) => `${style.bold(title)}\n${body}`
  return [
    document === null ? null : part('Policy', style.dim(toJson(document))),
    access === null ? null : part('Who may do what', policyExplanationView(access, ui)),
    part('What the linter finds', findingsView(findings, ui)),
    part('The key', settingsView(review.settings, ui)),
    [
      ...warnings.flatMap((warning) => wrap(`warning: ${warning}`, '', ui)),
      ...wrap(priceLine(price), '', ui),
    ].join('\n'),
    part('The same by a command', command),
  ]
    .filter((text) => text !== null)
    .join('\n\n')
}

/** As `fields`, with long values on lines of their own width. */
function settingsView(settings: CreationReview['settings'], ui: Ui): string {
  const width = Math.max(...settings.map(([label]) => label.length))
  const indent = ' '.repeat(width + 2)
  return settings
    .flatMap(([label, value]) => {
      const [first = '', ...rest] = wrap(value, indent, ui)
      return [ui.style.dim(label.padEnd(width)) + first.slice(width), ...rest]
    })
    .join('\n')
}
