/** What a missing permission does: no more than the table of permissions says. */
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { operationOf, PERMISSIONS } from '../../scripts/permissions/table.js'
import { send } from '../sandbox/support.js'
import { POLICY_FILE, SITUATIONS } from '../support/cases/situations.js'
import { document, failure, KEY } from '../support/documents.js'
import { type Answer, endpoint } from '../support/network/endpoint.js'
import { shell } from '../support/run/shell.js'

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' }
const ENV = { ...KEYS, AWS_REGION: 'us-east-1' }

// The SDK's own chain reads the process's environment.
beforeEach(() => {
  for (const [name, value] of Object.entries(KEYS)) vi.stubEnv(name, value)
})

/** AWS's answer, which names the operation nowhere: kmsctl has to know it. */
const DENIED: Answer = {
  status: 400,
  body: JSON.stringify({ __type: 'AccessDeniedException', message: 'Nothing to see.' }),
}
const CODE = 'AccessDeniedException'

/** An endpoint as good as AWS with the keys `app` and `next`, to which an operation can be denied. */
async function prepared(before: readonly string[] = []) {
  const answers: Record<string, Answer> = {}
  const server = await endpoint({ unmarked: true, answer: (name) => answers[name] ?? 'sandbox' })
  const bare = shell(ENV)
  const ids: Record<string, string> = {}
  const fill = (line: string) => line.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '?')
  const type = (line: string, options = {}) =>
    bare(`${fill(line)} --endpoint-url ${server.url}`, options)
  for (const name of ['app', 'next']) {
    const { KeyMetadata } = await send(server.sandbox, 'CreateKey', {}, ENV.AWS_REGION)
    ids[name] = KeyMetadata.KeyId
    const alias = { AliasName: `alias/${name}`, TargetKeyId: ids[name] }
    await send(server.sandbox, 'CreateAlias', alias, ENV.AWS_REGION)
    await send(server.sandbox, 'EnableKeyRotation', { KeyId: ids[name] }, ENV.AWS_REGION)
  }
  for (const line of before) expect(await type(line)).toMatchObject({ exitCode: 0 })
  server.seen.length = 0
  const deny = (operation: string, answer: Answer = DENIED) => {
    answers[operation] = answer
  }
  const changes = () => server.seen.filter((name) => !/^(Describe|List|Get)/.test(name))
  // An on-demand rotation is done some time after it was asked for.
  await server.sandbox.advance(86_400_000)
  return { type, deny, changes, ids }
}

/** A change of the keys that a selector finds, for each action that finding them needs. */
function selected(id: string, name: string): Record<string, readonly [string, number]> {
  return {
    [`${id} kms:ListKeys`]: [`${name} --state Enabled --yes`, 4],
    [`${id} kms:ListAliases`]: [`${name} --alias-prefix ap --yes`, 4],
    [`${id} kms:ListResourceTags`]: [`${name} --tag Team=pay --yes`, 4],
  }
}

/** How each command is tried: a change in its situation, a read on the key `app`. */
function trial(id: string): { before: readonly string[]; line: string } {
  const name = id.replaceAll(':', ' ')
  const { before = [], change } = SITUATIONS[name] ?? {}
  const takesNone = ['list', 'deletion:list', 'alias:list'].includes(id)
  const file = id === 'policy:diff' ? ` ${POLICY_FILE}` : ''
  return { before, line: change ?? (takesNone ? name : `${name} app${file}`) }
}

async function denied(id: string, operation: string, line?: string, before?: readonly string[]) {
  const own = trial(id)
  const world = await prepared(before ?? own.before)
  world.deny(operation)
  return { ...world, ran: await world.type(`${line ?? own.line} --json`) }
}

const NEEDS = Object.entries(PERMISSIONS).flatMap(([id, { needs }]) =>
  needs.map((need) => ({ ...need, id })),
)
const named = ({ id, action, when }: { id: string; action: string; when?: string }) =>
  `${id} ${action}${when === undefined ? '' : ` ${when}`}`
const OPTIONAL = Object.entries(PERMISSIONS).flatMap(([id, { optional }]) =>
  optional.map((one) => ({ ...one, id })),
)

describe('an action that is needed: the command ends with 4, or 7, and names it', () => {
  const always = NEEDS.filter(({ when }) => when === undefined)

  test.each(always)('$id: $action', async ({ id, action }) => {
    const { ran, changes } = await denied(id, operationOf({ action }))
    const error = failure(ran, 4)
    expect(error).toMatchObject({ code: CODE, message: `${action} denied: nothing to see` })
    expect(error.hints.join('\n')).toContain(action)
    expect(error.hints.at(-1)).toContain('docs/reference/permissions.md')
    expect(changes().filter((name) => name !== operationOf({ action }))).toEqual([])
  })

  /** `when` as a command line, and what it ends with. */
  const LINES: Readonly<Record<string, readonly [line: string, exitCode: number]>> = {
    'alias:list kms:DescribeKey': ['alias list app', 4],
    ...selected('deletion:cancel', 'deletion cancel'),
    ...selected('disable', 'disable'),
    ...selected('enable', 'enable'),
    ...selected('rotation:enable', 'rotation enable'),
    'tag:set kms:ListKeys': ['tag set --state Enabled A=b --yes', 4],
    'tag:set kms:ListAliases': ['tag set --alias-prefix ap A=b --yes', 4],
    'create kms:DescribeKey': ['create --alias fresh', 4],
    'create kms:CreateAlias': ['create --alias fresh', 7],
    'create kms:EnableKeyRotation': ['create --alias fresh', 7],
    'create kms:DisableKey': ['create --alias fresh --disabled', 7],
    'create kms:ListResourceTags': ['create --alias app --if-not-exists --tag A=b', 4],
    'create kms:GetKeyRotationStatus': ['create --alias app --if-not-exists --rotation', 4],
    'create kms:GetKeyPolicy': ['create --alias app --if-not-exists --admin root', 4],
    'deletion:cancel kms:EnableKey': ['deletion cancel app --enable', 7],
    'deletion:check kms:ListAliases': ['deletion check alias/aws/s3', 4],
    'deletion:schedule kms:ListAliases': [
      'deletion schedule app --release-aliases --confirm {app}',
      4,
    ],
    'deletion:schedule kms:DeleteAlias': [
      'deletion schedule app --release-aliases --confirm {app}',
      7,
    ],
    'list kms:ListAliases': ['list --alias-prefix ap', 4],
    'list kms:ListResourceTags': ['list --tag Team=pay', 4],
    'policy:history kms:ListAliases': ['policy history alias/aws/s3', 4],
    'policy:lint kms:DescribeKey': ['policy lint app', 4],
    'policy:lint kms:GetKeyPolicy': ['policy lint app', 4],
    'policy:lint kms:ListAliases': ['policy lint alias/aws/s3', 4],
    'policy:diff kms:ListAliases': [`policy diff alias/aws/s3 ${POLICY_FILE}`, 4],
    'policy:show kms:ListAliases': ['policy show alias/aws/s3', 4],
    'rotation:status kms:GetKeyRotationStatus': ['rotation status app', 4],
    'rotation:status kms:ListAliases': ['rotation status alias/aws/s3', 4],
    'tag:list kms:ListAliases': ['tag list alias/aws/s3', 4],
  }
  /** Not an operation of its own: tried below, or AWS's alone to refuse. */
  const WITHIN: Readonly<Record<string, string>> = {
    'create kms:TagResource': 'tried below: AWS names it in its refusal of CreateKey',
    'create kms:PutKeyPolicy': 'AWS refuses the policy (MalformedPolicyDocumentException)',
    'create iam:CreateServiceLinkedRole': 'AWS names it in its refusal of CreateKey',
  }
  // What is asked for only after a lost answer, and `recover`, which reports instead: test/kms/create.
  const sometimes = NEEDS.filter(
    ({ id, when, lost }) => when !== undefined && lost !== true && id !== 'recover',
  )

  test('each that is sometimes needed is tried, or cannot be', () => {
    const listed = [...Object.keys(LINES), ...Object.keys(WITHIN)].sort()
    expect(sometimes.map(({ id, action }) => `${id} ${action}`).sort()).toEqual(listed)
  })

  test.each(sometimes.filter(({ within }) => within === undefined))(
    '$id: $action, $when',
    async ({ id, action }) => {
      const [line = '', exitCode = 0] = LINES[`${id} ${action}`] ?? []
      const { ran, changes } = await denied(id, operationOf({ action }), line)
      const error = failure(ran, exitCode)
      if (exitCode !== 6) expect(`${error.message}\n${error.hints.join('\n')}`).toContain(action)
      // Only 7 says that something was done before.
      if (exitCode !== 7) expect(changes()).toEqual([])
      else
        expect(error.details).toMatchObject({
          notDone: expect.arrayContaining([operationOf({ action })]),
        })
    },
  )

  test('create: kms:TagResource, which AWS names', async () => {
    const { type, deny, changes } = await prepared()
    const words =
      'User: x is not authorized to perform: kms:TagResource because no policy allows it'
    const body = JSON.stringify({ __type: CODE, message: words })
    deny('CreateKey', { status: 400, body })
    const error = failure(await type('create --alias fresh --json'), 4)
    expect(error.message).toBe(`user${words.slice(4)}`)
    expect(error.hints.join('\n')).toContain('--no-claim-tag')
    expect(changes()).toEqual(['CreateKey'])
  })
})

describe('an action that can be done without', () => {
  const parts = OPTIONAL.filter(({ part }) => part !== undefined && part !== 'metadata')

  /** What is lost besides the part. */
  const WARNINGS: Readonly<Record<string, RegExp>> = {
    'deletion:schedule kms:GetKeyLastUsage': /^when the key was last used is unknown/,
    'rotation:now kms:GetKeyRotationStatus': /could not be read back \(AccessDeniedException\)/,
  }

  test.each(parts)(
    '$id: $action costs $part and nothing else',
    async ({ id, action, part = '' }) => {
      const { ran } = await denied(id, operationOf({ action }))
      expect(ran).toMatchObject({ exitCode: 0 })
      const { sandbox, ...result } = document(ran)
      expect(sandbox).toBe(undefined)
      expect(result.key ?? result).toEqual({
        ...KEY,
        [part]: null,
        unavailable: [{ field: part, code: CODE }],
      })
      if (result.changed === undefined) return
      expect(result.changed).toBe(true)
      const warning = WARNINGS[`${id} ${action}`]
      expect(result.warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)])
    },
  )

  type World = Awaited<ReturnType<typeof denied>>
  const key = (field: string, code = CODE) => ({ field, code })
  const noAliases = {
    keys: expect.arrayContaining([expect.objectContaining({ aliases: null })]),
    warnings: [`aliases could not be read (${CODE})`],
  }
  const longWithout =
    (part: string) =>
    ({ ran }: World) => {
      const { keys, warnings } = document(ran)
      expect(keys).toHaveLength(2)
      for (const one of keys) {
        expect(one).toMatchObject({ aliases: expect.any(Array) })
        const unread = ['rotation', 'tags'].filter((name) => one[name] === null)
        expect(unread).toEqual([part])
        expect(warnings).toContain(`${part} of key ${one.keyId} could not be read (${CODE})`)
      }
      expect(warnings).toHaveLength(2)
    }
  const unknown = async ({ ran }: World) =>
    expect(document(ran)).toMatchObject({ verdict: 'unknown', monthlyCostUsd: 1 })

  /** What `loses` says, tried. The line is the command's own where none stands here. */
  const LOSSES: Readonly<
    Record<string, { line?: string; before?: string[]; check: (world: World) => unknown }>
  > = {
    'create kms:DescribeKey with `--no-alias`': {
      line: 'create --no-alias',
      check: ({ ran }) => {
        const { changed, key: made, warnings } = document(ran)
        expect(changed).toBe(true)
        expect(made).toMatchObject({ keyState: null, aliases: null, tags: null, grants: null })
        expect(made.unavailable).toContainEqual(key('metadata'))
        expect(warnings).toEqual([expect.stringContaining('could not be read back')])
      },
    },
    'deletion:check kms:ListAliases': { check: unknown },
    'deletion:check kms:GetKeyLastUsage': { check: unknown },
    'deletion:check kms:ListGrants': { check: unknown },
    'deletion:check kms:ListKeyRotations': {
      before: ['rotation now app --yes'],
      check: ({ ran }) => {
        expect(document(ran)).toMatchObject({ key: KEY, verdict: 'safe', monthlyCostUsd: 1 })
      },
    },
    'deletion:list kms:ListAliases': {
      before: ['deletion schedule app --confirm {app}'],
      check: ({ ran }) => expect(document(ran)).toEqual(noAliases),
    },
    'deletion:schedule kms:ListAliases': {
      check: async () => {
        const { type, deny, ids } = await prepared()
        deny('ListAliases')
        const person = { types: [`${ids.app}\r`] }
        expect(await type('deletion schedule app', { person })).toMatchObject({ exitCode: 0 })
      },
    },
    'deletion:schedule kms:GetKeyLastUsage': {
      check: async () => {
        const { type, deny } = await prepared()
        const used = { Timestamp: Date.now() / 1000 - 3600, Operation: 'Decrypt' }
        const body = JSON.stringify({ KeyLastUsage: used, TrackingStartDate: 1_776_902_400 })
        const line = 'deletion schedule app --confirm {app} --json'
        deny('GetKeyLastUsage', { status: 200, body })
        expect(failure(await type(line), 5).code).toBe('RecentlyUsed')
        deny('GetKeyLastUsage')
        expect(document(await type(line))).toMatchObject({ changed: true })
      },
    },
    'deletion:schedule kms:ListGrants': {
      check: ({ ran }) => expect(ran.stderr).toContain(`grants could not be read (${CODE})`),
    },
    'deletion:schedule kms:ListKeyRotations': {
      before: ['rotation now app --yes'],
      check: ({ ran }) => {
        expect(document(ran)).toMatchObject({ changed: true, key: KEY, warnings: [] })
      },
    },
    'describe kms:DescribeKey': {
      check: ({ ran, ids }) => {
        const { keyId, keyState, description, aliases, unavailable } = document(ran)
        expect([keyState, description, aliases]).toEqual([null, null, ['alias/app']])
        expect(keyId).toBe(ids.app)
        expect(unavailable).toEqual([key('metadata')])
      },
    },
    'list kms:ListAliases': { check: ({ ran }) => expect(document(ran)).toEqual(noAliases) },
    'list kms:ListResourceTags with `--long`': { line: 'list --long', check: longWithout('tags') },
    'list kms:GetKeyRotationStatus with `--long`': {
      line: 'list --long',
      check: longWithout('rotation'),
    },
    'list kms:ListKeyRotations with `--price`': {
      line: 'list --long --price --alias-prefix app',
      before: ['rotation now app --yes'],
      check: ({ ran }) => {
        const { keys, warnings } = document(ran)
        expect(keys).toEqual([expect.objectContaining({ monthlyCostUsd: 1, tags: {} })])
        expect(warnings).toEqual([])
      },
    },
    'policy:history kms:GetKeyPolicy': {
      check: async () => {
        const { type, deny } = await prepared([`policy set app ${POLICY_FILE} --yes`])
        deny('GetKeyPolicy')
        expect(document(await type('policy history app --json'))).toMatchObject({
          versions: [{ number: 1, present: null }],
          warnings: [`the key's present policy could not be read (${CODE})`],
        })
      },
    },
    'list kms:GetKeyLastUsage with `--last-used`': {
      line: 'list --last-used --alias-prefix app',
      check: ({ ran, ids }) => {
        const { keys, warnings } = document(ran)
        expect(keys).toEqual([expect.objectContaining({ keyId: ids.app, lastUsage: null })])
        expect(warnings).toEqual([`last use of key ${ids.app} could not be read (${CODE})`])
      },
    },
    'rotation:status kms:ListKeyRotations': {
      check: ({ ran }) => {
        const { eligible, enabled, history } = document(ran)
        expect({ eligible, enabled, history }).toEqual({
          eligible: true,
          enabled: true,
          history: null,
        })
      },
    },
    'rotation:now kms:ListKeyRotations': {
      line: 'rotation now app --yes',
      check: async ({ ran }) => {
        expect(document(ran)).toMatchObject({ changed: true, key: KEY, warnings: [] })
        const { type, deny } = await prepared()
        const person = { types: ['y\r'] }
        expect((await type('rotation now app', { person })).stderr).toMatch(/so far 0/)
        deny('ListKeyRotations')
        const { stderr } = await type('rotation now app', { person })
        expect(stderr).not.toMatch(/so far/)
      },
    },
    'rotation:now kms:GetKeyRotationStatus': {
      check: ({ ran, changes }) => {
        expect(document(ran).warnings).toEqual([expect.stringContaining('read back')])
        expect(changes()).toEqual(['RotateKeyOnDemand'])
      },
    },
  }
  const losing = OPTIONAL.filter(({ loses }) => loses !== undefined)

  test('each that loses more than a part is tried', () => {
    expect(losing.map(named).sort()).toEqual(Object.keys(LOSSES).sort())
  })

  test.each(losing)('$id: $action: $loses', async (one) => {
    const { id, action } = one
    const { line, before, check } = LOSSES[named(one)] ?? { check: () => expect.fail() }
    const world = await denied(id, operationOf({ action }), line, before)
    expect(world.ran).toMatchObject({ exitCode: 0 })
    await check(world)
  })
})

test('with kms:ListKeyRotations the price is above what it is without it', async () => {
  const { type } = await prepared(['rotation now app --yes'])
  expect(document(await type('deletion check app --json'))).toMatchObject({ monthlyCostUsd: 2 })
  const { keys } = document(await type('list --price --alias-prefix app --json'))
  expect(keys).toEqual([expect.objectContaining({ monthlyCostUsd: 2 })])
})

describe('the words of a denial', () => {
  test('an explicit deny stays in AWS’s words, and is explained', async () => {
    const { type, deny } = await prepared()
    const words =
      'User: arn:aws:iam::000000000000:user/x is not authorized to perform: kms:DisableKey on resource: arn:aws:kms:us-east-1:000000000000:key/x with an explicit deny in a service control policy'
    deny('DisableKey', { status: 400, body: JSON.stringify({ __type: CODE, message: words }) })
    const error = failure(await type('disable app --yes --json'), 4)
    expect(error.message).toBe(`user${words.slice(4)}`)
    expect(error.hints[0]).toContain('explicit deny')
    expect(error.hints[1]).toContain('kms:DisableKey must be allowed by the key policy')
  })

  test('for people: one line, hints, and where the rest stands', async () => {
    const { type, deny } = await prepared()
    deny('ListKeys')
    const { stderr, exitCode } = await type('list')
    expect(exitCode).toBe(4)
    expect(stderr.split('\n').slice(0, 3)).toEqual([
      'error: kms:ListKeys denied: nothing to see',
      'hint: kms:ListKeys is allowed by an IAM policy on all resources; a key policy cannot',
      'hint: the actions that each command needs: docs/reference/permissions.md',
    ])
  })

  const DENIED_BY_STS =
    '<ErrorResponse><Error><Code>AccessDenied</Code><Message>No.</Message></Error></ErrorResponse>'

  test('STS: the action is of STS, and no key policy is named', async () => {
    const { type, deny } = await prepared()
    deny('GetCallerIdentity', { status: 403, body: DENIED_BY_STS })
    const error = failure(await type('create --alias fresh --admin root --json'), 4)
    expect(error).toMatchObject({ code: 'AccessDenied', hints: [] })
    expect(error.message).toContain('sts:GetCallerIdentity')
  })
})
