/** What may go wrong with a request, and what a rule says of it. */

/**
 * The answer is lost or replaced. Whether the call had its effect cannot be told from what arrives,
 * so a rule says it: before the effect, after it, or with the effect landing later.
 */
export const LOSSES = [
  'reset',
  'hang',
  'internal-error',
  'unavailable',
  'bare-500',
  'bare-503',
  'html-502',
  'truncated',
  'empty',
] as const

/** Refused: a call that AWS refuses, or that never arrived, has no effect. */
export const REFUSALS = [
  'no-connection',
  'throttle',
  'quota',
  'access-denied',
  'expired-token',
] as const

/**
 * The call is carried out and answered, and what reads show afterwards is behind for a while: `stale`
 * reads answer as if it had not been, and with `not-found` no call knows yet what was made (Developer
 * Guide, programming-eventual-consistency).
 */
export const LAGS = ['stale', 'not-found'] as const

/** The call is carried out at once and answered after a while. */
export const DELAYS = ['slow'] as const

export const FAULTS = [...LOSSES, ...REFUSALS, ...LAGS, ...DELAYS] as const

export type Loss = (typeof LOSSES)[number]
export type Refusal = (typeof REFUSALS)[number]
export type Lag = (typeof LAGS)[number]
export type FaultKind = (typeof FAULTS)[number]

export const EFFECTS = ['before', 'after', 'later'] as const

/** When a lost call takes effect: not at all, at once, or after a while. */
export type Effect = (typeof EFFECTS)[number]

/** Operations that make something, which may then not be found for a while. */
export const MAKING: ReadonlySet<string> = new Set(['CreateKey', 'CreateAlias', 'ReplicateKey'])

export function isOneOf<T extends string>(list: readonly T[], value: unknown): value is T {
  return list.includes(value as T)
}
