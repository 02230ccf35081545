/**
 * Ed25519ph, the variant of Ed25519 that signs a hash of the message (RFC 8032 section 5.1,
 * FIPS 186-5 section 7.8). Node offers only the plain variant, and no way to its curve, so the
 * curve is here. The plain variant goes through `node:crypto`.
 */
import { createHash } from 'node:crypto'

/** The pair as a JSON Web Key holds it (RFC 8037): the seed, and the encoded public point. */
export type EdwardsKey = { seed: Buffer; publicKey: Buffer }

/** RFC 8032 section 2, dom2(1, ""): prehashed, with an empty context. */
const prehashed = Buffer.concat([
  Buffer.from('SigEd25519 no Ed25519 collisions'),
  Buffer.from([1, 0]),
])

export function signPrehashed(key: EdwardsKey, message: Uint8Array): Buffer {
  return signWithPrefix(key, prehashed, sha512(message))
}

/**
 * Whether the signature's point R is S·B − k·A. With the secret a at hand, where A = a·B, this is
 * one multiplication, (S − k·a)·B, and nothing that a stranger sent needs decoding.
 */
export function verifyPrehashed(key: EdwardsKey, message: Uint8Array, signature: Buffer): boolean {
  if (signature.length !== 64) return false
  const pointR = signature.subarray(0, 32)
  const s = toNumber(signature.subarray(32))
  if (s >= order) return false
  const k = toNumber(sha512(prehashed, pointR, key.publicKey, sha512(message)))
  return encodePoint(multiplyBase(modulo(s - k * expand(key.seed).scalar, order))).equals(pointR)
}

/** With an empty prefix and a whole message this is plain Ed25519, which tests it against Node. */
export function signWithPrefix(key: EdwardsKey, prefix: Buffer, message: Uint8Array): Buffer {
  const { scalar, nonceKey } = expand(key.seed)
  const r = toNumber(sha512(prefix, nonceKey, message)) % order
  const pointR = encodePoint(multiplyBase(r))
  const k = toNumber(sha512(prefix, pointR, key.publicKey, message))
  return Buffer.concat([pointR, toBytes((r + k * scalar) % order)])
}

/** Section 5.1.5: half of the seed's hash is the secret number, half makes the nonces. */
function expand(seed: Buffer): { scalar: bigint; nonceKey: Buffer } {
  const hash = sha512(seed)
  const low = toNumber(hash.subarray(0, 32))
  const scalar = (low & ((1n << 254n) - 8n)) | (1n << 254n)
  return { scalar, nonceKey: hash.subarray(32) }
}

function sha512(...parts: Uint8Array[]): Buffer {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Section 5.1: the prime of the field, the curve's d, the order and the base point. */
const prime = 2n ** 255n - 19n
const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n
const order = 2n ** 252n + 27742317777372353535851937790883648493n
const baseX = 15112221349535400772501151409588531511454012693041857206046113283949847762202n
const baseY = 46316835694926478169428394003475163141307993866256225615783033603165251855960n

/** Extended homogeneous coordinates, section 5.1.4: x = X/Z, y = Y/Z, x·y = T/Z. */
type Point = readonly [x: bigint, y: bigint, z: bigint, t: bigint]

function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = modulo((y1 - x1) * (y2 - x2), prime)
  const b = modulo((y1 + x1) * (y2 + x2), prime)
  const c = modulo(2n * t1 * t2 * d, prime)
  const e = modulo(2n * z1 * z2, prime)
  const [f, g, h, i] = [b - a, e - c, e + c, b + a]
  return [modulo(f * g, prime), modulo(h * i, prime), modulo(g * h, prime), modulo(f * i, prime)]
}

function multiplyBase(factor: bigint): Point {
  let result: Point = [0n, 1n, 1n, 0n]
  let power: Point = [baseX, baseY, 1n, modulo(baseX * baseY, prime)]
  for (let rest = factor; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = add(result, power)
    power = add(power, power)
  }
  return result
}

/** Section 5.1.2: y, little-endian, with the lowest bit of x on top. */
function encodePoint([x, y, z]: Point): Buffer {
  const reciprocal = power(z, prime - 2n)
  const sign = modulo(x * reciprocal, prime) & 1n
  return toBytes(modulo(y * reciprocal, prime) | (sign << 255n))
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % prime
    square = (square * square) % prime
  }
  return result
}

function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus
  return rest < 0n ? rest + modulus : rest
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}

function toBytes(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse()
}
