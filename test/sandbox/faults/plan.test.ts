/** Reading plans: strictly, with messages that name the value; and as docs/guides/faults.md has it. */
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  FaultPlanError,
  type FaultRule,
  readFaultPlan,
} from '../../../src/lib/sandbox/faults/index.js'
import { EFFECTS, FAULTS, LAGS, LOSSES, MAKING } from '../../../src/lib/sandbox/faults/kinds.js'
import { operations } from '../../../src/lib/sandbox/operations/index.js'
import { codeBlocks, read } from '../../docs/markdown.js'

function refusal(plan: unknown): string | undefined {
  try {
    readFaultPlan(typeof plan === 'string' ? plan : JSON.stringify(plan))
    return undefined
  } catch (error) {
    if (error instanceof FaultPlanError) return error.message
    throw error
  }
}

const rule = (over: object) => ({ rules: [{ operation: 'CreateKey', fault: 'reset', ...over }] })

describe('what is refused, and how it is said', () => {
  const CASES: readonly (readonly [unknown, string])[] = [
    ['', 'no JSON'],
    ['{"rules": [', 'no JSON'],
    ['null', 'a plan of faults is an object, not null'],
    ['[]', 'not []'],
    ['"reset"', 'not "reset"'],
    [{}, 'rules is missing, not a list'],
    [{ rules: [] }, 'rules is [], not a list of at least one rule'],
    [{ rules: {} }, 'rules is {}'],
    [{ rules: [1] }, 'rules[0] is 1, not an object'],
    [{ ...rule({}), sead: 7 }, 'sead is unknown: there are seed, rules'],
    [{ ...rule({}), seed: -1 }, 'seed is -1, not a whole number from 0 to 4294967295'],
    [{ ...rule({}), seed: 1.5 }, 'seed is 1.5'],
    [{ ...rule({}), seed: '7' }, 'seed is "7"'],
    [rule({ operation: 'CreatKey' }), 'rules[0].operation is "CreatKey"'],
    [rule({ operation: undefined }), 'rules[0].operation is missing'],
    [rule({ operation: 7 }), 'rules[0].operation is 7'],
    [rule({ fault: 'rest' }), 'rules[0].fault is "rest", not one of reset, hang'],
    [rule({ fault: undefined }), 'rules[0].fault is missing'],
    [rule({ fault: ['reset'] }), 'rules[0].fault is ["reset"]'],
    [rule({ times: 2 }), 'rules[0].times is unknown: there are operation, fault'],
    [rule({ call: 0 }), 'rules[0].call is 0, not a whole number from 1'],
    [rule({ call: '1' }), 'rules[0].call is "1"'],
    [rule({ call: null }), 'rules[0].call is null'],
    [rule({ calls: 3 }), 'rules[0].calls is 3, not a list of call numbers'],
    [rule({ calls: [] }), 'rules[0].calls is []'],
    [rule({ calls: [1, 2.5] }), 'rules[0].calls[1] is 2.5'],
    [rule({ from: -2 }), 'rules[0].from is -2'],
    [rule({ call: 1, from: 2 }), 'rules[0] has call and from: one of them says which calls'],
    [rule({ probability: 1.1 }), 'rules[0].probability is 1.1, not a number from 0 to 1'],
    [rule({ probability: '0.5' }), 'rules[0].probability is "0.5"'],
    [rule({ probability: 0.5 }), 'rules[0].probability needs the plan’s seed'.replace('’', "'")],
    [rule({ effect: 'during' }), 'rules[0].effect is "during", not one of before, after, later'],
    [rule({ fault: 'throttle', effect: 'after' }), 'rules[0].effect is not for throttle'],
    [rule({ fault: 'slow', effect: 'before', delayMs: 1 }), 'rules[0].effect is not for slow'],
    [rule({ effect: 'later' }), 'rules[0].delayMs is missing: an effect that lands later'],
    [rule({ fault: 'slow' }), 'rules[0].delayMs is missing: an answer that is slow'],
    [rule({ delayMs: 5 }), 'rules[0].delayMs is for slow'],
    [rule({ fault: 'slow', delayMs: 0 }), 'rules[0].delayMs is 0'],
    [rule({ fault: 'slow', delayMs: 86_400_001 }), 'rules[0].delayMs is 86400001'],
    [rule({ forCalls: 2 }), 'rules[0].forCalls is for stale and not-found'],
    [rule({ fault: 'throttle', forMs: 2 }), 'rules[0].forMs is for stale and not-found'],
    [rule({ fault: 'stale' }), 'rules[0]: stale needs either forCalls or forMs'],
    [rule({ fault: 'not-found', forCalls: 1, forMs: 1 }), 'either forCalls or forMs'],
    [rule({ fault: 'stale', forCalls: 0 }), 'rules[0].forCalls is 0'],
    [
      { rules: [{ operation: 'EnableKey', fault: 'not-found', forCalls: 1 }] },
      'rules[0].operation is "EnableKey", which makes nothing: not-found is for CreateKey',
    ],
    [
      { rules: [...rule({}).rules, { operation: 'ListKeys', fault: 'stale', forCalls: 1 }] },
      'rules[1].operation is "ListKeys", which changes nothing',
    ],
    [rule({ fault: 'x'.repeat(500) }), `rules[0].fault is "${'x'.repeat(59)}…`],
  ]

  test.each(CASES)('%j', (plan, message) => {
    expect(refusal(plan)).toContain(message)
  })
})

const [schemaText = ''] = codeBlocks(read('docs/guides/faults.md'), 'json')
const valid = new Ajv({ strictTypes: false, strictRequired: false }).compile(JSON.parse(schemaText))

const MEMBERS: readonly (readonly [string, unknown])[] = [
  ['call', 1],
  ['call', 0],
  ['calls', [2, 3]],
  ['calls', []],
  ['from', 5],
  ['probability', 0.5],
  ['probability', 2],
  ['effect', 'before'],
  ['effect', 'later'],
  ['delayMs', 500],
  ['delayMs', 0],
  ['forCalls', 3],
  ['forMs', 1000],
]

/** Rules that have few members, so that some of them are right. */
const rules = fc
  .tuple(
    fc.constantFrom('*', 'CreateKey', 'CreateAlias', 'EnableKey', 'GetCallerIdentity'),
    fc.constantFrom(...FAULTS),
    fc.subarray([...MEMBERS], { maxLength: 3 }),
  )
  .map(([operation, fault, members]) => ({ operation, fault, ...Object.fromEntries(members) }))

describe('docs/guides/faults.md', () => {
  test('the schema takes what the reader takes', () => {
    let taken = 0
    const plans = fc.record(
      { seed: fc.constantFrom(0, 7, -1), rules: fc.array(rules, { maxLength: 2 }) },
      { requiredKeys: ['rules'] },
    )
    fc.assert(
      fc.property(plans, (plan) => {
        // The one rule that the schema leaves to the text below it.
        fc.pre(
          plan.rules.every(
            ({ operation, fault }) => fault !== 'stale' || operation !== 'GetCallerIdentity',
          ),
        )
        const refused = refusal(plan)
        if (refused === undefined) taken += 1
        expect(valid(plan), refused).toBe(refused === undefined)
      }),
      { numRuns: 3000 },
    )
    expect(taken).toBeGreaterThan(100)
  })

  test('every fault, effect and member is described', () => {
    const text = read('docs/guides/faults.md').split('## JSON Schema')[0] ?? ''
    for (const word of [...FAULTS, ...EFFECTS, 'forCalls', 'forMs', 'delayMs', 'seed', 'from']) {
      expect(text).toContain(`\`${word}\``)
    }
    const schema = JSON.parse(schemaText).definitions.rule
    expect(schema.properties.fault.enum.toSorted()).toEqual([...FAULTS].toSorted())
    const told = schema.allOf.map((part: unknown) => JSON.stringify(part)).join('\n')
    for (const name of [...LOSSES, ...LAGS, ...MAKING]) expect(told).toContain(`"${name}"`)
  })

  test('the example is a plan, and its operations exist', () => {
    const text = read('examples/faults.json')
    const { rules: example } = readFaultPlan(text)
    expect(valid(JSON.parse(text))).toBe(true)
    const kinds = new Set(example.map(({ fault }: FaultRule) => fault))
    expect(kinds.size).toBe(example.length)
    for (const { operation } of example) {
      expect(operation === '*' || operations.has(operation)).toBe(true)
    }
  })
})
