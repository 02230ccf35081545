/** Questions on a terminal that can be drawn on, through inquirer's core. Loaded with the first of them. */
import { emitKeypressEvents, type Interface } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'
import { createPrompt, useEffect, useKeypress, useState } from '@inquirer/core'
import { columnsOf } from '../../views/text/layout.js'
import { BACK } from '../../wizard/question.js'
import type { Ask, Asked, Terminal } from './asked.js'
import { Dialog, type Drawing, type Size } from './dialog.js'

/** How long Esc waits for the rest of a key's sequence. Node's own half a second feels broken. */
const ESCAPE_MS = 100
/** How long a choice stays in sight before more is asked of it. */
const DWELL_MS = 200
const DRAW_MS = 100
const DETAILS_AT_ONCE = 5
const HIDE_CURSOR = '\u001b[?25l'

/** The parts of a terminal that change. */
interface Screen {
  readonly columns?: number
  readonly rows?: number
  on?(event: 'resize', listener: () => void): unknown
  off?(event: 'resize', listener: () => void): unknown
}

interface Config {
  readonly dialog: Dialog
  readonly terminal: Terminal
  /** What was drawn last. */
  drawn: Drawing | undefined
  /** When the last key was pressed, in milliseconds. */
  pressedAt: number
  /** Called before the question is gone back from: it leaves nothing on the screen then. */
  leave(): void
  fail(error: unknown): void
}

/** Asks by drawing the question, again at each key, until it is answered. */
export const askInteractive: Ask = async (question, { canGoBack }, terminal) => {
  emitKeypressEvents(terminal.stdin, { escapeCodeTimeout: ESCAPE_MS } as unknown as Interface)
  const failing = new AbortController()
  const context = {
    input: terminal.stdin as NodeJS.ReadStream,
    output: terminal.stderr as NodeJS.WriteStream,
    signal: AbortSignal.any([terminal.signal, failing.signal]),
    clearPromptOnDone: false,
  }
  const config: Config = {
    dialog: new Dialog(question, canGoBack),
    terminal,
    drawn: undefined,
    pressedAt: performance.now(),
    leave() {
      context.clearPromptOnDone = true
    },
    fail: (error) => failing.abort(error),
  }
  try {
    return await prompt(config, context)
  } catch (error) {
    if (failing.signal.aborted) throw failing.signal.reason
    throw error
  }
}

const prompt = createPrompt<string | typeof BACK, Config>((config, done) => {
  const { dialog, terminal } = config
  const [, setDrawn] = useState(0)
  const redraw = () => setDrawn((drawn: number) => drawn + 1)
  const screen = terminal.stderr as Screen
  const size = sizeOf(screen)
  const drawing = dialog.draw(size, terminal.style)
  config.drawn = drawing

  useKeypress(async (key, readline) => {
    config.pressedAt = performance.now()
    const step = dialog.press(key, readline.line)
    if (step.kind === 'back') {
      config.leave()
      done(BACK)
      return
    }
    if (step.kind === 'stay') {
      if (step.line !== undefined) setLine(readline, step.line)
      redraw()
      return
    }
    if (step.kind === 'check') {
      dialog.checking = true
      setLine(readline, step.line)
      redraw()
      try {
        const verdict = await verdictOf(dialog.question, step.value)
        if (verdict !== true) {
          dialog.refuse(verdict)
          redraw()
          return
        }
      } catch (error) {
        config.fail(error)
        return
      }
    }
    dialog.settle(step.kind === 'answer' ? step.shown : dialog.inWords(step.value))
    redraw()
    done(step.value)
  })

  useEffect((readline) => {
    const onResize = () => {
      if (config.drawn !== undefined) terminal.stderr.write(room(config.drawn, sizeOf(screen)))
      redraw()
    }
    // After Ctrl-Z and `fg`, Node has the terminal wait for whoever resumes it.
    const onContinue = () =>
      setImmediate(() => {
        readline.resume()
        if (config.drawn !== undefined) terminal.stderr.write(place(config.drawn))
        redraw()
      })
    readline.on('SIGCONT', onContinue)
    screen.on?.('resize', onResize)
    const stops = [readMore(config, redraw), readDetails(config, redraw)]
    return () => {
      readline.removeListener('SIGCONT', onContinue)
      screen.off?.('resize', onResize)
      for (const stop of stops) stop()
    }
  }, [])

  return [drawing.hidesCursor ? drawing.header + HIDE_CURSOR : drawing.header, drawing.below]
})

interface Line {
  clearLine(direction: 0): void
  write(text: string): void
}

/** What stands in the line: Enter has emptied it, and a key that chooses is not to stay in it. */
function setLine(readline: unknown, text: string): void {
  const line = readline as Line
  line.clearLine(0)
  if (text !== '') line.write(text)
}

async function verdictOf(question: Asked, typed: string): Promise<string | true> {
  if (question.kind !== 'text' && question.kind !== 'secret') return true
  return (await question.check?.(typed)) ?? true
}

function sizeOf({ columns, rows }: Screen): Size {
  return { columns: Math.max(20, columns || 80), rows: Math.max(6, rows || 24) }
}

/**
 * What is written after the terminal has got another size, before the question is drawn again. Most
 * terminals have broken its lines anew by then: they are erased from its first one down.
 */
export function room(drawing: Drawing, { columns }: Size): string {
  const lines = drawing.header.split('\n').map((line) => columnsOf(stripVTControlCharacters(line)))
  const last = lines.pop() ?? 0
  const above = lines.reduce((sum, length) => sum + Math.max(1, Math.ceil(length / columns)), 0)
  return cursorUp(above + Math.floor(last / columns)) + place(drawing)
}

/** A place for the question from the cursor's line on, with the cursor where inquirer believes it to be. */
function place({ header, below }: Drawing): string {
  const under = below === '' ? 0 : below.split('\n').length
  return `\r\u001b[J${'\n'.repeat(header.split('\n').length - 1 + under)}${cursorUp(under)}`
}

const cursorUp = (rows: number) => (rows === 0 ? '' : `\u001b[${rows}A`)

/** Takes in the choices that are still being read; returns how to stop that. */
function readMore({ dialog, fail }: Config, redraw: () => void): () => void {
  const { question } = dialog
  if (question.kind !== 'search' || question.more === undefined) return () => {}
  const choices = question.more[Symbol.asyncIterator]()
  let stopped = false
  let changed = false
  const timer = setInterval(() => {
    if (changed) redraw()
    changed = false
  }, DRAW_MS)
  dialog.reading = true
  const read = async () => {
    for (let next = await choices.next(); !next.done && !stopped; next = await choices.next()) {
      dialog.add(next.value)
      changed = true
    }
    if (stopped) return
    dialog.reading = false
    redraw()
  }
  read().catch((error) => (stopped ? undefined : fail(error)))
  return () => {
    stopped = true
    clearInterval(timer)
    choices.return?.().catch(() => {})
  }
}

/** Asks more of the choices in sight, once they have been there for a moment; returns how to stop that. */
function readDetails(config: Config, redraw: () => void): () => void {
  const { dialog, terminal, fail } = config
  const { question } = dialog
  if (question.kind !== 'search' || question.detail === undefined) return () => {}
  const { detail } = question
  const asked = new Set<string>()
  let under = 0
  let stopped = false
  const timer = setInterval(() => {
    if (performance.now() - config.pressedAt < DWELL_MS) return
    for (const value of dialog.wantsDetails(sizeOf(terminal.stderr as Screen))) {
      if (under >= DETAILS_AT_ONCE) return
      if (asked.has(value)) continue
      asked.add(value)
      under += 1
      detail
        .call(question, value)
        .then((text) => {
          under -= 1
          if (stopped) return
          dialog.tellDetail(value, text)
          redraw()
        })
        .catch((error) => (stopped ? undefined : fail(error)))
    }
  }, DRAW_MS)
  return () => {
    stopped = true
    clearInterval(timer)
  }
}
