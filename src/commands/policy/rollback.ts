import { Flags } from '@oclif/core'
import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { KEY_ARG } from '../../lib/cli/flags/flags.js'
import {
  POLICY_CHANGE_FLAGS,
  policyChangeOptions,
} from '../../lib/cli/flags/policy-change-flags.js'
import { quoted } from '../../lib/cli/flags/target-flags.js'
import { carryOut } from '../../lib/kms/change/plan.js'
import { planRollback } from '../../lib/kms/policy/history.js'
import type { Change, DryRun } from '../../lib/results.js'
import { policyReplacedView } from '../../lib/views/key.js'
import { policyDiffView } from '../../lib/views/policy/diff.js'
import { harmless } from '../../lib/views/text/escape.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class PolicyRollback extends KmsctlCommand<typeof PolicyRollback, Change> {
  static override summary = 'Put back a policy that a key had before.'
  static override description =
    'The latest kept one that differs from the present, or --to N of `policy history`. It is linted, compared and asked for as in `policy set`, and the policy that it replaces is kept too, so that a rollback can be rolled back.'
  static override examples = [
    '<%= config.bin %> policy rollback app --yes --sandbox',
    '<%= config.bin %> policy rollback app --to 2 --dry-run',
  ]
  static override args = KEY_ARG
  static override flags = {
    ...POLICY_CHANGE_FLAGS,
    to: Flags.string({
      description: 'Version to put back, by its number in `policy history`.',
      helpValue: 'N',
    }),
  }
  private keptAs: number | null = null

  protected async execute({
    args: { key },
    flags,
    context,
  }: Invocation<typeof PolicyRollback>): Promise<Change | DryRun> {
    const options = policyChangeOptions('policy rollback', flags, context, [
      `see what can be put back: kmsctl policy history ${quoted(key)}`,
    ])
    const plan = await planRollback(await context.session(), key, flags.to, options)
    const gate = context.gateForPeople(flags, (ui) => policyDiffView(harmless(plan.diff), ui))
    const result = await carryOut(plan, gate)
    this.keptAs = plan.keptAs()
    return result
  }

  protected view(change: Change, ui: Ui): string {
    return policyReplacedView(change, 'policy rolled back', this.keptAs, ui)
  }
}
