/** `kill -9` on the built binary at every request of changing commands. */
import { describe, test } from 'vitest'
import { KILLED, killedAndRunAgain, whole } from '../support/run/kills.js'
import { measured, UNBROKEN } from '../support/run/measured.js'

describe.each(KILLED)('$name', (killed) => {
  test('before and after each of its requests', async () => {
    const clean = await whole(killed)
    for (const [index] of clean.requests.entries()) {
      for (const when of ['before', 'after'] as const) {
        await killedAndRunAgain(killed, clean, index + 1, when)
      }
    }
    measured('kills', null, 2 * clean.requests.length, UNBROKEN)
    console.log(`${killed.name}: killed at ${clean.requests.length} requests`)
  })
})
