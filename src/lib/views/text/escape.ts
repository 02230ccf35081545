/**
 * The one place where bytes that came from AWS, from a file or from the command line are made
 * harmless (contract 3). Text is escaped for terminals, JSON for whatever reads it.
 *
 * What is escaped: control characters (C0, DEL, C1, with CR, LF and tab), line and paragraph
 * separators, lone surrogates, interlinear annotation marks, and every character that Unicode calls
 * default-ignorable: bidirectional controls, zero-width characters, soft hyphens, fillers, tags,
 * variation selectors. They are invisible, so they can reorder a line, or make two names look alike.
 *
 * What stays, because text of honest people needs it there and it cannot deceive there:
 * - zero-width (non-)joiners between two letters of a script that shapes with them (Arabic, the
 *   Indic scripts and their kin), and the joiner between two pictographs (families, professions);
 * - variation selectors right after a pictograph or a Han character, in keycaps, and Mongolian's own
 *   after a Mongolian letter.
 * Flags built of tag characters (England, Scotland, Wales) are escaped: tags carry hidden text.
 *
 * The backslash itself is not escaped, so that clean text comes back as it was and escaping twice is
 * escaping once. Whoever needs to tell a newline from the two characters `\n` reads the JSON output.
 */

const SHAPING_LETTER =
  '[[[\\p{L}\\p{M}]&&[\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Mong}\\p{scx=Deva}\\p{scx=Beng}\\p{scx=Guru}' +
  '\\p{scx=Gujr}\\p{scx=Orya}\\p{scx=Taml}\\p{scx=Telu}\\p{scx=Knda}\\p{scx=Mlym}\\p{scx=Sinh}' +
  '\\p{scx=Khmr}\\p{scx=Mymr}\\p{scx=Tibt}]]--\\p{DI}]'
const PICTOGRAPH = '\\p{Extended_Pictographic}'

/** Where an invisible character may stand. Neighbours are never characters that are escaped. */
const ALLOWED = [
  `(?<=${SHAPING_LETTER})[\\u200C\\u200D](?=${SHAPING_LETTER})`,
  `(?<=${PICTOGRAPH}[\\uFE0F\\u{1F3FB}-\\u{1F3FF}]?)\\u200D(?=${PICTOGRAPH})`,
  `(?<=${PICTOGRAPH})[\\uFE0E\\uFE0F]`,
  '(?<=[0-9#*])\\uFE0F(?=\\u20E3)',
  '(?<=\\p{scx=Han})[\\uFE00-\\uFE02\\u{E0100}-\\u{E01EF}]',
  '(?<=[\\p{L}&&\\p{scx=Mong}])[\\u180B-\\u180D\\u180F]',
]

const DANGEROUS = '[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}\\uFFF9-\\uFFFB\\p{DI}]'

let anyDangerous: RegExp | undefined

/** Made when first needed: making it takes some milliseconds. */
function dangerous(): RegExp {
  anyDangerous ??= new RegExp(`(?!${ALLOWED.join('|')})${DANGEROUS}`, 'gv')
  return anyDangerous
}

/** Most text is this, and then the costly expression above is not needed. */
const PLAIN = /^[\x20-\x7e]*$/
const PLAIN_LINES = /^[\n\x20-\x7e]*$/

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escaped(character: string): string {
  const short = SHORT[character]
  if (short !== undefined) return short
  const point = character.codePointAt(0) ?? 0
  const hex = point.toString(16)
  if (point < 0x100) return `\\x${hex.padStart(2, '0')}`
  return point < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`
}

/** The text on one line, with everything that could deceive or steer a terminal shown as an escape. */
export function escapeText(text: string): string {
  return PLAIN.test(text) ? text : text.replace(dangerous(), escaped)
}

/**
 * A deep copy of a JSON-like value in which every string and every object key is escaped. Keys that
 * become equal by it are told apart by a number, so that nothing is lost. Dates stay dates.
 */
export function harmless<T>(value: T): T {
  return copy(value) as T
}

function copy(value: unknown): unknown {
  if (typeof value === 'string') return escapeText(value)
  if (Array.isArray(value)) return value.map(copy)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  const entries = new Map<string, unknown>()
  for (const [key, member] of Object.entries(value)) {
    const clean = escapeText(key)
    let name = clean
    for (let count = 2; entries.has(name); count++) name = `${clean} (${count})`
    entries.set(name, copy(member))
  }
  // Unlike an assignment, this makes a member named __proto__ an ordinary one.
  return Object.fromEntries(entries)
}

/**
 * The value as JSON in which also the characters that JSON.stringify leaves alone (DEL, C1, U+2028/9,
 * bidirectional controls and the rest of this file's list) are `\uXXXX`. Parsing gives the value back.
 */
export function toJson(value: unknown, indent = 2): string {
  const text = JSON.stringify(value, null, indent) ?? 'null'
  if (PLAIN_LINES.test(text)) return text
  // A raw line feed can only be the indentation: JSON.stringify escapes those within strings.
  return text.replace(dangerous(), (character) =>
    character === '\n' ? character : jsonEscaped(character),
  )
}

function jsonEscaped(character: string): string {
  let out = ''
  for (let unit = 0; unit < character.length; unit++) {
    out += `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`
  }
  return out
}
