import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createPrivate, readPrivate, writePrivate } from '../../src/lib/store/private-file.js'
import { emptyMemory } from '../support/run/memory.js'

test('what was written is read, and is its owner’s alone', async () => {
  const path = join(emptyMemory(), 'account', 'region', 'file')
  expect(await readPrivate(path)).toBeNull()
  await writePrivate(path, 'one')
  await writePrivate(path, 'two ✓')
  expect(await readPrivate(path)).toBe('two ✓')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700)
  expect(await readdir(join(path, '..'))).toEqual(['file'])
})

test('a write that fails leaves the old file and nothing else', async () => {
  const folder = emptyMemory()
  const path = join(folder, 'file')
  await mkdir(path)
  await expect(writePrivate(path, 'new')).rejects.toThrow()
  expect(await readdir(folder)).toEqual(['file'])
})

test('what cannot be read is not taken for what is not there', async () => {
  const path = join(emptyMemory(), 'file')
  await writeFile(path, 'kept')
  await expect(readPrivate(join(path, 'below'))).rejects.toThrow(/ENOTDIR/)
})

test('many may make the folder at once', async () => {
  for (let round = 0; round < 8; round++) {
    const folder = join(emptyMemory(), 'account', 'region', 'policies')
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    await Promise.all(names.map((name) => writePrivate(join(folder, name), name)))
    expect((await readdir(folder)).sort()).toEqual(names)
  }
})

test.runIf(process.platform === 'linux')('a folder that nobody can make is an error', async () => {
  await expect(writePrivate('/proc/kmsctl/file', 'text')).rejects.toThrow(/cannot be made|ENOENT/)
})

test('a file that is there is not written over, and one that is not is made whole', async () => {
  const path = join(emptyMemory(), 'folder', 'file')
  expect(await createPrivate(path, 'first')).toBe(true)
  expect(await createPrivate(path, 'second')).toBe(false)
  expect(await readPrivate(path)).toBe('first')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(join(path, '..'))).toEqual(['file'])
})

test('of many that make one file, one does', async () => {
  const path = join(emptyMemory(), 'file')
  const texts = Array.from({ length: 16 }, (_, index) => `text ${index}`)
  const made = await Promise.all(texts.map((text) => createPrivate(path, text)))
  expect(made.filter(Boolean)).toHaveLength(1)
  expect(await readPrivate(path)).toBe(texts[made.indexOf(true)])
})
