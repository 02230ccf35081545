import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command, Config } from '@oclif/core'
import { presentError } from '../cli/command/present-error.js'
import { askedFor } from '../cli/flags/scan-output-flags.js'
import { type Runtime, setRuntime } from '../cli/runtime/runtime.js'
import { usageError } from '../errors.js'

/** How to load each command, by its ID with colons (`deletion:schedule`); aliases are not in it. */
export type CommandTable = ReadonlyMap<string, () => Promise<{ readonly default: unknown }>>

/** The installed kmsctl. */
export interface Installation {
  /** The folder of package.json and oclif.manifest.json. */
  readonly root: string
  readonly commands: CommandTable
}

/**
 * Runs one command line and returns the exit code. Never throws: what cannot be told by a command
 * (an unknown one, a broken installation) is told here, the same way.
 *
 * The command is found and made here and not by oclif's own `run`, which would load the configuration
 * of every command and look for plugins; help is oclif's.
 */
export async function main(
  argv: readonly string[],
  installation: Installation,
  runtime: Runtime,
): Promise<number> {
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv]
  if (argv[0] === '__complete') {
    await answerShell(argv.slice(1), installation.root, runtime)
    return 0
  }
  try {
    const found = findCommand(installation, words)
    if (found !== null && !wantsHelp(words)) await runCommand(found, runtime)
    else if (VERSION.has(words[0] ?? '')) runtime.stdout.write(`${version(installation)}\n`)
    else {
      const { showHelp } = await import('./help.js')
      await showHelp(words, installation.root)
    }
  } catch (error) {
    await presentError(error, { runtime, ...askedFor(words), command: '' })
  }
  return runtime.exitCode
}

/** A shell that completes a line wants words or nothing: whatever goes wrong is not told. */
async function answerShell(argv: readonly string[], root: string, runtime: Runtime): Promise<void> {
  try {
    const { complete } = await import('../completion/complete.js')
    await complete(argv, root, runtime, {
      elapsed: () => performance.now(),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      begin: (words) => inBackground(root, ['__complete', 'refresh', ...words]),
    })
  } catch {
    // Nothing completes it, then.
  }
}

/** Runs kmsctl in a process that outlives this one, and can neither ask nor say anything. */
function inBackground(root: string, argv: readonly string[]): void {
  const script = join(root, 'bin', 'run.js')
  spawn(process.execPath, [script, ...argv], { detached: true, stdio: 'ignore' }).unref()
}

/** What every command of kmsctl is: a class that can be made and run. */
interface Runnable {
  new (argv: string[], config: Config): Command
  id: string
}

async function runCommand({ id, load, argv }: Found, runtime: Runtime): Promise<void> {
  // oclif's type is that of its abstract class; what is loaded is always one of ours.
  const Loaded = (await load()).default as Runnable
  Loaded.id = id
  const config = { ...CONFIG }
  setRuntime(config, runtime)
  await new Loaded(argv, config as unknown as Config).run()
}

/** What a command that runs reads of oclif's configuration: there are neither hooks nor plugins. */
const CONFIG = { bin: 'kmsctl', runHook: async () => ({ successes: [], failures: [] }) }

interface Found {
  readonly id: string
  readonly load: () => Promise<{ readonly default: unknown }>
  readonly argv: string[]
}

/**
 * The command that the first words name; null where they name a topic or none at all, which oclif
 * answers with help. An unknown word under a topic would get that help too, and exit 0: scripts need 2.
 */
function findCommand(installation: Installation, argv: readonly string[]): Found | null {
  const { commands } = installation
  const words: string[] = []
  for (const word of argv) {
    if (word.startsWith('-')) break
    if (word.includes(':')) throw usageError(`unknown command ${word}`, ['see `kmsctl --help`'])
    words.push(word)
    const name = words.join(':')
    const isTopic = [...commands.keys()].some((id) => id.startsWith(`${name}:`))
    const id = commands.has(name) || isTopic ? name : idOfAlias(installation, name)
    const load = commands.get(id)
    if (load !== undefined) return { id, load, argv: argv.slice(words.length) }
    if (isTopic) continue
    throw usageError(`unknown command ${words.join(' ')}`, [
      `see \`kmsctl ${[...words.slice(0, -1), '--help'].join(' ')}\``,
    ])
  }
  const next = argv[words.length]
  if (next !== undefined && !STANDALONE.has(next)) {
    throw usageError(`flag ${next} stands before the command: flags follow it`, [
      'see `kmsctl --help`',
    ])
  }
  return null
}

const VERSION = new Set(['--version', '-v'])
const STANDALONE = new Set(['--help', '-h', ...VERSION])

/** The ID that an alias stands for; the word itself where it is none. Only aliases cost this look. */
function idOfAlias({ root }: Installation, word: string): string {
  const manifest = json<{ commands: Record<string, { id: string; aliases: string[] }> }>(
    join(root, 'oclif.manifest.json'),
  )
  const named = Object.values(manifest.commands).find(({ aliases }) => aliases.includes(word))
  return named?.id ?? word
}

/** As oclif writes it: `kmsctl/0.1.0 linux-x64 node-v20.19.0`. */
function version({ root }: Installation): string {
  const { name, version } = json<{ name: string; version: string }>(join(root, 'package.json'))
  return `${name}/${version} ${process.platform}-${process.arch} node-${process.version}`
}

function json<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T
}

function wantsHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).some((word) => word === '--help' || word === '-h')
}
