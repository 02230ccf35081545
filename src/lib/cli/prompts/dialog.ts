import { stripVTControlCharacters } from 'node:util'
import { escapeText } from '../../views/text/escape.js'
import { columnsOf, cut, pad, wrap } from '../../views/text/layout.js'
import { PLAIN, type Style } from '../../views/text/style.js'
import type { Choice } from '../../wizard/question.js'
import { type Asked, answerOf, BACK_WORD, canBeEmptied, NEITHER, yesOrNo } from './asked.js'
import { ChoiceList } from './choice-list.js'

/** A key as Node's readline tells it. */
export interface Key {
  readonly name?: string | undefined
  readonly ctrl?: boolean | undefined
  readonly sequence?: string | undefined
}

/** What a key leads to. */
export type Step =
  /** `line`: what is to stand in the line from now on. */
  | { readonly kind: 'stay'; readonly line?: string }
  /** `shown`: the answer in words. */
  | { readonly kind: 'answer'; readonly value: string; readonly shown: string }
  | { readonly kind: 'check'; readonly value: string; readonly line: string }
  | { readonly kind: 'back' }

/** What stands on the terminal: the cursor is at the end of `header`. */
export interface Drawing {
  readonly header: string
  readonly below: string
  readonly hidesCursor: boolean
}

export interface Size {
  readonly columns: number
  readonly rows: number
}

const STAY: Step = { kind: 'stay' }
const PAGE = 10
const MOST_ROWS = 12
/** Of the columns, what labels may take. */
const LABELS = 0.55

/** One question on a terminal that can be drawn on: what keys do to it, and how it looks. Knows no terminal. */
export class Dialog {
  /** What is wrong with the last answer. */
  error = ''
  /** Whether an answer is being checked: until then keys do nothing. */
  checking = false
  /** Whether choices are still being read. */
  reading = false
  private readonly list: ChoiceList | undefined
  private readonly details = new Map<string, string>()
  private line = ''
  private answer: string | undefined

  constructor(
    readonly question: Asked,
    private readonly canGoBack: boolean,
  ) {
    if (question.kind === 'select') this.list = new ChoiceList(question.choices, question.default)
    if (question.kind === 'search') this.list = new ChoiceList(question.choices)
  }

  add(choice: Choice): void {
    this.list?.add(choice)
  }

  tellDetail(value: string, detail: string): void {
    this.details.set(value, detail)
  }

  /** The choices in sight of which more has to be asked, the one pointed at first. */
  wantsDetails(size: Size): string[] {
    const { active } = this.list ?? {}
    const sight = this.list?.inSight(this.rowsOfList(size)) ?? []
    const order = active === undefined ? sight : [active, ...sight]
    return [...new Set(order.filter(({ disabled }) => disabled === undefined))]
      .map(({ value }) => value)
      .filter((value) => !this.details.has(value))
  }

  /**
   * @param line what is in the line after this key
   */
  press(key: Key, line: string): Step {
    if (this.checking) return { kind: 'stay', line: this.line }
    const enter = key.name === 'return' || key.name === 'enter'
    if (!enter) this.error = ''
    if (key.name === 'escape') return this.escape()
    if (this.question.kind === 'select') return enter ? this.choose() : this.select(key)
    if (enter) return this.enter()
    this.line = line.replaceAll('\t', '')
    if (this.question.kind === 'search') this.search(key)
    return this.line === line ? STAY : { kind: 'stay', line: this.line }
  }

  /** What is told of an answer that was checked and cannot be taken; it can be typed again. */
  refuse(problem: string): void {
    this.checking = false
    this.error = problem
  }

  /** From now on, the question is shown as answered. */
  settle(shown: string): void {
    this.answer = shown
  }

  draw(size: Size, style: Style): Drawing {
    const { question, answer } = this
    if (answer !== undefined) {
      return { header: this.settled(answer, size, style), below: '', hidesCursor: false }
    }
    const lines = this.message(size, style, style.cyan('?'))
    const typed = question.kind === 'secret' ? '' : this.line
    const below = [...this.notes(size, style), ...this.rows(size, style), ...this.keys(size, style)]
    return {
      header: `${lines.join('\n')} ${typed}`,
      below: below.join('\n'),
      hidesCursor: question.kind === 'select',
    }
  }

  private escape(): Step {
    if (this.question.kind === 'search' && this.line !== '') {
      this.line = ''
      this.list?.narrow('')
      return { kind: 'stay', line: '' }
    }
    return this.canGoBack ? { kind: 'back' } : { kind: 'stay', line: this.line }
  }

  private select({ name = '', ctrl, sequence = '' }: Key): Step {
    const { list } = this
    if (list === undefined) return STAY
    if (!this.travel(name)) {
      if (/^[1-9]$/.test(sequence)) list.pointAt(Number(sequence))
      else if (/^\p{L}$/u.test(sequence) && ctrl !== true) list.jump(sequence)
    }
    return { kind: 'stay', line: '' }
  }

  private search({ name = '' }: Key): void {
    if (!this.travel(name)) this.list?.narrow(this.line === BACK_WORD ? '' : this.line)
  }

  private travel(name: string): boolean {
    const far = Number.MAX_SAFE_INTEGER
    const steps: Record<string, number> = { up: -1, down: 1, pageup: -PAGE, pagedown: PAGE }
    // In a line that is typed, these two move the cursor in it.
    if (this.question.kind === 'select') Object.assign(steps, { home: -far, end: far })
    const by = steps[name]
    if (by !== undefined) this.list?.move(by)
    return by !== undefined
  }

  private enter(): Step {
    const { question, line } = this
    if (this.canGoBack && line.trim() === BACK_WORD) return { kind: 'back' }
    switch (question.kind) {
      case 'search':
        return this.choose()
      case 'confirm': {
        const value = yesOrNo(line, question.default)
        if (value !== undefined) return { kind: 'answer', value, shown: value }
        this.error = NEITHER
        return { kind: 'stay', line }
      }
      case 'text':
      case 'secret': {
        const value = answerOf(line, question)
        if (question.check !== undefined) return { kind: 'check', value, line }
        return { kind: 'answer', value, shown: this.inWords(value) }
      }
      default:
        return STAY
    }
  }

  /** An answer as it is shown: a secret is not. */
  inWords(value: string): string {
    return this.question.kind === 'secret' ? '' : escapeText(value)
  }

  private choose(): Step {
    const choice = this.list?.active
    if (choice === undefined) return { kind: 'stay', line: this.line }
    const { value, label } = choice
    const named = this.question.kind === 'select' || label.includes(value)
    return {
      kind: 'answer',
      value,
      shown: named ? label : `${label} (${escapeText(value)})`,
    }
  }

  /** The question with its answer, behind it where there is room. */
  private settled(answer: string, size: Size, style: Style): string {
    const lines = this.message(size, style, style.green('✔'))
    if (answer === '') return lines.join('\n')
    const ui = { style, now: new Date(0), width: size.columns - 1 }
    const last = columnsOf(stripVTControlCharacters(lines.at(-1) ?? ''))
    if (last + 1 + columnsOf(answer) <= ui.width) return `${lines.join('\n')} ${style.cyan(answer)}`
    return [...lines, ...wrap(answer, '  ', ui).map((line) => style.cyan(line))].join('\n')
  }

  /** The question's lines. What Enter answers with stands behind it. */
  private message({ columns }: Size, style: Style, mark: string): string[] {
    const { question, answer } = this
    const fallback = answer === undefined ? defaultOf(question) : ''
    const ui = { style, now: new Date(0), width: columns - 1 }
    const lines = wrap(`? ${question.message}${fallback}`, '', ui)
    return lines.map((line, index) => {
      const last = index === lines.length - 1 && fallback !== '' && line.endsWith(fallback)
      const text = last ? line.slice(0, -fallback.length) : line
      const bold = index === 0 ? `${mark} ${style.bold(text.slice(2))}` : style.bold(text)
      return last ? bold + style.dim(fallback) : bold
    })
  }

  private notes({ columns }: Size, style: Style): string[] {
    const ui = { style, now: new Date(0), width: columns - 1 }
    const { help } = this.question
    const error = this.checking ? '' : this.error
    return [
      ...(error === '' ? [] : wrap(`> ${error}`, '', ui).map((line) => style.red(line))),
      ...(help === '' ? [] : wrap(help, '  ', ui).map((line) => style.dim(line))),
    ]
  }

  /** The choices in sight, in columns. */
  private rows(size: Size, style: Style): string[] {
    const { list, question } = this
    if (list === undefined) return []
    const width = size.columns - 1
    const sight = list.inSight(this.rowsOfList(size))
    if (sight.length === 0) {
      return [style.dim(cut(this.reading ? '  …' : '  none of them matches', width))]
    }
    const labels = Math.min(longest(sight.map(({ label }) => label)), Math.floor(width * LABELS))
    const details =
      question.kind === 'search' && question.detail !== undefined
        ? sight.map(({ value, disabled }) => {
            return disabled === undefined ? (this.details.get(value) ?? '…') : ''
          })
        : undefined
    const wide = details === undefined ? 0 : longest(details)
    return sight.map(({ label, hint = '', disabled }, index) => {
      const columns = [
        pad(cut(label, labels), labels),
        ...(details === undefined ? [] : [pad(details[index] ?? '', wide)]),
        disabled ?? hint,
      ]
      const active = sight[index] === list.active
      const mark = active ? '❯' : disabled === undefined ? ' ' : '-'
      const line = cut(`${mark} ${columns.join('  ')}`.trimEnd(), width)
      if (active) return style.cyan(line)
      return disabled === undefined ? line : style.dim(line)
    })
  }

  /** What the keys do. Nothing is said of a plain question, which everybody knows how to answer. */
  private keys({ columns }: Size, style: Style): string[] {
    const { question, canGoBack, list } = this
    const told: string[] = []
    if (this.checking) told.push('checking…')
    if (question.kind === 'search' && list !== undefined) {
      const { matches, total } = list
      told.push(`${matches.length} of ${total}${this.reading ? ', reading on…' : ''}`)
      told.push('type to search')
    }
    if (list !== undefined) {
      // Where the help is as long as can be, there is a row less than is said here at most.
      if (question.kind === 'select' && list.total > MOST_ROWS) told.push(`${list.total} in all`)
      told.push('↑↓ move', 'Enter takes')
    }
    if (canBeEmptied(question)) told.push('a space alone: nothing')
    if (canGoBack) told.push('Esc goes back')
    if (told.length === 0) return []
    const ui = { style, now: new Date(0), width: columns - 1 }
    return wrap(told.join(' · '), '  ', ui).map((line) => style.dim(line))
  }

  private rowsOfList(size: Size): number {
    const others = [this.message(size, PLAIN, '?'), this.notes(size, PLAIN), this.keys(size, PLAIN)]
    return Math.max(1, Math.min(MOST_ROWS, size.rows - others.flat().length - 1))
  }
}

function defaultOf(question: Asked): string {
  if (question.kind === 'confirm') return question.default ? ' (Y/n)' : ' (y/N)'
  return question.kind === 'text' && question.default !== ''
    ? ` (${escapeText(question.default)})`
    : ''
}

function longest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, columnsOf(text)), 0)
}
