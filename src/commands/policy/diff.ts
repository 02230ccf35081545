import { Args, Flags } from '@oclif/core'
import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { AWS_FLAGS, KEY_ARG } from '../../lib/cli/flags/flags.js'
import { EXIT } from '../../lib/errors.js'
import { diffKeyPolicy } from '../../lib/kms/policy/read.js'
import type { PolicyDiff as Diff } from '../../lib/results.js'
import { policyDiffView } from '../../lib/views/policy/diff.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class PolicyDiff extends KmsctlCommand<typeof PolicyDiff, Diff> {
  static override summary = 'Show who would gain and who would lose what by another policy.'
  static override description =
    'Compares the key’s policy with the one in FILE by meaning: order, spelling and labels do not count. Changes nothing.'
  static override examples = [
    '<%= config.bin %> policy diff app policy.json',
    '<%= config.bin %> policy diff app policy.json --text',
    '<%= config.bin %> policy show app --sandbox | <%= config.bin %> policy diff app - --exit-code --sandbox',
  ]
  static override args = {
    ...KEY_ARG,
    file: Args.string({
      required: true,
      description: 'File with the policy to compare with; - reads it from standard input.',
    }),
  }
  static override flags = {
    ...AWS_FLAGS,
    text: Flags.boolean({ description: 'Show a unified diff of both, written in one spelling.' }),
    'exit-code': Flags.boolean({ description: 'End with 10 where the policies differ.' }),
  }

  protected async execute({ args, flags, context }: Invocation<typeof PolicyDiff>): Promise<Diff> {
    const policy = {
      text: await context.readText(args.file, 'policy file'),
      source: args.file === '-' ? 'standard input' : args.file,
    }
    const diff = await diffKeyPolicy(await context.session(), args.key, policy, flags.text)
    if (flags['exit-code'] && !diff.equal) context.endWith(EXIT.DIFFERENT)
    return diff
  }

  protected view(diff: Diff, ui: Ui): string {
    return policyDiffView(diff, ui)
  }
}
