import { CreateGrantCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms'
import { beforeEach, expect, test, vi } from 'vitest'
import { document, failure } from '../support/documents.js'
import { endpoint } from '../support/network/endpoint.js'
import { CREDENTIALS } from '../support/run/binary.js'
import { preparedShell, shell } from '../support/run/shell.js'

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' }

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', KEYS.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', KEYS.secretAccessKey)
})

/** A key that the SDK has used and granted, and a shell that reaches it. */
async function usedKey() {
  const { url, sandbox } = await endpoint()
  const bare = shell(CREDENTIALS)
  const now = { value: new Date() }
  const type = (line: string) => bare(`${line} --endpoint-url ${url}`, { now: () => now.value })
  const { keyId } = document(await type('create --alias app --json')).key
  const client = new KMSClient({ endpoint: url, region: 'us-east-1', credentials: KEYS })
  await client.send(new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.from('x') }))
  const advance = async (days: number) => {
    await sandbox.advance(days * 86_400_000)
    now.value = await sandbox.now()
  }
  return { type, keyId, client, advance }
}

test('a key used within the last 30 days is refused unless --allow-recent-use (contract 6.4)', async () => {
  const { type, keyId } = await usedKey()
  expect(document(await type('deletion check app --json'))).toMatchObject({
    verdict: 'unsafe',
    key: { lastUsage: { status: 'used', operation: 'Encrypt' } },
  })
  const error = failure(await type(`deletion schedule app --confirm ${keyId} --json`), 5)
  expect(error.code).toBe('RecentlyUsed')
  expect(error.hints.join('\n')).toContain('--allow-recent-use')
  expect(document(await type('describe app --json')).keyState).toBe('Enabled')
  const line = `deletion schedule app --confirm ${keyId} --allow-recent-use --json`
  expect(document(await type(line))).toMatchObject({ changed: true })
})

test('a key used longer ago is not refused, but not called safe either (contract 6.4)', async () => {
  const { type, keyId, advance } = await usedKey()
  await advance(31)
  expect(document(await type('deletion check app --json')).verdict).toBe('unknown')
  const ran = await type(`deletion schedule app --confirm ${keyId} --json`)
  expect(document(ran)).toMatchObject({ changed: true })
})

test('grants speak against a deletion and are shown before it is confirmed (contract 6.4)', async () => {
  const { type, keyId, client, advance } = await usedKey()
  const GranteePrincipal = 'arn:aws:iam::000000000000:role/app'
  const grant = { KeyId: keyId, GranteePrincipal, Operations: ['Decrypt' as const], Name: 'one' }
  await client.send(new CreateGrantCommand(grant))
  await advance(31)
  const check = document(await type('deletion check app --json'))
  expect(check).toMatchObject({ verdict: 'unsafe', key: { grants: { count: 1, more: false } } })
  const ran = await type(`deletion schedule app --confirm ${keyId}`)
  expect(ran.exitCode).toBe(0)
  expect(ran.stderr).toMatch(/^Grants +1$/m)
})

test('a warning is a line on stderr for people, and in the result under --json', async () => {
  const type = await preparedShell()
  await type('deletion schedule app --days 7 --confirm {app}')
  const ran = await type('deletion schedule app --days 30')
  expect(ran).toMatchObject({ exitCode: 0 })
  expect(ran.stderr).toMatch(/^warning: the deletion stays on /m)
  expect(ran.stdout).not.toContain('warning')
  const inJson = await type('deletion schedule app --days 30 --json')
  expect(document(inJson).warnings).toHaveLength(1)
  expect(inJson.stderr).not.toContain('warning')
})

test('a deletion comes due as the sandbox’s clock moves on (contract 7)', async () => {
  const type = await preparedShell()
  await type('deletion schedule app --days 7 --confirm {app}')
  await type('sandbox advance --days 6')
  expect(await type('describe app')).toMatchObject({ exitCode: 0 })
  await type('sandbox advance --days 1')
  expect(failure(await type('describe {app} --json'), 3).code).toBe('NotFoundException')
  expect(document(await type('list --json')).keys).toHaveLength(1)
})

test.each([
  ['sandbox advance --days 0', 'days 0 is outside 1 to 36500'],
  ['sandbox advance --days -1', 'days -1 is outside 1 to 36500'],
  ['sandbox advance --days 36501', 'days 36501 is outside 1 to 36500'],
  ['sandbox serve --port 65536', 'port 65536 is outside 0 to 65535'],
  ['sandbox serve --port -1', 'port -1 is outside 0 to 65535'],
])('%s is 2', async (line, message) => {
  const type = await preparedShell()
  const before = type.sandboxBytes()
  expect(failure(await type(`${line} --json`), 2).message).toContain(message)
  expect(type.sandboxBytes()).toBe(before)
})
