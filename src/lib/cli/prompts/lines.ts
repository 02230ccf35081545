/** One line out, one line in: what plain questions are made of. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Choice } from '../../wizard/question.js'
import type { Terminal } from './asked.js'

/** Writes lines; empty ones are left out. */
export function tell({ stderr }: Terminal, lines: readonly string[]): void {
  for (const line of lines) if (line !== '') stderr.write(`${line}\n`)
}

/**
 * The next line of what is typed.
 *
 * @param hidden whether what is typed must not be seen
 * @throws what the signal ends the question with; where the input ends, an error of any kind
 */
export function readLine(
  prompt: string,
  terminal: Terminal,
  { hidden = false } = {},
): Promise<string> {
  const { stdin, stderr, signal } = terminal
  stderr.write(prompt)
  return new Promise((resolve, reject) => {
    // Without a terminal of its own, readline leaves echo and editing to the system's.
    const lines = createInterface({ input: stdin, terminal: hidden, output: nowhere() })
    const end = (settle: () => void, newLine: boolean) => {
      signal.removeEventListener('abort', abort)
      // Its own listeners stay: they leave the input as it was.
      lines.off('close', ended)
      lines.close()
      if (newLine) stderr.write('\n')
      settle()
    }
    const abort = () => end(() => reject(signal.reason), true)
    const ended = () => end(() => reject(new Error('the input has ended')), true)
    lines.once('close', ended)
    lines.once('line', (line) => end(() => resolve(line.replace(/\r$/, '')), hidden))
    lines.once('SIGINT', () => end(() => reject(new InterruptedError()), true))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}

/** Ctrl-C where the terminal sends no signal for it. The name is the one that inquirer gives it. */
class InterruptedError extends Error {
  override readonly name = 'ExitPromptError'
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}

/** A choice in a line: `2. Sign: for signatures`. */
export function numbered({ label, hint = '', disabled }: Choice, index: number): string {
  if (disabled !== undefined) return `${index + 1}. ${label}: cannot be chosen: ${disabled}`
  return `${index + 1}. ${label}${hint === '' ? '' : `: ${hint}`}`
}
