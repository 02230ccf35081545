/** Ways through the questions of create, at random. */
import fc from 'fast-check'
import { expect } from 'vitest'
import { createQueries } from '../../src/lib/kms/create/preview.js'
import { type Draft, draftOf, finalFlags } from '../../src/lib/wizard/create/draft.js'
import { wayOf } from '../../src/lib/wizard/create/main-steps.js'
import { stepsBeside } from '../../src/lib/wizard/create/optional-steps.js'
import { menuQuestion } from '../../src/lib/wizard/create/review.js'
import { BACK, type Question } from '../../src/lib/wizard/question.js'
import { MENU, REVIEW, Script } from '../../src/lib/wizard/step-graph.js'
import { sandboxSession } from '../support/session.js'

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

/** Walks that many ways through the questions at random; returns how often a review was reached. */
export async function walkAbout(numRuns: number, seed: number): Promise<number> {
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
    { numRuns, seed },
  )
  return reviewed
}
