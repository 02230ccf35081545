import { KmsctlError } from '../../errors.js'
import type { Style } from '../../views/text/style.js'
import type { Asker, BACK } from '../../wizard/question.js'
import type { Run } from '../runtime/run.js'
import type { Runtime } from '../runtime/runtime.js'
import { type Ask, type Asked, harmlessQuestion } from './asked.js'
import { discardTypeAhead } from './type-ahead.js'

/** Whoever answers one question after the other may type ahead; after this long, something was waited for. */
const PAUSE_MS = 300

/**
 * Asks a person at a terminal, on stderr, so that stdout holds the result alone. What asks is loaded with the
 * first question: it costs a start 50 to 60 ms. Whether somebody is there is checked before, by `canAsk`.
 */
export class TerminalAsker implements Asker {
  /** What came up while a question stood there, and is told when it is over. */
  private readonly held: (() => void)[] = []
  private asking = 0
  /** When the last question was answered, in milliseconds. */
  private answeredAt = Number.NEGATIVE_INFINITY

  /**
   * @param plain in lines, with nothing drawn over
   */
  constructor(
    private readonly runtime: Runtime,
    private readonly run: Run,
    private readonly style: Style,
    private readonly plain: boolean,
  ) {}

  async ask(
    question: Asked,
    { canGoBack }: { readonly canGoBack: boolean } = { canGoBack: false },
  ): Promise<string | typeof BACK> {
    const { runtime, run, style } = this
    run.check()
    const ask = await this.way()
    if (performance.now() - this.answeredAt > PAUSE_MS && (await discardTypeAhead(runtime.stdin))) {
      throw interrupted()
    }
    const hungUp = new AbortController()
    const stopListening = onEndOfInput(runtime.stdin, () => hungUp.abort())
    const terminal = {
      stdin: runtime.stdin,
      stderr: runtime.stderr,
      style,
      signal: AbortSignal.any([run.reads, hungUp.signal]),
    }
    this.asking += 1
    try {
      return await run.untimed(() => ask(harmlessQuestion(question), { canGoBack }, terminal))
    } catch (error) {
      // Ctrl-C at a question is an interrupt like any other; a signal has already given its reason.
      run.check()
      if (hungUp.signal.aborted) {
        throw new KmsctlError('Declined', 'no answer: nothing was changed', { cause: error })
      }
      if ((error as Error).name === 'ExitPromptError') {
        throw interrupted(error)
      }
      throw error
    } finally {
      stopListening()
      this.answeredAt = performance.now()
      this.asking -= 1
      if (this.asking === 0) for (const tell of this.held.splice(0)) tell()
    }
  }

  /** Writes something to the terminal, once no question stands there that it would tear apart. */
  between(tell: () => void): void {
    if (this.asking === 0) tell()
    else this.held.push(tell)
  }

  show(text: string): void {
    this.runtime.stderr.write(`${text}\n`)
  }

  private async way(): Promise<Ask> {
    if (this.plain) return (await import('./plain.js')).askPlain
    return (await import('./interactive.js')).askInteractive
  }
}

function interrupted(cause?: unknown): KmsctlError {
  return new KmsctlError('Interrupted', 'interrupted at a question', { cause })
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
  if ((stdin as NodeJS.ReadStream).readableEnded) ended()
  return () => {
    stdin.off('keypress', onKey)
    stdin.off('end', ended)
    stdin.off('close', ended)
  }
}
