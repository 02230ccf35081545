import { Args } from '@oclif/core'
import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { BULK_FLAGS } from '../../lib/cli/flags/flags.js'
import { changeKeys } from '../../lib/kms/bulk/batch.js'
import { selectorOf } from '../../lib/kms/bulk/selector.js'
import { parseTags, splitTagWords } from '../../lib/kms/rules/tags.js'
import { planSetTags } from '../../lib/kms/tag/tags.js'
import type { Batch, Change, DryRun } from '../../lib/results.js'
import { batchView } from '../../lib/views/batch.js'
import { taggedView } from '../../lib/views/key.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class TagSet extends KmsctlCommand<typeof TagSet, Change | Batch> {
  static override summary = 'Set tags of keys; one that exists gets the new value.'
  static override description =
    'KEYs come first, then tags. A selector stands in place of KEY: --tag selects keys by the tags that they have. Its keys are shown and asked about first; --yes answers.'
  static override usage = 'tag set KEY… K=V… | tag set SELECTION… K=V…'
  static override examples = [
    '<%= config.bin %> tag set app Team=payments Stage=test --sandbox',
    '<%= config.bin %> tag set app Team=payments --dry-run',
    '<%= config.bin %> tag set app orders Stage=test',
    '<%= config.bin %> tag set --tag Team=pay Team=payments --yes',
  ]
  // One argument, because oclif takes no optional one before those that may be many.
  static override args = {
    key: Args.string({
      required: false,
      multiple: true,
      description:
        'Keys, each an ID, ARN or alias (- reads them from standard input); then tags, each K=V.',
    }),
  }
  static override flags = BULK_FLAGS

  protected async execute({
    args,
    flags,
    context,
  }: Invocation<typeof TagSet>): Promise<Change | Batch | DryRun> {
    const { keys: named, tags } = splitTagWords(args.key ?? [])
    parseTags(tags)
    const selector = selectorOf(flags)
    // Nobody is asked for a KEY that gets no tag.
    if (tags.length + named.length === 0 && selector === undefined) throw context.missing('KEY')
    const keys = await context.keys(named, selector)
    if (tags.length === 0) throw context.missing('TAG')
    const session = await context.session({ manyCalls: keys.kind !== 'one' })
    const { result, exitCode } = await changeKeys({
      session,
      keys,
      planOne: (key) => planSetTags(session, key, tags),
      doing: 'Set tags of',
      ...context.overKeys(flags),
    })
    context.endWith(exitCode)
    return result
  }

  protected view(result: Change | Batch, ui: Ui): string {
    return 'results' in result
      ? batchView(result, 'tags set', ui)
      : taggedView(result, 'tags set', ui)
  }
}
