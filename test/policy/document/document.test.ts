import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KmsctlError } from '../../../src/lib/errors.js'
import { parsePolicy, policyText, statementsOf } from '../../../src/lib/policy/document/document.js'
import {
  duplicateKeys,
  jsonProblem,
  placeOf,
  respeltNumbers,
} from '../../../src/lib/policy/document/json-text.js'

const example = readFileSync(
  new URL('../../../docs/facts/example-policy.json', import.meta.url),
  'utf8',
)

function refusal(text: string, source = 'p.json'): KmsctlError {
  try {
    parsePolicy(text, source)
  } catch (error) {
    if (error instanceof KmsctlError) return error
    throw error
  }
  throw new Error(`not refused: ${text}`)
}

describe('parsePolicy (PutKeyPolicy, Policy in the API Reference)', () => {
  it('reads the example, and a single statement', () => {
    expect(statementsOf(parsePolicy(example, 'x'))).toHaveLength(4)
    expect(statementsOf(parsePolicy('{"Statement":{"Effect":"Deny"}}', 'x'))).toEqual([
      { Effect: 'Deny' },
    ])
  })

  it.each([
    ['', 'p.json is empty: a key policy is a JSON document'],
    [' \n', 'p.json is empty: a key policy is a JSON document'],
    ['{\n  "Statement": [,]}', 'p.json is not JSON: line 2, column 17: expected a value or ]'],
    ['{"a" 1}', 'p.json is not JSON: line 1, column 6: expected a colon'],
    ['nonsense', 'p.json is not JSON: line 1, column 1: expected a value'],
    ['{"Statement": [', 'p.json is not JSON: line 1, column 16: expected a value or ]'],
    ['[]', 'p.json is no key policy: the document must be a JSON object'],
    ['{}', 'p.json is no key policy: the document has no Statement'],
    ['{"Statement":[]}', 'p.json is no key policy: its list of statements is empty'],
    ['{"Statement":["x"]}', 'p.json is no key policy: statement 1: must be an object'],
    ['{"Statement":{"Sid":1}}', 'p.json is no key policy: its Statement: Sid must be a string'],
    [
      '{"Statement":[{},{"Action":[1]}]}',
      'p.json is no key policy: statement 2: Action must be a string or a list of strings',
    ],
    [
      '{"Statement":[{"Principal":{"AWS":111122223333}}]}',
      'p.json is no key policy: statement 1: Principal must be "*" or an object of strings or lists of strings (account IDs in quotes)',
    ],
    [
      '{"Statement":[{"Condition":{"Bool":"true"}}]}',
      'p.json is no key policy: statement 1: Condition must be an object of operators, each an object of condition keys with their values',
    ],
    ['{"Version":2012,"Statement":{}}', 'p.json is no key policy: Version must be a string'],
    [
      '{"Statement":{"Condition":{"NumericEquals":{"a":[7,\n 1.0]}}}}',
      'p.json has the number 1.0 at line 2, column 2, which would not be kept as it is written: put it in quotes',
    ],
    [
      '{"Statement":{"Condition":{"NumericEquals":{"a":9007199254740993}}}}',
      'p.json has the number 9007199254740993 at line 1, column 49, which would not be kept as it is written: put it in quotes',
    ],
  ])('refuses %j', (text, message) => {
    const error = refusal(text)
    expect(error.message).toBe(message)
    expect(error.exitCode).toBe(2)
  })

  it('names an illegal character and its place (docs/facts/constraints.md: tab, LF, CR, U+0020 to U+00FF)', () => {
    const rule = 'a key policy takes only tab, line feed, carriage return and U+0020 to U+00FF'
    expect(refusal('{\r\n "Sid": "ä€"}').message).toBe(
      `p.json contains U+20AC at line 2, column 11: ${rule}`,
    )
    expect(refusal('{"Sid": "😀😀"}').message).toBe(
      `p.json contains U+1F600 at line 1, column 10: ${rule}`,
    )
    const bom = refusal(`\ufeff${example}`)
    expect(bom.message).toBe(`p.json contains U+FEFF at line 1, column 1: ${rule}`)
    expect(bom.hints).toEqual(['save the file without a byte order mark'])
    expect(parsePolicy('{"Statement":\t{"Sid":"\u00ff \x7f"}}\r\n', 'x')).toBeDefined()
  })

  it('stays on one line whatever the source is called', () => {
    expect(refusal('', 'a\nb\x1b').message).toMatch(/^a\?b\? is empty/)
  })

  it('policyText writes nothing that KMS refuses, and parses back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (sid) => {
        const document = { Statement: [{ Sid: sid }] }
        const text = policyText(document)
        expect(text).toMatch(/^[\t\n\r\u0020-\u00ff]*$/)
        expect(parsePolicy(text, 'x')).toEqual(document)
      }),
    )
  })
})

describe('json-text', () => {
  it('agrees with JSON.parse on what is JSON', () => {
    const text = fc
      .tuple(
        fc.json(),
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'{}[],:"\\ 01.e-truefalsn\n'))),
      )
      .map(([json, edits]) =>
        edits.slice(0, 2).reduce((all, [at, mark]) => {
          const place = at % (all.length + 1)
          return all.slice(0, place) + mark + all.slice(place + (at % 2))
        }, json),
      )
    fc.assert(
      fc.property(text, (json) => {
        let valid = true
        try {
          JSON.parse(json)
        } catch {
          valid = false
        }
        expect(jsonProblem(json) === null).toBe(valid)
      }),
      { numRuns: 3000 },
    )
  })

  it('is not ended by deep nesting', () => {
    const deep = '['.repeat(100_000)
    expect(jsonProblem(deep + ']'.repeat(100_000))).toBeNull()
    expect(jsonProblem(deep)?.column).toBe(100_001)
  })

  it('names keys that one object gives twice, also when spelt with escapes', () => {
    expect(duplicateKeys('{"a":1,"b":{"a":2},\n "\\u0061":3}')).toEqual([
      { key: 'a', line: 2, column: 2 },
    ])
    expect(duplicateKeys('[{"a":1},{"a":"a"},{"b":["a","a"]}]')).toEqual([])
    expect(duplicateKeys('{"__proto__":1,"constructor":2}')).toEqual([])
  })

  it('names numbers that JSON.parse does not keep as they are written', () => {
    expect(respeltNumbers('[1, -2.5, 123456789012, "1.0", true, 1.10, 1e3, -0]')).toEqual([
      { number: '1.10', line: 1, column: 38 },
      { number: '1e3', line: 1, column: 44 },
      { number: '-0', line: 1, column: 49 },
    ])
  })

  it('counts lines after LF, CR and CRLF, columns in characters', () => {
    expect(placeOf('a\r\nb\rc\nd😀e', 9)).toEqual({ line: 4, column: 3 })
  })
})
