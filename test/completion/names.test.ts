import { describe, expect, test } from 'vitest'
import { aliasCandidates, isGood, keyCandidates } from '../../src/lib/completion/names.js'
import { namesFile, targetWords } from '../../src/lib/completion/target.js'

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab'
const ARN = `arn:aws:kms:us-east-1:111122223333:key/${ID}`
const OF_AWS = 'arn:aws:kms:us-east-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321'
const names = {
  aliases: [
    ['alias/orders', ID],
    ['alias/app', ID],
    ['alias/lost', null],
    ['alias/aws/s3', '0987dcba-09fe-87dc-65ba-ab0987654321'],
  ],
  keys: [ARN, OF_AWS],
} as const

const values = (found: readonly { value: string }[]) => found.map(({ value }) => value)

describe('names of keys, as they are being typed', () => {
  test.each([
    ['', ['app', 'lost', 'orders']],
    ['o', ['orders']],
    ['alias/', ['alias/app', 'alias/lost', 'alias/orders']],
    ['aws/', ['aws/s3']],
    ['alias/aws/', ['alias/aws/s3']],
    ['x', []],
  ])('aliases for %j', (prefix, expected) => {
    expect(values(aliasCandidates(names, prefix))).toEqual(expected)
  })

  test.each([
    ['', ['app', 'lost', 'orders', ID]],
    ['12', [ID]],
    ['arn:aws:kms', [ARN]],
  ])('keys for %j', (prefix, expected) => {
    expect(values(keyCandidates(names, prefix))).toEqual(expected)
  })

  test('say what they stand for', () => {
    expect(keyCandidates(names, '')).toContainEqual({
      value: ID,
      description: 'alias/app, alias/orders',
    })
    expect(keyCandidates(names, '')).toContainEqual({ value: 'lost', description: 'no key' })
  })
})

test('names are good for a minute, and not when they are from the future', () => {
  const kept = { at: 1_000_000, aliases: [], keys: [] }
  expect(isGood(kept, 1_000_000)).toBe(true)
  expect(isGood(kept, 1_059_999)).toBe(true)
  expect(isGood(kept, 1_060_000)).toBe(false)
  expect(isGood(kept, 999_999)).toBe(false)
  expect(isGood(null, 0)).toBe(false)
})

describe('whose keys are meant', () => {
  test.each([
    ['describe --region eu-west-1', ['--region', 'eu-west-1']],
    ['describe --region=eu-west-1 --profile p', ['--profile', 'p', '--region', 'eu-west-1']],
    ['describe --profile a --profile b', ['--profile', 'b']],
    ['list --sandbox --json', ['--sandbox']],
    ['describe --region', []],
    ['describe app', []],
  ])('%j', (line, expected) => {
    expect(targetWords(line.split(' '))).toEqual(expected)
  })

  const where = { platform: 'linux' as const, home: '/home/me' }
  const file = (env: Record<string, string>, target: string[] = []) =>
    namesFile({ ...where, env }, target)

  test('each has a file of its own in the user’s cache folder', () => {
    const files = [
      file({}),
      file({ AWS_PROFILE: 'p' }),
      file({ AWS_REGION: 'eu-west-1' }),
      file({ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE' }),
      file({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }),
      file({ KMSCTL_SANDBOX: '1' }),
      file({}, ['--profile', 'p']),
      file({}, ['--region', 'eu-west-1']),
      file({}, ['--sandbox']),
    ]
    expect(new Set(files).size).toBe(files.length)
    for (const path of files)
      expect(path).toMatch(/^\/home\/me\/\.cache\/kmsctl\/names\/\w{32}\.json$/)
  })

  test('what does not decide it decides no file, and a secret least of all', () => {
    expect(file({ AWS_SECRET_ACCESS_KEY: 'canary', LANG: 'C', AWS_PAGER: '' })).toBe(file({}))
  })
})
