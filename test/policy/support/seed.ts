import { randomInt } from 'node:crypto'

/**
 * The seed of a long run: KMSCTL_SEED, or a new one. It is printed, so that what fails can be run again.
 */
export function printedSeed(what: string): number {
  const given = process.env.KMSCTL_SEED
  const seed = given === undefined ? randomInt(2 ** 31) : Number(given)
  if (!Number.isSafeInteger(seed)) throw new Error(`KMSCTL_SEED ${given} is not a whole number`)
  console.log(`${what}: KMSCTL_SEED=${seed}`)
  return seed
}
