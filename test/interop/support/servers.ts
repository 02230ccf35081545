import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { inject } from 'vitest'
import { BINARY } from '../../support/run/binary.js'
import type { Later } from './afterwards.js'

const STARTS_WITHIN_MS = 45_000
const STOPS_WITHIN_MS = 5_000

export interface Server {
  readonly url: string
}

interface Program {
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly env: Record<string, string>
}

/** moto's server on a free port of loopback, for the tests of one file. */
export function startMoto(home: string, later: Later): Promise<Server> {
  return start(later, {
    name: 'moto_server',
    file: inject('tools').motoServer,
    args: ['-H', '127.0.0.1', '-p', '0'],
    // An empty MOTO_PORT kills moto: none is passed on.
    env: { PATH: process.env.PATH ?? '', HOME: home, PYTHONUNBUFFERED: '1' },
  })
}

/** `kmsctl sandbox serve` on a free port, with a state of its own. */
export function startSandbox(home: string, directory: string, later: Later): Promise<Server> {
  return start(later, {
    name: 'kmsctl sandbox serve',
    file: process.execPath,
    args: [BINARY, 'sandbox', 'serve', '--port', '0'],
    env: { PATH: process.env.PATH ?? '', HOME: home, KMSCTL_SANDBOX_DIR: directory },
  })
}

/** Starts a server, waits until it names its URL, and stops it after the file's tests. */
async function start(later: Later, { name, file, args, env }: Program): Promise<Server> {
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const leash = leashOf(child)
  later(() => stop(name, child, leash))
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${name} ${why}:\n${output}`))
    const timer = setTimeout(() => fail('named no URL in time'), STARTS_WITHIN_MS)
    const read = (chunk: Buffer) => {
      output += chunk
      const found = /https?:\/\/127\.0\.0\.1:[1-9]\d*/.exec(output)
      if (found === null) return
      clearTimeout(timer)
      output = ''
      resolve(found[0])
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.on('error', (error) => fail(`cannot be started (${error.message})`))
    child.on('exit', (code, signal) => fail(`ended with ${code ?? signal}`))
  })
  return { url }
}

/**
 * Kills the server when this process is gone, however it went: it waits for the end of a pipe that
 * closes with this process.
 */
function leashOf({ pid }: ChildProcess): ChildProcess {
  return spawn('sh', ['-c', 'cat; kill "$0" 2>&-', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
}

async function stop(name: string, child: ChildProcess, leash: ChildProcess): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN_MS)
    const [, signal] = await ended
    clearTimeout(timer)
    if (signal === 'SIGKILL') throw new Error(`${name} did not stop when it was asked to`)
  }
  // The leash must not outlive the process whose number it knows.
  leash.kill('SIGKILL')
  leash.stdin?.end()
}
