/** A lockout, a public policy and a ghost are each refused by name, by the real binary. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyHome, kmsctl } from '../support/run/binary.js'

const ROOT = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::000000000000:root' },
  Action: 'kms:*',
  Resource: '*',
}
const CASES = [
  ['lockout', [{ ...ROOT, Action: 'kms:Decrypt' }]],
  ['public-principal', [ROOT, { ...ROOT, Principal: '*', Action: 'kms:Decrypt' }]],
  ['ghost-principal', [ROOT, { ...ROOT, Principal: { AWS: 'AIDACKCEVSQ6C2EXAMPLE' } }]],
] as const

test.each(CASES)('%s', async (rule, statements) => {
  const home = emptyHome()
  const path = join(home.HOME ?? '', 'policy.json')
  writeFileSync(path, JSON.stringify({ Version: '2012-10-17', Statement: statements }))

  const linted = await kmsctl(['policy', 'lint', path], home)
  expect(linted).toMatchObject({ exitCode: 5, stderr: '' })
  expect(linted.stdout).toMatch(new RegExp(`^error ${rule} `))

  const create = ['create', '--alias', 'app', '--policy', path, '--sandbox', '--json']
  const created = await kmsctl(create, home)
  expect(created.exitCode).toBe(5)
  expect(JSON.parse(created.stdout).error).toMatchObject({
    code: 'PolicyRejected',
    message: `the policy is refused: ${rule}`,
  })
})

test('the JSON of findings has their members, and no others (contract 4)', async () => {
  const stdin = JSON.stringify({ Version: '2012-10-17', Statement: ROOT })
  const home = emptyHome()
  const { stdout, exitCode } = await kmsctl(
    ['policy', 'lint', '-', '--json', '--account', '111122223333'],
    home,
    { stdin },
  )
  expect(exitCode).toBe(5)
  const { findings, ...rest } = JSON.parse(stdout)
  expect(rest).toEqual({})
  expect(Object.keys(findings[0])).toEqual([
    'rule',
    'severity',
    'statement',
    'sid',
    'message',
    'fix',
  ])
})
