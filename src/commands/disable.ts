import { type Invocation, KmsctlCommand } from '../lib/cli/command/kmsctl-command.js'
import { BULK_FLAGS, KEYS_ARG } from '../lib/cli/flags/flags.js'
import { changeKeys } from '../lib/kms/bulk/batch.js'
import { selectorOf } from '../lib/kms/bulk/selector.js'
import { planDisable } from '../lib/kms/settings/enable-disable.js'
import type { Batch, Change, DryRun } from '../lib/results.js'
import { keysView } from '../lib/views/batch.js'
import type { Ui } from '../lib/views/text/style.js'

export default class Disable extends KmsctlCommand<typeof Disable, Change | Batch> {
  static override summary = 'Switch keys off.'
  static override description =
    'Everything that uses the key stops working until it is enabled again. Asks on a terminal, and needs --yes elsewhere.'
  static override examples = [
    '<%= config.bin %> disable app --yes --sandbox',
    '<%= config.bin %> disable app --dry-run',
    '<%= config.bin %> list --tag Team=old --quiet | <%= config.bin %> disable - --yes',
    '<%= config.bin %> disable --tag Team=old --dry-run',
  ]
  static override args = KEYS_ARG
  static override flags = BULK_FLAGS

  protected async execute({
    args,
    flags,
    context,
  }: Invocation<typeof Disable>): Promise<Change | Batch | DryRun> {
    const keys = await context.keys(args.key, selectorOf(flags))
    const session = await context.session({ manyCalls: keys.kind !== 'one' })
    const { result, exitCode } = await changeKeys({
      session,
      keys,
      planOne: (key) => planDisable(session, key),
      doing: 'Disable',
      asksBecause: 'Everything that uses them stops working until they are enabled again.',
      ...context.overKeys(flags),
    })
    context.endWith(exitCode)
    return result
  }

  protected view(result: Change | Batch, ui: Ui): string {
    return keysView(result, 'disabled', ui)
  }
}
