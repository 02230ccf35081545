import { expect } from 'vitest'
import { type Asker, BACK, type Choice, type Question } from '../../src/lib/wizard/question.js'

/** A question as it was asked, with every choice that there was. */
export interface Heard {
  readonly question: Question
  readonly choices: readonly Choice[]
  readonly canGoBack: boolean
}

/** Somebody who answers each question in turn: with these words, or as they make of it. */
export function answering(
  ...answers: (string | typeof BACK | ((heard: Heard) => string | Promise<string>))[]
) {
  const heard: Heard[] = []
  const shown: string[] = []
  const asker: Asker = {
    async ask(question, { canGoBack }) {
      const choices = 'choices' in question ? [...question.choices] : []
      if (question.kind === 'search') {
        for await (const choice of question.more ?? []) choices.push(choice)
      }
      heard.push({ question, choices, canGoBack })
      const answer = answers.shift() ?? expect.fail(`nobody answers ${question.message}`)
      if (answer === BACK) expect(canGoBack).toBe(true)
      return typeof answer === 'function' ? answer(heard.at(-1) as Heard) : answer
    },
    show: (text) => void shown.push(text),
  }
  return { asker, heard, shown }
}
