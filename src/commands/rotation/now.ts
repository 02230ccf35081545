import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { AWS_FLAGS, CHANGE_FLAGS, KEY_ARG, YES_FLAG } from '../../lib/cli/flags/flags.js'
import { carryOut } from '../../lib/kms/change/plan.js'
import { planRotateNow } from '../../lib/kms/rotation/rotation.js'
import type { Change, DryRun } from '../../lib/results.js'
import { changeView } from '../../lib/views/key.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class RotationNow extends KmsctlCommand<typeof RotationNow, Change> {
  static override summary = 'Rotate the key material once, now.'
  static override description =
    'A key has 25 on-demand rotations in its life. Sent at most once; asks on a terminal, and needs --yes elsewhere.'
  static override examples = [
    '<%= config.bin %> rotation now app --yes --sandbox',
    '<%= config.bin %> rotation now app --dry-run',
  ]
  static override args = KEY_ARG
  static override flags = { ...AWS_FLAGS, ...CHANGE_FLAGS, ...YES_FLAG }

  protected async execute({
    args,
    flags,
    context,
  }: Invocation<typeof RotationNow>): Promise<Change | DryRun> {
    const plan = await planRotateNow(await context.session(), args.key)
    return carryOut(plan, context.gate(flags))
  }

  protected view(change: Change, ui: Ui): string {
    return changeView(change, 'rotation begun', ui)
  }
}
