import { Args, Flags } from '@oclif/core'
import { usageError } from '../../errors.js'

/** Flags of every command. */
export const GLOBAL_FLAGS = {
  json: Flags.boolean({
    description: 'Print exactly one JSON document.',
    helpGroup: 'GLOBAL',
  }),
  'no-color': Flags.boolean({
    description: 'Never colour the output (NO_COLOR does the same).',
    helpGroup: 'GLOBAL',
  }),
  plain: Flags.boolean({
    description: 'Ask in plain lines with numbered choices, as screen readers need it.',
    helpGroup: 'GLOBAL',
  }),
}

/** Seconds, up to a day; with `min: 0` none at all too. */
export const SECONDS = Flags.custom<number, { min?: number }>({
  parse: async (text, _context, { name, min }) => {
    const seconds = text.trim() === '' ? Number.NaN : Number(text)
    if (!(seconds > 0 || seconds === min) || seconds > 86_400) {
      throw usageError(`${name} ${text} is not a number of seconds between 0 and 86400`)
    }
    return seconds
  },
})

/** Flags of every command that talks to AWS. */
export const AWS_FLAGS = {
  profile: Flags.string({ description: 'Profile of the AWS configuration.', helpGroup: 'AWS' }),
  region: Flags.string({
    description: 'AWS Region; lists take several, with commas between them.',
    helpGroup: 'AWS',
  }),
  'endpoint-url': Flags.string({
    description: 'Send the calls to this endpoint instead of AWS’s own.',
    helpGroup: 'AWS',
  }),
  'allow-insecure-endpoint': Flags.boolean({
    description: 'Allow a plain http endpoint that is not on this machine.',
    helpGroup: 'AWS',
  }),
  sandbox: Flags.boolean({
    description: 'Use the embedded KMS (KMSCTL_SANDBOX=1 does the same).',
    helpGroup: 'AWS',
  }),
  timeout: SECONDS({
    description: 'Give up after this long, prompts not counted (300; over many keys: no limit).',
    helpValue: 'SECONDS',
    helpGroup: 'AWS',
  }),
  trace: Flags.boolean({
    description: 'Show each request on stderr: operation, attempt, status, request ID, time.',
    helpGroup: 'AWS',
  }),
}

/** Flags of every command that changes something. */
export const CHANGE_FLAGS = {
  'dry-run': Flags.boolean({ description: 'Show the calls that would be sent, and send none.' }),
}

/** Where a command would ask. */
export const YES_FLAG = {
  yes: Flags.boolean({ char: 'y', description: 'Answer the question with yes.' }),
}

/** Where a policy is judged before it is sent. */
export const ALLOW_FLAG = {
  allow: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'Do not stop at what this rule of the linter finds; may be repeated.',
    helpValue: 'RULE',
    helpGroup: 'POLICY',
  }),
}

/** A whole number; its range is checked by the rules of lib/kms, which name the rule. */
export const wholeNumber = Flags.custom<number>({
  parse: async (text, _context, options) => {
    if (!/^-?\d{1,9}$/.test(text)) {
      throw usageError(`${options.name} ${text || "''"} is not a whole number`)
    }
    return Number(text)
  },
})

const CONCURRENCY = Flags.custom<number>({
  parse: async (text) => {
    if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_AT_ONCE) {
      return Number(text)
    }
    throw usageError(
      `concurrency ${text || "''"} is not a number of calls from 1 to ${MOST_AT_ONCE}`,
    )
  },
})

/** DescribeKey's 2000 a second are reached with these at up to 120 ms a call. */
const MOST_AT_ONCE = 256

/** Flags of commands over many keys. */
export const MANY_FLAGS = {
  concurrency: CONCURRENCY({
    description: 'Calls under way at once, in each Region (32).',
    helpValue: 'N',
    helpGroup: 'AWS',
  }),
}

/** How commands print many keys, besides `--json`. */
export const NDJSON_FLAG = {
  ndjson: Flags.boolean({
    description: 'Print a JSON document a key, one a line.',
    helpGroup: 'GLOBAL',
  }),
}

/** Key states (docs/facts/key-states.md). */
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

/** Which keys: of a list, and of a change that names no KEY. */
export const selectorFlags = (group: { readonly helpGroup?: string } = {}) => ({
  state: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    options: STATES,
    description: 'Only keys in this state; may be repeated.',
    helpValue: 'STATE',
    ...group,
  }),
  'alias-prefix': Flags.string({
    description: 'Only keys with an alias that begins so.',
    ...group,
  }),
  tag: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'Only keys with this tag; may be repeated.',
    helpValue: 'K=V',
    ...group,
  }),
})

/** KEY: see contract 1. */
export const KEY_ARG = {
  key: Args.string({
    required: true,
    description:
      'Key ID, key ARN, alias name (with or without alias/) or alias ARN; left out on a terminal, it is chosen.',
  }),
}

/** KEY…: several, or `-` for those that standard input names. A selector may stand in their place. */
export const KEYS_ARG = {
  key: Args.string({
    required: false,
    multiple: true,
    description:
      'Keys, each an ID, ARN or alias; - reads them from standard input; left out on a terminal, one is chosen.',
  }),
}

/** Flags of changes of many keys: a selector in place of KEY, and the answer to its question. */
export const BULK_FLAGS = {
  ...AWS_FLAGS,
  ...CHANGE_FLAGS,
  ...MANY_FLAGS,
  ...selectorFlags({ helpGroup: 'SELECTION' }),
  yes: Flags.boolean({ char: 'y', description: 'Answer the question with yes.' }),
}

export const ALIAS_ARG = {
  name: Args.string({
    required: true,
    description: 'Alias name, with or without alias/; left out on a terminal, it is asked for.',
  }),
}
