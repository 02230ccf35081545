import { Flags } from '@oclif/core'
import { wholeNumber } from './flags.js'

const many = { multiple: true, multipleNonGreedy: true } as const
const principal = { ...many, helpValue: 'PRINCIPAL', helpGroup: 'POLICY' }

/** What a key is made of, and under which name (contract, section 2). */
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
  admin: Flags.string({ ...principal, description: 'Administrator of the key.' }),
  user: Flags.string({ ...principal, description: 'User of the key.' }),
  'grant-user': Flags.string({
    ...principal,
    description: 'User through AWS services (grants).',
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
  'no-claim-tag': Flags.boolean({
    description: 'Leave out the tag by which a lost creation is found again.',
  }),
  quiet: Flags.boolean({ char: 'q', description: 'Print the key ID only.' }),
}
