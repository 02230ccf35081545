/**
 * Questions in plain lines, for screen readers and for terminals that cannot be drawn on: choices have
 * numbers, an answer is a line, and nothing that was written is written over.
 */
import { escapeText } from '../../views/text/escape.js'
import { BACK, type Choice } from '../../wizard/question.js'
import {
  type Ask,
  type Asked,
  answerOf,
  BACK_WORD,
  canBeEmptied,
  NEITHER,
  yesOrNo,
} from './asked.js'
import { numbered, readLine, tell } from './lines.js'
import { askPlainSearch } from './plain-search.js'

/** Asks in lines. */
export const askPlain: Ask = async (question, options, terminal) => {
  if (question.kind === 'search') return askPlainSearch(question, options, terminal)
  const hidden = question.kind === 'secret'
  if (question.kind === 'select') {
    tell(terminal, [question.message, question.help, ...question.choices.map(numbered)])
  } else tell(terminal, [question.help])
  for (;;) {
    const typed = await readLine(promptOf(question, options.canGoBack), terminal, { hidden })
    if (options.canGoBack && typed.trim() === BACK_WORD) return BACK
    const taken = await take(question, typed)
    if ('answer' in taken) return taken.answer
    tell(terminal, [taken.problem])
  }
}

/** The line that is answered: the question, what Enter answers with, how to go back. */
function promptOf(question: Exclude<Asked, { kind: 'search' }>, canGoBack: boolean): string {
  const told = [fallbackOf(question), canGoBack ? `${BACK_WORD} goes back` : ''].filter(Boolean)
  const words = question.kind === 'select' ? 'Number' : question.message
  const asking = told.length === 0 ? words : `${words} (${told.join('; ')})`
  return question.kind === 'confirm' || asking.endsWith(':') ? `${asking} ` : `${asking}: `
}

function fallbackOf(question: Exclude<Asked, { kind: 'search' }>): string {
  switch (question.kind) {
    case 'confirm':
      return question.default ? 'Y/n' : 'y/N'
    case 'select': {
      const at = question.choices.findIndex(({ value }) => value === question.default)
      return at === -1 ? '' : `Enter for ${at + 1}`
    }
    case 'text':
      return question.default === ''
        ? ''
        : `Enter for ${escapeText(question.default)}${canBeEmptied(question) ? ', a space for nothing' : ''}`
    default:
      return ''
  }
}

type Taken = { readonly answer: string } | { readonly problem: string }

async function take(question: Exclude<Asked, { kind: 'search' }>, typed: string): Promise<Taken> {
  switch (question.kind) {
    case 'confirm': {
      const answer = yesOrNo(typed, question.default)
      return answer === undefined ? { problem: NEITHER } : { answer }
    }
    case 'select': {
      if (typed.trim() === '') return chosen(question.choices, question.default)
      const word = typed.trim()
      const named = /^\d+$/.test(word)
        ? question.choices[Number(word) - 1]
        : question.choices.find(({ label, value }) =>
            [label, value].some((name) => name.toLowerCase() === word.toLowerCase()),
          )
      if (named !== undefined) return chosen(question.choices, named.value)
      const most = question.choices.length
      return { problem: `${escapeText(word)} is no number from 1 to ${most}` }
    }
    default: {
      const answer = answerOf(typed, question)
      const verdict = (await question.check?.(answer)) ?? true
      return verdict === true ? { answer } : { problem: verdict }
    }
  }
}

function chosen(choices: readonly Choice[], value: string): Taken {
  const choice = choices.find((one) => one.value === value)
  if (choice?.disabled === undefined) return { answer: value }
  return { problem: `${choice.label} cannot be chosen: ${choice.disabled}` }
}
