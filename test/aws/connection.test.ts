/** Region, endpoint and clients (contract 2 and 6.10). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListKeysCommand } from '@aws-sdk/client-kms'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ENDLESS } from '../../src/lib/aws/call/run-signals.js'
import { type ConnectionOptions, callerIdentity, connect } from '../../src/lib/aws/connection.js'
import { inProcessHandler, Sandbox } from '../../src/lib/sandbox/index.js'
import { failure } from '../kms/support.js'
import { environment, scriptedWire, server, wired } from './support.js'

/** A connection as the command line makes one, with an environment of the test's own. */
async function connected(
  variables: Record<string, string | undefined> = {},
  options: Partial<ConnectionOptions> = {},
) {
  environment(variables)
  const connection = await connect({ env: process.env, lifeline: ENDLESS, ...options })
  onTestFinished(() => connection.close())
  return connection
}

/** A configuration file with a profile in it. */
function configured(text: string): Record<string, string> {
  const directory = mkdtempSync(join(tmpdir(), 'kmsctl-aws-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const AWS_CONFIG_FILE = join(directory, 'config')
  writeFileSync(AWS_CONFIG_FILE, text)
  return { AWS_CONFIG_FILE }
}

describe('the Region: --region, AWS_REGION, AWS_DEFAULT_REGION, the profile', () => {
  it.each([
    ['--region before all', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-west-1'],
    ['AWS_REGION before AWS_DEFAULT_REGION', undefined, 'eu-west-2', 'eu-west-3', 'eu-west-2'],
    ['AWS_DEFAULT_REGION, as the AWS CLI', undefined, undefined, 'eu-west-3', 'eu-west-3'],
    ['an empty AWS_REGION is none', undefined, '', 'eu-west-3', 'eu-west-3'],
  ])('%s', async (_name, region, AWS_REGION, AWS_DEFAULT_REGION, expected) => {
    const connection = await connected({ AWS_REGION, AWS_DEFAULT_REGION }, { region })
    expect(connection.region).toBe(expected)
    expect(await connection.kms.config.region()).toBe(expected)
  })

  it('the profile’s, of the one in force or the one named', async () => {
    const file = configured(
      '[default]\nregion = ap-south-1\n[profile other]\nregion = us-gov-west-1\n',
    )
    expect((await connected(file)).region).toBe('ap-south-1')
    expect((await connected(file, { profile: 'other' })).region).toBe('us-gov-west-1')
    expect((await connected({ ...file, AWS_PROFILE: 'other' })).region).toBe('us-gov-west-1')
  })

  it('none is NoRegion: 2, and says where to put one', async () => {
    const error = await failure(connected())
    expect(error).toMatchObject({ code: 'NoRegion', exitCode: 2 })
    expect(error.hints.join()).toContain('--region')
  })

  it.each([
    'eu-west',
    'EU-WEST-1',
    'eu-west-1.evil.com',
    'eu west 1',
    '-1',
    'eu-west-1\n',
    'evil.com/x#-1',
  ])('%j is no Region’s name: 2 (constraints: the model’s pattern)', async (region) => {
    expect(await failure(connected({}, { region }))).toMatchObject({ code: 'Usage', exitCode: 2 })
    expect(await failure(connected({ AWS_REGION: region }))).toMatchObject({ exitCode: 2 })
  })

  it('an empty --region is a mistake, not a reason to use another one', async () => {
    expect(await failure(connected({ AWS_REGION: 'eu-west-1' }, { region: '' }))).toMatchObject({
      code: 'Usage',
    })
  })

  it.each([
    'us-east-1',
    'us-gov-east-1',
    'cn-north-1',
    'us-iso-east-1',
    'mx-central-1',
    'eusc-de-east-1',
  ])('%s is one', async (region) => {
    expect((await connected({}, { region })).region).toBe(region)
  })

  it('the embedded KMS is in us-east-1 unless told otherwise', async () => {
    const sandbox = inProcessHandler(Sandbox.inMemory()) as never
    expect((await connect({ env: {}, lifeline: ENDLESS, sandbox })).region).toBe('us-east-1')
    const env = { AWS_REGION: 'eu-west-1' }
    expect((await connect({ env, lifeline: ENDLESS, sandbox })).region).toBe('eu-west-1')
  })
})

const region = 'eu-west-1'

describe('the endpoint', () => {
  it.each(['http://kms.example.com', 'http://10.0.0.1:4566', 'http://localhost.example.com'])(
    '--endpoint-url %s is plain http and not loopback: 5 (contract 6.10)',
    async (endpointUrl) => {
      expect(await failure(connected({}, { region, endpointUrl }))).toMatchObject({
        code: 'InsecureEndpoint',
        exitCode: 5,
      })
      await connected({}, { region, endpointUrl, allowInsecureEndpoint: true })
    },
  )

  it.each(['', 'kms.example.com', 'ftp://kms.example.com', 'http://', '//x'])(
    '--endpoint-url %j is no URL: 2',
    async (endpointUrl) => {
      expect(await failure(connected({}, { region, endpointUrl }))).toMatchObject({
        code: 'Usage',
        exitCode: 2,
      })
    },
  )

  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_KMS'])(
    '%s with plain http outside loopback is refused, too, before anything is sent',
    async (name) => {
      const { kms } = await connected({ [name]: 'http://kms.example.com' }, { region })
      expect(await failure(kms.send(new ListKeysCommand({})))).toMatchObject({
        code: 'InsecureEndpoint',
        exitCode: 5,
      })
    },
  )

  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_KMS'])(
    '%s is used, and named as custom',
    async (name) => {
      const { url, targets } = await server((_request, response) => response.end('{"Keys":[]}'))
      const connection = await connected({ [name]: url }, { region })
      await connection.kms.send(new ListKeysCommand({}))
      expect(targets).toEqual(['ListKeys'])
      expect(await connection.customEndpoint()).toBe(url)
    },
  )

  it('--endpoint-url goes before the environment, and is named', async () => {
    const { url, targets } = await server((_request, response) => response.end('{"Keys":[]}'))
    const variables = { AWS_ENDPOINT_URL_KMS: 'http://127.0.0.1:1' }
    const connection = await connected(variables, { region, endpointUrl: `${url}/path` })
    await connection.kms.send(new ListKeysCommand({}))
    expect(targets).toHaveLength(1)
    expect(await connection.customEndpoint()).toBe(url)
  })

  it('AWS’s own endpoint is no custom one; the embedded KMS has none', async () => {
    expect(await (await connected({}, { region })).customEndpoint()).toBeNull()
    const { wire } = scriptedWire(() => ({}))
    expect(await (await wired(wire)).customEndpoint()).toBeNull()
  })
})

describe('STS', () => {
  /** The host that STS is asked at. */
  async function stsHost(endpointUrl: string | undefined, variables = {}) {
    const connection = await connected(variables, { region, endpointUrl })
    const { config } = await connection.sts()
    const resolved = await config.endpoint?.()
    return resolved?.hostname ?? null
  }

  it.each([
    'https://kms.eu-west-1.amazonaws.com',
    'https://kms-fips.us-gov-west-1.amazonaws.com',
    'https://kms.eu-west-1.api.aws',
    'https://kms-fips.eu-west-1.api.aws',
    'https://kms.cn-north-1.amazonaws.com.cn',
    'https://kms.cn-north-1.api.amazonwebservices.com.cn',
    'https://vpce-0123-abc.kms.eu-west-1.vpce.amazonaws.com',
    'https://vpce-0123-abc-eu-west-1a.kms.eu-west-1.vpce.amazonaws.com',
  ])('%s is KMS’s own: STS is asked where it always is', async (endpointUrl) => {
    expect(await stsHost(endpointUrl)).toBeNull()
  })

  it.each([
    'https://kms.example.com',
    'http://127.0.0.1:4566',
    'https://kms.amazonaws.com.evil.com',
    'https://notkms.eu-west-1.amazonaws.com',
  ])('%s answers for STS, too', async (endpointUrl) => {
    expect(await stsHost(endpointUrl)).toBe(new URL(endpointUrl).hostname)
  })

  it('is made once, and answers who the caller is', async () => {
    const sandbox = inProcessHandler(Sandbox.inMemory()) as never
    const connection = await connect({ env: {}, lifeline: ENDLESS, sandbox })
    expect(connection.sts()).toBe(connection.sts())
    expect(await callerIdentity(connection)).toMatchObject({
      accountId: '000000000000',
      partition: 'aws',
    })
  })

  it('an answer without an account is a bad response', async () => {
    const body = '<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>'
    const { wire } = scriptedWire(() => ({ body }))
    expect(await failure(callerIdentity(await wired(wire)))).toMatchObject({
      code: 'BadResponse',
      exitCode: 1,
    })
  })
})

describe('credentials', () => {
  it('none is NoCredentials: 4, and nothing is sent', async () => {
    const { url, targets } = await server((_request, response) => response.end('{}'))
    const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }
    const { kms } = await connected(none, { region, endpointUrl: url })
    const { explain } = await import('../../src/lib/aws/call/errors.js')
    const error = await kms.send(new ListKeysCommand({})).catch(explain)
    expect(error).toMatchObject({ code: 'NoCredentials', exitCode: 4 })
    expect(targets).toEqual([])
  })

  it('a profile that does not exist is 4 and named', async () => {
    const { url } = await server((_request, response) => response.end('{}'))
    const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }
    const { kms } = await connected(none, { region, endpointUrl: url, profile: 'nobody' })
    const { explain } = await import('../../src/lib/aws/call/errors.js')
    const error = await kms.send(new ListKeysCommand({})).catch(explain)
    expect(error).toMatchObject({ exitCode: 4 })
  })
})
