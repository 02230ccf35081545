import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { AWS_FLAGS, KEY_ARG } from '../../lib/cli/flags/flags.js'
import { rotationStatus } from '../../lib/kms/rotation/rotation.js'
import type { RotationStatus as Status } from '../../lib/results.js'
import { rotationStatusView } from '../../lib/views/key.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class RotationStatus extends KmsctlCommand<typeof RotationStatus, Status> {
  static override summary = 'Show how a key rotates, why not, and its rotations so far.'
  static override examples = [
    '<%= config.bin %> rotation status app --sandbox',
    '<%= config.bin %> rotation status app --json',
  ]
  static override args = KEY_ARG
  static override flags = AWS_FLAGS

  protected async execute({ args, context }: Invocation<typeof RotationStatus>): Promise<Status> {
    return rotationStatus(await context.session(), args.key)
  }

  protected view(status: Status, ui: Ui): string {
    return rotationStatusView(status, ui)
  }
}
