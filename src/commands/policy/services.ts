import { Args } from '@oclif/core'
import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { explainServices } from '../../lib/policy/services/explanation.js'
import type { PolicyServices as Result } from '../../lib/results.js'
import { servicesView, serviceView } from '../../lib/views/policy/services.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class PolicyServices extends KmsctlCommand<typeof PolicyServices, Result> {
  static override summary = 'List the AWS services that --service knows, or explain one.'
  static override description =
    'What each service’s own documentation asks a key policy for. Nothing is asked of AWS.'
  static override examples = [
    '<%= config.bin %> policy services',
    '<%= config.bin %> policy services logs',
  ]
  static override args = {
    service: Args.string({ description: 'Service to explain; all are listed without it.' }),
  }

  private explains = false

  protected async execute({ args }: Invocation<typeof PolicyServices>): Promise<Result> {
    this.explains = args.service !== undefined
    return { services: explainServices(args.service) }
  }

  protected view({ services }: Result, ui: Ui): string {
    const [first] = services
    return this.explains && first !== undefined
      ? serviceView(first, ui)
      : servicesView(services, ui)
  }
}
