import { AWS_FLAGS } from '../../lib/cli/flags.js'
import { type Invocation, KmsctlCommand } from '../../lib/cli/kmsctl-command.js'
import { listPendingDeletions } from '../../lib/kms/list.js'
import type { KeyList } from '../../lib/results.js'
import { pendingDeletionsView } from '../../lib/views/lists.js'
import type { Ui } from '../../lib/views/style.js'

export default class DeletionList extends KmsctlCommand<typeof DeletionList, KeyList> {
  static override summary = 'List the keys that are pending deletion, with their dates.'
  static override examples = [
    '<%= config.bin %> deletion list --sandbox',
    '<%= config.bin %> deletion list --json',
  ]
  static override flags = AWS_FLAGS
  protected override readonly defaultTimeout = undefined

  protected async execute({ context }: Invocation<typeof DeletionList>): Promise<KeyList> {
    return listPendingDeletions(await context.session())
  }

  protected view(list: KeyList, ui: Ui): string {
    return pendingDeletionsView(list, ui)
  }
}
