import { expect, test } from 'vitest'
import Create from '../../src/commands/create.js'
import Describe from '../../src/commands/describe.js'
import { world } from '../support/run/command.js'

test('a key can be described by its alias, its bare name, its ID and its ARN', async () => {
  const { run } = world()
  const created = await run(Create, ['--alias', 'app', '--json'])
  expect(created.exitCode).toBe(0)
  const { keyId, arn } = created.json.key
  for (const key of ['app', 'alias/app', keyId, arn]) {
    const { json, exitCode } = await run(Describe, [key, '--json'])
    expect(exitCode).toBe(0)
    expect(json).toMatchObject({ keyId, arn, aliases: ['alias/app'], unavailable: [] })
  }
})
