import type { Runtime } from '../runtime/runtime.js'

/** As long as it takes for what was typed before to come out of the terminal. */
const DRAIN_MS = 30
const CTRL_C = 3

/**
 * Throws away what was typed before a question stood there: an Enter pressed while keys were being read
 * would answer a question that nobody has seen.
 *
 * @returns whether Ctrl-C was among it
 */
export async function discardTypeAhead(stdin: Runtime['stdin']): Promise<boolean> {
  const terminal = stdin as NodeJS.ReadStream
  if (terminal.isTTY !== true || typeof terminal.setRawMode !== 'function') return false
  let interrupted = false
  const drop = (chunk: Buffer | string) => {
    if (Buffer.from(chunk).includes(CTRL_C)) interrupted = true
  }
  terminal.setRawMode(true)
  terminal.on('data', drop)
  terminal.resume()
  await new Promise((resolve) => setTimeout(resolve, DRAIN_MS))
  terminal.off('data', drop)
  terminal.pause()
  terminal.setRawMode(false)
  return interrupted
}
