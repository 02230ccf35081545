/**
 * The seed of what a test chooses by chance: KMSCTL_TEST_SEED, or a new one for each run. A test says it
 * on stdout, so that a run that failed can be repeated.
 */
export function testSeed(): number {
  const given = process.env.KMSCTL_TEST_SEED
  if (given === undefined || given === '') return Math.floor(Math.random() * 0x7fff_ffff)
  const seed = Number(given)
  if (!Number.isInteger(seed)) throw new Error(`KMSCTL_TEST_SEED=${given} is not a whole number`)
  return seed
}
