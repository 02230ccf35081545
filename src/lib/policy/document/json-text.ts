/**
 * Where things stand in a JSON text. JSON.parse gives the value; this tells what JSON.parse does not:
 * the line and column of a mistake (Node names a position for some mistakes only), keys given twice (of
 * which JSON.parse silently keeps the last), and numbers that do not stay as they are written.
 */

/** A place in a text, both counted from 1, columns in characters. */
export interface Place {
  readonly line: number
  readonly column: number
}

interface Scan {
  /** Where and why the text is not JSON, or null when it is. */
  readonly problem: { readonly offset: number; readonly expected: string } | null
  readonly twice: readonly { readonly key: string; readonly offset: number }[]
  readonly respelt: readonly { readonly number: string; readonly offset: number }[]
}

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or ]' | ', or }' | 'end'

const WORDS: Readonly<Record<Expected, string>> = {
  value: 'a value',
  'value or ]': 'a value or ]',
  key: 'a double-quoted name',
  'key or }': 'a double-quoted name or }',
  ':': 'a colon',
  ', or ]': 'a comma or ]',
  ', or }': 'a comma or }',
  end: 'the end of the text',
}

const ESCAPE = String.raw`\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})`
const PLAIN = String.raw`[^"\\\u0000-\u001f]*`
const STRING = `"${PLAIN}(?:${ESCAPE}${PLAIN})*"`
const SCALAR = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)`
const TOKEN = new RegExp(`[ \\t\\r\\n]*(?:(${STRING})|(${SCALAR})|([{}[\\],:]))`, 'y')
const BLANK = /[ \t\r\n]*/y

/** Walks through the text without recursion, so that no depth of nesting ends it. */
function scan(text: string): Scan {
  const open: (Set<string> | null)[] = [] // the names of an object, or null for a list
  const twice: { key: string; offset: number }[] = []
  const respelt: { number: string; offset: number }[] = []
  let expected: Expected = 'value'
  let at = 0
  for (;;) {
    BLANK.lastIndex = at
    at += BLANK.exec(text)?.[0].length ?? 0
    if (at === text.length && expected === 'end') return { problem: null, twice, respelt }
    TOKEN.lastIndex = at
    const [, string, scalar, mark] = TOKEN.exec(text) ?? []
    const next = after(expected, { string, scalar, mark }, open)
    if (next === null) {
      return { problem: { offset: at, expected: WORDS[expected] }, twice, respelt }
    }
    if (scalar !== undefined && /\d$/.test(scalar) && String(Number(scalar)) !== scalar) {
      respelt.push({ number: scalar, offset: at })
    }
    if (string !== undefined && next === ':') {
      const key = JSON.parse(string) as string
      const names = open.at(-1)
      if (names?.has(key)) twice.push({ key, offset: at })
      names?.add(key)
    }
    expected = next
    at = TOKEN.lastIndex
  }
}

interface Token {
  readonly string: string | undefined
  readonly scalar: string | undefined
  readonly mark: string | undefined
}

/** What may follow once this token is read, or null when it is not what was expected. */
function after(expected: Expected, token: Token, open: (Set<string> | null)[]): Expected | null {
  const { mark } = token
  if (expected === 'value' || expected === 'value or ]') {
    if (token.string !== undefined || token.scalar !== undefined) return closed(open)
    if (mark === '{' || mark === '[') {
      open.push(mark === '{' ? new Set() : null)
      return mark === '{' ? 'key or }' : 'value or ]'
    }
    return mark === ']' && expected === 'value or ]' ? close(open) : null
  }
  if (expected === 'key' || expected === 'key or }') {
    if (token.string !== undefined) return ':'
    return mark === '}' && expected === 'key or }' ? close(open) : null
  }
  if (expected === ':') return mark === ':' ? 'value' : null
  if (expected === ', or ]') return mark === ',' ? 'value' : mark === ']' ? close(open) : null
  if (expected === ', or }') return mark === ',' ? 'key' : mark === '}' ? close(open) : null
  return null
}

function close(open: (Set<string> | null)[]): Expected {
  open.pop()
  return closed(open)
}

function closed(open: readonly (Set<string> | null)[]): Expected {
  const inner = open.at(-1)
  if (inner === undefined) return 'end'
  return inner === null ? ', or ]' : ', or }'
}

/** The line and column of an offset. */
export function placeOf(text: string, offset: number): Place {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/)
  return { line: lines.length, column: [...(lines.at(-1) ?? '')].length + 1 }
}

/** Where the text stops being JSON and what was expected there, or null when it is JSON. */
export function jsonProblem(text: string): (Place & { expected: string }) | null {
  const { problem } = scan(text)
  return problem && { ...placeOf(text, problem.offset), expected: problem.expected }
}

/** The names that one object of the text gives twice, each where it is given again. */
export function duplicateKeys(text: string): (Place & { key: string })[] {
  return scan(text).twice.map(({ key, offset }) => ({ ...placeOf(text, offset), key }))
}

/** The numbers of the text that JSON.parse and JSON.stringify do not give back as they are written: 1.0, 1e3, or with more digits than a double has. */
export function respeltNumbers(text: string): (Place & { number: string })[] {
  return scan(text).respelt.map(({ number, offset }) => ({ ...placeOf(text, offset), number }))
}
