import { CREATE_FLAGS } from '../lib/cli/create-flags.js'
import { ALLOW_FLAG, AWS_FLAGS, CHANGE_FLAGS } from '../lib/cli/flags.js'
import { type Invocation, KmsctlCommand } from '../lib/cli/kmsctl-command.js'
import { policyWishes } from '../lib/cli/policy-flags.js'
import { carryOut } from '../lib/kms/change.js'
import { planCreate } from '../lib/kms/create.js'
import { parseTags } from '../lib/kms/rules/tags.js'
import type { Change, DryRun } from '../lib/results.js'
import { createdView } from '../lib/views/key.js'
import type { Ui } from '../lib/views/style.js'

export default class Create extends KmsctlCommand<typeof Create, Change> {
  static override summary = 'Create a key with its alias, policy, rotation and tags.'
  static override description =
    'Everything is checked before anything is sent. A PRINCIPAL is an ARN, an account ID, or user/NAME, role/NAME or root of your own account.'
  static override examples = [
    '<%= config.bin %> create --alias app --sandbox',
    '<%= config.bin %> create --alias app --admin user/alice --user role/app --rotation-period-days 180 --tag Team=payments',
    '<%= config.bin %> create --alias app-logs --service logs=arn:aws:logs:us-east-1:111122223333:log-group:/app/web --region us-east-1 --dry-run --sandbox',
    '<%= config.bin %> create --alias signing --spec ECC_NIST_P256 --usage SIGN_VERIFY --dry-run',
  ]
  static override flags = {
    ...AWS_FLAGS,
    ...CHANGE_FLAGS,
    ...CREATE_FLAGS,
    ...ALLOW_FLAG,
  }

  protected async execute({ flags, context }: Invocation<typeof Create>): Promise<Change | DryRun> {
    const { policy } = flags
    const request = {
      key: keyOf(flags),
      ...(policy === undefined
        ? {}
        : {
            policy: {
              text: await context.readText(policy, 'policy file'),
              source: policy === '-' ? 'standard input' : policy,
            },
          }),
      ...policyWishes(flags),
      allow: flags.allow ?? [],
      ifNotExists: flags['if-not-exists'],
      settleSeconds: flags.settle,
      journal: !flags['no-journal'],
    }
    const tools = { say: (line: string) => context.say(line) }
    const plan = await planCreate(await context.session(), request, tools)
    return carryOut(plan, context.gate(flags))
  }

  protected view(change: Change, ui: Ui): string {
    return createdView(change, ui)
  }

  protected override quiet({ key }: Change): string[] {
    return [key.keyId]
  }
}

/** The flags as the input of a creation; what was not given stays out of it. */
function keyOf(flags: Invocation<typeof Create>['flags']) {
  const given = {
    description: flags.description,
    spec: flags.spec,
    usage: flags.usage,
    origin: flags.origin,
    customKeyStoreId: flags['custom-key-store-id'],
    xksKeyId: flags['xks-key-id'],
    rotation: flags.rotation,
    rotationPeriodDays: flags['rotation-period-days'],
  }
  return {
    aliases: flags.alias ?? [],
    noAlias: flags['no-alias'],
    multiRegion: flags['multi-region'],
    tags: parseTags(flags.tag ?? []),
    disabled: flags.disabled,
    claimTag: !flags['no-claim-tag'],
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
      [K in keyof typeof given]?: NonNullable<(typeof given)[K]>
    }),
  }
}
