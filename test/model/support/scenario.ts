/** What the model's runs are made of: runners, what each does one after another, and what goes wrong. */
import fc from 'fast-check'
import type { Loss, Refusal } from '../../../src/lib/sandbox/faults/kinds.js'

/** What happens to one request. */
export type Luck =
  | { readonly kind: 'before' | 'after'; readonly lost: Loss }
  /** The effect comes by itself, within so many milliseconds: no signature is good for longer than five minutes. */
  | { readonly kind: 'later'; readonly lost: Loss; readonly within: number }
  | { readonly kind: 'refused'; readonly by: Refusal }
  /** What was changed is not seen for so long, by reads or (a key or alias that was made) by any call. */
  | { readonly kind: 'stale' | 'not-found'; readonly forMs: number }
  | null

/** Which key is asked for: two under one name, one of several names, and one without. */
export type WishName = 'plain' | 'other' | 'several' | 'unnamed'

export type Step =
  | {
      readonly does: 'create'
      readonly wish: WishName
      readonly ifNotExists: boolean
      readonly settleSeconds: number
      /** Killed at this request of its own, before or after its effect; null where it may end. */
      readonly killed: { readonly at: number; readonly when: 'before' | 'after' } | null
    }
  | { readonly does: 'recover'; readonly scan: boolean }
  | { readonly does: 'wait'; readonly milliseconds: number }

/** One runner: a user on a machine. Two runners of one home share a journal. */
export interface Lane {
  readonly home: number
  readonly steps: readonly Step[]
  /** For each request in turn; what comes after the last one goes well. */
  readonly luck: readonly Luck[]
}

const LOST: readonly Loss[] = [
  'reset',
  'hang',
  'internal-error',
  'unavailable',
  'bare-503',
  'html-502',
  'truncated',
  'empty',
]

const lost = fc.constantFrom(...LOST)
const bad: fc.Arbitrary<Luck> = fc.oneof(
  fc.record({ kind: fc.constantFrom('before' as const, 'after' as const), lost }),
  fc.record({
    kind: fc.constant('later' as const),
    lost,
    within: fc.constantFrom(1_000, 40_000, 300_000),
  }),
  fc.record({
    kind: fc.constant('refused' as const),
    by: fc.constantFrom<Refusal>('no-connection', 'throttle', 'access-denied', 'expired-token'),
  }),
  fc.record({
    kind: fc.constantFrom('stale' as const, 'not-found' as const),
    forMs: fc.constantFrom(300, 6_000, 100_000),
  }),
)
/** One request in five or so goes wrong. */
const luck = fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: bad })

const killed = fc.record({
  at: fc.integer({ min: 1, max: 12 }),
  when: fc.constantFrom('before' as const, 'after' as const),
})

const create: fc.Arbitrary<Step> = fc.record({
  does: fc.constant('create' as const),
  wish: fc.oneof(
    { weight: 5, arbitrary: fc.constant('plain' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('other' as const, 'several' as const, 'unnamed' as const),
    },
  ),
  ifNotExists: fc.boolean(),
  settleSeconds: fc.constantFrom(120, 10, 0),
  killed: fc.option(killed, { nil: null, freq: 3 }),
})
const step = fc.oneof(
  { weight: 6, arbitrary: create },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('recover' as const), scan: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('wait' as const),
      milliseconds: fc.constantFrom(5_000, 130_000, 16 * 60_000),
    }),
  },
)

const lane: fc.Arbitrary<Lane> = fc.record({
  home: fc.constantFrom(0, 1, 2),
  steps: fc.array(step, { minLength: 1, maxLength: 3 }),
  luck: fc.array(luck, { maxLength: 40, size: 'max' }),
})

/** One, two or three runners. */
export const scenario: fc.Arbitrary<readonly Lane[]> = fc.array(lane, {
  minLength: 1,
  maxLength: 3,
})
