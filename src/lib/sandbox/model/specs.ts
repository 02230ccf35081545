/**
 * Which usages and origins a key spec has (API reference of CreateKey: KeyUsage, KeySpec, Origin).
 */

import { supportedKeySpec } from '../crypto/index.js'
import { isChina } from './arn.js'
import { unsupported, validation } from './errors.js'

const ECC_NIST = ['SIGN_VERIFY', 'KEY_AGREEMENT']

const usages: ReadonlyArray<readonly [RegExp, readonly string[]]> = [
  [/^SYMMETRIC_DEFAULT$/, ['ENCRYPT_DECRYPT']],
  [/^HMAC_/, ['GENERATE_VERIFY_MAC']],
  [/^RSA_/, ['ENCRYPT_DECRYPT', 'SIGN_VERIFY']],
  [/^ECC_NIST_P/, ECC_NIST],
  [/^ECC_/, ['SIGN_VERIFY']],
  [/^ML_DSA_/, ['SIGN_VERIFY']],
  [/^ML_KEM_/, ['ENCAPSULATE_DECAPSULATE']],
  [/^SM2$/, ['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'KEY_AGREEMENT']],
]

/** The usage of a new key, or why there cannot be such a key. */
export function usageFor(keySpec: string, keyUsage: string | undefined): string {
  if (keyUsage === undefined) {
    if (keySpec === 'SYMMETRIC_DEFAULT') return 'ENCRYPT_DECRYPT'
    throw validation(
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    )
  }
  const allowed = usages.find(([pattern]) => pattern.test(keySpec))?.[1] ?? []
  if (!allowed.includes(keyUsage)) {
    throw validation(`KeyUsage ${keyUsage} is not compatible with KeySpec ${keySpec}`)
  }
  return keyUsage
}

/** SM2 is of the China Regions only, ML-KEM of the others; and this Node must know the type. */
export function requireAvailable(keySpec: string, region: string): void {
  const elsewhere =
    keySpec === 'SM2' ? !isChina(region) : /^ML_KEM_/.test(keySpec) && isChina(region)
  if (elsewhere) throw unsupported(`KeySpec ${keySpec} is not available in ${region}.`)
  if (!supportedKeySpec(keySpec)) {
    throw unsupported(
      `The embedded KMS cannot make a ${keySpec} key: the Node.js that runs it lacks the type.`,
    )
  }
}
