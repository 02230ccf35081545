import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CHOOSING, KEY_PARTS, PERMISSIONS, ROLES } from './permissions/table.ts'

/**
 * Writes docs/reference/permissions.md and the policies in docs/reference/policies from the table in
 * scripts/permissions/table.ts and AWS's facts in docs/facts/actions.csv. `--check` writes nothing and
 * fails where a file is not what would be written.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const FOLDER = 'docs/reference/policies'
const ACCOUNT = '111122223333'

const problems = []
const facts = new Map(
  readFileSync(join(root, 'docs/facts/actions.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [action, policyType, crossAccount, resource] = line.split(',')
      return [action, { policyType, crossAccount, resource }]
    }),
)
const everyAction = (id) =>
  [...PERMISSIONS[id].needs, ...PERMISSIONS[id].optional].map(({ action }) => action)
for (const id of Object.keys(PERMISSIONS)) {
  for (const action of everyAction(id)) {
    if (action.startsWith('kms:') && !facts.has(action))
      problems.push(`${id}: AWS has no ${action}`)
  }
}

const code = (text) => `\`${text}\``
const command = (id) => id.replaceAll(':', ' ')
const lines = (items) => (items.length === 0 ? '–' : items.join('<br>'))

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

function commandRow([id, { needs, optional }]) {
  const plain = optional.filter(({ part, loses }) => part !== undefined && loses === undefined)
  const others = optional.filter((one) => !plain.includes(one))
  const actions = plain.map(({ action }) => code(action))
  const whole = KEY_PARTS.every(({ action }) => plain.some((one) => one.action === action))
  const parts =
    plain.length === 0
      ? []
      : [
          whole
            ? 'the [parts of the key](#the-printed-key)'
            : `${actions.join(', ')}: [their parts](#the-printed-key)`,
        ]
  const told = others.map(({ action, when, part, loses }) => {
    const what = [part === undefined || part === 'metadata' ? [] : [`${code(part)} is null`], loses]
    return `${code(action)}${when === undefined ? '' : ` (${when})`}: ${what.flat().join('; ')}`
  })
  return [
    code(command(id)),
    lines([
      ...needs.filter(({ when }) => when === undefined).map(({ action }) => code(action)),
      ...needs
        .filter(({ when }) => when !== undefined)
        .map(({ action, when }) => `${code(action)}: ${when}`),
    ]),
    lines([...told, ...parts]),
  ]
}

const PLACES = {
  key: 'key policy, or IAM policy',
  iam: 'IAM policy only',
  both: 'IAM policy on the alias; key or IAM policy on the key',
}
const RESOURCES = { key: 'the key', '*': '`*`', 'key+alias': 'the alias and the key' }

function actionRows() {
  const used = new Map()
  for (const id of Object.keys(PERMISSIONS)) {
    for (const action of everyAction(id)) used.set(action, (used.get(action) ?? new Set()).add(id))
  }
  return [...used]
    .filter(([action]) => facts.has(action))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([action, ids]) => {
      const { policyType, crossAccount, resource } = facts.get(action)
      const commands =
        ids.size > 8 ? `${ids.size} commands` : [...ids].map(command).map(code).join(', ')
      return [code(action), RESOURCES[resource], PLACES[policyType], crossAccount, commands]
    })
}

/** The actions of a role's commands and of the roles before it, by the resource that AWS checks. */
function policyOf(role) {
  const reach = ROLES.slice(0, ROLES.indexOf(role) + 1).flatMap(({ commands }) => commands)
  const actions = [...new Set(reach.flatMap(everyAction))].sort()
  const on = (resource) => actions.filter((action) => facts.get(action)?.resource === resource)
  const arn = (what) => `arn:aws:kms:*:${ACCOUNT}:${what}/*`
  const statement = (Sid, Action, Resource, more = {}) =>
    Action.length === 0 ? [] : [{ Sid, Effect: 'Allow', Action, Resource, ...more }]
  return {
    Version: '2012-10-17',
    Statement: [
      ...statement('AccountWide', on('*'), '*'),
      ...statement('Keys', on('key'), arn('key')),
      ...statement('AliasesAndTheirKeys', on('key+alias'), [arn('alias'), arn('key')]),
      ...statement(
        'RoleOfMultiRegionKeys',
        actions.filter((action) => action === 'iam:CreateServiceLinkedRole'),
        `arn:aws:iam::${ACCOUNT}:role/aws-service-role/mrk.kms.amazonaws.com/*`,
        { Condition: { StringEquals: { 'iam:AWSServiceName': 'mrk.kms.amazonaws.com' } } },
      ),
    ],
  }
}

const json = (value) => JSON.stringify(value, null, 2)
const denial = (Sid, Action, Condition) =>
  `\`\`\`json\n${json({ Sid, Effect: 'Deny', Action, Resource: '*', Condition })}\n\`\`\``

const document = `<!-- Written by scripts/permissions.js (\`npm run permissions\`). Change scripts/permissions/table.ts. -->
# Permissions

What each command needs of IAM, what it can do without, and ready policies. Tests hold the table to the
calls that the commands send.

- KMS asks the **key policy** first: it allows the action itself, or leaves it to IAM (the statement for
  \`arn:aws:iam::ACCOUNT:root\`, which keys made by \`kmsctl create\` and by KMS's default have). Where it does
  neither, no IAM policy helps. A deny in either place wins.
- \`kms:ListKeys\`, \`kms:ListAliases\` and \`kms:CreateKey\` are on no key: an IAM policy allows them on \`*\`.
- Alias actions are allowed twice: on the alias, by an IAM policy, and on the key (for \`alias update\` on
  both keys).
- Finding out who calls (\`sts:GetCallerIdentity\`) needs no permission. The commands on the sandbox need none.
- kmsctl acts on keys of the caller's own account only.
- A denial ends with 4, or with 7 where some of the work was done, and names the action.
- KEY under \`alias/aws/\` needs \`kms:ListAliases\` in every command.

## The printed key

\`describe\`, \`deletion check\` and every change of one key print the key. A part that may not be read is
null and named in \`unavailable\`; nothing else is lost.

${table(
  ['part', 'action'],
  KEY_PARTS.map(({ part, action }) => [code(part), code(action)]),
)}

## Choosing at a terminal

A KEY or NAME that the command line leaves out is chosen, where a terminal is there. Commands whose KEY is given
need none of this.

${table(
  ['action', 'what is lost without it'],
  CHOOSING.map(({ action, when, loses }) => [
    code(action),
    `${when === undefined ? '' : `${when}: `}${loses}`,
  ]),
)}

## Commands

${table(['command', 'needs', 'can do without: what is lost'], Object.entries(PERMISSIONS).map(commandRow))}

## Actions

Where each is allowed, and on what an IAM policy allows it (KMS Developer Guide, "AWS KMS permissions"). In a
key policy the resource is always \`*\`. "Other accounts": whether KMS would take it from a principal of
another account.

${table(['action', 'resource in an IAM policy', 'allowed by', 'other accounts', 'used by'], actionRows())}

## Ready policies

IAM policies, to be attached to a role; put your account in the place of ${ACCOUNT}. They hold for keys
whose key policy leaves it to IAM.

${ROLES.map((role) => {
  const before = ROLES.slice(0, ROLES.indexOf(role)).length > 0
  const list = role.commands.map(command).map(code).join(', ')
  return `### ${role.name}\n\n${role.name[0].toUpperCase()}${role.name.slice(1)}: ${role.purpose}.\nCommands: ${before ? `those of the ${ROLES[ROLES.indexOf(role) - 1].name}, ` : ''}${list}. File: [policies/${role.name}.json](policies/${role.name}.json)\n\n\`\`\`json\n${json(policyOf(role))}\n\`\`\``
}).join('\n\n')}

## Narrower

What is not in a policy may still be allowed by a key policy that names the principal. To rule something out,
deny it. Statements to add as they are:

No deletion with less than 30 days to cancel it (kmsctl always sends the window):

${denial('LongWindow', 'kms:ScheduleKeyDeletion', { NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } })}

No deletion and no disabling of a key that was used within the last 30 days, checked by KMS itself:

${denial('UnusedOnly', ['kms:DisableKey', 'kms:ScheduleKeyDeletion'], { NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': '30' } })}

No policy that locks everybody out (kmsctl never asks for it):

${denial('NoBypass', ['kms:CreateKey', 'kms:PutKeyPolicy'], { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } })}

To hold a role to the keys of one team, add \`"Condition": {"StringEquals": {"aws:ResourceTag/Team": "payments"}}\` to the
statement \`Keys\`. It has no meaning for actions on \`*\` and on aliases, which have no tags; who may tag and
name keys can then change what others may do, so leave \`tag set\`, \`tag remove\` and the alias commands to
somebody else, or hold the tags with \`aws:RequestTag\` and \`aws:TagKeys\`.
`

const files = new Map([['docs/reference/permissions.md', document]])
for (const role of ROLES) files.set(`${FOLDER}/${role.name}.json`, `${json(policyOf(role))}\n`)

if (process.argv.includes('--check')) {
  for (const [path, wanted] of files) {
    if (read(path) !== wanted) problems.push(`${path} is not what the table says`)
  }
  for (const name of readdirSync(join(root, FOLDER))) {
    if (!files.has(`${FOLDER}/${name}`)) problems.push(`${FOLDER}/${name} belongs to no role`)
  }
} else if (problems.length === 0) {
  rmSync(join(root, FOLDER), { recursive: true, force: true })
  mkdirSync(join(root, FOLDER))
  for (const [path, text] of files) writeFileSync(join(root, path), text)
}

function read(path) {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return null
  }
}

for (const problem of problems) process.stderr.write(`permissions: ${problem}\n`)
if (problems.length > 0) {
  process.stderr.write('mend it with `npm run permissions`\n')
  process.exitCode = 1
} else process.stdout.write(`permissions: ${files.size} files\n`)
