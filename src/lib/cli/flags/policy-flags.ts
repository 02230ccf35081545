import { Flags } from '@oclif/core'

const many = { multiple: true, multipleNonGreedy: true, helpGroup: 'POLICY' } as const
const principal = { ...many, helpValue: 'PRINCIPAL' }

/** What a built policy allows and denies: `create` and `policy build`. */
export const POLICY_FLAGS = {
  admin: Flags.string({ ...principal, description: 'Administrator of the key.' }),
  user: Flags.string({ ...principal, description: 'User of the key.' }),
  'grant-user': Flags.string({
    ...principal,
    description: 'User through AWS services (grants).',
  }),
  account: Flags.string({
    ...many,
    helpValue: 'ID',
    description: 'Other account that may use the key; its IAM policies say who in it.',
  }),
  service: Flags.string({
    ...many,
    helpValue: 'NAME[=SOURCE_ARN]',
    description: 'AWS service that may use the key, for one resource; see policy services.',
  }),
  'no-admin-delete': Flags.boolean({
    helpGroup: 'POLICY',
    description:
      'Leave kms:ScheduleKeyDeletion out of what administrators get; who has PutKeyPolicy, or an IAM policy for it, can still get there.',
  }),
  guardrails: Flags.boolean({
    helpGroup: 'POLICY',
    description:
      'Deny to everybody: disabling and deleting the key within 30 days of its last use or creation, and waiting periods under 30 days.',
  }),
}
