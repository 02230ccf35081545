import { constants } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { addAbortSignal, type Readable } from 'node:stream'
import { KmsctlError, usageError } from '../../errors.js'
import type { Run } from '../runtime/run.js'
import type { Runtime } from '../runtime/runtime.js'

/**
 * The text of a file, or of standard input for `-`. A pipe that nobody writes to ends with the run: a
 * signal or the deadline is not kept waiting by it.
 *
 * @param what how messages call it: `policy file`
 */
export async function inputText(
  path: string,
  what: string,
  runtime: Runtime,
  run: Run,
): Promise<string> {
  const name = path === '' ? "''" : path
  try {
    if (path !== '-') return await fileText(path, run)
    if (runtime.stdin.isTTY === true) throw usageError(`${what} - needs piped input`)
    return await streamText(runtime.stdin as Readable, run)
  } catch (error) {
    run.check()
    if (error instanceof KmsctlError) throw error
    const code = (error as NodeJS.ErrnoException).code
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? error})`
    throw usageError(`${what} ${name} ${why}`)
  }
}

/** Whether there is a file of that name, or a pipe. */
export async function isFile(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isDirectory()
  } catch {
    return false
  }
}

async function fileText(path: string, run: Run): Promise<string> {
  if (!(await stat(path)).isFIFO()) return readFile(path, 'utf8')
  // Opening a pipe waits for its writer, in a thread that no exit of the process can end.
  const { fd } = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const { Socket } = await import('node:net')
  return streamText(new Socket({ fd, readable: true, writable: false }), run)
}

async function streamText(stream: Readable, run: Run): Promise<string> {
  addAbortSignal(run.reads, stream)
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}
