import { Args } from '@oclif/core'
import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { AWS_FLAGS, CHANGE_FLAGS, KEY_ARG } from '../../lib/cli/flags/flags.js'
import { carryOut } from '../../lib/kms/change/plan.js'
import { planRemoveTags } from '../../lib/kms/tag/tags.js'
import type { Change, DryRun } from '../../lib/results.js'
import { taggedView } from '../../lib/views/key.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class TagRemove extends KmsctlCommand<typeof TagRemove, Change> {
  static override summary = 'Remove tags of a key.'
  static override examples = [
    '<%= config.bin %> tag remove app Stage --sandbox',
    '<%= config.bin %> tag remove app Team Stage --dry-run',
  ]
  static override args = {
    ...KEY_ARG,
    tag: Args.string({ required: true, multiple: true, description: 'Names of tags.' }),
  }
  static override flags = { ...AWS_FLAGS, ...CHANGE_FLAGS }

  protected async execute({
    args,
    flags,
    context,
  }: Invocation<typeof TagRemove>): Promise<Change | DryRun> {
    const plan = await planRemoveTags(await context.session(), args.key, args.tag)
    return carryOut(plan, context.gate(flags))
  }

  protected view(change: Change, ui: Ui): string {
    return taggedView(change, 'tags removed', ui)
  }
}
