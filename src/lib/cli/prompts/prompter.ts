import type { TerminalAsker } from './asker.js'

/** The questions of a change and of the credential chain. */
export interface Prompter {
  confirm(question: string): Promise<boolean>
  input(question: string): Promise<string>
  /** What is typed is not shown. `check` says what is wrong with it, or true. */
  secret(question: string, check: (typed: string) => string | true): Promise<string>
}

/** Questions that stand alone: each has its words, no explanation and no way back. */
export function prompterOf(asker: TerminalAsker): Prompter {
  const text = async (question: Parameters<TerminalAsker['ask']>[0]) =>
    String(await asker.ask(question))
  const alone = { id: '', help: '' }
  return {
    confirm: async (message) =>
      (await text({ kind: 'confirm', ...alone, message, default: false })) === 'yes',
    input: (message) => text({ kind: 'text', ...alone, message, default: '' }),
    secret: (message, check) => text({ kind: 'secret', ...alone, message, default: '', check }),
  }
}
