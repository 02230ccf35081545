/**
 * Questions as data: what is asked, when, and with which default is decided without a terminal, and
 * whoever asks (`lib/cli/prompts`) knows nothing of keys.
 */

interface QuestionBase {
  /** What the answer is kept under. */
  readonly id: string
  /** The question itself. */
  readonly message: string
  /** What it is about, in one line. */
  readonly help: string
}

export interface Choice {
  readonly value: string
  readonly label: string
  /** More about it, shown after the label. */
  readonly hint?: string
  /** Why it cannot be chosen. It is shown all the same, so that nobody looks for it. */
  readonly disabled?: string
}

/** One of several. Its answer is the choice's value. */
export type SelectQuestion = QuestionBase & {
  readonly kind: 'select'
  readonly choices: readonly Choice[]
  /** The value that Enter chooses. */
  readonly default: string
}

/** A line of text. Enter alone answers with the default. */
export type TextQuestion = QuestionBase & {
  readonly kind: 'text'
  readonly default: string
  /** A space alone answers with nothing, and whoever is asked is told so where there is a default. */
  readonly mayBeEmpty?: true
  /** True, or one line: what is wrong with what was typed, and what to change. Asked of the default, too. */
  check?(typed: string): Promise<string | true> | string | true
}

/** One of many, which are narrowed by what is typed. Its answer is the choice's value. */
export type SearchQuestion = QuestionBase & {
  readonly kind: 'search'
  readonly choices: readonly Choice[]
  /** Choices that are still being read. They stand after the others in the order in which they come. */
  readonly more?: AsyncIterable<Choice>
  /** What takes long to know of a choice: asked for those in sight alone, and shown after the label. */
  detail?(value: string): Promise<string>
}

/** Yes or no. Its answer is `yes` or `no`. */
export type ConfirmQuestion = QuestionBase & {
  readonly kind: 'confirm'
  readonly default: boolean
}

export type Question = SelectQuestion | TextQuestion | SearchQuestion | ConfirmQuestion

/** The answer of whoever wants to go back to the question before. */
export const BACK: unique symbol = Symbol('back')

/** Asks a person. */
export interface Asker {
  /**
   * The answer, or `BACK`, which is offered with `canGoBack` alone.
   *
   * @throws KmsctlError `Interrupted` at Ctrl-C, `Declined` at Ctrl-D and where the terminal is gone
   */
  ask(question: Question, options: { readonly canGoBack: boolean }): Promise<string | typeof BACK>
  /** Shows lines that belong to no question. What came from elsewhere has been made harmless by the caller. */
  show(text: string): void
}
