/**
 * What each command needs of IAM: the one table. docs/reference/permissions.md and the policies in docs/reference/policies are
 * made from it (`npm run permissions`), and tests hold it to the calls that the commands send.
 */

/** An action without which the command ends with 4 (7 where some of its work was done before). */
export interface Need {
  readonly action: string
  /** Needed then only; always where absent. */
  readonly when?: string
  /** The operation within which AWS checks the action, where it is not the action's own. */
  readonly within?: string
  /** Asked for only after an answer was lost. */
  readonly lost?: true
}

/** An action without which the command still does its work. */
export interface Optional {
  readonly action: string
  /** Asked for then only; always where absent. */
  readonly when?: string
  /** The member of the printed key that is null then, and named in `unavailable`. */
  readonly part?: string
  /** What is lost, besides `part`. */
  readonly loses?: string
}

export interface Permissions {
  readonly needs: readonly Need[]
  readonly optional: readonly Optional[]
}

const needs = (...actions: string[]): Need[] => actions.map((action) => ({ action }))

/** What DescribeKey does not tell of a key, as every command reads it that prints one. */
export const KEY_PARTS = [
  { action: 'kms:ListAliases', part: 'aliases' },
  { action: 'kms:GetKeyRotationStatus', part: 'rotation' },
  { action: 'kms:ListResourceTags', part: 'tags' },
  { action: 'kms:GetKeyLastUsage', part: 'lastUsage' },
  { action: 'kms:ListGrants', part: 'grants' },
] as const satisfies readonly Optional[]

type PartAction = (typeof KEY_PARTS)[number]['action']

/** The parts of a printed key, with what else is lost, and without those that are needed anyway. */
function parts(loses: Partial<Record<PartAction, string>> = {}, without?: PartAction): Optional[] {
  return KEY_PARTS.filter(({ action }) => action !== without).map((part) => {
    const more = loses[part.action]
    return more === undefined ? part : { ...part, loses: more }
  })
}

/** A change of one key: it is resolved, changed, read back and printed. */
const change = (...actions: string[]): Permissions => ({
  needs: needs('kms:DescribeKey', ...actions),
  optional: parts(),
})

/** What a change of the keys that a selector finds also needs: it lists them first. */
const SELECTED: readonly Need[] = [
  { action: 'kms:ListKeys', when: 'with a selector (`--tag`, `--alias-prefix`, `--state`)' },
  { action: 'kms:ListAliases', when: 'with `--alias-prefix`' },
  { action: 'kms:ListResourceTags', when: 'with `--tag`' },
]

/** A change that also takes a selector in place of KEY. */
const selectable = ({ needs: always, optional }: Permissions): Permissions => ({
  needs: [
    ...always,
    ...SELECTED.filter((need) => !always.some(({ action }) => action === need.action)),
  ],
  optional,
})

/** Aliases under alias/aws/ are looked up in the list, because asking for one may create its key. */
const AWS_ALIAS: Need = { action: 'kms:ListAliases', when: 'for a KEY under `alias/aws/`' }

const LISTED: readonly Optional[] = [
  { action: 'kms:ListAliases', loses: '`aliases` are null, with a warning' },
]

const PRICE: Optional = {
  action: 'kms:ListKeyRotations',
  loses: '`monthlyCostUsd` is the least that the key can cost',
}

/** What choosing a KEY or NAME that was left out needs, at a terminal, of every command that lets one choose. */
export const CHOOSING: readonly Optional[] = [
  { action: 'kms:ListKeys', loses: 'the KEY has to be named (4)' },
  {
    action: 'kms:DescribeKey',
    loses:
      'keys are told by ID and alias alone; where no key may be described, it has to be named (4)',
  },
  {
    action: 'kms:ListAliases',
    loses: 'keys are told by their IDs; the NAME of an alias to change has to be named (4)',
  },
  {
    action: 'kms:GetKeyLastUsage',
    when: 'for `deletion check` and `deletion schedule`',
    loses: 'the last use is told as unknown',
  },
]

const UNDECIDED = 'the verdict is `unknown` at best'
const TAKEN = 'where `--if-not-exists` finds the alias taken'
const LOST = 'to look for a key whose creation got no answer'
const SOUGHT = 'for a creation whose key is not known, and with `--scan`'

/** By the command's ID. The commands on the sandbox reach no AWS and need nothing. */
export const PERMISSIONS: Readonly<Record<string, Permissions>> = {
  'alias:create': change('kms:CreateAlias'),
  'alias:delete': change('kms:DeleteAlias'),
  'alias:list': {
    needs: [...needs('kms:ListAliases'), { action: 'kms:DescribeKey', when: 'with a KEY' }],
    optional: [],
  },
  'alias:update': change('kms:UpdateAlias'),
  create: {
    needs: [
      ...needs('kms:CreateKey'),
      {
        action: 'kms:TagResource',
        when: 'unless `--no-claim-tag` is given and no `--tag`',
        within: 'CreateKey',
      },
      {
        action: 'kms:PutKeyPolicy',
        when: 'with a policy (`--policy`, or one that flags build) that does not itself allow it to the caller; KMS refuses the policy without it (5)',
        within: 'CreateKey',
      },
      {
        action: 'iam:CreateServiceLinkedRole',
        when: 'with `--multi-region`',
        within: 'CreateKey',
      },
      { action: 'kms:DescribeKey', when: 'unless `--no-alias`' },
      { action: 'kms:CreateAlias', when: 'unless `--no-alias`' },
      {
        action: 'kms:EnableKeyRotation',
        when: 'unless `--no-rotation`, or the key cannot rotate',
      },
      { action: 'kms:DisableKey', when: 'with `--disabled`' },
      { action: 'kms:ListResourceTags', when: `${TAKEN}, with \`--tag\`` },
      {
        action: 'kms:GetKeyRotationStatus',
        when: `${TAKEN}, with \`--[no-]rotation\` or \`--rotation-period-days\``,
      },
      { action: 'kms:GetKeyPolicy', when: `${TAKEN}, with a policy` },
      { action: 'kms:ListKeys', when: `${LOST}; without it, it ends with 8`, lost: true },
      { action: 'kms:ListResourceTags', when: `${LOST}, the same`, lost: true },
    ],
    optional: [
      {
        action: 'kms:DescribeKey',
        when: 'with `--no-alias`',
        loses: 'the key is not read back, with a warning, and no part of it is printed',
      },
      ...parts(),
    ],
  },
  'deletion:cancel': selectable({
    needs: [
      ...needs('kms:DescribeKey', 'kms:CancelKeyDeletion'),
      { action: 'kms:EnableKey', when: 'with `--enable`' },
    ],
    optional: parts(),
  }),
  'deletion:check': {
    needs: [...needs('kms:DescribeKey'), AWS_ALIAS],
    optional: [
      ...parts({
        'kms:ListAliases': UNDECIDED,
        'kms:GetKeyLastUsage': UNDECIDED,
        'kms:ListGrants': UNDECIDED,
      }),
      PRICE,
    ],
  },
  'deletion:list': { needs: needs('kms:ListKeys', 'kms:DescribeKey'), optional: LISTED },
  'deletion:schedule': {
    needs: [
      ...needs('kms:DescribeKey', 'kms:ScheduleKeyDeletion'),
      { action: 'kms:ListAliases', when: 'with `--release-aliases`' },
      { action: 'kms:DeleteAlias', when: 'with `--release-aliases`' },
    ],
    optional: [
      ...parts({
        'kms:ListAliases': 'on a terminal the ID is asked for instead of the alias',
        'kms:GetKeyLastUsage':
          'a key used within the last 30 days is not refused; a warning says that its last use is unknown',
        'kms:ListGrants': 'the evidence lacks them',
      }),
      { ...PRICE, loses: 'the price in the evidence is the least that the key can cost' },
    ],
  },
  describe: {
    needs: [],
    optional: [
      {
        action: 'kms:DescribeKey',
        part: 'metadata',
        loses:
          'everything but ID and ARN is null; an alias is then found through `kms:ListAliases`, and with every part denied too it ends with 4',
      },
      ...parts(),
    ],
  },
  disable: selectable(change('kms:DisableKey')),
  enable: selectable(change('kms:EnableKey')),
  list: {
    needs: [
      ...needs('kms:ListKeys', 'kms:DescribeKey'),
      { action: 'kms:ListAliases', when: 'with `--alias-prefix`' },
      { action: 'kms:ListResourceTags', when: 'with `--tag`' },
    ],
    optional: [
      ...LISTED,
      {
        action: 'kms:ListResourceTags',
        when: 'with `--long`',
        loses: '`tags` are null, with a warning',
      },
      {
        action: 'kms:GetKeyRotationStatus',
        when: 'with `--long`',
        loses: '`rotation` is null, with a warning',
      },
      { ...PRICE, when: 'with `--price`' },
      {
        action: 'kms:GetKeyLastUsage',
        when: 'with `--last-used`',
        loses: '`lastUsage` is null, with a warning',
      },
    ],
  },
  'policy:build': { needs: [], optional: [] },
  'policy:diff': {
    needs: [...needs('kms:DescribeKey', 'kms:GetKeyPolicy'), AWS_ALIAS],
    optional: [],
  },
  'policy:edit': change('kms:GetKeyPolicy', 'kms:PutKeyPolicy'),
  'policy:history': {
    needs: [...needs('kms:DescribeKey'), AWS_ALIAS],
    optional: [
      {
        action: 'kms:GetKeyPolicy',
        loses: '`present` of each version is null, with a warning',
      },
    ],
  },
  'policy:lint': {
    needs: [
      { action: 'kms:DescribeKey', when: 'with a KEY' },
      { action: 'kms:GetKeyPolicy', when: 'with a KEY' },
      AWS_ALIAS,
    ],
    optional: [],
  },
  'policy:rollback': change('kms:GetKeyPolicy', 'kms:PutKeyPolicy'),
  'policy:set': change('kms:GetKeyPolicy', 'kms:PutKeyPolicy'),
  'policy:show': {
    needs: [...needs('kms:DescribeKey', 'kms:GetKeyPolicy'), AWS_ALIAS],
    optional: [],
  },
  recover: {
    needs: [
      { action: 'kms:ListKeys', when: SOUGHT },
      { action: 'kms:ListResourceTags', when: `${SOUGHT} or \`--adopt\`` },
      {
        action: 'kms:DescribeKey',
        when: 'where a creation did not finish, and with `--scan` or `--adopt`',
      },
      { action: 'kms:CreateAlias', when: 'for a key without its name, and with `--adopt`' },
      { action: 'kms:GetKeyRotationStatus', when: 'for a key that was to rotate' },
      { action: 'kms:EnableKeyRotation', when: 'for a key that was to rotate' },
      { action: 'kms:DisableKey', when: 'for a key that was to be disabled' },
      { action: 'kms:ListAliases', when: 'with `--scan`' },
      { action: 'kms:GetKeyPolicy', when: 'with `--adopt`' },
      { action: 'kms:ListGrants', when: 'with `--adopt`' },
    ],
    optional: [],
  },
  'rotation:disable': {
    needs: needs('kms:DescribeKey', 'kms:GetKeyRotationStatus', 'kms:DisableKeyRotation'),
    optional: parts({}, 'kms:GetKeyRotationStatus'),
  },
  'rotation:enable': selectable({
    needs: needs('kms:DescribeKey', 'kms:GetKeyRotationStatus', 'kms:EnableKeyRotation'),
    optional: parts({}, 'kms:GetKeyRotationStatus'),
  }),
  'rotation:now': {
    needs: needs('kms:DescribeKey', 'kms:RotateKeyOnDemand'),
    optional: [
      ...parts({ 'kms:GetKeyRotationStatus': 'the rotation is not read back, with a warning' }),
      {
        action: 'kms:ListKeyRotations',
        loses: 'the question does not say how often the key was rotated on demand',
      },
    ],
  },
  'rotation:status': {
    needs: [
      ...needs('kms:DescribeKey'),
      { action: 'kms:GetKeyRotationStatus', when: 'unless the key cannot rotate' },
      AWS_ALIAS,
    ],
    optional: [{ action: 'kms:ListKeyRotations', loses: '`history` is null' }],
  },
  'tag:list': {
    needs: [...needs('kms:DescribeKey', 'kms:ListResourceTags'), AWS_ALIAS],
    optional: [],
  },
  'tag:remove': {
    needs: needs('kms:DescribeKey', 'kms:ListResourceTags', 'kms:UntagResource'),
    optional: parts({}, 'kms:ListResourceTags'),
  },
  'tag:set': selectable({
    needs: needs('kms:DescribeKey', 'kms:ListResourceTags', 'kms:TagResource'),
    optional: parts({}, 'kms:ListResourceTags'),
  }),
  update: change('kms:UpdateKeyDescription'),
  whoami: { needs: [], optional: [] },
}

/** The ready policies: who may run what. Each role may also do what those before it may. */
export const ROLES = [
  {
    name: 'reader',
    purpose: 'sees keys, their names, policies, tags, rotation and use; changes nothing',
    commands: [
      'alias:list',
      'deletion:check',
      'deletion:list',
      'describe',
      'list',
      'policy:build',
      'policy:history',
      'policy:lint',
      'policy:diff',
      'policy:show',
      'rotation:status',
      'tag:list',
      'whoami',
    ],
  },
  {
    name: 'operator',
    purpose:
      'also switches keys on and off, rotates, names, tags and describes them, and cancels deletions; makes and deletes no key, and changes no policy',
    commands: [
      'alias:create',
      'alias:delete',
      'alias:update',
      'deletion:cancel',
      'disable',
      'enable',
      'rotation:disable',
      'rotation:enable',
      'rotation:now',
      'tag:remove',
      'tag:set',
      'update',
    ],
  },
  {
    name: 'administrator',
    purpose: 'also creates keys, schedules deletions and sets key policies',
    commands: [
      'create',
      'deletion:schedule',
      'policy:edit',
      'policy:rollback',
      'policy:set',
      'recover',
    ],
  },
] as const

/** The operation that shows whether an action is allowed. */
export function operationOf({ action, within }: Need): string {
  return within ?? action.replace(/^\w+:/, '')
}
