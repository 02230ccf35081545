/** `policy set`, `policy rollback` and `policy history` as they are typed. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters as plain } from 'node:util'
import { describe, expect, test } from 'vitest'
import { POLICY_FILE } from '../support/cases/situations.js'
import { document, failure, told } from '../support/documents.js'
import { preparedShell } from '../support/run/shell.js'

const EXAMPLE = JSON.parse(readFileSync(POLICY_FILE, 'utf8'))
const GAIN = 'arn:aws:iam::000000000000:role/shop'

async function policyOf(type: Awaited<ReturnType<typeof preparedShell>>) {
  return document(await type('policy show app'))
}

describe('policy set', () => {
  test('from a file: what was done, and where the old one is', async () => {
    const type = await preparedShell()
    const ran = await type(`policy set app ${POLICY_FILE} --yes`)
    expect(ran).toMatchObject({ exitCode: 0 })
    expect(ran.stdout).toMatch(
      /^policy set\nKey ID .*\nAliases .*\nState +Enabled\nReplaced +kept as version 1\n$/,
    )
    expect(await policyOf(type)).toEqual(EXAMPLE)
  })

  test('from standard input', async () => {
    const type = await preparedShell()
    const stdin = readFileSync(POLICY_FILE, 'utf8')
    expect(await type('policy set app - --yes', { stdin })).toMatchObject({ exitCode: 0 })
    expect(await policyOf(type)).toEqual(EXAMPLE)
    const broken = await type('policy set app - --yes', { stdin: '{' })
    expect(broken.exitCode).toBe(2)
    expect(told(broken.stderr).error).toContain('standard input is not JSON')
  })

  test('on a terminal the difference is shown, then it is asked for', async () => {
    const type = await preparedShell()
    const ran = await type(`policy set app ${POLICY_FILE}`, { person: { types: ['y\r'] } })
    expect(ran).toMatchObject({ exitCode: 0 })
    const screen = plain(ran.stderr)
    expect(screen.indexOf(`+ ${GAIN}`)).toBeGreaterThan(screen.indexOf('Region us-east-1'))
    expect(screen.indexOf('Replace the policy')).toBeGreaterThan(screen.indexOf(GAIN))
    expect(ran.stdout).not.toContain(GAIN)
  })

  test('with --yes and with --dry-run it is shown on a terminal too', async () => {
    const type = await preparedShell()
    for (const flag of ['--dry-run', '--yes']) {
      const ran = await type(`policy set app ${POLICY_FILE} ${flag}`, { person: { types: [] } })
      expect(ran).toMatchObject({ exitCode: 0 })
      expect(plain(ran.stderr)).toContain(`+ ${GAIN}`)
    }
  })

  test('nothing of a policy is in the stderr of a script (docs: what logs get)', async () => {
    const type = await preparedShell()
    for (const flags of ['--dry-run', '', '--yes --trace']) {
      const { stderr } = await type(`policy set app ${POLICY_FILE} ${flags}`)
      expect(stderr).not.toContain('role/shop')
    }
  })

  test('declined: 5, and nothing is changed or kept', async () => {
    const type = await preparedShell()
    const before = type.sandboxBytes()
    const ran = await type(`policy set app ${POLICY_FILE}`, { person: { types: ['n\r'] } })
    expect(ran).toMatchObject({ exitCode: 5, stdout: '' })
    expect(type.sandboxBytes()).toBe(before)
    expect(document(await type('policy history app --json')).versions).toEqual([])
  })

  test('who is asked sees the warnings before; they are told once', async () => {
    const type = await preparedShell()
    const unwise = join(type.directory, 'unwise.json')
    const [root, use] = EXAMPLE.Statement
    const Statement = [root, { ...use, Action: 'kms:CreateGrant' }]
    writeFileSync(unwise, JSON.stringify({ ...EXAMPLE, Statement }))
    const ran = await type(`policy set app ${unwise}`, { person: { types: ['y\r'] } })
    const screen = plain(ran.stderr)
    expect(screen.match(/warning: policy:/g)).toHaveLength(1)
    expect(screen.indexOf('warning: policy:')).toBeLessThan(screen.indexOf('Replace the policy'))
    const json = document(await type(`policy rollback app --yes --json`))
    expect(json.warnings).toEqual([])
  })

  test('somebody else’s change between the question and the write: 6, and theirs stays', async () => {
    const type = await preparedShell()
    const theirs = join(type.directory, 'theirs.json')
    writeFileSync(theirs, readFileSync(POLICY_FILE, 'utf8').replace('role/shop', 'role/theirs'))
    const ran = await type(`policy set app ${POLICY_FILE} --json`, {
      person: {
        types: [
          async () => {
            expect(await type(`policy set app ${theirs} --yes`)).toMatchObject({ exitCode: 0 })
            return 'y\r'
          },
        ],
      },
    })
    const error = failure(ran, 6)
    expect(error).toMatchObject({ code: 'RemoteChanged' })
    expect(error.hints).toContain(`then set it: kmsctl policy set app ${POLICY_FILE}`)
    expect(JSON.stringify(await policyOf(type))).toContain('role/theirs')
  })

  test('KMS’s lockout refusal, where the linter was told to let it pass', async () => {
    const type = await preparedShell()
    const out = join(type.directory, 'out.json')
    const [, use] = EXAMPLE.Statement
    writeFileSync(out, JSON.stringify({ ...EXAMPLE, Statement: [{ ...use, Action: 'kms:*' }] }))
    const line = `policy set app ${out} --yes`
    const linted = failure(await type(`${line} --json`), 5)
    expect(linted.code).toBe('PolicyRejected')
    const allow = linted.hints
      .join(' ')
      .match(/--allow [a-z-]+/g)
      .join(' ')
    const refused = failure(await type(`${line} ${allow} --json`), 5)
    expect(refused).toMatchObject({ code: 'MalformedPolicyDocumentException' })
    expect(refused.message).toContain('arn:aws:iam::000000000000:user/sandbox')
    const past = await type(`${line} ${allow} --bypass-lockout-check --json`)
    expect(document(past)).toMatchObject({ changed: true })
  })

  test.each(['-1', '1.5', 'soon', '3601', ''])('--wait %j is 2', async (seconds) => {
    const type = await preparedShell()
    const ran = await type(`policy set app ${POLICY_FILE} --yes --wait '${seconds}' --json`)
    expect(failure(ran, 2).message).toBe(
      `wait ${seconds || "''"} is not a number of seconds from 0 to 3600`,
    )
  })

  test('--no-history keeps nothing, and says nothing of it', async () => {
    const type = await preparedShell()
    const ran = await type(`policy set app ${POLICY_FILE} --yes --no-history`)
    expect(ran).toMatchObject({ exitCode: 0 })
    expect(ran.stdout).not.toContain('Replaced')
    expect(failure(await type('policy rollback app --yes --json'), 3).code).toBe('VersionNotFound')
  })
})

describe('policy rollback', () => {
  test('there and back; on a terminal the difference is shown and asked for', async () => {
    const type = await preparedShell()
    const before = await policyOf(type)
    await type(`policy set app ${POLICY_FILE} --yes`)
    const ran = await type('policy rollback app', { person: { types: ['y\r'] } })
    expect(ran.stdout).toMatch(/^policy rolled back\n[\s\S]*Replaced +kept as version 2\n$/)
    expect(plain(ran.stderr)).toContain(`- ${GAIN}`)
    expect(await policyOf(type)).toEqual(before)
    await type('policy rollback app --yes')
    expect(await policyOf(type)).toEqual(EXAMPLE)
  })

  test('--to a version that there is not: 3, with those there are', async () => {
    const type = await preparedShell()
    await type(`policy set app ${POLICY_FILE} --yes`)
    const error = failure(await type('policy rollback app --to 9 --yes --json'), 3)
    expect(error.message).toMatch(/has no version 9: it has 1$/)
    expect(failure(await type('policy rollback app --to x --yes --json'), 2).message).toContain(
      '"x"',
    )
  })
})

describe('policy history', () => {
  test('a table for people', async () => {
    const type = await preparedShell()
    expect((await type('policy history app')).stdout).toBe(
      'no policies are kept of this key, and KMS itself keeps none\n',
    )
    await type(`policy set app ${POLICY_FILE} --yes`)
    await type('policy rollback app --yes')
    const [titles, ...rows] = (await type('policy history app')).stdout.trim().split('\n')
    expect(titles).toMatch(/^VERSION +KEPT +BEFORE +STATEMENTS +PRESENT +BY$/)
    expect(rows).toEqual([
      expect.stringMatching(
        /^1 .*\(just now\) +policy set +1 +yes +arn:aws:iam::000000000000:user/,
      ),
      expect.stringMatching(/^2 .*\(just now\) +policy rollback +2 +- +arn:/),
    ])
  })

  test('of a version, the document itself, with --json and without', async () => {
    const type = await preparedShell()
    const before = await policyOf(type)
    await type(`policy set app ${POLICY_FILE} --yes`)
    for (const flag of ['', ' --json']) {
      expect(document(await type(`policy history app 1${flag}`))).toEqual(before)
    }
    expect(failure(await type('policy history app 2 --json'), 3).code).toBe('VersionNotFound')
  })

  test('what a hostile hand wrote into an entry steers no terminal', async () => {
    const type = await preparedShell()
    await type(`policy set app ${POLICY_FILE} --yes`)
    const path = join(
      ...[type.directory, 'sandbox', 'memory', '000000000000', 'us-east-1', 'policies'],
      ...[type.fill('{app}'), '1.json'],
    )
    const entry = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...entry, by: 'x\u001b[31m', command: 'y\u202e' }))
    const { stdout } = await type('policy history app')
    expect(stdout).toContain('x\\x1b[31m')
    expect(stdout).not.toMatch(/[\u001b\u202e]/)
  })
})
