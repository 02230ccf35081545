import { Args } from '@oclif/core'
import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { AWS_FLAGS } from '../../lib/cli/flags/flags.js'
import { listAliases } from '../../lib/kms/alias/aliases.js'
import type { AliasList as Aliases } from '../../lib/results.js'
import { aliasListView } from '../../lib/views/lists.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class AliasList extends KmsctlCommand<typeof AliasList, Aliases> {
  static override summary = 'List the aliases of the account and Region, or of one key.'
  static override examples = [
    '<%= config.bin %> alias list --sandbox',
    '<%= config.bin %> alias list app --json',
  ]
  static override args = {
    key: Args.string({ description: 'Only aliases of this key (ID, ARN or alias).' }),
  }
  static override flags = AWS_FLAGS
  protected override readonly defaultTimeout = undefined

  protected async execute({ args, context }: Invocation<typeof AliasList>): Promise<Aliases> {
    return listAliases(await context.session(), args.key)
  }

  protected view(list: Aliases, ui: Ui): string {
    return aliasListView(list, ui)
  }
}
