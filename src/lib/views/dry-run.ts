import type { DryRun, NewKeyPrice } from '../results.js'
import { toJson } from './text/escape.js'
import type { Style } from './text/style.js'

/** The calls that a change would send, in their order, each with its input as JSON. */
export function dryRunView({ calls, price }: DryRun, style: Style): string {
  if (calls.length === 0) return 'nothing to do: it already is so'
  const lines = calls.map(({ operation, input }) => `${style.bold(operation)} ${toJson(input, 0)}`)
  const count = calls.length === 1 ? 'one call' : `${calls.length} calls`
  const cost = price === undefined ? [] : [priceLine(price)]
  return [`would send ${count}:`, ...lines, ...cost].join('\n')
}

/** What a key costs by existing; requests come on top. */
export function priceLine({ monthlyCostUsd, perRotationUsd, pricesAsOf }: NewKeyPrice): string {
  const usd = (amount: number) => `$${amount.toFixed(2)}`
  const rotations =
    perRotationUsd === 0
      ? ''
      : `, and ${usd(perRotationUsd)} more after each of the first two rotations`
  return `price: ${usd(monthlyCostUsd)} a month${rotations} (list prices of ${pricesAsOf})`
}
