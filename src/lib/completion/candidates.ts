/** A word that may stand here, and what it is, for shells that show it. */
export interface Candidate {
  readonly value: string
  readonly description: string
}

/** What may stand at the cursor: these words, or something that is looked up. */
export type Wanted =
  | { readonly kind: 'words'; readonly words: readonly Candidate[] }
  | { readonly kind: 'keys' | 'aliases' | 'profiles'; readonly prefix: string }
  | { readonly kind: 'files' }

interface ManifestFlag {
  readonly name: string
  readonly type: 'boolean' | 'option'
  readonly char?: string
  readonly description?: string
  readonly helpValue?: string
  readonly options?: readonly string[]
  readonly multiple?: boolean
  readonly allowNo?: boolean
  readonly hidden?: boolean
}

interface ManifestCommand {
  readonly id: string
  readonly summary?: string
  readonly hidden?: boolean
  readonly aliases: readonly string[]
  readonly args: Readonly<
    Record<
      string,
      { readonly name: string; readonly multiple?: boolean; readonly options?: readonly string[] }
    >
  >
  readonly flags: Readonly<Record<string, ManifestFlag>>
}

/** The parts of oclif's manifest and of package.json that say what can be typed. */
export interface Catalogue {
  readonly commands: Readonly<Record<string, ManifestCommand>>
  readonly topics: Readonly<Record<string, { readonly description: string }>>
}

const NOTHING: Wanted = { kind: 'words', words: [] }
const HELP: Candidate = { value: '--help', description: 'Show help.' }

/** What may stand in place of `current`, after the words before it. Only what begins as it does. */
export function wanted(catalogue: Catalogue, before: readonly string[], current: string): Wanted {
  const words = before[0] === 'help' ? before.slice(1) : before
  const { command, rest } = findCommand(catalogue, words)
  if (command === undefined) {
    // What was typed so far is no topic: nothing can follow it.
    if (rest.length > 0) return NOTHING
    return begins(nextWords(catalogue, words, before.length === 0), current)
  }
  return before[0] === 'help' ? NOTHING : ofCommand(command, rest, current)
}

/** The command that the first words name, and the words after its name. */
function findCommand(
  { commands }: Catalogue,
  words: readonly string[],
): { command: ManifestCommand | undefined; rest: readonly string[] } {
  const known = Object.values(commands)
  for (let count = 1; count <= words.length; count += 1) {
    const name = words.slice(0, count).join(':')
    const command = known.find(({ id, aliases }) => id === name || aliases.includes(name))
    if (command !== undefined) return { command, rest: words.slice(count) }
    if (!known.some(({ id }) => id.startsWith(`${name}:`))) {
      return { command: undefined, rest: words.slice(count - 1) }
    }
  }
  return { command: undefined, rest: [] }
}

/** Commands and topics one word further; at the very beginning also aliases, help and flags. */
function nextWords(
  { commands, topics }: Catalogue,
  words: readonly string[],
  first: boolean,
): Candidate[] {
  const found = new Map<string, string>()
  const depth = words.length
  for (const { id, aliases, summary = '', hidden } of Object.values(commands)) {
    if (hidden === true) continue
    for (const name of [id, ...aliases]) {
      const parts = name.split(':')
      const [next] = parts.slice(depth)
      if (next === undefined || parts.slice(0, depth).join(':') !== words.join(':')) continue
      const isTopic = parts.length > depth + 1
      const described = isTopic ? topics[parts.slice(0, depth + 1).join(':')]?.description : summary
      if (!isTopic || !found.has(next)) found.set(next, described ?? '')
    }
  }
  const list = [...found].map(([value, description]) => ({ value, description }))
  const sorted = list.sort((a, b) => (a.value < b.value ? -1 : 1))
  if (!first) return [...sorted, HELP]
  const help = { value: 'help', description: 'Show help for a command.' }
  return [...sorted, help, HELP, { value: '--version', description: 'Show the version.' }]
}

function ofCommand(command: ManifestCommand, rest: readonly string[], current: string): Wanted {
  const flags = Object.values(command.flags).filter(({ hidden }) => hidden !== true)
  const { open, positionals, used, onlyArguments } = read(flags, rest)
  if (open !== undefined) return flagValue(open, current, '')
  if (!onlyArguments && current.startsWith('-')) {
    const [, name = '', value] = /^--([^=]+)=(.*)$/s.exec(current) ?? []
    const flag = flags.find((one) => one.name === name && one.type === 'option')
    if (flag !== undefined && value !== undefined) return flagValue(flag, value, `--${name}=`)
    return begins([...flags.flatMap((one) => spelled(one, used)), HELP], current)
  }
  const args = Object.values(command.args)
  const arg = args[positionals] ?? args.findLast(({ multiple }) => multiple === true)
  if (arg === undefined) return NOTHING
  if (arg.options !== undefined) return begins(plain(arg.options), current)
  const kinds = arg.name.split('-')
  if (kinds.includes('file') && !(kinds.includes('key') && !isPath(current)))
    return { kind: 'files' }
  if (kinds.includes('key')) return { kind: 'keys', prefix: current }
  // A new alias has no name yet.
  const named = kinds.includes('name') && command.id !== 'alias:create'
  return named ? { kind: 'aliases', prefix: current } : NOTHING
}

function isPath(word: string): boolean {
  return /^[.~/]/.test(word) || (word.includes('/') && !word.startsWith('alias/'))
}

/** What the words after a command's name are. */
function read(flags: readonly ManifestFlag[], words: readonly string[]) {
  const used = new Set<string>()
  let open: ManifestFlag | undefined
  let positionals = 0
  let onlyArguments = false
  for (const word of words) {
    if (open !== undefined) {
      open = undefined
      continue
    }
    if (onlyArguments || !word.startsWith('-') || word === '-') positionals += 1
    else if (word === '--') onlyArguments = true
    else {
      const [, name = word.slice(1), value] = /^--([^=]+)(=.*)?$/s.exec(word) ?? []
      const bare = name.replace(/^no-/, '')
      const flag = flags.find(
        (one) => one.name === name || one.char === name || (one.allowNo && one.name === bare),
      )
      if (flag === undefined) continue
      used.add(flag.name)
      if (flag.type === 'option' && value === undefined) open = flag
    }
  }
  return { open, positionals, used, onlyArguments }
}

/** The ways to write a flag; none where it stands already and may stand but once. */
function spelled(flag: ManifestFlag, used: ReadonlySet<string>): Candidate[] {
  const { name, description = '', multiple, allowNo } = flag
  if (used.has(name) && multiple !== true) return []
  const own = { value: `--${name}`, description }
  return allowNo === true
    ? [own, { value: `--no-${name}`, description: `Not: ${description}` }]
    : [own]
}

function flagValue(flag: ManifestFlag, typed: string, lead: string): Wanted {
  if (flag.options !== undefined) {
    return begins(plain(flag.options.map((option) => `${lead}${option}`)), `${lead}${typed}`)
  }
  if (flag.name === 'profile' && lead === '') return { kind: 'profiles', prefix: typed }
  return flag.helpValue?.includes('FILE') === true && lead === '' ? { kind: 'files' } : NOTHING
}

function plain(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value, description: '' }))
}

function begins(words: readonly Candidate[], current: string): Wanted {
  // A flag is offered when a dash asks for it.
  const shown = words.filter(
    ({ value }) => value.startsWith(current) && (current !== '' || !value.startsWith('-')),
  )
  return { kind: 'words', words: shown }
}
