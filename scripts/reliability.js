import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Runs a fault of each kind against a command of each class and writes what came of it into
 * docs/reference/reliability.md. `--check` writes nothing and fails where the document says anything else. It needs
 * what `npm run build` makes.
 *
 * `--deep` runs the whole of `npm run test:deep` instead, and writes what it measured; `--measured FILE` writes
 * what such runs have noted in a file (KMSCTL_DEEP_COUNTS).
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const DOCUMENT = join(root, 'docs', 'reference', 'reliability.md')

/** The rows of the table of what was measured, in its order. */
const ROWS = {
  faults: 'every fault at every request of every form of the changing commands, in the process',
  chance: 'several faults by chance, in the process',
  binary: 'faults met by the built binary',
  silence: 'silence from a request on, for every command that talks to AWS',
  kills:
    '`kill -9` of the built binary before and after each request, then the same command again, then `recover`',
  together: '`create --if-not-exists` by two and three runners at once',
  schedules: 'schedules of one to three runners of `create` and `recover`, with faults and kills',
  sdk: 'the same schedules with the SDK as it comes',
}

const kinds = ['duplicates', 'unreported', 'falseSuccesses', 'deletions']

function runDeep(files, env, stdio) {
  const argv = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    'vitest.deep.config.ts',
    ...files,
  ]
  return spawnSync(process.execPath, argv, {
    cwd: root,
    env: { ...process.env, KMSCTL_BUILT: '1', ...env },
    stdio,
    encoding: 'utf8',
  })
}

function tables() {
  const check = process.argv.includes('--check')
  const ran = runDeep(
    ['--reporter=dot', 'test/faults/reliability.deep.ts', '-t', 'docs/reference/reliability.md'],
    { KMSCTL_WRITE_RELIABILITY: check ? '' : '1' },
    check ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  )
  if (ran.status === 0) return true
  process.stderr.write(`${ran.stdout ?? ''}${ran.stderr ?? ''}`)
  if (check)
    process.stderr.write('docs/reference/reliability.md is not up to date: npm run reliability\n')
  return false
}

/** The whole of the deep runs; the table is made of what they noted even where one of them failed. */
function deep() {
  const folder = mkdtempSync(join(tmpdir(), 'kmsctl-deep-'))
  const counts = join(folder, 'counts')
  const KMSCTL_TEST_SEED =
    process.env.KMSCTL_TEST_SEED || String(Math.floor(Math.random() * 2 ** 31))
  try {
    const ran = runDeep([], { KMSCTL_TEST_SEED, KMSCTL_DEEP_COUNTS: counts }, 'inherit')
    if (existsSync(counts)) writeMeasured(counts)
    return ran.status === 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function writeMeasured(file) {
  const noted = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const number = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ',')
  const lines = Object.entries(ROWS).flatMap(([run, words]) => {
    const own = noted.filter((one) => one.run === run)
    if (own.length === 0) return []
    const sum = (name) => number(own.reduce((all, one) => all + (one[name] ?? 0), 0))
    const seeds = [...new Set(own.map(({ seed }) => seed).filter((seed) => seed !== null))]
    const cells = [words, seeds.join(', ') || '–', sum('runs'), ...kinds.map(sum)]
    return [`| ${cells.join(' | ')} |`]
  })
  const excluded = noted.reduce((all, one) => all + (one.excluded ?? 0), 0)
  const text = [
    '| what | seed | runs | duplicate keys | unreported keys | false successes | unconfirmed deletions |',
    '|---|---|---|---|---|---|---|',
    ...lines,
    '',
    `Not among the unreported keys: the ${number(excluded)} that \`create --no-claim-tag\` left with 8.`,
  ].join('\n')
  const [begin, end] = [
    '<!-- measured: npm run reliability -- --deep -->',
    '<!-- end of measured -->',
  ]
  const [before, rest] = readFileSync(DOCUMENT, 'utf8').split(begin)
  const after = rest?.split(end)[1]
  if (after === undefined)
    throw new Error('docs/reference/reliability.md has no marks of what is measured')
  writeFileSync(DOCUMENT, `${before}${begin}\n\n${text}\n\n${end}${after}`)
}

const given = process.argv.indexOf('--measured')
if (given > 0) writeMeasured(process.argv[given + 1])
const done = given > 0 || (process.argv.includes('--deep') ? deep() : tables())
if (done) process.stdout.write('reliability: docs/reference/reliability.md\n')
else process.exitCode = 1
