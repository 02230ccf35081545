/** What is typed, as words: those before the one that is completed, and that one as far as it is there. */
export interface Typed {
  readonly before: readonly string[]
  readonly current: string
  /**
   * How much of what completes `current` the shell has and does not want again: bash parts words at `=` and
   * `:`, too, and replaces what follows the last of them.
   */
  readonly kept: number
}

/** zsh and fish part words themselves; the last is the one that is completed. */
export function wordsOfShell(words: readonly string[]): Typed {
  return { before: words.slice(0, -1), current: words.at(-1) ?? '', kept: 0 }
}

/**
 * bash's line as words, without the program's name.
 *
 * @param point where the cursor stands, in the line
 * @param breaks COMP_WORDBREAKS
 */
export function wordsOfBash(line: string, point: number, breaks: string): Typed {
  const words = split(line.slice(0, point))
  const current = words.at(-1) ?? ''
  let kept = 0
  for (const [index, character] of [...current].entries()) {
    if ('=:'.includes(character) && breaks.includes(character)) kept = index + 1
  }
  return { before: words.slice(1, -1), current, kept }
}

/** Words as a shell parts them: at blanks outside of quotes. A quote that is still open ends with the line. */
function split(line: string): string[] {
  const words: string[] = []
  let word = ''
  let quote = ''
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at)
    if (quote !== '') {
      if (character === quote) quote = ''
      else word += character
    } else if (character === '"' || character === "'") quote = character
    else if (character === '\\') {
      at += 1
      word += line.charAt(at)
    } else if (/\s/.test(character)) {
      if (word !== '' || words.length > 0) words.push(word)
      word = ''
      while (/\s/.test(line.charAt(at + 1))) at += 1
    } else word += character
  }
  return [...words, word]
}
