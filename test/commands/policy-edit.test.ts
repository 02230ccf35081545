/** `policy edit`: what was typed is never lost. Editors here are lines of shell. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters as plain } from 'node:util'
import { describe, expect, test } from 'vitest'
import { POLICY_FILE } from '../support/cases/situations.js'
import { document, failure, told } from '../support/documents.js'
import type { RunOptions } from '../support/run/command.js'
import { preparedShell } from '../support/run/shell.js'

const EXAMPLE = readFileSync(POLICY_FILE, 'utf8')

/** A shell with a key `app`, and an editor that does on each opening what the next line says. */
async function desk(...openings: string[]) {
  const type = await preparedShell()
  const file = (name: string) => join(type.directory, name)
  openings.forEach((line, index) => {
    writeFileSync(file(`opening-${index + 1}`), line)
  })
  writeFileSync(
    file('editor.sh'),
    `cd '${type.directory}'
echo x >>opened
. "./opening-$(wc -l <opened | tr -d ' ')"
`,
  )
  writeFileSync(file('broken'), EXAMPLE.replace(/\}\s*$/, ''))
  writeFileSync(file('public'), EXAMPLE.replace(/\{ "AWS": "[^"]*shop" \}/, '"*"'))
  writeFileSync(file('good'), EXAMPLE)
  const edit = (flags: string, { env, ...options }: RunOptions = {}) =>
    type(`policy edit app ${flags}`, {
      env: { EDITOR: `sh '${file('editor.sh')}'`, ...env },
      ...options,
    })
  /** The folders of edited files that are still there. */
  const left = () => readdirSync(type.directory).filter((name) => name.startsWith('kmsctl-'))
  const opened = () => (existsSync(file('opened')) ? readFileSync(file('opened'), 'utf8') : '')
  const policy = async () => document(await type('policy show app'))
  return { type, file, edit, left, policy, opened: () => opened().length / 2 }
}

const put = (name: string) => `cp ${name} "$1"`

/** The file that a failure says it has kept. */
function kept(error: { hints: string[]; details?: { keptFile?: string } }): string {
  const path = error.details?.keptFile ?? ''
  expect(error.hints.join('\n')).toContain(path)
  expect(error.hints).toContainEqual(expect.stringContaining(`kmsctl policy set app ${path}`))
  return readFileSync(path, 'utf8')
}

describe('what goes well', () => {
  test('the policy is opened in a file that is the user’s alone, and what is saved is set', async () => {
    const { edit, file, left, policy, type } = await desk(
      `cp "$1" seen; ls -ld "$(dirname "$1")" "$1" | cut -c1-10 >modes; basename "$1" >name; ${put('good')}`,
    )
    const before = await policy()
    const ran = await edit('', { person: { types: ['y\r'] } })
    expect(ran).toMatchObject({ exitCode: 0 })
    expect(ran.stdout).toMatch(/^policy set\n[\s\S]*Replaced +kept as version 1\n$/)
    expect(plain(ran.stderr)).toContain('+ arn:aws:iam::000000000000:role/shop')
    expect(readFileSync(file('seen'), 'utf8')).toBe(`${JSON.stringify(before, null, 2)}\n`)
    expect(readFileSync(file('modes'), 'utf8')).toBe('drwx------\n-rw-------\n')
    expect(readFileSync(file('name'), 'utf8')).toBe(`${type.fill('{app}')}.json\n`)
    expect(await policy()).toEqual(JSON.parse(EXAMPLE))
    expect(left()).toEqual([])
  })

  test.each([
    ['nothing was typed', 'true'],
    ['only the spelling is another', 'tr -d " " <"$1" >other; cp other "$1"'],
  ])('%s: nothing to do, nothing asked, no file left', async (_name, opening) => {
    const { edit, left } = await desk(opening)
    const ran = await edit('--json', { person: { types: [] } })
    expect(document(ran)).toMatchObject({ changed: false })
    expect(left()).toEqual([])
  })

  test('--yes skips the question, not the editor; without a terminal too', async () => {
    const { edit, policy } = await desk(put('good'))
    expect(document(await edit('--yes --json'))).toMatchObject({ changed: true })
    expect(await policy()).toEqual(JSON.parse(EXAMPLE))
  })

  test('VISUAL comes before EDITOR, an empty one is none, and a command has arguments', async () => {
    const { edit, file } = await desk('true')
    const person = { types: [] }
    const env = { VISUAL: `cp '${file('good')}'`, EDITOR: 'false' }
    expect(await edit('--yes', { person, env })).toMatchObject({ exitCode: 0 })
    const other = { VISUAL: '', EDITOR: `sh '${file('editor.sh')}' -x "two words"` }
    writeFileSync(file('opening-1'), 'echo "$1,$2" >words')
    await edit('--yes', { person, env: other })
    expect(readFileSync(file('words'), 'utf8')).toBe('-x,two words\n')
  })

  test('a dry run edits, shows the call, sends nothing, and keeps what was typed', async () => {
    const { edit, left, type } = await desk(put('good'), 'true')
    const before = type.sandboxBytes()
    const ran = await edit('--dry-run --json', { person: { types: [] } })
    expect(document(ran).calls).toMatchObject([{ operation: 'PutKeyPolicy' }])
    expect(type.sandboxBytes()).toBe(before)
    const [, path = ''] = /^what was typed is kept in (\S+)$/m.exec(ran.stderr) ?? []
    expect(readFileSync(path, 'utf8')).toBe(EXAMPLE)
    expect(ran.stderr).toContain(`kmsctl policy set app ${path}`)
    expect(document(await edit('--dry-run --json', { person: { types: [] } })).calls).toEqual([])
    expect(left()).toHaveLength(1)
  })

  test('what an editor leaves beside the file goes with it', async () => {
    const { edit, left } = await desk(`cp "$1" "$1~"; ${put('good')}`)
    await edit('--yes')
    expect(left()).toEqual([])
  })
})

describe('what cannot be taken can be edited again', () => {
  test('broken JSON, with its place; then it is mended', async () => {
    const { edit, left, policy, opened } = await desk(
      put('broken'),
      'cmp "$1" broken && cp good "$1"',
    )
    const ran = await edit('', { person: { types: ['y\r', 'y\r'] } })
    expect(ran).toMatchObject({ exitCode: 0 })
    expect(plain(ran.stderr)).toMatch(/error: what was saved is not JSON: line \d+, column \d+/)
    expect(plain(ran.stderr)).toContain('Edit it again?')
    expect(opened()).toBe(2)
    expect(await policy()).toEqual(JSON.parse(EXAMPLE))
    expect(left()).toEqual([])
  })

  test('what the linter refuses; then it is mended', async () => {
    const { edit, policy, opened } = await desk(put('public'), put('good'))
    const ran = await edit('', { person: { types: ['y\r', 'y\r'] } })
    expect(ran).toMatchObject({ exitCode: 0 })
    expect(plain(ran.stderr)).toContain('error: the policy is refused: ')
    expect(opened()).toBe(2)
    expect(await policy()).toEqual(JSON.parse(EXAMPLE))
  })

  test('a declined question; then nothing but the editor is asked', async () => {
    const { edit, opened, policy } = await desk(put('good'), 'true')
    const ran = await edit('', { person: { types: ['n\r', 'y\r', 'y\r'] } })
    expect(ran).toMatchObject({ exitCode: 0 })
    expect(opened()).toBe(2)
    expect(await policy()).toEqual(JSON.parse(EXAMPLE))
  })

  test.each([
    ['broken JSON', 'broken', ['n\r'], 2, 'Usage'],
    ['what the linter refuses', 'public', ['n\r'], 5, 'PolicyRejected'],
    ['a declined question', 'good', ['n\r', 'n\r'], 5, 'Declined'],
  ])('%s, and no: its own code, and the text is kept', async (...given) => {
    const [, name, types, exitCode, code] = given
    const { edit, file, type } = await desk(put(name))
    const before = type.sandboxBytes()
    const error = failure(await edit('--json', { person: { types } }), exitCode)
    expect(error.code).toBe(code)
    expect(kept(error)).toBe(readFileSync(file(name), 'utf8'))
    expect(statSync(error.details.keptFile).mode & 0o777).toBe(0o600)
    expect(type.sandboxBytes()).toBe(before)
  })

  test('without a terminal nobody is asked: the text is kept at once', async () => {
    const { edit, opened } = await desk(put('broken'))
    expect(kept(failure(await edit('--yes --json'), 2))).toBe(EXAMPLE.replace(/\}\s*$/, ''))
    expect(opened()).toBe(1)
  })
})

describe('whatever fails, the text is kept and its path is told', () => {
  test('people see the path first, and the command that goes on with it', async () => {
    const { edit } = await desk(put('good'))
    const ran = await edit('', { person: { types: ['n\r', 'n\r'] } })
    const { error, hints } = told(plain(ran.stderr).split('\n').slice(-6).join('\n'))
    expect(error).toBe('error: declined: nothing was changed')
    expect(hints[0]).toMatch(/^hint: what was typed is kept in \S+\.json$/)
    expect(hints[1]).toMatch(/^hint: compare it: kmsctl policy diff app \S+\.json$/)
    expect(hints[2]).toMatch(/^hint: set it: kmsctl policy set app \S+\.json$/)
  })

  test.each([
    ['Ctrl-C at the question', 'good', '\u0003', 130, 'Interrupted'],
    ['Ctrl-C at the question whether to edit again', 'broken', '\u0003', 130, 'Interrupted'],
  ])('%s', async (_name, name, keys, exitCode, code) => {
    const { edit, file } = await desk(put(name))
    const error = failure(await edit('--json', { person: { types: [keys] } }), exitCode)
    expect(error.code).toBe(code)
    expect(kept(error)).toBe(readFileSync(file(name), 'utf8'))
  })

  test('somebody else’s change while the editor was open: 6', async () => {
    const { edit, file, type, policy } = await desk(
      `${put('good')}; touch open; while [ ! -e go ]; do sleep 0.02; done`,
    )
    writeFileSync(file('theirs'), EXAMPLE.replace('role/shop', 'role/theirs'))
    const editing = edit('--json', { person: { types: [] } })
    while (!existsSync(file('open'))) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(await type(`policy set app ${file('theirs')} --yes`)).toMatchObject({ exitCode: 0 })
    writeFileSync(file('go'), '')
    const error = failure(await editing, 6)
    expect(error.code).toBe('RemoteChanged')
    expect(kept(error)).toBe(EXAMPLE)
    const compare = `kmsctl policy diff app ${error.details.keptFile}`
    expect(error.hints).toContainEqual(expect.stringContaining(compare))
    expect(JSON.stringify(await policy())).toContain('role/theirs')
  })

  test('KMS’s own refusal', async () => {
    const { edit } = await desk('sed s/kms:Decrypt/kms:/ good >"$1"')
    const ran = await edit('--yes --allow unknown-action --json')
    const error = failure(ran, 5)
    expect(error.code).toBe('MalformedPolicyDocumentException')
    expect(kept(error)).toContain('"kms:"')
  })

  test('a policy that cannot be kept is not replaced', async () => {
    const { edit, file } = await desk(put('good'))
    writeFileSync(join(file('sandbox'), 'memory'), 'in the way')
    const error = failure(await edit('--yes --json'), 5)
    expect(error.code).toBe('HistoryUnwritable')
    expect(kept(error)).toBe(EXAMPLE)
  })

  test('an editor that fails, after something was typed', async () => {
    const { edit } = await desk(`${put('good')}; exit 3`)
    const error = failure(await edit('--json', { person: { types: [] } }), 1)
    expect(error).toMatchObject({
      code: 'EditorFailed',
      message: expect.stringContaining('ended with 3: nothing was changed'),
    })
    expect(kept(error)).toBe(EXAMPLE)
  })

  test('an editor that is not there: the policy’s own text is in the file', async () => {
    const { edit, policy } = await desk()
    const env = { EDITOR: 'no-such-editor -w' }
    const error = failure(await edit('--json', { person: { types: [] }, env }), 1)
    expect(error).toMatchObject({
      code: 'EditorFailed',
      message: 'the editor "no-such-editor -w" was not found',
    })
    expect(error.hints.join('\n')).toContain('VISUAL or EDITOR')
    expect(JSON.parse(kept(error))).toEqual(await policy())
  })

  test('an editor that left no file', async () => {
    const { edit, left } = await desk('rm "$1"')
    const error = failure(await edit('--json', { person: { types: [] } }), 1)
    expect(error.message).toMatch(/left no file .*\(ENOENT\)$/)
    expect(left()).toEqual([])
  })

  test.skipIf(process.getuid?.() === 0)('a file that cannot be read any more', async () => {
    const { edit, left } = await desk(`${put('good')}; chmod 0 "$1"`)
    const error = failure(await edit('--yes --json'), 1)
    expect(error.hints.join('\n')).toContain(error.details.keptFile)
    expect(left()).toHaveLength(1)
  })

  test('no place for the file', async () => {
    const { edit } = await desk()
    const error = failure(await edit('--yes --json', { env: { TMPDIR: '/no/such/folder' } }), 1)
    expect(error.message).toBe('no file to edit can be made in /no/such/folder (ENOENT)')
  })
})

describe('the terminal', () => {
  test('without one and without --yes: 5 before the editor is opened, and what to do instead', async () => {
    const { edit, opened } = await desk(put('good'))
    const ran = await edit('')
    expect(ran).toMatchObject({ exitCode: 5, stdout: '' })
    const { error, hints } = told(ran.stderr)
    expect(error).toContain('pass --yes')
    expect(hints.join('\n')).toContain('kmsctl policy set app FILE')
    expect(opened()).toBe(0)
  })

  test('without one, vi is not opened where no editor is named', async () => {
    const { edit, left } = await desk()
    const error = failure(await edit('--yes --json', { env: { EDITOR: '' } }), 5)
    expect(error.code).toBe('EditorFailed')
    expect(error.hints.join('\n')).toContain('kmsctl policy set app FILE')
    expect(left()).toEqual([])
  })

  test('a key that is not there, or not to be changed, is told before the editor is opened', async () => {
    const { type, file, opened } = await desk(put('good'))
    const env = { EDITOR: `sh '${file('editor.sh')}'` }
    const person = { types: [] }
    expect((await type('policy edit nosuch', { env, person })).exitCode).toBe(3)
    expect((await type('policy edit alias/aws/s3', { env, person })).exitCode).toBe(5)
    expect(opened()).toBe(0)
  })
})

describe('time and signals', () => {
  test('time in the editor does not count towards --timeout; without a terminal it does', async () => {
    const slow = `${put('good')}; sleep 2.5`
    const { edit } = await desk(slow)
    expect(await edit('--timeout 2 --yes', { person: { types: [] } })).toMatchObject({
      exitCode: 0,
    })
    const { edit: scripted } = await desk(`${put('good')}; exec sleep 20`)
    const error = failure(await scripted('--timeout 2 --yes --json'), 9)
    expect(error.code).toBe('Timeout')
    expect(kept(error)).toBe(EXAMPLE)
  })

  test.each([
    ['SIGINT', 0],
    ['SIGTERM', 143],
  ] as const)('%s in the editor', async (signal, exitCode) => {
    const { edit, file, left } = await desk(
      `${put('good')}; touch open; trap 'exit 1' TERM; n=0; while [ ! -e go ] && [ $n -lt 500 ]; do sleep 0.02; n=$((n+1)); done`,
    )
    let stop: (signal: 'SIGINT' | 'SIGTERM') => void = () => {}
    const editing = edit('--yes --json', {
      person: { types: [] },
      onStop: (listener) => {
        stop = listener
      },
    })
    while (!existsSync(file('open'))) await new Promise((resolve) => setTimeout(resolve, 10))
    stop(signal)
    if (signal === 'SIGINT') {
      // It is the editor's own: it goes on, and so does kmsctl.
      writeFileSync(file('go'), '')
      expect(document(await editing)).toMatchObject({ changed: true })
      expect(left()).toEqual([])
    } else {
      const error = failure(await editing, exitCode)
      expect(error).toMatchObject({ code: 'Interrupted', message: 'interrupted by SIGTERM' })
      expect(kept(error)).toBe(EXAMPLE)
      expect(dirname(error.details.keptFile)).toContain(left()[0])
    }
  })

  test('Ctrl-C that ends the editor is an interrupt', async () => {
    const { edit } = await desk(`${put('good')}; kill -INT $$`)
    const error = failure(await edit('--yes --json', { person: { types: [] } }), 130)
    expect(error.code).toBe('Interrupted')
    expect(kept(error)).toBe(EXAMPLE)
  })
})
