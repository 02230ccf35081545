import { spawn } from 'node:child_process'

/**
 * Runs a command on a pseudo-terminal of 80 columns (util-linux's `script` makes it), answers its questions, and
 * prints what then stands there: each question as it was answered, without what was drawn over.
 *
 *     node scripts/at-terminal.js 'kmsctl create' '["", "", "app"]'
 */
const [command, typed] = process.argv.slice(2)
const answers = JSON.parse(typed)
/** The prompt reads keys from the moment after it has drawn itself. */
const READY_MS = 100

/** The lines of a terminal that is as long as it need be, and never wraps. */
class Screen {
  lines = ['']
  row = 0
  column = 0

  write(text) {
    for (const [part, parameters, letter] of text.matchAll(
      /\u001b\[([?>\d;]*)([A-Za-z])|[\s\S]/g,
    )) {
      if (letter !== undefined) this.control(letter, Number.parseInt(parameters, 10))
      else if (part === '\r') this.column = 0
      else if (part === '\n') this.down(1)
      else if (part >= ' ') this.put(part)
    }
  }

  put(character) {
    const line = (this.lines[this.row] ?? '').padEnd(this.column)
    this.lines[this.row] = line.slice(0, this.column) + character + line.slice(this.column + 1)
    this.column += 1
  }

  down(by) {
    this.row += by
    while (this.lines.length <= this.row) this.lines.push('')
  }

  control(letter, number) {
    const by = Number.isNaN(number) ? 1 : number
    const line = this.lines[this.row] ?? ''
    if (letter === 'A') this.row = Math.max(0, this.row - by)
    if (letter === 'B') this.down(by)
    if (letter === 'C') this.column += by
    if (letter === 'D') this.column = Math.max(0, this.column - by)
    if (letter === 'G') this.column = by - 1
    if (letter === 'K') this.lines[this.row] = number === 2 ? '' : line.slice(0, this.column)
    if (letter === 'J') {
      this.lines[this.row] = line.slice(0, this.column)
      this.lines.length = this.row + 1
    }
  }

  count(mark) {
    return this.lines.filter((line) => line.startsWith(mark)).length
  }

  text() {
    return this.lines.map((line) => line.trimEnd()).join('\n')
  }
}

const screen = new Screen()
const line = `stty cols 80 rows 24; exec ${command}`
const child = spawn('script', ['-qfec', line, '/dev/null'], {
  env: { ...process.env, TERM: 'xterm', SHELL: '/bin/bash' },
  stdio: ['pipe', 'pipe', 'inherit'],
})
let given = 0
child.stdout.setEncoding('utf8').on('data', (text) => {
  screen.write(text)
  // A question has `?` before it until it is answered, and then a tick.
  if (screen.count('?') === 0 || screen.count('✔') !== given || given >= answers.length) return
  const answer = answers[given]
  given += 1
  setTimeout(() => child.stdin.write(`${answer}\r`), READY_MS)
})
child.on('close', (code) => {
  process.stdout.write(screen.text())
  process.exitCode = code ?? 1
})
