import { wholeNumber } from '../../lib/cli/flags.js'
import { type Invocation, KmsctlCommand } from '../../lib/cli/kmsctl-command.js'
import { usageError } from '../../lib/errors.js'

import type { SandboxServed } from '../../lib/results.js'

const DEFAULT_PORT = 4599

export default class SandboxServe extends KmsctlCommand<typeof SandboxServe, SandboxServed> {
  static override summary = 'Serve the embedded KMS on loopback, for the AWS CLI and any SDK.'
  static override description =
    'Answers until it is interrupted. Any credentials will do; nothing leaves this machine.'
  static override examples = [
    '<%= config.bin %> sandbox serve --port 4599',
    'AWS_ENDPOINT_URL=http://127.0.0.1:4599 aws kms list-keys',
  ]
  static override flags = {
    port: wholeNumber({
      default: DEFAULT_PORT,
      description: 'Port; 0 takes a free one.',
      helpValue: 'N',
    }),
  }
  protected override readonly defaultTimeout = undefined

  protected async execute(invocation: Invocation<typeof SandboxServe>): Promise<undefined> {
    const { context } = invocation
    const { port } = invocation.flags
    if (port < 0 || port > 65_535) throw usageError(`port ${port} is outside 0 to 65535`)
    const { serveSandbox } = await import('../../lib/sandbox/index.js')
    const server = await context.withSandbox((sandbox) => serveSandbox(sandbox, { port }))
    await this.present({ url: server.url }, invocation)
    context.say(`export AWS_ENDPOINT_URL=${server.url}`)
    await context.untilStopped()
    await server.close()
  }

  protected view({ url }: SandboxServed): string {
    return `listening on ${url}`
  }
}
