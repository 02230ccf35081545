/** `create --if-not-exists` by two and three runners at once, in every order that the scheduler picks. */
import fc from 'fast-check'
import type { Change } from '../../../src/lib/results.js'
import { violations } from './invariants.js'
import { type Play, play, type Run } from './play.js'
import type { Lane, Step } from './scenario.js'

const STEP: Step = {
  does: 'create',
  wish: 'plain',
  ifNotExists: true,
  settleSeconds: 120,
  killed: null,
}

/** Each on a machine of its own, or some of them on one, with one journal. */
const runners: fc.Arbitrary<readonly Lane[]> = fc.array(
  fc.constantFrom(0, 1, 2).map((home): Lane => ({ home, steps: [STEP], luck: [] })),
  { minLength: 2, maxLength: 3 },
)

/** How often each end came. */
export interface Ends {
  schedules: number
  won: number
  /** The key was there: `changed: false`. */
  unchanged: number
  /** 6, and no key was made. */
  refused: number
  /** 7, and a surplus key was told. */
  surplus: number
}

/** @throws fast-check's report of the least order in which the promise was broken, with its seed */
export async function together(numRuns: number, seed: number): Promise<Ends> {
  const ends: Ends = { schedules: 0, won: 0, unchanged: 0, refused: 0, surplus: 0 }
  const property = fc.asyncProperty(fc.scheduler(), runners, async (scheduler, lanes) => {
    const played = await play(scheduler, lanes, 'kmsctl')
    const broken = [...(await violations(played)), ...(await brokenTogether(played))]
    if (broken.length > 0) throw new Error(broken.join('\n'))
    ends.schedules += 1
    for (const run of played.runs) ends[endOf(run)] += 1
  })
  await fc.assert(property, { numRuns, seed })
  return ends
}

function endOf({ exitCode, result }: Run): Exclude<keyof Ends, 'schedules'> {
  if (exitCode === 0) return (result as Change).changed ? 'won' : 'unchanged'
  return exitCode === 6 ? 'refused' : 'surplus'
}

async function brokenTogether({ kms, runs }: Play): Promise<string[]> {
  const keys = await kms.keys()
  const named = keys.filter(({ names }) => names.includes('alias/app'))
  const broken: string[] = []
  const expect = (holds: boolean, otherwise: string) => {
    if (!holds) broken.push(otherwise)
  }
  expect(named.length === 1, `alias/app names ${named.length} keys`)
  const winners = runs.filter((run) => run.exitCode === 0 && endOf(run) === 'won')
  expect(winners.length === 1, `${winners.length} runners say that they made the key`)
  for (const run of runs) {
    const { id, exitCode, sent, told } = run
    const made = kms.made.filter(({ by }) => by === id).map(({ keyId }) => keyId)
    const fits = {
      won: made.length === 1 && made[0] === named[0]?.keyId,
      unchanged: sent.length === 0 && told.includes(named[0]?.keyId ?? '-'),
      refused: exitCode === 6 && sent.length === 0,
      surplus:
        exitCode === 7 &&
        made.length === 1 &&
        made.every((keyId) => told.includes(keyId) && keyId !== named[0]?.keyId) &&
        keys.find(({ keyId }) => keyId === made[0])?.names.length === 0,
    }
    expect(fits[endOf(run)], `run ${id}, exit ${exitCode}, sent ${sent.join(', ')}: ${told}`)
  }
  return broken
}
