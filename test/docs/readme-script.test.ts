import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ROOT } from './markdown.js'

vi.setConfig({ testTimeout: 120_000 })

/** A document with one console block, and the script run on it. */
function sheet(...lines: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'kmsctl-sheet-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'sheet.md')
  const write = (...all: string[]) => writeFileSync(file, `${all.join('\n')}\n`)
  write('```console', '$ export KMSCTL_SANDBOX=1', ...lines, '```')
  return {
    write,
    text: () => readFileSync(file, 'utf8'),
    play: (...flags: string[]) =>
      new Promise<{ code: number; stderr: string }>((resolve) => {
        const argv = [join(ROOT, 'scripts/readme.js'), ...flags, file]
        execFile(process.execPath, argv, (error, _stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), stderr }),
        )
      }),
  }
}

test('writes what the commands print, the same for the same key, and then has nothing to say', async () => {
  const { play, text } = sheet(
    '$ kmsctl create --alias app --quiet',
    'yesterday’s output',
    '$ kmsctl alias create again \\',
    '    1234abcd-12ab-34cd-56ef-1234567890ab',
  )
  expect(await play()).toMatchObject({ code: 0 })
  expect(text()).toContain(
    '$ kmsctl create --alias app --quiet\n1234abcd-12ab-34cd-56ef-1234567890ab\n$ kmsctl alias',
  )
  expect(text()).toContain('Key ID    1234abcd-12ab-34cd-56ef-1234567890ab\nAliases   alias/again')
  expect(text()).toContain('next 2027-06-01T00:00:00.000Z (in 365 days)')
  expect(await play('--check')).toMatchObject({ code: 0 })
})

test('--check names the line that differs, and writes nothing', async () => {
  const { play, text } = sheet('$ kmsctl list', 'no keys at all')
  const before = text()
  const { code, stderr } = await play('--check')
  expect(code).toBe(1)
  expect(stderr).toMatch(/line 4:\n {2}is +no keys at all\n {2}should +no keys\n/)
  expect(text()).toBe(before)
})

test('a command that fails must show its exit code', async () => {
  const silent = sheet('$ kmsctl describe app')
  const { code, stderr } = await silent.play()
  expect(code).toBe(1)
  expect(stderr).toContain('`kmsctl describe app` ended with 3')
  const told = sheet('$ kmsctl describe app', '$ echo $?')
  expect(await told.play()).toMatchObject({ code: 0 })
  expect(told.text()).toContain('$ echo $?\n3\n')
})

test('a block that is not run stays as it is', async () => {
  const { play, text, write } = sheet()
  write('<!-- not run: asks on a terminal -->', '```console', '$ false', 'as it was', '```')
  expect(await play()).toMatchObject({ code: 0 })
  expect(text()).toContain('$ false\nas it was\n')
})
