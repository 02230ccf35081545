import { expect, test } from 'vitest'
import { ALIAS, document, KEY, LISTED_KEY, ROTATION } from '../support/documents.js'
import { preparedShell, shell } from '../support/run/shell.js'

test('describe prints a key with every field of contract 4', async () => {
  const type = await preparedShell()
  const key = document(await type('describe app --json'))
  expect(key).toEqual({ ...KEY, sandbox: true })
  expect(key).toMatchObject({
    aliases: ['alias/app'],
    keyState: 'Enabled',
    enabled: true,
    keyManager: 'CUSTOMER',
    keySpec: 'SYMMETRIC_DEFAULT',
    keyUsage: 'ENCRYPT_DECRYPT',
    origin: 'AWS_KMS',
    multiRegion: false,
    multiRegionConfiguration: null,
    rotation: { eligible: true, reason: null, enabled: true, rotationPeriodInDays: 365 },
    lastUsage: { status: 'unused', operation: null, timestamp: null },
    grants: { count: 0, more: false },
  })
})

test('a key that cannot rotate says why (contract 4)', async () => {
  const type = shell()
  const ran = await type('create --alias sign --spec ECC_NIST_P256 --usage SIGN_VERIFY --json')
  expect(document(ran).key).toMatchObject({
    keySpec: 'ECC_NIST_P256',
    rotation: { eligible: false, reason: expect.stringContaining('symmetric'), enabled: false },
  })
})

test('a multi-Region key tells its configuration (contract 4)', async () => {
  const type = shell()
  const { key } = document(await type('create --no-alias --multi-region --json'))
  expect(key).toMatchObject({
    keyId: expect.stringMatching(/^mrk-/),
    multiRegion: true,
    multiRegionConfiguration: {
      multiRegionKeyType: 'PRIMARY',
      primaryKey: { arn: key.arn, region: 'us-east-1' },
      replicaKeys: [],
    },
  })
})

test('list prints keys and warnings (contract 4)', async () => {
  const type = await preparedShell()
  const list = document(await type('list --json'))
  expect(list).toEqual({ keys: [LISTED_KEY, LISTED_KEY], warnings: [], sandbox: true })
  const all = document(await type('list --manager all --json'))
  expect(all.keys.length).toBeGreaterThan(2)
  for (const key of all.keys) expect(key).toEqual(LISTED_KEY)
})

test('list filters by state, manager, spec, alias prefix and tag (contract 2)', async () => {
  const type = await preparedShell()
  await type('create --alias mac --spec HMAC_256 --tag Team=pay')
  await type('disable next --yes')
  const names = async (flags: string) => {
    const { keys } = document(await type(`list --json ${flags}`))
    return keys.flatMap(({ aliases }: { aliases: string[] }) => aliases).sort()
  }
  expect(await names('')).toEqual(['alias/app', 'alias/mac', 'alias/next'])
  expect(await names('--state Disabled')).toEqual(['alias/next'])
  expect(await names('--state Disabled --state Enabled --spec HMAC_256')).toEqual(['alias/mac'])
  expect(await names('--alias-prefix alias/a')).toEqual(['alias/app'])
  expect(await names('--alias-prefix ap')).toEqual(['alias/app'])
  expect(await names('--tag Team=pay')).toEqual(['alias/mac'])
  expect(await names('--tag Team=other')).toEqual([])
  expect(await names('--manager aws')).toEqual(['alias/aws/ebs', 'alias/aws/s3'])
})

test('list --quiet and create --quiet print key IDs, one a line (contract 2)', async () => {
  const type = await preparedShell()
  const { keys } = document(await type('list --json'))
  const quiet = await type('list --quiet')
  expect(quiet.stdout).toBe(`${keys.map(({ keyId }: { keyId: string }) => keyId).join('\n')}\n`)
  const created = await type('create --alias third -q')
  expect(created.stdout).toMatch(/^[0-9a-f-]{36}\n$/)
  expect(document(await type(`describe ${created.stdout.trim()} --json`)).aliases).toEqual([
    'alias/third',
  ])
  const none = await shell()('list --quiet')
  expect(none).toMatchObject({ stdout: '', exitCode: 0 })
})

test('deletion check prints key, verdict, reasons and price (contract 4)', async () => {
  const type = await preparedShell()
  expect(document(await type('deletion check app --json'))).toEqual({
    key: KEY,
    verdict: 'safe',
    reasons: expect.arrayContaining([
      {
        code: expect.stringMatching(/^[A-Z]\w+$/),
        severity: expect.stringMatching(/^(danger|caution|info)$/),
        message: expect.any(String),
      },
    ]),
    monthlyCostUsd: 1,
    pricesAsOf: expect.any(String),
    sandbox: true,
  })
})

test('deletion check ends with 0 whatever the verdict, with 5 for unsafe and --exit-code', async () => {
  const type = await preparedShell()
  const unsafe = await type('deletion check alias/aws/s3 --json')
  expect(document(unsafe)).toMatchObject({ verdict: 'unsafe' })
  expect(unsafe.exitCode).toBe(0)
  const asked = await type('deletion check alias/aws/s3 --exit-code --json')
  expect(document(asked)).toMatchObject({ verdict: 'unsafe' })
  expect(asked.exitCode).toBe(5)
  expect(await type('deletion check app --exit-code')).toMatchObject({ exitCode: 0 })
})

test('deletion list prints as list (contract 4)', async () => {
  const type = await preparedShell()
  expect(document(await type('deletion list --json'))).toEqual({
    keys: [],
    warnings: [],
    sandbox: true,
  })
  await type('deletion schedule app --days 9 --confirm {app}')
  const { keys } = document(await type('deletion list --json'))
  expect(keys).toEqual([LISTED_KEY])
  expect(keys[0]).toMatchObject({ aliases: ['alias/app'], keyState: 'PendingDeletion' })
  expect(keys[0].deletionDate).not.toBe(null)
})

test('tag list prints the tags (contract 4)', async () => {
  const type = await preparedShell()
  await type('tag set app Team=pay')
  const { tags, ...rest } = document(await type('tag list app --json'))
  expect(tags).toMatchObject({ Team: 'pay' })
  expect(rest).toEqual({ sandbox: true })
})

test('alias list prints every alias, or those of one key (contract 4)', async () => {
  const type = await preparedShell()
  const { aliases, ...rest } = document(await type('alias list --json'))
  expect(rest).toEqual({ sandbox: true })
  for (const alias of aliases) expect(alias).toEqual(ALIAS)
  const targets = aliases.map((one: { targetKeyId: unknown }) => one.targetKeyId)
  expect(targets).toContain(null)
  const one = document(await type('alias list app --json'))
  expect(one.aliases).toEqual([
    { ...ALIAS, aliasName: 'alias/app', targetKeyId: type.fill('{app}') },
  ])
})

test('rotation status prints rotation and history (contract 4)', async () => {
  const type = await preparedShell()
  expect(document(await type('rotation status app --json'))).toEqual({
    ...ROTATION,
    history: [],
    sandbox: true,
  })
  await type('rotation now app --yes')
  await type('sandbox advance --days 366')
  const { history } = document(await type('rotation status app --json'))
  expect(history.map(({ rotationType }: { rotationType: string }) => rotationType)).toEqual([
    'ON_DEMAND',
    'AUTOMATIC',
  ])
  for (const { rotationDate } of history) expect(rotationDate).toMatch(/^20\d\d-.*Z$/)
})

test('rotation status of a key pending deletion says that it is suspended (contract 4)', async () => {
  const type = await preparedShell()
  await type('deletion schedule app --confirm {app}')
  const status = document(await type('rotation status app --json'))
  expect(status.reason).toContain('suspended because deletion is pending')
  const { stdout } = await type('rotation status app')
  expect(stdout).toContain('suspended because deletion is pending')
})

test('policy show prints the document itself, with --json and without (contract 4)', async () => {
  const type = await preparedShell()
  const plain = await type('policy show app')
  const json = await type('policy show app --json')
  expect(json.stdout).toBe(plain.stdout)
  expect(document(json)).toEqual({
    Version: '2012-10-17',
    Id: expect.any(String),
    Statement: [expect.objectContaining({ Effect: 'Allow', Action: 'kms:*' })],
  })
  expect(json.stderr).toContain('[sandbox]')
})

test('sandbox commands print the state of the embedded KMS (contract 7)', async () => {
  const type = await preparedShell()
  const status = document(await type('sandbox status --json'))
  expect(status).toMatchObject({
    accountId: '000000000000',
    offsetDays: 0,
    file: `${type.directory}/sandbox/state.json`,
    regions: { 'us-east-1': { keys: { Enabled: 4 }, aliases: 10 } },
    sandbox: true,
  })
  expect(document(await type('sandbox advance --days 8 --json'))).toMatchObject({ offsetDays: 8 })
  expect(document(await type('sandbox reset --json'))).toMatchObject({ offsetDays: 0, regions: {} })
})
