import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { everyCommand, findListed, type Listed } from '../cases/catalogue.js'
import { type Ran, type RunOptions, world } from './command.js'

/** A prompt in a world of its own: command lines are run in this process, as they are typed. */
export interface Shell {
  (line: string, options?: RunOptions): Promise<Ran>
  readonly directory: string
  /** The sandbox's file, byte for byte; empty where there is none. */
  sandboxBytes(): string
}

export const COMMANDS: readonly Listed[] = await everyCommand()

/** Words are parted by spaces; one that holds spaces stands in single quotes. */
export function wordsOf(line: string): string[] {
  const words = line.match(/(?:'[^']*'|[^\s'])+/g) ?? []
  return words.map((word) => word.replaceAll("'", ''))
}

export function shell(env?: Record<string, string>): Shell {
  const { run, directory } = env === undefined ? world() : world(env)
  const type = (line: string, options?: RunOptions) => {
    const { command, argv } = findListed(COMMANDS, wordsOf(line))
    return run(command.Class, argv, options)
  }
  const file = join(directory, 'sandbox', 'state.json')
  return Object.assign(type, {
    directory,
    sandboxBytes: () => (existsSync(file) ? readFileSync(file, 'utf8') : ''),
  })
}

/** Made once a file of tests, and copied: the keys `app` and `next` on an embedded KMS. */
let seed: Promise<{ bytes: string; ids: Record<string, string> }> | undefined

async function sow() {
  const type = shell()
  const ids: Record<string, string> = {}
  for (const name of ['app', 'next']) {
    const { json } = await type(`create --alias ${name} --json`)
    ids[name] = json.key.keyId
  }
  return { bytes: type.sandboxBytes(), ids }
}

/** A shell on a sandbox with the keys `app` and `next`, and their IDs in place of {app} and {next}. */
export async function preparedShell(): Promise<Shell & { fill(line: string): string }> {
  seed ??= sow()
  const { bytes, ids } = await seed
  const bare = shell()
  mkdirSync(join(bare.directory, 'sandbox'))
  writeFileSync(join(bare.directory, 'sandbox', 'state.json'), bytes)
  const fill = (line: string) => line.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '?')
  const type = (line: string, options?: RunOptions) => bare(fill(line), options)
  return Object.assign(type, bare, { fill })
}
