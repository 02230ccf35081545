import { createPrivateKey, randomBytes, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  type EdwardsKey,
  signPrehashed,
  signWithPrefix,
  verifyPrehashed,
} from '../../../src/lib/sandbox/crypto/ed25519ph.js'
import { tampered } from './keys.js'

function keyFrom(seed: Buffer) {
  const header = Buffer.from('302e020100300506032b657004220420', 'hex')
  const pkcs8 = Buffer.concat([header, seed])
  const native = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const publicKey = Buffer.from(native.export({ format: 'jwk' }).x ?? '', 'base64url')
  const key: EdwardsKey = { seed, publicKey }
  return { key, native }
}

// RFC 8032 section 7.3, TEST abc.
test('makes the signature of the RFC', () => {
  const { key } = keyFrom(
    Buffer.from('833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42', 'hex'),
  )
  const signature = signPrehashed(key, Buffer.from('abc'))
  expect(signature.toString('hex')).toBe(
    '98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41' +
      '31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406',
  )
  expect(verifyPrehashed(key, Buffer.from('abc'), signature)).toBe(true)
  expect(verifyPrehashed(key, Buffer.from('abd'), signature)).toBe(false)
  for (let at = 0; at < 64; at++) {
    expect(verifyPrehashed(key, Buffer.from('abc'), tampered(signature, at))).toBe(false)
  }
})

test('without the prefix it is plain Ed25519, as Node signs it', () => {
  for (let round = 0; round < 20; round++) {
    const { key, native } = keyFrom(randomBytes(32))
    const message = randomBytes(round)
    const plain = signWithPrefix(key, Buffer.alloc(0), message)
    expect(plain).toEqual(sign(null, message, native))
    // Another prefix, so no prehashed signature.
    expect(verifyPrehashed(key, message, plain)).toBe(false)
  }
})

test('refuses S beyond the order, which would be a second signature of the same message', () => {
  const { key } = keyFrom(randomBytes(32))
  const signature = signPrehashed(key, Buffer.from('abc'))
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`)
  const shifted = Buffer.from((s + order).toString(16).padStart(64, '0'), 'hex').reverse()
  const second = Buffer.concat([signature.subarray(0, 32), shifted])
  expect(verifyPrehashed(key, Buffer.from('abc'), second)).toBe(false)
})
