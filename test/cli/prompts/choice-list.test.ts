import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ChoiceList } from '../../../src/lib/cli/prompts/choice-list.js'
import type { Choice } from '../../../src/lib/wizard/question.js'

const choice = (value: string, disabled?: string): Choice => ({
  value,
  label: `alias/${value}`,
  ...(disabled === undefined ? {} : { disabled }),
})
const FRUIT = ['apple', 'banana', 'cherry', 'date'].map((value) => choice(value))
const values = (choices: readonly Choice[]) => choices.map(({ value }) => value)

describe('what is pointed at', () => {
  test('the default at first, and the first that can be chosen where there is none', () => {
    expect(new ChoiceList(FRUIT, 'cherry').active?.value).toBe('cherry')
    expect(new ChoiceList(FRUIT, 'nothing').active?.value).toBe('apple')
    const [first, ...others] = FRUIT
    expect(new ChoiceList([{ ...first, disabled: 'no' } as Choice, ...others]).active?.value).toBe(
      'banana',
    )
  })

  test('moves over what cannot be chosen, and stays where nothing further can', () => {
    const list = new ChoiceList([choice('a'), choice('b', 'no'), choice('c'), choice('d', 'no')])
    list.move(1)
    expect(list.active?.value).toBe('c')
    list.move(1)
    expect(list.active?.value).toBe('c')
    list.move(-10)
    expect(list.active?.value).toBe('a')
  })

  test('is nothing where nothing can be chosen', () => {
    const list = new ChoiceList([choice('a', 'no')])
    expect(list.active).toBeUndefined()
    list.move(1)
    expect(list.active).toBeUndefined()
    list.add(choice('b'))
    expect(list.active?.value).toBe('b')
  })

  test('a letter goes to the next label that begins so, a digit to that number', () => {
    const list = new ChoiceList(FRUIT.map((one) => ({ ...one, label: one.value })))
    list.jump('C')
    expect(list.active?.value).toBe('cherry')
    list.jump('x')
    expect(list.active?.value).toBe('cherry')
    list.pointAt(2)
    expect(list.active?.value).toBe('banana')
  })
})

describe('what is typed', () => {
  test('leaves what has all its words, in the label, the value or the hint', () => {
    const list = new ChoiceList([
      { value: 'id-1', label: 'alias/app', hint: 'Enabled, Orders of the shop' },
      { value: 'id-2', label: 'alias/orders', hint: 'Disabled' },
    ])
    list.narrow('ORDERS')
    expect(values(list.matches)).toEqual(['id-1', 'id-2'])
    list.narrow('orders dis')
    expect(values(list.matches)).toEqual(['id-2'])
    list.narrow('id-1')
    expect(values(list.matches)).toEqual(['id-1'])
    list.narrow('nobody')
    expect(list.matches).toEqual([])
    expect(list.active).toBeUndefined()
  })

  test('a few characters within a key’s ID are chance, and never point at another key', () => {
    const ids = ['7f0fecb0-7985-4c49-8d3b-a9cfd12c446c', 'mrk-5ac8db1277fd4ec3a1f34bb7c1c2a812']
    const named = ids.map((value): Choice => ({ value, label: 'alias/app', hint: 'Enabled' }))
    const list = new ChoiceList([...named, choice('key12')])
    const found = (typed: string) => {
      list.narrow(typed)
      return values(list.matches)
    }
    expect(found('12')).toEqual(['key12'])
    expect(found('7f')).toEqual([ids[0]])
    expect(found('5ac')).toEqual([ids[1]])
    expect(found('mrk-5')).toEqual([ids[1]])
    expect(found('D12C44')).toEqual([ids[0]])
    expect(found(ids[1] as string)).toEqual([ids[1]])
  })

  test('narrows what comes later too, and what is pointed at stays', () => {
    const list = new ChoiceList(FRUIT)
    list.narrow('an')
    list.add(choice('orange'))
    list.add(choice('plum'))
    expect(values(list.matches)).toEqual(['banana', 'orange'])
    list.move(1)
    list.add(choice('mango'))
    expect(list.active?.value).toBe('orange')
    expect(list.total).toBe(7)
  })
})

test('what is pointed at is in sight, whatever the keys and the room', () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constantFrom('', 'a', '1')))
  const disabled = fc.array(fc.boolean(), { maxLength: 40 })
  fc.assert(
    fc.property(disabled, steps, fc.integer({ min: 1, max: 12 }), (flags, moves, rows) => {
      const list = new ChoiceList(flags.map((no, at) => choice(`k${at}`, no ? 'no' : undefined)))
      for (const step of moves) {
        if (typeof step === 'number') list.move(step)
        else list.narrow(step)
        const sight = list.inSight(rows)
        expect(sight.length).toBe(Math.min(rows, list.matches.length))
        const { active } = list
        if (active === undefined) {
          expect(list.matches.every((one) => one.disabled !== undefined)).toBe(true)
        } else expect(sight).toContain(active)
      }
    }),
  )
})
