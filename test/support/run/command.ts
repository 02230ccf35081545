import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { type Command, Config } from '@oclif/core'
import { onTestFinished } from 'vitest'
import { type Runtime, type StopSignal, setRuntime } from '../../../src/lib/cli/runtime/runtime.js'
import { POLICY_FILE } from '../cases/situations.js'
import { checkResult } from '../schema.js'
import { fakeTerminal, type Person } from '../terminal/terminal.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

let loaded: Promise<Config> | undefined

/** What a command printed and ended with. */
export interface Ran {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
  /** stdout as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into results of every shape
  readonly json: any
}

export interface World {
  /** Runs a command class in this process, as its file name and words on the command line would. */
  run(command: unknown, argv: readonly string[], options?: RunOptions): Promise<Ran>
  readonly directory: string
}

export interface RunOptions {
  /** What is piped in; without it, stdin is at its end. */
  readonly stdin?: string
  /** An open pipe into which nothing is ever written. */
  readonly stdinStaysOpen?: boolean
  /** Somebody at a terminal: then stdin and stderr are one. */
  readonly person?: Person
  readonly env?: Record<string, string>
  /** Sends a signal to the run when called. */
  readonly onStop?: (stop: (signal: StopSignal) => void) => void
  readonly now?: () => Date
  /** The embedded KMS that answers, in place of one in the world's folder. */
  readonly embedded?: NonNullable<Runtime['embedded']>
}

/** A world of its own for one test: an empty home, an embedded KMS in a folder that goes away. */
export function world(env: Record<string, string> = { KMSCTL_SANDBOX: '1' }): World {
  const directory = mkdtempSync(join(tmpdir(), 'kmsctl-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return {
    directory,
    async run(command, argv, options = {}) {
      const printed = { stdout: '', stderr: '' }
      const output = (stream: keyof typeof printed) => ({
        write(text: string) {
          printed[stream] += text
        },
      })
      const open = options.stdinStaysOpen ? new PassThrough() : undefined
      const terminal =
        options.person && fakeTerminal(options.person, (text) => output('stderr').write(text))
      const runtime: Runtime = {
        env: {
          KMSCTL_SANDBOX_DIR: join(directory, 'sandbox'),
          EDITOR: `cp '${POLICY_FILE}'`,
          TMPDIR: directory,
          ...env,
          ...options.env,
        },
        stdin:
          terminal?.stdin ??
          open ??
          Readable.from(options.stdin === undefined ? [] : [options.stdin]),
        stdout: output('stdout'),
        stderr: terminal?.stderr ?? output('stderr'),
        platform: 'linux',
        home: directory,
        now: options.now ?? (() => new Date()),
        onStop(listener) {
          options.onStop?.(listener)
          return () => {}
        },
        nodeVersion: 'v24.0.0',
        kill: () => {},
        ...(options.embedded === undefined ? {} : { embedded: options.embedded }),
        exitCode: 0,
      }
      // Loaded once; each run has an object of its own, by which it finds its runtime.
      loaded ??= Config.load({ root: ROOT })
      const config: Config = Object.create(await loaded)
      setRuntime(config, runtime)
      const Loaded = command as new (argv: string[], config: Config) => Command
      await new Loaded([...argv], config).run()
      if (argv.includes('--json')) checkResult(nameOf(Loaded), printed.stdout)
      const ran = { ...printed, exitCode: runtime.exitCode }
      // Not enumerable, so that a failing test can print what was run when stdout is no JSON.
      return Object.defineProperty(ran, 'json', { get: () => JSON.parse(ran.stdout) }) as Ran
    },
  }
}

/** `deletion-schedule` of the class DeletionSchedule: how schemas are named. */
function nameOf(command: { name: string }): string {
  return command.name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
}
