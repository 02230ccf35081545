/** CA bundles, endpoints, FIPS and dual-stack as files and variables name them; what is said of each. */
import { join } from 'node:path'
import { ListKeysCommand } from '@aws-sdk/client-kms'
import { describe, expect, it, onTestFinished } from 'vitest'
import { explain } from '../../../src/lib/aws/call/errors.js'
import { ENDLESS } from '../../../src/lib/aws/call/run-signals.js'
import { type ConnectionOptions, callerIdentity, connect } from '../../../src/lib/aws/connection.js'
import { inProcessHandler, Sandbox } from '../../../src/lib/sandbox/index.js'
import { awsHome, services } from '../../support/aws-world.js'
import { authority } from '../../support/network/certificates.js'
import { tlsServer } from '../../support/network/network.js'

const KEYS = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 's', AWS_REGION: 'eu-west-1' }

async function connected(
  config: string,
  variables: Record<string, string | undefined> = {},
  options: Partial<ConnectionOptions> = {},
) {
  const files = {
    '.aws/config': config,
    '.aws/credentials': '[p]\naws_access_key_id = AKIDP\naws_secret_access_key = s\n',
  }
  awsHome(files, { ...KEYS, ...variables })
  const connection = await connect({ env: process.env, lifeline: ENDLESS, ...options })
  onTestFinished(() => connection.close())
  return connection
}

describe('CA bundle', () => {
  const CA = authority('kmsctl test CA')
  const file = (text: string) => join(awsHome({ pem: text }).directory, 'pem')
  const tls = async () => {
    const port = await tlsServer(CA.issue('localhost'), (_request, response) =>
      response.end('{"Keys":[]}'),
    )
    return `https://localhost:${port}`
  }

  it.each([
    ['AWS_CA_BUNDLE', (pem: string) => ['', { AWS_CA_BUNDLE: pem }]],
    ['the profile’s ca_bundle', (pem: string) => [`[profile p]\nca_bundle = ${pem}\n`, {}]],
    [
      'AWS_CA_BUNDLE before ca_bundle',
      (pem: string) => ['[profile p]\nca_bundle = /nonexistent\n', { AWS_CA_BUNDLE: pem }],
    ],
  ] as const)('%s', async (_name, make) => {
    const [config, env] = make(file(CA.cert)) as [string, Record<string, string>]
    const endpointUrl = await tls()
    const { kms } = await connected(config, env, { profile: 'p', endpointUrl })
    expect(await kms.send(new ListKeysCommand({}))).toMatchObject({ Keys: [] })
  })

  it('without one the server is not trusted: 9', async () => {
    const { kms } = await connected('', {}, { endpointUrl: await tls() })
    const error = await kms.send(new ListKeysCommand({})).then(() => undefined, explain)
    expect(error).toMatchObject({ code: 'Unreachable', exitCode: 9 })
    expect(error?.hints.join()).toMatch(/AWS_CA_BUNDLE=FILE.*NODE_EXTRA_CA_CERTS=FILE/)
  })

  it('with one a certificate for another host is not trusted: 9', async () => {
    const url = (await tls()).replace('localhost', '127.0.0.1')
    const { kms } = await connected('', { AWS_CA_BUNDLE: file(CA.cert) }, { endpointUrl: url })
    const error = await kms.send(new ListKeysCommand({})).then(() => undefined, explain)
    expect(error).toMatchObject({ code: 'Unreachable', exitCode: 9 })
  })

  it.each([
    ['/nonexistent/ca.pem', 'does not exist'],
    ['/', 'cannot be read'],
  ])('%s: 2', async (path, words) => {
    const connecting = connected('', { AWS_CA_BUNDLE: path })
    await expect(connecting).rejects.toMatchObject({ code: 'Usage', exitCode: 2 })
    await expect(connecting).rejects.toThrow(words)
  })

  it.each([
    ['no certificate', 'hello'],
    ['a broken one', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('a file with %s: 2', async (_name, text) => {
    const connecting = connected(`[profile p]\nca_bundle = ${file(text)}\n`, {}, { profile: 'p' })
    await expect(connecting).rejects.toMatchObject({ code: 'Usage', exitCode: 2 })
    await expect(connecting).rejects.toThrow('ca_bundle of profile p')
  })
})

describe('endpoints', () => {
  const A = 'https://a.example'
  const B = 'https://b.example'
  const services = (kms: string) =>
    `[profile p]\nservices = s\nendpoint_url = ${B}\n[services s]\nkms =\n  endpoint_url = ${kms}\n`

  it.each([
    [
      'AWS_ENDPOINT_URL_KMS',
      '',
      { AWS_ENDPOINT_URL_KMS: A, AWS_ENDPOINT_URL: B },
      A,
      'AWS_ENDPOINT_URL_KMS',
    ],
    ['AWS_ENDPOINT_URL before files', services(B), { AWS_ENDPOINT_URL: A }, A, 'AWS_ENDPOINT_URL'],
    ['a services section', services(A), {}, A, 'services s of profile p'],
    ['endpoint_url', `[profile p]\nendpoint_url = ${A}\n`, {}, A, 'endpoint_url of profile p'],
    [
      'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
      services(A),
      { AWS_ENDPOINT_URL: B, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      'https://kms.eu-west-1.amazonaws.com',
      'AWS',
    ],
    [
      'ignore_configured_endpoint_urls',
      `[profile p]\nendpoint_url = ${A}\nignore_configured_endpoint_urls = true\n`,
      { AWS_ENDPOINT_URL: B },
      'https://kms.eu-west-1.amazonaws.com',
      'AWS',
    ],
    ['nothing', '[profile p]\n', {}, 'https://kms.eu-west-1.amazonaws.com', 'AWS'],
    [
      'AWS_USE_FIPS_ENDPOINT',
      '',
      { AWS_USE_FIPS_ENDPOINT: 'true' },
      'https://kms-fips.eu-west-1.amazonaws.com',
      'AWS',
    ],
    [
      'use_fips_endpoint',
      '[profile p]\nuse_fips_endpoint = true\n',
      {},
      'https://kms-fips.eu-west-1.amazonaws.com',
      'AWS',
    ],
    [
      'AWS_USE_DUALSTACK_ENDPOINT',
      '',
      { AWS_USE_DUALSTACK_ENDPOINT: 'true' },
      'https://kms.eu-west-1.api.aws',
      'AWS',
    ],
    [
      'use_dualstack_endpoint',
      '[profile p]\nuse_dualstack_endpoint = true\n',
      {},
      'https://kms.eu-west-1.api.aws',
      'AWS',
    ],
    ['China', '', { AWS_REGION: 'cn-north-1' }, 'https://kms.cn-north-1.amazonaws.com.cn', 'AWS'],
  ])('%s', async (_name, config, env, url, source) => {
    for (const chosen of [
      { options: { profile: 'p' }, env: {} },
      { options: {}, env: { AWS_PROFILE: 'p' } },
    ]) {
      const connection = await connected(config, { ...env, ...chosen.env }, chosen.options)
      expect(await connection.endpoint()).toBe(url)
      expect((await connection.sources()).endpoint).toBe(source)
      expect(await connection.customEndpoint()).toBe(source === 'AWS' ? null : url)
    }
  })

  it('--endpoint-url goes before them all', async () => {
    const env = { AWS_ENDPOINT_URL_KMS: B, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }
    const connection = await connected('', env, { endpointUrl: `${A}/path` })
    expect(await connection.endpoint()).toBe(A)
    expect((await connection.sources()).endpoint).toBe('--endpoint-url')
  })

  it('STS has its own: AWS_ENDPOINT_URL_STS and the section’s sts', async () => {
    const { connection, remote } = await withServices((url) => [
      `[profile p]\nservices = s\n[services s]\nsts =\n  endpoint_url = ${url}\n`,
      {},
    ])
    await callerIdentity(connection)
    expect(remote.operations()).toEqual(['GetCallerIdentity'])
    expect(await connection.customEndpoint()).toBeNull()
  })

  async function withServices(make: (url: string) => [string, Record<string, string>]) {
    const remote = await startServices()
    const [config, env] = make(remote.url)
    return { remote, connection: await connected(config, env, { profile: 'p' }) }
  }

  it('a services section that is not there is 2, and nothing goes to AWS instead', async () => {
    const connecting = connected('[profile p]\nservices = typo\n', {}, { profile: 'p' })
    await expect(connecting).rejects.toMatchObject({ code: 'Usage', exitCode: 2 })
    await expect(connecting).rejects.toThrow('services typo')
  })

  it.each(['kms.example.com', 'ftp://x', 'http://'])('%j is no URL: 2', async (url) => {
    const connecting = connected('', { AWS_ENDPOINT_URL_KMS: url })
    await expect(connecting).rejects.toMatchObject({ code: 'Usage', exitCode: 2 })
    await expect(connecting).rejects.toThrow('AWS_ENDPOINT_URL_KMS')
  })

  it('FIPS together with an endpoint of one’s own is 2', async () => {
    const env = { AWS_USE_FIPS_ENDPOINT: 'true', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }
    const { kms } = await connected('', env)
    const error = await kms.send(new ListKeysCommand({})).then(() => undefined, explain)
    expect(error).toMatchObject({ code: 'Usage', exitCode: 2 })
  })
})

const startServices = services

describe('sources', () => {
  it.each([
    ['--region', { region: 'us-west-2' }, {}, 'us-west-2'],
    ['AWS_REGION', {}, {}, 'eu-west-1'],
    ['AWS_DEFAULT_REGION', {}, { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-3' }, 'eu-west-3'],
    ['profile p', { profile: 'p' }, { AWS_REGION: undefined }, 'ap-south-1'],
  ])('of the Region: %s', async (source, options, env, region) => {
    const connection = await connected('[profile p]\nregion = ap-south-1\n', env, options)
    expect(connection.region).toBe(region)
    expect((await connection.sources()).region).toBe(source)
  })

  it('of everything, where nothing is named but by variables', async () => {
    const connection = await connected('')
    expect(connection.profile).toBeNull()
    expect(await connection.sources()).toEqual({
      region: 'AWS_REGION',
      profile: 'default',
      credentials: 'environment',
      endpoint: 'AWS',
    })
  })

  it('of the embedded KMS', async () => {
    awsHome({}, { AWS_PROFILE: 'ignored', AWS_ENDPOINT_URL: 'no URL', AWS_CA_BUNDLE: '/ignored' })
    const sandbox = inProcessHandler(Sandbox.inMemory()) as never
    const connection = await connect({ env: process.env, lifeline: ENDLESS, sandbox })
    expect(await connection.endpoint()).toBe('sandbox')
    expect(connection.profile).toBeNull()
    expect(await connection.sources()).toEqual({
      region: 'default of the sandbox',
      profile: 'default',
      credentials: 'sandbox',
      endpoint: 'sandbox',
    })
  })
})
