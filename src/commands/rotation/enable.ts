import { AWS_FLAGS, CHANGE_FLAGS, KEY_ARG, wholeNumber } from '../../lib/cli/flags.js'
import { type Invocation, KmsctlCommand } from '../../lib/cli/kmsctl-command.js'
import { carryOut } from '../../lib/kms/change.js'
import { planEnableRotation } from '../../lib/kms/rotation.js'
import type { Change, DryRun } from '../../lib/results.js'
import { changeView } from '../../lib/views/key.js'
import type { Ui } from '../../lib/views/style.js'

export default class RotationEnable extends KmsctlCommand<typeof RotationEnable, Change> {
  static override summary = 'Switch automatic rotation on, or change its period.'
  static override examples = [
    '<%= config.bin %> rotation enable app --sandbox',
    '<%= config.bin %> rotation enable app --period-days 180',
  ]
  static override args = KEY_ARG
  static override flags = {
    ...AWS_FLAGS,
    ...CHANGE_FLAGS,
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
  }: Invocation<typeof RotationEnable>): Promise<Change | DryRun> {
    const plan = await planEnableRotation(await context.session(), args.key, flags['period-days'])
    return carryOut(plan, context.gate(flags))
  }

  protected view(change: Change, ui: Ui): string {
    return changeView(change, 'rotation is on', ui)
  }
}
