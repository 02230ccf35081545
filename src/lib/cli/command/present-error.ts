import { type ErrorJson, errorJson, KmsctlError, usageError } from '../../errors.js'
import type { Failure } from '../../results.js'
import { escapeText, toJson } from '../../views/text/escape.js'
import type { Style } from '../../views/text/style.js'
import { type Runtime, styleFor } from '../runtime/runtime.js'

/** What showing an error needs of the run that it ends; none where the run has not begun. */
export interface ErrorHost {
  readonly sandboxAnswered: boolean
  /** A result that is being printed, which a failure has to close. */
  readonly output?: { fail(error: ErrorJson): boolean } | undefined
  aim(text: string, region?: string): string
  hideProgress(options?: { forGood?: boolean }): void
  saySandbox(): void
}

export interface Circumstances {
  readonly runtime: Runtime
  readonly json: boolean
  /** One line for each document. */
  readonly ndjson?: boolean
  readonly noColor: boolean
  /** The command's ID with colons; empty where none was found. */
  readonly command: string
  readonly context?: ErrorHost | undefined
}

/** Tells a failure the way it was asked for and sets the exit code. The one place that does. */
export async function presentError(error: unknown, where: Circumstances): Promise<void> {
  const { runtime, context } = where
  const told = await toKmsctlError(error, where.command)
  runtime.exitCode = told.exitCode
  context?.hideProgress({ forGood: true })
  context?.saySandbox()
  const hints = told.hints.map((hint) => context?.aim(hint) ?? hint)
  // What has been printed of a result is closed; a document is closed with the error in it.
  if (context?.output?.fail({ ...errorJson(told), hints })) return
  if (where.json || where.ndjson) {
    const document: Failure & { sandbox?: true } = { error: { ...errorJson(told), hints } }
    if (context?.sandboxAnswered) document.sandbox = true
    runtime.stdout.write(`${toJson(document, where.json ? 2 : 0)}\n`)
    return
  }
  tellError(told, runtime, await styleFor(runtime, runtime.stderr, where.noColor), context)
}

/** A failure's lines on stderr: of the one that ends a command, and of one that does not. */
export function tellError(
  { message, hints, requestId }: Pick<KmsctlError, 'message' | 'hints' | 'requestId'>,
  { stderr }: Runtime,
  style: Style,
  context: Pick<ErrorHost, 'aim'> | undefined,
  region?: string,
): void {
  stderr.write(`${style.red('error:')} ${escapeText(message)}\n`)
  for (const hint of hints) {
    stderr.write(`${style.cyan('hint:')} ${escapeText(context?.aim(hint, region) ?? hint)}\n`)
  }
  if (requestId !== undefined) {
    stderr.write(`${style.dim(`request ID: ${escapeText(requestId)}`)}\n`)
  }
}

/** oclif writes this around the message of what a flag's own parser throws, on the same error. */
const WRAPPED = /^Parsing --\S+ \n\t([\s\S]*)\nSee more help with --help$/

async function toKmsctlError(error: unknown, command: string): Promise<KmsctlError> {
  if (error instanceof KmsctlError) {
    const own = WRAPPED.exec(error.message)?.[1]
    return own === undefined ? error : usageError(own, [helpHint(command)])
  }
  if (isParseError(error)) return parseError(error, command)
  const { explain } = await import('../../aws/call/errors.js')
  return explain(error)
}

/** What oclif's parser throws, as far as it is looked at. */
interface ParseError extends Error {
  oclif?: { exit?: number }
  parse?: unknown
  /** The arguments that are missing, or the words that are too many. */
  args?: (string | { readonly name?: string })[]
  /** The flags that there are not. */
  flags?: readonly string[]
}

/** The names of the arguments that a command line lacks; none where it was wrong in another way. */
export function missingArguments(error: unknown): string[] {
  if (!isParseError(error) || !Array.isArray(error.args)) return []
  return error.args.flatMap((arg) => (typeof arg === 'string' ? [] : [arg.name ?? '']))
}

function isParseError(error: unknown): error is ParseError {
  return error instanceof Error && ('parse' in error || 'oclif' in error)
}

/** oclif's parser errors, in one line that names the value and what to change. */
function parseError(error: ParseError, command: string): KmsctlError {
  return usageError(parseMessage(error), [helpHint(command)])
}

function helpHint(command: string): string {
  return `see \`${`kmsctl ${command.replaceAll(':', ' ')}`.trim()} --help\``
}

/** Told apart by what they carry: in the bundle their classes have other names. */
function parseMessage({ message, flags, args }: ParseError): string {
  if (flags !== undefined) return `unknown flag ${flags.join(', ')}`
  if (Array.isArray(args)) {
    const missing = args.flatMap((arg) =>
      typeof arg === 'string' ? [] : [arg.name?.toUpperCase()],
    )
    if (missing.length > 0) return `missing argument ${missing.join(' and ')}`
    return `unexpected argument ${args.join(', ')}`
  }
  const lines = message.split('\n').map((line) => line.trim())
  const useful = lines.filter((line) => line !== '' && !line.startsWith('See more help'))
  const [first = 'the command line cannot be read', ...rest] = useful
  const text = /^The following errors? occurred/.test(first) ? rest.join('; ') : first
  return (text.charAt(0).toLowerCase() + text.slice(1)).replace(
    /^missing required flag (?=\w)/,
    'missing required flag --',
  )
}
