import { Bench } from './bench.js'
import { CLASSES, type CommandClass } from './classes.js'
import {
  FORMS_BY_BINARY,
  mostByBinary,
  OTHERS_BY_BINARY,
  PLANS_BY_CHANCE,
  ready,
  suitsBinary,
  WHOLE_BY_BINARY,
} from './matrix.js'
import { type Row, rowsOf, tableOf, WARNINGS } from './table.js'
import { TRIALS } from './trials.js'

/** The parts of docs/reference/reliability.md that are made, by what their marks call them. */
const PARTS: Readonly<Record<string, () => Promise<string>>> = {
  faults: faultTables,
  counts: countTable,
}

/** The document with its made parts made anew; the rest stays as it is. */
export async function madeAnew(text: string): Promise<string> {
  let made = text
  for (const [name, make] of Object.entries(PARTS)) {
    const [begin, end] = [`<!-- ${name}: npm run reliability -->`, `<!-- end of ${name} -->`]
    const [before, rest] = made.split(begin)
    const after = rest?.split(end)[1]
    if (before === undefined || after === undefined) throw new Error(`no marks of ${name}`)
    made = `${before}${begin}\n\n${await make()}\n\n${end}${after}`
  }
  return made
}

export async function rowsOfTrial(name: string): Promise<Row[]> {
  const trial = TRIALS.find((one) => one.name === name)
  if (trial === undefined) throw new Error(`no trial is called ${name}`)
  return rowsOf(await new Bench().prepare(trial))
}

/** The generated part: reads, which are the same for most classes, then the changes of each class. */
async function faultTables(): Promise<string> {
  const all: { one: CommandClass; reads: Row[]; changes: Row[] }[] = []
  for (const one of CLASSES) {
    const rows = await rowsOfTrial(one.trials[0] ?? '')
    all.push({
      one,
      reads: rows.filter(({ reads }) => reads),
      changes: rows.filter(({ reads }) => !reads),
    })
  }
  const [first] = all
  const common = tableOf(first?.reads ?? [])
  const sections = all.map(({ one, reads, changes }) => {
    const own = tableOf(reads) === common ? changes : [...reads, ...changes]
    const names = one.trials.map((name) => `\`${name}\``).join(', ')
    const same = own === changes ? '' : ' Its reads are its own:'
    return `### ${one.title}\n\n${names}.${same}\n\n${tableOf(own)}`
  })
  return [
    legend(),
    `### Reading before and after a change\n\nThe same for every class below that shows none of its own.\n\n${common}`,
    ...sections,
  ].join('\n\n')
}

function legend(): string {
  const words = WARNINGS.map(([name, , meaning]) => `- *${name}*: ${meaning}.`)
  return words.join('\n')
}

/** How much `npm run test:deep` tries. */
async function countTable(): Promise<string> {
  let cases = 0
  let requests = 0
  let binary = 0
  for (const trial of TRIALS) {
    const { cases: all, reference } = await ready(new Bench(), trial)
    cases += all.length
    requests += Object.values(reference.sent).reduce((sum, count) => sum + count, 0)
    binary += Math.min(all.filter(suitsBinary).length, mostByBinary(trial))
  }
  const number = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, ',')
  const forms = TRIALS.length
  return [
    '| what | runs |',
    '|---|---|',
    `| every fault at each of the ${requests} requests of ${forms} forms of the changing commands: once, at that operation from then on, at all from then on; before the effect, after it and later | ${number(cases)} |`,
    `| several faults by chance, in each form | ${number(forms * PLANS_BY_CHANCE)} |`,
    `| the built binary against \`sandbox serve --faults\`: all that suits real time with \`${WHOLE_BY_BINARY}\`, ${FORMS_BY_BINARY} of each other form of it, ${OTHERS_BY_BINARY} of every other command | ${number(binary)} |`,
    '| every command, silent from each of its requests on | all |',
  ].join('\n')
}
