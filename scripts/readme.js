import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { consoleBlocks } from './command-lines.js'

/**
 * Runs the ```console blocks of the README and the guides, each document on an embedded KMS of its own, and writes
 * what they print below each command. `--check` writes nothing and fails where a document says anything
 * else. A command that does not end with 0 must be followed by `$ echo $?`. What asks questions is run at a terminal,
 * with the answers that a comment above its block holds.
 *
 * What varies from run to run is put in one form: it is the first of June 2026, and IDs are
 * placeholders, the same for the same key through a document, in what is printed and in what is run.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const GUIDES = 'docs/guides'
const DOCUMENTS = [
  'README.md',
  ...readdirSync(join(root, GUIDES))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${GUIDES}/${name}`),
]
/** After the day from which KMS records the use of keys. */
const BEGINNING = '2026-06-01T00:00:00.000Z'
const END = '\u001e'

/** Time passes by looking at it, and a little between commands: what was done is always past. */
const CLOCK = `
  const RealDate = Date
  let now = Date.parse('${BEGINNING}') + Number(process.env.KMSCTL_README_STEP) * 200
  globalThis.Date = class Date extends RealDate {
    constructor(...given) { given.length === 0 ? super(now++) : super(...given) }
    static now() { return now++ }
  }
`

/** Whether there is util-linux's `script`, which makes terminals. Without it, what is typed at one stays as it is. */
const HAS_TERMINAL = /util-linux/.test(
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout,
)

/** A placeholder for each value, in the order in which they are first seen. */
function placeholders(make) {
  const byReal = new Map()
  return {
    shown(real) {
      if (!byReal.has(real)) byReal.set(real, make(byReal.size))
      return byReal.get(real)
    },
    /** A command as it is run: the placeholders that were shown so far are values again. */
    real(text) {
      return [...byReal].reduce((all, [real, shown]) => all.replaceAll(shown, real), text)
    },
  }
}

const UUIDS = ['1234abcd-12ab-34cd-56ef-1234567890ab', '0987dcba-09fe-87dc-65ba-ab0987654321']
const uuid = (count) =>
  UUIDS[count] ?? `${String(count).repeat(8).slice(0, 8)}-12ab-34cd-56ef-1234567890ab`

function normaliser(home) {
  const keys = placeholders(uuid)
  const multiRegion = placeholders((count) => `mrk-${uuid(count).replaceAll('-', '')}`)
  const claims = placeholders((count) =>
    String(count + 1)
      .repeat(32)
      .slice(0, 32),
  )
  return {
    real: (text) => [keys, multiRegion, claims].reduce((all, kind) => kind.real(all), text),
    normal: (text) =>
      text
        .replaceAll(home, '~')
        .replace(/^warning: this is Node\.js v.*\n/gm, '')
        .replace(/^\[sandbox\] (account \d+, Region \S+|the embedded KMS answered.*)\n/gm, '')
        .replace(/^key (mrk-)?[0-9a-f-]+ was created\n/gm, '')
        .replace(/(\d{4}-\d\d-\d\d)T00:0\d:\d\d\.\d{3}Z/g, '$1T00:00:00.000Z')
        .replace(/(request ID: |attempt \d+: \d+ )[0-9a-f-]{36}/g, '$1<request ID>')
        .replace(/(<request ID>) \d+ ms$/gm, '$1 5 ms')
        .replace(/\S+\/kmsctl-\w{6}\//g, '/tmp/kmsctl-w3kQzX/')
        .replace(/mrk-[0-9a-f]{32}/g, (id) => multiRegion.shown(id))
        .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, (id) => keys.shown(id))
        .replace(/(?<![\w-])[0-9a-f]{32}(?!\w)/g, (token) => claims.shown(token)),
  }
}

/** The command at a terminal, its questions answered. */
function atTerminal(command, answers) {
  const words = [process.execPath, join(root, 'scripts/at-terminal.js'), command, answers]
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
}

/** A shell in an empty home in which `kmsctl` is the built one. */
function openShell(home) {
  const [bin, work] = [join(home, 'bin'), join(home, 'work')]
  for (const folder of [bin, work]) mkdirSync(folder)
  const shim = `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin/run.js')}" "$@"\n`
  writeFileSync(join(bin, 'kmsctl'), shim, { mode: 0o755 })
  const shell = spawn('bash', ['--norc', '--noprofile'], {
    cwd: work,
    env: {
      PATH: [bin, process.env.PATH].join(delimiter),
      HOME: home,
      TMPDIR: home,
      LC_ALL: 'C',
      XDG_STATE_HOME: join(home, '.local', 'state'),
      NO_COLOR: '1',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(CLOCK)}`,
      KMSCTL_README_STEP: '0',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let printed = ''
  let look = () => {}
  let count = 0
  const ended = new Promise((_, reject) => {
    shell.on('close', () => reject(new Error('the shell ended before the commands did')))
  })
  ended.catch(() => {})
  shell.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text
    look()
  })
  return {
    /** Runs one command line; what it printed on either stream, and its exit code. */
    run(text) {
      count += 1
      printed = ''
      shell.stdin.write(
        `export KMSCTL_README_STEP=${count}\n(exit \${status:-0})\n{ ${text}\n} </dev/null 2>&1\n` +
          `status=$?; printf '${END}%s${END}' "$status"\n`,
      )
      const answer = new Promise((resolve) => {
        look = () => {
          const [, output, status] = printed.match(/^([\s\S]*)\u001e(\d+)\u001e$/) ?? []
          if (output !== undefined) resolve({ output, status: Number(status) })
        }
      })
      return Promise.race([answer, ended])
    },
    close: () => shell.stdin.end('exit 0\n'),
  }
}

/** The text with the output of a run below each command, and what went wrong. */
async function played(text) {
  const home = mkdtempSync(join(tmpdir(), 'kmsctl-readme-'))
  const shell = openShell(home)
  let { normal, real } = normaliser(home)
  const lines = text.split('\n')
  const replaced = []
  const failures = []
  try {
    for (const block of consoleBlocks(text)) {
      if (block.notRun !== null || (block.typed !== null && !HAS_TERMINAL)) continue
      const body = []
      for (const [index, { shown, text: command, line }] of block.commands.entries()) {
        const asked = index === 0 && block.typed !== null
        const { output, status } = await shell.run(
          asked ? atTerminal(real(command), block.typed) : real(command),
        )
        const next = block.commands[index + 1]?.text
        if (status !== 0 && next !== 'echo $?') {
          failures.push(`line ${line + 1}: \`${command}\` ended with ${status}:\n${output}`)
        }
        // What comes after has nothing to do with the keys before.
        if (command === 'kmsctl sandbox reset') ({ normal, real } = normaliser(home))
        const print = normal(output).replace(/\n$/, '')
        body.push(...shown, ...(print === '' ? [] : print.split('\n')))
      }
      replaced.push({ ...block, body })
    }
  } finally {
    shell.close()
    rmSync(home, { recursive: true, force: true })
  }
  for (const { from, to, body } of replaced.reverse()) lines.splice(from, to - from, ...body)
  return {
    text: lines.join('\n'),
    failures,
    commands: replaced.flatMap(({ commands }) => commands),
  }
}

/** Of the first line that differs, what is there and what should be. */
function firstDifference(written, wanted) {
  const [is, should] = [written.split('\n'), wanted.split('\n')]
  const at = should.findIndex((line, index) => line !== is[index])
  const line = at === -1 ? should.length : at
  return `line ${line + 1}:\n  is      ${is[line] ?? '(nothing)'}\n  should  ${should[line] ?? '(nothing)'}`
}

const args = process.argv.slice(2)
const check = args.includes('--check')
const given = args.filter((argument) => argument !== '--check')
const documents = given.length > 0 ? given : DOCUMENTS.map((name) => join(root, name))
let count = 0
const problems = []
for (const document of documents) {
  const text = readFileSync(document, 'utf8')
  const { text: wanted, failures, commands } = await played(text)
  count += commands.length
  problems.push(...failures.map((failure) => `${document}, ${failure}`))
  if (text === wanted) continue
  if (check) problems.push(`${document}, ${firstDifference(text, wanted)}`)
  else writeFileSync(document, wanted)
}
for (const problem of problems) process.stderr.write(`readme: ${problem}\n`)
if (problems.length > 0) {
  process.stderr.write('mend the commands, or run `npm run readme` and look at the diff\n')
  process.exitCode = 1
} else process.stdout.write(`readme: ${count} commands ran as they are shown\n`)
