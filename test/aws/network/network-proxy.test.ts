/** Which proxy a request goes through, and what kmsctl says of one that does not work. */
import { createHash } from 'node:crypto'
import dns from 'node:dns'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateKeyCommand, ListKeysCommand } from '@aws-sdk/client-kms'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { effectOf, explain } from '../../../src/lib/aws/call/errors.js'
import { ENDLESS } from '../../../src/lib/aws/call/run-signals.js'
import { type ConnectionOptions, callerIdentity, connect } from '../../../src/lib/aws/connection.js'
import { proxyFor } from '../../../src/lib/aws/network/proxy.js'
import type { KmsctlError } from '../../../src/lib/errors.js'
import { awsHome, inAnHour, services } from '../../support/aws-world.js'
import { authority } from '../../support/network/certificates.js'
import { type ProxyOptions, proxy, tlsServer } from '../../support/network/network.js'

describe('which proxy', () => {
  const target = (url: string) => {
    const { protocol, hostname, port } = new URL(url)
    return { protocol, hostname, port: port === '' ? undefined : Number(port) }
  }
  const through = (url: string, env: Record<string, string>) => {
    const found = proxyFor(target(url), env)
    return found && `${found.url.origin} by ${found.variable}`
  }
  const KMS = 'https://kms.eu-west-1.amazonaws.com'

  it.each([
    [KMS, { HTTPS_PROXY: 'http://p:3128' }, 'http://p:3128 by HTTPS_PROXY'],
    [KMS, { HTTPS_PROXY: 'http://p:1', https_proxy: 'http://q:2' }, 'http://q:2 by https_proxy'],
    [KMS, { HTTPS_PROXY: 'http://p:1', https_proxy: '' }, undefined],
    [KMS, { HTTP_PROXY: 'http://p:1', ALL_PROXY: 'http://p:1' }, undefined],
    ['http://kms.example.com', { HTTP_PROXY: 'http://p:1' }, 'http://p:1 by HTTP_PROXY'],
    ['http://kms.example.com', { http_proxy: 'http://p:1' }, 'http://p:1 by http_proxy'],
    ['http://kms.example.com', { HTTPS_PROXY: 'http://p:1' }, undefined],
    [KMS, { HTTPS_PROXY: 'p.example.com:3128' }, 'http://p.example.com:3128 by HTTPS_PROXY'],
    [KMS, { HTTPS_PROXY: 'https://p.example.com' }, 'https://p.example.com by HTTPS_PROXY'],
    [KMS, { HTTPS_PROXY: 'http://[::1]:3128' }, 'http://[::1]:3128 by HTTPS_PROXY'],
  ])('%s with %j: %s', (url, env, expected) => {
    expect(through(url, env as Record<string, string>)).toBe(expected)
  })

  it.each([
    'https://localhost:4566',
    'https://127.0.0.1',
    'https://[::1]:8080',
    'http://169.254.169.254',
    'http://169.254.170.2',
    'http://169.254.170.23',
    'http://[fd00:ec2::254]',
    'http://[fd00:ec2::23]',
  ])('%s: none, it is this machine or its metadata', (url) => {
    const all = { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://p:1' }
    expect(through(url, all)).toBeUndefined()
  })

  it.each([
    ['*', true],
    ['kms.eu-west-1.amazonaws.com', true],
    ['KMS.eu-west-1.AMAZONAWS.com.', true],
    ['amazonaws.com', true],
    ['.amazonaws.com', true],
    ['*.amazonaws.com', true],
    ['a.com, amazonaws.com', true],
    ['a.com amazonaws.com', true],
    ['amazonaws.com:443', true],
    ['amazonaws.com:8443', false],
    ['azonaws.com', false],
    ['eu-west-1.amazonaws.com.evil.com', false],
    ['10.0.0.0/8', false],
    ['', false],
    [',', false],
    ['.', false],
  ])('NO_PROXY %j for KMS: %s', (NO_PROXY, direct) => {
    expect(through(KMS, { HTTPS_PROXY: 'http://p:1', NO_PROXY }) === undefined).toBe(direct)
    const lower = { HTTPS_PROXY: 'http://p:1', no_proxy: NO_PROXY, NO_PROXY: direct ? '' : '*' }
    expect(through(KMS, lower) === undefined).toBe(direct)
  })

  it.each([
    ['https://10.1.2.3', '10.0.0.0/8', true],
    ['https://10.1.2.3', '10.1.2.3', true],
    ['https://10.1.2.3:8443', '10.1.2.3:8443', true],
    ['https://10.1.2.3', '10.1.2.3/33', false],
    ['https://11.1.2.3', '10.0.0.0/8', false],
    ['https://110.1.2.3', '10.1.2.3', false],
    ['https://[fd00::1]', 'fd00::/8', true],
    ['https://[fd00::1]', '[fd00:0::1]', true],
    ['https://[fd00::1]:8443', '[fd00::1]:8443', true],
    ['https://[fd00::1]', '[fd00::1]:8443', false],
    ['https://[fd00::1]', '10.0.0.0/8', false],
  ])('%s with NO_PROXY %j: %s', (url, NO_PROXY, direct) => {
    expect(through(url, { HTTPS_PROXY: 'http://p:1', NO_PROXY }) === undefined).toBe(direct)
  })

  it.each(['socks5://u:canary@p:1', 'http://u:canary@', 'http://u:canary@p:notaport', 'ftp://p'])(
    'a value that is none is 2, and never quoted',
    (HTTPS_PROXY) => {
      const error = failureOf(() => through(KMS, { HTTPS_PROXY }))
      expect(error).toMatchObject({ code: 'Usage', exitCode: 2 })
      expect(error.message).toContain('HTTPS_PROXY')
      expect(error.message).not.toContain('canary')
    },
  )
})

function failureOf(act: () => unknown) {
  try {
    act()
  } catch (error) {
    return explain(error)
  }
  throw new Error('there was no failure')
}

const CA = authority('kmsctl test CA')
const HOSTS = { kms: 'kms.eu-west-1.amazonaws.com', sts: 'sts.eu-west-1.amazonaws.com' }

/** AWS on loopback, with certificates of a CA of its own, behind a proxy. */
async function behindProxy(
  proxyOptions: Partial<ProxyOptions> = {},
  env: Record<string, string> = {},
  options: Partial<ConnectionOptions> = {},
) {
  const seen: string[] = []
  const served = CA.issue(...Object.values(HOSTS))
  const port = await tlsServer(served, (request, response) => {
    seen.push(String(request.headers['x-amz-target'] ?? request.url))
    for (const name of ['proxy-authorization', 'via']) expect(request.headers[name]).toBeUndefined()
    if (request.headers['x-amz-target'] !== undefined) {
      response.end('{"Keys":[]}')
      return
    }
    response.setHeader('content-type', 'text/xml')
    response.end(
      '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/a</Arn><UserId>A</UserId><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
    )
  })
  const ports = { [HOSTS.kms]: port, [HOSTS.sts]: port }
  const through = await proxy({ ports, ...proxyOptions })
  const home = awsHome(
    { 'ca.pem': CA.cert },
    { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 's', AWS_REGION: 'eu-west-1' },
  )
  const scheme = proxyOptions.certified === undefined ? 'http' : 'https'
  const lines: string[] = []
  const connection = await connect({
    env: {
      ...process.env,
      HTTPS_PROXY: `${scheme}://127.0.0.1:${through.port}`,
      AWS_CA_BUNDLE: join(home.directory, 'ca.pem'),
      ...env,
    },
    lifeline: ENDLESS,
    trace: (line) => lines.push(line),
    ...options,
  })
  onTestFinished(() => connection.close())
  return {
    ...through,
    seen,
    lines,
    home,
    connection,
    /** How a change fails: it certainly had no effect, and was tried once. */
    async failure() {
      const error = await connection.kms.send(new CreateKeyCommand({})).catch((e) => e)
      expect(effectOf(error)).toBe('none')
      const told = explain(error)
      expect([told.message, ...told.hints, ...lines].join('\n')).not.toMatch(/canary|forged/)
      expect(told.message).not.toMatch(/\n/)
      return told
    },
  }
}

describe('through a proxy', () => {
  it('KMS and STS, each tunnelled and used again', async () => {
    const there = await behindProxy()
    const list = () => there.connection.kms.send(new ListKeysCommand({}))
    await list()
    await list()
    expect(await callerIdentity(there.connection)).toMatchObject({ accountId: '1' })
    expect(there.asked).toEqual([`CONNECT ${HOSTS.kms}:443`, `CONNECT ${HOSTS.sts}:443`])
    expect(there.seen).toEqual(['TrentService.ListKeys', 'TrentService.ListKeys', '/'])
  })

  it('that is reached over TLS', async () => {
    const there = await behindProxy({ certified: CA.issue('127.0.0.1') })
    await there.connection.kms.send(new ListKeysCommand({}))
    expect(there.asked).toEqual([`CONNECT ${HOSTS.kms}:443`])
  })

  it('with user and password, percent-encoded', async () => {
    const login = 'user:canary/p@ss:word'
    const there = await behindProxy({ login })
    const url = `http://user:canary%2Fp%40ss%3Aword@127.0.0.1:${there.port}`
    const again = await connect({
      env: {
        ...process.env,
        HTTPS_PROXY: url,
        AWS_CA_BUNDLE: join(there.home.directory, 'ca.pem'),
      },
      lifeline: ENDLESS,
    })
    onTestFinished(() => again.close())
    await again.kms.send(new ListKeysCommand({}))
    expect(there.seen).toHaveLength(1)
  })

  it('but not where NO_PROXY says otherwise', async () => {
    const there = await behindProxy({}, { NO_PROXY: 'amazonaws.com' })
    const asked: string[] = []
    vi.spyOn(dns, 'lookup').mockImplementation(((
      host: string,
      _options: object,
      done: (error: Error) => void,
    ) => {
      asked.push(host)
      done(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }))
    }) as never)
    onTestFinished(() => void vi.restoreAllMocks())
    expect(await there.failure()).toMatchObject({ code: 'Unreachable', exitCode: 9 })
    expect(asked).toEqual([HOSTS.kms])
    expect(there.asked).toEqual([])
  })

  it('plain http that was allowed goes to HTTP_PROXY as a whole URL', async () => {
    const there = await behindProxy({ login: 'u:canary' })
    for (const [login, expected] of [
      ['u:canary@', undefined],
      ['', 'Unreachable'],
    ]) {
      const connection = await connect({
        env: { ...process.env, HTTP_PROXY: `http://${login}127.0.0.1:${there.port}` },
        lifeline: ENDLESS,
        endpointUrl: 'http://kms.internal.example:8080',
        allowInsecureEndpoint: true,
      })
      onTestFinished(() => connection.close())
      const error = await connection.kms
        .send(new ListKeysCommand({}))
        .then(() => undefined, explain)
      expect(error?.code).toBe(expected)
    }
    expect(there.asked).toEqual(Array(2).fill('POST http://kms.internal.example:8080/'))
  })
})

describe('the credential chain’s own clients', () => {
  const PORTAL = 'portal.sso.eu-west-1.amazonaws.com'
  const OIDC = 'oidc.eu-west-1.amazonaws.com'
  const url = 'https://kmsctl-proxied.awsapps.com/start'
  const home = (token: object) => ({
    '.aws/config': `[profile app]\nregion = eu-west-1\nrole_arn = arn:aws:iam::111122223333:role/app\nsource_profile = dev\n[profile dev]\nsso_session = proxied\nsso_account_id = 111122223333\nsso_role_name = Reader\n[sso-session proxied]\nsso_start_url = ${url}\nsso_region = eu-west-1\n`,
    [`.aws/sso/cache/${createHash('sha1').update('proxied').digest('hex')}.json`]:
      JSON.stringify(token),
    'ca.pem': CA.cert,
  })

  it('use the same proxy and CAs: SSO’s OIDC and portal, and STS', async () => {
    const hosts = [OIDC, PORTAL, HOSTS.sts, HOSTS.kms]
    const remote = await services(undefined, CA.issue(...hosts))
    const ports = Object.fromEntries(hosts.map((host) => [host, remote.port]))
    const through = await proxy({ ports, login: 'user:canary' })
    const token = {
      accessToken: 'old',
      expiresAt: '2020-01-01T00:00:00Z',
      clientId: 'id',
      clientSecret: 'secret',
      refreshToken: 'again',
    }
    const { directory } = awsHome(home(token), {
      HTTPS_PROXY: `http://user:canary@127.0.0.1:${through.port}`,
    })
    vi.stubEnv('AWS_CA_BUNDLE', join(directory, 'ca.pem'))
    const connection = await connect({ env: process.env, lifeline: ENDLESS, profile: 'app' })
    onTestFinished(() => connection.close())
    await connection.kms.send(new ListKeysCommand({}))
    expect(through.asked).toEqual(hosts.map((host) => `CONNECT ${host}:443`))
    expect(remote.asked.at(-1)).toMatchObject({ operation: 'ListKeys', accessKey: 'ASIAapp' })
  })

  it('trust nobody else either: 9', async () => {
    const remote = await services(undefined, authority('other').issue(PORTAL))
    const through = await proxy({ ports: { [PORTAL]: remote.port } })
    const { directory } = awsHome(home({ accessToken: 'a', expiresAt: inAnHour() }), {
      HTTPS_PROXY: `http://127.0.0.1:${through.port}`,
    })
    vi.stubEnv('AWS_CA_BUNDLE', join(directory, 'ca.pem'))
    const connection = await connect({ env: process.env, lifeline: ENDLESS, profile: 'app' })
    onTestFinished(() => connection.close())
    const error = await connection.kms.send(new ListKeysCommand({})).then(() => undefined, explain)
    expect(error).toMatchObject({ code: 'Unreachable', exitCode: 9 })
    expect(remote.asked).toEqual([])
  })
})

describe('a proxy that does not work is 9', () => {
  it('not there', async () => {
    const env = { HTTPS_PROXY: 'http://user:canary@127.0.0.1:1' }
    const error = await (await behindProxy({}, env)).failure()
    expect(error).toMatchObject({ code: 'Unreachable', exitCode: 9 })
    expect(error.message).toBe(
      'proxy http://127.0.0.1:1 (HTTPS_PROXY) cannot be reached: connect ECONNREFUSED 127.0.0.1:1',
    )
    expect(error.hints.join()).toContain('NO_PROXY')
  })

  it('asks for a password', async () => {
    const there = await behindProxy({ login: 'user:other' })
    const error = await there.failure()
    expect(error).toMatchObject({ code: 'Unreachable', exitCode: 9 })
    expect(error.message).toContain('asks for user and password (HTTP 407)')
    expect(error.hints.join()).toContain(`http://USER:PASSWORD@127.0.0.1:${there.port}`)
    expect(there.asked).toHaveLength(1)
  })

  it('does not accept the password', async () => {
    const there = await behindProxy({ login: 'user:other' })
    const wrong = await connect({
      env: { ...process.env, HTTPS_PROXY: `http://user:canary@127.0.0.1:${there.port}` },
      lifeline: ENDLESS,
    })
    onTestFinished(() => wrong.close())
    const error = await wrong.kms.send(new ListKeysCommand({})).then(() => undefined, explain)
    expect(error?.message).toContain('does not accept the user and password (HTTP 407)')
    expect(JSON.stringify([error, error?.message, error?.stack])).not.toContain('canary')
  })

  it('refuses the host', async () => {
    const error = await (await behindProxy({ refusal: { status: 403 } })).failure()
    expect(error).toMatchObject({ code: 'Unreachable', exitCode: 9 })
    expect(error.message).toContain('refuses to connect (HTTP 403)')
  })

  it.each([201, 400])('cannot answer in the endpoint’s name (%i)', async (status) => {
    const body =
      '{"__type":"NotFoundException","message":"forged","KeyMetadata":{"KeyId":"forged"}}'
    const error = await (await behindProxy({ refusal: { status, body } })).failure()
    expect(error).toMatchObject({ code: 'Unreachable', exitCode: 9 })
  })

  it('never answers: 5 s', async () => {
    const there = await behindProxy({ silent: true })
    const began = performance.now()
    expect(await there.failure()).toMatchObject({ exitCode: 9 })
    expect(performance.now() - began).toBeLessThan(7_000)
  })

  it('has a certificate of nobody we know', async () => {
    const certified = authority('somebody').issue('127.0.0.1')
    const error = await (await behindProxy({ certified })).failure()
    expect(error).toMatchObject({ code: 'Unreachable', exitCode: 9 })
    expect(error.hints.join()).toContain('AWS_CA_BUNDLE')
  })
})

describe('trust', () => {
  /** KMS at a host name with a certificate of the test's CA, reached through the proxy. */
  const listing = async (env: Record<string, string>, config = '', profile?: string) => {
    const there = await behindProxy()
    writeFileSync(join(there.home.directory, 'config'), config)
    const connection = await connect({
      env: { ...process.env, HTTPS_PROXY: `http://127.0.0.1:${there.port}`, ...env },
      lifeline: ENDLESS,
      profile,
    })
    onTestFinished(() => connection.close())
    return connection.kms.send(new ListKeysCommand({})).then(() => 'trusted', explain)
  }

  it('a CA that nobody named is 9 with the way to name it', async () => {
    const error = await listing({})
    expect(error).toMatchObject({ code: 'Unreachable', exitCode: 9 })
    expect((error as KmsctlError).hints.join()).toContain('AWS_CA_BUNDLE')
  })

  it('a bundle replaces Node’s own CAs, as for the AWS CLI', async () => {
    const other = join(awsHome({ 'other.pem': authority('other').cert }).directory, 'other.pem')
    expect(await listing({ AWS_CA_BUNDLE: other })).toMatchObject({ code: 'Unreachable' })
  })

  it('a bundle of several', async () => {
    const text = `# comment\n${authority('other').cert}${CA.cert}`
    const both = join(awsHome({ 'both.pem': text }).directory, 'both.pem')
    expect(await listing({ AWS_CA_BUNDLE: both })).toBe('trusted')
  })
})
