import { expect, test } from 'vitest'
import { type Asked, harmlessQuestion } from '../../../src/lib/cli/prompts/asked.js'
import type { Choice } from '../../../src/lib/wizard/question.js'

const EVIL = '\u001b[2Jevil\u202e\r\n'
const HARMLESS = '\\x1b[2Jevil\\u202e\\r\\n'
const choice: Choice = { value: EVIL, label: EVIL, hint: EVIL, disabled: EVIL }
const shown = { value: EVIL, label: HARMLESS, hint: HARMLESS, disabled: HARMLESS }
const base = { id: 'q', message: EVIL, help: EVIL }

test('nothing in a choice can steer a terminal; its value, which is the answer, stays', async () => {
  async function* more() {
    yield choice
  }
  const search: Asked = {
    ...base,
    kind: 'search',
    choices: [choice],
    more: { [Symbol.asyncIterator]: more },
    detail: async (value) => `${value === EVIL}${EVIL}`,
  }
  const asked = harmlessQuestion(search)
  expect(asked).toMatchObject({ message: HARMLESS, help: HARMLESS, choices: [shown] })
  if (asked.kind !== 'search') return expect.fail()
  for await (const one of asked.more ?? []) expect(one).toEqual(shown)
  expect(await asked.detail?.(EVIL)).toBe(`true${HARMLESS}`)
  const select = harmlessQuestion({ ...base, kind: 'select', choices: [choice], default: EVIL })
  expect(select).toMatchObject({ message: HARMLESS, choices: [shown], default: EVIL })
})

test.each(['text', 'secret'] as const)(
  '%s: nor what is told of an answer; the answer is checked as it was typed',
  async (kind) => {
    const seen: string[] = []
    const check = (typed: string) => {
      seen.push(typed)
      return typed === 'right' ? true : EVIL
    }
    const asked = harmlessQuestion({ ...base, kind, default: '', check })
    expect(asked).toMatchObject({ message: HARMLESS, help: HARMLESS })
    if (asked.kind !== kind) return expect.fail()
    expect(await asked.check?.(EVIL)).toBe(HARMLESS)
    expect(await asked.check?.('right')).toBe(true)
    expect(seen).toEqual([EVIL, 'right'])
  },
)

test('yes or no', () => {
  expect(harmlessQuestion({ ...base, kind: 'confirm', default: true })).toMatchObject({
    message: HARMLESS,
    help: HARMLESS,
    default: true,
  })
})
