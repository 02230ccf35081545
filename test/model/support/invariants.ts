/** What holds for every scenario, and what is counted of the SDK as it comes. */
import type { Change, Recovery } from '../../../src/lib/results.js'
import type { HeldKey } from './kms.js'
import { type Play, type Run, WISHES } from './play.js'

/** What a play broke, in words. */
export async function violations(play: Play): Promise<string[]> {
  const keys = await play.kms.keys()
  return [
    ...play.runs.flatMap(ofRun),
    ...duplicates(play).map((keyId) => `key ${keyId} is a second one for the same wish`),
    ...(await unreported(play)).map((keyId) => `nothing tells of key ${keyId}`),
    ...play.kms.stolen.map((name) => `${name} was taken from its key`),
    ...play.healed.flatMap((home) => ofHealing(home, keys)),
  ]
}

function ofRun(run: Run): string[] {
  const { id, exitCode, step, sent, result } = run
  const broken: string[] = []
  const expect = (holds: boolean, otherwise: string) => {
    if (!holds) broken.push(`run ${id}, exit ${exitCode}: ${otherwise}`)
  }
  const creations = sent.filter((operation) => operation === 'CreateKey').length
  expect(creations <= 1, `CreateKey was sent ${creations} times`)
  const others = sent.filter(
    (name) => !['CreateKey', 'CreateAlias', 'EnableKeyRotation', 'DisableKey'].includes(name),
  )
  expect(others.length === 0, `${others} was sent`)
  if (step.does === 'recover') {
    expect(creations === 0, 'recover made a key')
    return broken
  }
  const known = [0, 1, 3, 4, 5, 6, 7, 8, 9, null]
  expect(known.includes(exitCode), 'no such end')
  expect(!/^Internal$/m.test(run.told), run.told)
  if (exitCode === 0) {
    const { changed, key } = result as Change
    const held = run.keys.find(({ keyId }) => keyId === key.keyId)
    const { aliases = [], disabled = false } = WISHES[step.wish]
    expect(held !== undefined, `it tells of key ${key.keyId}, which is not there`)
    for (const name of aliases) {
      const named = held?.names.includes(`alias/${name}`) === true
      expect(named, `a false success: alias/${name} is not its key's`)
    }
    if (changed) {
      expect(held?.rotates === true, 'a false success: the key does not rotate')
      expect((held?.state === 'Disabled') === disabled, `a false success: it is ${held?.state}`)
    }
  }
  return broken
}

/**
 * Keys beyond one for each intention: one runner's runs of one command, until one of them, or `recover`,
 * ends it with success. Each run without a name may want a key of its own.
 */
export function duplicates({ kms, runs }: Play): string[] {
  const intentions = new Map<string, string>()
  let ended = 0
  const epochs = new Map<string, number>()
  for (const { id, home, step, exitCode, result } of runs) {
    if (step.does === 'recover') {
      const claims = (result as Recovery | null)?.claims ?? []
      if (claims.some(({ state }) => state === 'finished')) {
        for (const wish of epochs.keys())
          if (wish.endsWith(` of ${home}`)) epochs.set(wish, ++ended)
      }
      continue
    }
    const [runner] = id.split('.')
    const wish = `${runner} ${step.wish} of ${home}`
    intentions.set(id, step.wish === 'unnamed' ? id : `${wish} ${epochs.get(wish) ?? 0}`)
    epochs.set(wish, exitCode === 0 ? ++ended : (epochs.get(wish) ?? 0))
  }
  const seen = new Set<string>()
  return kms.made.flatMap(({ keyId, by }) => {
    const intention = intentions.get(by) ?? by
    if (seen.has(intention)) return [keyId]
    seen.add(intention)
    return []
  })
}

/** Keys of which neither an output of their home nor its journal tells, by their ID or their claim. */
export async function unreported({ kms, runs, journals, healed }: Play): Promise<string[]> {
  const keys = new Map((await kms.keys()).map((key) => [key.keyId, key]))
  return kms.made.flatMap(({ keyId, by }) => {
    const home = runs.find(({ id }) => id === by)?.home ?? -1
    const texts = [
      ...runs.filter((run) => run.home === home).map(({ told }) => told),
      journals.get(home) ?? '',
      ...healed.filter((one) => one.home === home).map(({ first }) => first.told),
    ].join('\n')
    const claim = keys.get(keyId)?.claim
    const told = texts.includes(keyId) || (claim != null && texts.includes(claim))
    return told ? [] : [keyId]
  })
}

function ofHealing({ home, first, second }: Play['healed'][number], keys: HeldKey[]): string[] {
  const states = (run: Run) => (run.result as Recovery | null)?.claims.map(({ state }) => state)
  const left = states(second)?.filter((state) => state !== 'surplus')
  const broken: string[] = []
  if (first.exitCode !== 0 && first.exitCode !== 7) {
    broken.push(`healing home ${home} ended with ${first.exitCode}: ${first.told}`)
  }
  if (left === undefined || left.length > 0) {
    broken.push(`home ${home} has claims without an ending after all is well: ${second.told}`)
  }
  for (const { state, keyId } of (first.result as Recovery | null)?.claims ?? []) {
    const key = keys.find((one) => one.keyId === keyId)
    if (state === 'finished' && key?.rotates !== true) {
      broken.push(`a false success of recover: key ${keyId} does not rotate`)
    }
    if (state === 'surplus' && key?.names.length !== 0) {
      broken.push(`key ${keyId} is told as surplus and has a name`)
    }
    if (state === 'none' && keyId !== null) broken.push(`${keyId} is there and told as none`)
  }
  return broken
}
