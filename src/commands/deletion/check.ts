import { Flags } from '@oclif/core'
import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { AWS_FLAGS, KEY_ARG } from '../../lib/cli/flags/flags.js'
import { EXIT } from '../../lib/errors.js'
import { checkDeletion } from '../../lib/kms/deletion/deletion.js'
import type { DeletionCheck as Check } from '../../lib/results.js'
import { deletionCheckView } from '../../lib/views/key.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class DeletionCheck extends KmsctlCommand<typeof DeletionCheck, Check> {
  static override summary = 'Show what speaks for and against deleting a key; changes nothing.'
  static override examples = [
    '<%= config.bin %> deletion check app --sandbox',
    '<%= config.bin %> deletion check app --exit-code --json',
  ]
  static override args = KEY_ARG
  static override flags = {
    ...AWS_FLAGS,
    'exit-code': Flags.boolean({ description: 'End with 5 when the verdict is unsafe.' }),
  }

  protected async execute({
    args,
    flags,
    context,
  }: Invocation<typeof DeletionCheck>): Promise<Check> {
    const check = await checkDeletion(await context.session(), args.key)
    if (flags['exit-code'] && check.verdict === 'unsafe') context.endWith(EXIT.REFUSED)
    return check
  }

  protected view(check: Check, ui: Ui): string {
    return deletionCheckView(check, ui)
  }
}
