import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { ALIAS_ARG, AWS_FLAGS, CHANGE_FLAGS, YES_FLAG } from '../../lib/cli/flags/flags.js'
import { planDeleteAlias } from '../../lib/kms/alias/aliases.js'
import { carryOut } from '../../lib/kms/change/plan.js'
import type { Change, DryRun } from '../../lib/results.js'
import { changeView } from '../../lib/views/key.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class AliasDelete extends KmsctlCommand<typeof AliasDelete, Change> {
  static override summary = 'Delete an alias; the key stays.'
  static override description =
    'What uses the key by this name stops working. Asks on a terminal, and needs --yes elsewhere.'
  static override examples = [
    '<%= config.bin %> alias delete app --yes --sandbox',
    '<%= config.bin %> alias delete app --dry-run',
  ]
  static override args = ALIAS_ARG
  static override flags = { ...AWS_FLAGS, ...CHANGE_FLAGS, ...YES_FLAG }

  protected async execute({
    args,
    flags,
    context,
  }: Invocation<typeof AliasDelete>): Promise<Change | DryRun> {
    const plan = await planDeleteAlias(await context.session(), args.name)
    return carryOut(plan, context.gate(flags))
  }

  protected view(change: Change, ui: Ui): string {
    return changeView(change, 'alias deleted', ui)
  }
}
