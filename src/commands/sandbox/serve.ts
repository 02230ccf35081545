import { Flags } from '@oclif/core'
import type { Context } from '../../lib/cli/command/context.js'
import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { wholeNumber } from '../../lib/cli/flags/flags.js'
import { usageError } from '../../lib/errors.js'
import type { SandboxServed } from '../../lib/results.js'
import type { Sandbox } from '../../lib/sandbox/index.js'

const DEFAULT_PORT = 4599

export default class SandboxServe extends KmsctlCommand<typeof SandboxServe, SandboxServed> {
  static override summary = 'Serve the embedded KMS on loopback, for the AWS CLI and any SDK.'
  static override description =
    'Answers until it is interrupted. Any credentials will do; nothing leaves this machine. With --faults, calls fail as a plan says: see docs/guides/faults.md.'
  static override examples = [
    '<%= config.bin %> sandbox serve --port 4599',
    'AWS_ENDPOINT_URL=http://127.0.0.1:4599 aws kms list-keys',
    '<%= config.bin %> sandbox serve --faults examples/faults.json',
  ]
  static override flags = {
    port: wholeNumber({
      default: DEFAULT_PORT,
      description: 'Port; 0 takes a free one.',
      helpValue: 'N',
    }),
    faults: Flags.string({
      description: 'Let calls fail as this plan says: JSON, - for standard input.',
      helpValue: 'FILE',
    }),
  }
  protected override readonly defaultTimeout = undefined

  protected async execute(invocation: Invocation<typeof SandboxServe>): Promise<undefined> {
    const { context } = invocation
    const { port, faults } = invocation.flags
    if (port < 0 || port > 65_535) throw usageError(`port ${port} is outside 0 to 65535`)
    const { serveSandbox } = await import('../../lib/sandbox/index.js')
    const behind = faults === undefined ? undefined : await withFaults(context, faults)
    const server = await context.withSandbox((sandbox) =>
      serveSandbox(behind?.(sandbox) ?? sandbox, { port }),
    )
    await this.present({ url: server.url }, invocation)
    context.say(`export AWS_ENDPOINT_URL=${server.url}`)
    await context.untilStopped()
    await server.close()
  }

  protected view({ url }: SandboxServed): string {
    return `listening on ${url}`
  }
}

/** Puts the embedded KMS behind a plan, and says on stderr which of its faults happen. */
async function withFaults(context: Context, path: string) {
  const text = await context.readText(path, 'plan of faults')
  const { FaultPlanError, FaultySandbox, faultText, readFaultPlan } = await import(
    '../../lib/sandbox/faults/index.js'
  )
  try {
    const plan = readFaultPlan(text)
    const onFault = (call: Parameters<typeof faultText>[0]) => context.say(faultText(call))
    return (sandbox: Sandbox) => new FaultySandbox(sandbox, plan, { onFault })
  } catch (error) {
    if (error instanceof FaultPlanError) {
      throw usageError(`plan of faults ${path}: ${error.message}`, [
        'the plan is described in docs/guides/faults.md',
      ])
    }
    throw error
  }
}
