import { Flags } from '@oclif/core'
import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { AWS_FLAGS } from '../../lib/cli/flags/flags.js'
import { POLICY_FLAGS } from '../../lib/cli/flags/policy-flags.js'
import { buildKeyPolicy } from '../../lib/kms/policy/build.js'
import { policyWishes } from '../../lib/kms/rules/create-flags.js'
import type { KeyPolicy } from '../../lib/results.js'

export default class PolicyBuild extends KmsctlCommand<typeof PolicyBuild, KeyPolicy> {
  static override summary = 'Print the key policy that create would send for the same flags.'
  static override description = [
    'The document itself, with --json and without: it can go into a file, be changed there, and to `create --policy`. The account is the caller’s. A PRINCIPAL is an ARN, an account ID, or user/NAME, role/NAME or root of your own account.',
    'Without --no-admin-delete administrators get kms:*; with it, what AWS’s console gives them, without kms:ScheduleKeyDeletion. That denies nothing: kms:PutKeyPolicy stays with them, and the first statement lets IAM policies allow everything. --guardrails deny, to administrators and root too, until somebody takes them out of the policy. They count from the creation of a key that was never used, and from the beginning of AWS’s records for one that is older than those.',
    'Services and what their SOURCE_ARN is: `policy services`.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> policy build --admin user/alice --user role/app --sandbox',
    '<%= config.bin %> policy build --service dynamodb --account 444455556666 --guardrails --sandbox',
    '<%= config.bin %> policy build --user role/release --spec ECC_NIST_P256 --usage SIGN_VERIFY',
  ]
  static override flags = {
    ...AWS_FLAGS,
    ...POLICY_FLAGS,
    spec: Flags.string({ description: 'Key spec of the key (SYMMETRIC_DEFAULT).' }),
    usage: Flags.string({ description: 'Its usage; needed where the spec has several.' }),
    origin: Flags.string({ description: 'Where its key material comes from (AWS_KMS).' }),
    'multi-region': Flags.boolean({ description: 'The key is a multi-Region key.' }),
  }
  protected override readonly printsDocument = true

  protected async execute({ flags, context }: Invocation<typeof PolicyBuild>): Promise<KeyPolicy> {
    const { spec, usage, origin } = flags
    const kind = {
      ...(spec === undefined ? {} : { spec }),
      ...(usage === undefined ? {} : { usage }),
      ...(origin === undefined ? {} : { origin }),
      multiRegion: flags['multi-region'],
    }
    return buildKeyPolicy(await context.session(), kind, policyWishes(flags))
  }

  protected view(): string {
    throw new Error('a document is printed as it is')
  }
}
