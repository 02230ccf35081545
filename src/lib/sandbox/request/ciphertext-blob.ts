/**
 * Markers and grant tokens: opaque texts that only the sandbox makes. A checksum tells one of its
 * own from anything else; it is no signature, and needs none in a rehearsal.
 */
import { createHash } from 'node:crypto'

/** `parts` as an opaque text; `kind` keeps a marker from passing for a grant token. */
export function seal(kind: string, parts: readonly string[]): string {
  const text = JSON.stringify(parts)
  return Buffer.from(checksum(kind, text) + text, 'utf8').toString('base64url')
}

/** The parts of a sealed text, or undefined for anything that `seal` did not make of this kind. */
export function unseal(kind: string, sealed: string): string[] | undefined {
  const opened = Buffer.from(sealed, 'base64url').toString('utf8')
  const text = opened.slice(16)
  if (opened.slice(0, 16) !== checksum(kind, text)) return undefined
  return JSON.parse(text) as string[]
}

function checksum(kind: string, text: string): string {
  return createHash('sha256').update(`${kind}\n${text}`).digest('hex').slice(0, 16)
}
