import { expect, test } from 'vitest'
import { aim } from '../../../src/lib/cli/flags/target-flags.js'
import { preparedShell } from '../../support/run/shell.js'

/** Hints are "the exact command to run" (contract 5): they go where the run went. */
test('a hint of a rehearsal stays in the sandbox, and in its Region', async () => {
  const type = await preparedShell()
  await type('deletion schedule app --confirm {app}')
  const { stderr } = await type('disable app --sandbox --region us-east-1 --yes')
  expect(stderr).toContain(
    type.fill('hint: kmsctl deletion cancel {app} --sandbox --region us-east-1\n'),
  )
})

test('where nothing but the environment decides, nothing is added', async () => {
  const type = await preparedShell()
  await type('deletion schedule app --confirm {app}')
  expect((await type('disable app --yes')).stderr).toContain(
    type.fill('hint: kmsctl deletion cancel {app}\n'),
  )
})

test('a command between backticks ends there, and one for help stays as it is', async () => {
  const type = await preparedShell()
  const missing = await type('alias update nope app --region us-east-1 --yes')
  expect(missing.stderr).toMatch(/kmsctl alias create alias\/nope \S+ --region us-east-1\n/)
  const wrong = await type('describe --sandbox')
  expect(wrong.stderr).toContain('`kmsctl describe --help`')
})

test('the command that cancels, before a deletion, goes there too', async () => {
  const type = await preparedShell()
  const { stderr } = await type('deletion schedule app --region us-east-1 --confirm {app}')
  expect(stderr).toContain(type.fill('kmsctl deletion cancel {app} --region us-east-1'))
})

test('a command that goes to a plain-http endpoint says that it may', () => {
  const flags = { 'endpoint-url': 'http://kms.test', 'allow-insecure-endpoint': true }
  expect(aim('kmsctl list', flags)).toBe(
    'kmsctl list --endpoint-url http://kms.test --allow-insecure-endpoint',
  )
})
