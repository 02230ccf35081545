import { Args } from '@oclif/core'
import { AWS_FLAGS, CHANGE_FLAGS, KEY_ARG } from '../../lib/cli/flags.js'
import { type Invocation, KmsctlCommand } from '../../lib/cli/kmsctl-command.js'
import { carryOut } from '../../lib/kms/change.js'
import { planSetTags } from '../../lib/kms/tags.js'
import type { Change, DryRun } from '../../lib/results.js'
import { taggedView } from '../../lib/views/key.js'
import type { Ui } from '../../lib/views/style.js'

export default class TagSet extends KmsctlCommand<typeof TagSet, Change> {
  static override summary = 'Set tags of a key; one that exists gets the new value.'
  static override examples = [
    '<%= config.bin %> tag set app Team=payments Stage=test --sandbox',
    '<%= config.bin %> tag set app Team=payments --dry-run',
  ]
  static override args = {
    ...KEY_ARG,
    tag: Args.string({ required: true, multiple: true, description: 'Tags, each K=V.' }),
  }
  static override flags = { ...AWS_FLAGS, ...CHANGE_FLAGS }

  protected async execute({
    args,
    flags,
    context,
  }: Invocation<typeof TagSet>): Promise<Change | DryRun> {
    const plan = await planSetTags(await context.session(), args.key, args.tag)
    return carryOut(plan, context.gate(flags))
  }

  protected view(change: Change, ui: Ui): string {
    return taggedView(change, 'tags set', ui)
  }
}
