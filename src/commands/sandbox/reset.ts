import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { CHANGE_FLAGS } from '../../lib/cli/flags/flags.js'
import type { DryRun, SandboxStatus } from '../../lib/results.js'
import { sandboxStatusView } from '../../lib/views/sandbox.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class SandboxReset extends KmsctlCommand<typeof SandboxReset, SandboxStatus> {
  static override summary = 'Empty the embedded KMS and set its clock back to the real one.'
  static override examples = [
    '<%= config.bin %> sandbox reset',
    '<%= config.bin %> sandbox reset --dry-run',
  ]
  static override flags = CHANGE_FLAGS

  protected async execute({
    flags,
    context,
  }: Invocation<typeof SandboxReset>): Promise<SandboxStatus | DryRun> {
    return context.withSandbox(async (sandbox) => {
      if (flags['dry-run']) {
        return { dryRun: true, calls: [{ operation: 'sandbox reset', input: {} }], warnings: [] }
      }
      await context.resetSandbox()
      return sandbox.status()
    })
  }

  protected view(status: SandboxStatus, ui: Ui): string {
    return sandboxStatusView(status, ui)
  }
}
