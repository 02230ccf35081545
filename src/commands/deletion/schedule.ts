import { Flags } from '@oclif/core'
import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { AWS_FLAGS, CHANGE_FLAGS, KEY_ARG, wholeNumber } from '../../lib/cli/flags/flags.js'
import { planChosenDeletion } from '../../lib/key-picker/choose-deletion.js'
import { carryOut } from '../../lib/kms/change/plan.js'
import { type DeletionPlan, planScheduleDeletion } from '../../lib/kms/deletion/deletion.js'
import { windowDays } from '../../lib/kms/rules/limits.js'
import type { Change, DryRun } from '../../lib/results.js'
import { changeView, deletionCheckView } from '../../lib/views/key.js'
import { harmless } from '../../lib/views/text/escape.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class DeletionSchedule extends KmsctlCommand<typeof DeletionSchedule, Change> {
  static override summary = 'Schedule a key for deletion, after showing what speaks against it.'
  static override description =
    'Once a key is deleted, nothing encrypted under it can be read again. On a terminal the alias (or the ID) has to be typed; elsewhere --confirm must name the key’s ID. Without KEY, a terminal leads through the choice, the evidence and the days. Until the date, `deletion cancel` stops it.'
  static override aliases = ['schedule-deletion']
  static override examples = [
    '<%= config.bin %> deletion schedule app --sandbox',
    '<%= config.bin %> deletion schedule app --days 14 --confirm 1234abcd-12ab-34cd-56ef-1234567890ab',
    '<%= config.bin %> deletion schedule app --dry-run',
  ]
  static override args = KEY_ARG
  static override flags = {
    ...AWS_FLAGS,
    ...CHANGE_FLAGS,
    days: wholeNumber({ description: 'Waiting period, 7 to 30 days (30).', helpValue: 'N' }),
    confirm: Flags.string({
      description: 'The key’s ID, to confirm without a terminal.',
      helpValue: 'KEYID',
    }),
    'release-aliases': Flags.boolean({
      description: 'Also delete the key’s aliases, so that their names are free at once.',
    }),
    'allow-recent-use': Flags.boolean({
      description: 'Schedule it even though it was used within the last 30 days.',
    }),
  }

  protected override check({ days }: Invocation<typeof DeletionSchedule>['flags']): void {
    if (days !== undefined) windowDays(days)
  }

  protected async execute({
    args,
    flags,
    context,
  }: Invocation<typeof DeletionSchedule>): Promise<Change | DryRun> {
    const session = await context.session()
    const input = {
      days: flags.days,
      releaseAliases: flags['release-aliases'],
      allowRecentUse: flags['allow-recent-use'],
    }
    const evidenceOf =
      ({ evidence }: DeletionPlan) =>
      (ui: Ui) =>
        deletionCheckView(harmless(evidence), ui)
    if (context.chose) {
      const plan = await planChosenDeletion(session, args.key, input, {
        asker: context.asker(),
        show: (shown) => context.show(evidenceOf(shown)),
        chooseAnother: async () => (await context.choose(['key'])).key,
      })
      return carryOut(plan, context.gate(flags))
    }
    const plan = await planScheduleDeletion(session, args.key, input)
    return carryOut(plan, context.gate(flags, evidenceOf(plan)))
  }

  protected view(change: Change, ui: Ui): string {
    return changeView(change, 'deletion scheduled', ui)
  }
}
