import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { ALIAS_ARG, AWS_FLAGS, CHANGE_FLAGS, KEY_ARG } from '../../lib/cli/flags/flags.js'
import { planCreateAlias } from '../../lib/kms/alias/aliases.js'
import { carryOut } from '../../lib/kms/change/plan.js'
import type { Change, DryRun } from '../../lib/results.js'
import { changeView } from '../../lib/views/key.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class AliasCreate extends KmsctlCommand<typeof AliasCreate, Change> {
  static override summary = 'Give a key a name.'
  static override examples = [
    '<%= config.bin %> alias create app-2026 app --sandbox',
    '<%= config.bin %> alias create app 1234abcd-12ab-34cd-56ef-1234567890ab --dry-run',
  ]
  static override args = { ...ALIAS_ARG, ...KEY_ARG }
  static override flags = { ...AWS_FLAGS, ...CHANGE_FLAGS }

  protected async execute({
    args,
    flags,
    context,
  }: Invocation<typeof AliasCreate>): Promise<Change | DryRun> {
    const plan = await planCreateAlias(await context.session(), args.name, args.key)
    return carryOut(plan, context.gate(flags))
  }

  protected view(change: Change, ui: Ui): string {
    return changeView(change, 'alias created', ui)
  }
}
