import { stripVTControlCharacters } from 'node:util'
import { expect } from 'vitest'
import type { Plan } from '../../src/lib/kms/change/plan.js'
import { createQueries } from '../../src/lib/kms/create/preview.js'
import type { CreateFlags } from '../../src/lib/kms/rules/create-flags.js'
import type { Change } from '../../src/lib/results.js'
import { PLAIN } from '../../src/lib/views/text/style.js'
import { type CreateWorld, createByQuestions } from '../../src/lib/wizard/create/wizard.js'
import { type Asker, BACK, type Question } from '../../src/lib/wizard/question.js'
import { type SandboxSession, sandboxSession } from '../support/session.js'

/** What somebody types at a question: a choice's value, a text as it is typed, `yes`, `no`, or `BACK`. */
export type Typed = string | typeof BACK

/** An answer, with the question that it belongs to. */
export type Said = readonly [question: string, typed: Typed]

export interface Asked {
  readonly question: Question
  readonly canGoBack: boolean
  /** What was said of an answer that could not be taken. */
  readonly refusal?: string
}

/** Enter. */
export const ENTER = ''
export { BACK }

/**
 * Answers questions in turn, as a terminal takes answers: Enter is the default, a space alone is nothing, and what the
 * check refuses is asked again. Each answer names the question that it is for.
 */
export function scripted(answers: readonly Said[]) {
  const waiting = [...answers]
  const asked: Asked[] = []
  const shown: string[] = []
  const asker: Asker = {
    async ask(question, { canGoBack }) {
      for (;;) {
        const next = waiting.shift()
        if (next === undefined)
          throw new Error(`nobody answers ${question.id}: ${question.message}`)
        const [id, typed] = next
        expect(question.id).toBe(id)
        if (typed === BACK) {
          expect(canGoBack).toBe(true)
          asked.push({ question, canGoBack })
          return BACK
        }
        const answer = answerTo(question, typed)
        const verdict = question.kind === 'text' ? ((await question.check?.(answer)) ?? true) : true
        asked.push({ question, canGoBack, ...(verdict === true ? {} : { refusal: verdict }) })
        if (verdict === true) return answer
      }
    },
    show: (text) => void shown.push(text),
  }
  return { asker, asked, shown, left: () => waiting.length }
}

function answerTo(question: Question, typed: string): string {
  if (question.kind === 'text') {
    if (typed === '') return question.default
    return typed === ' ' && question.mayBeEmpty === true ? '' : typed
  }
  if (question.kind === 'confirm') return typed === '' ? (question.default ? 'yes' : 'no') : typed
  const value = typed === '' && question.kind === 'select' ? question.default : typed
  const choice = question.choices.find((one) => one.value === value)
  expect(choice, `${question.id} has the choice ${value}`).toBeDefined()
  expect(choice?.disabled, `${question.id}: ${value} can be chosen`).toBeUndefined()
  return value
}

export interface Wizarding {
  readonly given?: CreateFlags
  readonly text?: string
  readonly region?: string
  readonly session?: SandboxSession
  readonly over?: Partial<CreateWorld<Agreed>>
}

/** What the wizard leads to. */
export interface Agreed {
  readonly flags: CreateFlags
  readonly text: string | undefined
  readonly plan: Plan<Change>
}

/** Runs the wizard of create on an embedded KMS, until the last yes. */
export async function wizard(answers: readonly Said[], options: Wizarding = {}) {
  const session = options.session ?? (await sandboxSession(options.region))
  const script = scripted(answers)
  const files = new Map<string, string>()
  const told: string[] = []
  const queries = await createQueries(session, {})
  const world: CreateWorld<Agreed> = {
    ...queries,
    target: ['--sandbox'],
    dryRun: false,
    yes: false,
    ui: () => ({ style: PLAIN, now: new Date(0), width: 80 }),
    plan: async (flags, text) => ({ flags, text, plan: await queries.plan(flags, text) }),
    edit: async (text) => text,
    async keep(path, text, again) {
      if (files.has(path) && !again) return `file ${path} exists: name a new one`
      files.set(path, text)
      return true
    },
    tell: (error) => void told.push(error.message),
    ...options.over,
  }
  const run = createByQuestions(script.asker, world, options.given ?? {}, options.text)
  const ended = await run.then(
    (agreed) => ({ agreed, error: undefined }),
    (error) => ({ agreed: undefined, error }),
  )
  const text = stripVTControlCharacters(script.shown.join('\n'))
  return { ...script, ...ended, session, files, told, text, ids: script.asked.map(idOf) }
}

const idOf = ({ question }: Asked) => question.id

/** The flags that were agreed to; fails where it came to nothing. */
export function agreedFlags({ agreed, error }: { agreed: Agreed | undefined; error: unknown }) {
  if (agreed === undefined) throw error
  return agreed.flags
}

/** The way of a newcomer, whose alias is `app`. */
export const NEWCOMER: readonly Said[] = [
  ['kind', ENTER],
  ['spec', ENTER],
  ['alias', 'app'],
  ['description', ENTER],
  ['admin', ENTER],
  ['user', ENTER],
]
export const CREATE: Said = ['review', 'create']

/** From the review, by the menu, to a setting. */
export const change = (setting: string): Said[] => [
  ['review', 'change'],
  ['menu', setting],
]
