/** Where credentials come from, and how kmsctl says that they did not. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CreateKeyCommand, ListKeysCommand } from '@aws-sdk/client-kms'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { effectOf, explain } from '../../../src/lib/aws/call/errors.js'
import { ENDLESS } from '../../../src/lib/aws/call/run-signals.js'
import { type ConnectionOptions, callerIdentity, connect } from '../../../src/lib/aws/connection.js'
import type { KmsctlError } from '../../../src/lib/errors.js'
import {
  awsHome,
  inAnHour,
  type Script,
  SECRETS,
  services,
  stsRefusal,
} from '../../support/aws-world.js'

interface Situation {
  readonly files?: Record<string, string>
  readonly env?: Record<string, string | undefined>
  readonly options?: Partial<ConnectionOptions>
  readonly script?: Script
}

/** A connection in a home of its own; KMS, STS and SSO answer on one port. */
async function at({ files, env, options, script }: Situation) {
  const remote = await services(script)
  const home = awsHome(files, {
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: remote.url,
    ...env,
  })
  const printed = vi.spyOn(console, 'warn').mockImplementation(() => {})
  onTestFinished(() => printed.mockRestore())
  const lines: string[] = []
  const connection = await connect({
    env: process.env,
    lifeline: ENDLESS,
    trace: (line) => lines.push(line),
    ...options,
  })
  onTestFinished(() => connection.close())
  return {
    ...remote,
    home,
    connection,
    trace: lines,
    printed,
    /** The access key that KMS saw. */
    async keyUsed() {
      await connection.kms.send(new ListKeysCommand({}))
      return remote.asked.findLast(({ operation }) => operation === 'ListKeys')?.accessKey
    },
    async source() {
      return (await connection.sources()).credentials
    },
    /** How a call fails for want of credentials; KMS must not have been asked. */
    async failure(): Promise<KmsctlError> {
      const error = await connection.kms.send(new CreateKeyCommand({})).then(
        () => new Error('there were credentials'),
        (reason) => reason,
      )
      expect(effectOf(error)).toBe('none')
      expect(remote.operations()).not.toContain('CreateKey')
      const told = explain(error)
      const text = [told.message, ...told.hints, ...lines].join('\n')
      for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret)
      expect(told.message).not.toMatch(/\n|^[A-Z][a-z]|\.$/)
      return told
    },
  }
}

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: SECRETS.secretAccessKey }
const config = (text: string) => ({ '.aws/config': text })
const stored = (name: string, key: string) =>
  `[${name}]\naws_access_key_id = ${key}\naws_secret_access_key = ${SECRETS.secretAccessKey}\n`
const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`

describe('environment and files', () => {
  it('keys in the environment', async () => {
    const there = await at({ env: KEYS })
    expect(await there.keyUsed()).toBe('AKIDENV')
    expect(await there.source()).toBe('environment')
  })

  it('the session token is sent and nowhere shown', async () => {
    const there = await at({ env: { ...KEYS, AWS_SESSION_TOKEN: SECRETS.sessionToken } })
    await there.keyUsed()
    expect(there.asked[0]?.headers['x-amz-security-token']).toBe(SECRETS.sessionToken)
    expect(there.trace.join()).not.toContain(SECRETS.sessionToken)
  })

  it('an access key without its secret is 4, not a reason to use a profile', async () => {
    const files = { '.aws/credentials': stored('default', 'AKIDDEFAULT') }
    const there = await at({ files, env: { AWS_ACCESS_KEY_ID: 'AKIDENV' } })
    expect(await there.failure()).toMatchObject({ code: 'NoCredentials', exitCode: 4 })
  })

  const files = {
    '.aws/credentials': `${stored('default', 'AKIDDEFAULT')}${stored('work', 'AKIDWORK')}`,
    '.aws/config': `[profile conf]\naws_access_key_id = AKIDCONF\naws_secret_access_key = x\n`,
  }
  it.each([
    ['the default profile', {}, undefined, 'AKIDDEFAULT', 'profile default', null, 'default'],
    [
      'AWS_PROFILE',
      { AWS_PROFILE: 'work' },
      undefined,
      'AKIDWORK',
      'profile work',
      'work',
      'AWS_PROFILE',
    ],
    [
      '--profile before AWS_PROFILE',
      { AWS_PROFILE: 'work' },
      'conf',
      'AKIDCONF',
      'profile conf',
      'conf',
      '--profile',
    ],
    [
      '--profile before keys in the environment',
      KEYS,
      'work',
      'AKIDWORK',
      'profile work',
      'work',
      '--profile',
    ],
    [
      'keys in the environment before AWS_PROFILE, as the AWS CLI',
      { ...KEYS, AWS_PROFILE: 'work' },
      undefined,
      'AKIDENV',
      'environment',
      'work',
      'AWS_PROFILE',
    ],
  ])('%s', async (_name, env, profile, key, source, named, by) => {
    const there = await at({ files, env, options: { profile } })
    expect(await there.keyUsed()).toBe(key)
    expect(await there.source()).toBe(source)
    expect(there.connection.profile).toBe(named)
    expect((await there.connection.sources()).profile).toBe(by)
    expect(there.printed).not.toHaveBeenCalled()
  })

  it.each([{ AWS_PROFILE: 'nobody' }, {}])('a profile that is not there, %j, is 4', async (env) => {
    const profile = 'AWS_PROFILE' in env ? undefined : 'nobody'
    const error = await (await at({ files, env, options: { profile } })).failure()
    expect(error).toMatchObject({ code: 'NoCredentials', exitCode: 4 })
    expect(error.message).toContain('profile nobody')
    expect(error.hints.join()).toContain('aws configure list-profiles')
  })

  it('that profile is named before the Region that it does not give', async () => {
    const connecting = at({ env: { AWS_REGION: undefined }, options: { profile: 'nobody' } })
    await expect(connecting).rejects.toMatchObject({ code: 'NoCredentials' })
  })

  it('an empty --profile is 2', async () => {
    await expect(at({ options: { profile: '' } })).rejects.toMatchObject({ exitCode: 2 })
  })

  it('files elsewhere: AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE', async () => {
    const elsewhere = awsHome({
      conf: '[profile a]\nregion = us-west-2\n',
      cred: stored('a', 'AKIDA'),
    })
    const there = await at({
      env: {
        AWS_REGION: undefined,
        AWS_CONFIG_FILE: join(elsewhere.directory, 'conf'),
        AWS_SHARED_CREDENTIALS_FILE: join(elsewhere.directory, 'cred'),
      },
      options: { profile: 'a' },
    })
    expect(await there.keyUsed()).toBe('AKIDA')
    expect((await there.connection.sources()).region).toBe('profile a')
  })

  it('nothing anywhere is NoCredentials with a way out', async () => {
    const error = await (await at({})).failure()
    expect(error).toMatchObject({ code: 'NoCredentials', exitCode: 4 })
    expect(error.hints.join()).toContain('--sandbox')
  })
})

describe('credential_process', () => {
  const script = (body: string) => `[profile p]\ncredential_process = node -e '${body}'\n`
  const options = { profile: 'p' }
  const answer = (over: object = {}) =>
    script(
      `console.log(JSON.stringify(${JSON.stringify({ Version: 1, AccessKeyId: 'AKIDPROC', SecretAccessKey: SECRETS.secretAccessKey, SessionToken: SECRETS.sessionToken, ...over })}))`,
    )

  it('is run once for all clients', async () => {
    const home = awsHome()
    const log = join(home.directory, 'runs')
    const text = script(
      `require("fs").appendFileSync("${log}", "x");console.log(JSON.stringify({Version:1,AccessKeyId:"AKIDPROC",SecretAccessKey:"s"}))`,
    )
    const there = await at({ files: config(text), options })
    await Promise.all([there.keyUsed(), there.keyUsed(), callerIdentity(there.connection)])
    expect(await there.source()).toBe('credential_process (profile p)')
    const { readFileSync } = await import('node:fs')
    expect(readFileSync(log, 'utf8')).toBe('x')
  })

  it('that fails is 4 with a line of what it says and no secrets; it is not run again', async () => {
    const home = awsHome()
    const log = join(home.directory, 'runs')
    const text = script(
      `require("fs").appendFileSync("${log}", "x");console.error("\\u001b[31mvault is sealed, token=${SECRETS.sessionToken} AKIAIOSFODNN7EXAMPLE00\\nline two");process.exit(3)`,
    )
    const there = await at({ files: config(text), options })
    const error = await there.failure()
    expect(error).toMatchObject({ code: 'NoCredentials', exitCode: 4 })
    expect(error.message).toContain('credential_process of profile p failed: ')
    expect(error.message).toContain('vault is sealed, token=… …')
    expect(error.message).not.toMatch(/line two|AKIAIOS/)
    await there.failure()
    const { readFileSync } = await import('node:fs')
    expect(readFileSync(log, 'utf8')).toBe('x')
  })

  it.each([
    ['no JSON', script('console.log("hello")'), 'NoCredentials', 'returned invalid JSON'],
    ['Version 2', answer({ Version: 2 }), 'NoCredentials', 'did not return Version 1'],
    ['no key', answer({ AccessKeyId: undefined }), 'NoCredentials', 'returned invalid credentials'],
    ['expired', answer({ Expiration: '2020-01-01T00:00:00Z' }), 'ExpiredCredentials', 'expired'],
  ])('with %s is 4', async (_name, text, code, words) => {
    const error = await (await at({ files: config(text), options })).failure()
    expect(error).toMatchObject({ code, exitCode: 4 })
    expect(error.message).toContain(words)
  })

  it('that fails is not replaced by the instance’s role', async () => {
    const instance = await services()
    const there = await at({
      files: config(script('process.exit(1)')),
      env: {
        AWS_EC2_METADATA_DISABLED: undefined,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: instance.url,
      },
      options,
    })
    await there.failure()
    expect(instance.asked).toEqual([])
  })

  it('a run that ends does not wait for it', async () => {
    const end = new AbortController()
    const there = await at({
      files: config(script('setTimeout(() => {}, 20000)')),
      options: { ...options, lifeline: { ...ENDLESS, reads: end.signal } },
    })
    setTimeout(() => end.abort(Object.assign(new Error('over'), { name: 'Over' })), 200)
    const began = performance.now()
    await there.failure()
    expect(performance.now() - began).toBeLessThan(5000)
  })
})

describe('roles', () => {
  const BASE = stored('base', 'AKIDBASE')
  const assumed = (name: string, over = '') =>
    `[profile ${name}]\nrole_arn = ${role(name)}\nsource_profile = base\n${over}`

  it('are assumed once, with the profile’s settings, by the source profile', async () => {
    const over = 'role_session_name = me\nexternal_id = ext\nduration_seconds = 900\n'
    const there = await at({
      files: { ...config(assumed('app', over)), '.aws/credentials': BASE },
      options: { profile: 'app' },
    })
    expect(await there.keyUsed()).toBe('ASIAapp')
    await callerIdentity(there.connection)
    expect(await there.source()).toBe(`role ${role('app')} (profile app)`)
    expect(there.operations()).toEqual(['AssumeRole', 'ListKeys', 'GetCallerIdentity'])
    expect(there.asked[0]).toMatchObject({
      accessKey: 'AKIDBASE',
      parameters: {
        RoleArn: role('app'),
        RoleSessionName: 'me',
        ExternalId: 'ext',
        DurationSeconds: '900',
      },
    })
    expect(there.trace[0]).toMatch(/^AssumeRole attempt 1: 200 \S+ \d+ ms$/)
  })

  it('one after the other: each is assumed by the one before it', async () => {
    const chain = `${assumed('first')}[profile second]\nrole_arn = ${role('second')}\nsource_profile = first\n`
    const there = await at({
      files: { ...config(chain), '.aws/credentials': BASE },
      options: { profile: 'second' },
    })
    expect(await there.keyUsed()).toBe('ASIAsecond')
    expect(there.asked.map(({ accessKey }) => accessKey)).toEqual([
      'AKIDBASE',
      'ASIAfirst',
      'ASIAsecond',
    ])
  })

  it('are assumed again when what they gave is about to end', async () => {
    const soon = new Date(Date.now() + 120_000).toISOString()
    const there = await at({
      files: { ...config(assumed('app')), '.aws/credentials': BASE },
      options: { profile: 'app' },
      script: ({ operation }) =>
        operation === 'AssumeRole'
          ? {
              body: `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIASOON</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${soon}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
            }
          : undefined,
    })
    await there.keyUsed()
    const before = there.operations().length
    expect(await there.keyUsed()).toBe('ASIASOON')
    expect(there.operations().slice(before)).toContain('AssumeRole')
  })

  it('with credential_source', async () => {
    const text = `[profile app]\nrole_arn = ${role('app')}\ncredential_source = Environment\n`
    const there = await at({ files: config(text), env: KEYS, options: { profile: 'app' } })
    expect(await there.keyUsed()).toBe('ASIAapp')
    expect(there.asked[0]?.accessKey).toBe('AKIDENV')
  })

  it('that are refused are AccessDenied: 4, with the role and the hint of both policies', async () => {
    const there = await at({
      files: { ...config(assumed('app')), '.aws/credentials': BASE },
      options: { profile: 'app' },
      script: ({ operation }) =>
        operation === 'AssumeRole'
          ? stsRefusal(
              'AccessDenied',
              `User: arn:aws:iam::1:user/me is not authorized to perform: sts:AssumeRole on resource: ${role('app')}`,
            )
          : undefined,
    })
    const error = await there.failure()
    expect(error).toMatchObject({ code: 'AccessDenied', exitCode: 4, requestId: 'req-service' })
    expect(error.message).toContain(`role ${role('app')} cannot be assumed`)
    expect(error.hints.join()).toContain('trust policy')
    expect(there.operations()).toEqual(['AssumeRole'])
  })

  it('that STS finds wrong are 4, too', async () => {
    const there = await at({
      files: { ...config(assumed('app')), '.aws/credentials': BASE },
      options: { profile: 'app' },
      script: ({ operation }) =>
        operation === 'AssumeRole' ? stsRefusal('ValidationError', 'Too long.', 400) : undefined,
    })
    expect(await there.failure()).toMatchObject({ code: 'ValidationError', exitCode: 4 })
  })

  it('whose STS cannot be reached are 9, after three attempts and not more', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const there = await at({
      files: { ...config(assumed('app')), '.aws/credentials': BASE },
      env: { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' },
      options: { profile: 'app' },
    })
    expect(await there.failure()).toMatchObject({ code: 'Unreachable', exitCode: 9 })
    expect(there.trace.filter((line) => line.startsWith('AssumeRole'))).toHaveLength(3)
  })

  it('whose STS is plain http elsewhere are refused: 5', async () => {
    const there = await at({
      files: { ...config(assumed('app')), '.aws/credentials': BASE },
      env: { AWS_ENDPOINT_URL_STS: 'http://sts.example.com' },
      options: { profile: 'app' },
    })
    expect(await there.failure()).toMatchObject({ code: 'InsecureEndpoint', exitCode: 5 })
  })

  it('--endpoint-url does not mean the STS that assumes them', async () => {
    const elsewhere = await services()
    const there = await at({
      files: { ...config(assumed('app')), '.aws/credentials': BASE },
      options: { profile: 'app', endpointUrl: elsewhere.url },
    })
    await there.connection.kms.send(new ListKeysCommand({}))
    expect(there.operations()).toEqual(['AssumeRole'])
    expect(elsewhere.operations()).toEqual(['ListKeys'])
  })

  it.each([
    ['a source_profile that is not there', assumed('app'), 'profile base'],
    [
      'neither source_profile nor credential_source',
      `[profile app]\nrole_arn = ${role('app')}\n`,
      'profile app',
    ],
  ])('%s is 4 and named', async (_name, text, words) => {
    const error = await (await at({ files: config(text), options: { profile: 'app' } })).failure()
    expect(error).toMatchObject({ code: 'NoCredentials', exitCode: 4 })
    expect(error.message).toContain(words)
  })

  it('a profile that is its own source in the end is 4', async () => {
    const text = `[profile app]\nrole_arn = ${role('app')}\nsource_profile = other\n[profile other]\nrole_arn = ${role('other')}\nsource_profile = app\n`
    const error = await (await at({ files: config(text), options: { profile: 'app' } })).failure()
    expect(error).toMatchObject({ code: 'NoCredentials', exitCode: 4 })
  })
})

describe('MFA', () => {
  const SERIAL = 'arn:aws:iam::111122223333:mfa/me'
  const files = {
    '.aws/config': `[profile app]\nrole_arn = ${role('app')}\nsource_profile = base\nmfa_serial = ${SERIAL}\n`,
    '.aws/credentials': stored('base', 'AKIDBASE'),
  }
  const options = { profile: 'app' }

  it('asks once for all clients, and sends the code', async () => {
    const askMfaCode = vi.fn(async () => SECRETS.mfaCode)
    const there = await at({ files, options: { ...options, askMfaCode } })
    await Promise.all([there.keyUsed(), callerIdentity(there.connection)])
    expect(askMfaCode.mock.calls).toEqual([[SERIAL, role('app')]])
    expect(there.asked[0]?.parameters).toMatchObject({
      SerialNumber: SERIAL,
      TokenCode: SECRETS.mfaCode,
    })
    expect(there.trace.join()).not.toContain(SECRETS.mfaCode)
  })

  it('without anybody to ask is 5, and says how to go on', async () => {
    const there = await at({ files, options })
    const error = await there.failure()
    expect(error).toMatchObject({ code: 'MfaRequired', exitCode: 5 })
    expect(error.message).toContain(SERIAL)
    expect(error.hints.join()).toContain(
      'aws configure export-credentials --profile app --format env',
    )
    expect(there.asked).toEqual([])
  })

  it('a wrong code is 4, and nobody is asked twice', async () => {
    const askMfaCode = vi.fn(async () => SECRETS.mfaCode)
    const there = await at({
      files,
      options: { ...options, askMfaCode },
      script: ({ operation }) =>
        operation === 'AssumeRole'
          ? stsRefusal(
              'AccessDenied',
              'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
            )
          : undefined,
    })
    const error = await there.failure()
    expect(error).toMatchObject({ code: 'AccessDenied', exitCode: 4 })
    expect(error.hints.join()).toContain('wait for the next one')
    await there.failure()
    expect(askMfaCode).toHaveBeenCalledTimes(1)
  })

  it('is not asked for where the source profile has no credentials', async () => {
    const askMfaCode = vi.fn(async () => SECRETS.mfaCode)
    const only = { '.aws/config': files['.aws/config'] }
    const there = await at({ files: only, options: { ...options, askMfaCode } })
    expect(await there.failure()).toMatchObject({ code: 'NoCredentials' })
    expect(askMfaCode).not.toHaveBeenCalled()
  })
})

describe('SSO', () => {
  let count = 0
  /** A profile with a session, and the token that `aws sso login` left. */
  function sso(token: Record<string, unknown> | undefined, legacy = false) {
    count += 1
    const session = `s${count}`
    const url = `https://${session}.awsapps.com/start`
    const place = legacy
      ? `sso_start_url = ${url}\nsso_region = eu-west-1\n`
      : `sso_session = ${session}\n`
    const text = `[profile dev]\n${place}sso_account_id = 111122223333\nsso_role_name = Reader\n[sso-session ${session}]\nsso_start_url = ${url}\nsso_region = eu-west-1\n`
    const name = createHash('sha1')
      .update(legacy ? url : session)
      .digest('hex')
    const files: Record<string, string> = config(text)
    if (token !== undefined) files[`.aws/sso/cache/${name}.json`] = JSON.stringify(token)
    return { files, options: { profile: 'dev' } }
  }
  const valid = () => ({ accessToken: SECRETS.ssoToken, expiresAt: inAnHour() })
  const expired = () => ({ ...valid(), expiresAt: '2020-01-01T00:00:00Z' })

  it.each([
    ['a session', false],
    ['the older settings', true],
  ])('with %s', async (_name, legacy) => {
    const there = await at(sso(valid(), legacy))
    expect(await there.keyUsed()).toBe('ASIAReader')
    expect(await there.source()).toBe('SSO (profile dev)')
    expect(there.asked[0]).toMatchObject({
      operation: 'GET /federation/credentials',
      parameters: { account_id: '111122223333', role_name: 'Reader' },
      headers: { 'x-amz-sso_bearer_token': SECRETS.ssoToken },
    })
    expect(there.trace[0]).toMatch(/^GetRoleCredentials attempt 1: 200 /)
    expect(there.trace.join()).not.toContain(SECRETS.ssoToken)
  })

  it('renews a token that can be renewed', async () => {
    const there = await at(
      sso({
        ...expired(),
        clientId: 'id',
        clientSecret: 'secret',
        refreshToken: SECRETS.refreshToken,
        registrationExpiresAt: inAnHour(),
      }),
    )
    expect(await there.keyUsed()).toBe('ASIAReader')
    expect(there.operations()).toEqual(['POST /token', 'GET /federation/credentials', 'ListKeys'])
    expect(there.trace[0]).toMatch(/^CreateToken attempt 1: 200 /)
  })

  it.each([
    ['that has ended', expired, false],
    ['that has ended, older settings', expired, true],
    ['that was never begun', () => undefined, false],
    ['that was never begun, older settings', () => undefined, true],
  ])('a session %s is ExpiredCredentials: 4, with the command', async (_name, token, legacy) => {
    const error = await (await at(sso(token(), legacy))).failure()
    expect(error).toMatchObject({ code: 'ExpiredCredentials', exitCode: 4 })
    expect(error.hints).toEqual(['sign in again: `aws sso login --profile dev`'])
  })

  it('a token that the portal does not take is the same', async () => {
    const there = await at({
      ...sso(valid()),
      script: ({ operation }) =>
        operation.startsWith('GET')
          ? {
              status: 401,
              body: '{"__type":"UnauthorizedException","message":"Session token not found or invalid"}',
            }
          : undefined,
    })
    expect(await there.failure()).toMatchObject({ code: 'ExpiredCredentials', exitCode: 4 })
  })

  it('a role that is not given is AccessDenied', async () => {
    const there = await at({
      ...sso(valid()),
      script: ({ operation }) =>
        operation.startsWith('GET')
          ? { status: 403, body: '{"__type":"ForbiddenException","message":"No access"}' }
          : undefined,
    })
    const error = await there.failure()
    expect(error).toMatchObject({ code: 'AccessDenied', exitCode: 4 })
    expect(error.hints.join()).toContain('sso_role_name')
  })

  it('AWS_ENDPOINT_URL_SSO and AWS_ENDPOINT_URL_SSO_OIDC', async () => {
    const oidc = await services()
    const portal = await services()
    const token = { ...expired(), clientId: 'i', clientSecret: 's', refreshToken: 'r' }
    const there = await at({
      ...sso(token),
      env: { AWS_ENDPOINT_URL_SSO: portal.url, AWS_ENDPOINT_URL_SSO_OIDC: oidc.url },
    })
    await there.keyUsed()
    expect(oidc.operations()).toEqual(['POST /token'])
    expect(portal.operations()).toEqual(['GET /federation/credentials'])
    expect(there.operations()).toEqual(['ListKeys'])
  })

  it('a portal that cannot be reached is 9, not a session that has ended', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const there = await at({ ...sso(valid()), env: { AWS_ENDPOINT_URL_SSO: 'http://127.0.0.1:1' } })
    expect(await there.failure()).toMatchObject({ code: 'Unreachable', exitCode: 9 })
  })

  it('a role whose source is an SSO profile: the hint names that one', async () => {
    const { files } = sso(undefined)
    const text = `${files['.aws/config']}[profile app]\nrole_arn = ${role('app')}\nsource_profile = dev\n`
    const there = await at({
      files: { ...files, '.aws/config': text },
      options: { profile: 'app' },
    })
    const error = await there.failure()
    expect(error.hints).toEqual(['sign in again: `aws sso login --profile dev`'])
  })
})

describe('aws login', () => {
  const SESSION = 'arn:aws:iam::111122223333:user/me'
  const files = config(`[profile me]\nlogin_session = ${SESSION}\n`)
  const options = { profile: 'me' }

  it('the session’s credentials', async () => {
    const path = `.aws/login/cache/${createHash('sha256').update(SESSION).digest('hex')}.json`
    const token = {
      accessToken: {
        accessKeyId: 'ASIALOGIN',
        secretAccessKey: 's',
        sessionToken: 't',
        accountId: '111122223333',
        expiresAt: inAnHour(),
      },
      clientId: 'c',
      refreshToken: SECRETS.refreshToken,
      dpopKey: 'k',
    }
    const login = awsHome()
    const file = join(login.directory, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify(token))
    const there = await at({ files, options, env: { AWS_LOGIN_CACHE_DIRECTORY: dirname(file) } })
    expect(await there.keyUsed()).toBe('ASIALOGIN')
    expect(await there.source()).toBe('aws login (profile me)')
  })

  it('none is ExpiredCredentials with the command', async () => {
    const error = await (await at({ files, options })).failure()
    expect(error).toMatchObject({ code: 'ExpiredCredentials', exitCode: 4 })
    expect(error.hints).toEqual(['sign in again: `aws login --profile me`'])
  })
})

describe('web identity', () => {
  const tokenFile = () => {
    const { directory } = awsHome({ token: SECRETS.webIdentity })
    return join(directory, 'token')
  }

  it('in the environment', async () => {
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile(), AWS_ROLE_ARN: role('pod') }
    const there = await at({ env })
    expect(await there.keyUsed()).toBe('ASIApod')
    expect(await there.source()).toBe(
      `web identity, role ${role('pod')} (AWS_WEB_IDENTITY_TOKEN_FILE)`,
    )
    expect(there.asked[0]?.parameters).toMatchObject({
      RoleArn: role('pod'),
      WebIdentityToken: SECRETS.webIdentity,
    })
    expect(there.trace.join()).not.toContain(SECRETS.webIdentity)
  })

  it('in a profile', async () => {
    const text = `[profile w]\nrole_arn = ${role('web')}\nweb_identity_token_file = ${tokenFile()}\n`
    const there = await at({ files: config(text), options: { profile: 'w' } })
    expect(await there.keyUsed()).toBe('ASIAweb')
    expect(await there.source()).toBe(`web identity, role ${role('web')} (profile w)`)
  })

  it('a token file that is not there is 4', async () => {
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: '/nonexistent/token', AWS_ROLE_ARN: role('pod') }
    const error = await (await at({ env })).failure()
    expect(error).toMatchObject({ code: 'NoCredentials', exitCode: 4 })
    expect(error.message).toContain('/nonexistent/token')
  })

  it('a token that STS refuses is 4 and names the role', async () => {
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile(), AWS_ROLE_ARN: role('pod') }
    const there = await at({
      env,
      script: ({ operation }) =>
        operation === 'AssumeRoleWithWebIdentity'
          ? stsRefusal('ExpiredTokenException', 'Token expired: current date is later', 400)
          : undefined,
    })
    const error = await there.failure()
    expect(error).toMatchObject({ code: 'ExpiredTokenException', exitCode: 4 })
    expect(error.message).toContain(role('pod'))
  })
})

describe('containers and instances', () => {
  const given = (key: string) =>
    JSON.stringify({
      AccessKeyId: key,
      SecretAccessKey: SECRETS.secretAccessKey,
      Token: SECRETS.sessionToken,
      Expiration: inAnHour(),
    })

  it('a container’s role, never through a proxy', async () => {
    const container = await services(() => ({ body: given('ASIATASK') }))
    const there = await at({
      env: {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/creds`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: 'canary-authorization',
        HTTP_PROXY: 'http://127.0.0.1:1',
      },
    })
    expect(await there.keyUsed()).toBe('ASIATASK')
    expect(await there.source()).toBe('container role')
    expect(container.asked[0]?.headers.authorization).toBe('canary-authorization')
  })

  it('a container that gives none is 4 and names the variable', async () => {
    const container = await services(() => ({ status: 404, body: '{}' }))
    const there = await at({
      env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/creds` },
    })
    const error = await there.failure()
    expect(error).toMatchObject({ code: 'NoCredentials', exitCode: 4 })
    expect(error.message).toContain('AWS_CONTAINER_CREDENTIALS_FULL_URI')
  })

  it('an instance’s role', async () => {
    const instance = await services(({ operation }) => {
      if (operation.startsWith('PUT')) return { body: 'canary-imds-token' }
      const name = operation.endsWith('/security-credentials/')
      return { body: name ? 'MachineRole' : given('ASIAMACHINE') }
    })
    const there = await at({
      env: {
        AWS_EC2_METADATA_DISABLED: undefined,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: instance.url,
      },
    })
    expect(await there.keyUsed()).toBe('ASIAMACHINE')
    expect(await there.source()).toBe('instance role')
  })
})
