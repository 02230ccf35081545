import { homedir } from 'node:os'
import type { Answering, Sandbox } from '../../sandbox/index.js'
import type { Style } from '../../views/text/style.js'
import { PLAIN } from '../../views/text/style.js'

/** A stream that results or messages are written to. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  /** `error`: nobody reads any more; `drain`: what was written is on its way. */
  once?(event: 'error' | 'drain', listener: () => void): unknown
}

export type StopSignal = 'SIGINT' | 'SIGTERM'

/** The world around a run. The real one is the process; tests bring their own. */
export interface Runtime {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined }
  readonly stdout: Output
  readonly stderr: Output
  readonly platform: NodeJS.Platform
  readonly home: string
  /** Node's version, `v20.19.0`. */
  readonly nodeVersion: string
  now(): Date
  /** Calls back on each SIGINT and SIGTERM; returns how to stop listening. */
  onStop(listener: (signal: StopSignal) => void): () => void
  /** Ends the process at once: only for a second signal. */
  kill(exitCode: number): void
  /** The embedded KMS and what stands before it, in place of the one in this user's folder. */
  readonly embedded?: { readonly sandbox: Sandbox; readonly front: Answering }
  /** What the process will end with. */
  exitCode: number
}

const runtimes = new WeakMap<object, Runtime>()

/** Gives the commands of an oclif configuration their world. */
export function setRuntime(config: object, runtime: Runtime): void {
  runtimes.set(config, runtime)
}

export function runtimeOf(config: object): Runtime {
  const runtime = runtimes.get(config)
  if (runtime === undefined) throw new Error('no runtime was set for this configuration')
  return runtime
}

export function processRuntime(): Runtime {
  return {
    env: process.env,
    // Opened by looking at it, which most runs need not do.
    get stdin() {
      return process.stdin
    },
    stdout: process.stdout,
    stderr: process.stderr,
    platform: process.platform,
    home: homedir(),
    nodeVersion: process.version,
    now: () => new Date(),
    onStop(listener) {
      const onInt = () => listener('SIGINT')
      const onTerm = () => listener('SIGTERM')
      process.on('SIGINT', onInt)
      process.on('SIGTERM', onTerm)
      return () => {
        process.off('SIGINT', onInt)
        process.off('SIGTERM', onTerm)
      }
    },
    kill: (exitCode) => process.exit(exitCode),
    exitCode: 0,
  }
}

/** Whether a person can be asked: prompts are read from stdin and shown on stderr. */
export function canAsk(runtime: Runtime): boolean {
  return runtime.stdin.isTTY === true && runtime.stderr.isTTY === true
}

/**
 * Whether to colour a stream: only a terminal, unless FORCE_COLOR asks for it; `--no-color` and a
 * non-empty NO_COLOR (no-color.org) always win.
 */
function wantsColor(runtime: Runtime, stream: Output, noColor: boolean): boolean {
  const { env } = runtime
  if (noColor || (env.NO_COLOR !== undefined && env.NO_COLOR !== '')) return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return stream.isTTY === true && env.TERM !== 'dumb'
}

/** The style for a stream; the colour library is loaded only where colour is shown. */
export async function styleFor(runtime: Runtime, stream: Output, noColor: boolean): Promise<Style> {
  if (!wantsColor(runtime, stream, noColor)) return PLAIN
  const { Ansis } = await import('ansis')
  return new Ansis(1)
}
