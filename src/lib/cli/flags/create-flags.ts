import { Flags } from '@oclif/core'
import { SECONDS, wholeNumber } from './flags.js'
import { WAIT } from './policy-change-flags.js'
import { POLICY_FLAGS } from './policy-flags.js'

const many = { multiple: true, multipleNonGreedy: true } as const

/** What a key is made of, and under which name (contract 2). */
export const CREATE_FLAGS = {
  alias: Flags.string({ ...many, description: 'Name of the key; may be repeated.' }),
  'no-alias': Flags.boolean({ description: 'Create the key without a name.' }),
  description: Flags.string({ description: 'What the key is for.' }),
  spec: Flags.string({ description: 'Key spec (SYMMETRIC_DEFAULT).' }),
  usage: Flags.string({ description: 'Key usage; needed where the spec has several.' }),
  origin: Flags.string({ description: 'Where the key material comes from (AWS_KMS).' }),
  'custom-key-store-id': Flags.string({ description: 'Custom key store to make the key in.' }),
  'xks-key-id': Flags.string({ description: 'Key in the external key store.' }),
  'multi-region': Flags.boolean({ description: 'Make a multi-Region primary key.' }),
  policy: Flags.string({
    description: 'Key policy from a file, or - for standard input.',
    helpValue: 'FILE',
    helpGroup: 'POLICY',
  }),
  ...POLICY_FLAGS,
  wait: WAIT({
    description: 'Try again this long while KMS does not know a principal (0).',
    helpValue: 'SECONDS',
    helpGroup: 'POLICY',
  }),
  rotation: Flags.boolean({
    allowNo: true,
    description: 'Rotate automatically (on where the key can).',
  }),
  'rotation-period-days': wholeNumber({
    description: 'Days between rotations, 90 to 2560 (365).',
    helpValue: 'N',
  }),
  tag: Flags.string({ ...many, description: 'Tag; may be repeated.', helpValue: 'K=V' }),
  disabled: Flags.boolean({ description: 'Leave the key disabled.' }),
  'if-not-exists': Flags.boolean({
    description: 'Succeed when the alias names a key like this already.',
  }),
  interactive: Flags.boolean({
    description:
      'Ask for what is not given, as a terminal does where an alias or a usage is missing.',
  }),
  'no-claim-tag': Flags.boolean({
    description: 'Leave out the tag by which a lost creation is found again.',
  }),
  settle: SECONDS({
    min: 0,
    description: 'Look for so long for a key whose creation got no answer (120).',
    helpValue: 'SECONDS',
  }),
  'no-journal': Flags.boolean({
    description: 'Write nothing down before the key is made; print the claim token instead.',
  }),
  quiet: Flags.boolean({ char: 'q', description: 'Print the key ID only.' }),
}

/** Flags of `create` that are about the run, and not about its key. */
const OF_THE_RUN = ['interactive', 'quiet']

/** What of the flags a key is made of, by their names; `allow` too, which is of its policy. */
export function flagsOfKey(flags: object): Record<string, unknown> {
  const names = [...Object.keys(CREATE_FLAGS), 'allow'].filter((name) => !OF_THE_RUN.includes(name))
  const given = flags as Readonly<Record<string, unknown>>
  return Object.fromEntries(names.map((name) => [name, given[name]]))
}
