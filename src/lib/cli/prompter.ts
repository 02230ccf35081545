import { KmsctlError } from '../errors.js'
import type { Style } from '../views/style.js'
import type { Run } from './run.js'
import type { Runtime } from './runtime.js'

/** Asks a person at a terminal. Whether one is there is checked before, by `canAsk`. */
export interface Prompter {
  confirm(question: string): Promise<boolean>
  input(question: string): Promise<string>
  /** What is typed is not shown. `check` says what is wrong with it, or true. */
  secret(question: string, check: (typed: string) => string | true): Promise<string>
}

/**
 * Questions through inquirer, shown on stderr so that stdout holds the result alone. Loaded when the
 * first question is asked: it costs a start 50 to 60 ms.
 */
export function terminalPrompter(runtime: Runtime, run: Run, style: Style): Prompter {
  const theme = themeOf(style)
  const ask = async <T>(question: object): Promise<T> => {
    const { default: inquirer } = await import('inquirer')
    const hungUp = new AbortController()
    const prompt = inquirer.createPromptModule({
      input: runtime.stdin as NodeJS.ReadStream,
      output: runtime.stderr as NodeJS.WriteStream,
      signal: AbortSignal.any([run.reads, hungUp.signal]),
    } as never)
    const stopListening = onEndOfInput(runtime.stdin, () => hungUp.abort())
    try {
      const { answer } = (await run.untimed(() => prompt([{ ...question, theme } as never]))) as {
        answer: T
      }
      return answer
    } catch (error) {
      // Ctrl-C at a question is an interrupt like any other; a signal has already given its reason.
      run.check()
      if (hungUp.signal.aborted) {
        throw new KmsctlError('Declined', 'no answer: nothing was changed', { cause: error })
      }
      if ((error as Error).name === 'ExitPromptError') {
        throw new KmsctlError('Interrupted', 'interrupted at a question', { cause: error })
      }
      throw error
    } finally {
      stopListening()
    }
  }
  return {
    confirm: (message) => ask({ type: 'confirm', name: 'answer', message, default: false }),
    input: (message) => ask({ type: 'input', name: 'answer', message }),
    secret: (message, validate) => ask({ type: 'password', name: 'answer', message, validate }),
  }
}

/**
 * Ctrl-D and a terminal that went away. inquirer waits on for both, and with nothing left to wait for
 * Node would end the process with 0.
 */
function onEndOfInput(stdin: Runtime['stdin'], ended: () => void): () => void {
  const onKey = (_text: unknown, key: { ctrl?: boolean; name?: string } | undefined) => {
    if (key?.ctrl === true && key.name === 'd') ended()
  }
  stdin.on('keypress', onKey)
  stdin.on('end', ended)
  stdin.on('close', ended)
  return () => {
    stdin.off('keypress', onKey)
    stdin.off('end', ended)
    stdin.off('close', ended)
  }
}

/** inquirer colours by its own rules; these are kmsctl's (`--no-color`, section 3 of the contract). */
function themeOf(style: Style) {
  return {
    prefix: { idle: style.cyan('?'), done: style.green('✔') },
    style: {
      message: (text: string) => style.bold(text),
      answer: (text: string) => style.cyan(text),
      defaultAnswer: (text: string) => style.dim(`(${text})`),
      error: (text: string) => style.red(`> ${text}`),
    },
  }
}
