import { type ErrorJson, type KmsctlError, usageError } from '../../errors.js'
import type { Rows } from '../../views/text/rows.js'
import type { Ui } from '../../views/text/style.js'
import { styleFor } from '../runtime/runtime.js'
import { type Mode, StreamPrinter } from '../terminal/stream-printer.js'
import type { Context } from './context.js'
import { tellError } from './present-error.js'

/** The flags that say how a result of many parts is printed. */
export interface OutputFlags {
  readonly json?: boolean | undefined
  readonly ndjson?: boolean | undefined
  readonly quiet?: boolean | undefined
  readonly 'no-color'?: boolean | undefined
}

/** What stands beside the parts: warnings, and what could not be read, by Region or by KEY. */
interface End {
  readonly warnings: readonly string[]
  readonly regions?: readonly { readonly region: string; readonly error: ErrorJson | null }[]
  readonly errors?: readonly { readonly key: string; readonly error: ErrorJson }[]
}

export interface Printed<Item, E> {
  /** How people see it. */
  readonly rows: (ui: Ui) => Rows<Item, E>
  /** What `--json` prints beside the parts where the stream breaks off. */
  readonly unfinished: E
}

/**
 * Prints a result while it is made, in the way that the flags ask for.
 *
 * @param open makes the stream; called when the flags are known to be good
 * @returns what stands beside the parts; null where nobody reads stdout any more
 */
export async function printStream<Item extends { keyId: string }, E extends End>(
  open: () => Promise<AsyncGenerator<Item, E, void>>,
  { rows, unfinished }: Printed<Item, E>,
  flags: OutputFlags,
  context: Context,
): Promise<E | null> {
  const mode = modeOf(flags)
  const { runtime } = context
  const { stdout } = runtime
  const noColor = flags['no-color'] === true
  const style = await styleFor(runtime, stdout, noColor)
  const width = stdout.isTTY === true ? (stdout.columns ?? 80) : undefined
  const stream = await open()
  const printer = new StreamPrinter<Item, E>({
    mode,
    rows: rows({ style, width, now: context.now() }),
    stdout,
    idOf: ({ keyId }) => keyId,
    unfinished,
    shown: (end) => aimed(end, context),
    mark: () => (context.sandboxAnswered ? { sandbox: true } : {}),
    beforeWrite: () => {
      context.hideProgress()
      context.saySandbox()
    },
  })
  context.output = printer
  const end = await printer.print(stream)
  context.hideProgress({ forGood: true })
  context.saySandbox()
  if (end === null || mode === 'json') return end
  for (const warning of end.warnings) context.warn(warning)
  if (mode === 'ndjson') return end
  const stderrStyle = await styleFor(runtime, runtime.stderr, noColor)
  for (const { error, about, region } of failuresOf(end)) {
    tellError(
      { ...toldOf(error), message: `${about}: ${error.message}` },
      runtime,
      stderrStyle,
      context,
      region,
    )
  }
  return end
}

/** Hints copied from what could not be read act where it was read. */
function aimed<E extends End>(end: E, context: Context): E {
  const { regions, errors } = end
  return {
    ...end,
    ...(regions && {
      regions: regions.map(({ region, error }) => ({
        region,
        error: error && context.aimed(error, region),
      })),
    }),
    ...(errors && { errors: errors.map((one) => ({ ...one, error: context.aimed(one.error) })) }),
  }
}

function modeOf({ json, ndjson, quiet }: OutputFlags): Mode {
  if (json && ndjson) throw usageError('--json and --ndjson exclude each other: give one of them')
  if (json) return 'json'
  if (ndjson) return 'ndjson'
  return quiet ? 'quiet' : 'rows'
}

function failuresOf({ regions = [], errors = [] }: End) {
  return [
    ...regions.map(({ region, error }) => ({ about: `in ${region}`, region, error })),
    ...errors.map(({ key, error }) => ({ about: key, region: undefined, error })),
  ].flatMap(({ error, ...rest }) => (error === null ? [] : [{ error, ...rest }]))
}

function toldOf({
  message,
  hints,
  requestId,
}: ErrorJson): Pick<KmsctlError, 'message' | 'hints' | 'requestId'> {
  return { message, hints, requestId }
}
