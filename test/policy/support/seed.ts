import { testSeed } from '../../support/seed.js'

/** The seed of a long run. It is printed, so that what fails can be run again. */
export function printedSeed(what: string): number {
  const seed = testSeed()
  console.log(`${what}: KMSCTL_TEST_SEED=${seed}`)
  return seed
}
