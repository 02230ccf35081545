import { type CreateFlags, keyOf, policyWishes } from '../rules/create-flags.js'
import type { CreateRequest } from './plan.js'

/**
 * The flags, or the wizard's answers in their place, as the input of a creation.
 *
 * @param policyText of the file, or of standard input, that `--policy` names
 * @throws KmsctlError `Usage` (2) for what is no tag
 */
export function createRequest(flags: CreateFlags, policyText: string | undefined): CreateRequest {
  const { policy } = flags
  return {
    key: keyOf(flags),
    ...(policy === undefined || policyText === undefined
      ? {}
      : { policy: { text: policyText, source: policy === '-' ? 'standard input' : policy } }),
    ...policyWishes(flags),
    allow: flags.allow ?? [],
    ifNotExists: flags['if-not-exists'] === true,
    settleSeconds: flags.settle,
    waitSeconds: flags.wait,
    journal: flags['no-journal'] !== true,
  }
}
