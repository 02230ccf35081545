/**
 * Whether a condition holds. Source: "Condition operators", "Multivalued context keys" and "Variables and
 * tags" in the IAM User Guide. Operators that IAM does not know, in another letter case than IAM's too
 * ("Invalid Condition type : stringEquals"), are refused with the document, and hold nowhere here.
 */
import { BlockList, isIP, isIPv6 } from 'node:net'

type Context = Readonly<Record<string, readonly string[]>>

/** Whether a value of the request is what one value of the policy says. */
type Test = (pattern: Pattern, value: string) => boolean

/** A value of the policy: pieces of text, and wildcards where the operator knows them. */
type Piece = string | typeof MANY | typeof ONE
type Pattern = readonly Piece[]

const MANY = Symbol('*')
const ONE = Symbol('?')

interface Operator {
  readonly test: Test
  readonly negated: boolean
  /** "You can use a policy variable with" String, ARN and Bool operators, in Version 2012-10-17 alone. */
  readonly variables: boolean
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  ...pair('StringEquals', 'StringNotEquals', (p, v) => plain(p) === v, true),
  ...pair(
    'StringEqualsIgnoreCase',
    'StringNotEqualsIgnoreCase',
    (p, v) => plain(p).toLowerCase() === v.toLowerCase(),
    true,
  ),
  ...pair('StringLike', 'StringNotLike', (p, v) => like(p, v), true),
  // "The ArnEquals and ArnLike condition operators behave identically."
  ...pair('ArnEquals', 'ArnNotEquals', arn, true),
  ...pair('ArnLike', 'ArnNotLike', arn, true),
  ...pair(
    'NumericEquals',
    'NumericNotEquals',
    numeric((p, v) => v === p),
  ),
  ...one(
    'NumericLessThan',
    numeric((p, v) => v < p),
  ),
  ...one(
    'NumericLessThanEquals',
    numeric((p, v) => v <= p),
  ),
  ...one(
    'NumericGreaterThan',
    numeric((p, v) => v > p),
  ),
  ...one(
    'NumericGreaterThanEquals',
    numeric((p, v) => v >= p),
  ),
  ...pair(
    'DateEquals',
    'DateNotEquals',
    date((p, v) => v === p),
  ),
  ...one(
    'DateLessThan',
    date((p, v) => v < p),
  ),
  ...one(
    'DateLessThanEquals',
    date((p, v) => v <= p),
  ),
  ...one(
    'DateGreaterThan',
    date((p, v) => v > p),
  ),
  ...one(
    'DateGreaterThanEquals',
    date((p, v) => v >= p),
  ),
  ...one('Bool', (p, v) => plain(p).toLowerCase() === v.toLowerCase(), true),
  ...one('BinaryEquals', (p, v) => bytes(plain(p)).equals(bytes(v))),
  ...pair('IpAddress', 'NotIpAddress', (p, v) => inRange(plain(p), v)),
}

function one(name: string, test: Test, variables = false): Record<string, Operator> {
  return { [name]: { test, negated: false, variables } }
}

function pair(name: string, not: string, test: Test, variables = false): Record<string, Operator> {
  return { ...one(name, test, variables), [not]: { test, negated: true, variables } }
}

/**
 * Whether one operator holds for one condition key.
 *
 * @param variables whether the document's Version knows them
 */
export function matchesCondition(
  written: string,
  key: string,
  values: readonly string[],
  context: Context,
  variables: boolean,
): boolean {
  const [, set, rest = ''] = /^(?:(ForAnyValue|ForAllValues):)?(.*)$/s.exec(written) ?? []
  // "Condition": key names are not case-sensitive.
  const given = context[key.replace(/[A-Z]/g, (letter) => letter.toLowerCase())] ?? []
  const present = given.length > 0
  // "Condition operator to check existence of condition keys"
  if (rest === 'Null') return set === undefined && values.some((v) => v === String(!present))
  const ifExists = rest.endsWith('IfExists')
  const name = ifExists ? rest.slice(0, -'IfExists'.length) : rest
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined
  if (operator === undefined) return false
  if (!present) {
    if (ifExists) return true
    // "returns true if there are no keys in the request"; "ForAnyValue returns false"
    if (set !== undefined) return set === 'ForAllValues'
    // "If the key … is not present …, the condition is false", and of negated operators true.
    return operator.negated
  }
  const wild = /Like$|^Arn/.test(name)
  const patterns = values.map((text) =>
    pattern(text, wild, variables && operator.variables ? context : null),
  )
  // "If AWS cannot resolve a variable, this might cause the entire statement to be invalid."
  if (patterns.includes(null)) return false
  const holds = (value: string) =>
    patterns.some((one) => operator.test(one as Pattern, value)) !== operator.negated
  if (set === 'ForAllValues') return given.every(holds)
  if (set === 'ForAnyValue') return given.some(holds)
  // Several values without a set operator are not IAM's grammar: as AWS advises against, so here.
  return operator.negated ? given.every(holds) : given.some(holds)
}

/** The text with its variables resolved; null where one cannot be. What a variable brings holds no wildcard. */
function pattern(text: string, wild: boolean, context: Context | null): Pattern | null {
  const pieces: Piece[] = []
  for (const piece of text.split(/(\$\{[^}]*\}|[*?])/)) {
    if (piece === '*' || piece === '?') pieces.push(wild ? (piece === '*' ? MANY : ONE) : piece)
    else if (context !== null && /^\$\{.*\}$/s.test(piece)) {
      const value = resolved(piece.slice(2, -1), context)
      if (value === null) return null
      pieces.push(value)
    } else if (wild && piece.startsWith('${')) {
      // Version 2008-10-17: the braces are text, and a wildcard between them is one.
      for (const mark of piece) pieces.push(mark === '*' ? MANY : mark === '?' ? ONE : mark)
    } else pieces.push(piece)
  }
  return pieces
}

/** "Specifying default values"; ${*}, ${?} and ${$} are the characters ("predefined policy variables"). */
function resolved(name: string, context: Context): string | null {
  if (name === '*' || name === '?' || name === '$') return name
  const [, key = name, fallback] = /^([^,]*?)\s*,\s*'(.*)'$/s.exec(name) ?? []
  const values = context[key.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase())] ?? []
  return values.length === 1 ? (values[0] as string) : (fallback ?? null)
}

function plain(pattern: Pattern): string {
  return pattern.map((piece) => (piece === MANY ? '*' : piece === ONE ? '?' : piece)).join('')
}

function like(pattern: Pattern, value: string): boolean {
  const source = pattern.map((piece) =>
    piece === MANY
      ? '.*'
      : piece === ONE
        ? '.'
        : (piece as string).replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'),
  )
  return new RegExp(`^${source.join('')}$`, 's').test(value)
}

/** "Each of the six colon-delimited components of the ARN is checked separately". */
function arn(pattern: Pattern, value: string): boolean {
  const wanted = components(pattern)
  const given = components([value])
  if (wanted.length < 6 || given.length < 6) return false
  return wanted.every((component, index) => like(component, plain(given[index] as Pattern)))
}

function components(pattern: Pattern): Pattern[] {
  const parts: Piece[][] = [[]]
  for (const piece of pattern) {
    const texts: Piece[] = typeof piece === 'string' ? piece.split(/(:)/) : [piece]
    for (const text of texts) {
      if (text === ':' && parts.length < 6) parts.push([])
      else parts.at(-1)?.push(text)
    }
  }
  return parts
}

function numeric(test: (policy: number, request: number) => boolean): Test {
  return (p, v) => {
    const [policy, request] = [number(plain(p)), number(v)]
    return policy !== null && request !== null && test(policy, request)
  }
}

function number(text: string): number | null {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null
}

/** "one of the W3C implementations of the ISO 8601 date formats or in epoch (UNIX) time" */
function date(test: (policy: number, request: number) => boolean): Test {
  return (p, v) => {
    const [policy, request] = [time(plain(p)), time(v)]
    return policy !== null && request !== null && test(policy, request)
  }
}

function time(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const value = /^\d{4}-\d\d(-\d\d)?/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(value) ? null : value
}

function bytes(base64: string): Buffer {
  return Buffer.from(base64, 'base64')
}

/** "If you specify an IP address without the associated routing prefix, IAM uses the default prefix value of /32." */
function inRange(range: string, value: string): boolean {
  const [address = '', prefix] = range.split('/')
  if (isIP(address) === 0 || isIP(value) !== isIP(address)) return false
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  const bits = Number(prefix ?? (family === 'ipv6' ? 128 : 32))
  if (!Number.isInteger(bits) || bits < 0 || bits > (family === 'ipv6' ? 128 : 32)) return false
  const ranges = new BlockList()
  ranges.addSubnet(address, bits, family)
  return ranges.check(value, family)
}
