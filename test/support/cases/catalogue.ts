import { readdirSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Command } from '@oclif/core'

const FOLDER = fileURLToPath(new URL('../../../src/commands/', import.meta.url))

/** A command as its file defines it. */
export interface Listed {
  /** As it is typed: `deletion schedule`. */
  readonly name: string
  readonly Class: typeof Command
  readonly flags: readonly string[]
  /** Its examples without the program's name. */
  readonly examples: readonly string[]
  /** Names of the arguments that must be given. */
  readonly needs: readonly string[]
}

/** Whether a command asks neither AWS nor the embedded KMS in its place: it takes no flag that says where. */
export function asksNoKms(name: string): boolean {
  return name.startsWith('sandbox ') || name === 'policy services' || name === 'completion'
}

/** Every command there is, found by its file: a new one needs no entry anywhere. */
export async function everyCommand(): Promise<Listed[]> {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  const found = files.filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3))
  return Promise.all(found.sort().map((path) => load(path.split(/[/\\]/))))
}

async function load(words: string[]): Promise<Listed> {
  const url = pathToFileURL(`${FOLDER}${words.join('/')}.ts`).href
  const { default: Class } = (await import(/* @vite-ignore */ url)) as { default: typeof Command }
  // oclif names a command by its file when it loads it.
  Class.id = words.join(':')
  const { baseFlags, flags } = Class
  return {
    name: words.join(' '),
    Class,
    flags: Object.keys({ ...baseFlags, ...flags }).sort(),
    examples: ((Class.examples ?? []) as string[]).map((text) =>
      text.replaceAll('<%= config.bin %>', 'kmsctl').replace(/^kmsctl /, ''),
    ),
    // A selector may stand in place of KEY…; without either it is missing.
    needs: Object.entries(Class.args ?? {}).flatMap(([name, { multiple, required }]) =>
      required || (name === 'key' && multiple) ? [name] : [],
    ),
  }
}

/** The command that a line begins with, by its name or one of its aliases, and the words after it. */
export function findListed(
  commands: readonly Listed[],
  words: readonly string[],
): { command: Listed; argv: string[] } {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ')
    const command = commands.find(
      ({ name: own, Class }) => own === name || Class.aliases?.includes(name.replace(' ', ':')),
    )
    if (command !== undefined) return { command, argv: words.slice(length) }
  }
  throw new Error(`no command: ${words.join(' ')}`)
}
