import { Flags } from '@oclif/core'
import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { AWS_FLAGS, KEY_ARG } from '../../lib/cli/flags/flags.js'
import { explainKeyPolicy, showPolicy } from '../../lib/kms/policy/read.js'
import type { KeyPolicy, PolicyExplanation } from '../../lib/results.js'
import { policyExplanationView } from '../../lib/views/policy/explain.js'
import type { Ui } from '../../lib/views/text/style.js'

type Shown = KeyPolicy | PolicyExplanation

export default class PolicyShow extends KmsctlCommand<typeof PolicyShow, Shown> {
  static override summary = 'Print a key’s policy as JSON, or explain it.'
  static override description =
    'The document itself, with --json and without: it can go back into a file. With --explain, who may do what.'
  static override examples = [
    '<%= config.bin %> policy show app --sandbox',
    '<%= config.bin %> policy show app > policy.json',
    '<%= config.bin %> policy show app --explain --sandbox',
  ]
  static override args = KEY_ARG
  static override flags = {
    ...AWS_FLAGS,
    explain: Flags.boolean({
      description: 'Show who may administer, use, grant, delete and read the key, and when.',
    }),
  }
  protected override printsDocument = true

  protected async execute({ args, flags, context }: Invocation<typeof PolicyShow>): Promise<Shown> {
    this.printsDocument = !flags.explain
    const session = await context.session()
    return flags.explain ? explainKeyPolicy(session, args.key) : showPolicy(session, args.key)
  }

  /** Of an explanation only: a document is printed as it is. */
  protected view(shown: Shown, ui: Ui): string {
    return policyExplanationView(shown as PolicyExplanation, ui)
  }
}
