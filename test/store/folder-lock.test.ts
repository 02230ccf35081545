import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exclusively } from '../../src/lib/store/folder-lock.js'
import { Machine } from '../support/run/machine.js'
import { emptyMemory } from '../support/run/memory.js'

const LOCK = { nonce: 'x', at: Date.now() }

test('one at a time, and nothing is left behind', async () => {
  const folder = join(emptyMemory(), 'a', 'claims')
  const machine = new Machine()
  let inside = 0
  let done = 0
  const work = async () => {
    inside += 1
    expect(inside).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 2))
    inside -= 1
    done += 1
  }
  const runs = Array.from({ length: 12 }, () => exclusively(folder, machine.start(), work))
  await Promise.all(runs)
  expect(done).toBe(12)
  expect(await readdir(folder)).toEqual([])
})

test('work that fails gives the lock back', async () => {
  const folder = emptyMemory()
  const processes = new Machine().start()
  const failing = exclusively(folder, processes, () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  expect(await exclusively(folder, processes, async () => 'yes')).toBe('yes')
  expect(await readdir(folder)).toEqual([])
})

/** A lock as a killed process leaves it. */
async function leaveLock(folder: string, machine: Machine, over: object = {}): Promise<void> {
  const dead = machine.start()
  dead.kill()
  await mkdir(folder, { recursive: true })
  const text = JSON.stringify({ ...LOCK, owner: await dead.self(), ...over })
  await writeFile(join(folder, 'lock'), text)
}

test('a killed owner’s lock is inherited by exactly one at a time', async () => {
  const folder = join(emptyMemory(), 'claims')
  const machine = new Machine()
  await leaveLock(folder, machine)
  let inside = 0
  const runs = Array.from({ length: 8 }, () =>
    exclusively(folder, machine.start(), async () => {
      inside += 1
      expect(inside).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 2))
      inside -= 1
    }),
  )
  await Promise.all(runs)
  expect(await readdir(folder)).toEqual([])
})

test('a lock of another machine is waited for, and is left behind after a minute', async () => {
  const folder = join(emptyMemory(), 'claims')
  await leaveLock(folder, new Machine('elsewhere'), { at: Date.now() - 61_000 })
  expect(await exclusively(folder, new Machine().start(), async () => 'mine')).toBe('mine')
})

test('a lock that a loss of power left empty holds nobody up for longer', async () => {
  const folder = join(emptyMemory(), 'claims')
  await mkdir(folder)
  await writeFile(join(folder, 'lock'), '')
  const old = new Date(Date.now() - 61_000)
  await utimes(join(folder, 'lock'), old, old)
  const machine = new Machine()
  const runs = Array.from({ length: 4 }, () => exclusively(folder, machine.start(), async () => 1))
  expect(await Promise.all(runs)).toEqual([1, 1, 1, 1])
  expect(await readdir(folder)).toEqual([])
})

test('what the dead left beside the lock is swept, and nothing else', async () => {
  const folder = join(emptyMemory(), 'claims')
  const machine = new Machine()
  await leaveLock(folder, machine)
  const old = new Date(Date.now() - 120_000)
  for (const name of ['.lock.dead', 'lock.late', 'one.json.1234.tmp', 'one.json']) {
    await writeFile(join(folder, name), '')
    await utimes(join(folder, name), old, old)
  }
  await writeFile(join(folder, 'new.json.5678.tmp'), '')
  await exclusively(folder, machine.start(), async () => {})
  expect((await readdir(folder)).sort()).toEqual(['new.json.5678.tmp', 'one.json'])
})

test('a folder that cannot be made is Node’s error', async () => {
  const file = join(emptyMemory(), 'file')
  await writeFile(file, '')
  const inFile = exclusively(join(file, 'claims'), new Machine().start(), async () => 1)
  await expect(inFile).rejects.toMatchObject({ code: 'ENOTDIR' })
})
