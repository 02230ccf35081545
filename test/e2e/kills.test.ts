/** A sample of `kill -9` at the requests of the built binary; all of them are in kills.deep.ts. */
import { expect, test } from 'vitest'
import { KILLED, killedAndRunAgain, type When, whole } from '../support/run/kills.js'

const SAMPLE: readonly (readonly [name: string, operation: string, when: When])[] = [
  ['create', 'CreateKey', 'before'],
  ['create', 'CreateKey', 'after'],
  ['create', 'CreateAlias', 'before'],
  ['create', 'EnableKeyRotation', 'after'],
  ['alias update', 'UpdateAlias', 'after'],
  ['policy set', 'PutKeyPolicy', 'after'],
  ['deletion schedule', 'ScheduleKeyDeletion', 'after'],
]

test.each(SAMPLE)('%s, killed at %s, %s its effect', async (name, operation, when) => {
  const killed = KILLED.find((one) => one.name === name)
  if (killed === undefined) return expect.fail(name)
  const clean = await whole(killed)
  await killedAndRunAgain(killed, clean, clean.requests.indexOf(operation) + 1, when)
})
