/** The wizard of create on a real terminal: the built binary, and the embedded KMS for a witness. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters as plain } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { BINARY } from '../support/run/binary.js'
import { preparedHome } from '../support/run/home.js'
import { HAS_TERMINAL, onTerminal, type Session } from '../support/terminal/pty.js'

type Typed = NonNullable<Session['types']>[number]

const ENTER = '\r'
const ESC = '\u001b'
const CTRL_C = '\u0003'
const DOWN = '\u001b[B'

const kind: Typed = [/What is the key for/, ENTER]
const spec: Typed = [/Which key spec/, ENTER]
const alias = (name: string): Typed => [/Alias: what is/, `${name}${ENTER}`]
const description: Typed = [/Description(?! +none)/, ENTER]
const admin: Typed = [/Administrators: who/, ENTER]
const user: Typed = [/Users: who/, ENTER]
const review: Typed = [/Create this key\?/, ENTER]

/** Enter all the way, but for the alias. */
const shortest = (name: string): Typed[] => [
  kind,
  spec,
  alias(name),
  description,
  admin,
  user,
  review,
]

/** From the review to a setting: the second choice, then the first one with this letter. */
const changing = (letter: string): Typed[] => [
  [/Create this key\?/, DOWN + ENTER],
  [/What is to be changed/, letter + ENTER],
]

async function prepared() {
  const home = await preparedHome()
  const made = async () => {
    const [keys, claims] = await Promise.all([
      home.type('list --json'),
      home.type('recover --json'),
    ])
    return { keys: keys.json.keys.length, claims: claims.json.claims }
  }
  return { ...home, made }
}

/** An empty folder, which is gone after the test. */
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'kmsctl-wizard-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** What of a key is another one in another sandbox. */
function comparable(key: Record<string, unknown>, policy: unknown) {
  const tags = { ...(key.tags as Record<string, string>) }
  expect(tags['kmsctl:claim']).toMatch(/^[0-9a-f]{32}$/)
  const rotation = { ...(key.rotation as object), nextRotationDate: null }
  const lastUsage = { ...(key.lastUsage as object), trackingStartDate: null }
  const same = { tags: { ...tags, 'kmsctl:claim': '' }, rotation, lastUsage, policy }
  return { ...key, ...same, keyId: '', arn: '', creationDate: '' }
}

describe.skipIf(!HAS_TERMINAL)('the wizard of create', () => {
  test('the shortest path: at most 8 questions; stdout holds the result; its command makes the same key', async () => {
    const { env, type } = await prepared()
    const run = await onTerminal(['create', '--json'], env, {
      types: shortest('hello'),
      toFile: true,
    })
    expect(run.exitCode).toBe(0)
    const { key, changed } = JSON.parse(run.file)
    expect({ changed, aliases: key.aliases }).toEqual({ changed: true, aliases: ['alias/hello'] })
    const screen = plain(run.screen)
    expect(screen.match(/✔/g)?.length).toBeLessThanOrEqual(8)
    expect(screen.split(/\r?\n/).slice(-6)).toEqual([
      '[sandbox] account 000000000000, Region us-east-1',
      `key ${key.keyId} was created`,
      'alias/hello was given to it',
      'rotation was switched on, every 365 days',
      'the key was read back',
      '',
    ])
    const [, command] = /^(kmsctl create .*)$/m.exec(screen.replaceAll('\r', '')) ?? []
    expect(command).toBe('kmsctl create --alias hello')
    const policy = (await type('policy show hello --json')).json

    const fresh = await preparedHome()
    const shell = `kmsctl() { '${process.execPath}' '${BINARY}' "$@"; }\n${command} --json`
    const again = JSON.parse(
      execFileSync('bash', ['-c', shell], {
        env: fresh.env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ).key
    const samePolicy = (await fresh.type('policy show hello --json')).json
    expect(comparable(again, samePolicy)).toEqual(comparable(key, policy))
  })

  test.each([
    ['encrypt', '', DOWN, 'RSA_2048', 'ENCRYPT_DECRYPT'],
    ['sign', DOWN, '', 'ECC_NIST_P256', 'SIGN_VERIFY'],
    ['mac', DOWN.repeat(2), '', 'HMAC_256', 'GENERATE_VERIFY_MAC'],
    ['agree', DOWN.repeat(3), '', 'ECC_NIST_P256', 'KEY_AGREEMENT'],
  ])('a key to %s', async (_, kindKeys, specKeys, keySpec, keyUsage) => {
    const { env } = await prepared()
    const types: Typed[] = [
      [/What is the key for/, kindKeys + ENTER],
      [/Which key spec/, specKeys + ENTER],
      ...shortest('typed').slice(2),
    ]
    const run = await onTerminal(['create', '--json'], env, { types, toFile: true })
    expect(JSON.parse(run.file).key).toMatchObject({ keySpec, keyUsage, aliases: ['alias/typed'] })
  })

  test('a post-quantum key: as far as the calls, which not every Node.js can carry out', async () => {
    const { env } = await prepared()
    const types: Typed[] = [
      [/What is the key for/, DOWN.repeat(4) + ENTER],
      [/Which key spec/, DOWN.repeat(3) + ENTER],
      ...shortest('typed').slice(2, 6),
      [/Show the calls that create/, ENTER],
    ]
    const argv = ['create', '--interactive', '--dry-run', '--json']
    const run = await onTerminal(argv, env, { types, toFile: true })
    const { calls } = JSON.parse(run.file)
    expect(calls[0].input).toMatchObject({
      KeySpec: 'ML_KEM_768',
      KeyUsage: 'ENCAPSULATE_DECAPSULATE',
    })
  })

  test('an alias that is taken; back over two steps; an edit from the review', async () => {
    const { env, keyId, type } = await prepared()
    const types: Typed[] = [
      kind,
      spec,
      alias('app'),
      [/alias\/app is taken by key/, `2${ENTER}`],
      [/\? Description/, `of the shop${ENTER}`],
      [/Administrators: who/, ESC],
      [/\? Description/, ESC],
      [/Alias: what is/, `shop${ENTER}`],
      description,
      [/Administrators: who/, `user/alice${ENTER}`],
      user,
      ...changing('t'),
      [/\? Tags/, `Team=shop${ENTER}`],
      review,
    ]
    const run = await onTerminal(['create', '--no-color'], env, { types })
    expect(run.exitCode).toBe(0)
    const screen = plain(run.screen)
    expect(screen.replaceAll(/\s+/g, ' ')).toContain(
      `alias/app is taken by key ${keyId}: type another name`,
    )
    expect(run.screen).not.toMatch(/\u001b\[3\dm/)
    expect(screen).toContain(
      "kmsctl create --alias shop --description 'of the shop' --admin user/alice --tag Team=shop",
    )
    const { json } = await type('describe shop --json')
    expect(json).toMatchObject({
      aliases: ['alias/shop'],
      description: 'of the shop',
      tags: { Team: 'shop' },
    })
  })

  test('Ctrl-C at every question: 130, and nothing is made', async () => {
    const { env, made } = await prepared()
    const before = await made()
    const way = [...shortest('never').slice(0, 6), review]
    const runs = way.map((step, index): Typed[] => [...way.slice(0, index), [step[0], CTRL_C]])
    const beside: Typed[] = [...way.slice(0, 6), ...changing('t'), [/\? Tags/, CTRL_C]]
    for (const types of [...runs, beside]) {
      const { exitCode, screen } = await onTerminal(['create'], env, { types })
      expect(exitCode).toBe(130)
      expect(plain(screen)).not.toContain('was created')
    }
    expect(await made()).toEqual(before)
    expect(before.claims).toEqual([])
  })

  test('a policy that locks out, from the editor: refused before Enter, and declined', async () => {
    const { env, made } = await prepared()
    const before = await made()
    const work = folder()
    const lockout = join(work, 'lockout.json')
    const kept = join(work, 'kept.json')
    const only = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:user/bob' } }
    const statement = { ...only, Action: 'kms:Encrypt', Resource: '*' }
    writeFileSync(lockout, JSON.stringify({ Version: '2012-10-17', Statement: [statement] }))
    const types: Typed[] = [
      ...shortest('locked').slice(0, 6),
      ...changing('p'),
      [/In which file/, `${kept}${ENTER}`],
      // What cannot be chosen is passed over: one step down is "Leave".
      [/it cannot be so: the policy/, DOWN + ENTER],
    ]
    const run = await onTerminal(['create'], { ...env, EDITOR: `cp '${lockout}'` }, { types })
    expect(run.exitCode).toBe(5)
    expect(plain(run.screen)).toContain('declined: nothing was created')
    expect(plain(run.screen)).toContain(`--policy ${kept}`)
    expect(readFileSync(kept, 'utf8')).toBe(readFileSync(lockout, 'utf8'))
    expect(await made()).toEqual(before)
  })

  test('--plain: numbered choices, line by line, nothing drawn over', async () => {
    const { env, type } = await prepared()
    const types: Typed[] = [
      [/What is the key for/, `3${ENTER}`],
      [/Which key spec/, `<${ENTER}`],
      [/What is the key for/, ENTER],
      ...shortest('plain').slice(1),
    ]
    const run = await onTerminal(['create', '--plain', '--quiet'], env, { types })
    expect(run.exitCode).toBe(0)
    // Colours, and nothing that moves or draws over.
    expect(run.screen).not.toMatch(/\u001b(?!\[\d*m)/)
    expect((await type('describe plain --json')).json.keySpec).toBe('HMAC_256')
  })

  test('40 columns: what can be broken is broken; a dry run makes nothing', async () => {
    const { env, made } = await prepared()
    const before = await made()
    const types = shortest('narrow').slice(0, 6)
    const run = await onTerminal(['create', '--interactive', '--dry-run'], env, {
      columns: 40,
      types: [...types, [/Show the calls that create/, ENTER]],
    })
    expect(run.exitCode).toBe(0)
    expect(plain(run.screen)).toContain('would send 3 calls:')
    // Prompts are drawn over and over; what stands between them is the review.
    const [review = ''] = /^Policy[\s\S]*^The same by a command/m.exec(plain(run.screen)) ?? []
    expect(review).toContain('What the linter finds')
    const long = review.split(/[\r\n]+/).filter((line) => line.length > 40)
    expect(long.filter((line) => !/^ *"/.test(line))).toEqual([])
    expect(await made()).toEqual(before)
  })
})
