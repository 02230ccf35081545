/** What the tests of lib/kms share: sessions whose calls are seen, made to fail, or answered by hand. */
import {
  DescribeKeyCommand,
  GetKeyLastUsageCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListAliasesCommand,
  ListGrantsCommand,
  ListResourceTagsCommand,
  type KeyMetadata as SdkMetadata,
} from '@aws-sdk/client-kms'
import { mockClient } from 'aws-sdk-client-mock'
import { expect } from 'vitest'
import type { Session } from '../../src/lib/aws/session.js'
import { KmsctlError } from '../../src/lib/errors.js'
import { carryOut, type Gate, type Plan } from '../../src/lib/kms/change/plan.js'
import { type CreateRequest, planCreate } from '../../src/lib/kms/create/plan.js'
import type { Change, DryRun, Key } from '../../src/lib/results.js'
import { emptyMemory } from '../support/run/memory.js'
import { type SandboxSession, sandboxSession } from '../support/session.js'

export const ACCOUNT = '111122223333'
export const REGION = 'us-east-1'
export const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab'
export const OTHER_ID = '0987dcba-09fe-87dc-65ba-ab0987654321'
export const arnOf = (keyId: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${keyId}`
export const ARN = arnOf(KEY_ID)
export const NOW = new Date('2026-06-01T12:00:00Z')

/** An operation's name and its input, as it was sent. */
export type Sent = readonly [operation: string, input: object]

/** DescribeKey's answer for a symmetric key that works. */
export function metadata(over: Partial<SdkMetadata> = {}): SdkMetadata {
  const KeyId = over.KeyId ?? KEY_ID
  return {
    KeyId,
    Arn: arnOf(KeyId),
    AWSAccountId: ACCOUNT,
    KeyState: 'Enabled',
    Enabled: (over.KeyState ?? 'Enabled') === 'Enabled',
    KeyManager: 'CUSTOMER',
    KeySpec: 'SYMMETRIC_DEFAULT',
    KeyUsage: 'ENCRYPT_DECRYPT',
    Origin: 'AWS_KMS',
    MultiRegion: false,
    Description: '',
    CreationDate: new Date('2026-05-01T00:00:00Z'),
    ...over,
  }
}

/** A session without any network: the stub says what is answered, the log says what was sent. */
export function mockedSession() {
  const client = new KMSClient({
    region: REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const kms = mockClient(client)
  const memory = emptyMemory()
  const sleeps: number[] = []
  const session: Session = {
    kms: client,
    region: REGION,
    identity: async () => ({
      accountId: ACCOUNT,
      arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
      userId: 'AIDAEXAMPLE',
      partition: 'aws',
    }),
    now: () => NOW,
    memory: async () => memory,
    sleep: async (milliseconds) => {
      sleeps.push(milliseconds)
    },
  }
  const sent = (): Sent[] =>
    kms.calls().map(({ args: [command] }) => [
      command.constructor.name.replace(/Command$/, ''),
      // biome-ignore lint/suspicious/noExplicitAny: a command of any operation
      (command as any).input,
    ])
  return { session, kms, sleeps, sent, changes: () => sent().filter(([name]) => mutates(name)) }
}

/** The parts that `describe` reads, for a key without any; other answers may be put over them. */
export function answerParts(
  kms: ReturnType<typeof mockedSession>['kms'],
  ...described: SdkMetadata[]
): void {
  const last = described.at(-1) ?? metadata()
  const stub = kms.on(DescribeKeyCommand)
  for (const answer of described.slice(0, -1)) stub.resolvesOnce({ KeyMetadata: answer })
  stub.resolves({ KeyMetadata: last })
  kms.on(ListAliasesCommand).resolves({ Aliases: [] })
  kms.on(ListResourceTagsCommand).resolves({ Tags: [] })
  kms.on(GetKeyRotationStatusCommand).resolves({ KeyRotationEnabled: false })
  kms.on(GetKeyLastUsageCommand).resolves({
    KeyLastUsage: {},
    KeyCreationDate: new Date('2026-05-01T00:00:00Z'),
    TrackingStartDate: new Date('2026-04-23T00:00:00Z'),
  } as never)
  kms.on(ListGrantsCommand).resolves({ Grants: [] })
}

/** Whether an operation changes something: not by kmsctl's own notion of it. */
export function mutates(operation: string): boolean {
  return !/^(Describe|List|Get)/.test(operation)
}

/** An error as the SDK throws it for an answer of AWS's. */
export function awsError(name: string, message = `${name} happened.`, status = 400): Error {
  return Object.assign(new Error(message), {
    name,
    $fault: status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: status, requestId: 'req-1', attempts: 1 },
  })
}

export const denied = (action = 'kms:Any') =>
  awsError('AccessDeniedException', `User: alice is not authorized to perform: ${action}`)
export const notFound = () => awsError('NotFoundException', `Key '${ARN}' does not exist`)
export const reset = () =>
  Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' })
export const internal = () => awsError('KMSInternalException', 'Internal failure.', 500)

/** The error that an attempt ends with. */
export async function failure(attempt: Promise<unknown>): Promise<KmsctlError> {
  const error = await attempt.then(
    (value) => expect.fail(`succeeded: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  )
  if (!(error instanceof KmsctlError)) throw error
  expect(error.message).toMatch(ONE_LINE)
  return error
}

/** "An error message is one lower-case line" (contract 5). */
export const ONE_LINE = /^(?![A-Z][a-z])[^\n\r\u2028\u2029]+[^.\s]$/u

/** A gate that lets everything pass and remembers what it was asked. */
export function gate(over: { dryRun?: boolean; confirm?: () => Promise<void> } = {}) {
  const announced: string[] = []
  const asked: Parameters<Gate['confirm']>[0][] = []
  const opened: Gate = {
    dryRun: over.dryRun ?? false,
    announce: async (account, region) => {
      announced.push(`${account} ${region}`)
    },
    confirm: async (confirmation) => {
      asked.push(confirmation)
      await over.confirm?.()
    },
  }
  return Object.assign(opened, { announced, asked })
}

/** Plans and carries out, as a command does. */
export async function apply<R>(plan: Promise<Plan<R>>): Promise<R> {
  return (await carryOut(await plan, gate())) as R
}

export async function dry<R>(plan: Promise<Plan<R>>): Promise<DryRun> {
  return (await carryOut(await plan, gate({ dryRun: true }))) as DryRun
}

type RequestOptions = Partial<Omit<CreateRequest, 'key'>> & Partial<CreateRequest['key']>

/** What `create` is asked for: `--alias app` where nothing else is said. */
export function request(over: RequestOptions = {}): CreateRequest {
  const { policy, admins, users, grantUsers, allow, ifNotExists, ...key } = over
  return {
    key: {
      aliases: over.noAlias === true ? [] : ['app'],
      noAlias: false,
      multiRegion: false,
      tags: {},
      disabled: false,
      claimTag: true,
      ...key,
    },
    ...(policy === undefined ? {} : { policy }),
    admins: admins ?? [],
    users: users ?? [],
    grantUsers: grantUsers ?? [],
    allow: allow ?? [],
    ifNotExists: ifNotExists ?? false,
  }
}

export function create(session: Session, over: RequestOptions = {}): Promise<Change> {
  return apply(planCreate(session, request(over)))
}

/** The key that `create` made in an embedded KMS, and a clean log of what is sent from then on. */
export async function createdIn(session: SandboxSession, over: RequestOptions = {}): Promise<Key> {
  const { key } = await create(session, over)
  session.sent.length = 0
  return key
}

/** A session on an embedded KMS with one key in it. */
export async function withKey(over: RequestOptions = {}) {
  const session = await sandboxSession()
  const key = await createdIn(session, over)
  return { session, key, keyId: key.keyId, arn: key.arn }
}

/** The operations sent that change something. */
export function changes({ sent }: Pick<SandboxSession, 'sent'>): string[] {
  return sent.filter(mutates)
}

/** Lets calls fail, or happen with something before or after them, on their way to an embedded KMS. */
export function intercept(
  { kms }: Pick<Session, 'kms'>,
  around: (operation: string, send: () => Promise<unknown>) => Promise<unknown>,
): void {
  kms.middlewareStack.add(
    (next, context) => (args) =>
      around(context.commandName?.replace(/Command$/, '') ?? '?', () => next(args)) as never,
    { step: 'initialize', name: `intercept${Math.random()}`, priority: 'low' },
  )
}

/** Lets operations fail, with the answer lost where `after` says that KMS carried them out. */
export function failing(
  session: Pick<Session, 'kms'>,
  errors: Readonly<Record<string, () => unknown>>,
  { after = false } = {},
): void {
  intercept(session, async (operation, send) => {
    const error = errors[operation]
    if (error === undefined) return send()
    if (after) await send()
    throw error()
  })
}
