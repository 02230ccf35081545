import { spawnSync } from 'node:child_process'

/** Runs one command line of a program to its end and returns what it printed on stdout. */
export type Run = (...argv: string[]) => string

/** A program as it is used at a shell. */
export interface Program {
  readonly name: string
  readonly file: string
  readonly env: Readonly<Record<string, string>>
  /** What is run in one turn; only the time within `run` counts. */
  readonly turn: (run: Run) => void
}

/** What a program took for a turn, in milliseconds. */
export interface Times {
  readonly median: number
  readonly minimum: number
  /** The median of what it computed, whoever else used the processors; where it was asked for. */
  readonly cpu: number | undefined
}

/**
 * Runs the programs in turns, so that a machine that is busy for a while is so for all of them. The first
 * turn is not counted: it fills the caches of files and of compiled code.
 *
 * @param withCpu also measures processor time, in turns of their own
 */
export function inTurns(
  programs: readonly Program[],
  turns: number,
  withCpu: boolean,
): Map<string, Times> {
  const taken = programs.map((program) => ({ program, wall: [] as number[], cpu: [] as number[] }))
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const { program, wall, cpu } of taken) {
      const milliseconds = turnOf(program, wallTime)
      if (turn === 0) continue
      wall.push(milliseconds)
      if (withCpu) cpu.push(turnOf(program, cpuTime))
    }
  }
  return new Map(
    taken.map(({ program, wall, cpu }) => [
      program.name,
      {
        median: median(wall),
        minimum: Math.min(...wall),
        cpu: withCpu ? median(cpu) : undefined,
      },
    ]),
  )
}

type Measure = (file: string, argv: readonly string[], env: NodeJS.ProcessEnv) => Measured

interface Measured {
  readonly stdout: string
  readonly milliseconds: number
}

function turnOf({ name, file, env, turn }: Program, measure: Measure): number {
  let total = 0
  turn((...argv) => {
    try {
      const { stdout, milliseconds } = measure(file, argv, { ...env })
      total += milliseconds
      return stdout
    } catch (error) {
      throw new Error(`${name}: ${argv.join(' ')}: ${(error as Error).message}`)
    }
  })
  return total
}

const wallTime: Measure = (file, argv, env) => {
  const began = performance.now()
  const { stdout } = run(file, argv, env)
  return { stdout, milliseconds: performance.now() - began }
}

/** bash tells what its child computed to the millisecond; Node tells of its children nothing. */
const TIMED = `TIMEFORMAT='%U %S'; { time "$@" 2>/dev/null; }`

const cpuTime: Measure = (file, argv, env) => {
  const { stdout, stderr } = run('bash', ['-c', TIMED, 'bash', file, ...argv], env)
  const [user = Number.NaN, system = Number.NaN] = stderr.trim().split(' ').map(Number)
  return { stdout, milliseconds: (user + system) * 1000 }
}

/** Pipes, as in a script: /dev/null would spare Node some of its streams. */
function run(file: string, argv: readonly string[], env: NodeJS.ProcessEnv) {
  const ended = spawnSync(file, argv, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  if (ended.status === 0) return ended
  throw ended.error ?? new Error(`ended with ${ended.status}: ${ended.stderr}`)
}

/** The middle one; of an even count the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
