import { PassThrough, Writable } from 'node:stream'

/** A person at a terminal: what is typed once a question stands there. */
export interface Person {
  /** Keys for each question in turn: `y\r`, `alias/app\r`, `\x03` for Ctrl-C; or what happens then. */
  readonly types: readonly (string | (() => void))[]
  /** Milliseconds before each answer. */
  readonly thinksFor?: number
  readonly columns?: number
}

/** A terminal's two ends as the runtime sees them; prompts work on it as on a real one. */
export function fakeTerminal(person: Person, write: (text: string) => void) {
  const keys = [...person.types]
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin })
  const stderr: Writable = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        const text = String(chunk)
        write(text)
        // A question ends with a place to type at; each is answered once.
        if (/\(y\/N\)|to go on:/.test(text) && asked !== text) {
          asked = text
          const next = keys.shift()
          const answer = () => (typeof next === 'string' ? stdin.write(next) : next?.())
          setTimeout(answer, person.thinksFor ?? 0)
        }
        done()
      },
    }),
    // As process.stderr, it stays open when what is piped into it ends.
    { isTTY: true, columns: person.columns ?? 80, rows: 24, end: () => stderr },
  )
  let asked = ''
  return { stdin, stderr }
}
