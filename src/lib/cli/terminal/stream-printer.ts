import type { ErrorJson } from '../../errors.js'
import { escapeText, harmless, toJson } from '../../views/text/escape.js'
import type { Rows } from '../../views/text/rows.js'
import type { Output } from '../runtime/runtime.js'

/** What is printed of a result: one document, a line for each item, IDs alone, or rows for people. */
export type Mode = 'json' | 'ndjson' | 'quiet' | 'rows'

export interface StreamPrinterOptions<Item, End> {
  readonly mode: Mode
  readonly rows: Rows<Item, End>
  readonly stdout: Output
  /** What `--quiet` prints of an item. */
  readonly idOf: (item: Item) => string
  /** What stands beside the items as it is shown. */
  readonly shown: (end: End) => End
  /** What stands beside the items where the stream breaks off. */
  readonly unfinished: End
  /** Members that every JSON document gets, asked when one is written. */
  readonly mark: () => object
  /** Called before anything is written to stdout. */
  readonly beforeWrite: () => void
}

/** Written together, to be quick; no later than this, to be seen. */
const BATCH_CHARACTERS = 16_384
const BATCH_MS = 50

/**
 * Prints a result while it is made, in bounded memory: `{"keys": [ … ], …}` with `--json`. It is closed
 * into a valid document whatever happens: what ends the stream after its first item becomes its `error`.
 */
export class StreamPrinter<Item extends object, End extends object> {
  private text = ''
  private timer: NodeJS.Timeout | undefined
  private items = 0
  private closed = false

  constructor(private readonly options: StreamPrinterOptions<Item, End>) {}

  /**
   * Prints all of a stream.
   *
   * @returns what stands beside its items; null where the reader went away, and the rest was not asked for
   */
  print(stream: AsyncGenerator<Item, End, void>): Promise<End | null> {
    return new Promise((resolve, reject) => {
      this.options.stdout.once?.('error', () => {
        // What was to be written has nobody to go to.
        clearTimeout(this.timer)
        this.text = ''
        this.closed = true
        void stream.return(undefined as never).catch(() => {})
        resolve(null)
      })
      this.printAll(stream).then(resolve, reject)
    })
  }

  /**
   * Ends the output with an error. Returns whether that told it; if not, it is to be told otherwise.
   */
  fail(error: ErrorJson): boolean {
    if (this.closed) return false
    const { mode, rows, unfinished } = this.options
    const opened = this.items > 0
    if (mode === 'rows') this.lines(rows.rest())
    else if (mode === 'ndjson') this.line(this.json({ error }, 0))
    else if (mode === 'json' && opened) this.closeDocument({ ...unfinished, error })
    this.close()
    return mode === 'ndjson' || (mode === 'json' && opened)
  }

  private async printAll(stream: AsyncGenerator<Item, End, void>): Promise<End> {
    for (;;) {
      const next = await stream.next()
      if (next.done) {
        const end = this.options.shown(next.value)
        this.end(end)
        return end
      }
      this.add(next.value)
      if (this.text.length >= BATCH_CHARACTERS) await this.flush()
    }
  }

  private add(item: Item): void {
    if (this.closed) return
    const { idOf, mode, rows } = this.options
    if (mode === 'json') {
      this.put(this.items === 0 ? '{\n  "keys": [\n    ' : ',\n    ')
      this.put(indented(toJson(item), 4))
    } else if (mode === 'ndjson') this.line(this.json(item, 0))
    else if (mode === 'quiet') this.line(escapeText(idOf(item)))
    else this.lines(rows.add(harmless(item)))
    this.items += 1
  }

  private end(end: End): void {
    if (this.closed) return
    const { mode, rows } = this.options
    if (mode === 'rows') this.lines(rows.end(harmless(end)))
    else if (mode === 'json' && this.items > 0) this.closeDocument(end)
    else if (mode === 'json') this.line(this.json({ keys: [], ...end }))
    else if (mode === 'ndjson') for (const one of failures(end)) this.line(this.json(one, 0))
    this.close()
  }

  private closeDocument(members: object): void {
    const rest = Object.entries({ ...members, ...this.options.mark() })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `,\n  ${toJson(name)}: ${indented(toJson(value), 2)}`)
    this.put(`\n  ]${rest.join('')}\n}\n`)
  }

  private json(value: object, indent?: number): string {
    return toJson({ ...value, ...this.options.mark() }, indent)
  }

  private lines(lines: readonly string[]): void {
    for (const line of lines) this.line(line)
  }

  private line(text: string): void {
    this.put(`${text}\n`)
  }

  private put(text: string): void {
    this.text += text
    this.timer ??= setTimeout(() => void this.flush(), BATCH_MS)
  }

  private close(): void {
    void this.flush()
    this.closed = true
  }

  /** Writes what has come together, and waits where the reader is slower. */
  private async flush(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    const { beforeWrite, stdout } = this.options
    const { text } = this
    this.text = ''
    if (text === '') return
    beforeWrite()
    if (stdout.write(text) !== false || stdout.once === undefined) return
    await new Promise<void>((resolve) => stdout.once?.('drain', resolve))
  }
}

/** A text of several lines as it stands within a document. */
function indented(text: string, spaces: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(spaces)}`)
}

/** What could not be read, one line each: `{"region", "error"}` or `{"key", "error"}`. */
function failures(end: object): object[] {
  const { regions = [], errors = [] } = end as Record<'regions' | 'errors', { error: unknown }[]>
  return [...regions, ...errors].filter(({ error }) => error !== null)
}
