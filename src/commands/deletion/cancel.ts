import { Flags } from '@oclif/core'
import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { BULK_FLAGS, KEYS_ARG } from '../../lib/cli/flags/flags.js'
import { changeKeys } from '../../lib/kms/bulk/batch.js'
import { selectorOf } from '../../lib/kms/bulk/selector.js'
import { planCancelDeletion } from '../../lib/kms/deletion/deletion.js'
import type { Batch, Change, DryRun } from '../../lib/results.js'
import { keysView } from '../../lib/views/batch.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class DeletionCancel extends KmsctlCommand<typeof DeletionCancel, Change | Batch> {
  static override summary = 'Cancel deletions before their date.'
  static override description =
    'AWS leaves the key disabled. A key that is not pending deletion stays as it is. Keys that a selector finds are shown and asked about first; --yes answers.'
  static override aliases = ['cancel-deletion']
  static override examples = [
    '<%= config.bin %> deletion cancel app --enable --sandbox',
    '<%= config.bin %> cancel-deletion app',
    '<%= config.bin %> deletion cancel --tag Team=payments --yes',
  ]
  static override args = KEYS_ARG
  static override flags = {
    ...BULK_FLAGS,
    enable: Flags.boolean({ description: 'Also enable the key; AWS leaves it disabled.' }),
  }

  protected async execute({
    args,
    flags,
    context,
  }: Invocation<typeof DeletionCancel>): Promise<Change | Batch | DryRun> {
    const keys = await context.keys(args.key, selectorOf(flags))
    const session = await context.session({ manyCalls: keys.kind !== 'one' })
    const { result, exitCode } = await changeKeys({
      session,
      keys,
      planOne: (key) => planCancelDeletion(session, key, flags.enable),
      doing: 'Cancel the deletion of',
      ...context.overKeys(flags),
    })
    context.endWith(exitCode)
    return result
  }

  protected view(result: Change | Batch, ui: Ui): string {
    return keysView(result, 'deletion cancelled', ui)
  }
}
