/** The way through questions, and that no way through them leads to a key that cannot be. */
import { describe, expect, test } from 'vitest'
import { BACK } from '../../src/lib/wizard/question.js'
import { MENU, REVIEW, Script, type Step } from '../../src/lib/wizard/step-graph.js'
import { testSeed } from '../support/seed.js'
import { walkAbout } from './walks.js'

describe('next, back, and to one question and back', () => {
  type Said = Readonly<Record<string, string>>
  const step = (id: string, over: Partial<Step<Said>> = {}): Step<Said> => ({
    id,
    asked: () => true,
    question: () => ({ id, kind: 'text', message: id, help: '', default: '' }),
    take: (said, answer) => ({ ...said, [id]: answer }),
    ...over,
  })
  const script = new Script<Said>(
    [
      step('a'),
      step('b', { missing: ({ b }) => b === undefined }),
      step('c', { asked: ({ a }) => a === 'yes' }),
    ],
    [step('x', { onward: ({ x }) => (x === 'more' ? 'y' : undefined) }), step('y')],
  )
  const walked = (...answers: (string | typeof BACK)[]) =>
    answers.reduce((interview, answer) => script.next(interview, answer), script.begin({}))

  test('in their order, without those that are not asked', () => {
    expect(walked('no', '2')).toMatchObject({ at: REVIEW, trail: ['a', 'b'] })
    expect(walked('yes', '2').at).toBe('c')
  })

  test('back is to the question before, at the first one nowhere', () => {
    expect(walked('yes', '2', BACK)).toMatchObject({ at: 'b', state: { a: 'yes', b: '2' } })
    expect(walked('yes', '2', BACK, BACK)).toMatchObject({ at: 'a', trail: [] })
    expect(walked(BACK)).toMatchObject({ at: 'a', trail: [] })
    expect(walked('yes', '2', '3', BACK).at).toBe('c')
  })

  test('from the review to a question, to what belongs to it, and back to the review', () => {
    const at = (...answers: (string | typeof BACK)[]) => walked('no', '2', 'change', ...answers)
    expect(at().at).toBe(MENU)
    expect(at('x').at).toBe('x')
    expect(at('x', 'less')).toMatchObject({ at: REVIEW, state: { x: 'less' } })
    expect(at('x', 'more').at).toBe('y')
    expect(at('x', 'more', '!')).toMatchObject({ at: REVIEW, state: { x: 'more', y: '!' } })
    expect(at(BACK)).toMatchObject({ at: REVIEW, state: { a: 'no', b: '2' }, trail: ['a', 'b'] })
  })

  test('a change that is gone back from is not made', () => {
    const back = walked('no', '2', 'change', 'x', 'more', BACK, BACK)
    expect(back).toMatchObject({ at: MENU, state: { a: 'no', b: '2' } })
    expect(back.state).not.toHaveProperty('x')
  })
})

// The long run is `npm run test:deep`.
test('whatever is answered, what the review shows can be made', async () => {
  expect(await walkAbout(45, testSeed())).toBeGreaterThan(30)
}, 60_000)
