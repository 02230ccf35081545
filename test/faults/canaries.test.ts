/**
 * Canaries: credentials, policies and tag values are put in, and are never seen on stderr, in --trace, in
 * an error or in what is kept on the disk, whatever goes wrong (contract 2).
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type FaultRule, FaultySandbox } from '../../src/lib/sandbox/faults/index.js'
import { LOSSES, REFUSALS } from '../../src/lib/sandbox/faults/kinds.js'
import { Sandbox, serveSandbox } from '../../src/lib/sandbox/index.js'
import { awsHome } from '../support/aws-world.js'
import { shell } from '../support/run/shell.js'
import { Bench } from './support/bench.js'

const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'AKIDCANARYACCESSKEY',
  AWS_SECRET_ACCESS_KEY: 'canary/secret+access/key',
  AWS_SESSION_TOKEN: 'canary-session-token',
}
const TAG = 'canary-tag-value'
const SID = 'CanaryPolicySid'

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: SID,
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::000000000000:root' },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
})

function clean(where: string, text: string, canaries: readonly string[]): void {
  for (const canary of canaries) {
    expect(text.includes(canary), `${canary} in ${where}:\n${text}`).toBe(false)
  }
}

/** All that is kept in a folder, but for the embedded KMS's own state. */
function kept(folder: string): string {
  if (!existsSync(folder)) return ''
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/(state|policy)\.json$/.test(name))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
}

/** What may go wrong with a call that changes something. */
const WRONG: readonly Omit<FaultRule, 'operation'>[] = [
  ...LOSSES.flatMap((fault) =>
    (['before', 'after'] as const).map((effect) => ({ fault, effect }) as const),
  ),
  ...REFUSALS.map((fault) => ({ fault })),
]

test.each([
  ['create', (path: string) => `create --alias fresh --policy ${path} --tag Team=${TAG}`],
  ['tag set', () => `tag set app Team=${TAG}`],
])('%s: policy and tag values, with and without faults', async (name, line) => {
  const bench = new Bench()
  const path = join(bench.directory, 'policy.json')
  writeFileSync(path, POLICY)
  const prepared = await bench.prepare({ name, change: line(path) })
  const { calls, exitCode, final } = await prepared.run({ rules: [] })
  expect(exitCode).toBe(0)
  expect([...final.values()].some(({ tags }) => tags.Team === TAG)).toBe(true)
  const changes = calls.filter(({ operation }) => !/^(Describe|List|Get)/.test(operation))
  const rules = changes.flatMap(({ operation }) => WRONG.map((what) => ({ operation, ...what })))
  for (const rule of [undefined, ...rules]) {
    const plan = { rules: rule === undefined ? [] : [rule] }
    // In turn for people and for programs.
    const json = rules.indexOf(rule as (typeof rules)[number]) % 2 === 0 ? ' --json' : ''
    const ran = await prepared.run(plan, `--trace${json}`)
    const where = `${name} with ${JSON.stringify(rule)}`
    clean(`${where}, stderr`, ran.stderr, [TAG, SID])
    if (ran.exitCode !== 0) clean(`${where}, error`, ran.stdout, [TAG, SID])
  }
  clean('what is kept', kept(bench.directory), [TAG, SID])
})

/** The embedded KMS on a port, which answers the first call of an operation so. */
async function endpoint(rule?: FaultRule): Promise<string> {
  const sandbox = Sandbox.inMemory()
  const plan = { rules: rule === undefined ? [] : [rule] }
  const server = await serveSandbox(new FaultySandbox(sandbox, plan), { port: 0 })
  onTestFinished(() => server.close())
  return server.url
}

test('credentials, on every stream and in every file, with and without faults', async () => {
  const faults = ['reset', 'bare-500', 'html-502', 'throttle', 'expired-token'] as const
  const lines = ['whoami', 'list', 'describe nosuch', 'create --alias a', 'policy show a']
  for (const fault of [undefined, ...faults]) {
    const url = await endpoint(
      fault === undefined ? undefined : { operation: '*', calls: [1, 3], fault },
    )
    const home = awsHome({}, { ...CREDENTIALS, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: url })
    const type = shell(home.env)
    for (const line of lines) {
      const ran = await type(`${line} --trace`)
      const canaries = Object.values(CREDENTIALS)
      clean(`${line} with ${fault}`, ran.stdout + ran.stderr, canaries)
    }
    clean('what is kept', kept(type.directory), Object.values(CREDENTIALS))
  }
})

/** Mistakes beside which a secret stands. What the linter finds in a policy it names; that is its work. */
const BROKEN: readonly (readonly [what: string, policy: string])[] = [
  ['JSON that breaks off', POLICY.slice(0, POLICY.indexOf(SID) + SID.length + 3)],
  ['JSON with a mistake', POLICY.replace(`"${SID}"`, `"${SID}" x`)],
  ['JSON with a name twice', POLICY.replace('"Sid"', `"Sid":"${SID}","Sid"`)],
  ['a list', `["${SID}"]`],
  ['a text', `"${SID}"`],
  ['no JSON at all', `Sid: ${SID}\nEffect: Allow\n`],
  ['a statement that is none', `{"Version":"2012-10-17","Statement":["${SID}"]}`],
]

test.each(BROKEN)('a policy that is wrong is not shown: %s', async (_, policy) => {
  const type = shell()
  const path = join(type.directory, 'policy.json')
  writeFileSync(path, policy)
  for (const more of ['', ' --json']) {
    const ran = await type(`create --alias a --policy ${path} --trace${more}`)
    if (ran.exitCode === 0) continue
    clean('stderr', ran.stderr, [SID])
    clean('the error', ran.stdout, [SID])
  }
})

test.each([
  ['too long', `Team=${TAG}${'x'.repeat(256)}`],
  ['with a character that is not allowed', `Team=${TAG}#`],
  ['given twice', `Team=${TAG} --tag Team=other`],
  ['of a reserved name', `aws:team=${TAG}`],
])('the value of a tag that is wrong is not shown: %s', async (_, tag) => {
  for (const more of ['', ' --json']) {
    const ran = await shell()(`create --alias a --tag ${tag} --trace${more}`)
    expect(ran.exitCode).toBe(2)
    clean('stderr', ran.stderr, [TAG])
    clean('the error', ran.stdout, [TAG])
  }
})
