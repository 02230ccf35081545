import { expect, test } from 'vitest'
import type { Listed } from '../../support/cases/catalogue.js'
import { measured, UNBROKEN } from '../../support/run/measured.js'
import { COMMANDS } from '../../support/run/shell.js'
import { Bench, type Outcome, type Prepared } from './bench.js'
import { trialOf } from './trials.js'

const SECONDS = 5

/** Every command that talks to AWS. */
const TALKING = COMMANDS.filter(({ flags }) => flags.includes('timeout'))

/** A command's examples on the sandbox, with what they need to run on one that has the key `app`. */
function linesOf({ name, examples, flags }: Listed): string[] {
  const yes = flags.includes('yes') ? ' --yes' : ''
  const confirm = flags.includes('confirm') ? ' --confirm {app}' : ''
  return examples
    .filter((line) => line.includes('--sandbox') && !/[|>]/.test(line))
    .map((line) => (name === 'create' ? line.replace(/ app\b/, ' fresh') : line))
    .map((line) => `${line.replace(' --yes', '')}${yes}${confirm} --timeout ${SECONDS}`)
}

/** The first of them that works, and the run of it without faults. */
async function working(command: Listed): Promise<{ prepared: Prepared; clean: Outcome }> {
  const tried: string[] = []
  const given = trialOf(command.name)
  const trials = [
    ...linesOf(command).map((change) => ({ name: command.name, change })),
    ...(given === undefined ? [] : [{ ...given, change: `${given.change} --timeout ${SECONDS}` }]),
  ]
  for (const trial of trials) {
    const prepared = await new Bench().prepare(trial)
    const clean = await prepared.run({ rules: [] })
    if (clean.exitCode === 0 && clean.calls.length > 0) return { prepared, clean }
    tried.push(`${trial.change}\n${clean.stdout}${clean.stderr}`)
  }
  throw new Error(`no example of ${command.name} asks anything:\n${tried.join('\n')}`)
}

/**
 * Every command against an endpoint that takes requests and stops answering: it ends within `--timeout`
 * and a second, wherever it had got to (contract 6.8).
 *
 * @param choose of the requests of a run, numbered from 1, those from which on nothing answers
 */
export function blackHoles(choose: (requests: number) => readonly number[]): void {
  test.each(TALKING)('$name', async (command) => {
    const { prepared, clean } = await working(command)
    const places = choose(clean.calls.length)
    for (const from of places) {
      const ran = await prepared.run({ rules: [{ operation: '*', from, fault: 'hang' }] })
      const told = `${prepared.line}, silent from request ${from} on\n${ran.stdout}${ran.stderr}`
      expect(ran.problem, told).toBeNull()
      expect(ran.elapsedMs, told).toBeLessThanOrEqual((SECONDS + 1) * 1000)
      expect([0, 7, 8, 9], told).toContain(ran.exitCode)
      if (ran.exitCode === 9) expect(ran.final, told).toEqual(ran.before)
    }
    measured('silence', null, places.length, UNBROKEN)
  })
}
