import { Flags } from '@oclif/core'
import { AWS_FLAGS, CHANGE_FLAGS, KEY_ARG } from '../../lib/cli/flags.js'
import { type Invocation, KmsctlCommand } from '../../lib/cli/kmsctl-command.js'
import { carryOut } from '../../lib/kms/change.js'
import { planCancelDeletion } from '../../lib/kms/deletion.js'
import type { Change, DryRun } from '../../lib/results.js'
import { changeView } from '../../lib/views/key.js'
import type { Ui } from '../../lib/views/style.js'

export default class DeletionCancel extends KmsctlCommand<typeof DeletionCancel, Change> {
  static override summary = 'Cancel a deletion before its date.'
  static override description =
    'AWS leaves the key disabled. A key that is not pending deletion stays as it is.'
  static override aliases = ['cancel-deletion']
  static override examples = [
    '<%= config.bin %> deletion cancel app --enable --sandbox',
    '<%= config.bin %> cancel-deletion app',
  ]
  static override args = KEY_ARG
  static override flags = {
    ...AWS_FLAGS,
    ...CHANGE_FLAGS,
    enable: Flags.boolean({ description: 'Also enable the key; AWS leaves it disabled.' }),
  }

  protected async execute({
    args,
    flags,
    context,
  }: Invocation<typeof DeletionCancel>): Promise<Change | DryRun> {
    const plan = await planCancelDeletion(await context.session(), args.key, flags.enable)
    return carryOut(plan, context.gate(flags))
  }

  protected view(change: Change, ui: Ui): string {
    return changeView(change, 'deletion cancelled', ui)
  }
}
