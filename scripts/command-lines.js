/** Reads the command lines of a document or a runbook. Pure: no file, no process. */

const FENCE = /^```/
const NOT_RUN = /^<!-- not run: (.+) -->$/
const TYPED = /^<!-- typed: (.+) -->$/

/**
 * The ```console blocks of a Markdown text, in order. A block is run unless `<!-- not run: REASON -->`
 * stands on the line above it; with `<!-- typed: ["", "app"] -->` its first command is run at a terminal, where these
 * are the answers to its questions. Line numbers count from 0; `from` is the first line between the fences.
 */
export function consoleBlocks(text) {
  const lines = text.split('\n')
  const blocks = []
  for (let at = 0; at < lines.length; at += 1) {
    if (!FENCE.test(lines[at])) continue
    const to = lines.findIndex((line, index) => index > at && FENCE.test(line))
    if (to === -1) throw new Error(`line ${at + 1}: this fence is never closed`)
    if (lines[at] === '```console') {
      const [, notRun = null] = (lines[at - 1] ?? '').match(NOT_RUN) ?? []
      const [, typed = null] = (lines[at - 1] ?? '').match(TYPED) ?? []
      const commands = commandsOf(lines.slice(at + 1, to), at + 1)
      blocks.push({ from: at + 1, to, notRun, typed, commands })
    }
    at = to
  }
  return blocks
}

/** `$ command` lines, continued after a backslash, each with the lines of output below it. */
function commandsOf(lines, from) {
  const commands = []
  let continues = false
  lines.forEach((line, index) => {
    const begins = line.startsWith('$ ') && !continues
    if (begins) commands.push({ shown: [], output: [], line: from + index })
    const last = commands.at(-1)
    if (last === undefined)
      throw new Error(`line ${from + index + 1}: a block begins with a command`)
    const isCommand = begins || continues
    ;(isCommand ? last.shown : last.output).push(line)
    continues = isCommand && line.endsWith('\\')
  })
  return commands.map((command) => ({ ...command, text: command.shown.join('\n').slice(2) }))
}

const WORD = /\s*((?:'[^']*'|"[^"]*"|\\.|[^\s'"\\|;()&<>])+)/y
const REDIRECTION = /\s*\d*[<>]+&?\s*[^\s|;)]+/y

/**
 * The words after `name` in each of its calls in a piece of shell, without redirections. What the shell
 * would put in place of a variable is not known here, and stands as `1`.
 */
export function callsOf(name, shell) {
  const text = shell.replaceAll('\\\n', ' ')
  const calls = []
  for (let at = text.indexOf(`${name} `); at !== -1; at = text.indexOf(`${name} `, at + 1)) {
    if (/[\w/.-]/.test(text[at - 1] ?? '')) continue
    calls.push(wordsFrom(text, at + name.length))
  }
  return calls
}

function wordsFrom(text, from) {
  const line = text.slice(from).split('\n')[0]
  const words = []
  for (let at = 0; ; ) {
    REDIRECTION.lastIndex = at
    WORD.lastIndex = at
    if (REDIRECTION.test(line)) at = REDIRECTION.lastIndex
    else {
      const [whole, word] = WORD.exec(line) ?? []
      if (whole === undefined || word.startsWith('#')) return words
      if (word !== '"$@"') words.push(bare(word))
      at += whole.length
    }
  }
}

function bare(word) {
  return word
    .replaceAll(/\$\{?\w+\}?/g, '1')
    .replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double)
}
