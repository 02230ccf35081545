/** The file store: what two processes, a kill and a bad file may not do to it. */
import { type ChildProcess, spawn } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { Sandbox } from '../../../src/lib/sandbox/index.js'
import { FileStorage } from '../../../src/lib/sandbox/storage/file-storage.js'
import { Lock } from '../../../src/lib/sandbox/storage/lock.js'
import { isDead, newOwner } from '../../../src/lib/sandbox/storage/lock-owner.js'
import { DAY, send } from '../support.js'

const worker = fileURLToPath(new URL('store-worker.ts', import.meta.url))
const folders: string[] = []

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'kmsctl-sandbox-'))
  folders.push(path)
  return path
}

afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true })
})

interface Process {
  child: ChildProcess
  ids: string[]
  firstId: Promise<void>
  ended: Promise<number | null>
}

/** Starts a worker; `ids` are the keys whose creation it was told of. */
function start(...args: string[]): Process {
  const child = spawn(process.execPath, ['--import', 'tsx', worker, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ids: string[] = []
  let first = () => {}
  const firstId = new Promise<void>((resolve) => {
    first = resolve
  })
  let rest = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    ids.push(...lines)
    first()
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, ids, firstId, ended }
}

async function keysIn(directory: string): Promise<Set<string>> {
  const sandbox = Sandbox.open({ directory, pageSize: 1000 })
  const { Keys } = await send(sandbox, 'ListKeys', { Limit: 1000 })
  return new Set(Keys.map((key: { KeyId: string }) => key.KeyId))
}

describe('several processes', () => {
  it('make a folder that is not there at the same time', async () => {
    for (let round = 0; round < 8; round++) {
      const directory = join(folder(), 'state', 'kmsctl', 'sandbox')
      const stores = Array.from({ length: 8 }, () => new FileStorage(directory))
      await Promise.all(stores.map((store) => store.exclusively(() => 'text')))
      expect(await stores[0]?.read()).toBe('text')
    }
  })

  it('lose no write, and leave nothing but the state', async () => {
    const directory = folder()
    const processes = Array.from({ length: 4 }, () => start('create', directory, '20'))
    expect(await Promise.all(processes.map(({ ended }) => ended))).toEqual([0, 0, 0, 0])
    const made = processes.flatMap(({ ids }) => ids)
    expect(new Set(made).size).toBe(80)
    const stored = await keysIn(directory)
    expect(stored.size).toBe(82)
    expect(made.every((id) => stored.has(id))).toBe(true)
    expect(readdirSync(directory)).toEqual(['state.json'])
  })

  it('a kill in the middle leaves the old or the new state, and nothing that was answered is lost', async () => {
    const directory = folder()
    const answered: string[] = []
    for (let round = 0; round < 5; round++) {
      const processes = [start('create', directory, '100000'), start('create', directory, '100000')]
      await Promise.all(processes.map(({ firstId }) => firstId))
      for (const { child } of processes) {
        await sleep(5 + Math.random() * 40)
        child.kill('SIGKILL')
      }
      await Promise.all(processes.map(({ ended }) => ended))
      answered.push(...processes.flatMap(({ ids }) => ids))
      const stored = await keysIn(directory)
      expect(answered.filter((id) => !stored.has(id))).toEqual([])
    }
    // Whoever comes next inherits what the dead left, and cleans up.
    await start('die', directory).ended
    const sandbox = Sandbox.open({ directory })
    await send(sandbox, 'CreateKey')
    // A file of no bytes may be one that is just being written; it goes after a minute.
    const left = readdirSync(directory).filter((name) => statSync(join(directory, name)).size > 0)
    expect(left).toEqual(['state.json'])
  })

  it('a lock is inherited from the dead, and from their dead heirs', async () => {
    const directory = folder()
    for (let death = 0; death < 2; death++) await start('die', directory).ended
    expect(readdirSync(directory).filter((name) => name.startsWith('lock'))).toHaveLength(2)
    await send(Sandbox.open({ directory }), 'CreateKey')
    expect(readdirSync(directory).filter((name) => name.startsWith('lock'))).toEqual([])
  })
})

describe('the lock', () => {
  it('has one owner, also when many find a dead one at once', async () => {
    const directory = folder()
    const corpse = start('die', directory)
    await corpse.ended
    rmSync(join(directory, 'lock'))
    let inside = 0
    let most = 0
    let held = 0
    async function hold() {
      const lock = await Lock.acquire(directory)
      inside += 1
      most = Math.max(most, inside)
      await sleep(Math.random() * 2)
      if (inside === 1) held += 1
      inside -= 1
      await lock.release()
    }
    for (let round = 0; round < 15; round++) {
      const owner = { ...(await newOwner(`dead${round}`)), pid: corpse.child.pid }
      writeFileSync(join(directory, 'lock'), JSON.stringify(owner))
      await Promise.all(Array.from({ length: 8 }, hold))
    }
    expect(most).toBe(1)
    expect(held).toBe(120)
    expect(readdirSync(directory).filter((name) => name.startsWith('lock'))).toEqual([])
  })

  it('knows the living from the dead', async () => {
    const me = await newOwner('x')
    expect(await isDead(me)).toBe(false)
    expect(await isDead({ ...me, at: 0 })).toBe(false)
    expect(await isDead({ ...me, pid: 2 ** 22 + 1 })).toBe(true)
    // The process ID came round again, or the machine was started anew.
    expect(await isDead({ ...me, started: '1' })).toBe(true)
    expect(await isDead({ ...me, boot: 'another' })).toBe(true)
    // Nobody here can ask about a process of another host: only age tells.
    expect(await isDead({ ...me, host: 'elsewhere' })).toBe(false)
    expect(await isDead({ ...me, host: 'elsewhere', at: Date.now() - 3_600_000 })).toBe(true)
  })
})

describe('a change that fails', () => {
  it('is forgotten, in memory and on disk', async () => {
    for (const sandbox of [Sandbox.inMemory(), Sandbox.open({ directory: folder() })]) {
      await send(sandbox, 'CreateKey')
      const before = await sandbox.status()
      // A replica's Region is made before its policy is looked at.
      const { KeyMetadata } = await send(sandbox, 'CreateKey', { MultiRegion: true })
      const input = { KeyId: KeyMetadata.KeyId, ReplicaRegion: 'eu-north-1', Policy: '{}' }
      await expect(send(sandbox, 'ReplicateKey', input)).rejects.toThrow('Version')
      expect(Object.keys((await sandbox.status()).regions)).toEqual(Object.keys(before.regions))
    }
  })
})

describe('the file', () => {
  it('is made when it is needed, for its owner only', async () => {
    const directory = join(folder(), 'new', 'sandbox')
    const sandbox = Sandbox.open({ directory })
    expect((await sandbox.status()).regions).toEqual({})
    expect(() => statSync(directory)).toThrow()
    await send(sandbox, 'CreateKey')
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(statSync(join(directory, 'state.json')).mode & 0o777).toBe(0o600)
    expect((await sandbox.status()).file).toBe(join(directory, 'state.json'))
  })

  it('is not written by operations that only read', async () => {
    const directory = folder()
    const sandbox = Sandbox.open({ directory })
    await send(sandbox, 'CreateKey')
    const before = statSync(join(directory, 'state.json'), { bigint: true })
    for (const operation of ['ListKeys', 'ListAliases']) await send(sandbox, operation)
    const after = statSync(join(directory, 'state.json'), { bigint: true })
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs])
  })

  it('is read again when another one changed it', async () => {
    const directory = folder()
    const [one, two] = [Sandbox.open({ directory }), Sandbox.open({ directory })]
    const { KeyMetadata } = await send(one, 'CreateKey')
    await send(two, 'ListKeys')
    await send(one, 'DisableKey', { KeyId: KeyMetadata.KeyId })
    const seen = await send(two, 'DescribeKey', { KeyId: KeyMetadata.KeyId })
    expect(seen.KeyMetadata.KeyState).toBe('Disabled')
  })

  it.each([
    ['damaged', '{"format": 1, "regions"', 'is damaged'],
    ['of nobody', '[1, 2]', 'is damaged'],
    ['incomplete', '{"format": 1}', 'is damaged'],
    ['newer', '{"format": 2}', 'was written by a newer kmsctl (format 2; this one reads 1)'],
  ])('%s: an error that names it, until it is reset', async (_name, text, message) => {
    const directory = folder()
    const file = join(directory, 'state.json')
    writeFileSync(file, text)
    const sandbox = Sandbox.open({ directory })
    const attempts = [
      () => send(sandbox, 'ListKeys'),
      () => send(sandbox, 'CreateKey'),
      () => sandbox.status(),
      () => sandbox.now(),
      () => sandbox.advance(1),
    ]
    for (const attempt of attempts) {
      const error = await attempt().catch((reason: Error) => reason)
      expect((error as Error).message).toContain(`${file} ${message}`)
      expect((error as Error).message).toContain('kmsctl sandbox reset')
      expect(error).toMatchObject({ code: 'SandboxStorageException' })
    }
    expect(readFileSync(file, 'utf8')).toBe(text)
    await sandbox.reset()
    await send(sandbox, 'CreateKey')
  })

  it('in a folder that cannot be: an error that names it', async () => {
    const file = join(folder(), 'file')
    writeFileSync(file, '')
    const directory = join(file, 'sandbox')
    await expect(send(Sandbox.open({ directory }), 'CreateKey')).rejects.toThrow(directory)
    const taken = folder()
    mkdirSync(join(taken, 'state.json'))
    await expect(send(Sandbox.open({ directory: taken }), 'ListKeys')).rejects.toThrow(taken)
  })

  it('reset removes everything, the clock too, and may be repeated', async () => {
    const directory = folder()
    const sandbox = Sandbox.open({ directory })
    await send(sandbox, 'CreateKey')
    await sandbox.advance(3 * DAY)
    for (let time = 0; time < 2; time++) await sandbox.reset()
    expect(await sandbox.status()).toMatchObject({ offsetDays: 0, regions: {} })
    expect(readdirSync(directory)).toEqual([])
  })
})
