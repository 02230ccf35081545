import { Flags } from '@oclif/core'
import type { Context } from '../lib/cli/command/context.js'
import { type Invocation, KmsctlCommand } from '../lib/cli/command/kmsctl-command.js'
import { AWS_FLAGS, CHANGE_FLAGS, YES_FLAG } from '../lib/cli/flags/flags.js'
import { usageError } from '../lib/errors.js'
import { carryOut } from '../lib/kms/change/plan.js'
import { planAdopt } from '../lib/kms/recover/adopt.js'
import { forget } from '../lib/kms/recover/forget.js'
import { planRecover, recoveryExitCode } from '../lib/kms/recover/recover.js'
import type { DryRun, Recovery } from '../lib/results.js'
import { adoptionView, recoveryView } from '../lib/views/recover.js'
import { harmless } from '../lib/views/text/escape.js'
import type { Ui } from '../lib/views/text/style.js'

export default class Recover extends KmsctlCommand<typeof Recover, Recovery> {
  static override summary = 'Find keys whose creation did not finish, and finish or report them.'
  static override description =
    'Looks for the keys of all creations that this machine’s journal knows of and whose end it does not, and gives them what was asked for: names, rotation. Ends with 7 while a key lacks something, with 8 while there may be a key that is not found. Exactly how is in docs/reference/reliability.md.'
  static override examples = [
    '<%= config.bin %> recover --sandbox',
    '<%= config.bin %> recover --scan',
    '<%= config.bin %> recover --adopt 1234abcd-12ab-34cd-56ef-1234567890ab --alias app',
    '<%= config.bin %> recover --forget 11111111111111111111111111111111 --yes',
  ]
  static override flags = {
    ...AWS_FLAGS,
    ...CHANGE_FLAGS,
    ...YES_FLAG,
    scan: Flags.boolean({
      description: 'Also look at every key for a claim tag without a name, and report those.',
    }),
    adopt: Flags.string({
      description: 'Give this key a name, after its policy and grants were shown.',
      helpValue: 'KEYID',
    }),
    alias: Flags.string({ description: 'The name to give with --adopt.' }),
    forget: Flags.string({
      description: 'End this claim for good: look for its key no more.',
      helpValue: 'TOKEN',
    }),
  }
  protected override readonly defaultTimeout = undefined

  protected async execute({
    flags,
    context,
  }: Invocation<typeof Recover>): Promise<Recovery | DryRun> {
    const given = (['scan', 'adopt', 'forget'] as const).filter((flag) => flags[flag])
    if (given.length > 1) {
      throw usageError(`--${given.join(' and --')} exclude each other: give one of them`)
    }
    if (flags.alias !== undefined && flags.adopt === undefined) {
      throw usageError('--alias belongs to --adopt: name the key to adopt')
    }
    const session = await context.session()
    if (flags.forget !== undefined) return forget(session, flags.forget, context.gate(flags))
    if (flags.adopt !== undefined) {
      const plan = await planAdopt(session, flags.adopt, flags.alias)
      const evidence = (ui: Ui) => adoptionView(harmless(plan.evidence), ui)
      return carryOut(plan, context.gate(flags, evidence))
    }
    const recovery = await carryOut(
      await planRecover(session, { scan: flags.scan }),
      context.gate(flags),
    )
    return 'dryRun' in recovery ? recovery : told(recovery, context)
  }

  protected view(recovery: Recovery, ui: Ui): string {
    return recoveryView(recovery, ui)
  }
}

/** The exit code says what is left to do; the commands that do it go where this run went. */
function told(recovery: Recovery, context: Context): Recovery {
  context.endWith(recoveryExitCode(recovery))
  const aimed = (next: string | null) => (next === null ? null : context.aim(next))
  return { ...recovery, claims: recovery.claims.map((one) => ({ ...one, next: aimed(one.next) })) }
}
