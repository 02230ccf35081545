import { Flags } from '@oclif/core'
import { AWS_FLAGS } from '../lib/cli/flags.js'
import { type Invocation, KmsctlCommand } from '../lib/cli/kmsctl-command.js'
import { listKeys } from '../lib/kms/list.js'
import { KEY_SPECS } from '../lib/kms/rules/key-spec.js'
import { parseTagPairs } from '../lib/kms/rules/tags.js'
import type { KeyList } from '../lib/results.js'
import { keyListView } from '../lib/views/lists.js'
import type { Ui } from '../lib/views/style.js'

const STATES = [
  'Creating',
  'Enabled',
  'Disabled',
  'PendingDeletion',
  'PendingReplicaDeletion',
  'PendingImport',
  'Unavailable',
  'Updating',
]

export default class List extends KmsctlCommand<typeof List, KeyList> {
  static override summary = 'List the keys of the account and Region.'
  static override aliases = ['ls']
  static override examples = [
    '<%= config.bin %> list --sandbox',
    '<%= config.bin %> list --manager all --state Enabled --json',
    '<%= config.bin %> list --tag Team=payments --quiet',
    '<%= config.bin %> list --long --sandbox',
  ]
  static override flags = {
    ...AWS_FLAGS,
    manager: Flags.option({
      options: ['customer', 'aws', 'all'] as const,
      default: 'customer' as const,
      description: 'Whose keys.',
    })(),
    state: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      options: STATES,
      description: 'Only keys in this state; may be repeated.',
    }),
    spec: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      options: Object.keys(KEY_SPECS),
      description: 'Only keys of this spec; may be repeated.',
      helpValue: 'SPEC',
    }),
    'alias-prefix': Flags.string({ description: 'Only keys with an alias that begins so.' }),
    tag: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'Only keys with this tag; may be repeated.',
      helpValue: 'K=V',
    }),
    long: Flags.boolean({
      char: 'l',
      description: 'Also show rotation, tags and price: three more calls a key.',
    }),
    quiet: Flags.boolean({ char: 'q', description: 'Print key IDs only, one a line.' }),
  }
  protected override readonly defaultTimeout = undefined

  protected async execute({ flags, context }: Invocation<typeof List>): Promise<KeyList> {
    const tags = parseTagPairs(flags.tag ?? [])
    return listKeys(await context.session(), {
      manager: flags.manager,
      states: flags.state ?? [],
      specs: flags.spec ?? [],
      aliasPrefix: flags['alias-prefix'],
      tags,
      long: flags.long,
    })
  }

  protected view(list: KeyList, ui: Ui): string {
    return keyListView(list, ui)
  }

  protected override quiet({ keys }: KeyList): string[] {
    return keys.map(({ keyId }) => keyId)
  }
}
