import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { checkResult } from '../schema.js'

export const BINARY = fileURLToPath(new URL('../../../bin/run.js', import.meta.url))

export interface Spawned {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

export interface SpawnOptions {
  readonly env?: Record<string, string>
  /** What stdin holds; without it, it is closed. */
  readonly stdin?: string
}

/** An empty home and an environment of nothing but it and PATH. */
export function emptyHome(): Record<string, string> {
  const home = mkdtempSync(join(tmpdir(), 'kmsctl-home-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  return {
    HOME: home,
    PATH: process.env.PATH ?? '',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
  }
}

/** Credentials and a Region, for an endpoint on loopback that takes any. */
export const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
  AWS_REGION: 'us-east-1',
}

/** A run of the built binary that has begun. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Spawned & { readonly milliseconds: number }>
  /** Resolves when what was printed so far, on either stream, matches. */
  printed(pattern: RegExp): Promise<string>
}

/** Starts the built binary. */
export function begin(
  argv: readonly string[],
  env: Record<string, string>,
  options: SpawnOptions = {},
): Running {
  const began = performance.now()
  const child = spawn(process.execPath, [BINARY, ...argv], {
    env: { ...env, ...options.env },
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const text = { stdout: '', stderr: '' }
  const watching = new Set<() => void>()
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.on('data', (chunk) => {
      text[stream] += chunk
      for (const look of watching) look()
    })
  }
  if (options.stdin !== undefined) child.stdin?.end(options.stdin)
  const ended = new Promise<Spawned & { milliseconds: number }>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode, signal) => {
      try {
        if (argv.includes('--json') && signal === null) checkResult(commandOf(argv), text.stdout)
        resolve({ ...text, exitCode, signal, milliseconds: performance.now() - began })
      } catch (error) {
        reject(error)
      }
    })
  })
  return {
    child,
    ended,
    printed: (pattern) =>
      new Promise((resolve) => {
        const look = () => {
          if (!pattern.test(text.stdout + text.stderr)) return
          watching.delete(look)
          resolve(text.stdout + text.stderr)
        }
        watching.add(look)
        look()
      }),
  }
}

/** Runs the built binary to its end. */
export function kmsctl(
  argv: readonly string[],
  env: Record<string, string>,
  options: SpawnOptions = {},
): Promise<Spawned & { readonly milliseconds: number }> {
  return begin(argv, env, options).ended
}

/** The words before the first flag that name a command; an unknown one prints a failure anyway. */
function commandOf(argv: readonly string[]): string {
  const TOPICS = ['alias', 'deletion', 'policy', 'rotation', 'sandbox', 'tag']
  return argv.slice(0, TOPICS.includes(argv[0] ?? '') ? 2 : 1).join('-')
}
