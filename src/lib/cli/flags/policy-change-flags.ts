import { Flags } from '@oclif/core'
import { usageError } from '../../errors.js'
import { ALLOW_FLAG, AWS_FLAGS, CHANGE_FLAGS, YES_FLAG } from './flags.js'

/** Roles just made are mostly known within some seconds; a mistyped name should not cost minutes. */
const DEFAULT_WAIT = 30
const LONGEST_WAIT = 3600

/** How long a policy is tried again of which KMS does not know a principal. */
export const WAIT = Flags.custom<number>({
  parse: async (text) => {
    if (/^\d{1,4}$/.test(text) && Number(text) <= LONGEST_WAIT) return Number(text)
    throw usageError(`wait ${text || "''"} is not a number of seconds from 0 to ${LONGEST_WAIT}`)
  },
})

/** What replaces a policy has in common. */
export const POLICY_CHANGE_FLAGS = {
  ...AWS_FLAGS,
  ...CHANGE_FLAGS,
  ...YES_FLAG,
  ...ALLOW_FLAG,
  wait: WAIT({
    description: 'Try again this long while KMS does not know a principal.',
    default: DEFAULT_WAIT,
    helpValue: 'SECONDS',
    helpGroup: 'POLICY',
  }),
  'bypass-lockout-check': Flags.boolean({
    description: 'Have KMS skip the check that you can change the policy again.',
    helpGroup: 'POLICY',
  }),
  'no-history': Flags.boolean({
    description: 'Do not keep the replaced policy; it cannot be rolled back then.',
    helpGroup: 'POLICY',
  }),
}

interface PolicyChangeFlags {
  readonly allow?: readonly string[] | undefined
  readonly wait: number
  readonly 'bypass-lockout-check': boolean
  readonly 'no-history': boolean
}

/**
 * The flags as what `planPolicyChange` takes.
 *
 * @param again hints for when somebody else has changed the policy meanwhile
 */
export function policyChangeOptions<C extends string>(
  command: C,
  flags: PolicyChangeFlags,
  context: { say(line: string): void },
  again: readonly string[],
) {
  return {
    command,
    allowed: flags.allow ?? [],
    bypassLockoutCheck: flags['bypass-lockout-check'],
    waitSeconds: flags.wait,
    keep: !flags['no-history'],
    note: (line: string) => context.say(line),
    again,
  }
}
