import { escapeText } from '../../views/text/escape.js'
import type { Style } from '../../views/text/style.js'
import type { BACK, Choice, Question, TextQuestion } from '../../wizard/question.js'

/** A line of text that is not shown while it is typed. */
export type SecretQuestion = Omit<TextQuestion, 'kind'> & { readonly kind: 'secret' }

/** What a terminal is asked: a question in which nothing can steer it. */
export type Asked = Question | SecretQuestion

/** Where a question is asked. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream
  readonly stderr: { write(text: string): unknown }
  readonly style: Style
  /** Ends the question. */
  readonly signal: AbortSignal
}

/** A way of asking. Rejects with what the signal or the terminal ends the question with. */
export type Ask = (
  question: Asked,
  options: { readonly canGoBack: boolean },
  terminal: Terminal,
) => Promise<string | typeof BACK>

/** The question with every text in it made harmless: names and descriptions come from AWS. */
export function harmlessQuestion(question: Asked): Asked {
  const { message, help } = question
  const texts = { message: escapeText(message), help: escapeText(help) }
  if (question.kind === 'select') {
    return { ...question, ...texts, choices: question.choices.map(harmlessChoice) }
  }
  if (question.kind === 'search') {
    const { more, detail } = question
    return {
      ...question,
      ...texts,
      choices: question.choices.map(harmlessChoice),
      ...(more === undefined ? {} : { more: harmlessChoices(more) }),
      ...(detail === undefined
        ? {}
        : { detail: async (value: string) => escapeText(await detail.call(question, value)) }),
    }
  }
  if (question.kind === 'confirm') return { ...question, ...texts }
  const { check } = question
  if (check === undefined) return { ...question, ...texts }
  return {
    ...question,
    ...texts,
    check: async (typed: string) => {
      const verdict = await check.call(question, typed)
      return verdict === true ? true : escapeText(verdict)
    },
  }
}

/** The value stays as it is: it is an answer, and shown nowhere but as part of a message. */
function harmlessChoice({ value, label, hint, disabled }: Choice): Choice {
  return {
    value,
    label: escapeText(label),
    ...(hint === undefined ? {} : { hint: escapeText(hint) }),
    ...(disabled === undefined ? {} : { disabled: escapeText(disabled) }),
  }
}

async function* harmlessChoices(choices: AsyncIterable<Choice>): AsyncGenerator<Choice> {
  for await (const choice of choices) yield harmlessChoice(choice)
}

/** What was typed as an answer. Enter alone is the default. */
export function answerOf(typed: string, question: Asked & { readonly default: string }): string {
  if (typed === '') return question.default
  return typed.trim() === '' && canBeEmptied(question) ? '' : typed
}

/** Whether nothing is an answer, and not the one that Enter gives. */
export function canBeEmptied(question: Asked): boolean {
  return question.kind === 'text' && question.mayBeEmpty === true && question.default !== ''
}

/** Yes, no, or undefined for anything else. */
export function yesOrNo(typed: string, fallback: boolean): 'yes' | 'no' | undefined {
  const word = typed.trim().toLowerCase()
  if (word === '') return fallback ? 'yes' : 'no'
  if (word === 'y' || word === 'yes') return 'yes'
  return word === 'n' || word === 'no' ? 'no' : undefined
}

/** What is said of an answer that is neither. */
export const NEITHER = 'answer y or n'

/** What goes back, typed as an answer. */
export const BACK_WORD = '<'
