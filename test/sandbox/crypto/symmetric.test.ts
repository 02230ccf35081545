import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decryptSymmetric,
  encryptSymmetric,
  generateMaterial,
  readSymmetricBlob,
} from '../../../src/lib/sandbox/crypto/index.js'
import { encodeContext } from '../../../src/lib/sandbox/crypto/symmetric.js'
import { keyOf, refusal, tampered } from './keys.js'

const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab'
const material = keyOf('SYMMETRIC_DEFAULT')
const context = { Department: '10103.0', Purpose: 'rehearsal' }
const plaintext = Buffer.from('attack at dawn')
const blob = encryptSymmetric(keyId, material, plaintext, context)
const invalid = refusal('InvalidCiphertextException', '')

/** Any string of UTF-16 code units, lone surrogates and all. */
const text = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) })
const contexts = fc.dictionary(text, text, { maxKeys: 5, noNullPrototype: true })
const bytes = (maxLength: number) => fc.uint8Array({ maxLength })

describe('encryption', () => {
  test('round trips any plaintext under any context', () => {
    fc.assert(
      fc.property(bytes(4096), contexts, (data, pairs) => {
        const sealed = encryptSymmetric(keyId, material, data, pairs)
        expect(decryptSymmetric(material, new Uint8Array(sealed), pairs)).toEqual(Buffer.from(data))
      }),
    )
  })

  test('names the key and the material in the blob', () => {
    expect(readSymmetricBlob(blob)).toEqual({ keyId, materialId: material.id })
    const arn = `arn:aws:kms:eu-west-1:000000000000:key/${keyId}`
    const sealed = encryptSymmetric(arn, material, plaintext, {})
    expect(readSymmetricBlob(sealed)).toEqual({ keyId: arn, materialId: material.id })
  })

  test('is different every time, and does not show the plaintext', () => {
    expect(encryptSymmetric(keyId, material, plaintext, context)).not.toEqual(blob)
    expect(blob.includes(plaintext)).toBe(false)
  })

  test('reads blobs that lie inside a bigger buffer', () => {
    const around = new Uint8Array([...randomBytes(7), ...blob, ...randomBytes(7)])
    const view = new Uint8Array(around.buffer, 7, blob.length)
    expect(decryptSymmetric(material, view, context)).toEqual(plaintext)
  })
})

describe('decryption refuses', () => {
  test('every changed byte', () => {
    for (let at = 0; at < blob.length; at++) {
      expect(() => decryptSymmetric(material, tampered(blob, at), context)).toThrow(invalid)
    }
  })

  test('every shortened and every lengthened blob', () => {
    for (let length = 0; length < blob.length; length++) {
      const cut = blob.subarray(0, length)
      expect(() => decryptSymmetric(material, cut, context)).toThrow(invalid)
    }
    const longer = Buffer.concat([blob, Buffer.alloc(1)])
    expect(() => decryptSymmetric(material, longer, context)).toThrow(invalid)
  })

  test.each([
    ['none', {}],
    ['a part', { Department: '10103.0' }],
    ['more', { ...context, Extra: '' }],
    ['another case', { department: '10103.0', Purpose: 'rehearsal' }],
    ['another value', { ...context, Purpose: 'Rehearsal' }],
    ['keys and values exchanged', { '10103.0': 'Department', rehearsal: 'Purpose' }],
  ])('another context: %s', (_name, other) => {
    expect(() => decryptSymmetric(material, blob, other)).toThrow(invalid)
  })

  test('another material, even one that claims the same identity', () => {
    const other = generateMaterial('SYMMETRIC_DEFAULT')
    expect(() => decryptSymmetric(other, blob, context)).toThrow(invalid)
    expect(() => decryptSymmetric({ ...other, id: material.id }, blob, context)).toThrow(invalid)
    expect(() => decryptSymmetric({ ...material, id: other.id }, blob, context)).toThrow(invalid)
  })

  test('garbage, whether or not it begins like a blob', () => {
    const prefix = fc.constantFrom(Buffer.alloc(0), blob.subarray(0, 4), blob.subarray(0, 42))
    fc.assert(
      fc.property(prefix, bytes(200), (start, rest) => {
        const garbage = Buffer.concat([start, rest])
        expect(() => decryptSymmetric(material, garbage, context)).toThrow(invalid)
        try {
          expect(readSymmetricBlob(garbage).materialId).toMatch(/^[0-9a-f]{64}$/)
        } catch (error) {
          expect(error).toEqual(invalid)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('the encoding of the context', () => {
  test('does not depend on the order of the pairs', () => {
    fc.assert(
      fc.property(contexts, (pairs) => {
        const reversed = Object.fromEntries(Object.entries(pairs).reverse())
        expect(encodeContext(reversed)).toEqual(encodeContext(pairs))
      }),
    )
  })

  test('is different for different contexts', () => {
    // Few letters, so that pairs that differ only in where they are cut come up often.
    const short = fc.string({ unit: fc.constantFrom('a', '\0', '\ud800', '\udfff'), maxLength: 3 })
    const small = fc.dictionary(short, short, { maxKeys: 3, noNullPrototype: true })
    const sorted = (pairs: Record<string, string>) =>
      JSON.stringify(Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1)))
    fc.assert(
      fc.property(small, small, (a, b) => {
        expect(encodeContext(a).equals(encodeContext(b))).toBe(sorted(a) === sorted(b))
      }),
      { numRuns: 2000 },
    )
  })

  test('tells lone surrogates apart', () => {
    expect(encodeContext({ k: '\ud800' })).not.toEqual(encodeContext({ k: '\ud801' }))
    expect(encodeContext({ k: '\ud800' })).not.toEqual(encodeContext({ k: '\ufffd' }))
  })
})
