/** Whole runs: the code asked for on a terminal, and nothing secret on any stream. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import DescribeCommand from '../../../src/commands/describe.js'
import List from '../../../src/commands/list.js'
import { awsHome, SECRETS, services, stsRefusal } from '../../support/aws-world.js'
import { authority } from '../../support/network/certificates.js'
import { proxy } from '../../support/network/network.js'
import { kmsctl } from '../../support/run/binary.js'
import { type RunOptions, world } from '../../support/run/command.js'
import { HAS_TERMINAL, onTerminal } from '../../support/terminal/pty.js'

const SERIAL = 'arn:aws:iam::111122223333:mfa/me'
const ROLE = 'arn:aws:iam::111122223333:role/app'
const FILES = {
  '.aws/config': `[profile app]\nregion = eu-west-1\nrole_arn = ${ROLE}\nsource_profile = base\nmfa_serial = ${SERIAL}\n`,
  '.aws/credentials': `[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = ${SECRETS.secretAccessKey}\n`,
}

async function mfa(refuse = false) {
  const remote = await services(({ operation }) =>
    refuse && operation === 'AssumeRole'
      ? stsRefusal(
          'AccessDenied',
          'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
        )
      : undefined,
  )
  const home = awsHome(FILES, { AWS_ENDPOINT_URL: remote.url })
  const { run } = world(home.env)
  const list = (argv: string[], options: RunOptions = {}) =>
    run(List, ['--profile', 'app', '--trace', ...argv], options)
  return { ...remote, home, list }
}

function noSecrets(...texts: string[]): void {
  for (const secret of Object.values(SECRETS)) expect(texts.join('\n')).not.toContain(secret)
}

describe('a role with MFA', () => {
  it('asks on the terminal, shows nothing of what is typed, and does not count the time', async () => {
    const there = await mfa()
    const person = { types: [`${SECRETS.mfaCode}\r`], thinksFor: 1500 }
    const ran = await there.list(['--timeout', '1', '--json'], { person })
    expect(ran).toMatchObject({ exitCode: 0, json: { keys: [] } })
    expect(ran.stderr).toContain(`role ${ROLE} needs a code of MFA device ${SERIAL}`)
    expect(there.operations()).toEqual(['AssumeRole', 'ListKeys', 'ListAliases'])
    expect(there.asked[0]?.parameters).toMatchObject({ TokenCode: SECRETS.mfaCode })
    noSecrets(ran.stdout, ran.stderr)
  })

  it('Ctrl-C at the question is 130, and nothing was asked of AWS', async () => {
    const there = await mfa()
    const ran = await there.list([], { person: { types: ['\x03'] } })
    expect(ran.exitCode).toBe(130)
    expect(there.asked).toEqual([])
  })

  it('without a terminal is 5 and names what is missing; a piped code is not taken', async () => {
    const there = await mfa()
    const ran = await there.list(['--json'], { stdin: `${SECRETS.mfaCode}\n` })
    expect(ran).toMatchObject({ exitCode: 5, json: { error: { code: 'MfaRequired' } } })
    expect(there.asked).toEqual([])
  })

  it('with a wrong code is 4', async () => {
    const there = await mfa(true)
    const ran = await there.list(['--json'], { person: { types: [`${SECRETS.mfaCode}\r`] } })
    expect(ran).toMatchObject({ exitCode: 4, json: { error: { code: 'AccessDenied' } } })
    noSecrets(ran.stdout, ran.stderr)
  })

  it.runIf(HAS_TERMINAL)(
    'on a real terminal, where it takes six digits and nothing else',
    async () => {
      const there = await mfa()
      const seen = await onTerminal(['list', '--profile', 'app', '--json'], there.home.env, {
        types: [
          [/to go on:/, '12 345\r'],
          [/six digits/, `${'\x7f'.repeat(6)}${SECRETS.mfaCode}\r`],
        ],
        toFile: true,
      })
      expect(seen.exitCode).toBe(0)
      expect(JSON.parse(seen.file)).toMatchObject({ keys: [] })
      expect(there.asked[0]?.parameters.TokenCode).toBe(SECRETS.mfaCode)
      noSecrets(seen.screen, seen.file)
    },
  )
})

it('credentials that fail end a describe: they are not parts that cannot be read', async () => {
  const home = awsHome(
    { '.aws/config': '[profile p]\nregion = eu-west-1\ncredential_process = exit 1\n' },
    {},
  )
  const ran = await world(home.env).run(DescribeCommand, ['app', '--profile', 'p', '--json'])
  expect(ran).toMatchObject({ exitCode: 4, json: { error: { code: 'NoCredentials' } } })
})

describe('the built binary', () => {
  it('says how to sign in again where an SSO session has ended', async () => {
    const text =
      '[profile dev]\nregion = eu-west-1\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 111122223333\nsso_role_name = Reader\n'
    const { env } = awsHome({ '.aws/config': text })
    const ran = await kmsctl(['list', '--profile', 'dev'], env)
    expect(ran).toMatchObject({ exitCode: 4, stdout: '' })
    expect(ran.stderr).toBe(
      'error: the SSO session of profile dev has ended\nhint: sign in again: `aws sso login --profile dev`\n',
    )
  })

  it('NODE_EXTRA_CA_CERTS is Node’s own and works', async () => {
    const CA = authority('kmsctl test CA')
    const remote = await services(undefined, CA.issue('127.0.0.1'))
    const { directory, env } = awsHome(
      { 'ca.pem': CA.cert },
      {
        AWS_ACCESS_KEY_ID: 'a',
        AWS_SECRET_ACCESS_KEY: 'b',
        AWS_REGION: 'eu-west-1',
        AWS_ENDPOINT_URL: remote.url,
      },
    )
    const NODE_EXTRA_CA_CERTS = join(directory, 'ca.pem')
    const ran = await kmsctl(['list', '--json'], { ...env, NODE_EXTRA_CA_CERTS })
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('works from files alone, and nothing secret is on its streams even with DEBUG', async () => {
    const remote = await services()
    const through = await proxy({ ports: {}, login: 'user:canary-proxy-password' })
    const { directory, env } = awsHome(FILES, { AWS_ENDPOINT_URL: remote.url })
    writeFileSync(
      join(directory, '.aws/config'),
      `[profile app]\nregion = eu-west-1\nrole_arn = ${ROLE}\nsource_profile = base\n`,
    )
    const fine = await kmsctl(['list', '--profile', 'app', '--json'], env)
    expect(fine).toMatchObject({ exitCode: 0, stderr: '' })
    expect(remote.operations()).toEqual(['AssumeRole', 'ListKeys', 'ListAliases'])
    const refused = await kmsctl(['list', '--profile', 'app', '--trace'], {
      ...env,
      DEBUG: '*',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      HTTPS_PROXY: `http://user:canary-proxy-password@127.0.0.1:${through.port}`,
    })
    expect(refused.exitCode).toBe(9)
    expect(through.asked).toEqual(['CONNECT sts.eu-west-1.amazonaws.com:443'])
    expect(refused.stderr).toMatch(/proxy http:\/\/127\.0\.0\.1:\d+ \(HTTPS_PROXY\) refuses/)
    const printed = fine.stdout + fine.stderr + refused.stdout + refused.stderr
    noSecrets(printed)
    expect(printed).not.toMatch(/canary/)
    expect(printed).not.toContain(Buffer.from('user:canary-proxy-password').toString('base64'))
  })
})
