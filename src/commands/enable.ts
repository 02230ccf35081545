import { type Invocation, KmsctlCommand } from '../lib/cli/command/kmsctl-command.js'
import { BULK_FLAGS, KEYS_ARG } from '../lib/cli/flags/flags.js'
import { changeKeys } from '../lib/kms/bulk/batch.js'
import { selectorOf } from '../lib/kms/bulk/selector.js'
import { planEnable } from '../lib/kms/settings/enable-disable.js'
import type { Batch, Change, DryRun } from '../lib/results.js'
import { keysView } from '../lib/views/batch.js'
import type { Ui } from '../lib/views/text/style.js'

export default class Enable extends KmsctlCommand<typeof Enable, Change | Batch> {
  static override summary = 'Switch keys on.'
  static override description =
    'Keys that a selector finds are shown and asked about first; --yes answers.'
  static override examples = [
    '<%= config.bin %> enable app --sandbox',
    '<%= config.bin %> enable app --dry-run',
    '<%= config.bin %> list --state Disabled --quiet | <%= config.bin %> enable -',
    '<%= config.bin %> enable --tag Team=payments --state Disabled --yes',
  ]
  static override args = KEYS_ARG
  static override flags = BULK_FLAGS

  protected async execute({
    args,
    flags,
    context,
  }: Invocation<typeof Enable>): Promise<Change | Batch | DryRun> {
    const keys = await context.keys(args.key, selectorOf(flags))
    const session = await context.session({ manyCalls: keys.kind !== 'one' })
    const { result, exitCode } = await changeKeys({
      session,
      keys,
      planOne: (key) => planEnable(session, key),
      doing: 'Enable',
      ...context.overKeys(flags),
    })
    context.endWith(exitCode)
    return result
  }

  protected view(result: Change | Batch, ui: Ui): string {
    return keysView(result, 'enabled', ui)
  }
}
