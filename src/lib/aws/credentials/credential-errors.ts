import { EXIT, KmsctlError } from '../../errors.js'
import { explain } from '../call/errors.js'
import type { Configuration, Env } from '../config/configuration.js'

/** What is known where credentials could not be had. */
export interface CredentialCircumstances {
  readonly env: Env
  readonly configuration: Configuration
  /** The failure of the chain's last request, if it got no answer. */
  readonly wireFailure: unknown
}

/**
 * An error of the credential chain. Always one of kmsctl's own, so that nobody takes it for the outcome
 * of the call that the credentials were for: that one was never sent.
 */
export function credentialFailure(error: unknown, where: CredentialCircumstances): KmsctlError {
  if (error instanceof KmsctlError) return asNew(error)
  // The SDK keeps of an unreachable SSO portal the text alone, and of a failed renewal nothing.
  if (where.wireFailure !== undefined) return asNew(explain(where.wireFailure))
  const text = textOf(error)
  return (
    fromProcess(text, where) ??
    fromSso(text, where) ??
    fromLogin(text, where) ??
    fromTokenFile(error, where) ??
    fromProfile(text, where) ??
    fromContainer(text, where) ??
    asNew(explain(error))
  )
}

/** A role that was not given, for whatever reason. */
export function roleFailure(error: unknown, role: string, mfaSerial?: string): KmsctlError {
  const told = explain(error)
  if (error instanceof KmsctlError) return told
  const wrongCode = mfaSerial !== undefined && /MultiFactorAuthentication|MFA/i.test(told.message)
  const denied = told.exitCode === EXIT.DENIED && /^AccessDenied/.test(told.code)
  const hints = wrongCode
    ? [`a code of ${mfaSerial} is good for once: wait for the next one and repeat the command`]
    : denied
      ? ['the role’s trust policy and the caller’s own policies must both allow it']
      : told.hints
  return new KmsctlError(told.code, `role ${role} cannot be assumed: ${told.message}`, {
    hints,
    // Whatever STS does not like of a role, the credentials are what is missing.
    exitCode: told.exitCode === EXIT.FAILED ? EXIT.DENIED : told.exitCode,
    requestId: told.requestId,
    cause: error,
  })
}

export function missingProfile({ profile, namedBy }: Configuration): KmsctlError {
  return new KmsctlError(
    'NoCredentials',
    `profile ${profile} (${namedBy}) is in neither the config nor the credentials file`,
    { hints: ['see which there are: `aws configure list-profiles`'] },
  )
}

function asNew({ code, message, hints, exitCode, requestId, cause }: KmsctlError): KmsctlError {
  return new KmsctlError(code, message, { hints, exitCode, requestId, cause })
}

/** The profile and those that it takes its credentials from, `source_profile` by `source_profile`. */
function lineage({ profile, section }: Configuration): string[] {
  const names: string[] = []
  let next: string | undefined = profile
  while (next !== undefined && !names.includes(next)) {
    names.push(next)
    next = section(next)?.source_profile
  }
  return names
}

function profileWith(configuration: Configuration, setting: RegExp): string | undefined {
  return lineage(configuration).find((name) =>
    Object.keys(configuration.section(name) ?? {}).some((key) => setting.test(key)),
  )
}

function fromProcess(
  text: string,
  { configuration }: CredentialCircumstances,
): KmsctlError | undefined {
  const profile = profileWith(configuration, /^credential_process$/)
  if (profile === undefined) return undefined
  const what = `credential_process of profile ${profile}`
  const returned = /credential_process ((?:returned|did not return) .*?)\.?$/.exec(text)?.[1]
  if (returned !== undefined) {
    const expired = /expired/.test(returned)
    return new KmsctlError(
      expired ? 'ExpiredCredentials' : 'NoCredentials',
      `${what} ${returned}`,
      {
        hints: [
          expired
            ? 'sign in again with the program that it runs'
            : 'it must print a JSON object with Version 1, AccessKeyId and SecretAccessKey',
        ],
      },
    )
  }
  if (!text.startsWith('Command failed')) return undefined
  // "Command failed: COMMAND", then what it wrote on stderr. The command itself may hold secrets.
  const [, ...written] = text.split(/[\r\n]+/)
  const words = written.map((line) => line.trim()).find((line) => line !== '')
  return new KmsctlError(
    'NoCredentials',
    words === undefined ? `${what} failed` : `${what} failed: ${withoutSecrets(words)}`,
    { hints: ['run that program by hand to see more of what it says'] },
  )
}

/** A line of somebody else's program, cut short, with what looks like a secret left out. */
function withoutSecrets(line: string): string {
  const clean = line
    .replaceAll(/((?:secret|token|passw\w*|key)\w*["']?\s*[:=]\s*)("[^"]*"|'[^']*'|\S+)/gi, '$1…')
    .replaceAll(/[\w+=-]{16,}/g, '…')
  return clean.length > 200 ? `${clean.slice(0, 200)}…` : clean
}

function fromSso(text: string, { configuration }: CredentialCircumstances) {
  const profile = profileWith(configuration, /^sso_/)
  if (profile === undefined) return undefined
  const login = `sign in again: \`aws sso login --profile ${profile}\``
  const [, name, message = text] = /^(\w+(?:Exception|Error)): (.*)/s.exec(text) ?? []
  if (name === 'UnauthorizedException' || (name === undefined && isSessionLost(text))) {
    return new KmsctlError(
      'ExpiredCredentials',
      `the SSO session of profile ${profile} has ended`,
      {
        hints: [login],
      },
    )
  }
  if (name === 'ForbiddenException') {
    return new KmsctlError(
      'AccessDenied',
      `SSO gives profile ${profile} no role: ${lowered(message)}`,
      {
        exitCode: EXIT.DENIED,
        hints: [`check sso_account_id and sso_role_name of profile ${profile}`],
      },
    )
  }
  if (name === 'TooManyRequestsException') {
    return new KmsctlError(name, `SSO: ${lowered(message)}`, { exitCode: EXIT.UNAVAILABLE })
  }
  return new KmsctlError('NoCredentials', `SSO of profile ${profile}: ${lowered(message)}`, {
    hints: [login],
  })
}

/** What the SDK says of a token that is not there, is over, or cannot be renewed. */
function isSessionLost(text: string): boolean {
  return /aws sso login|token is expired|value not present for/i.test(text)
}

function fromLogin(text: string, { configuration }: CredentialCircumstances) {
  const profile = profileWith(configuration, /^login_session$/)
  if (profile === undefined) return undefined
  const hints = [`sign in again: \`aws login --profile ${profile}\``]
  if (/insufficient permissions/.test(text)) {
    return new KmsctlError('AccessDenied', lowered(text), { exitCode: EXIT.DENIED, hints })
  }
  return new KmsctlError(
    'ExpiredCredentials',
    `the aws login session of profile ${profile} is missing or has ended`,
    { hints },
  )
}

function fromTokenFile(error: unknown, { env, configuration }: CredentialCircumstances) {
  const { code, syscall } = error as NodeJS.ErrnoException
  const path = configuration.settings?.web_identity_token_file ?? env.AWS_WEB_IDENTITY_TOKEN_FILE
  if (path === undefined || code === undefined || !/^(open|read)$/.test(syscall ?? '')) {
    return undefined
  }
  return new KmsctlError(
    'NoCredentials',
    `the web identity token ${path} cannot be read (${code})`,
    {
      hints: ['check web_identity_token_file, or AWS_WEB_IDENTITY_TOKEN_FILE'],
    },
  )
}

function fromProfile(text: string, { configuration }: CredentialCircumstances) {
  const name = /^Could not resolve credentials using profile: \[(.*)\]/.exec(text)?.[1]
  if (name === undefined) return undefined
  const what =
    configuration.section(name) === undefined
      ? `profile ${name} (source_profile of ${configuration.profile}) is in neither the config nor the credentials file`
      : `profile ${name} does not say completely how to come by credentials`
  return new KmsctlError('NoCredentials', what, {
    hints: [`see what it says: \`aws configure list --profile ${name}\``],
  })
}

function fromContainer(text: string, { env }: CredentialCircumstances) {
  const variable = [
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  ].find((name) => env[name])
  if (variable === undefined) return undefined
  const [line = ''] = text.split('\n')
  return new KmsctlError(
    'NoCredentials',
    `the container gives no credentials (${variable}): ${lowered(line)}`,
    { hints: ['check that the task or pod has a role'] },
  )
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function lowered(text: string): string {
  const [line = ''] = text.split(/[\r\n]/)
  const plain = line.trim().replace(/\.$/, '')
  return /^[A-Z][a-z]/.test(plain) ? plain.charAt(0).toLowerCase() + plain.slice(1) : plain
}
