import { Args } from '@oclif/core'
import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { KEY_ARG } from '../../lib/cli/flags/flags.js'
import {
  POLICY_CHANGE_FLAGS,
  policyChangeOptions,
} from '../../lib/cli/flags/policy-change-flags.js'
import { quoted } from '../../lib/cli/flags/target-flags.js'
import { carryOut } from '../../lib/kms/change/plan.js'
import { planSetPolicy } from '../../lib/kms/policy/replace.js'
import type { Change, DryRun } from '../../lib/results.js'
import { policyReplacedView } from '../../lib/views/key.js'
import { policyDiffView } from '../../lib/views/policy/diff.js'
import { harmless } from '../../lib/views/text/escape.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class PolicySet extends KmsctlCommand<typeof PolicySet, Change> {
  static override summary = 'Replace a key’s policy by the one in a file.'
  static override description =
    'The policy is linted and compared with the present one, which is shown on a terminal. Asks there, and needs --yes elsewhere. If somebody else changes the policy meanwhile, nothing is sent. The replaced policy is kept on this machine (KMS itself keeps none) for `policy history` and `policy rollback`.'
  static override examples = [
    '<%= config.bin %> policy set app policy.json --yes --sandbox',
    '<%= config.bin %> policy set app policy.json --dry-run',
    '<%= config.bin %> policy show next | <%= config.bin %> policy set app - --yes',
  ]
  static override args = {
    ...KEY_ARG,
    file: Args.string({
      required: true,
      description: 'File with the policy, or - for standard input.',
    }),
  }
  static override flags = POLICY_CHANGE_FLAGS
  private keptAs: number | null = null

  protected async execute({
    args: { key, file },
    flags,
    context,
  }: Invocation<typeof PolicySet>): Promise<Change | DryRun> {
    const text = await context.readText(file, 'policy file')
    const source = file === '-' ? 'standard input' : `policy file ${file}`
    const words = `${quoted(key)} ${quoted(file)}`
    const again =
      file === '-'
        ? ['compare again, then repeat the command']
        : [`compare again: kmsctl policy diff ${words}`, `then set it: kmsctl policy set ${words}`]
    const options = policyChangeOptions('policy set', flags, context, again)
    const plan = await planSetPolicy(await context.session(), key, { text, source }, options)
    const gate = context.gateForPeople(flags, (ui) => policyDiffView(harmless(plan.diff), ui))
    const result = await carryOut(plan, gate)
    this.keptAs = plan.keptAs()
    return result
  }

  protected view(change: Change, ui: Ui): string {
    return policyReplacedView(change, 'policy set', this.keptAs, ui)
  }
}
