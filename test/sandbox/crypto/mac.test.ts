import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { mac, verifyMac } from '../../../src/lib/sandbox/crypto/index.js'
import { keyOf, refusal, tampered } from './keys.js'

const message = Buffer.from('Hello World')

describe.each([224, 256, 384, 512])('HMAC_%i', (bits) => {
  const material = keyOf(`HMAC_${bits}`)
  const algorithm = `HMAC_SHA_${bits}`
  const code = mac(material, algorithm, message)

  test('is what anybody computes with the secret', () => {
    const secret = Buffer.from(material.secret, 'base64')
    expect(code).toEqual(createHmac(`sha${bits}`, secret).update(message).digest())
    expect(code).toHaveLength(bits / 8)
  })

  test('verifies itself and nothing else', () => {
    const check = (text: Uint8Array, candidate: Uint8Array) =>
      verifyMac(material, algorithm, text, candidate)
    expect(check(message, code)).toBe(true)
    expect(check(message, new Uint8Array(code))).toBe(true)
    for (const at of [0, code.length - 1]) expect(check(message, tampered(code, at))).toBe(false)
    expect(check(tampered(message, 0), code)).toBe(false)
    expect(check(message, code.subarray(1))).toBe(false)
    expect(check(message, Buffer.concat([code, Buffer.alloc(1)]))).toBe(false)
    expect(check(message, Buffer.alloc(0))).toBe(false)
  })

  test('refuses the algorithms of other keys', () => {
    const other = bits === 256 ? 'HMAC_SHA_512' : 'HMAC_SHA_256'
    const expected = refusal(
      'InvalidKeyUsageException',
      `Algorithm ${other} is incompatible with key spec HMAC_${bits}.`,
    )
    expect(() => mac(material, other, message)).toThrow(expected)
    expect(() => verifyMac(material, other, message, code)).toThrow(expected)
  })
})

test('keys that are not HMAC keys make no codes', () => {
  expect(() => mac(keyOf('SYMMETRIC_DEFAULT'), 'HMAC_SHA_256', message)).toThrow(
    refusal('InvalidKeyUsageException'),
  )
})
