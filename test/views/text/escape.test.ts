import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeText, harmless, toJson } from '../../../src/lib/views/text/escape.js'

/** Written by hand from the contract's list, so that it does not lean on the code under test. */
const NEVER: readonly [number, number][] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xd800, 0xdfff],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
]

function dangerous(text: string): string[] {
  return [...text].filter((character) => {
    const point = character.codePointAt(0) ?? 0
    return NEVER.some(([from, to]) => from <= point && point <= to)
  })
}

/** Any UTF-16 text, with lone surrogates, and with far more dangerous characters than chance gives. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
      fc
        .constantFrom(...NEVER)
        .chain(([from, to]) => fc.integer({ min: from, max: to }))
        .map((point) =>
          point >= 0xd800 && point <= 0xdfff
            ? String.fromCharCode(point)
            : String.fromCodePoint(point),
        ),
      fc.constantFrom(
        '\u200c',
        '\u200d',
        '\ufe0f',
        '\u{1f468}',
        'a',
        '9',
        '\u20e3',
        '\\',
        'न',
        '葛',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    anyText,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(anyText, tie('value'), { maxKeys: 4 }),
  ),
})).value

describe('escapeText (contract 3)', () => {
  it.each([
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\x1b[31mred\x07\x7f\x9b', '\\x1b[31mred\\x07\\x7f\\x9b'],
    ['\u202egpj.exe\u2066', '\\u202egpj.exe\\u2066'],
    ['a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['\u{e0041}\u{e007f}', '\\u{e0041}\\u{e007f}'],
    ['\ud800x\udc00', '\\ud800x\\udc00'],
    ['ad\u200bmin \ufeff\u2060so\u00adft', 'ad\\u200bmin \\ufeff\\u2060so\\xadft'],
    ['a\u200db\u200c', 'a\\u200db\\u200c'],
    ['a\ufe0f 1\ufe0f', 'a\\ufe0f 1\\ufe0f'],
    ['\u{1f468}\u200d\u200d\u{1f469}', '\u{1f468}\\u200d\\u200d\u{1f469}'],
    ['\u3164\u115f', '\\u3164\\u115f'],
  ])('shows %j as %j', (text, shown) => {
    expect(escapeText(text)).toBe(shown)
  })

  it.each([
    'plain ASCII, 100 % of it: \\ " \' <>',
    'Grüße, Ω, 日本語, עברית, العربية',
    '👩‍👩‍👧 👩🏽‍💻 🏳️‍🌈 ❤️ 1️⃣ 🇩🇪 ☎︎',
    'नमस्‍ते क्‌ष می‌خواهم ශ්‍රී',
    '葛\u{e0100}',
    '',
  ])('leaves %s as it is', (text) => {
    expect(escapeText(text)).toBe(text)
  })

  it('never lets a dangerous character through, and escapes once', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = escapeText(text)
        expect(dangerous(shown)).toEqual([])
        expect(escapeText(shown)).toBe(shown)
        if (/^[\x20-\x7e\u00ae-\u02ff]*$/.test(text)) expect(shown).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })

  it('never lets a zero-width joiner or variation selector stand next to ASCII letters', () => {
    for (let point = 0xfe00; point <= 0xfe0f; point++) {
      expect(escapeText(`a${String.fromCodePoint(point)}b`)).toMatch(/^a\\ufe0[0-9a-f]b$/)
    }
    expect(escapeText('a\u200db')).toBe('a\\u200db')
    expect(escapeText('न\u200db')).toBe('न\\u200db')
  })
})

describe('harmless', () => {
  it('escapes strings and keys at every depth and copies', () => {
    const value = { 'a\n': ['\x1b', { b: '\u202e', n: 1, t: true, z: null }] }
    expect(harmless(value)).toEqual({ 'a\\n': ['\\x1b', { b: '\\u202e', n: 1, t: true, z: null }] })
    expect(value['a\n'][0]).toBe('\x1b')
    const date = new Date(0)
    expect(harmless({ date }).date).toEqual(date)
  })

  it('loses no member where keys become equal, nor one named __proto__', () => {
    expect(harmless({ 'a\n': 1, 'a\\n': 2 })).toEqual({ 'a\\n': 1, 'a\\n (2)': 2 })
    const copy = harmless(JSON.parse('{"__proto__": {"x": "\\u001b"}}'))
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"x":"\\\\x1b"}}')
  })

  it('leaves nothing dangerous anywhere, and is done after once', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const copy = harmless(value)
        const seen: string[] = []
        JSON.stringify(copy, (key, member) => {
          seen.push(key)
          if (typeof member === 'string') seen.push(member)
          return member
        })
        expect(seen.flatMap(dangerous)).toEqual([])
        expect(harmless(copy)).toEqual(copy)
      }),
    )
  })
})

describe('toJson (contract 3: JSON output escapes them too)', () => {
  it('writes what JSON.stringify leaves as escapes', () => {
    expect(toJson(['\x7f\x9b\u2028\u202e\u{e0041}\ud800é'], 0)).toBe(
      '["\\u007f\\u009b\\u2028\\u202e\\udb40\\udc41\\ud800é"]',
    )
    expect(toJson({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}')
    expect(toJson(undefined)).toBe('null')
  })

  it('parses back to the value, without a dangerous character but its own line feeds', () => {
    fc.assert(
      fc.property(anyValue, fc.constantFrom(0, 2), (value, indent) => {
        const text = toJson(value, indent)
        expect(dangerous(text.replaceAll('\n', ''))).toEqual([])
        expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(value))
      }),
      { numRuns: 1000 },
    )
  })
})
