/** HMAC keys: GenerateMac and VerifyMac (RFC 2104 with the SHA-2 family). */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { incompatibleAlgorithm } from './errors.js'
import { type Material, secretBytes } from './material.js'
import { macHashes, specOf } from './specs.js'

export function mac(material: Material, algorithm: string, message: Uint8Array): Buffer {
  const hash = macHashes.get(algorithm)
  const allowed = specOf(material.keySpec).usages.GENERATE_VERIFY_MAC
  if (hash === undefined || !allowed?.includes(algorithm)) {
    throw incompatibleAlgorithm(algorithm, material.keySpec)
  }
  return createHmac(hash, secretBytes(material)).update(message).digest()
}

export function verifyMac(
  material: Material,
  algorithm: string,
  message: Uint8Array,
  candidate: Uint8Array,
): boolean {
  const expected = mac(material, algorithm, message)
  return candidate.length === expected.length && timingSafeEqual(expected, candidate)
}
