import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { AWS_FLAGS, KEY_ARG } from '../../lib/cli/flags/flags.js'
import { listTags } from '../../lib/kms/tag/tags.js'
import type { TagList as Tags } from '../../lib/results.js'
import { tagListView } from '../../lib/views/lists.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class TagList extends KmsctlCommand<typeof TagList, Tags> {
  static override summary = 'List a key’s tags.'
  static override examples = [
    '<%= config.bin %> tag list app --sandbox',
    '<%= config.bin %> tag list app --json',
  ]
  static override args = KEY_ARG
  static override flags = AWS_FLAGS

  protected async execute({ args, context }: Invocation<typeof TagList>): Promise<Tags> {
    return listTags(await context.session(), args.key)
  }

  protected view(tags: Tags, ui: Ui): string {
    return tagListView(tags, ui)
  }
}
