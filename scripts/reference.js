import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Writes docs/reference/commands from oclif.manifest.json: a page for each command, one for the flags that
 * most commands share, and an index. `--check` writes nothing and fails where a page is not what would be written,
 * or belongs to no command. It needs what `npm run build` makes.
 *
 * `oclif readme --multi` would write one page a topic and repeat the shared flags for every command. It needs the
 * package `oclif`, which brings along a generator of projects and an uploader of releases, and whose newest version
 * needs Node 22; the manifest holds all that the pages say.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const FOLDER = 'docs/reference/commands'
const COMMON = 'common-flags.md'
const MARK = '<!-- Written by scripts/reference.js (`npm run reference`). Change src/commands. -->'
/** Groups of flags that are the same wherever they stand. */
const SHARED = { GLOBAL: 'Every command', AWS: 'Commands that talk to KMS' }
const TITLES = { POLICY: 'Policy flags', SELECTION: 'Selecting keys' }

const { commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'))
const all = Object.values(commands)
  .filter(({ hidden }) => !hidden)
  .sort((a, b) => (a.id < b.id ? -1 : 1))

const nameOf = (id) => id.replaceAll(':', ' ')
const fileOf = (id) => `${id.replaceAll(':', '-')}.md`
const code = (text) => `\`${text}\``
const isShared = ({ helpGroup }) => helpGroup in SHARED
const typed = (text) => text.replaceAll('<%= config.bin %>', 'kmsctl')

/** Words of a command as Markdown: documents that it names are linked, and nothing is taken for HTML. */
function prose(text) {
  return typed(text)
    .replaceAll(/`[^`]*`|</g, (found) => (found === '<' ? '&lt;' : found))
    .replaceAll(/docs\/reference\/([\w-]+\.md)/g, '[$1](../$1)')
    .replaceAll(/docs\/(guides|contributing)\/([\w-]+\.md)/g, '[$2](../../$1/$2)')
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

function argumentName({ name, multiple }) {
  return `${name.toUpperCase()}${multiple ? '...' : ''}`
}

function flagName({ name, char, type, helpValue, allowNo }) {
  const value = type === 'boolean' ? '' : ` ${helpValue ?? 'VALUE'}`
  const long = [`--${name}`, ...(allowNo ? [`--no-${name}`] : [])].map((one) => code(one + value))
  return [...(char === undefined ? [] : [code(`-${char}`)]), ...long].join(', ')
}

function flagRow(flag) {
  const { description, options, required, multiple, default: standard } = flag
  const again = multiple && !description.includes('repeated') ? ['May be repeated.'] : []
  const values = options === undefined ? [] : [`One of ${options.map(code).join(', ')}.`]
  const unset = standard === undefined ? [] : [`Default: ${code(String(standard))}.`]
  return [
    flagName(flag),
    [prose(description), ...(required ? ['Required.'] : []), ...again, ...values, ...unset].join(
      ' ',
    ),
  ]
}

function usageOf({ id, usage, args, flags }) {
  if (usage !== undefined)
    return typed(usage)
      .split(' | ')
      .map((line) => `kmsctl ${line}`)
  const words = Object.values(args).map((one) =>
    one.required ? argumentName(one) : `[${argumentName(one)}]`,
  )
  const needed = Object.values(flags)
    .filter(({ required }) => required)
    .map(({ name, helpValue }) => `--${name} ${helpValue ?? 'VALUE'}`)
  return [['kmsctl', nameOf(id), ...words, ...needed, '[FLAGS]'].join(' ')]
}

/** Own flags in their groups: those without one first. */
function flagTables(flags) {
  return ['Flags', ...Object.values(TITLES)].flatMap((title) => {
    const own = flags.filter((flag) => groupOf(flag) === title)
    if (own.length === 0) return []
    const rows = own.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(flagRow)
    return [`## ${title}`, table(['flag', 'meaning'], rows)]
  })
}

function groupOf({ helpGroup }) {
  if (helpGroup === undefined) return 'Flags'
  if (!(helpGroup in TITLES)) throw new Error(`flags of the group ${helpGroup} have no title here`)
  return TITLES[helpGroup]
}

function page(command) {
  const { id, summary, description, args, flags, examples, aliases } = command
  const own = Object.values(flags).filter((flag) => !isShared(flag))
  const shared = Object.values(flags).filter(isShared)
  return [
    MARK,
    `# kmsctl ${nameOf(id)}`,
    prose(summary),
    `\`\`\`text\n${usageOf(command).join('\n')}\n\`\`\``,
    ...(description === undefined ? [] : [prose(description)]),
    ...(aliases.length === 0 ? [] : [`Also called ${aliases.map(nameOf).map(code).join(', ')}.`]),
    ...(Object.keys(args).length === 0
      ? []
      : [
          '## Arguments',
          table(
            ['argument', 'meaning'],
            Object.values(args).map(({ options, ...one }) => [
              code(argumentName(one)),
              [
                prose(one.description),
                ...(options === undefined ? [] : [`One of ${options.map(code).join(', ')}.`]),
              ].join(' '),
            ]),
          ),
        ]),
    ...flagTables(own),
    '## Common flags',
    `${shared.map(({ name }) => code(`--${name}`)).join(', ')}: see [common flags](${COMMON}).`,
    ...(examples.length === 0
      ? []
      : ['## Examples', `\`\`\`sh\n${examples.map(typed).join('\n')}\n\`\`\``]),
    'See also: [exit codes](../exit-codes.md), [IAM permissions](../permissions.md#commands).',
  ].join('\n\n')
}

/** The shared flags, each once. The same name with other words in two commands is an error. */
function commonPage() {
  const found = new Map()
  for (const { id, flags } of all) {
    for (const flag of Object.values(flags).filter(isShared)) {
      const row = flagRow(flag)
      const known = found.get(flag.name) ?? { group: flag.helpGroup, row, ids: [] }
      if (known.row.join() !== row.join())
        throw new Error(`--${flag.name} of ${id} has other words`)
      found.set(flag.name, { ...known, ids: [...known.ids, id] })
    }
  }
  const sections = Object.entries(SHARED).flatMap(([group, title]) => {
    const flags = [...found.values()].filter((flag) => flag.group === group)
    const most = Math.max(...flags.map(({ ids }) => ids.length))
    const rows = flags.map(({ row: [name, meaning], ids }) => [
      name,
      ids.length === most ? meaning : `${meaning} Only ${ids.map(linked).join(', ')}.`,
    ])
    return [`## ${title}`, table(['flag', 'meaning'], rows)]
  })
  return [
    MARK,
    '# Common flags',
    'Every command also takes `--help` (`-h`). Without a command, `--version` (`-v`) prints the version.',
    ...sections,
  ].join('\n\n')
}

const linked = (id) => `[${nameOf(id)}](${fileOf(id)})`

const indexPage = () =>
  [
    MARK,
    '# Commands',
    `Flags that most commands share are on a page of their own: [common flags](${COMMON}).`,
    table(
      ['command', 'what it does', 'other name'],
      all.map(({ id, summary, aliases }) => [
        linked(id),
        prose(summary),
        aliases.map(nameOf).map(code).join(', '),
      ]),
    ),
  ].join('\n\n')

const files = new Map([
  ['README.md', indexPage()],
  [COMMON, commonPage()],
  ...all.map((command) => [fileOf(command.id), page(command)]),
])
const pathOf = (name) => join(root, FOLDER, name)

function read(name) {
  try {
    return readFileSync(pathOf(name), 'utf8')
  } catch {
    return null
  }
}

function present() {
  try {
    return readdirSync(join(root, FOLDER))
  } catch {
    return []
  }
}

const problems = []
if (process.argv.includes('--check')) {
  for (const [name, text] of files) {
    if (read(name) !== `${text}\n`) problems.push(`${name} is not what the commands say`)
  }
  for (const name of present()) {
    if (!files.has(name)) problems.push(`${name} belongs to no command`)
  }
} else {
  rmSync(join(root, FOLDER), { recursive: true, force: true })
  mkdirSync(join(root, FOLDER), { recursive: true })
  for (const [name, text] of files) writeFileSync(pathOf(name), `${text}\n`)
}
for (const problem of problems) process.stderr.write(`reference: ${FOLDER}/${problem}\n`)
if (problems.length > 0) {
  process.stderr.write('mend it with `npm run reference`\n')
  process.exitCode = 1
} else process.stdout.write(`reference: ${files.size} pages\n`)
