import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Writes commands.snapshot.json, the commands with their arguments and flags as the manifest has them, so
 * that a change of the interface is seen in a diff and made on purpose. `--check` writes nothing and fails
 * where the file is not what would be written.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const FILE = 'commands.snapshot.json'

const { commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'))

const byName = (a, b) => (a.name < b.name ? -1 : 1)

/** Only what is set, so that a line of the file says something. */
function set(entry) {
  return Object.fromEntries(
    Object.entries(entry).filter(([, value]) => value !== undefined && value !== false),
  )
}

function argument({ name, required, multiple, options }) {
  return set({ name, required, multiple, options })
}

function flag({ name, char, type, multiple, options, required, allowNo, default: standard }) {
  return set({ name, char, type, multiple, options, required, allowNo, default: standard })
}

const snapshot = Object.values(commands)
  .map(({ id, aliases, args, flags }) => ({
    id,
    aliases: [...aliases].sort(),
    // Their order is part of the interface.
    args: Object.values(args).map(argument),
    flags: Object.values(flags).map(flag).sort(byName),
  }))
  .sort((a, b) => (a.id < b.id ? -1 : 1))

/** One line an argument and a flag. */
function text(all) {
  const list = (items) =>
    items.length === 0
      ? '[]'
      : `[\n${items.map((item) => `      ${JSON.stringify(item)}`).join(',\n')}\n    ]`
  const entries = all.map(
    ({ id, aliases, args, flags }) =>
      `  {\n    "id": ${JSON.stringify(id)},\n    "aliases": ${JSON.stringify(aliases)},\n    "args": ${list(args)},\n    "flags": ${list(flags)}\n  }`,
  )
  return `[\n${entries.join(',\n')}\n]\n`
}

/** The IDs whose entries differ between two snapshots. */
function differing(before, now) {
  const entry = (all, id) => JSON.stringify(all.find((one) => one.id === id))
  const ids = new Set([...before, ...now].map(({ id }) => id))
  return [...ids].filter((id) => entry(before, id) !== entry(now, id))
}

function written() {
  try {
    return readFileSync(join(root, FILE), 'utf8')
  } catch {
    return '[]'
  }
}

const wanted = text(snapshot)
if (!process.argv.includes('--check')) {
  writeFileSync(join(root, FILE), wanted)
  process.stdout.write(`snapshot: ${snapshot.length} commands\n`)
} else if (written() === wanted) {
  process.stdout.write(`snapshot: ${snapshot.length} commands\n`)
} else {
  const ids = differing(JSON.parse(written()), snapshot)
  process.stderr.write(
    `snapshot: the interface of ${ids.join(', ') || 'the commands'} is another than in ${FILE}\n`,
  )
  process.stderr.write('if that is meant, name it in CHANGELOG.md and run `npm run snapshot`\n')
  process.exitCode = 1
}
