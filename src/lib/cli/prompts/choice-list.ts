import type { Choice } from '../../wizard/question.js'

/** Choices on a terminal: which of them match what is typed, which is pointed at, which are in sight. */
export class ChoiceList {
  /** All of them, in their order. */
  private readonly all: Choice[]
  private found: Choice[]
  private at: number
  private typed = ''

  /**
   * @param first the value that is pointed at first
   */
  constructor(choices: readonly Choice[], first?: string) {
    this.all = [...choices]
    this.found = [...choices]
    this.at = Math.max(
      0,
      choices.findIndex(({ value, disabled }) => value === first && disabled === undefined),
    )
    this.toChoosable(1)
  }

  /** How many there are, matching or not. */
  get total(): number {
    return this.all.length
  }

  /** Those that match. */
  get matches(): readonly Choice[] {
    return this.found
  }

  /** The one pointed at; undefined where none can be chosen. */
  get active(): Choice | undefined {
    const choice = this.found[this.at]
    return choice?.disabled === undefined ? choice : undefined
  }

  /** One more. What is pointed at stays. */
  add(choice: Choice): void {
    this.all.push(choice)
    if (!matches(choice, wordsOf(this.typed))) return
    this.found.push(choice)
    if (this.active === undefined) this.toChoosable(1)
  }

  /** Leaves those that contain each word of what is typed, whatever its case; the first is pointed at. */
  narrow(typed: string): void {
    if (typed === this.typed) return
    this.typed = typed
    const words = wordsOf(typed)
    this.found = this.all.filter((choice) => matches(choice, words))
    this.at = 0
    this.toChoosable(1)
  }

  /** Points so many further down, or up, at the nearest there that can be chosen. */
  move(by: number): void {
    const from = this.at
    this.at = Math.min(Math.max(0, from + by), Math.max(0, this.found.length - 1))
    this.toChoosable(Math.sign(by))
    if (this.active === undefined) this.at = from
  }

  /** Points at the next one whose label begins so. */
  jump(letter: string): void {
    const { found, at } = this
    const order = [...found.slice(at + 1), ...found.slice(0, at + 1)]
    const next = order.find(
      ({ label, disabled }) =>
        disabled === undefined && label.toLowerCase().startsWith(letter.toLowerCase()),
    )
    if (next !== undefined) this.at = found.indexOf(next)
  }

  /** Points at the one of this number, counted from 1. */
  pointAt(number: number): void {
    if (this.found[number - 1] !== undefined) this.at = number - 1
    this.toChoosable(1)
  }

  /** As many matches as there is room for, the one pointed at among them. */
  inSight(rows: number): readonly Choice[] {
    const most = Math.max(0, this.found.length - rows)
    const from = Math.min(Math.max(0, this.at - Math.floor(rows / 2)), most)
    return this.found.slice(from, from + rows)
  }

  private toChoosable(direction: number): void {
    for (const step of direction < 0 ? [-1, 1] : [1, -1]) {
      for (let at = this.at; at >= 0 && at < this.found.length; at += step) {
        if (this.found[at]?.disabled !== undefined) continue
        this.at = at
        return
      }
    }
  }
}

function wordsOf(typed: string): string[] {
  return typed.toLowerCase().split(/\s+/).filter(Boolean)
}

function matches({ value, label, hint = '' }: Choice, words: readonly string[]): boolean {
  const told = wordsOf(`${label} ${value} ${hint}`)
  return words.every((word) => told.some((one) => contains(one, word)))
}

const KEY_ID = /^(?:mrk-)?[0-9a-f-]{32,36}$/
/** From so many characters on, no ID holds them by chance. */
const RARE = 6

/**
 * A few characters stand in many an ID by chance, and would point at another key than the one of that name: such
 * ones have to be at its beginning.
 */
function contains(told: string, word: string): boolean {
  if (word.length >= RARE || !KEY_ID.test(told)) return told.includes(word)
  return told.startsWith(word) || told.startsWith(`mrk-${word}`)
}
