import { AWS_FLAGS, KEY_ARG } from '../lib/cli/flags.js'
import { type Invocation, KmsctlCommand } from '../lib/cli/kmsctl-command.js'
import { describeKey } from '../lib/kms/describe.js'
import type { Key } from '../lib/results.js'
import { keyView } from '../lib/views/key.js'
import type { Ui } from '../lib/views/style.js'

export default class Describe extends KmsctlCommand<typeof Describe, Key> {
  static override summary = 'Show everything known of one key.'
  static override description =
    'Metadata, aliases, rotation, last use, grants and tags, read side by side. A part that cannot be read is named, and hides no other.'
  static override aliases = ['show']
  static override examples = [
    '<%= config.bin %> describe app --sandbox',
    '<%= config.bin %> describe alias/app --json',
  ]
  static override args = KEY_ARG
  static override flags = AWS_FLAGS

  protected async execute({ args, context }: Invocation<typeof Describe>): Promise<Key> {
    return describeKey(await context.session(), args.key)
  }

  protected view(key: Key, ui: Ui): string {
    return keyView(key, ui)
  }
}
