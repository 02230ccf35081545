import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import type { SandboxStatus as Status } from '../../lib/results.js'
import { sandboxStatusView } from '../../lib/views/sandbox.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class SandboxStatus extends KmsctlCommand<typeof SandboxStatus, Status> {
  static override summary = 'Show the embedded KMS: its clock, its file, what is in it.'
  static override examples = [
    '<%= config.bin %> sandbox status',
    '<%= config.bin %> sandbox status --json',
  ]

  protected async execute({ context }: Invocation<typeof SandboxStatus>): Promise<Status> {
    return context.withSandbox((sandbox) => sandbox.status())
  }

  protected view(status: Status, ui: Ui): string {
    return sandboxStatusView(status, ui)
  }
}
