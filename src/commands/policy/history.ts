import { Args } from '@oclif/core'
import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { AWS_FLAGS, KEY_ARG } from '../../lib/cli/flags/flags.js'
import { policyVersion, policyVersions } from '../../lib/kms/policy/history.js'
import type { KeyPolicy, PolicyVersions } from '../../lib/results.js'
import { policyVersionsView } from '../../lib/views/policy/history.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class PolicyHistory extends KmsctlCommand<
  typeof PolicyHistory,
  PolicyVersions | KeyPolicy
> {
  static override summary = 'List the policies that a key had, or print one of them.'
  static override description =
    'KMS itself keeps only the present policy. kmsctl keeps on this machine each one that it replaces, and deletes none; what others replace it does not see. A key that is deleted is found by its ID.'
  static override examples = [
    '<%= config.bin %> policy history app --sandbox',
    '<%= config.bin %> policy history app 2 > policy.json',
  ]
  static override args = {
    ...KEY_ARG,
    version: Args.string({ description: 'Version to print as JSON.' }),
  }
  static override flags = AWS_FLAGS
  protected override printsDocument = false

  protected async execute({
    args: { key, version },
    context,
  }: Invocation<typeof PolicyHistory>): Promise<PolicyVersions | KeyPolicy> {
    const session = await context.session()
    if (version === undefined) return policyVersions(session, key)
    this.printsDocument = true
    return policyVersion(session, key, version)
  }

  protected view(result: PolicyVersions | KeyPolicy, ui: Ui): string {
    if ('versions' in result) return policyVersionsView(result, ui)
    throw new Error('a document is printed as it is')
  }
}
