import { type Invocation, KmsctlCommand } from '../lib/cli/command/kmsctl-command.js'
import { AWS_FLAGS } from '../lib/cli/flags/flags.js'
import { whoami } from '../lib/kms/key/caller.js'
import type { WhoAmI } from '../lib/results.js'
import type { Ui } from '../lib/views/text/style.js'
import { whoamiView } from '../lib/views/whoami.js'

/** "versions published after the first week of January 2027 will require node >=22" (the AWS SDK). */
const LEAST_NODE_FROM_2027 = 22

export default class Whoami extends KmsctlCommand<typeof Whoami, WhoAmI> {
  static override summary = 'Show account, principal, Region and endpoint, and what decided them.'
  static override examples = [
    '<%= config.bin %> whoami --sandbox',
    '<%= config.bin %> whoami --profile prod --json',
  ]
  static override flags = AWS_FLAGS

  protected async execute({ context }: Invocation<typeof Whoami>): Promise<WhoAmI> {
    const who = await whoami(await context.session(), await context.whereabouts())
    const { nodeVersion } = context.runtime
    if (Number.parseInt(nodeVersion.slice(1), 10) >= LEAST_NODE_FROM_2027) return who
    const warning = `this is Node.js ${nodeVersion}: the AWS SDK needs ${LEAST_NODE_FROM_2027} from January 2027`
    return { ...who, warnings: [...who.warnings, warning] }
  }

  protected view(who: WhoAmI, ui: Ui): string {
    return whoamiView(who, ui)
  }
}
