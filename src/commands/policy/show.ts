import { AWS_FLAGS, KEY_ARG } from '../../lib/cli/flags.js'
import { type Invocation, KmsctlCommand } from '../../lib/cli/kmsctl-command.js'
import { showPolicy } from '../../lib/kms/policy.js'
import type { KeyPolicy } from '../../lib/results.js'

export default class PolicyShow extends KmsctlCommand<typeof PolicyShow, KeyPolicy> {
  static override summary = 'Print a key’s policy as JSON.'
  static override description =
    'The document itself, with --json and without: it can go back into a file.'
  static override examples = [
    '<%= config.bin %> policy show app --sandbox',
    '<%= config.bin %> policy show app > policy.json',
  ]
  static override args = KEY_ARG
  static override flags = AWS_FLAGS
  protected override readonly printsDocument = true

  protected async execute({ args, context }: Invocation<typeof PolicyShow>): Promise<KeyPolicy> {
    return showPolicy(await context.session(), args.key)
  }

  protected view(): string {
    throw new Error('a document is printed as it is')
  }
}
