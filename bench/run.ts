import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { inventory } from './inventory.js'
import type { Part, Row } from './part.js'
import { shell } from './shell.js'
import { asDocument, machine, type Summary, summary, table } from './table.js'

/**
 * Measures kmsctl against what its users compare it with and prints a table of ratios:
 *
 *   npm run bench -- [--turns 15] [--rounds 3] [--only shell|inventory] [--node PATH]… [--cpu] [--json FILE]
 *     [--document [--note TEXT]] [--from FILE]…
 *
 * `shell` is one command at a time, `inventory` ten thousand keys. Each round measures everything anew; the
 * table shows the median of the rounds. `--node` measures with another Node, too, `--cpu` also processor time
 * (with bash). `--json` says where the figures of all rounds go (bench-results.json). `--document` writes
 * docs/reference/performance.md, and what there is to know about the machine (`--note`) with it. `--from` measures
 * nothing: it takes figures that were measured before.
 */
const PARTS: readonly Part[] = [shell, inventory]
const DOCUMENT = fileURLToPath(new URL('../docs/reference/performance.md', import.meta.url))

/** What was measured of a part, as it stands in the JSON file. */
interface Result {
  readonly name: string
  readonly title: string
  readonly rounds: readonly (readonly Row[])[]
  readonly rows: readonly Summary[]
}

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '15' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    node: { type: 'string', multiple: true, default: [] },
    cpu: { type: 'boolean', default: false },
    json: { type: 'string', default: 'bench-results.json' },
    document: { type: 'boolean', default: false },
    note: { type: 'string', default: '' },
    from: { type: 'string', multiple: true, default: [] },
  },
})
const turns = count('turns', values.turns)
const rounds = count('rounds', values.rounds)
const parts = PARTS.filter(({ name }) => values.only === undefined || values.only === name)
if (parts.length === 0) {
  throw new Error(
    `--only ${values.only}: the parts are ${PARTS.map(({ name }) => name).join(', ')}`,
  )
}

const results: Result[] = []
if (values.from.length > 0) {
  for (const file of values.from) results.push(...JSON.parse(readFileSync(file, 'utf8')).parts)
} else for (const part of parts) results.push(await result(part))

async function result(part: Part): Promise<Result> {
  const measured: (readonly Row[])[] = []
  for (let round = 1; round <= rounds; round += 1) {
    process.stderr.write(`bench: ${part.title.toLowerCase()}, round ${round} of ${rounds}\n`)
    measured.push(await part.measure({ turns, nodes: values.node, cpu: values.cpu }))
  }
  return { name: part.name, title: part.title, rounds: measured, rows: summary(measured) }
}

const of = { machine: machine(), turns, rounds, note: values.note }
for (const { title, rows } of results) process.stdout.write(`\n${title}\n\n${table(rows)}\n`)
writeFileSync(values.json, `${JSON.stringify({ ...of, parts: results }, null, 2)}\n`)
if (values.document) {
  writeFileSync(DOCUMENT, asDocument(readFileSync(DOCUMENT, 'utf8'), of, results))
}

function count(name: string, text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new Error(`--${name} ${text} is no whole number above 0`)
}
