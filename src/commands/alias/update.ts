import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { ALIAS_ARG, AWS_FLAGS, CHANGE_FLAGS, KEY_ARG, YES_FLAG } from '../../lib/cli/flags/flags.js'
import { planUpdateAlias } from '../../lib/kms/alias/aliases.js'
import { carryOut } from '../../lib/kms/change/plan.js'
import type { Change, DryRun } from '../../lib/results.js'
import { changeView } from '../../lib/views/key.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class AliasUpdate extends KmsctlCommand<typeof AliasUpdate, Change> {
  static override summary = 'Move an alias to another key.'
  static override description =
    'What encrypts by this name uses the other key from then on. Asks on a terminal, and needs --yes elsewhere.'
  static override examples = [
    '<%= config.bin %> alias update app next --yes --sandbox',
    '<%= config.bin %> alias update app next --dry-run',
  ]
  static override args = { ...ALIAS_ARG, ...KEY_ARG }
  static override flags = { ...AWS_FLAGS, ...CHANGE_FLAGS, ...YES_FLAG }

  protected async execute({
    args,
    flags,
    context,
  }: Invocation<typeof AliasUpdate>): Promise<Change | DryRun> {
    const plan = await planUpdateAlias(await context.session(), args.name, args.key)
    return carryOut(plan, context.gate(flags))
  }

  protected view(change: Change, ui: Ui): string {
    return changeView(change, 'alias moved', ui)
  }
}
