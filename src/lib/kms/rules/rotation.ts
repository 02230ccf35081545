/** Which keys rotate automatically. */
import type { Rotation } from '../../results.js'
import { CUSTOM_STORE_ORIGINS, keySpecFacts } from './key-spec.js'

/** What decides on rotation, as DescribeKey tells it. */
export interface RotatableKey {
  readonly keyManager: string
  readonly keySpec: string
  readonly keyUsage: string
  readonly origin: string
  readonly customKeyStoreId?: string | undefined
}

/**
 * Whether automatic rotation can be set on such a key, and why not.
 * Source: EnableKeyRotation in the API Reference ("supported only on symmetric encryption KMS keys. You
 * cannot enable automatic rotation of asymmetric KMS keys, HMAC KMS keys, KMS keys with imported key
 * material, or KMS keys in a custom key store"; AWS managed keys: "KMS always rotates the key material
 * of AWS managed keys every year"), docs/facts/semantics.md.
 */
export function rotationEligibility(key: RotatableKey): {
  eligible: boolean
  reason: string | null
} {
  const reason = whyNot(key)
  return { eligible: reason === null, reason }
}

function whyNot(key: RotatableKey): string | null {
  if (key.keyManager === 'AWS') {
    return 'AWS manages this key and rotates it every year; that is not yours to set'
  }
  if (key.keySpec !== 'SYMMETRIC_DEFAULT' || key.keyUsage !== 'ENCRYPT_DECRYPT') {
    const family = keySpecFacts(key.keySpec)?.family
    const kind = family === undefined ? `keys of spec ${key.keySpec}` : `${family} keys`
    return `only symmetric encryption keys rotate automatically, not ${kind}`
  }
  if (key.origin === 'EXTERNAL') {
    return 'its key material is imported (origin EXTERNAL), and KMS rotates automatically only what it generated itself'
  }
  if (key.customKeyStoreId !== undefined || CUSTOM_STORE_ORIGINS.includes(key.origin)) {
    return `it lives in a custom key store (origin ${key.origin}), whose keys do not rotate automatically`
  }
  if (key.origin !== 'AWS_KMS') {
    return `only key material that KMS generated rotates automatically, and its origin is ${key.origin}`
  }
  return null
}

/** Whether rotation is on, with this period where one was asked for and KMS tells it. */
export function rotates(rotation: Rotation, period: number | null): boolean {
  const told = rotation.rotationPeriodInDays
  return rotation.enabled && (period === null || told === null || told === period)
}
