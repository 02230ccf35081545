/** The policy of a key that is made is judged before anything is sent (contract 6.11). */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { document, failure } from '../support/documents.js'
import { preparedShell, type Shell, shell } from '../support/run/shell.js'

const SANDBOX = '000000000000'
const arn = (resource: string, account = SANDBOX) => `arn:aws:iam::${account}:${resource}`
const ROOT = { Effect: 'Allow', Principal: { AWS: arn('root') }, Action: 'kms:*', Resource: '*' }
const OPEN = { ...ROOT, Sid: 'open', Principal: '*', Action: 'kms:Decrypt' }
const GHOST = { ...ROOT, Principal: { AWS: 'AROADBQP57FF2AEXAMPLE' }, Action: 'kms:Decrypt' }
const GRANTS = { ...ROOT, Principal: { AWS: arn('role/app') }, Action: 'kms:CreateGrant' }

function withPolicy(type: Shell, ...statements: object[]): string {
  const path = join(type.directory, 'p.json')
  writeFileSync(path, JSON.stringify({ Version: '2012-10-17', Statement: statements }))
  return path
}

test.each([
  ['a lockout', [{ ...ROOT, Action: 'kms:Get*' }], 'lockout'],
  [
    'a key of another account',
    [{ ...ROOT, Principal: { AWS: arn('root', '111122223333') } }],
    'lockout',
  ],
  ['the caller locked out', [{ ...ROOT, Principal: { AWS: arn('role/admin') } }], 'caller-lockout'],
  ['a public key', [ROOT, OPEN], 'public-principal'],
  ['a ghost', [ROOT, GHOST], 'ghost-principal'],
  ['an action that does not exist', [ROOT, { ...ROOT, Action: 'kms:Decrpyt' }], 'unknown-action'],
])('%s is refused by name, dry too, and nothing is made', async (_what, statements, rule) => {
  const type = shell()
  const path = withPolicy(type, ...statements)
  for (const more of ['', ' --dry-run', ' --if-not-exists']) {
    const ran = await type(`create --alias fresh --policy ${path} --json${more}`)
    const error = failure(ran, 5)
    expect(error).toMatchObject({
      code: 'PolicyRejected',
      message: `the policy is refused: ${rule}`,
      details: { findings: expect.arrayContaining([expect.objectContaining({ rule })]) },
    })
    expect(error.hints.at(-1)).toBe(`to send it all the same: --allow ${rule}`)
  }
  expect((await type('list --quiet')).stdout).toBe('')
})

test('what is allowed is sent', async () => {
  const type = shell()
  const path = withPolicy(type, ROOT, OPEN)
  const line = `create --alias fresh --policy ${path} --json`
  failure(await type(`${line} --allow lockout`), 5)
  const ran = await type(`${line} --allow lockout --allow public-principal`)
  expect(document(ran)).toMatchObject({ changed: true, warnings: [] })
})

test('an allowed lockout is still KMS’s to refuse: the bypass is never set', async () => {
  const type = shell()
  const path = withPolicy(type, { ...ROOT, Action: 'kms:Get*' })
  const line = `create --alias fresh --policy ${path} --allow lockout --json`
  const { calls } = document(await type(`${line} --dry-run`)) as never as { calls: object[] }
  expect(JSON.stringify(calls)).not.toContain('Bypass')
  expect(failure(await type(line), 5).code).toBe('MalformedPolicyDocumentException')
})

test('warnings are told, in the result and on stderr, dry too; notes are not', async () => {
  const type = shell()
  const admin = { ...ROOT, Principal: { AWS: arn('user/alice') } }
  const path = withPolicy(type, ROOT, GRANTS, admin)
  const warning = `policy: statement 2: lets ${arn('role/app')} create grants for anybody (create-grant-unlimited)`
  const dry = await type(`create --alias fresh --policy ${path} --dry-run`)
  expect(dry.stderr).toContain(`warning: ${warning}\n`)
  const ran = await type(`create --alias fresh --policy ${path} --json`)
  expect(document(ran)).toMatchObject({ changed: true, warnings: [warning] })
})

test('the builder’s flags pass without a word', async () => {
  const type = shell()
  const flags = '--admin user/alice --user role/app --user 111122223333 --grant-user root'
  const ran = await type(`create --alias fresh ${flags} --json`)
  expect(document(ran)).toMatchObject({ changed: true, warnings: [] })
})

test('--allow names a rule, whether or not there is a policy: 2', async () => {
  const type = await preparedShell()
  const error = failure(await type('create --alias fresh --allow public-princpal --json'), 2)
  expect(error.message).toBe(
    'rule "public-princpal" does not exist: did you mean public-principal?',
  )
})

test('a policy of more than 32 KB is a warning (contract 6.6)', async () => {
  const type = shell()
  const path = withPolicy(type, ROOT, { ...GRANTS, Sid: 'x'.repeat(33_000), Action: 'kms:Decrypt' })
  const ran = await type(`create --alias fresh --policy ${path} --json --dry-run`)
  expect(ran.exitCode).toBe(0)
  expect(ran.json.warnings).toEqual([expect.stringContaining('33')])
})
