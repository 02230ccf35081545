/** How often what is sent (contract 6.7; docs/facts/constraints.md, Retry). */
import {
  CreateGrantCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyCommand,
  ListKeysCommand,
  ReplicateKeyCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { effectOf, explain } from '../../../src/lib/aws/call/errors.js'
import { isRead, isSingleAttempt, operationName } from '../../../src/lib/aws/call/operations.js'
import { type Answer, connectionReset, refusal, scriptedWire, wired } from '../support.js'

const KeyId = '1234abcd-12ab-34cd-56ef-1234567890ab'

const once = {
  CreateKey: new CreateKeyCommand({}),
  RotateKeyOnDemand: new RotateKeyOnDemandCommand({ KeyId }),
  CreateGrant: new CreateGrantCommand({
    KeyId,
    GranteePrincipal: 'x',
    Operations: ['Decrypt'],
    Name: 'n',
  }),
  ReplicateKey: new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }),
}

const failures: Record<string, () => Answer> = {
  reset: () => {
    throw connectionReset()
  },
  timeout: () => {
    throw Object.assign(new Error('late'), { name: 'TimeoutError' })
  },
  KMSInternalException: () => refusal('KMSInternalException', 500),
  DependencyTimeoutException: () => refusal('DependencyTimeoutException', 503),
  ThrottlingException: () => refusal('ThrottlingException'),
  LimitExceededException: () => refusal('LimitExceededException'),
  HTML: () => ({ status: 502, body: '<html>' }),
  empty: () => ({ status: 503, body: '' }),
}

type Sendable = Parameters<Awaited<ReturnType<typeof wired>>['kms']['send']>[0]

async function sends(command: object, script: Parameters<typeof scriptedWire>[0]) {
  const { wire, operations } = scriptedWire(script)
  const { kms } = await wired(wire)
  const error = await kms.send(command as Sendable).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return { error, count: operations().length }
}

describe('sent at most once', () => {
  const cases = Object.entries(once).flatMap(([operation, command]) =>
    Object.keys(failures).map((failure) => ({ operation, command, failure })),
  )

  it.each(cases)('$operation on $failure', async ({ command, failure }) => {
    const { error, count } = await sends(command, failures[failure] as () => Answer)
    expect(error).toBeInstanceOf(Error)
    expect(count).toBe(1)
  })
})

describe('sent again', () => {
  it('STS’s question, too', async () => {
    const { wire, operations } = scriptedWire(() => ({ status: 500, body: '' }))
    const sts = await (await wired(wire)).sts()
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toThrow()
    expect(operations()).toHaveLength(3)
  })

  it.each([
    'reset',
    'timeout',
    'KMSInternalException',
    'DependencyTimeoutException',
    'HTML',
    'empty',
  ])('DescribeKey on %s: three times and no more', async (failure) => {
    const command = new DescribeKeyCommand({ KeyId })
    expect((await sends(command, failures[failure] as () => Answer)).count).toBe(3)
  })

  it.each([new DescribeKeyCommand({ KeyId }), new EnableKeyCommand({ KeyId })])(
    'throttled while KMS lets none through: five times, and it certainly had no effect',
    async (command) => {
      const { error, count } = await sends(command, () => refusal('ThrottlingException'))
      expect(count).toBe(5)
      expect(effectOf(error)).toBe('none')
      expect(explain(error)).toMatchObject({ exitCode: 9 })
    },
  )

  it('throttling and a broken connection are counted apart', async () => {
    const script = ['ThrottlingException', 'reset', 'ThrottlingException', 'reset', 'HTML']
    const { count } = await sends(new DescribeKeyCommand({ KeyId }), (_operation, n) =>
      (failures[script[n - 1] as string] as () => Answer)(),
    )
    expect(count).toBe(5)
  })

  it('a second attempt that works is a success', async () => {
    const command = new DescribeKeyCommand({ KeyId })
    const { error, count } = await sends(command, (_operation, n) =>
      n < 3 ? refusal('ThrottlingException') : {},
    )
    expect({ error, count }).toEqual({ error: undefined, count: 3 })
  })

  it.each([
    'LimitExceededException',
    'AccessDeniedException',
    'NotFoundException',
    'KMSInvalidStateException',
    'MalformedPolicyDocumentException',
    'ValidationException',
  ])('%s is an answer: never repeated', async (name) => {
    for (const command of [new DescribeKeyCommand({ KeyId }), new EnableKeyCommand({ KeyId })]) {
      const { error, count } = await sends(command, () => refusal(name))
      expect(error).toMatchObject({ name })
      expect(count).toBe(1)
    }
  })

  it('many throttled calls side by side each get their attempts (docs/facts/quotas.md)', async () => {
    const seen = new Map<string, number>()
    const { wire } = scriptedWire((_operation, _n, { headers }) => {
      const id = headers['amz-sdk-invocation-id'] ?? ''
      seen.set(id, (seen.get(id) ?? 0) + 1)
      return seen.get(id) === 1 ? refusal('ThrottlingException') : {}
    })
    const { kms } = await wired(wire)
    await Promise.all(Array.from({ length: 16 }, () => kms.send(new ListKeysCommand({}))))
    expect([...seen.values()]).toEqual(Array(16).fill(2))
  })
})

describe('a refusal of the second attempt says nothing of the first (semantics, CreateKey)', () => {
  const schedule = new ScheduleKeyDeletionCommand({ KeyId })
  const refused = refusal('KMSInvalidStateException')

  it.each(['reset', 'timeout', 'KMSInternalException', 'HTML'])(
    'after %s it is unknown whether the change was made',
    async (failure) => {
      const { error, count } = await sends(schedule, (_operation, n) =>
        n === 1 ? (failures[failure] as () => Answer)() : refused,
      )
      expect(count).toBe(2)
      expect(explain(error).code).toBe('KMSInvalidStateException')
      expect(effectOf(error)).toBe('unknown')
    },
  )

  it('after throttling it is a refusal like any other', async () => {
    const { error } = await sends(schedule, (_operation, n) =>
      n === 1 ? refusal('ThrottlingException') : refused,
    )
    expect(effectOf(error)).toBe('none')
  })

  it('of another call it says nothing', async () => {
    const { wire } = scriptedWire((operation) => {
      if (operation === 'EnableKey') throw connectionReset()
      return refused
    })
    const { kms } = await wired(wire)
    await expect(kms.send(new EnableKeyCommand({ KeyId }))).rejects.toThrow()
    const error = await kms.send(schedule).catch((reason: unknown) => reason)
    expect(effectOf(error)).toBe('none')
  })
})

describe('what is known of an operation by its name', () => {
  it('reads and changes', () => {
    expect(['DescribeKey', 'ListKeys', 'GetKeyPolicy', 'GetCallerIdentity'].every(isRead)).toBe(
      true,
    )
    const changes = [...Object.keys(once), 'EnableKey', 'DeleteAlias', 'PutKeyPolicy', 'Unheard']
    expect(changes.some(isRead)).toBe(false)
  })

  it('single attempts are exactly those without idempotency', () => {
    expect(Object.keys(once).every(isSingleAttempt)).toBe(true)
    expect(['EnableKey', 'CreateAlias', 'DescribeKey'].some(isSingleAttempt)).toBe(false)
    expect(operationName('CreateKeyCommand')).toBe('CreateKey')
    expect(operationName(undefined)).toBe('request')
  })
})
