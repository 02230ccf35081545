import { describe, expect, test } from 'vitest'
import { SITUATIONS, type Situation } from '../support/cases/situations.js'
import { leaveUnfinished } from '../support/cases/unfinished.js'
import { CHANGE, document, failure, told } from '../support/documents.js'
import { COMMANDS, preparedShell } from '../support/run/shell.js'

const CHANGES = COMMANDS.filter(({ flags }) => flags.includes('dry-run'))
const ON_KEYS = CHANGES.flatMap(({ name }) => {
  const situation = SITUATIONS[name]
  return situation === undefined ? [] : [{ name, ...situation }]
})
const ASKING = ON_KEYS.filter(({ confirms }) => confirms !== undefined)
const REPEATED = ON_KEYS.filter(({ again }) => again !== null)

async function situated({ before = [], unfinished }: Situation) {
  const type = await preparedShell()
  if (unfinished) await leaveUnfinished(type)
  for (const line of before) expect(await type(line)).toMatchObject({ exitCode: 0 })
  return type
}

/** The operations of `--trace` lines that are not reads. */
function changesSent(stderr: string): string[] {
  const sent = [...stderr.matchAll(/^trace: (\w+) attempt/gm)].map(([, name = '']) => name)
  expect(sent.length).toBeGreaterThan(0)
  return sent.filter((name) => !/^(Describe|List|Get)/.test(name))
}

describe.each(ON_KEYS)('$name', (situation) => {
  const { name, change, confirms, sends, prints } = situation
  const bare = confirms === undefined ? change : change.replace(` ${confirms}`, '')

  test('changes what it says, announces it, and reads it back (contract 3, 4, 6.9)', async () => {
    const type = await situated(situation)
    const ran = await type(`${change} --json --trace`)
    expect(document(ran)).toEqual(prints ?? { ...CHANGE, changed: true })
    expect(ran.exitCode).toBe(0)
    expect(changesSent(ran.stderr)).toEqual(sends)
    expect(ran.stderr).toContain('[sandbox] account 000000000000, Region us-east-1\n')
  })

  test('--dry-run shows those calls, asks nothing and sends nothing (contract 4 and 6.2)', async () => {
    const type = await situated(situation)
    const before = type.sandboxBytes()
    const ran = await type(`${bare} --dry-run --json --trace`, { person: { types: [] } })
    const { price, ...dry } = document(ran)
    expect(price === undefined || name === 'create').toBe(true)
    expect(dry).toEqual({
      dryRun: true,
      calls: sends.map((operation) => ({ operation, input: expect.any(Object) })),
      warnings: expect.any(Array),
      sandbox: true,
    })
    expect(ran.exitCode).toBe(0)
    expect(changesSent(ran.stderr)).toEqual([])
    expect(ran.stderr).not.toContain('?')
    expect(type.sandboxBytes()).toBe(before)
  })

  test('--dry-run says it to people too', async () => {
    const type = await situated(situation)
    const { stdout, exitCode } = await type(`${bare} --dry-run`)
    expect(stdout).toMatch(/^would send (one call|\d calls):\n[A-Z]\w+ \{/)
    expect(exitCode).toBe(0)
  })

  test('does not wait for a stdin that stays open, nor for one that is closed (contract 6.2)', async () => {
    for (const stdinStaysOpen of [true, false]) {
      const type = await situated(situation)
      const { exitCode } = await type(bare, { stdinStaysOpen })
      expect(exitCode).toBe(confirms === undefined ? 0 : 5)
    }
  })
})

describe.each(ASKING)('$name asks (contract 6.3)', (situation) => {
  const { change, confirms = '' } = situation
  const bare = change.replace(` ${confirms}`, '')

  test('off a terminal it ends with 5, names the flag and changes nothing', async () => {
    const type = await situated(situation)
    const before = type.sandboxBytes()
    const ran = await type(bare)
    expect(ran).toMatchObject({ exitCode: 5, stdout: '' })
    expect(told(ran.stderr).error).toContain(`pass ${type.fill(confirms)}`)
    const inJson = await type(`${bare} --json`)
    expect(failure(inJson, 5)).toMatchObject({ code: 'ConfirmationRequired' })
    expect(type.sandboxBytes()).toBe(before)
  })

  test('piped input is never taken for an answer', async () => {
    const type = await situated(situation)
    const before = type.sandboxBytes()
    const ran = await type(bare, { stdin: 'y\nyes\nalias/app\n' })
    expect(ran.exitCode).toBe(5)
    expect(type.sandboxBytes()).toBe(before)
  })
})

test('the commands that ask are those of contract 6.3', () => {
  const asking = COMMANDS.filter(({ flags }) => flags.includes('yes') || flags.includes('confirm'))
  const promised = [
    'alias delete',
    'alias update',
    'deletion schedule',
    'disable',
    'policy edit',
    'policy rollback',
    'policy set',
    'rotation now',
  ]
  const built = promised.filter((name) => COMMANDS.some((one) => one.name === name))
  // Those that take a selector ask about the keys that it finds.
  const selecting = COMMANDS.filter(({ Class }) => 'alias-prefix' in (Class.flags ?? {}))
  const bulk = selecting.filter(({ flags }) => flags.includes('dry-run')).map(({ name }) => name)
  // `recover` asks for --adopt and --forget alone, which docs/reference/reliability.md says; `create` where its
  // questions end in a review.
  const others = ['create', 'recover']
  expect(asking.map(({ name }) => name).filter((name) => !others.includes(name))).toEqual(
    [...new Set([...built, ...bulk])].sort(),
  )
  expect(ASKING.map(({ name }) => name).sort()).toEqual(built)
})

describe.each(REPEATED)('$name, asked for again (contract 6.1)', (situation) => {
  test('changes nothing, sends nothing, asks nothing and ends with 0', async () => {
    const type = await situated(situation)
    expect(await type(situation.change)).toMatchObject({ exitCode: 0 })
    const before = type.sandboxBytes()
    const ran = await type(`${situation.again} --json --trace`)
    expect(document(ran)).toEqual({ ...CHANGE, changed: false })
    expect(ran.exitCode).toBe(0)
    expect(changesSent(ran.stderr)).toEqual([])
    expect(type.sandboxBytes()).toBe(before)
    const forPeople = await type(`${situation.again}`)
    expect(forPeople).toMatchObject({ exitCode: 0 })
    expect(forPeople.stdout).toMatch(/^nothing to do: it already is so\n/)
    const dry = await type(`${situation.again} --dry-run`)
    expect(dry.stdout).toBe('nothing to do: it already is so\n')
  })
})

describe.each(CHANGES.filter(({ name }) => name.startsWith('sandbox ')))(
  '$name',
  ({ examples }) => {
    test('--dry-run leaves the sandbox as it is', async () => {
      const type = await preparedShell()
      const before = type.sandboxBytes()
      for (const line of examples) {
        const ran = await type(`${line.replace(' --dry-run', '')} --dry-run --json`)
        expect(document(ran)).toMatchObject({
          dryRun: true,
          calls: [{ operation: expect.stringMatching(/^sandbox /) }],
        })
        expect(ran.exitCode).toBe(0)
      }
      expect(type.sandboxBytes()).toBe(before)
    })
  },
)
