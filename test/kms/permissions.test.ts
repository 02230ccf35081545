/** The table of permissions against AWS's facts (docs/facts/actions.csv) and against the calls that are sent. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { operationOf, PERMISSIONS, ROLES } from '../../scripts/permissions/table.js'
import { deniedHints } from '../../src/lib/aws/call/denied.js'
import { POLICY_FILE, SITUATIONS } from '../support/cases/situations.js'
import { leaveUnfinished } from '../support/cases/unfinished.js'
import { COMMANDS, preparedShell } from '../support/run/shell.js'

interface Facts {
  readonly policyType: string
  readonly resource: string
}

const FACTS = new Map<string, Facts>(
  readFileSync(new URL('../../docs/facts/actions.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [action = '', policyType = '', , resource = ''] = line.split(',')
      return [action, { policyType, resource }]
    }),
)

const ROWS = Object.entries(PERMISSIONS).map(([id, row]) => ({ id, ...row }))
/** The commands that reach AWS: those on the sandbox itself do not. */
const REACHING = COMMANDS.filter(({ flags }) => flags.includes('trace'))
const idOf = (name: string) => name.replaceAll(' ', ':')
const kmsActions = (id: string) =>
  [...(PERMISSIONS[id]?.needs ?? []), ...(PERMISSIONS[id]?.optional ?? [])]
    .map(({ action }) => action)
    .filter((action) => action.startsWith('kms:'))

describe('the table', () => {
  test('has a row for each command that reaches AWS, and for no other', () => {
    expect(ROWS.map(({ id }) => id)).toEqual(REACHING.map(({ name }) => idOf(name)).sort())
  })

  test.each(ROWS)(
    '$id: AWS has every action (docs/facts/actions.csv)',
    ({ id, needs, optional }) => {
      for (const action of kmsActions(id)) expect(FACTS.has(action) ? '' : action).toBe('')
      // The one action of another service.
      const others = needs.filter(({ action }) => !action.startsWith('kms:'))
      expect(others.map(({ action }) => action)).toEqual(
        id === 'create' ? ['iam:CreateServiceLinkedRole'] : [],
      )
      for (const { part, loses } of optional) expect(part ?? loses).toBeTruthy()
    },
  )

  test.each(ROWS)('$id: what is both needed and not needed says when', ({ needs, optional }) => {
    for (const { action } of optional) {
      const same = needs.filter((need) => need.action === action)
      for (const need of same) expect(need.when).toBeTruthy()
    }
  })

  test('each command belongs to one role', () => {
    const commands = ROLES.flatMap((role): readonly string[] => role.commands)
    expect([...commands].sort()).toEqual(Object.keys(PERMISSIONS).sort())
  })
})

describe('a denial says where the action is allowed (docs/facts/actions.csv)', () => {
  const used = [...new Set(ROWS.flatMap(({ id }) => kmsActions(id)))]

  test.each(used)('%s', (action) => {
    const [where = ''] = deniedHints(action)
    expect(where).toContain(action)
    const { policyType, resource } = FACTS.get(action) ?? { policyType: '', resource: '' }
    const places = {
      iam: 'allowed by an IAM policy on all resources',
      both: 'must be allowed on the alias by an IAM policy, and on the key',
      key: 'must be allowed by the key policy, or by an IAM policy',
    }
    expect(where).toContain(places[policyType as keyof typeof places])
    expect(resource).toBe({ iam: '*', both: 'key+alias', key: 'key' }[policyType])
  })
})

describe('the ready policies (docs/reference/policies)', () => {
  interface Statement {
    Sid: string
    Effect: string
    Action: string[]
    Resource: string | string[]
  }
  const folder = new URL('../../docs/reference/policies/', import.meta.url)
  const read = (name: string): { Version: string; Statement: Statement[] } =>
    JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
  const actionsOf = (name: string) => read(name).Statement.flatMap(({ Action }) => Action)

  test('there is one a role', () => {
    const files = readdirSync(folder).sort()
    expect(files).toEqual(ROLES.map(({ name }) => `${name}.json`).sort())
  })

  test.each(ROLES.map(({ name }) => name))(
    '%s: each action on the resource that AWS checks',
    (name) => {
      const { Version, Statement } = read(name)
      expect(Version).toBe('2012-10-17')
      const arns = { key: [':key/*'], '*': ['*'], 'key+alias': [':alias/*', ':key/*'] }
      for (const { Effect, Action, Resource } of Statement) {
        expect(Effect).toBe('Allow')
        for (const action of Action.filter((one) => one.startsWith('kms:'))) {
          const resource = FACTS.get(action)?.resource as keyof typeof arns
          const ends = [Resource].flat().map((arn) => arn.replace(/^arn:aws:kms:\*:\d{12}/, ''))
          expect([action, ends]).toEqual([action, arns[resource]])
        }
        for (const action of Action) expect(action).not.toContain('*')
      }
    },
  )

  test.each(ROLES.flatMap(({ name, commands }) => commands.map((id) => [name, id] as const)))(
    '%s: %s has all that it can use',
    (name, id) => {
      expect(actionsOf(name)).toEqual(expect.arrayContaining(kmsActions(id)))
    },
  )

  test('a reader changes nothing; an operator makes and deletes no key and sets no policy', () => {
    expect(
      actionsOf('reader').filter((action) => !/^kms:(Describe|List|Get)/.test(action)),
    ).toEqual([])
    const beyond = ['kms:CreateKey', 'kms:ScheduleKeyDeletion', 'kms:PutKeyPolicy']
    for (const action of beyond) {
      expect(actionsOf('operator')).not.toContain(action)
      expect(actionsOf('administrator')).toContain(action)
    }
    expect(actionsOf('administrator').join()).not.toMatch(/Grant,|kms:(En|De)crypt|Bypass/)
  })
})

/** Lines beyond the examples and situations, so that each action of the table is once used; && joins them. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  'alias:list': ['alias list app'],
  create: [
    'create --no-alias',
    'create --alias other --disabled',
    'create --alias app --if-not-exists --tag A=b --rotation',
    'create --alias app --if-not-exists --admin root',
  ],
  'deletion:list': ['deletion list'],
  'deletion:schedule': ['deletion schedule app --release-aliases --confirm {app}'],
  describe: ['describe app', 'describe alias/aws/s3'],
  recover: ['recover --scan', 'recover --adopt {app} --alias third --yes'],
  'policy:diff': [`policy diff app ${POLICY_FILE}`, `policy diff alias/aws/s3 ${POLICY_FILE}`],
  list: ['list --tag Team=pay', 'list --alias-prefix ap', 'list --manager all'],
  'policy:history': [`policy set app ${POLICY_FILE} --yes && policy history app`],
  'policy:lint': ['policy lint alias/aws/s3'],
}

/** What is typed on a sandbox of its own, for each command that reaches AWS. */
function linesOf(name: string, examples: readonly string[]): string[][] {
  const { before = [], change, again } = SITUATIONS[name] ?? {}
  const situation = [
    ...before,
    ...(change === undefined ? [] : [change]),
    ...(again ? [again] : []),
  ]
  const shown = examples
    .filter((line) => !/^[A-Z_]+=/.test(line))
    .map((line) => (line.split(/ [|>] /)[0] ?? '').replace(' --sandbox', ''))
  const takesKey = 'key' in (COMMANDS.find((one) => one.name === name)?.Class.args ?? {})
  const aws = takesKey && SITUATIONS[name] === undefined ? [`${name} alias/aws/s3`] : []
  const more = [...shown, ...aws, ...(MORE[idOf(name)] ?? [])]
  return [situation, ...more.map((line) => line.split(' && '))]
}

/** The operations that a command sends, each with the line that first did. */
async function operationsOf(name: string, examples: readonly string[]) {
  const sent = new Map<string, string>()
  for (const lines of linesOf(name, examples)) {
    const type = await preparedShell()
    if (SITUATIONS[name]?.unfinished) await leaveUnfinished(type, { disabled: true })
    for (const line of lines) {
      const { stderr } = await type(`${line} --trace`)
      if (!`${line} `.startsWith(`${name} `)) continue
      for (const [, operation = ''] of stderr.matchAll(/^trace: (\w+) attempt/gm)) {
        if (!sent.has(operation)) sent.set(operation, line)
      }
    }
  }
  return sent
}

test.each(REACHING)('$name sends the operations of its row, and all of them', async (command) => {
  const sent = await operationsOf(command.name, command.examples)
  const row = PERMISSIONS[idOf(command.name)] ?? { needs: [], optional: [] }
  // What is asked for only when an answer was lost: test/kms/create.
  const named = [...row.needs.filter(({ lost }) => lost !== true), ...row.optional]
  const lacking = [...sent].filter(
    ([operation]) => !named.some((one) => operationOf(one) === operation),
  )
  // STS answers GetCallerIdentity without any permission (STS API Reference).
  expect(lacking.filter(([operation]) => operation !== 'GetCallerIdentity')).toEqual([])
  expect(named.filter((one) => !sent.has(operationOf(one)))).toEqual([])
})

test('--no-claim-tag leaves out the tags for which kms:TagResource is needed', async () => {
  const type = await preparedShell()
  const inputOf = async (line: string) => {
    const { json } = await type(`${line} --dry-run --json`)
    return json.calls[0].input
  }
  expect(await inputOf('create --alias fresh')).toHaveProperty('Tags')
  expect(await inputOf('create --alias fresh --no-claim-tag')).not.toHaveProperty('Tags')
})
