import { type Command, Config, run, settings } from '@oclif/core'
import { usageError } from '../errors.js'
import { askedFor } from './kmsctl-command.js'
import { presentError } from './present-error.js'
import { type Runtime, setRuntime } from './runtime.js'

/**
 * Runs one command line and returns the exit code. Never throws: what cannot be told by a command
 * (an unknown one, a broken installation) is told here, the same way.
 *
 * The command is started here and not by oclif's own `run`, which would load the configuration a
 * second time; help and versions are oclif's.
 */
export async function main(
  argv: readonly string[],
  root: string,
  runtime: Runtime,
): Promise<number> {
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv]
  try {
    settings.enableAutoTranspile = false
    const config = await Config.load({ root })
    const found = findCommand(config, words)
    if (found === null || wantsHelp(words)) await run(words, config)
    else {
      setRuntime(config, runtime)
      // oclif's type is that of its abstract class; what is loaded is always one of ours.
      const Loaded: Runnable = (await found.command.load()) as never
      await new Loaded(found.argv, config).run()
    }
  } catch (error) {
    if (isQuietExit(error)) return runtime.exitCode
    await presentError(error, { runtime, ...askedFor(words), command: '' })
  }
  return runtime.exitCode
}

/** What every command of kmsctl is: a class that can be made and run. */
type Runnable = new (argv: string[], config: Config) => Command

interface Found {
  readonly command: Command.Loadable
  readonly argv: string[]
}

/**
 * The command that the first words name; null where they name a topic or none at all, which oclif
 * answers with help. An unknown word under a topic would get that help too, and exit 0: scripts need 2.
 */
function findCommand(config: Config, argv: readonly string[]): Found | null {
  const words: string[] = []
  for (const word of argv) {
    if (word.startsWith('-')) break
    if (word.includes(':')) throw usageError(`unknown command ${word}`, ['see `kmsctl --help`'])
    words.push(word)
    const command = config.findCommand(words.join(':'))
    if (command !== undefined) return { command, argv: argv.slice(words.length) }
    if (config.findTopic(words.join(':'))) continue
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

const STANDALONE = new Set(['--help', '-h', '--version', '-v'])

function wantsHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).some((word) => word === '--help' || word === '-h')
}

/** oclif ends some of its own paths, help among them, by throwing an exit of 0. */
function isQuietExit(error: unknown): boolean {
  return (error as { oclif?: { exit?: number } })?.oclif?.exit === 0
}
