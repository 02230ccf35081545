/** The one table from errors to exit codes (contract 5; docs/facts/operations.csv). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  effectOf,
  errorCode,
  exitCodeOf,
  explain,
  isNotFound,
  SERVICE_ERRORS,
} from '../../src/lib/aws/call/errors.js'
import { failureOf, noteFailure } from '../../src/lib/aws/call/failure.js'
import { abortedInFlight } from '../../src/lib/aws/call/run-signals.js'
import { ERROR_CODES, type ErrorCode, ends, KmsctlError } from '../../src/lib/errors.js'
import { awsError, ONE_LINE } from '../kms/support.js'

/** What each of AWS's errors ends with, and why: an independent reading of contract 5. */
const EXPECTED: Record<number, string[]> = {
  // AWS failed, and nothing more precise fits: a quota, an answer that makes no sense to us.
  1: ['LimitExceededException', 'InvalidMarkerException'],
  2: [
    'ValidationException',
    'InvalidArnException',
    'InvalidAliasNameException',
    'TagException',
    'InvalidGrantIdException',
    'InvalidGrantTokenException',
  ],
  3: ['NotFoundException', 'CustomKeyStoreNotFoundException', 'XksKeyNotFoundException'],
  4: [
    'AccessDeniedException',
    'AccessDenied',
    'NotAuthorizedException',
    'UnrecognizedClientException',
    'InvalidClientTokenId',
    'IncompleteSignature',
    'SignatureDoesNotMatch',
    'InvalidSignatureException',
    'MissingAuthenticationTokenException',
    'OptInRequired',
    'ExpiredTokenException',
    'ExpiredToken',
  ],
  5: [
    'KMSInvalidStateException',
    'DisabledException',
    'KeyUnavailableException',
    'UnsupportedOperationException',
    'MalformedPolicyDocumentException',
    'CustomKeyStoreInvalidStateException',
    'CloudHsmClusterInvalidConfigurationException',
    'XksKeyInvalidConfigurationException',
  ],
  6: ['AlreadyExistsException', 'ConflictException', 'XksKeyAlreadyInUseException'],
  9: [
    'ThrottlingException',
    'Throttling',
    'KMSInternalException',
    'DependencyTimeoutException',
    'ServiceUnavailableException',
    'ServiceUnavailable',
    'InternalFailure',
  ],
}

const table = Object.entries(EXPECTED).flatMap(([code, names]) =>
  names.map((name) => [name, Number(code)] as const),
)

/** Declared by operations that kmsctl never sends: cryptography, imports, custom key stores. */
const NEVER_SENT =
  /^(DataPlane|Decrypt|DeriveSharedSecret|Encrypt|GenerateDataKey.*|GenerateMac|GenerateRandom|GetPublicKey|ReEncrypt|Sign|Verify|VerifyMac|ImportKeyMaterial|GetParametersForImport|DeleteImportedKeyMaterial|.*CustomKeyStores?)$/
/** Success of DryRun, a parameter that kmsctl never sets (docs/facts/constraints.md). */
const NEVER_MET = ['DryRunOperationException']

const operations = readFileSync(new URL('../../docs/facts/operations.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => ({
    operation: line.split(',')[0] ?? '',
    errors: [...line.matchAll(/\b[A-Z]\w*Exception\b/g)].map(([name]) => name),
  }))

describe('AWS’s error names', () => {
  it.each(table)('%s ends with %d', (name, exitCode) => {
    const error = explain(awsError(name, 'Something is wrong.'))
    expect(error).toMatchObject({ code: name, exitCode, requestId: 'req-1' })
    expect(error.message).toBe('something is wrong')
    expect(exitCodeOf(name)).toBe(exitCode)
    for (const hint of error.hints) expect(hint).toMatch(ONE_LINE)
  })

  it('the table has these names and no others', () => {
    expect(Object.keys(SERVICE_ERRORS).sort()).toEqual(table.map(([name]) => name).sort())
  })

  it('every error that an operation of kmsctl’s declares is in the table (docs/facts/operations.csv)', () => {
    expect(operations).toHaveLength(54)
    const declared = operations
      .filter(({ operation }) => !NEVER_SENT.test(operation))
      .flatMap(({ errors }) => errors)
    const missing = new Set(declared.filter((name) => SERVICE_ERRORS[name] === undefined))
    expect([...missing]).toEqual(NEVER_MET)
  })

  it('the operations taken for never sent are no lifecycle operations', () => {
    const never = operations.filter(({ operation }) => NEVER_SENT.test(operation))
    const lifecycle =
      /^(Create(Key|Alias|Grant)|Enable|Disable|Schedule|Cancel|Rotate|Tag|Untag|Put)/
    expect(never.filter(({ operation }) => lifecycle.test(operation))).toEqual([])
    expect(never).toHaveLength(23)
  })

  it('an error of AWS’s that is not in the table keeps its name and ends with 1', () => {
    expect(explain(awsError('BrandNewException', 'No.'))).toMatchObject({
      code: 'BrandNewException',
      exitCode: 1,
      message: 'no',
    })
  })

  it.each(['BrandNewException', 'ServiceUnavailable', 'InternalServerError'])(
    '%s with 5xx keeps its name and ends with 9',
    (name) => {
      expect(explain(awsError(name, 'Later.', 503))).toMatchObject({
        code: name,
        exitCode: 9,
        message: 'later',
      })
    },
  )

  it.each([
    ['first line.\nsecond line', 'first line'],
    ['One sentence.', 'one sentence'],
    ['KMS is away.', 'KMS is away'],
    ['arn:aws:kms:x is disabled.', 'arn:aws:kms:x is disabled'],
    ['windows\r\nline ends', 'windows'],
    ['', 'no message but ValidationException'],
    ['\n', 'no message but ValidationException'],
    ['a\u2028b', 'a'],
  ])('the message %j becomes the line %j', (message, line) => {
    expect(explain(awsError('ValidationException', message)).message).toBe(line)
  })

  it('NotFoundException hints at Region and account, LimitExceededException at the quota', () => {
    expect(explain(awsError('NotFoundException')).hints.join()).toContain('Region')
    expect(explain(awsError('LimitExceededException')).hints.join()).toContain('quota')
    expect(isNotFound(awsError('NotFoundException'))).toBe(true)
    expect(isNotFound(undefined)).toBe(false)
  })
})

const socket = (code: string, name = 'Error') =>
  Object.assign(new Error(`failed with ${code}`), { code, name })

describe('errors without an answer', () => {
  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ECONNRESET',
    'EPIPE',
    'EPROTO',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'CERT_HAS_EXPIRED',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ])('%s is Unreachable: 9', (code) => {
    const error = explain(socket(code))
    expect(error).toMatchObject({ code: 'Unreachable', exitCode: 9 })
    expect(error.message).toMatch(ONE_LINE)
    const certificate = /CERT|SIGNATURE/.test(code)
    expect(/certificate|CA/.test(error.hints.join())).toBe(certificate)
    expect(errorCode(socket(code))).toBe('Unreachable')
  })

  it('the SDK’s name for resets, TimeoutError, does not make them timeouts', () => {
    expect(explain(socket('ECONNRESET', 'TimeoutError')).code).toBe('Unreachable')
  })

  it.each([
    Object.assign(new Error('no complete answer within 30 s'), {
      name: 'TimeoutError',
      code: 'ETIMEDOUT',
    }),
    Object.assign(new Error('@smithy/node-http-handler - the request socket did not establish'), {
      name: 'TimeoutError',
    }),
  ])('a timeout is Timeout: 9, without the SDK’s own prefix', (failure) => {
    const error = explain(failure)
    expect(error).toMatchObject({ code: 'Timeout', exitCode: 9 })
    expect(error.message).toMatch(/^the endpoint did not answer in time: (no|the request socket)/)
  })

  it('OpenSSL’s several lines become one', () => {
    const text = 'write EPROTO 00A:error:0A00010B:SSL routines::wrong version number:../x.c:355:\n'
    const error = explain(Object.assign(new Error(text), { code: 'EPROTO' }))
    expect(error.message).toMatch(ONE_LINE)
    expect(error.message).toContain('wrong version number')
  })

  it('a certificate hint names only what is read: Node’s own variable', () => {
    expect(explain(socket('SELF_SIGNED_CERT_IN_CHAIN')).hints).toEqual([
      expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    ])
    expect(explain(socket('SELF_SIGNED_CERT_IN_CHAIN')).hints.join()).toContain('AWS_CA_BUNDLE')
  })

  it.each([
    ['CredentialsProviderError', 'Could not load credentials from any providers', 'NoCredentials'],
    ['CredentialsProviderError', 'The SSO session has expired.', 'ExpiredCredentials'],
    ['TokenProviderError', 'Token refresh required', 'ExpiredCredentials'],
    ['ProviderError', 'Profile x not found', 'NoCredentials'],
  ])('%s: %s → %s: 4', (name, message, code) => {
    const error = explain(Object.assign(new Error(message), { name }))
    expect(error).toMatchObject({ code, exitCode: 4 })
    expect(error.message).toMatch(ONE_LINE)
    expect(error.hints.length).toBeGreaterThan(0)
  })

  it.each([[undefined], [null], ['text'], [new TypeError('x is not a function')]])(
    'anything else is Internal: 1 (%s)',
    (thrown) => {
      expect(explain(thrown)).toMatchObject({ code: 'Internal', exitCode: 1 })
    },
  )

  it('a KmsctlError comes back as it is', () => {
    const error = new KmsctlError('AliasTaken', 'taken')
    expect(explain(error)).toBe(error)
    expect(errorCode(error)).toBe('AliasTaken')
    expect(exitCodeOf('AliasTaken')).toBe(6)
    expect(exitCodeOf('NobodyKnows')).toBe(1)
    expect(exitCodeOf('constructor')).toBe(1)
  })

  it('own codes and AWS’s names never collide', () => {
    expect(Object.keys(ERROR_CODES).filter((code) => code in SERVICE_ERRORS)).toEqual([])
  })
})

describe('effectOf: whether a failed change certainly had no effect (contract 5)', () => {
  it.each([
    ['a typed refusal', awsError('KMSInvalidStateException'), 'none'],
    ['throttling', awsError('ThrottlingException'), 'none'],
    ['a refusal nobody knows', awsError('BrandNewException', 'x', 403), 'none'],
    ['KMSInternalException', awsError('KMSInternalException', 'x', 500), 'unknown'],
    ['DependencyTimeoutException', awsError('DependencyTimeoutException', 'x', 503), 'unknown'],
    ['a reset', socket('ECONNRESET', 'TimeoutError'), 'unknown'],
    ['a broken pipe', socket('EPIPE'), 'unknown'],
    ['a timeout', Object.assign(new Error('late'), { name: 'TimeoutError' }), 'unknown'],
    [
      'an answer nobody can read',
      Object.assign(new SyntaxError('x'), { $metadata: { httpStatusCode: 200 } }),
      'unknown',
    ],
    ['no credentials', Object.assign(new Error(), { name: 'CredentialsProviderError' }), 'none'],
    ['a refused connection', socket('ECONNREFUSED'), 'none'],
    ['a name that does not resolve', socket('ENOTFOUND'), 'none'],
    ['a certificate', socket('CERT_HAS_EXPIRED'), 'none'],
    [
      'a connection not made in time',
      Object.assign(
        new Error(
          'the request socket did not establish a connection with the server within the configured timeout of 5000 ms.',
        ),
        { name: 'TimeoutError' },
      ),
      'none',
    ],
    ['kmsctl’s own error', new KmsctlError('Interrupted', 'x'), 'none'],
    ['nothing at all', undefined, 'unknown'],
  ] as const)('%s', (_name, error, effect) => {
    expect(effectOf(error)).toBe(effect)
  })
})

describe('effectOf: every error at every status', () => {
  const STATUSES = [undefined, 200, 204, 302, 400, 403, 404, 429, 499, 500, 502, 503]
  const FAULTS = ['client', 'server', undefined] as const
  const NAMES = [...Object.keys(SERVICE_ERRORS), 'BrandNewException', 'Unknown', 'EmptyAnswer']
  const answered = (name: string, status: number | undefined, fault: string | undefined) =>
    Object.assign(new Error('x'), {
      name,
      $metadata: status === undefined ? {} : { httpStatusCode: status },
      ...(fault === undefined ? {} : { $fault: fault }),
    })

  it.each(NAMES)('%s: none for a typed refusal (4xx, the client’s fault), else unknown', (name) => {
    for (const status of STATUSES) {
      for (const fault of FAULTS) {
        const refused = [400, 403, 404, 429, 499].includes(status ?? 0) && fault === 'client'
        const told = `${status} ${fault}`
        expect([told, effectOf(answered(name, status, fault))]).toEqual([
          told,
          refused ? 'none' : 'unknown',
        ])
      }
    }
  })

  it.each(['CredentialsProviderError', 'ProviderError', 'TokenProviderError'])(
    '%s: none, whatever status it met',
    (name) => {
      const effects = STATUSES.map((status) => effectOf(answered(name, status, undefined)))
      expect(new Set(effects)).toEqual(new Set(['none']))
    },
  )

  it.each(Object.keys(ERROR_CODES) as ErrorCode[])(
    '%s: none, unless its request was under way',
    (code) => {
      const error = new KmsctlError(code, 'x')
      expect(effectOf(error)).toBe('none')
      expect(effectOf(abortedInFlight(AbortSignal.abort(error)))).toBe('unknown')
      expect(effectOf(error)).toBe('none')
    },
  )

  it.each(NAMES)('%s: unknown after an attempt whose effect is unknown, for good', (name) => {
    const error = answered(name, 400, 'client')
    noteFailure(error, { effect: 'unknown' })
    noteFailure(error, { effect: 'none', retry: 'never' })
    expect(effectOf(error)).toBe('unknown')
    expect(failureOf(error)).toEqual({ effect: 'unknown', retry: 'never' })
  })
})

describe('ends: how much an error ends', () => {
  const WIDER: Record<string, 'call' | 'run'> = {
    BadResponse: 'call',
    Interrupted: 'run',
    Timeout: 'run',
  }

  it.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s', (code) => {
    const error = new KmsctlError(code, 'x')
    const scope = WIDER[code] ?? 'task'
    expect(error.scope).toBe(scope)
    expect(ends('task', error)).toBe(scope !== 'call')
    expect(ends('run', error)).toBe(scope === 'run')
  })

  it.each(Object.keys(SERVICE_ERRORS))('%s: nothing, until it is explained', (name) => {
    const error = awsError(name)
    expect([ends('task', error), ends('run', error)]).toEqual([false, false])
    const explained = explain(error)
    expect([ends('task', explained), ends('run', explained)]).toEqual([true, false])
  })

  it('whoever makes the error may say otherwise, and an end under way keeps it', () => {
    const error = new KmsctlError('BadResponse', 'x', { scope: 'run' })
    expect(ends('run', error)).toBe(true)
    const signal = AbortSignal.abort(new KmsctlError('Interrupted', 'x', { scope: 'task' }))
    expect(ends('run', abortedInFlight(signal))).toBe(false)
  })

  it.each([undefined, null, 'text', new Error('x'), socket('ECONNRESET')])('not %s', (error) => {
    expect([ends('task', error), ends('run', error)]).toEqual([false, false])
  })
})
