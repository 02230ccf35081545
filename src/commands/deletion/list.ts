import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { printStream } from '../../lib/cli/command/print-stream.js'
import { AWS_FLAGS, MANY_FLAGS, NDJSON_FLAG } from '../../lib/cli/flags/flags.js'
import { streamPendingDeletions } from '../../lib/kms/list/list.js'
import { exitCodeOfAll } from '../../lib/kms/list/outcomes.js'
import { inRegions } from '../../lib/kms/list/regions.js'
import type { KeyList } from '../../lib/results.js'
import { pendingDeletionRows } from '../../lib/views/lists.js'

export default class DeletionList extends KmsctlCommand<typeof DeletionList, KeyList> {
  static override summary = 'List the keys that are pending deletion, with their dates.'
  static override examples = [
    '<%= config.bin %> deletion list --sandbox',
    '<%= config.bin %> deletion list --json',
    '<%= config.bin %> deletion list --region us-east-1,eu-west-1',
  ]
  static override flags = { ...AWS_FLAGS, ...MANY_FLAGS, ...NDJSON_FLAG }
  protected override readonly defaultTimeout = undefined

  protected async execute({ flags, context }: Invocation<typeof DeletionList>): Promise<undefined> {
    const { concurrency } = flags
    const regions = flags.region?.includes(',') ?? false
    const end = await printStream(
      async () => {
        const sessions = await context.sessions()
        const watch = context.watch()
        watch.phase('reading keys')
        const options = { concurrency, watch }
        return inRegions(sessions, (session) => streamPendingDeletions(session, options))
      },
      { rows: (ui) => pendingDeletionRows({ regions }, ui), unfinished: { warnings: [] } },
      flags,
      context,
    )
    context.endWith(exitCodeOfAll(end?.regions ?? []))
  }

  protected view(): string {
    throw new Error('a list is printed as it comes')
  }
}
