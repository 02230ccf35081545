import { type Invocation, KmsctlCommand } from '../lib/cli/command/kmsctl-command.js'
import { printStream } from '../lib/cli/command/print-stream.js'
import { AWS_FLAGS, KEYS_ARG, MANY_FLAGS, NDJSON_FLAG } from '../lib/cli/flags/flags.js'
import { describeKey } from '../lib/kms/key/describe.js'
import { describeKeys } from '../lib/kms/list/describe-many.js'
import { commonCode } from '../lib/kms/list/outcomes.js'
import type { Key } from '../lib/results.js'
import { keyBlocks, keyView } from '../lib/views/key.js'
import type { Ui } from '../lib/views/text/style.js'

export default class Describe extends KmsctlCommand<typeof Describe, Key> {
  static override summary = 'Show everything known of one key.'
  static override description =
    'Metadata, aliases, rotation, last use, grants and tags, read side by side. A part that cannot be read is named, and hides no other. Several KEYs are described side by side; KMS tells the last use of 5 keys a second.'
  static override aliases = ['show']
  static override examples = [
    '<%= config.bin %> describe app --sandbox',
    '<%= config.bin %> describe alias/app --json',
    '<%= config.bin %> list --tag Team=payments --quiet | <%= config.bin %> describe - --ndjson',
  ]
  static override args = KEYS_ARG
  static override flags = { ...AWS_FLAGS, ...MANY_FLAGS, ...NDJSON_FLAG }

  protected async execute(invocation: Invocation<typeof Describe>): Promise<Key | undefined> {
    const { args, flags, context } = invocation
    const named = await context.keys(args.key)
    if (named.kind === 'one' && !flags.ndjson) {
      return describeKey(await context.session(), named.key)
    }
    const keys = named.kind === 'several' ? named.keys : named.kind === 'one' ? [named.key] : []
    const { concurrency } = flags
    const end = await printStream(
      async () => {
        const session = await context.session({ manyCalls: true })
        return describeKeys(session, keys, { concurrency, watch: context.watch() })
      },
      { rows: keyBlocks, unfinished: { warnings: [], errors: [] } },
      flags,
      context,
    )
    const codes = (end?.errors ?? []).map(({ error }) => error.exitCode)
    context.endWith(commonCode(codes, new Set(keys).size))
    return undefined
  }

  protected view(key: Key, ui: Ui): string {
    return keyView(key, ui)
  }
}
