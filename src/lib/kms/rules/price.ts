/** What keys cost. Source: the pricing page of KMS, as copied in docs/facts/quotas.md. */

import { CUSTOM_STORE_ORIGINS } from './key-spec.js'

/** When the prices were looked up. */
export const PRICES_AS_OF = '2026'

const KEY_USD = 1
const ROTATION_USD = 1
const CHARGED_ROTATIONS = 2

/**
 * The US dollars a month that a key costs by existing: $1, and $1 more for each of its first two
 * rotations. AWS managed keys and keys pending deletion cost nothing; a replica costs as a key of its
 * own. With `rotations` unknown (null) it is the least that the key can cost.
 */
export function monthlyCostUsd(input: {
  keyManager: string
  keyState: string
  rotations: number | null
}): number {
  if (input.keyManager === 'AWS') return 0
  if (input.keyState === 'PendingDeletion' || input.keyState === 'PendingReplicaDeletion') return 0
  return KEY_USD + ROTATION_USD * Math.min(input.rotations ?? 0, CHARGED_ROTATIONS)
}

/** What a key costs from the start, and what rotations add where it can rotate at all. */
export function newKeyPrice(key: { keySpec: string; origin: string }) {
  const rotates = key.keySpec === 'SYMMETRIC_DEFAULT' && !CUSTOM_STORE_ORIGINS.includes(key.origin)
  return {
    monthlyCostUsd: KEY_USD,
    perRotationUsd: rotates ? ROTATION_USD : 0,
    pricesAsOf: PRICES_AS_OF,
  }
}
