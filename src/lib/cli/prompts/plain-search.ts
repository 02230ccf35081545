import { escapeText } from '../../views/text/escape.js'
import { BACK, type Choice, type SearchQuestion } from '../../wizard/question.js'
import { BACK_WORD, type Terminal } from './asked.js'
import { ChoiceList } from './choice-list.js'
import { numbered, readLine, tell } from './lines.js'

const PAGE = 10

/**
 * One of many, ten at a time: a number chooses, words search, Enter alone shows the next ten. Choices are
 * read on as far as a page needs them.
 */
export async function askPlainSearch(
  question: SearchQuestion,
  { canGoBack }: { readonly canGoBack: boolean },
  terminal: Terminal,
): Promise<string | typeof BACK> {
  const reader = new Reader(question, terminal.signal)
  try {
    tell(terminal, [question.message, question.help])
    let from = 0
    for (;;) {
      const page = await reader.page(from)
      await showPage(page, from, reader, question, terminal)
      const prompt = promptOf(page.length, from, reader, canGoBack)
      const typed = (await readLine(prompt, terminal)).trim()
      if (canGoBack && typed === BACK_WORD) return BACK
      if (typed === '') {
        const last = !reader.hasMore(from + page.length)
        // From the end it begins anew, with all of them.
        if (last) reader.search('')
        from = last ? 0 : from + page.length
        continue
      }
      const number = /^\d{1,6}$/.test(typed) ? Number(typed) : 0
      const choice = page[number - 1 - from]
      if (choice !== undefined && choice.disabled === undefined) return choice.value
      if (choice !== undefined) {
        tell(terminal, [`${choice.label} cannot be chosen: ${choice.disabled}`])
        continue
      }
      reader.search(typed.replace(/^\//, ''))
      from = 0
      if ((await reader.page(0)).length > 0) continue
      tell(terminal, [`none matches ${escapeText(typed)}`])
      reader.search('')
    }
  } finally {
    reader.stop()
  }
}

async function showPage(
  page: readonly Choice[],
  from: number,
  reader: Reader,
  { detail }: SearchQuestion,
  terminal: Terminal,
): Promise<void> {
  const details = await Promise.all(
    page.map(({ value, disabled }) =>
      detail === undefined || disabled !== undefined ? '' : reader.until(detail(value)),
    ),
  )
  const lines = page.map((choice, index) => {
    const hint = [details[index], choice.hint].filter(Boolean).join(', ')
    return numbered({ ...choice, hint }, from + index)
  })
  tell(terminal, lines)
}

function promptOf(shown: number, from: number, reader: Reader, canGoBack: boolean): string {
  const enter = reader.hasMore(from + shown)
    ? 'Enter for the next'
    : reader.searches
      ? 'Enter for all'
      : from > 0
        ? 'Enter for the first'
        : ''
  const ways = [enter, canGoBack ? `${BACK_WORD} goes back` : ''].filter(Boolean)
  const more = ways.length === 0 ? '' : ` (${ways.join('; ')})`
  return `Number, or words to search for${more}: `
}

/** The choices, read as far as they are needed. */
class Reader {
  private readonly list: ChoiceList
  private readonly more: AsyncIterator<Choice> | undefined
  private ended: boolean
  /** Whether they are narrowed. */
  searches = false
  private readonly stopped: Promise<never>

  constructor(question: SearchQuestion, signal: AbortSignal) {
    this.list = new ChoiceList(question.choices)
    this.more = question.more?.[Symbol.asyncIterator]()
    this.ended = this.more === undefined
    this.stopped = new Promise((_resolve, reject) => {
      const stop = () => reject(signal.reason)
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
    })
    this.stopped.catch(() => {})
  }

  /** What something gives, unless the question ends before. */
  until<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.stopped])
  }

  /** The matches from this one on, as many as a page has. */
  async page(from: number): Promise<Choice[]> {
    // One more than is shown tells whether there is a next page.
    while (!this.ended && this.list.matches.length <= from + PAGE) await this.readOne()
    return this.list.matches.slice(from, from + PAGE)
  }

  hasMore(count: number): boolean {
    return this.list.matches.length > count
  }

  search(words: string): void {
    this.searches = words !== ''
    this.list.narrow(words)
  }

  stop(): void {
    this.more?.return?.().catch(() => {})
  }

  private async readOne(): Promise<void> {
    const next = await this.until(this.more?.next() ?? Promise.reject(new Error('nothing to read')))
    if (next.done) this.ended = true
    else this.list.add(next.value)
  }
}
