/** The world of an AWS user in this process: a home with its files, an environment, and services. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import type { Certified } from './network/certificates.js'
import { listening, tlsServer } from './network/network.js'

export interface AwsHome {
  readonly directory: string
  /** The environment that a child process gets. */
  readonly env: Record<string, string>
}

/**
 * An empty home with these files (`.aws/config`, …) and an environment with nothing of the machine's
 * AWS and proxy variables, for this process: the SDK reads both by itself.
 */
export function awsHome(
  files: Readonly<Record<string, string>> = {},
  variables: Readonly<Record<string, string | undefined>> = {},
): AwsHome {
  const directory = mkdtempSync(join(tmpdir(), 'kmsctl-home-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  for (const name of Object.keys(process.env)) {
    if (/^(AWS_(?!SDK_JS)|KMSCTL_)|_proxy$/i.test(name)) vi.stubEnv(name, undefined)
  }
  const given = { HOME: directory, AWS_EC2_METADATA_DISABLED: 'true', ...variables }
  for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
  const env: Record<string, string> = { PATH: process.env.PATH ?? '' }
  for (const [name, value] of Object.entries(given)) if (value !== undefined) env[name] = value
  return { directory, env }
}

/** Canaries: nothing of these is ever printed. */
export const SECRETS = {
  secretAccessKey: 'canary/secret+access+key',
  sessionToken: 'canary-session-token',
  ssoToken: 'canary-sso-access-token',
  refreshToken: 'canary-sso-refresh-token',
  webIdentity: 'canary-web-identity-token',
  mfaCode: '654321',
}

/** One request as STS, an SSO portal or a metadata service saw it. */
export interface Asked {
  readonly operation: string
  readonly parameters: Readonly<Record<string, string>>
  /** The access key that signed it. */
  readonly accessKey: string | undefined
  readonly headers: IncomingMessage['headers']
}

export interface ServiceAnswer {
  readonly status?: number
  readonly body: string
  readonly type?: string
}

export interface Services {
  readonly port: number
  readonly url: string
  readonly asked: Asked[]
  operations(): string[]
}

/** What a service answers when it does; undefined for its usual answer. */
export type Script = (asked: Asked) => ServiceAnswer | undefined

/** STS, the SSO portal, SSO's OIDC and KMS's two lists on one port; with a certificate over TLS. */
export async function services(
  script: Script = () => undefined,
  certified?: Certified,
): Promise<Services> {
  const asked: Asked[] = []
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const seen = read(request, Buffer.concat(chunks).toString())
      asked.push(seen)
      const answer = script(seen) ?? usual(seen)
      response.writeHead(answer.status ?? 200, {
        'x-amzn-requestid': 'req-service',
        'content-type':
          answer.type ?? (answer.body.startsWith('<') ? 'text/xml' : 'application/json'),
      })
      response.end(answer.body)
    })
  }
  const port =
    certified === undefined
      ? await listening(createServer(listener))
      : await tlsServer(certified, listener)
  return {
    port,
    url: `${certified === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    asked,
    operations: () => asked.map(({ operation }) => operation),
  }
}

function read(request: IncomingMessage, body: string): Asked {
  const { headers } = request
  const url = new URL(request.url ?? '/', 'http://localhost')
  const form = new URLSearchParams(body)
  const operation =
    form.get('Action') ??
    headers['x-amz-target']?.toString().replace(/^.*\./, '') ??
    `${request.method} ${url.pathname}`
  const parameters = /^[{[]/.test(body) ? JSON.parse(body) : Object.fromEntries(form)
  return {
    operation,
    parameters: { ...Object.fromEntries(url.searchParams), ...parameters },
    accessKey: /Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1],
    headers,
  }
}

export const inAnHour = () => new Date(Date.now() + 3600_000).toISOString()

/** Credentials whose access key tells what they were given for. */
function stsCredentials(accessKey: string): string {
  return `<Credentials><AccessKeyId>${accessKey}</AccessKeyId><SecretAccessKey>${SECRETS.secretAccessKey}</SecretAccessKey><SessionToken>${SECRETS.sessionToken}</SessionToken><Expiration>${inAnHour()}</Expiration></Credentials>`
}

function usual({ operation, parameters, accessKey }: Asked): ServiceAnswer {
  switch (operation) {
    case 'AssumeRole':
    case 'AssumeRoleWithWebIdentity': {
      const role = String(parameters.RoleArn).replace(/^.*\//, '')
      const arn = `arn:aws:sts::111122223333:assumed-role/${role}/session`
      return stsAnswer(
        operation,
        `${stsCredentials(`ASIA${role}`)}<AssumedRoleUser><AssumedRoleId>AROA:session</AssumedRoleId><Arn>${arn}</Arn></AssumedRoleUser>`,
      )
    }
    case 'GetCallerIdentity':
      return stsAnswer(
        operation,
        `<UserId>${accessKey}</UserId><Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/${accessKey}</Arn>`,
      )
    case 'GET /federation/credentials':
      return {
        body: JSON.stringify({
          roleCredentials: {
            accessKeyId: `ASIA${parameters.role_name}`,
            secretAccessKey: SECRETS.secretAccessKey,
            sessionToken: SECRETS.sessionToken,
            expiration: Date.now() + 3600_000,
          },
        }),
      }
    case 'POST /token':
      return {
        body: JSON.stringify({
          accessToken: 'renewed-token',
          expiresIn: 3600,
          refreshToken: SECRETS.refreshToken,
          tokenType: 'Bearer',
        }),
      }
    case 'ListKeys':
      return { type: 'application/x-amz-json-1.1', body: '{"Keys":[],"Truncated":false}' }
    case 'ListAliases':
      return { type: 'application/x-amz-json-1.1', body: '{"Aliases":[],"Truncated":false}' }
    default:
      return { status: 404, body: '{}' }
  }
}

function stsAnswer(operation: string, result: string): ServiceAnswer {
  return {
    body: `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>req-sts</RequestId></ResponseMetadata></${operation}Response>`,
  }
}

export function stsRefusal(code: string, message: string, status = 403): ServiceAnswer {
  return {
    status,
    body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>req-sts</RequestId></ErrorResponse>`,
  }
}
