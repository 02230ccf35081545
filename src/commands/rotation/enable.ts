import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { BULK_FLAGS, KEYS_ARG, wholeNumber } from '../../lib/cli/flags/flags.js'
import { changeKeys } from '../../lib/kms/bulk/batch.js'
import { selectorOf } from '../../lib/kms/bulk/selector.js'
import { planEnableRotation } from '../../lib/kms/rotation/rotation.js'
import { rotationPeriodDays } from '../../lib/kms/rules/limits.js'
import type { Batch, Change, DryRun } from '../../lib/results.js'
import { keysView } from '../../lib/views/batch.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class RotationEnable extends KmsctlCommand<typeof RotationEnable, Change | Batch> {
  static override summary = 'Switch automatic rotation on, or change its period.'
  static override description =
    'Keys that a selector finds are shown and asked about first; --yes answers.'
  static override examples = [
    '<%= config.bin %> rotation enable app --sandbox',
    '<%= config.bin %> rotation enable app --period-days 180',
    '<%= config.bin %> rotation enable --tag Team=payments --yes',
  ]
  static override args = KEYS_ARG
  static override flags = {
    ...BULK_FLAGS,
    'period-days': wholeNumber({
      description:
        'Days between rotations, 90 to 2560; without it the period in force stays, or 365.',
      helpValue: 'N',
    }),
  }

  protected async execute({
    args,
    flags,
    context,
  }: Invocation<typeof RotationEnable>): Promise<Change | Batch | DryRun> {
    const period = flags['period-days']
    if (period !== undefined) rotationPeriodDays(period)
    const keys = await context.keys(args.key, selectorOf(flags))
    const session = await context.session({ manyCalls: keys.kind !== 'one' })
    const { result, exitCode } = await changeKeys({
      session,
      keys,
      planOne: (key) => planEnableRotation(session, key, period),
      doing: 'Switch rotation on for',
      ...context.overKeys(flags),
    })
    context.endWith(exitCode)
    return result
  }

  protected view(result: Change | Batch, ui: Ui): string {
    return keysView(result, 'rotation is on', ui)
  }
}
