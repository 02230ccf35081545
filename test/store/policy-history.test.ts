import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { historyFolder, keepPolicy, readHistory } from '../../src/lib/store/policy-history.js'
import { emptyMemory } from '../support/run/memory.js'

const ABOUT = {
  keptAt: '2026-06-01T12:00:00.000Z',
  by: 'arn:aws:iam::111122223333:user/alice',
  command: 'policy set',
}
const KEY = { accountId: '111122223333', region: 'us-east-1', keyId: 'mrk-1234' }

/** A folder that is not there yet. */
const emptyFolder = () => historyFolder(emptyMemory(), KEY)

test('what was kept is read back, byte for byte, with who, when and why', async () => {
  const folder = emptyFolder()
  const text = '{\n  "Version" : "2012-10-17" }\r\n\u00ff'
  expect(await keepPolicy(folder, text, ABOUT)).toBe(1)
  expect(await keepPolicy(folder, 'two', { ...ABOUT, by: null })).toBe(2)
  expect(await readHistory(folder)).toEqual({
    kept: [
      { number: 1, ...ABOUT, text },
      { number: 2, ...ABOUT, by: null, text: 'two' },
    ],
    damaged: [],
  })
})

test('it is its owner’s alone, and nothing else is left behind', async () => {
  const folder = emptyFolder()
  await keepPolicy(folder, 'one', ABOUT)
  expect(readdirSync(folder)).toEqual(['1.json'])
  expect(statSync(join(folder, '1.json')).mode & 0o777).toBe(0o600)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
})

test('the same text in a row is kept once; when it comes back later, again', async () => {
  const folder = emptyFolder()
  const numbers = []
  for (const text of ['a', 'a', 'b', 'b', 'a']) numbers.push(await keepPolicy(folder, text, ABOUT))
  expect(numbers).toEqual([1, 1, 2, 2, 3])
})

test('runs side by side lose nothing and overwrite nothing', async () => {
  const folder = emptyFolder()
  const texts = Array.from({ length: 24 }, (_, index) => `policy ${index}`)
  const numbers = await Promise.all(texts.map((text) => keepPolicy(folder, text, ABOUT)))
  expect([...numbers].sort((a, b) => a - b)).toEqual(texts.map((_, index) => index + 1))
  const { kept } = await readHistory(folder)
  for (const [index, text] of texts.entries()) {
    expect(kept.find(({ number }) => number === numbers[index])?.text).toBe(text)
  }
  expect(readdirSync(folder)).toHaveLength(24)
})

test('runs side by side that keep the same text keep it once', async () => {
  const folder = emptyFolder()
  const same = Array.from({ length: 12 }, () => keepPolicy(folder, 'one text', ABOUT))
  expect(new Set(await Promise.all(same))).toEqual(new Set([1]))
})

test('no folder is an empty history', async () => {
  expect(await readHistory(emptyFolder())).toEqual({ kept: [], damaged: [] })
})

test.each([
  ['', 'it is not JSON'],
  ['{"format": 1, "policy"', 'it is not JSON'],
  ['null', 'it is no entry of the history'],
  ['{"format": 1}', 'it is no entry of the history'],
  ['{"format": 2}', 'a newer kmsctl wrote it (format 2; this one reads 1)'],
])(
  'a file with %j is named, hides no other, and its number is not used again',
  async (...given) => {
    const [content, problem] = given
    const folder = emptyFolder()
    await keepPolicy(folder, 'one', ABOUT)
    writeFileSync(join(folder, '2.json'), content)
    expect(await keepPolicy(folder, 'three', ABOUT)).toBe(3)
    const { kept, damaged } = await readHistory(folder)
    expect(kept.map(({ text }) => text)).toEqual(['one', 'three'])
    expect(damaged).toEqual([{ number: 2, path: join(folder, '2.json'), problem }])
  },
)

test('a policy that is not the one that was kept is told by its hash', async () => {
  const folder = emptyFolder()
  await keepPolicy(folder, 'the one', ABOUT)
  const path = join(folder, '1.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace('the one', 'another'))
  expect(await readHistory(folder)).toMatchObject({
    kept: [],
    damaged: [{ number: 1, problem: 'its policy is not the one that was kept' }],
  })
})

test('what is not an entry is left alone', async () => {
  const folder = emptyFolder()
  mkdirSync(folder, { recursive: true })
  for (const name of ['0.json', '01.json', 'x.json', '1.json.abc.tmp']) {
    writeFileSync(join(folder, name), 'foreign')
  }
  expect(await keepPolicy(folder, 'one', ABOUT)).toBe(1)
  expect((await readHistory(folder)).kept).toHaveLength(1)
})

test('names that an endpoint made up do not lead out of the folder', () => {
  const hostile = { accountId: '../..', region: 'a/b', keyId: '..\\..\\x' }
  const inside = historyFolder('/memory', hostile)
  expect(inside).toBe(join('/memory', '_____', 'a_b', 'policies', '______x'))
})

test('what cannot be read is not taken for what is not there', async () => {
  const folder = join(emptyMemory(), 'file')
  writeFileSync(folder, '')
  await expect(readHistory(folder)).rejects.toThrow(/ENOTDIR/)
  await expect(keepPolicy(folder, 'one', ABOUT)).rejects.toThrow(/ENOTDIR/)
})

test.skipIf(process.getuid?.() === 0)('a folder that cannot be written is an error', async () => {
  const folder = emptyFolder()
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o500)
  await expect(keepPolicy(folder, 'one', ABOUT)).rejects.toThrow(/EACCES/)
})
