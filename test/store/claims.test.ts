import { appendFile, chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { KmsctlError } from '../../src/lib/errors.js'
import { DISK } from '../../src/lib/store/claim-files.js'
import { Claims, type NewClaim } from '../../src/lib/store/claims.js'
import { Machine } from '../support/run/machine.js'
import { emptyMemory } from '../support/run/memory.js'

const TOKEN = 'ab'.repeat(16)
const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab'

const CLAIM: NewClaim = {
  token: TOKEN,
  tagged: true,
  accountId: '111122223333',
  region: 'us-east-1',
  aliases: ['alias/app', 'alias/teams/app_2'],
  rotation: { enabled: true, periodInDays: 180 },
  disabled: false,
  inputHash: 'c'.repeat(64),
}

const free = async () => {}

function journal() {
  const folder = join(emptyMemory(), '111122223333', 'us-east-1', 'claims')
  const machine = new Machine()
  let now = Date.parse('2026-06-01T12:00:00Z')
  const open = (processes = machine.start()) => ({
    processes,
    claims: new Claims(DISK.claims(folder), () => new Date(now), processes),
  })
  const file = join(folder, `${TOKEN}.json`)
  return {
    folder,
    file,
    machine,
    open,
    pass: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

test('what was begun is read by another process, and is its owner’s alone', async () => {
  const { open, file } = journal()
  await open().claims.begin(CLAIM, free)
  const { claims, unreadable } = await open().claims.list()
  expect(unreadable).toEqual([])
  expect(claims).toEqual([
    {
      ...CLAIM,
      state: 'begun',
      keyId: null,
      begunAt: new Date('2026-06-01T12:00:00Z'),
      changedAt: new Date('2026-06-01T12:00:00Z'),
      owner: expect.objectContaining({ pid: 1 }),
    },
  ])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('what became known since is added, and the end removes it all', async () => {
  const { open, pass, folder } = journal()
  const { claims } = open()
  await claims.begin(CLAIM, free)
  pass(1_000)
  await claims.note(TOKEN, { state: 'created', keyId: KEY_ID })
  await claims.note(TOKEN, { state: 'surplus', keyId: KEY_ID })
  expect((await claims.list()).claims).toEqual([
    expect.objectContaining({
      state: 'surplus',
      keyId: KEY_ID,
      begunAt: new Date('2026-06-01T12:00:00Z'),
      changedAt: new Date('2026-06-01T12:00:01Z'),
    }),
  ])
  const before = await claims.lastEnd()
  await claims.end(TOKEN)
  await claims.end(TOKEN)
  expect(await claims.list()).toEqual({ claims: [], unreadable: [], unreadTokens: [] })
  expect(await readdir(folder)).toEqual(['ended'])
  expect(await claims.lastEnd()).not.toBe(before)
})

test('a journal that is not there holds no claims, and is not made by looking', async () => {
  const { open, folder } = journal()
  expect(await open().claims.list()).toEqual({ claims: [], unreadable: [], unreadTokens: [] })
  await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a claim that could not be read again is not begun', async () => {
  const { open } = journal()
  const wrong = { ...CLAIM, aliases: ['not an alias'] }
  await expect(open().claims.begin(wrong, free)).rejects.toMatchObject({ code: 'Journal' })
})

describe('files that are not what they should be: told, and never a crash', () => {
  test.each([
    ['empty', '', 'damaged'],
    ['half a line', '{"kmsctl":"claim","format":1,"tok', 'damaged'],
    ['another document', '{"a":1}', 'no claim'],
    ['not an object', '[1]', 'no claim'],
    ['of a newer kmsctl', '{"kmsctl":"claim","format":2}', 'it is of a newer kmsctl (format 2)'],
    ['without its members', '{"kmsctl":"claim","format":1}', 'damaged'],
  ])('%s', async (_name, text, words) => {
    const { open, folder, file } = journal()
    await mkdir(folder, { recursive: true })
    await writeFile(file, text)
    const { claims, unreadable } = await open().claims.list()
    expect(claims).toEqual([])
    expect(unreadable).toEqual([expect.stringContaining(words)])
    expect(unreadable[0]).toContain(file)
  })

  test.each(['token', 'accountId', 'region', 'aliases', 'rotation', 'at', 'owner', 'inputHash'])(
    'with a wrong %s',
    async (member) => {
      const { open, file } = journal()
      const { claims } = open()
      await claims.begin(CLAIM, free)
      const first = JSON.parse(await readFile(file, 'utf8'))
      await writeFile(file, JSON.stringify({ ...first, [member]: '../../etc' }))
      expect((await claims.list()).unreadable).toHaveLength(1)
    },
  )

  test('a line that a crash cut short hides neither the claim nor the lines after it', async () => {
    const { open, file } = journal()
    const { claims } = open()
    await claims.begin(CLAIM, free)
    await appendFile(file, '\n{"state":"created","keyI')
    expect((await claims.list()).claims).toMatchObject([{ state: 'begun', keyId: null }])
    await claims.note(TOKEN, { state: 'created', keyId: KEY_ID })
    expect((await claims.list()).claims).toMatchObject([{ state: 'created', keyId: KEY_ID }])
  })

  test('a key ID that is none is not taken for one', async () => {
    const { open, file } = journal()
    const { claims } = open()
    await claims.begin(CLAIM, free)
    await appendFile(file, '\n{"state":"created","keyId":"../../../x"}\n')
    expect((await claims.list()).claims).toMatchObject([{ keyId: null }])
  })

  test('a name with another token', async () => {
    const { open, folder, file } = journal()
    const { claims } = open()
    await claims.begin(CLAIM, free)
    await writeFile(join(folder, `${'cd'.repeat(16)}.json`), await readFile(file, 'utf8'))
    expect((await claims.list()).unreadable).toEqual([expect.stringContaining('damaged')])
  })

  test('other files are no claims', async () => {
    const { open, folder } = journal()
    await mkdir(folder, { recursive: true })
    for (const name of ['lock', '.lock.1', 'x.json.1234.tmp'])
      await writeFile(join(folder, name), '')
    expect(await open().claims.list()).toEqual({ claims: [], unreadable: [], unreadTokens: [] })
  })
})

describe('whose a claim is', () => {
  test('a living process’s, until it is dead', async () => {
    const { open } = journal()
    const first = open()
    await first.claims.begin(CLAIM, free)
    const second = open()
    const [claim] = (await second.claims.list()).claims
    if (claim === undefined) expect.fail()
    expect(await second.claims.isHeld(claim)).toBe(true)
    expect(await second.claims.takeOver(TOKEN)).toBe('held')
    first.processes.kill()
    expect(await second.claims.isHeld(claim)).toBe(false)
    expect(await second.claims.takeOver(TOKEN)).toMatchObject({ token: TOKEN })
    const third = open()
    expect(await third.claims.takeOver(TOKEN)).toBe('held')
  })

  test('a run’s of this process only while it is under way', async () => {
    const { open } = journal()
    const { claims } = open()
    await claims.begin(CLAIM, free)
    expect(await claims.takeOver(TOKEN)).toBe('held')
    claims.release(TOKEN)
    expect(await claims.takeOver(TOKEN)).toMatchObject({ token: TOKEN })
  })

  test('of a process that cannot be asked about, for a quarter of an hour', async () => {
    const { open, pass, folder } = journal()
    await open(new Machine('elsewhere').start()).claims.begin(CLAIM, free)
    const here = open()
    expect(await here.claims.takeOver(TOKEN)).toBe('held')
    pass(15 * 60_000)
    expect(await here.claims.takeOver(TOKEN)).toMatchObject({ token: TOKEN })
    expect(await readdir(folder)).toEqual([`${TOKEN}.json`])
  })

  test('of several that would take it over, one alone does', async () => {
    const { open } = journal()
    const first = open()
    await first.claims.begin(CLAIM, free)
    first.processes.kill()
    const taken = await Promise.all(Array.from({ length: 6 }, () => open().claims.takeOver(TOKEN)))
    expect(taken.filter((one) => one === 'held')).toHaveLength(5)
  })

  test('one that has ended is nobody’s', async () => {
    const { open } = journal()
    expect(await open().claims.takeOver(TOKEN)).toBe('ended')
  })
})

test('of several that begin the same at once, one alone does', async () => {
  const { open, folder } = journal()
  const runs = Array.from({ length: 6 }, async (_, index) => {
    const token = String(index).repeat(32)
    await open().claims.begin({ ...CLAIM, token }, async ({ claims }) => {
      if (claims.length > 0) throw new KmsctlError('CreationOpen', 'there is one')
    })
  })
  const ended = await Promise.allSettled(runs)
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const one of ended) {
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'CreationOpen' })
  }
  expect(await readdir(folder)).toHaveLength(1)
})

describe('a journal that cannot be used: found before CreateKey', () => {
  const asRoot = process.getuid?.() === 0

  test('a file in the folder’s place', async () => {
    const { folder, open } = journal()
    await mkdir(join(folder, '..'), { recursive: true })
    await writeFile(folder, '')
    const error = await open()
      .claims.begin(CLAIM, free)
      .catch((reason) => reason)
    expect(error).toMatchObject({ code: 'Journal', exitCode: 1 })
    expect(error.hints.join()).toContain('--no-journal')
    await expect(open().claims.list()).rejects.toMatchObject({ code: 'Journal' })
  })

  test.skipIf(asRoot)('a folder that may not be written to', async () => {
    const { folder, open } = journal()
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o500)
    const begun = open().claims.begin(CLAIM, free)
    await expect(begun).rejects.toMatchObject({ code: 'Journal', exitCode: 1 })
    await chmod(folder, 0o700)
  })

  test('a claim that somebody removed takes no more notes', async () => {
    const { open } = journal()
    const { claims } = open()
    const note = claims.note(TOKEN, { state: 'created', keyId: KEY_ID })
    await expect(note).rejects.toMatchObject({ code: 'Journal' })
  })
})
