import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { KEY_ARG } from '../../lib/cli/flags/flags.js'
import {
  POLICY_CHANGE_FLAGS,
  policyChangeOptions,
} from '../../lib/cli/flags/policy-change-flags.js'
import { quoted } from '../../lib/cli/flags/target-flags.js'
import { carryOut } from '../../lib/kms/change/plan.js'
import { isAboutDocument, planEditedPolicy, policyTarget } from '../../lib/kms/policy/replace.js'
import { policyText } from '../../lib/policy/document/document.js'
import type { Change, DryRun } from '../../lib/results.js'
import { policyReplacedView } from '../../lib/views/key.js'
import { policyDiffView } from '../../lib/views/policy/diff.js'
import { harmless } from '../../lib/views/text/escape.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class PolicyEdit extends KmsctlCommand<typeof PolicyEdit, Change> {
  static override summary = 'Edit a key’s policy in your editor.'
  static override description =
    'Opens it in $VISUAL, $EDITOR or vi. What is saved is linted, compared, shown and asked for as in `policy set`; what cannot be taken can be edited again. Whatever fails, the text is kept in a file that is named. Without a terminal it needs --yes, and an editor that needs none.'
  static override examples = [
    '<%= config.bin %> policy edit app --sandbox',
    'EDITOR="code --wait" <%= config.bin %> policy edit app',
  ]
  static override args = KEY_ARG
  static override flags = POLICY_CHANGE_FLAGS
  private keptAs: number | null = null

  protected async execute({
    args: { key },
    flags,
    context,
  }: Invocation<typeof PolicyEdit>): Promise<Change | DryRun> {
    const otherwise = `from a file, without an editor: kmsctl policy set ${quoted(key)} FILE --yes`
    context.requireConfirmable(flags, [otherwise])
    const options = policyChangeOptions('policy edit', flags, context, [])
    const session = await context.session()
    const target = await policyTarget(session, key, options)
    return context.edit({
      fileName: `${target.key.keyId}.json`,
      original: `${policyText(target.present.document)}\n`,
      attempt: async (text) => {
        const wanted = { text, source: 'what was saved' }
        const plan = await planEditedPolicy(session, target, wanted, options)
        const gate = context.gateForPeople(flags, (ui) => policyDiffView(harmless(plan.diff), ui))
        const result = await carryOut(plan, gate)
        this.keptAs = plan.keptAs()
        return result
      },
      settled: (result) => !('dryRun' in result) || result.calls.length === 0,
      mendable: isAboutDocument,
      otherwise,
      hints: (path) => [
        `compare it: kmsctl policy diff ${quoted(key)} ${quoted(path)}`,
        `set it: kmsctl policy set ${quoted(key)} ${quoted(path)}`,
      ],
    })
  }

  protected view(change: Change, ui: Ui): string {
    return policyReplacedView(change, 'policy set', this.keptAs, ui)
  }
}
