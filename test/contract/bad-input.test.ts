import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { failure, told } from '../support/documents.js'
import { endpoint } from '../support/network/endpoint.js'
import { CREDENTIALS } from '../support/run/binary.js'
import { shell } from '../support/run/shell.js'

beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example')
})

const tags = (count: number) =>
  Array.from({ length: count }, (_, index) => `--tag T${index}=v`).join(' ')

/** What bad input gets: the line, the value it must name, the rule it must name. */
const CASES: readonly (readonly [string, string, string])[] = [
  ['create --alias a --spec AES_256', 'AES_256', 'choose one of SYMMETRIC_DEFAULT'],
  ['create --alias a --spec symmetric_default', 'symmetric_default', 'did you mean'],
  ['create --alias a --usage SIGN_VERIFY', 'SIGN_VERIFY', 'SYMMETRIC_DEFAULT'],
  ['create --alias a --spec HMAC_256 --usage ENCRYPT_DECRYPT', 'ENCRYPT_DECRYPT', 'HMAC_256'],
  ['create --alias a --spec RSA_2048', 'RSA_2048', '--usage'],
  ['create --alias a --usage SIGN', 'SIGN', 'choose one of'],
  ['create --alias a --origin HSM', 'HSM', 'choose one of'],
  ['create --alias a --spec HMAC_256 --rotation', '--rotation', 'symmetric'],
  ["create --alias 'my key'", 'my key', 'only letters'],
  ["create --alias ''", 'empty', 'alias/NAME'],
  ['create --alias alias/', 'empty', 'alias/NAME'],
  ['create --alias alias/aws/mine', 'alias/aws/mine', 'reserved for AWS'],
  ['create --alias aws/mine', 'alias/aws/mine', 'reserved for AWS'],
  ['create --alias grün', 'grün', 'only letters'],
  [`create --alias ${'x'.repeat(251)}`, 'xxx', '256'],
  ['create --alias 1234abcd-12ab-34cd-56ef-1234567890ab', '1234abcd', 'key ID'],
  ['create', 'no alias', '--no-alias'],
  ['create --alias a --no-alias', '--alias', '--no-alias'],
  ['create --alias a --alias alias/a', 'alias/a', 'twice'],
  [`create --alias a ${tags(51)}`, '51 tags', '50'],
  [`create --alias a ${tags(50)}`, '50 tags', '--no-claim-tag'],
  ['create --alias a --tag aws:x=1', 'aws:x', 'reserved for AWS'],
  ['create --alias a --tag AWS:x=1', 'AWS:x', 'reserved for AWS'],
  ['create --alias a --tag nope', 'nope', '='],
  ['create --alias a --tag =v', '=v', 'no key'],
  ['create --alias a --tag A=1 --tag A=2', 'A', 'twice'],
  ["create --alias a --tag 'A=b!'", '!', 'allowed'],
  [`create --alias a --tag A=${'v'.repeat(257)}`, '257', '256'],
  [`create --alias a --tag ${'k'.repeat(129)}=v`, '129', '128'],
  [`create --alias a --description ${'d'.repeat(8193)}`, '8193', '8192'],
  ['create --alias a --rotation-period-days 89', '89', '90 to 2560'],
  ['create --alias a --rotation-period-days 2561', '2561', '90 to 2560'],
  ['create --alias a --rotation-period-days 1.5', '1.5', 'whole number'],
  ['create --alias a --admin nobody', 'nobody', 'ARN'],
  ['create --alias a --policy FILE --admin root', '--policy', '--admin'],
  ['create --alias a --policy FILE --service s3', '--policy', '--service'],
  ['create --alias a --no-admin-delete', '--no-admin-delete', '--admin'],
  ['create --alias a --account 4444', '4444', '12 digits'],
  ['create --alias a --service lamda', 'lamda', 'choose one of autoscaling'],
  ['create --alias a --service dnssec', 'dnssec', '--spec ECC_NIST_P256'],
  ['create --alias a --spec HMAC_256 --service logs', 'logs', '--spec SYMMETRIC_DEFAULT'],
  ['create --alias a --disabled --guardrails', '--disabled', '--guardrails'],
  ['policy build --service sns', 'sns', '--service sns=arn:aws:s3:::'],
  ['policy build --service s3=bucket', 'bucket', 'ARN'],
  ['create --alias a --policy nowhere.json', 'nowhere.json', 'does not exist'],
  ['create --alias a --policy .', 'policy file .', 'EISDIR'],
  ['rotation enable app --period-days 89', '89', '90 to 2560'],
  ['rotation enable app --period-days 2561', '2561', '90 to 2560'],
  ['rotation enable app --period-days many', 'many', 'whole number'],
  ['deletion schedule app --days 6', '6 days', '7 to 30'],
  ['deletion schedule app --days 31', '31 days', '7 to 30'],
  ['deletion schedule app --days -7', '-7', '7 to 30'],
  ['deletion schedule app --days 7d', '7d', 'whole number'],
  ['alias create aws/mine app', 'alias/aws/mine', 'reserved for AWS'],
  ['alias update alias/aws/s3 app --yes', 'alias/aws/s3', 'reserved for AWS'],
  ['alias delete alias/aws/s3 --yes', 'alias/aws/s3', 'reserved for AWS'],
  ["describe 'a b'", 'a b', 'only letters'],
  ['describe arn:aws:s3:::bucket', 'arn:aws:s3:::bucket', 'not of kms'],
  ['describe arn:aws:kms:us-east-1:1:key/x', 'arn:aws:kms:us-east-1:1:key/x', 'no complete ARN'],
  [
    'describe arn:aws:kms:eu-west-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    'eu-west-1',
    'us-east-1',
  ],
  ['list --state Gone', 'Gone', 'Enabled'],
  ['list --manager mine', 'mine', 'customer'],
  ['list --spec AES', 'AES', 'SYMMETRIC_DEFAULT'],
  ['list --tag nope', 'nope', '='],
  ['list --region Frankfurt', 'Frankfurt', "a Region's name"],
]

const TITLED = CASES.map(([line, value, rule]) => [line.slice(0, 70), line, value, rule] as const)

async function lineAt(url: string, line: string) {
  const type = shell(CREDENTIALS)
  const policy = join(type.directory, 'policy.json')
  writeFileSync(policy, '{}')
  const full = `${line.replace('FILE', policy)} --endpoint-url ${url}`
  return { type, full }
}

describe('bad input ends with 2 and one line, and nothing is sent (contract 6.6)', () => {
  test.each(TITLED)('%s', async (_title, line, value, rule) => {
    const { url, seen } = await endpoint()
    const { type, full } = await lineAt(url, line)
    const ran = await type(full)
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' })
    const { error } = told(ran.stderr)
    expect(error).toContain(value)
    expect(error).toContain(rule)
    expect(error.length).toBeLessThan(600)
    expect(seen).toEqual([])
    expect(failure(await type(`${full} --json`), 2)).toMatchObject({ code: 'Usage' })
    expect(seen).toEqual([])
  })

  test.each([
    ['{"Version": "2012-10-17"', 'JSON'],
    ['[]', 'object'],
    ['"text"', 'object'],
    ['', 'empty'],
    ['{"Version":"2012-10-17","Statement":[{"Sid":"caf\u0001e"}]}', 'U+0001'],
    ['{"Version":"2012-10-17","Statement":[{"Sid":"☃"}]}', 'U+2603'],
  ])('a policy file with %j', async (text, rule) => {
    const { url, seen } = await endpoint()
    const type = shell(CREDENTIALS)
    const file = join(type.directory, 'policy.json')
    writeFileSync(file, text)
    const ran = await type(`create --alias a --policy ${file} --endpoint-url ${url}`)
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' })
    expect(told(ran.stderr).error).toContain('policy.json')
    expect(told(ran.stderr).error).toContain(rule)
    expect(seen).toEqual([])
  })

  test('a policy from standard input is named so', async () => {
    const { url, seen } = await endpoint()
    const type = shell(CREDENTIALS)
    const ran = await type(`create --alias a --policy - --endpoint-url ${url}`, { stdin: 'no' })
    expect(ran.exitCode).toBe(2)
    expect(told(ran.stderr).error).toContain('standard input is not JSON')
    expect(seen).toEqual([])
  })

  test('an ARN of another account: only STS is asked who the caller is', async () => {
    const { url, seen } = await endpoint()
    const type = shell(CREDENTIALS)
    const arn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
    const ran = await type(`disable ${arn} --yes --json --endpoint-url ${url}`)
    expect(failure(ran, 2).message).toMatch(/111122223333.*000000000000/)
    expect(seen).toEqual(['GetCallerIdentity'])
  })

  test.each([
    ['nonsense', 'no http or https URL'],
    ['ftp://127.0.0.1', 'no http or https URL'],
  ])('--endpoint-url %s', async (given, rule) => {
    const ran = await shell(CREDENTIALS)(`list --json --endpoint-url ${given}`)
    expect(failure(ran, 2).message).toContain(rule)
  })

  test('no Region (the SDK is never asked)', async () => {
    const type = shell({})
    vi.stubEnv('AWS_CONFIG_FILE', join(type.directory, 'config'))
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(type.directory, 'credentials'))
    const ran = await type('list --json --endpoint-url http://127.0.0.1:9')
    expect(failure(ran, 2)).toMatchObject({ code: 'NoRegion', message: 'no region is configured' })
  })
})

describe('plain http outside loopback is refused before anything is sent (contract 6.10)', () => {
  test.each(['http://kms.example.com', 'http://192.0.2.1:8080', 'http://127.0.0.1.example.com'])(
    '%s: 5',
    async (url) => {
      const type = shell(CREDENTIALS)
      const error = failure(await type(`create --alias a --json --endpoint-url ${url}`), 5)
      expect(error.code).toBe('InsecureEndpoint')
      expect(error.hints.join('\n')).toContain('--allow-insecure-endpoint')
    },
  )
})
