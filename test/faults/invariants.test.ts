/** The judge of the fault matrix notices what it is there for. */
import { expect, test } from 'vitest'
import { Bench, type Outcome } from './support/bench.js'
import { type Reference, referenceOf, violations } from './support/invariants.js'
import type { Inventory } from './support/inventory.js'
import { TRIALS } from './support/trials.js'

/** A trial's run without faults, which breaks nothing. */
async function clean(name: string): Promise<{ it: Outcome; reference: Reference }> {
  const trial = TRIALS.find((one) => one.name === name)
  if (trial === undefined) throw new Error(`no trial is called ${name}`)
  const it = await (await new Bench().prepare(trial)).run({ rules: [] })
  const reference = referenceOf(it)
  expect(violations(it, reference)).toEqual([])
  return { it, reference }
}

/** What a command prints that fails so. */
function failing(exitCode: number, more: object = {}): Pick<Outcome, 'exitCode' | 'stdout'> {
  const error = { code: 'Some', message: 'some', hints: [], exitCode, ...more }
  return { exitCode, stdout: JSON.stringify({ error }) }
}

/** An inventory in which one of a kind is another. */
function altered(inventory: Inventory, change: object): Inventory {
  const [first, ...rest] = [...inventory]
  if (first === undefined) throw new Error('nothing to alter')
  return new Map([[first[0], { ...first[1], ...change }], ...rest])
}

const lost = { rules: [{ operation: 'DisableKey', fault: 'reset' as const }] }
const refused = { rules: [{ operation: 'DisableKey', fault: 'throttle' as const }] }

test('a success that is none, now or when all has landed', async () => {
  const { it, reference } = await clean('disable')
  const { before } = it
  expect(violations({ ...it, atEnd: before, final: before }, reference)).toContain(
    'a false success',
  )
  expect(violations({ ...it, atEnd: before }, reference)).toContain('a false success')
  expect(violations({ ...it, final: before }, reference)).toContain('a false success')
  const unchanged = it.stdout.replace('"changed": true', '"changed": false')
  expect(violations({ ...it, stdout: unchanged }, reference)).toEqual([
    'a change that was needed is told as none',
  ])
  const other = it.stdout.replace('"keyState": "Disabled"', '"keyState": "Enabled"')
  expect(violations({ ...it, stdout: other }, reference)).toEqual([
    'it shows the key as Enabled, and it is Disabled',
  ])
})

test('"nothing was changed" where something was', async () => {
  const { it, reference } = await clean('disable')
  for (const exitCode of [1, 2, 3, 4, 5, 6, 9]) {
    expect(violations({ ...it, ...failing(exitCode) }, reference)).toEqual([
      'something was changed',
    ])
    const late = { ...it, atEnd: it.before, ...failing(exitCode) }
    expect(violations(late, reference)).toEqual(['something was changed'])
    const none = { ...it, atEnd: it.before, final: it.before, ...failing(exitCode) }
    expect(violations(none, reference)).toEqual([])
  }
})

test('a part that is told wrongly, or not at all', async () => {
  const { it, reference } = await clean('deletion cancel')
  const [keyId = ''] = it.before.keys()
  const part = { ...it, atEnd: it.steps[0] ?? it.final, final: it.steps[0] ?? it.final }
  const told = (done: string[]) => failing(7, { details: { keyId, done } })
  expect(violations({ ...part, ...told(['CancelKeyDeletion']) }, reference)).toEqual([])
  expect(violations({ ...part, ...told(['CancelKeyDeletion', 'EnableKey']) }, reference)).toEqual([
    'CancelKeyDeletion, EnableKey is told as done, and step 1 was reached',
  ])
  expect(violations({ ...part, ...told([]) }, reference)).toHaveLength(2)
  const silent = { ...part, ...failing(7, { details: { done: ['CancelKeyDeletion'] } }) }
  expect(violations(silent, reference)).toEqual(['it names no key'])
})

test('an unknown outcome that is known, or that nobody can look up', async () => {
  const { it, reference } = await clean('disable')
  const look = { hints: ['look: kmsctl describe app'] }
  expect(violations({ ...it, plan: lost, ...failing(8, look) }, reference)).toEqual([])
  expect(violations({ ...it, plan: lost, ...failing(8) }, reference)).toEqual([
    'no hint says how to look',
  ])
  expect(violations({ ...it, plan: refused, ...failing(8, look) }, reference)).toEqual([
    'nothing that was lost could have changed anything',
  ])
})

test('a second key, and one that nobody is told of', async () => {
  const { it, reference } = await clean('create')
  const [made] = [...it.final].filter(([keyId]) => !it.before.has(keyId))
  if (made === undefined) throw new Error('no key was made')
  const second = new Map([...it.final, ['another', made[1]]])
  expect(violations({ ...it, final: second }, reference)).toContain('2 keys were made, not 1')
  const nameless = { ...it, claims: new Map(), ...failing(8, { hints: ['kmsctl list'] }) }
  expect(violations({ ...nameless, plan: lost }, reference)).toContain(
    `key ${made[0]} was made and is neither named nor to be found by a claim`,
  )
})

test('what is sent at most once, and sent twice', async () => {
  for (const [name, operation] of [
    ['create', 'CreateKey'],
    ['rotation now', 'RotateKeyOnDemand'],
  ] as const) {
    const { it, reference } = await clean(name)
    const calls = [...it.calls, { operation, rule: undefined }]
    expect(violations({ ...it, calls }, reference)).toEqual([
      `${operation} was sent 2 times, not 1`,
    ])
  }
})

test('a deletion that nobody asked for, or of the wrong window', async () => {
  const { it, reference } = await clean('update')
  const gone = { state: 'PendingDeletion', window: 30 }
  const final = altered(it.final, gone)
  expect(violations({ ...it, final }, reference)).toContain(
    'it left what no part of the change leaves',
  )
  const scheduled = await clean('deletion schedule')
  const longer = altered(scheduled.it.final, { window: 30 })
  expect(violations({ ...scheduled.it, final: longer }, scheduled.reference)).toContain(
    'it left what no part of the change leaves',
  )
})

test('a deletion that nobody has confirmed', async () => {
  const { it, reference } = await clean('create')
  const [made = ''] = [...it.final.keys()].filter((keyId) => !it.before.has(keyId))
  const kept = it.final.get(made)
  if (kept === undefined) throw new Error('no key was made')
  const final = new Map([...it.final, [made, { ...kept, window: 30 }]])
  expect(violations({ ...it, final }, reference)).toContain(
    `key ${made} is to be deleted, which nobody has confirmed`,
  )
})

test('a run that does not end, or looks for too long', async () => {
  const { it, reference } = await clean('disable')
  expect(violations({ ...it, elapsedMs: 301_500 }, reference)).toEqual(['it took 301.5 s'])
  expect(violations({ ...it, afterLastChangeMs: 50_000 }, reference)).toEqual([
    'after the last change it looked for 50 s',
  ])
})

test('of several keys, one that is told wrongly', async () => {
  const { it, reference } = await clean('disable, several')
  const half = it.steps[0] ?? it.final
  expect(violations({ ...it, atEnd: half, final: half }, reference)).toEqual([
    'next is told as changed: true (undefined), and is not so',
  ])
  expect(violations({ ...it, exitCode: 7 }, reference)).toEqual([
    'it ended with 7, and its keys with 0',
  ])
})

test('of several keys with several calls each, one that is told half-way', async () => {
  const { it, reference } = await clean('deletion cancel, selected')
  const told = JSON.parse(it.stdout)
  const [first] = told.results
  const keyId: string = first.keyId
  const stages = [...new Set(reference.steps.map((step) => JSON.stringify(step.get(keyId))))]
  expect(stages).toHaveLength(3)
  const half = new Map(it.final).set(keyId, JSON.parse(stages[1] ?? ''))
  const at = (done: string[], changed: boolean | null = true) => {
    const error = { code: 'Partial', exitCode: 7, details: { keyId, done } }
    const results = [{ ...first, changed, error }, ...told.results.slice(1)]
    const stdout = JSON.stringify({ ...told, results })
    return violations({ ...it, exitCode: 7, stdout, atEnd: half, final: half }, reference)
  }
  expect(at(['CancelKeyDeletion'])).toEqual([])
  expect(at(['CancelKeyDeletion'], null)).toEqual([])
  expect(at([], null)).toEqual([])
  for (const wrong of [at([]), at(['CancelKeyDeletion', 'EnableKey']), at([], false)]) {
    expect(wrong).toHaveLength(1)
    expect(wrong[0]).toContain('is told as changed')
  }
})
