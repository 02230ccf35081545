import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import { BINARY } from '../../support/run/binary.js'
import type { Later } from './afterwards.js'

/** Not the Region that software falls back to by itself. */
export const REGION = 'eu-west-1'
const TIMEOUT_MS = 60_000
const AWS_MANY = fileURLToPath(new URL('./aws_many.py', import.meta.url))

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into documents of every shape
export type Json = any

/** kmsctl, the built binary, sent to one endpoint. */
export interface Kmsctl {
  /** Runs it to its end, whatever that is. */
  run(...argv: string[]): Promise<Ended>
  /** Runs it with --json and returns the document; any exit code but 0 is an error. */
  ok(...argv: string[]): Promise<Json>
  /** Runs it with --json and returns what it says of its failure; any other exit code is an error. */
  fails(exitCode: number, ...argv: string[]): Promise<Json>
}

/** The AWS CLI, sent to one endpoint. */
export interface Aws {
  /** Returns the document that it prints, undefined where that is none; a failure is an error. */
  (...argv: string[]): Promise<Json>
  /** Returns the line of stderr that tells of the failure; a success is an error. */
  fails(...argv: string[]): Promise<string>
  /** Runs several commands that do not depend on each other, whatever they end with. */
  all(commands: readonly (readonly string[])[]): Promise<Ended[]>
}

export function temporaryFolder(later: Later): string {
  const path = mkdtempSync(join(tmpdir(), 'kmsctl-interop-'))
  later(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Everything that a program of these tests knows of the world: nothing of this machine's AWS. */
export function clientEnvironment(home: string, endpoint: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}

export function kmsctlFor(home: string, endpoint: string, ...flags: string[]): Kmsctl {
  const env = clientEnvironment(home, endpoint)
  const run = (argv: readonly string[]) =>
    execute(process.execPath, [BINARY, ...argv, ...flags], env)
  const withJson = async (exitCode: number, argv: readonly string[]): Promise<Json> => {
    const ended = await run([...argv, '--json'])
    if (ended.exitCode !== exitCode) throw unexpected(`kmsctl ${argv.join(' ')}`, ended)
    return JSON.parse(ended.stdout)
  }
  return {
    run: (...argv) => run(argv),
    ok: (...argv) => withJson(0, argv),
    fails: async (exitCode, ...argv) => (await withJson(exitCode, argv)).error,
  }
}

export function awsFor(home: string, endpoint: string): Aws {
  const config = join(home, 'aws-config')
  writeFileSync(config, '[default]\ncli_timestamp_format = iso8601\noutput = json\n')
  const env = {
    ...clientEnvironment(home, endpoint),
    AWS_CONFIG_FILE: config,
    AWS_PAGER: '',
    AWS_MAX_ATTEMPTS: '1',
  }
  const run = (argv: readonly string[]) => execute(inject('tools').aws, argv, env)
  const aws = async (...argv: string[]) => documentOf(argv, await run(argv))
  const fails = async (...argv: string[]) => {
    const ended = await run(argv)
    if (ended.exitCode === 0) throw unexpected(`aws ${argv.join(' ')}`, ended)
    return ended.stderr.trim().replace(/^aws: \[ERROR\]: /, '')
  }
  const all = async (commands: readonly (readonly string[])[]) => {
    const python = inject('tools').awscli
    if (python === null) return Promise.all(commands.map(run))
    const argv = [AWS_MANY, JSON.stringify(commands)]
    const ended = await execute(python, argv, { ...env, PYTHONUTF8: '1' })
    if (ended.exitCode !== 0) throw unexpected('aws_many.py', ended)
    return JSON.parse(ended.stdout) as Ended[]
  }
  return Object.assign(aws, { fails, all })
}

/** What a command of the AWS CLI printed; a failure is an error that shows it. */
export function documentOf(argv: readonly string[], ended: Ended): Json {
  if (ended.exitCode !== 0) throw unexpected(`aws ${argv.join(' ')}`, ended)
  return ended.stdout.trim() === '' ? undefined : JSON.parse(ended.stdout)
}

/** Runs a program to its end, with nothing on stdin. */
export function execute(
  file: string,
  argv: readonly string[],
  env: Record<string, string>,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const options = { env, timeout: TIMEOUT_MS, maxBuffer: 2 ** 24 }
    const child = execFile(file, argv, options, (error, stdout, stderr) => {
      const { exitCode } = child
      if (exitCode === null) reject(error ?? new Error(`${file} ended without an exit code`))
      else resolve({ stdout, stderr, exitCode })
    })
    child.stdin?.end()
  })
}

/** Shows what a command that ended otherwise than expected said; never its environment. */
function unexpected(command: string, { exitCode, stdout, stderr }: Ended): Error {
  return new Error(`exit ${exitCode} from: ${command}\n${stdout}\n${stderr}`)
}
