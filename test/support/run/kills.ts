/** `kill -9` on the built binary at a request of its own, then the same command again. */
import { expect, vi } from 'vitest'
import { POLICY_FILE } from '../cases/situations.js'
import { type Endpoint, endpoint } from '../network/endpoint.js'
import { begin, CREDENTIALS, emptyHome } from './binary.js'
import { type Shell, shell, wordsOf } from './shell.js'

/** A changing command that is killed, on an account with the keys `app` and `next`. */
export interface Killed {
  readonly name: string
  /** Run before it, in this process. */
  readonly before?: readonly string[]
  readonly line: string
}

export const KILLED: readonly Killed[] = [
  { name: 'create', line: 'create --alias fresh --tag Team=pay --settle 0' },
  {
    name: 'create, all of it',
    line: 'create --alias fresh --alias second --rotation-period-days 180 --disabled --settle 0',
  },
  { name: 'alias update', line: 'alias update app next --yes' },
  { name: 'policy set', line: `policy set app ${POLICY_FILE} --yes` },
  { name: 'tag set', line: 'tag set app Team=pay Stage=test' },
  { name: 'update', line: 'update app --description Orders' },
  { name: 'disable', line: 'disable app --yes' },
  {
    name: 'deletion schedule',
    line: 'deletion schedule {app} --days 7 --release-aliases --confirm {app}',
  },
]

/** Before the request has its effect; or when it has had it, and before its answer is on the way. */
export type When = 'before' | 'after'

/** An account on loopback, and a home that the binary and this process share. */
interface World {
  readonly type: Shell
  readonly server: Endpoint
  readonly env: Record<string, string>
  fill(line: string): string
  /** Arms the server: it kills the process at this request, counted from now. */
  arm(at: number, when: When, kill: () => void): void
}

async function prepared({ before = [] }: Killed): Promise<World> {
  let trap: { at: number; when: When; kill: () => void } | undefined
  let count = 0
  const springs = (when: When): boolean => {
    if (trap === undefined || trap.at !== count || trap.when !== when) return false
    trap.kill()
    trap = undefined
    return true
  }
  const server = await endpoint({
    unmarked: true,
    answer: () => {
      count += 1
      return springs('before') ? 'hang' : 'sandbox'
    },
    delay: () => (springs('after') ? 50 : 0),
  })
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = CREDENTIALS
  vi.stubEnv('AWS_ACCESS_KEY_ID', AWS_ACCESS_KEY_ID)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', AWS_SECRET_ACCESS_KEY)
  const bare = shell({ ...CREDENTIALS, AWS_ENDPOINT_URL: server.url })
  const ids: Record<string, string> = {}
  const fill = (line: string) => line.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '?')
  const type: Shell = Object.assign((line: string, options = {}) => bare(fill(line), options), bare)
  for (const name of ['app', 'next']) {
    ids[name] = (await type(`create --alias ${name} --json`)).json.key.keyId
  }
  for (const line of before) expect(await type(line)).toMatchObject({ exitCode: 0 })
  const env = { ...emptyHome(), ...CREDENTIALS, HOME: bare.directory, AWS_ENDPOINT_URL: server.url }
  return {
    ...{ type, server, env, fill },
    arm: (at, when, kill) => {
      count = 0
      trap = { at, when, kill }
    },
  }
}

/** What a caller can have changed of the account's keys, without what differs from run to run. */
async function inventory({ server }: World): Promise<unknown[]> {
  const { regions } = await server.sandbox.state()
  const { keys = {}, aliases = {} } = regions['us-east-1'] ?? {}
  const namesOf = (keyId: string) =>
    Object.values(aliases).flatMap(({ name, targetKeyId }) => (targetKeyId === keyId ? [name] : []))
  return Object.values(keys)
    .filter(({ manager }) => manager === 'CUSTOMER')
    .map(({ keyId, description, state, policy, tags, rotation, deletion }) => ({
      ...{ description, state },
      policy: JSON.parse(policy),
      tags: tags
        .filter(({ key }) => key !== 'kmsctl:claim')
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
      rotates: rotation.enabled && rotation.periodInDays,
      window: deletion?.windowInDays ?? null,
      names: namesOf(keyId).sort(),
    }))
}

function changes(operations: readonly string[]): string[] {
  return operations.filter((operation) => !/^(Describe|Get|List)/.test(operation))
}

/** What the command does when nobody kills it. */
export async function whole(
  killed: Killed,
): Promise<{ requests: readonly string[]; left: readonly unknown[] }> {
  const world = await prepared(killed)
  const from = world.server.seen.length
  expect(await world.type(killed.line)).toMatchObject({ exitCode: 0 })
  return { requests: world.server.seen.slice(from), left: await inventory(world) }
}

/**
 * Kills the binary at a request, runs the same command again, then `recover`, and holds the account against
 * what the command leaves when nobody kills it: nothing twice, nothing that is not told.
 */
export async function killedAndRunAgain(
  killed: Killed,
  { requests, left }: Awaited<ReturnType<typeof whole>>,
  at: number,
  when: When,
): Promise<void> {
  const world = await prepared(killed)
  const from = world.server.seen.length
  const run = begin(wordsOf(world.fill(killed.line)), world.env)
  world.arm(at, when, () => run.child.kill('SIGKILL'))
  expect(await run.ended).toMatchObject({ signal: 'SIGKILL' })
  // Reads go side by side: in what order they arrive is not the same in every run.
  expect(changes(world.server.seen.slice(from))).toEqual(changes(requests.slice(0, at)))

  const creation = requests.indexOf('CreateKey') + 1
  const begun = creation > 0 && at >= creation
  const made = begun && (at > creation || when === 'after')
  const again = await world.type(`${killed.line} --json`)
  const told = JSON.stringify([again.stdout, again.stderr])
  expect(again.exitCode, told).toBe(begun && !made ? 8 : 0)
  if (begun && !made) {
    const { error } = again.json
    const claims = (await world.type('recover --json')).json.claims
    expect(claims).toMatchObject([
      { token: error.details.claimToken, keyId: null, state: 'unknown' },
    ])
    // There is none: the user says so, and the command makes the key.
    await world.type(`recover --forget ${error.details.claimToken} --yes`)
    expect(await world.type(killed.line)).toMatchObject({ exitCode: 0 })
  }
  expect(await inventory(world)).toEqual(left)
  expect((await world.type('recover --json')).json).toEqual({ claims: [], warnings: [] })
}
