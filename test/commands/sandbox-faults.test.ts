/** `sandbox serve --faults`: a plan that is wrong ends with 2 and one line, before a port is opened. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { told } from '../support/documents.js'
import { shell } from '../support/run/shell.js'

test.each([
  ['nowhere.json', undefined, 'plan of faults nowhere.json does not exist'],
  ['.', undefined, 'plan of faults . cannot be read (EISDIR)'],
  ["''", undefined, "plan of faults '' does not exist"],
  ['-', '', 'plan of faults -: no JSON'],
  ['-', '{"rules":[]}', 'plan of faults -: rules is [], not a list of at least one rule'],
  [
    '-',
    '{"rules":[{"operation":"CreateKey","fault":"rest"}]}',
    'rules[0].fault is "rest", not one of reset, ',
  ],
  ['-', '{"rules":[{"operation":"\\u001b[31m","fault":"reset"}]}', String.raw`"\u001b[31m"`],
])('--faults %s < %s', async (path, stdin, message) => {
  const type = shell()
  const run = (json: string) =>
    type(`sandbox serve --port 0 --faults ${path}${json}`, stdin === undefined ? {} : { stdin })
  const ran = await run('')
  expect(ran).toMatchObject({ exitCode: 2, stdout: '' })
  const { error } = told(ran.stderr)
  expect(error).toContain(message)
  expect((await run(' --json')).json.error).toMatchObject({ code: 'Usage', exitCode: 2 })
  expect(type.sandboxBytes()).toBe('')
})

test('a plan that is right opens the port, also from a file', async () => {
  const type = shell()
  const path = join(type.directory, 'plan.json')
  writeFileSync(path, '{"rules":[{"operation":"*","fault":"throttle"}]}')
  const running = type(`sandbox serve --port 0 --faults ${path} --json`, {
    onStop: (stop) => stop('SIGTERM'),
  })
  const { json, exitCode } = await running
  expect(json.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(exitCode).toBe(143)
})
