/**
 * Editing a text in the user's own editor, and never losing what was typed: it is in a file of its own
 * until what it was typed for has happened.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { EXIT, KmsctlError } from '../../errors.js'
import type { Run } from '../runtime/run.js'
import { canAsk, type Runtime } from '../runtime/runtime.js'

/** How long an editor that was told to end may take to put the screen in order. */
const ENDING_MS = 2_000

/** What editing needs of the world. */
export interface Desk {
  readonly runtime: Runtime
  readonly run: Run
  /** Asks on the terminal. */
  confirm(question: string): Promise<boolean>
  /** Tells a failure that need not be the end. */
  tell(error: KmsctlError): void
  /** Shows a line. */
  say(line: string): void
}

/** What is edited, and what is done with what was typed. */
export interface Editing<R> {
  /** The file's name, which editors show. */
  readonly fileName: string
  readonly original: string
  /** What the text is for. Throws where it cannot be taken. */
  attempt(text: string): Promise<R>
  /** Whether what was typed has had its purpose; where not (a dry run) it is kept. */
  settled(result: R): boolean
  /** Whether another text could help against what `attempt` threw. */
  mendable(error: KmsctlError): boolean
  /** A hint: how to do it without an editor. */
  readonly otherwise: string
  /** How to go on with what was typed, which stays in this file. */
  hints(path: string): readonly string[]
}

/**
 * Opens a text in the editor and tries what was saved; on a terminal, what cannot be taken can be edited
 * again. Where it fails in the end, the file stays, and the error names it; else it is removed.
 *
 * @throws KmsctlError `EditorFailed` (1, or 5 where there is neither a terminal nor an editor named), or
 * what `attempt` threw
 */
export async function edit<R>(desk: Desk, editing: Editing<R>): Promise<R> {
  const command = editorCommand(desk.runtime, editing.otherwise)
  const path = await makeFile(desk.runtime, editing)
  try {
    const result = await untilTaken(desk, editing, command, path)
    if (editing.settled(result)) await removeFile(path)
    else for (const line of [keptIn(path), ...editing.hints(path)]) desk.say(line)
    return result
  } catch (error) {
    const told = await explained(error)
    const left = await leftIn(path)
    // What cannot be read may still be what was typed.
    if (left === null || (left === editing.original && told.code !== 'EditorFailed')) {
      await removeFile(path)
      throw told
    }
    const where = left === editing.original ? `the text is in ${path}` : keptIn(path)
    throw withHints(told, path, [where, ...editing.hints(path)])
  }
}

const keptIn = (path: string) => `what was typed is kept in ${path}`

/** The file's text; null where there is no file, undefined where it cannot be read. */
function leftIn(path: string): Promise<string | null | undefined> {
  return readFile(path, 'utf8').catch(({ code }) => (code === 'ENOENT' ? null : undefined))
}

/** The text in a file that is this user's alone, in a folder of its own for what editors put beside it. */
async function makeFile(
  { env }: Runtime,
  { fileName, original }: Pick<Editing<unknown>, 'fileName' | 'original'>,
): Promise<string> {
  const place = env.TMPDIR !== undefined && isAbsolute(env.TMPDIR) ? env.TMPDIR : tmpdir()
  try {
    const folder = await mkdtemp(join(place, 'kmsctl-'))
    const path = join(folder, fileName.replace(/[^\w.-]/g, '_'))
    await writeFile(path, original, { mode: 0o600, flag: 'wx' })
    return path
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new KmsctlError('EditorFailed', `no file to edit can be made in ${place} (${code})`, {
      hints: ['name another folder in TMPDIR'],
      cause: error,
    })
  }
}

async function removeFile(path: string): Promise<void> {
  await rm(dirname(path), { recursive: true, force: true }).catch(() => undefined)
}

async function untilTaken<R>(
  desk: Desk,
  editing: Editing<R>,
  command: string,
  path: string,
): Promise<R> {
  for (;;) {
    await runEditor(desk, command, path)
    try {
      return await editing.attempt(await saved(path))
    } catch (error) {
      const told = await explained(error)
      const somebody = canAsk(desk.runtime) && desk.runtime.stdin.readable
      if (!editing.mendable(told) || !somebody) throw told
      desk.tell(told)
      if (!(await desk.confirm('Edit it again?'))) throw told
    }
  }
}

async function saved(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new KmsctlError('EditorFailed', `the editor left no file ${path} (${code ?? error})`, {
      cause: error,
    })
  }
}

/** The editor as git finds it: VISUAL, EDITOR, else vi; without a terminal only one that was named. */
function editorCommand(runtime: Runtime, otherwise: string): string {
  const named = runtime.env.VISUAL || runtime.env.EDITOR
  if (named) return named
  if (canAsk(runtime)) return runtime.platform === 'win32' ? 'notepad' : 'vi'
  throw new KmsctlError('EditorFailed', 'there is no terminal to open an editor on', {
    exitCode: EXIT.REFUSED,
    hints: ['name one that needs no terminal in VISUAL or EDITOR', otherwise],
  })
}

/**
 * Runs the editor to its end. On a terminal, which is its own meanwhile, it may take as long as it wants, and
 * Ctrl-C is not kmsctl's; else it ends with the run.
 */
async function runEditor(desk: Desk, command: string, path: string): Promise<void> {
  const { run, runtime } = desk
  run.check()
  const work = () => endOf(start(command, path, runtime), run)
  const { code, signal } = await (canAsk(runtime) ? run.lend(work) : work())
  run.check()
  if (code === 0) return
  // A shell tells of a signal that ended its child by a code above 128.
  if (signal === 'SIGINT' || code === 128 + 2) {
    throw new KmsctlError('Interrupted', 'interrupted in the editor')
  }
  const why =
    code === 127
      ? 'was not found'
      : code === 126
        ? 'cannot be run'
        : `ended with ${signal ?? code}: nothing was changed`
  throw new KmsctlError('EditorFailed', `the editor ${JSON.stringify(command)} ${why}`, {
    hints: code === 127 || code === 126 ? ['name another in VISUAL or EDITOR'] : [],
  })
}

/**
 * The command may have arguments and quotes, so a shell reads it, as git has it. stdout holds the result
 * alone and may be a file: the editor writes to the terminal that questions are asked on.
 */
function start(command: string, path: string, { env, platform }: Runtime): ChildProcess {
  const options = { env, stdio: ['inherit', 2, 'inherit'] as ['inherit', 2, 'inherit'] }
  if (platform === 'win32') return spawn(`${command} "${path}"`, { ...options, shell: true })
  // The editor itself is what a signal has to end, and not a shell that waits for it.
  const exec = /^[^=;&|<>()]+$/.test(command) ? 'exec ' : ''
  return spawn('/bin/sh', ['-c', `${exec}${command} "$@"`, command, path], options)
}

interface End {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

function endOf(child: ChildProcess, { reads }: Run): Promise<End> {
  return new Promise((resolve, reject) => {
    let late: NodeJS.Timeout | undefined
    const stop = () => {
      child.kill('SIGTERM')
      late = setTimeout(() => reject(reads.reason), ENDING_MS)
    }
    const done = () => {
      clearTimeout(late)
      reads.removeEventListener('abort', stop)
    }
    child.once('error', (error) => {
      done()
      const message = `the editor cannot be started: ${error.message}`
      reject(new KmsctlError('EditorFailed', message, { cause: error }))
    })
    child.once('exit', (code, signal) => {
      done()
      resolve({ code, signal })
    })
    reads.addEventListener('abort', stop, { once: true })
  })
}

async function explained(error: unknown): Promise<KmsctlError> {
  if (error instanceof KmsctlError) return error
  const { explain } = await import('../../aws/call/errors.js')
  return explain(error)
}

function withHints(error: KmsctlError, path: string, hints: readonly string[]): KmsctlError {
  return new KmsctlError(error.code, error.message, {
    hints: [...hints, ...error.hints],
    exitCode: error.exitCode,
    requestId: error.requestId,
    details: { ...error.details, keptFile: path },
    cause: error,
  })
}
