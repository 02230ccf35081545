import type { FaultPlan, FaultRule, FaultyCall } from '../../../src/lib/sandbox/faults/index.js'
import { LOSSES, MAKING, REFUSALS } from '../../../src/lib/sandbox/faults/kinds.js'

/** Which requests a fault meets: one alone, that operation from then on, or all from then on. */
export const SPANS = ['once', 'operation', 'all'] as const
export type Span = (typeof SPANS)[number]

type What = Omit<FaultRule, 'operation' | 'call' | 'calls' | 'from' | 'probability'>

/** One fault at one request of a run. */
export interface Case {
  readonly plan: FaultPlan
  readonly operation: string
  /** The request's number in the run without faults, from 1. */
  readonly request: number
  readonly span: Span
  readonly what: What
}

/** Within the SDK's attempts, within reading back, and after the command's end. */
const LATER_MS = [250, 8_000, 400_000]
/** Short, just within a request's limit of 30 s, and beyond it. */
const SLOW_MS = [900, 29_000, 45_000]

const isRead = (operation: string) => /^(Describe|List|Get)/.test(operation)

/** What can go wrong with a request: a read has no effect, so that when it would land is all one. */
function faultsOf(operation: string): What[] {
  const lost = LOSSES.flatMap((fault): What[] =>
    isRead(operation)
      ? [{ fault }]
      : [
          { fault, effect: 'before' },
          { fault, effect: 'after' },
          ...LATER_MS.map((delayMs): What => ({ fault, effect: 'later', delayMs })),
        ],
  )
  const refused = REFUSALS.map((fault): What => ({ fault }))
  const slow = SLOW_MS.map((delayMs): What => ({ fault: 'slow', delayMs }))
  return [...lost, ...refused, ...slow]
}

/** Reads that are behind after a change: for some calls, and for some time. */
function lagsOf(operation: string): What[] {
  if (isRead(operation)) return []
  const lengths = [
    { forCalls: 1 },
    { forCalls: 4 },
    { forCalls: 100 },
    { forMs: 300 },
    { forMs: 6_000 },
    { forMs: 600_000 },
  ]
  const kinds = MAKING.has(operation) ? (['stale', 'not-found'] as const) : (['stale'] as const)
  return kinds.flatMap((fault) => lengths.map((length) => ({ fault, ...length })))
}

/** Every fault at every request of a run that sent these. */
export function casesOf(calls: readonly FaultyCall[]): Case[] {
  return calls.flatMap(({ operation }, index) => {
    const request = index + 1
    const nth = calls.slice(0, request).filter((call) => call.operation === operation).length
    const rules: Record<Span, Pick<FaultRule, 'operation' | 'call' | 'from'>> = {
      once: { operation: '*', call: request },
      operation: { operation, from: nth },
      all: { operation: '*', from: request },
    }
    const make = (span: Span, what: What): Case => ({
      plan: { rules: [{ ...rules[span], ...what }] },
      operation,
      request,
      span,
      what,
    })
    return [
      ...SPANS.flatMap((span) => faultsOf(operation).map((what) => make(span, what))),
      ...lagsOf(operation).map((what) => make('once', what)),
    ]
  })
}
