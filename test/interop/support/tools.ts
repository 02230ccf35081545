import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

const REQUIREMENTS = fileURLToPath(new URL('../requirements.txt', import.meta.url))
const ENVIRONMENT = fileURLToPath(new URL('../../../.venv/interop', import.meta.url))
/** Says which requirements are installed; written when the installation is complete. */
const INSTALLED = join(ENVIRONMENT, 'requirements.sha256')
const INSTALL_TIMEOUT_MS = 15 * 60_000

/** What the pinned packages need, newest first after whatever `python3` is. */
const PYTHONS = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11']
const IS_NEW_ENOUGH = 'import sys; sys.exit(sys.version_info < (3, 11))'

/** Other people's software that the suite drives. */
export interface Tools {
  readonly aws: string
  readonly motoServer: string
  /** A Python with boto3; null where the programs come from PATH and there is none. */
  readonly boto3: string | null
  /** A Python with the AWS CLI; null where the programs come from PATH. */
  readonly awscli: string | null
}

declare module 'vitest' {
  export interface ProvidedContext {
    tools: Tools
  }
}

const run = promisify(execFile)

/**
 * Installs the pinned AWS CLI and moto into the project's own virtual environment, once for each
 * state of requirements.txt; where that fails, takes those on PATH and says so; where there are none,
 * fails.
 */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('tools', await findTools())
}

async function findTools(): Promise<Tools> {
  const wanted = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex')
  if (!isInstalled(wanted)) {
    try {
      await install(wanted)
    } catch (error) {
      return toolsOnPath(error as Error & { stdout?: string; stderr?: string })
    }
  }
  const [aws, motoServer, python] = ['aws', 'moto_server', 'python'].map(installed) as [
    string,
    string,
    string,
  ]
  return { aws, motoServer, boto3: python, awscli: python }
}

function installed(program: string): string {
  return join(ENVIRONMENT, 'bin', program)
}

function isInstalled(wanted: string): boolean {
  // The interpreter is a link that breaks when the machine's Python goes away.
  if (!existsSync(INSTALLED) || !existsSync(installed('python'))) return false
  return readFileSync(INSTALLED, 'utf8').trim() === wanted
}

async function install(wanted: string): Promise<void> {
  const python = await newEnoughPython()
  console.error('interop: installing moto and the AWS CLI into .venv/interop, about a minute')
  rmSync(ENVIRONMENT, { recursive: true, force: true })
  mkdirSync(ENVIRONMENT, { recursive: true })
  const options = { env: installerEnvironment(), timeout: INSTALL_TIMEOUT_MS, maxBuffer: 2 ** 26 }
  await run(python, ['-m', 'venv', ENVIRONMENT], options)
  await run(
    installed('python'),
    ['-m', 'pip', 'install', '--no-input', '--retries', '2', '--requirement', REQUIREMENTS],
    options,
  )
  await writeFile(INSTALLED, `${wanted}\n`)
}

async function newEnoughPython(): Promise<string> {
  for (const python of PYTHONS) {
    try {
      await run(python, ['-c', IS_NEW_ENOUGH], { env: installerEnvironment() })
      return python
    } catch {}
  }
  throw new Error('there is no Python 3.11 or newer on PATH')
}

/** What pip may need to know of this machine; no AWS configuration is among it. */
function installerEnvironment(): NodeJS.ProcessEnv {
  const wanted =
    /^(PATH|HOME|USER|LANG|LC_.*|TMPDIR|XDG_.*|PIP_.*|PYENV_.*|SSL_CERT_.*|(REQUESTS|CURL|AWS)_CA_BUNDLE|(https?|no|all)_proxy)$/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => wanted.test(name)))
}

async function toolsOnPath(cause: Error & { stdout?: string; stderr?: string }): Promise<Tools> {
  const why = lastLine(cause.stderr) || lastLine(cause.message)
  const aws = await onPath('aws', '--version')
  const motoServer = await onPath('moto_server', '--help')
  const output = `${cause.stdout ?? ''}${cause.stderr ?? ''}`.trim()
  if (output !== '') console.error(output)
  if (aws === null || motoServer === null) {
    const missing = [
      ...(aws === null ? ['aws'] : []),
      ...(motoServer === null ? ['moto_server'] : []),
    ]
    const message = `interop cannot run: the pinned packages could not be installed (${why}), and ${missing.join(' and ')} cannot be run from PATH`
    // One line: where in this file it was noticed helps nobody.
    throw Object.assign(new Error(message), { stack: message })
  }
  const { stdout, stderr } = await run(aws, ['--version'])
  console.error(
    [
      '',
      '!!! interop: THE PINNED PACKAGES COULD NOT BE INSTALLED',
      `!!!   ${why}`,
      '!!! Running with whatever aws and moto_server are on PATH instead:',
      `!!!   ${(stdout || stderr).trim()}`,
      '',
    ].join('\n'),
  )
  return { aws, motoServer, boto3: await pythonWithBoto3(), awscli: null }
}

function lastLine(text = ''): string {
  return text.trim().split('\n').at(-1) ?? ''
}

/** A program's path, if it is there and runs: version managers leave stubs that do not. */
async function onPath(program: string, harmless: string): Promise<string | null> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, program)
    try {
      accessSync(path, constants.X_OK)
      await run(path, [harmless], { env: installerEnvironment() })
      return path
    } catch {}
  }
  return null
}

async function pythonWithBoto3(): Promise<string | null> {
  try {
    await run('python3', ['-c', 'import boto3'])
    return 'python3'
  } catch {
    console.error('!!! interop: no boto3 for python3: its test is skipped')
    return null
  }
}
