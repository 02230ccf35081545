import { Flags } from '@oclif/core'
import { type Invocation, KmsctlCommand } from '../lib/cli/command/kmsctl-command.js'
import { AWS_FLAGS, CHANGE_FLAGS, KEY_ARG } from '../lib/cli/flags/flags.js'
import { carryOut } from '../lib/kms/change/plan.js'
import { description } from '../lib/kms/rules/limits.js'
import { planUpdateDescription } from '../lib/kms/settings/description.js'
import type { Change, DryRun } from '../lib/results.js'
import { describedView } from '../lib/views/key.js'
import type { Ui } from '../lib/views/text/style.js'

export default class Update extends KmsctlCommand<typeof Update, Change> {
  static override summary = 'Change a key’s description.'
  static override examples = [
    "<%= config.bin %> update app --description 'Orders of the web shop' --sandbox",
    "<%= config.bin %> update app --description '' --dry-run",
  ]
  static override args = KEY_ARG
  static override flags = {
    ...AWS_FLAGS,
    ...CHANGE_FLAGS,
    description: Flags.string({
      required: true,
      description: 'What the key is for; an empty text removes it.',
      helpValue: 'TEXT',
    }),
  }

  protected override check(flags: Invocation<typeof Update>['flags']): void {
    description(flags.description)
  }

  protected async execute({
    args,
    flags,
    context,
  }: Invocation<typeof Update>): Promise<Change | DryRun> {
    const { description } = flags
    const plan = await planUpdateDescription(await context.session(), args.key, description)
    return carryOut(plan, context.gate(flags))
  }

  protected view(change: Change, ui: Ui): string {
    return describedView(change, ui)
  }
}
