import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters as plain } from 'node:util'
import { onTestFinished } from 'vitest'
import { BINARY } from '../run/binary.js'

/**
 * Whether util-linux's `script` is here: it makes a real pseudo-terminal, which Node cannot. The
 * `script` of BSD and macOS takes other flags.
 */
export const HAS_TERMINAL = (() => {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux')
  } catch {
    return false
  }
})()

export interface Screen {
  /** Everything that reached the terminal, with its control sequences. */
  readonly screen: string
  /** What went into the file that stdout was redirected to; empty where it was not. */
  readonly file: string
  readonly exitCode: number | null
}

/** In place of what is typed: the terminal gets another size. */
export const RESIZES = Symbol('resizes')

export interface Session {
  readonly columns?: number
  /** Columns that the terminal gets when `RESIZES` is typed. */
  readonly resizesTo?: number
  /** Sends stdout into a file, so that the terminal shows stderr alone. */
  readonly toFile?: boolean
  /** What is typed before anything has come up on the screen. */
  readonly typesAhead?: string
  /** What is typed, each once its pattern has come up on the screen, with control sequences or without. */
  readonly types?: readonly (readonly [RegExp, string | typeof RESIZES])[]
}

/** Runs the built binary on a pseudo-terminal of its own. */
export function onTerminal(
  argv: readonly string[],
  env: Record<string, string>,
  { columns = 80, resizesTo, toFile = false, types = [], typesAhead = '' }: Session = {},
): Promise<Screen> {
  const file = join(env.HOME ?? '', 'stdout')
  const quoted = [process.execPath, BINARY, ...argv].map((word) => `'${word}'`).join(' ')
  // A shell that waited would have its own word on Ctrl-C.
  const sign = join(env.HOME ?? '', 'resize')
  const resizing =
    resizesTo === undefined
      ? ''
      : `(while [ ! -e '${sign}' ]; do sleep 0.05; done; stty -F /dev/tty cols ${resizesTo}) & `
  const line = `stty cols ${columns} rows 24; ${resizing}exec ${quoted}${toFile ? ` > '${file}'` : ''}`
  const child = spawn('script', ['-qfec', line, '/dev/null'], {
    env: { TERM: 'xterm', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  if (typesAhead !== '') child.stdin.write(typesAhead)
  const waiting = [...types]
  let screen = ''
  let looked = 0
  child.stdout.on('data', (chunk) => {
    screen += chunk
    const [next] = waiting
    const seen = screen.slice(looked)
    if (next === undefined || !(next[0].test(seen) || next[0].test(plain(seen)))) return
    waiting.shift()
    looked = screen.length
    // The prompt reads keys from the moment after it has drawn itself.
    const [, keys] = next
    setTimeout(() => (keys === RESIZES ? writeFileSync(sign, '') : child.stdin.write(keys)), 50)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode) =>
      resolve({ screen, exitCode, file: existsSync(file) ? readFileSync(file, 'utf8') : '' }),
    )
  })
}
