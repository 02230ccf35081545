import { describe, expect, test } from 'vitest'
import { read, session } from './markdown.js'

/**
 * What kmsctl has to replace, row by row, and where the README shows it: the beginning of a command, and
 * something that it printed. That it prints just that is checked by scripts/readme.js (`npm run drift`).
 */
const KEY_ID = /[0-9a-f]{8}-[0-9a-f-]{27}/
const ROWS: readonly (readonly [row: string, command: string, output: RegExp])[] = [
  ['create: description', 'kmsctl create --alias signing --spec ECC_NIST_P256', KEY_ID],
  ['create: usage', 'kmsctl create --alias signing --spec ECC_NIST_P256 --usage', KEY_ID],
  ['create: tags', 'kmsctl create --alias orders --admin', KEY_ID],
  ['create: by questions, as the console', 'kmsctl create', /✔ What is the key for\? Encrypt data/],
  [
    'create: by questions, reviewed first',
    'kmsctl create',
    /Who may do what[\s\S]*✔ Create this key/,
  ],
  ['create: by questions, then by a command', 'kmsctl create', /^kmsctl create --alias shop$/m],
  ['create: checked before anything is sent', 'kmsctl create --alias letters', /needs --usage/],
  ['the account ID, from STS', 'kmsctl whoami', /^Account +\d{12}$/m],
  ['the account ID, in a principal', 'grep alice policy.json', /::\d{12}:user\/alice/],
  ['policy: IAM delegation', 'grep Sid policy.json', /Enable IAM User Permissions/],
  ['policy: administrators', 'grep Sid policy.json', /Key Administrators/],
  ['policy: users', 'grep Sid policy.json', /use of the key/],
  ['policy: grants for resources', 'grep Sid policy.json', /attachment of persistent resources/],
  ['policy: users in other accounts', 'grep Sid built.json', /an external account/],
  ['policy: deletion held back', 'grep Sid built.json', /Deny disabling and deleting/],
  ['a key for each service', 'kmsctl policy services', /^logs [\s\S]*^ssm /m],
  ['a key for each service: made', 'kmsctl create --alias app-logs', /logs\.us-east-1\.amazonaws/],
  ['a key for each service: its kind', 'kmsctl create --alias zone', /needs a single-Region key/],
  ['policy: change', 'kmsctl policy set orders new.json', /policy set[\s\S]*kept as version/],
  ['policy: back', 'kmsctl policy rollback orders', /policy rolled back/],
  ['policy: history', 'kmsctl policy history orders', /VERSION[\s\S]*policy rollback/],
  ['policy: nothing typed is lost', 'kmsctl policy edit orders', /what was typed is kept in/],
  ['policy: judged before it is sent', 'kmsctl policy lint open.json', /error public-principal/],
  ['policy: refused before it is sent', 'kmsctl create --alias open', /the policy is refused/],
  ['alias: name a key', 'kmsctl alias create', /alias created/],
  ['alias: move', 'kmsctl alias update', /alias moved/],
  ['alias: delete', 'kmsctl alias delete', /alias deleted/],
  ['alias: in place of a key', 'kmsctl describe hello', KEY_ID],
  ['switch off', 'kmsctl disable orders --yes', /State +Disabled/],
  ['switch on', 'kmsctl enable orders', /State +Enabled/],
  ['switch on: idempotent', 'kmsctl enable orders', /nothing to do/],
  ['rotation: any period', 'kmsctl rotation enable orders --period-days 90', /every 90 days/],
  ['rotation: off', 'kmsctl rotation disable orders', /Rotation +off/],
  ['rotation: on demand', 'kmsctl rotation now', /on-demand rotation begun/],
  ['rotation: history', 'kmsctl rotation status orders', /on demand\n.*automatic/],
  ['rotation: why not', 'kmsctl rotation status signing', /only symmetric encryption keys/],
  ['deletion: the evidence', 'kmsctl deletion check', /Verdict +safe/],
  ['deletion: by ID only', 'kmsctl deletion schedule orders --json', /pass --confirm/],
  ['deletion: 30 days', 'kmsctl deletion schedule orders --days 30', /in 30 days/],
  ['deletion: the dates', 'kmsctl deletion list', /DELETION/],
  ['deletion: the alias is freed', 'kmsctl describe tokens', /is not found/],
  ['deletion: cancel and enable', 'kmsctl deletion cancel orders --enable', /State +Enabled/],
  ['see ID, date, description, state', 'kmsctl describe hello', /Created[\s\S]*Can /],
  ['see all keys', 'kmsctl list', /KEY ID +ALIASES +STATE/],
  ['AWS managed keys: shown', 'kmsctl list --manager aws', /alias\/aws\/s3/],
  ['AWS managed keys: what they allow', 'kmsctl describe alias/aws/s3', /Cannot/],
  ['AWS managed keys: refused', 'kmsctl enable alias/aws/s3', /managed by AWS/],
  ['AWS owned keys: said', 'kmsctl describe nobody', /AWS owned keys/],
  ['the plan before', 'kmsctl create --alias invoices --dry-run', /would send 3 calls/],
  ['multi-Region', 'kmsctl create --alias global --multi-region', /^mrk-/m],
  ['imported material', 'kmsctl create --alias imported --origin EXTERNAL', KEY_ID],
  ['external key stores', 'kmsctl create --alias vault', /XksKeyId/],
  ['price: before', 'kmsctl create --alias invoices --dry-run', /price: \$1\.00 a month/],
  ['price: of keys', 'kmsctl list --alias-prefix orders --long', /USD\/MONTH/],
  ['price: of a key to delete', 'kmsctl deletion check', /Price +\$/],
  ['throttling: attempts shown', 'kmsctl tag list orders --trace', /attempt 1/],
  ['many keys: changed at once', 'kmsctl tag set --tag Team=shop', /alias\/orders .*tags set/],
  ['many keys: Regions side by side', 'kmsctl list --region', /^REGION +KEY ID/],
]

/** Rows, or parts of rows, of which the README must say that they are not there. */
const NOT_YET: readonly (readonly [row: string, words: string])[] = [
  ['replicas', 'Replicas'],
  ['import of key material', 'importing key material'],
]

/** Rows that no command on the embedded KMS can show, because it throttles nobody, and the README's words. */
const SAID: readonly (readonly [row: string, words: string])[] = [
  ['throttling: never exceed the rate', 'For each operation and\nRegion there is a token bucket'],
  ['throttling: never lose a call', 'for as long as KMS lets others through: none is lost'],
]

const README = read('README.md')
const SHOWN = session(README)
const [, notThereYet = ''] = README.match(/^## Not there yet\n([\s\S]*?)^## /m) ?? []

describe('what kmsctl replaces, row by row, in the README', () => {
  test.each(ROWS)('%s: %s', (_row, command, output) => {
    const runs = SHOWN.filter((shown) => shown.command.startsWith(command))
    expect(runs.map((run) => run.output).join('\n')).toMatch(output)
  })

  test.each(SAID)('%s', (_row, words) => {
    expect(README).toContain(words)
  })

  test.each(NOT_YET)('%s: said to be not there yet', (_row, words) => {
    expect(notThereYet).toContain(words)
  })
})
