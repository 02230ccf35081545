import { createPublicKey, type KeyObject } from 'node:crypto'
import { expect } from 'vitest'
import {
  generateMaterial,
  type Material,
  publicKeyDer,
} from '../../../src/lib/sandbox/crypto/index.js'

const made = new Map<string, Material>()

/** One key of each spec for a test file: a long RSA key takes a second. */
export function keyOf(keySpec: string): Material {
  const material = made.get(keySpec) ?? generateMaterial(keySpec)
  made.set(keySpec, material)
  return material
}

/** What anybody has who called GetPublicKey. */
export function publicHalf(material: Material): KeyObject {
  return createPublicKey({ key: publicKeyDer(material), format: 'der', type: 'spki' })
}

/** A copy with one bit changed. */
export function tampered(bytes: Uint8Array, at: number): Buffer {
  const copy = Buffer.from(bytes)
  const index = ((at % copy.length) + copy.length) % copy.length
  copy[index] = (copy[index] ?? 0) ^ 1
  return copy
}

export function refusal(code: string, message?: string) {
  return expect.objectContaining(message === undefined ? { code } : { code, message })
}
