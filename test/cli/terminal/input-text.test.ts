import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { failure } from '../../support/documents.js'
import { kmsctl } from '../../support/run/binary.js'
import { preparedHome } from '../../support/run/home.js'
import { preparedShell } from '../../support/run/shell.js'

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::000000000000:root' },
    Action: 'kms:*',
    Resource: '*',
  },
})

describe('text from files, pipes and standard input', () => {
  test('a policy from standard input, and from a file', async () => {
    const type = await preparedShell()
    const file = join(type.directory, 'policy.json')
    writeFileSync(file, POLICY)
    for (const [alias, from] of [
      ['one', '-'],
      ['two', file],
    ]) {
      const ran = await type(`create --alias ${alias} --policy ${from} --json`, { stdin: POLICY })
      expect(ran.exitCode).toBe(0)
      const shown = await type(`policy show ${alias}`)
      expect(JSON.parse(shown.stdout)).toEqual(JSON.parse(POLICY))
    }
  })

  test.each([
    ['/nowhere/policy.json', /\/nowhere\/policy.json does not exist/],
    ['/', /policy file \/ cannot be read \(EISDIR\)/],
  ])('%s is a usage error that names it', async (path, message) => {
    const type = await preparedShell()
    expect(failure(await type(`create --alias x --policy ${path} --json`), 2).message).toMatch(
      message,
    )
  })

  test('a pipe that nobody writes to holds up neither the deadline nor the end (contract 6.8)', async () => {
    const { env } = await preparedHome()
    const pipe = join(env.KMSCTL_SANDBOX_DIR, 'pipe')
    execFileSync('mkfifo', [pipe])
    const ran = await kmsctl(
      ['create', '--alias', 'x', '--policy', pipe, '--timeout', '1', '--json'],
      env,
    )
    // Without a writer it is empty at once; with one that writes nothing it would be the deadline.
    expect([2, 9]).toContain(ran.exitCode)
  })
})
