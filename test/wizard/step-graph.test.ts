/** The way through questions, and that no way through them leads to a key that cannot be. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createQueries } from '../../src/lib/kms/create/preview.js'
import { type Draft, draftOf, finalFlags } from '../../src/lib/wizard/create/draft.js'
import { wayOf } from '../../src/lib/wizard/create/main-steps.js'
import { stepsBeside } from '../../src/lib/wizard/create/optional-steps.js'
import { menuQuestion } from '../../src/lib/wizard/create/review.js'
import { BACK, type Question } from '../../src/lib/wizard/question.js'
import { MENU, REVIEW, Script, type Step } from '../../src/lib/wizard/step-graph.js'
import { sandboxSession } from '../support/session.js'

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

/** What somebody may type at each question besides Enter. */
const TYPED: Readonly<Record<string, readonly string[]>> = {
  alias: ['app', '-', 'a b', '-x'],
  description: ['of the shop', ' '],
  admin: ['user/alice', ' ', 'role/a role/b'],
  user: ['role/app', ' ', '111122223333'],
  'grant-user': ['role/app', ' '],
  account: ['111122223333', ' '],
  tag: ['Team=shop', ' ', 'A=1, B=2'],
  'rotation-period-days': ['90', '365'],
  'service-source': [
    '',
    'arn:aws:logs:us-east-1:000000000000:log-group:/app',
    'arn:aws:s3:::bucket',
  ],
  'policy-file': ['p.json'],
  allow: [' '],
}

async function answerTo(question: Question, pick: number): Promise<string | typeof BACK> {
  if (pick % 6 === 0) return BACK
  if (question.kind === 'confirm') return pick % 2 === 0 ? 'yes' : 'no'
  if (question.kind === 'select') {
    const able = question.choices.filter(({ disabled }) => disabled === undefined)
    return able[pick % able.length]?.value ?? BACK
  }
  if (question.kind !== 'text') return BACK
  const typed = [question.default, ...(TYPED[question.id] ?? [])]
  const answer = typed[pick % typed.length]?.trim() ?? ''
  return (await question.check?.(answer)) === undefined || (await question.check?.(answer)) === true
    ? answer
    : BACK
}

test('whatever is answered, what the review shows can be made', async () => {
  const session = await sandboxSession()
  const { place, examine } = await createQueries(session, {})
  const script = new Script<Draft>(
    wayOf({ place, holder: async () => null }),
    stepsBeside(place, async () => true),
  )
  let reviewed = 0
  const walk = fc.array(fc.nat({ max: 10_000 }), { minLength: 20, maxLength: 80 })
  await fc.assert(
    fc.asyncProperty(walk, async (picks) => {
      let interview = script.begin(draftOf({}, undefined))
      for (const pick of picks) {
        const { at, state } = interview
        if (at === REVIEW) {
          reviewed += 1
          // It throws for what no key can be.
          const { findings } = await examine(finalFlags(state), state.policyText)
          expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
          interview = script.next(interview, pick % 7 === 0 ? BACK : 'change')
        } else if (at === 'policy' || at === 'build') interview = script.done(interview, state)
        else {
          const question =
            at === MENU ? menuQuestion(state, [], place, true) : script.step(at).question(state)
          interview = script.next(interview, await answerTo(question, pick))
        }
      }
    }),
    { numRuns: 150 },
  )
  expect(reviewed).toBeGreaterThan(100)
}, 60_000)
