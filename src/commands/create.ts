import type { Context } from '../lib/cli/command/context.js'
import { type Invocation, KmsctlCommand } from '../lib/cli/command/kmsctl-command.js'
import { CREATE_FLAGS, flagsOfKey } from '../lib/cli/flags/create-flags.js'
import { ALLOW_FLAG, AWS_FLAGS, CHANGE_FLAGS, YES_FLAG } from '../lib/cli/flags/flags.js'
import { KmsctlError } from '../lib/errors.js'
import { carryOut } from '../lib/kms/change/plan.js'
import { planCreate } from '../lib/kms/create/plan.js'
import { createRequest } from '../lib/kms/create/request.js'
import { lacksAnswers } from '../lib/kms/rules/create-flags.js'
import { parsePolicy } from '../lib/policy/document/document.js'
import type { Change, DryRun } from '../lib/results.js'
import { createdView } from '../lib/views/key.js'
import type { Ui } from '../lib/views/text/style.js'

export default class Create extends KmsctlCommand<typeof Create, Change> {
  static override summary = 'Create a key with its alias, policy, rotation and tags.'
  static override description =
    'On a terminal, without an alias or with a spec whose usage is missing, it asks, as with --interactive for all that is not given; nothing is made before the review is agreed to. Everything is checked before anything is sent. A PRINCIPAL is an ARN, an account ID, or user/NAME, role/NAME or root of your own account.'
  static override examples = [
    '<%= config.bin %> create --alias app --sandbox',
    '<%= config.bin %> create --interactive',
    '<%= config.bin %> create --alias app --admin user/alice --user role/app --rotation-period-days 180 --tag Team=payments',
    '<%= config.bin %> create --alias app-logs --service logs=arn:aws:logs:us-east-1:111122223333:log-group:/app/web --region us-east-1 --dry-run --sandbox',
    '<%= config.bin %> create --alias signing --spec ECC_NIST_P256 --usage SIGN_VERIFY --dry-run',
  ]
  static override flags = {
    ...AWS_FLAGS,
    ...CHANGE_FLAGS,
    ...CREATE_FLAGS,
    ...ALLOW_FLAG,
    ...YES_FLAG,
  }

  protected async execute({ flags, context }: Invocation<typeof Create>): Promise<Change | DryRun> {
    const asks = asksQuestions(flags, context)
    const text =
      flags.policy === undefined ? undefined : await context.readText(flags.policy, 'policy file')
    const session = await context.session()
    const say = (line: string) => context.say(line)
    const gate = context.gate(flags)
    if (!asks) return carryOut(await planCreate(session, createRequest(flags, text), { say }), gate)
    const [{ createByQuestions }, { createQueries }] = await Promise.all([
      import('../lib/wizard/create/wizard.js'),
      import('../lib/kms/create/preview.js'),
    ])
    const world = {
      ...context.wizardTools,
      ...(await createQueries(session, { say, step: say })),
      edit: (policy: string) => edited(context, policy),
      dryRun: flags['dry-run'],
      yes: flags.yes,
    }
    return carryOut(await createByQuestions(context.asker(), world, flagsOfKey(flags), text), gate)
  }

  protected view(change: Change, ui: Ui): string {
    return createdView(change, ui)
  }

  protected override quiet({ key }: Change): string[] {
    return [key.keyId]
  }
}

/**
 * Whether questions lead to the key: where `--interactive` asks for them, or a terminal is there and something is
 * missing. A dry run never asks by itself (contract 6.2).
 */
function asksQuestions(flags: Invocation<typeof Create>['flags'], context: Context): boolean {
  if (context.canAsk) return flags.interactive || (context.asks && lacksAnswers(flags))
  if (!flags.interactive) return false
  throw new KmsctlError(
    'ConfirmationRequired',
    '--interactive needs a terminal to ask on: leave it out, and pass --alias NAME',
    { hints: ['see `kmsctl create --help`'] },
  )
}

/** A policy as it was edited. */
function edited(context: Context, policy: string): Promise<string> {
  return context.edit({
    fileName: 'policy.json',
    original: policy,
    attempt: async (text) => {
      parsePolicy(text, 'the edited policy')
      return text
    },
    settled: () => true,
    mendable: ({ code }) => code === 'Usage',
    otherwise: 'give a file with --policy FILE',
    hints: (path) => [`use it: kmsctl create --policy ${path}`],
  })
}
