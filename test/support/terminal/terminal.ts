import { PassThrough, Writable } from 'node:stream'
import { stripVTControlCharacters as plain } from 'node:util'

/** A person at a terminal: what is typed once a question stands there. */
export interface Person {
  /** Keys for each question in turn: `y\r`, `alias/app\r`, `\x03` for Ctrl-C; or what happens then, and its keys. */
  readonly types: readonly (string | (() => unknown))[]
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
        // A question ends with a place to type at; it is drawn again with what is typed, and answered once.
        const [question] = /[^\n]*(?:\(y\/N\)|to go on:)/.exec(plain(text)) ?? []
        if (text.includes('✔')) asked = ''
        if (question !== undefined && asked !== question) {
          asked = question
          const next = keys.shift()
          const answer = async () => {
            const typed = typeof next === 'string' ? next : await next?.()
            if (typeof typed === 'string') stdin.write(typed)
          }
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
