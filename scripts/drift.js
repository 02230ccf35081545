import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Config, Parser } from '@oclif/core'
import { ERROR_CODES, EXIT } from '../src/lib/errors.ts'
import { callsOf, consoleBlocks } from './command-lines.js'

/**
 * Checks that what is written elsewhere still says what the code says: the tables of exit and
 * error codes, and the command lines and flags that the documents and the runbooks show. Whether the
 * commands print what the documents say is checked by readme.js.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const [DOCS, EXAMPLES] = ['docs', 'examples'].map((folder) =>
  readdirSync(`${root}/${folder}`, { recursive: true }).map((name) => `${folder}/${name}`),
)
const DOCUMENTS = ['README.md', ...DOCS, ...EXAMPLES].filter((name) => name.endsWith('.md'))
const RUNBOOKS = EXAMPLES.filter((name) => name.endsWith('.sh'))
const problems = []

function tableOf(document, name) {
  const text = readFileSync(`${root}/${document}`, 'utf8')
  const [, body] =
    text.match(new RegExp(`<!-- ${name}:begin -->\n([^]*?)<!-- ${name}:end -->`)) ?? []
  if (body === undefined) throw new Error(`${document} has no ${name} table`)
  const rows = body.trim().split('\n').slice(2)
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, 3)
      .map((cell) => cell.trim()),
  )
}

/** Holds the first two columns of a table, of numbers and names, to the code's. */
function same(document, name, written, coded) {
  const missing = coded.filter((row) => !written.includes(row))
  const extra = written.filter((row) => !coded.includes(row))
  for (const row of missing) problems.push(`${document}, ${name}: lacks ${row}`)
  for (const row of extra)
    problems.push(`${document}, ${name}: has ${row}, which the code does not`)
}

same(
  'docs/reference/exit-codes.md',
  'exit-codes',
  tableOf('docs/reference/exit-codes.md', 'exit-codes').map(([code, name]) => `${name} = ${code}`),
  Object.entries(EXIT).map(([name, code]) => `${name} = ${code}`),
)
same(
  'docs/reference/json.md',
  'error-codes',
  tableOf('docs/reference/json.md', 'error-codes').map(([name, code]) => `${name} = ${code}`),
  Object.entries(ERROR_CODES).map(([name, code]) => `${name} = ${code}`),
)

/** Code in a line of text: `kmsctl …` and flags alone. What is cut short with an ellipsis is left out. */
function spansOf(text) {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '')
  return [...prose.matchAll(/`([^`]+)`/g)]
    .map(([, span]) => span.replaceAll(/\s+/g, ' '))
    .filter((span) => !/[…[\]<|]|\.\.\./.test(span))
}

/** Flags that oclif brings, and those that documents call not there yet. */
const FOREIGN = ['--help', '--version']
const PLANNED = []

const config = await Config.load({ root })
const flags = new Set(
  config.commands.flatMap((command) =>
    Object.entries(command.flags).flatMap(([name, { allowNo }]) =>
      allowNo ? [`--${name}`, `--no-${name}`] : [`--${name}`],
    ),
  ),
)
let checked = 0
for (const document of DOCUMENTS) {
  const text = readFileSync(`${root}/${document}`, 'utf8')
  const spans = spansOf(text)
  const shown = consoleBlocks(text).flatMap(({ commands }) => commands.map((one) => one.text))
  for (const line of [...shown, ...spans.filter((span) => span.startsWith('kmsctl '))]) {
    await check(document, callsOf('kmsctl', line))
  }
  for (const flag of spans.filter((span) => span.startsWith('--'))) {
    const name = flag.split(/[ =]/)[0]
    if (![...flags, ...FOREIGN, ...PLANNED].includes(name)) {
      problems.push(`${document}: no command has ${name}`)
    }
  }
}
for (const name of PLANNED.filter((planned) => flags.has(planned))) {
  problems.push(`${name} is there now: the documents must not say that it is not`)
}
for (const runbook of RUNBOOKS) {
  const calls = callsOf('"$kmsctl"', readFileSync(`${root}/${runbook}`, 'utf8'))
  if (calls.length === 0) problems.push(`${runbook}: calls kmsctl nowhere`)
  await check(runbook, calls)
}

async function check(document, calls) {
  for (const argv of calls) {
    checked += 1
    try {
      await parses(argv)
    } catch (error) {
      problems.push(`${document}: \`kmsctl ${argv.join(' ')}\`: ${error.message.split('\n')[0]}`)
    }
  }
}

async function parses(argv) {
  for (let count = Math.min(argv.length, 3); count > 0; count -= 1) {
    const found = config.findCommand(argv.slice(0, count).join(':'))
    if (found === undefined) continue
    const Command = await found.load()
    const flags = { ...Command.baseFlags, ...Command.flags }
    await Parser.parse(argv.slice(count), { flags, args: Command.args, strict: true })
    return
  }
  throw new Error('no such command')
}

if (checked === 0) problems.push('the documents show no command: the check found nothing to check')
for (const problem of problems) process.stderr.write(`drift: ${problem}\n`)
if (problems.length > 0) {
  process.stderr.write('mend the documents, or the code; then `npm run drift`\n')
  process.exitCode = 1
}
process.stdout.write(`drift: ${checked} command lines and 2 tables checked\n`)
