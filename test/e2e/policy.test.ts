/** Policies through the built binary: set, history, rollback, and edit on a real terminal. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters as plain } from 'node:util'
import { describe, expect, test } from 'vitest'
import { POLICY_FILE } from '../support/cases/situations.js'
import { kmsctl } from '../support/run/binary.js'
import { preparedHome } from '../support/run/home.js'
import { HAS_TERMINAL, onTerminal, type Session } from '../support/terminal/pty.js'

if (!HAS_TERMINAL)
  console.warn('test/e2e/policy.test.ts: partly skipped, it needs `script` of util-linux')

const EXAMPLE = JSON.parse(readFileSync(POLICY_FILE, 'utf8'))

const homeOf = ({ HOME = '' }: Record<string, string>) => HOME

test('set, rollback, and the history of both', async () => {
  const { env, keyId, type } = await preparedHome()
  const run = async (...argv: string[]) => {
    const ran = await kmsctl([...argv, '--json'], env)
    expect({ argv, exitCode: ran.exitCode }).toEqual({ argv, exitCode: 0 })
    return JSON.parse(ran.stdout)
  }
  const present = async () => (await type('policy show app --json')).json
  const before = await present()
  expect(await run('policy', 'set', 'app', POLICY_FILE, '--yes')).toMatchObject({
    changed: true,
    key: { keyId },
  })
  expect(await present()).toEqual(EXAMPLE)
  await run('policy', 'rollback', 'app', '--yes')
  expect(await present()).toEqual(before)
  const { versions } = await run('policy', 'history', keyId)
  expect(versions).toMatchObject([
    { number: 1, command: 'policy set', present: true },
    { number: 2, command: 'policy rollback', present: false },
  ])
})

/** An editor on a terminal: each opening runs the next of these lines of shell. */
async function edited(openings: readonly string[], session: Session, more: object = {}) {
  const home = await preparedHome()
  const folder = homeOf(home.env)
  const script = openings.map((line, index) => `${index + 1}) ${line} ;;`).join('\n')
  writeFileSync(
    join(folder, 'editor.sh'),
    `cd '${folder}'; echo x >>opened\ncase $(wc -l <opened | tr -d ' ') in\n${script}\nesac\n`,
  )
  const env = {
    ...home.env,
    TMPDIR: folder,
    EDITOR: `sh '${join(folder, 'editor.sh')}'`,
    ...more,
  }
  const ran = await onTerminal(['policy', 'edit', 'app'], env, session)
  const left = readdirSync(folder).filter((name) => name.startsWith('kmsctl-'))
  const policy = async () => JSON.parse((await home.type('policy show app')).stdout)
  return { ...ran, text: plain(ran.screen), left, policy, folder }
}

/** The file that the screen names, which is one line of it. */
function keptFile(text: string): string {
  const [, path = ''] = / (?:kept in|text is in) (\S+\.json)/.exec(text) ?? []
  return readFileSync(path, 'utf8')
}

const PUT = `cp '${POLICY_FILE}' "$1"`
const BREAK = `sed '$d' '${POLICY_FILE}' >"$1"`
const WIDE = { columns: 200 }

describe.skipIf(!HAS_TERMINAL)('policy edit on a real terminal', () => {
  test('broken JSON is edited again, then set; the editor has the terminal though stdout is a file', async () => {
    const tty = 'test -t 0 && test -t 1 && test -t 2 && echo yes >tty; echo drawn'
    const { exitCode, file, text, left, policy, folder } = await edited([BREAK, `${tty}; ${PUT}`], {
      ...WIDE,
      toFile: true,
      types: [
        [/Edit it again\?.*\(y\/N\)/, 'y\r'],
        [/Replace the policy.*\(y\/N\)/, 'y\r'],
      ],
    })
    expect(exitCode).toBe(0)
    expect(text).toContain('error: what was saved is not JSON: line ')
    expect(readFileSync(join(folder, 'tty'), 'utf8')).toBe('yes\n')
    expect(text).toContain('drawn')
    expect(text).toContain('+ arn:aws:iam::000000000000:role/shop')
    expect(file).toMatch(/^policy set\nKey ID/)
    expect(await policy()).toEqual(EXAMPLE)
    expect(left).toEqual([])
  })

  test('declined, and not edited again: 5, and the file is kept', async () => {
    const { exitCode, text, policy } = await edited([PUT], {
      ...WIDE,
      types: [
        [/Replace the policy.*\(y\/N\)/, 'n\r'],
        [/Edit it again\?.*\(y\/N\)/, 'n\r'],
      ],
    })
    expect(exitCode).toBe(5)
    expect(JSON.parse(keptFile(text))).toEqual(EXAMPLE)
    expect((await policy()).Statement).toHaveLength(1)
  })

  test('Ctrl-C in an editor that does not mind is not kmsctl’s either', async () => {
    const { exitCode, policy } = await edited(
      [`trap 'echo x >go' INT; echo ready; while [ ! -e go ]; do sleep 0.05; done; ${PUT}`],
      {
        ...WIDE,
        types: [
          [/ready/, '\u0003'],
          [/Replace the policy.*\(y\/N\)/, 'y\r'],
        ],
      },
    )
    expect(exitCode).toBe(0)
    expect(await policy()).toEqual(EXAMPLE)
  })

  test.each([
    ['that fails', {}, /error: the editor .* ended with 1: nothing was changed/, 2],
    ['that is not there', { EDITOR: 'no-such-editor' }, /error: the editor .* was not found/, 1],
  ])('an editor %s: the file is kept, and named', async (_name, more, message, statements) => {
    const ran = await edited([`${PUT}; exit 1`], WIDE, more)
    expect(ran.exitCode).toBe(1)
    expect(ran.text).toMatch(message)
    expect(ran.text).toContain('kmsctl policy set app ')
    expect(JSON.parse(keptFile(ran.text)).Statement).toHaveLength(statements)
  })
})
