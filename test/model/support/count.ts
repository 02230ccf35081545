/** Plays many scenarios, with kmsctl and beside it with the SDK as it comes, and counts what came of them. */
import fc from 'fast-check'
import { duplicates, unreported, violations } from './invariants.js'
import { type Play, play, type Run, WISHES } from './play.js'
import { scenario } from './scenario.js'

export interface Counts {
  schedules: number
  /** Runs of `create` and `recover`; of the SDK as it comes, runs of the same wishes. */
  runs: number
  killed: number
  /** By exit code. */
  ends: Record<string, number>
  keys: number
  /** Keys beyond one for each intention. */
  duplicates: number
  /** Keys that nothing tells of. */
  unreported: number
  /** Runs that said success, and their key has no such name or does not rotate. */
  falseSuccesses: number
  /** Keys without the name that they were to have, when all was over. */
  unnamed: number
  /** Of those, the ones that nothing tells of. */
  orphans: number
}

const none = (): Counts => ({
  schedules: 0,
  runs: 0,
  killed: 0,
  ends: {},
  keys: 0,
  duplicates: 0,
  unreported: 0,
  falseSuccesses: 0,
  unnamed: 0,
  orphans: 0,
})

interface Counted {
  readonly kmsctl: Counts
  /** CreateKey with the SDK's own retries, then CreateAlias and EnableKeyRotation. */
  readonly sdk: Counts
}

/**
 * @throws fast-check's report of the least scenario in which a promise was broken, with its seed
 */
export async function count(
  numRuns: number,
  seed: number,
  { beside = false, path }: { beside?: boolean; path?: string | undefined } = {},
): Promise<Counted> {
  const counted = { kmsctl: none(), sdk: none() }
  const property = fc.asyncProperty(
    fc.scheduler(),
    fc.scheduler(),
    scenario,
    async (scheduler, other, lanes) => {
      const played = await play(scheduler, lanes, 'kmsctl')
      const broken = await violations(played)
      if (broken.length > 0) throw new Error(broken.join('\n'))
      await add(counted.kmsctl, played)
      if (beside) await add(counted.sdk, await play(other, lanes, 'default'))
    },
  )
  await fc.assert(property, { numRuns, seed, ...(path === undefined ? {} : { path }) })
  return counted
}

/** Whether a run says that it made a key, and the key has not the names or the rotation. */
function saysWrongly({ exitCode, step, told, keys }: Run): boolean {
  if (exitCode !== 0 || step.does !== 'create' || /"changed":false/.test(told)) return false
  const held = keys.find(({ keyId }) => told.includes(keyId))
  // With --if-not-exists a script on the SDK ends before it makes any.
  if (held === undefined) return false
  const names = (WISHES[step.wish].aliases ?? []).map((name) => `alias/${name}`)
  return !held.rotates || !names.every((name) => held.names.includes(name))
}

async function add(counts: Counts, played: Play): Promise<void> {
  const { runs, kms } = played
  counts.schedules += 1
  counts.runs += runs.length
  for (const { exitCode } of runs) {
    if (exitCode === null) counts.killed += 1
    else counts.ends[exitCode] = (counts.ends[exitCode] ?? 0) + 1
  }
  counts.falseSuccesses += runs.filter(saysWrongly).length
  counts.keys += kms.made.length
  counts.duplicates += duplicates(played).length
  const untold = new Set(await unreported(played))
  counts.unreported += untold.size
  const keys = await kms.keys()
  const wishOf = new Map(runs.flatMap(({ id, step }) => ('wish' in step ? [[id, step.wish]] : [])))
  for (const { keyId, by } of kms.made) {
    const wanted = WISHES[wishOf.get(by) ?? 'unnamed'].aliases ?? []
    const lacks = wanted.length > 0 && keys.find((key) => key.keyId === keyId)?.names.length === 0
    if (lacks) counts.unnamed += 1
    if (lacks && untold.has(keyId)) counts.orphans += 1
  }
}
