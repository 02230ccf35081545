import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Part, Row } from './part.js'
import { shell } from './shell.js'
import { asDocument, machine, summary, table } from './table.js'

/**
 * Measures kmsctl against what its users compare it with and prints a table of ratios:
 *
 *   npm run bench -- [--turns 15] [--rounds 3] [--only shell] [--node PATH]… [--cpu] [--json FILE]
 *     [--document [--note TEXT]]
 *
 * Each round measures everything anew; the table shows the median of the rounds. `--node` measures with
 * another Node, too, `--cpu` also processor time (with bash). `--json` says where the
 * figures of all rounds go (bench-results.json). `--document` writes docs/performance.md, and what there is to
 * know about the machine (`--note`) with it.
 */
const PARTS: readonly Part[] = [shell]
const DOCUMENT = fileURLToPath(new URL('../docs/performance.md', import.meta.url))

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

const results = []
for (const part of parts) {
  const measured: (readonly Row[])[] = []
  for (let round = 1; round <= rounds; round += 1) {
    process.stderr.write(`bench: ${part.title.toLowerCase()}, round ${round} of ${rounds}\n`)
    measured.push(await part.measure({ turns, nodes: values.node, cpu: values.cpu }))
  }
  results.push({ name: part.name, title: part.title, rounds: measured, rows: summary(measured) })
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
