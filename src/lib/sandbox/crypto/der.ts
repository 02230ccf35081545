/** The few pieces of DER (X.690) that signatures and PKCS#8 need. Reading is strict. */

const tags = { integer: 0x02, octetString: 0x04, sequence: 0x30 } as const

export function encodeIntegers(values: readonly bigint[]): Buffer {
  return element(tags.sequence, Buffer.concat(values.map(encodeInteger)))
}

/** The exact inverse of {@link encodeIntegers}; undefined for anything else. */
export function decodeIntegers(der: Buffer): bigint[] | undefined {
  const sequence = read(der)
  if (sequence?.tag !== tags.sequence || sequence.rest.length > 0) return undefined
  const values: bigint[] = []
  for (let rest = sequence.content; rest.length > 0; ) {
    const next = read(rest)
    if (next?.tag !== tags.integer || next.content.length === 0) return undefined
    const value = BigInt(`0x${next.content.toString('hex')}`)
    // DER has one form for each number, so whatever does not come back the same is not DER.
    // This refuses padding, and negative numbers, which no caller has a use for.
    if (!encodeInteger(value).equals(element(tags.integer, next.content))) return undefined
    values.push(value)
    rest = next.rest
  }
  return values
}

/**
 * The secret number of an elliptic curve key: PKCS#8 (RFC 5208) is
 * `{version, algorithm, OCTET STRING}`, and in that, ECPrivateKey (RFC 5915) is
 * `{version, OCTET STRING privateKey, …}`.
 */
export function ecPrivateScalar(pkcs8: Buffer): bigint {
  const [, , inner] = elements(content(read(pkcs8), tags.sequence))
  const [, secret] = elements(content(read(content(inner, tags.octetString)), tags.sequence))
  return BigInt(`0x${content(secret, tags.octetString).toString('hex')}`)
}

type Element = { tag: number; content: Buffer; rest: Buffer }

function read(der: Buffer): Element | undefined {
  const [tag, first] = der
  if (tag === undefined || first === undefined) return undefined
  // 0x80 and more: the low bits count the bytes of the length. Two are enough for what is read here.
  const lengthBytes = first < 0x80 ? 0 : first - 0x80
  if (first === 0x80 || lengthBytes > 2 || der.length < 2 + lengthBytes) return undefined
  const length = lengthBytes === 0 ? first : der.readUIntBE(2, lengthBytes)
  if (lengthBytes > 0 && length < (lengthBytes === 1 ? 0x80 : 0x100)) return undefined
  const start = 2 + lengthBytes
  if (der.length < start + length) return undefined
  return { tag, content: der.subarray(start, start + length), rest: der.subarray(start + length) }
}

function elements(der: Buffer): Element[] {
  const found: Element[] = []
  for (let next = read(der); next !== undefined; next = read(next.rest)) found.push(next)
  return found
}

function content(found: Element | undefined, tag: number): Buffer {
  if (found?.tag !== tag) throw new Error('not an elliptic curve key in PKCS#8')
  return found.content
}

function encodeInteger(value: bigint): Buffer {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  // The first bit is the sign.
  const positive = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.alloc(1), bytes])
  return element(tags.integer, positive)
}

/** Signatures stay under 256 bytes: P-521 needs 139. */
function element(tag: number, body: Buffer): Buffer {
  const header = body.length < 0x80 ? [tag, body.length] : [tag, 0x81, body.length]
  return Buffer.concat([Buffer.from(header), body])
}
