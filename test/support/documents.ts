import { expect } from 'vitest'
import type { Ran } from './run/command.js'

/** Contract 4, written by hand from its text and not from the code's types. */
const text = expect.any(String)
const flag = expect.any(Boolean)
const number = expect.any(Number)

function oneOf(...values: unknown[]): unknown {
  return { asymmetricMatch: (value: unknown) => values.includes(value), toString: () => 'oneOf' }
}

function orNull(matcher: unknown): unknown {
  return {
    asymmetricMatch: (value: unknown) =>
      value === null ||
      (matcher as { asymmetricMatch(v: unknown): boolean }).asymmetricMatch(value),
    toString: () => 'orNull',
  }
}

/** ISO 8601 in UTC. */
const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)

export const ROTATION = {
  eligible: flag,
  reason: orNull(text),
  enabled: flag,
  rotationPeriodInDays: orNull(number),
  nextRotationDate: orNull(date),
  onDemandRotationStartDate: orNull(date),
}

/** What `list` gives of a key at least. */
export const LISTED_KEY = {
  keyId: expect.stringMatching(/^([0-9a-f-]{36}|mrk-[0-9a-f]{32})$/),
  arn: expect.stringMatching(/^arn:aws:kms:us-east-1:\d{12}:key\//),
  accountId: '000000000000',
  region: 'us-east-1',
  aliases: expect.any(Array),
  description: text,
  keyState: text,
  enabled: flag,
  keyManager: oneOf('CUSTOMER', 'AWS'),
  keySpec: text,
  keyUsage: text,
  origin: text,
  multiRegion: flag,
  multiRegionConfiguration: orNull(expect.any(Object)),
  creationDate: date,
  deletionDate: orNull(date),
  pendingDeletionWindowInDays: orNull(number),
}

export const KEY = {
  ...LISTED_KEY,
  rotation: ROTATION,
  tags: expect.any(Object),
  lastUsage: {
    status: oneOf('used', 'unused', 'unknown'),
    operation: orNull(text),
    timestamp: orNull(date),
    trackingStartDate: orNull(date),
  },
  grants: { count: number, more: flag },
  unavailable: [],
}

export const CHANGE = { changed: flag, key: KEY, warnings: expect.any(Array), sandbox: true }

export const ALIAS = {
  aliasName: expect.stringMatching(/^alias\//),
  aliasArn: expect.stringMatching(/^arn:aws:kms:us-east-1:000000000000:alias\//),
  targetKeyId: orNull(text),
  creationDate: orNull(date),
  lastUpdatedDate: orNull(date),
}

/** stdout as the one JSON document that it must be, ended by one line feed. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into results of every shape
export function document({ stdout }: Pick<Ran, 'stdout'>): any {
  expect(stdout).toMatch(/^[{[][\s\S]*[}\]]\n$/)
  return JSON.parse(stdout)
}

/** A failure's document, with its exit code; returns the error. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export function failure(ran: Pick<Ran, 'stdout' | 'exitCode'>, exitCode: number): any {
  const { error, ...rest } = document(ran)
  expect(Object.keys(rest).filter((member) => member !== 'sandbox')).toEqual([])
  expect(error).toMatchObject({ code: expect.stringMatching(/^[A-Z]\w+$/), message: text })
  expect(Array.isArray(error.hints)).toBe(true)
  const known = ['code', 'message', 'hints', 'exitCode', 'requestId', 'details']
  expect(Object.keys(error).filter((member) => !known.includes(member))).toEqual([])
  expect({ ...error, inProcess: ran.exitCode }).toMatchObject({ exitCode, inProcess: exitCode })
  return error
}

/** stderr of a failure without `--json`: one lower-case `error:` line, then `hint:` lines. */
export function told(stderr: string): { error: string; hints: string[] } {
  const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('[sandbox]'))
  const at = lines.findIndex((line) => line.includes('error: '))
  const [error = '', ...hints] = lines.slice(at).filter((line) => !/^request ID: /.test(line))
  expect(error).toMatch(/^error: [^\p{Lu}]/u)
  for (const hint of hints) expect(hint).toMatch(/^hint: ./)
  return { error, hints }
}
