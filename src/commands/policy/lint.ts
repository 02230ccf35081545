import { Args, Flags } from '@oclif/core'
import type { Context } from '../../lib/cli/command/context.js'
import { type Invocation, KmsctlCommand } from '../../lib/cli/command/kmsctl-command.js'
import { ALLOW_FLAG, AWS_FLAGS } from '../../lib/cli/flags/flags.js'
import { EXIT, usageError } from '../../lib/errors.js'
import { lintKey, lintKeyOrFile, lintText } from '../../lib/kms/policy/lint.js'
import { keyOrFile } from '../../lib/kms/rules/key-ref.js'
import { checkRules, SEVERITIES, type Severity, stopping } from '../../lib/policy/lint/index.js'
import type { PolicyLint as Result } from '../../lib/results.js'
import { findingsView } from '../../lib/views/policy/lint.js'
import type { Ui } from '../../lib/views/text/style.js'

export default class PolicyLint extends KmsctlCommand<typeof PolicyLint, Result> {
  static override summary = 'Check the policy of a key, or in a file, before it does harm.'
  static override description =
    'Ends with 5 where something is found that is an error (--fail-on). A file is checked without AWS. A bare word is a file if there is one of that name, else an alias: ./app is always a file, alias/app always a key. The rules are in docs/reference/policy-rules.md.'
  static override examples = [
    '<%= config.bin %> policy lint app --sandbox',
    '<%= config.bin %> policy lint policy.json --account 111122223333',
    '<%= config.bin %> policy show app | <%= config.bin %> policy lint - --fail-on warning',
  ]
  static override args = {
    'key-or-file': Args.string({
      required: true,
      description: 'Key ID, ARN or alias; or a file with a policy, or - for standard input.',
    }),
  }
  static override flags = {
    ...AWS_FLAGS,
    ...ALLOW_FLAG,
    'fail-on': Flags.string({
      description: 'The mildest finding that is a failure.',
      options: [...SEVERITIES],
      default: 'error',
    }),
    account: Flags.string({
      description: 'Account of the key that a file’s policy is for.',
      helpValue: 'ID',
    }),
  }

  protected async execute({ args, flags, context }: Invocation<typeof PolicyLint>) {
    const allowed = flags.allow ?? []
    checkRules(allowed)
    const result = await lint(args['key-or-file'], flags.account, context)
    const stops = stopping(result.findings, flags['fail-on'] as Severity, allowed)
    if (stops.length > 0) context.endWith(EXIT.REFUSED)
    return result
  }

  protected view({ findings }: Result, ui: Ui): string {
    return findingsView(findings, ui)
  }
}

async function lint(word: string, account: string | undefined, context: Context): Promise<Result> {
  const kind = keyOrFile(word)
  if (kind === 'file' || (kind === 'either' && (await context.isFile(word)))) {
    if (kind === 'either')
      context.say(`${word} is read as a file; a key of that name is alias/${word}`)
    const text = await context.readText(word, 'policy file')
    return lintText(text, word === '-' ? 'standard input' : word, account)
  }
  if (account !== undefined) throw usageError('--account is for a policy in a file: a key has one')
  const session = await context.session()
  return kind === 'key' ? lintKey(session, word) : lintKeyOrFile(session, word)
}
