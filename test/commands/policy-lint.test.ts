import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keyOrFile } from '../../src/lib/kms/rules/key-ref.js'
import { document, failure } from '../support/documents.js'
import { preparedShell, type Shell, shell } from '../support/run/shell.js'

const ROOT = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:root' },
  Action: 'kms:*',
  Resource: '*',
}
const GRANTS = {
  Sid: 'grants',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:role/app' },
  Action: 'kms:CreateGrant',
  Resource: '*',
}
const OPEN = { ...GRANTS, Sid: 'open', Principal: '*', Action: 'kms:Decrypt' }
const text = (...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })

/** A shell in whose folder the policy stands under a name. */
function withFile(type: Shell, name: string, policy: string): string {
  const path = join(type.directory, name)
  writeFileSync(path, policy)
  return path
}

/** No credentials, no Region, no sandbox: whatever asks AWS fails. */
const offline = () => shell({})

test('the policy of a key is judged, for its caller', async () => {
  const type = await preparedShell()
  const ran = await type('policy lint app --json')
  expect(ran.exitCode).toBe(0)
  expect(document(ran)).toEqual({ findings: [], sandbox: true })
  expect(await type('policy lint app')).toMatchObject({ stdout: 'nothing found\n', exitCode: 0 })
})

test('a file is judged without AWS (contract 4: findings on stdout, and 5 for an error)', async () => {
  const type = offline()
  const path = withFile(type, 'p.json', text(ROOT, OPEN, GRANTS))
  const ran = await type(`policy lint ${path} --json`)
  expect(ran).toMatchObject({ exitCode: 5, stderr: '' })
  expect(document(ran)).toEqual({
    findings: [
      expect.objectContaining({
        rule: 'public-principal',
        severity: 'error',
        statement: 2,
        sid: 'open',
      }),
      expect.objectContaining({
        rule: 'create-grant-unlimited',
        severity: 'warning',
        statement: 3,
        sid: 'grants',
      }),
    ],
  })
  const { stdout, exitCode } = await type(`policy lint ${path}`)
  expect(exitCode).toBe(5)
  expect(stdout).toMatch(/^error public-principal statement 2 \(open\)\n {2}allows /)
  expect(stdout).toMatch(/\n1 error, 1 warning\n$/)
})

test('standard input', async () => {
  const ran = await offline()('policy lint - --json', { stdin: text(ROOT) })
  expect(ran).toMatchObject({ exitCode: 0, json: { findings: [] } })
})

test.each([
  ['warning', 5],
  ['error', 0],
  ['note', 5],
])('--fail-on %s', async (level, exitCode) => {
  const ran = await offline()(`policy lint - --fail-on ${level}`, { stdin: text(ROOT, GRANTS) })
  expect(ran.exitCode).toBe(exitCode)
})

test('--allow: what the rule finds is told, and is no failure', async () => {
  const type = offline()
  const ran = await type('policy lint - --allow public-principal --json', {
    stdin: text(ROOT, OPEN),
  })
  expect(ran).toMatchObject({ exitCode: 0, json: { findings: [{ rule: 'public-principal' }] } })
  const unknown = await type('policy lint - --allow public --json', { stdin: text(ROOT, OPEN) })
  expect(failure(unknown, 2).message).toContain('rule "public" does not exist')
})

test('--account says whose key it will be', async () => {
  const type = offline()
  const rules = async (flags: string) => {
    const { json } = await type(`policy lint - --json ${flags}`, { stdin: text(ROOT) })
    return json.findings.map(({ rule }: { rule: string }) => rule)
  }
  expect(await rules('')).toEqual([])
  expect(await rules('--account 444455556666')).toEqual(['lockout', 'external-account-all'])
  const wrong = await type('policy lint - --account 1 --json', { stdin: text(ROOT) })
  expect(failure(wrong, 2).message).toContain('12 digits')
  const key = await (await preparedShell())('policy lint app --account 111122223333 --json')
  expect(failure(key, 2).message).toContain('--account is for a policy in a file')
})

test.each([
  ['', /^standard input is empty/],
  ['{', /^standard input is not JSON/],
  ['[]', /is no key policy/],
  ['{"Version":"2012-10-17"}', /has no Statement/],
  ['{"Statement":{"Principal":{"AWS":111122223333}}}', /account IDs in quotes/],
])('%j is no policy document: 2', async (stdin, message) => {
  const ran = await offline()('policy lint - --json', { stdin })
  expect(failure(ran, 2).message).toMatch(message)
})

test('a file that is not there: 2', async () => {
  const ran = await offline()('policy lint nowhere.json --json')
  expect(failure(ran, 2).message).toBe('policy file nowhere.json does not exist')
})

test('a bare word is a file if there is one, which is said; else an alias, and then a hint says so', async () => {
  const type = await preparedShell()
  // With its folder, the word may still be an alias: that of a temporary folder nearly everywhere.
  const path = withFile(type, 'app', text(ROOT, OPEN))
  const file = await type(`policy lint ${path}`)
  expect(file.exitCode).toBe(5)
  const said = `${path} is read as a file; a key of that name is alias/${path}\n`
  expect(file.stderr).toBe(keyOrFile(path) === 'either' ? said : '')
  const absent = await type('policy lint nobody --json')
  expect(failure(absent, 3).hints).toContain('no file has the name nobody either')
  const named = await type('policy lint alias/nobody --json')
  expect(failure(named, 3).hints.join()).not.toContain('file')
})

test('a key that is AWS’s: what only AWS can change is not held against it', async () => {
  const type = await preparedShell()
  await type('list --manager aws')
  const ran = await type('policy lint alias/aws/s3 --json')
  expect(ran).toMatchObject({ exitCode: 0 })
  expect(ran.json.findings.map(({ rule }: { rule: string }) => rule)).not.toContain('lockout')
})

test('what stands in the file is made harmless, and fits the terminal', async () => {
  const hostile = { ...GRANTS, Sid: '\u001b[31mred\u202e', Action: 'kms:\u001b]0;x\u0007' }
  const ran = await offline()('policy lint -', {
    stdin: text(ROOT, hostile).replace('\u202e', '\\u202e'),
  })
  expect(ran.stdout).not.toMatch(/[\u001b\u0007\u202e]/)
  expect(ran.stdout).toContain('\\x1b[31mred')
})
