import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { CHANGE_FLAGS, wholeNumber } from '../../lib/cli/flags/flags.js'
import { usageError } from '../../lib/errors.js'
import type { DryRun, SandboxStatus } from '../../lib/results.js'
import { sandboxStatusView } from '../../lib/views/sandbox.js'
import type { Ui } from '../../lib/views/text/style.js'

const DAY_MS = 86_400_000
/** A century: far enough for every window and period that KMS has. */
const MOST_DAYS = 36_500

export default class SandboxAdvance extends KmsctlCommand<typeof SandboxAdvance, SandboxStatus> {
  static override summary = 'Move the embedded KMS’s clock: deletions come due, rotations happen.'
  static override examples = [
    '<%= config.bin %> sandbox advance --days 30',
    '<%= config.bin %> sandbox advance --days 365 --json',
  ]
  static override flags = {
    ...CHANGE_FLAGS,
    days: wholeNumber({ required: true, description: 'Days to move on.', helpValue: 'N' }),
  }

  protected async execute({
    flags,
    context,
  }: Invocation<typeof SandboxAdvance>): Promise<SandboxStatus | DryRun> {
    const { days } = flags
    if (days < 1 || days > MOST_DAYS) {
      throw usageError(`days ${days} is outside 1 to ${MOST_DAYS}: the clock only moves on`)
    }
    return context.withSandbox(async (sandbox) => {
      if (flags['dry-run']) {
        return {
          dryRun: true,
          calls: [{ operation: 'sandbox advance', input: { days } }],
          warnings: [],
        }
      }
      await sandbox.advance(days * DAY_MS)
      return sandbox.status()
    })
  }

  protected view(status: SandboxStatus, ui: Ui): string {
    return sandboxStatusView(status, ui)
  }
}
