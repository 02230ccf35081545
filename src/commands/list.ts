import { Flags } from '@oclif/core'
import { type Invocation, KmsctlCommand } from '../lib/cli/command/kmsctl-command.js'
import { printStream } from '../lib/cli/command/print-stream.js'
import { AWS_FLAGS, MANY_FLAGS, NDJSON_FLAG, selectorFlags } from '../lib/cli/flags/flags.js'
import { streamKeys } from '../lib/kms/list/list.js'
import { exitCodeOfAll } from '../lib/kms/list/outcomes.js'
import { inRegions } from '../lib/kms/list/regions.js'
import { KEY_SPECS } from '../lib/kms/rules/key-spec.js'
import { parseTagPairs } from '../lib/kms/rules/tags.js'
import type { KeyList } from '../lib/results.js'
import { keyRows } from '../lib/views/lists.js'

export default class List extends KmsctlCommand<typeof List, KeyList> {
  static override summary = 'List the keys of the account and Region.'
  static override description =
    'Keys with an alias come first, by it, as soon as they are read; the others follow by age.'
  static override aliases = ['ls']
  static override examples = [
    '<%= config.bin %> list --sandbox',
    '<%= config.bin %> list --manager all --state Enabled --json',
    '<%= config.bin %> list --tag Team=payments --quiet',
    '<%= config.bin %> list --long --price --sandbox',
    '<%= config.bin %> list --region us-east-1,eu-west-1 --ndjson',
    '<%= config.bin %> list --alias-prefix app --last-used',
  ]
  static override flags = {
    ...AWS_FLAGS,
    ...MANY_FLAGS,
    ...NDJSON_FLAG,
    ...selectorFlags(),
    manager: Flags.option({
      options: ['customer', 'aws', 'all'] as const,
      default: 'customer' as const,
      description: 'Whose keys.',
    })(),
    spec: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      options: Object.keys(KEY_SPECS),
      description: 'Only keys of this spec; may be repeated.',
      helpValue: 'SPEC',
    }),
    long: Flags.boolean({
      char: 'l',
      description: 'Also show rotation and tags: two more calls a key.',
    }),
    price: Flags.boolean({
      description: 'Also show the price: a call more a key, 100 a second.',
    }),
    'last-used': Flags.boolean({
      description: 'Also show the last use: a call more a key, 5 a second.',
    }),
    quiet: Flags.boolean({ char: 'q', description: 'Print key IDs only, one a line.' }),
  }
  protected override readonly defaultTimeout = undefined

  protected async execute({ flags, context }: Invocation<typeof List>): Promise<undefined> {
    const columns = { long: flags.long, price: flags.price, lastUsed: flags['last-used'] }
    const filter = {
      ...columns,
      manager: flags.manager,
      states: flags.state ?? [],
      specs: flags.spec ?? [],
      aliasPrefix: flags['alias-prefix'],
      tags: parseTagPairs(flags.tag ?? []),
    }
    const { concurrency } = flags
    const regions = flags.region?.includes(',') ?? false
    const end = await printStream(
      async () => {
        const sessions = await context.sessions()
        const watch = context.watch()
        watch.phase('reading keys')
        return inRegions(sessions, (session) => streamKeys(session, filter, { concurrency, watch }))
      },
      { rows: (ui) => keyRows({ ...columns, regions }, ui), unfinished: { warnings: [] } },
      flags,
      context,
    )
    context.endWith(exitCodeOfAll(end?.regions ?? []))
  }

  protected view(): string {
    throw new Error('a list is printed as it comes')
  }
}
