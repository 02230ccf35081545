import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { AWS_FLAGS, CHANGE_FLAGS, KEY_ARG } from '../../lib/cli/flags/flags.js'
import { carryOut } from '../../lib/kms/change/plan.js'
import { planDisableRotation } from '../../lib/kms/rotation/rotation.js'
import type { Change, DryRun } from '../../lib/results.js'
import { changeView } from '../../lib/views/key.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class RotationDisable extends KmsctlCommand<typeof RotationDisable, Change> {
  static override summary = 'Switch automatic rotation off.'
  static override examples = [
    '<%= config.bin %> rotation disable app --sandbox',
    '<%= config.bin %> rotation disable app --dry-run',
  ]
  static override args = KEY_ARG
  static override flags = { ...AWS_FLAGS, ...CHANGE_FLAGS }

  protected async execute({
    args,
    flags,
    context,
  }: Invocation<typeof RotationDisable>): Promise<Change | DryRun> {
    const plan = await planDisableRotation(await context.session(), args.key)
    return carryOut(plan, context.gate(flags))
  }

  protected view(change: Change, ui: Ui): string {
    return changeView(change, 'rotation is off', ui)
  }
}
