/** The command line that says what a wizard's answers say. */
import type { CreateFlags } from '../../kms/rules/create-flags.js'
import { escapeText } from '../../views/text/escape.js'

/** The order in which people would write them; others come after. */
const ORDER: readonly (keyof CreateFlags)[] = [
  'alias',
  'no-alias',
  'description',
  'spec',
  'usage',
  'origin',
  'custom-key-store-id',
  'xks-key-id',
  'multi-region',
  'policy',
  'admin',
  'user',
  'grant-user',
  'account',
  'service',
  'no-admin-delete',
  'guardrails',
  'rotation',
  'rotation-period-days',
  'tag',
  'disabled',
]

/** The words after `kmsctl` that make the same key. */
export function commandWords(flags: CreateFlags): string[] {
  const names = [...new Set<string>([...ORDER, ...Object.keys(flags)])]
  const values = flags as Readonly<Record<string, unknown>>
  return ['create', ...names.flatMap((name) => flagWords(name, values[name]))]
}

/** The words as one line for bash and zsh. What could steer a terminal is written in escapes. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ')
}

function flagWords(name: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => flagWords(name, one))
  if (value === true) return [`--${name}`]
  // The only flag that is on without being given.
  if (value === false) return name === 'rotation' ? ['--no-rotation'] : []
  if (value === undefined) return []
  const text = String(value)
  return text.startsWith('-') ? [`--${name}=${text}`] : [`--${name}`, text]
}

function shellWord(word: string): string {
  // zsh reads a word that begins with `=` as the name of a program, and puts its path in place of it.
  if (/^[\w@%+:,./-][\w@%+=:,./-]*$/.test(word)) return word
  if (escapeText(word) === word) return `'${word.replaceAll("'", "'\\''")}'`
  const bytes = [...word].map((character) => {
    if (character === "'" || character === '\\') return `\\${character}`
    if (escapeText(character) === character && /^[\x20-\x7e]$/.test(character)) return character
    return [...new TextEncoder().encode(character)]
      .map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
      .join('')
  })
  return `$'${bytes.join('')}'`
}
