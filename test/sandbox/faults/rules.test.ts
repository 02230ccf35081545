/** Which calls a rule meets. */
import { describe, expect, test } from 'vitest'
import { RuleChooser } from '../../../src/lib/sandbox/faults/chooser.js'
import { type FaultPlan, type FaultRule, faultText } from '../../../src/lib/sandbox/faults/index.js'

/** The places of the calls that meet a rule, from 1, for calls of these operations. */
function met(plan: FaultPlan, operations: readonly string[]): number[] {
  const chooser = new RuleChooser(plan)
  return operations.flatMap((name, index) =>
    chooser.choose(name) === undefined ? [] : [index + 1],
  )
}

const six = Array.from({ length: 6 }, () => 'CreateKey')
const mixed = ['ListKeys', 'CreateKey', 'ListKeys', 'CreateKey', 'CreateAlias', 'CreateKey']
const rule = (over: object): FaultPlan => ({
  rules: [{ operation: 'CreateKey', fault: 'reset', ...over } as FaultRule],
})

describe('a rule meets', () => {
  test.each([
    ['every call of its operation', {}, [2, 4, 6]],
    ['the Nth call of its operation', { call: 2 }, [4]],
    ['those that it lists', { calls: [1, 3] }, [2, 6]],
    ['all from the Nth', { from: 2 }, [4, 6]],
    ['every call, for *', { operation: '*' }, [1, 2, 3, 4, 5, 6]],
    ['the Nth of all calls, for *', { operation: '*', call: 3 }, [3]],
    ['none with the probability 0', { probability: 0 }, []],
    ['all with the probability 1', { probability: 1 }, [2, 4, 6]],
  ])('%s', (_, over, places) => {
    expect(met(rule(over), mixed)).toEqual(places)
  })
})

test('the first rule that fires decides, and every rule goes on counting', () => {
  const chooser = new RuleChooser({
    rules: [
      { operation: '*', call: 2, fault: 'reset' },
      { operation: 'CreateKey', calls: [2, 3], fault: 'throttle' },
    ],
  })
  expect(six.slice(0, 4).map((name) => chooser.choose(name)?.fault)).toEqual([
    undefined,
    'reset',
    'throttle',
    undefined,
  ])
})

test('a probability is kept, and the same seed makes the same choices', () => {
  const calls = Array.from({ length: 4000 }, () => 'CreateKey')
  const plan = (seed: number) => ({ seed, ...rule({ probability: 0.25 }) })
  const first = met(plan(7), calls)
  expect(first.length / calls.length).toBeGreaterThan(0.22)
  expect(first.length / calls.length).toBeLessThan(0.28)
  expect(met(plan(7), calls)).toEqual(first)
  expect(met(plan(8), calls)).not.toEqual(first)
  // Two rules of one plan do not choose alike.
  const chooser = new RuleChooser({
    seed: 7,
    rules: ['CreateKey', 'ListKeys'].map((operation) => ({
      operation,
      probability: 0.5,
      fault: 'reset',
    })),
  })
  const chosen = (name: string) =>
    Array.from({ length: 64 }, () => chooser.choose(name) !== undefined)
  expect(chosen('CreateKey')).not.toEqual(chosen('ListKeys'))
})

test.each([
  [{ fault: 'reset', effect: 'after' }, 'fault: CreateKey, reset after the effect'],
  [{ fault: 'empty' }, 'fault: CreateKey, empty before the effect'],
  [
    { fault: 'hang', effect: 'later', delayMs: 50 },
    'fault: CreateKey, hang, the effect lands 50 ms later',
  ],
  [{ fault: 'throttle' }, 'fault: CreateKey, throttle'],
  [{ fault: 'slow', delayMs: 9 }, 'fault: CreateKey, slow by 9 ms'],
  [{ fault: 'stale', forCalls: 1 }, 'fault: CreateKey, stale for 1 call'],
  [{ fault: 'not-found', forMs: 70 }, 'fault: CreateKey, not-found for 70 ms'],
] as const)('%o is told as “%s”', (told, text) => {
  expect(faultText({ operation: 'CreateKey', rule: { operation: '*', ...told } })).toBe(text)
})
