/** CreateGrant, ListGrants, RevokeGrant, RetireGrant. */
import { randomBytes } from 'node:crypto'
import { isAwsPrincipal } from '../checks/policy-document.js'
import { ServiceError } from '../http/service-error.js'
import { partitionOf } from '../model/arn.js'
import {
  dryRunSucceeded,
  invalidArn,
  limitExceeded,
  notFound,
  validation,
} from '../model/errors.js'
import { requireState } from '../model/key-states.js'
import {
  ACCOUNT_ID,
  type Grant,
  type GrantConstraints,
  isSymmetric,
  type Key,
} from '../model/model.js'
import { checkGrantTokens, newGrantToken, readGrantToken } from '../request/grant-tokens.js'
import { type Input, list, required, structure, text } from '../request/input-schema.js'
import * as member from '../request/input-types.js'
import { findKey } from '../request/key-ref.js'
import { page } from '../request/paging.js'
import { reading, seconds, writing } from '../request/request-context.js'

const MOST_PER_KEY = 50_000

const createInput = {
  KeyId: member.keyId,
  GranteePrincipal: member.principal,
  GranteeServicePrincipal: member.principal,
  RetiringPrincipal: member.principal,
  RetiringServicePrincipal: member.principal,
  Operations: required(list(member.grantOperation)),
  Constraints: structure({
    EncryptionContextSubset: member.encryptionContext,
    EncryptionContextEquals: member.encryptionContext,
    SourceArn: text(),
  }),
  GrantTokens: member.grantTokens,
  Name: member.grantName,
  DryRun: member.dryRun,
}

type CreateInput = Input<typeof createInput>

export const CreateGrant = writing(createInput, (call, input) => {
  const key = findKey(call, input.KeyId)
  requireState(call.operation, key)
  checkGrantTokens(input.GrantTokens)
  checkPrincipals(input, partitionOf(call.region))
  checkOperations(key, input.Operations)
  checkConstraints(key, input)
  const wanted = wantedGrant(input, call.now)
  const existing = key.grants.find((grant) => wanted.name !== null && same(grant, wanted))
  if (existing === undefined && key.grants.length >= MOST_PER_KEY) {
    throw limitExceeded(`${key.arn} has ${MOST_PER_KEY} grants, the most that a key can have.`)
  }
  if (input.DryRun === true) throw dryRunSucceeded()
  if (existing === undefined) key.grants.push(wanted)
  const { grantId } = existing ?? wanted
  return { GrantToken: newGrantToken({ keyArn: key.arn, grantId }), GrantId: grantId }
})

function wantedGrant(input: CreateInput, now: number): Grant {
  return {
    grantId: randomBytes(32).toString('hex'),
    name: input.Name ?? null,
    createdAt: now,
    granteePrincipal: input.GranteePrincipal ?? null,
    granteeServicePrincipal: input.GranteeServicePrincipal ?? null,
    retiringPrincipal: input.RetiringPrincipal ?? null,
    retiringServicePrincipal: input.RetiringServicePrincipal ?? null,
    operations: [...new Set(input.Operations)],
    constraints: constraintsOf(input),
  }
}

/** A repeated CreateGrant with the same Name and parameters is the same grant (API reference). */
function same(one: Grant, other: Grant): boolean {
  const parameters = ({ grantId, createdAt, operations, constraints, ...rest }: Grant) =>
    JSON.stringify([rest, [...operations].sort(), sorted(constraints)])
  return parameters(one) === parameters(other)
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.map(([name, item]) => [name, sorted(item)])
}

function constraintsOf({ Constraints }: CreateInput): GrantConstraints | null {
  const { EncryptionContextEquals, EncryptionContextSubset, SourceArn } = Constraints ?? {}
  const constraints: GrantConstraints = {
    ...(EncryptionContextSubset !== undefined && { EncryptionContextSubset }),
    ...(EncryptionContextEquals !== undefined && { EncryptionContextEquals }),
    ...(SourceArn !== undefined && { SourceArn }),
  }
  return Object.keys(constraints).length === 0 ? null : constraints
}

/** Rules of the API reference (CreateGrantRequest); the sentences are the sandbox's. */
function checkPrincipals(input: CreateInput, partition: string): void {
  if ((input.GranteePrincipal === undefined) === (input.GranteeServicePrincipal === undefined)) {
    throw validation('Specify either GranteePrincipal or GranteeServicePrincipal, but not both.')
  }
  const retires = input.RetiringPrincipal !== undefined
  const serviceRetires = input.RetiringServicePrincipal !== undefined
  if (retires && serviceRetires) {
    throw validation('Specify RetiringPrincipal or RetiringServicePrincipal, but not both.')
  }
  if (input.GranteeServicePrincipal !== undefined) {
    if (input.Constraints?.SourceArn === undefined || !(retires || serviceRetires)) {
      throw validation(
        'A GranteeServicePrincipal needs a SourceArn constraint and a retiring principal.',
      )
    }
  }
  for (const name of [input.GranteePrincipal, input.RetiringPrincipal]) {
    if (name === undefined) continue
    if (!name.startsWith('arn:') || !isAwsPrincipal(name, partition)) {
      throw invalidArn(`Invalid arn ${name}`)
    }
  }
}

/** "The operation must be supported on the KMS key", by its usage and spec (API reference). */
function checkOperations(key: Key, operations: readonly string[]): void {
  if (operations.length === 0) throw validation('Operations must not be empty.')
  const supported = new Set(['CreateGrant', 'DescribeKey', 'RetireGrant', ...usable(key)])
  const wrong = operations.find((operation) => !supported.has(operation))
  if (wrong !== undefined) {
    throw validation(
      `Operation ${wrong} is not supported on ${key.arn}, a ${key.keySpec} key for ${key.keyUsage}.`,
    )
  }
}

function usable(key: Key): string[] {
  const cipher = ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo']
  switch (key.keyUsage) {
    case 'SIGN_VERIFY':
      return ['Sign', 'Verify', 'GetPublicKey']
    case 'GENERATE_VERIFY_MAC':
      return ['GenerateMac', 'VerifyMac']
    case 'KEY_AGREEMENT':
      return ['DeriveSharedSecret', 'GetPublicKey']
    case 'ENCRYPT_DECRYPT':
      if (!isSymmetric(key)) return [...cipher, 'GetPublicKey']
      return [
        ...cipher,
        'GenerateDataKey',
        'GenerateDataKeyWithoutPlaintext',
        'GenerateDataKeyPair',
        'GenerateDataKeyPairWithoutPlaintext',
      ]
    default:
      return []
  }
}

/** Up to 8 pairs of up to 384 characters, and only where there is an encryption context. */
function checkConstraints(key: Key, { Constraints }: CreateInput): void {
  const { EncryptionContextEquals, EncryptionContextSubset } = Constraints ?? {}
  for (const context of [EncryptionContextEquals, EncryptionContextSubset]) {
    if (context === undefined) continue
    if (!isSymmetric(key)) {
      throw validation(`${key.arn} has no encryption context that a grant could constrain.`)
    }
    const pairs = Object.entries(context)
    if (pairs.length > 8 || pairs.some(([name, value]) => name.length + value.length > 384)) {
      throw validation('An encryption context constraint takes 8 pairs of 384 characters.')
    }
  }
}

export const ListGrants = reading(
  {
    KeyId: member.keyId,
    Limit: member.limit100,
    Marker: member.marker,
    GrantId: member.grantId,
    GranteePrincipal: member.principal,
    GranteeServicePrincipal: member.principal,
  },
  (call, input) => {
    const key = findKey(call, input.KeyId)
    requireState(call.operation, key)
    const { GrantId, GranteePrincipal, GranteeServicePrincipal } = input
    if (GrantId !== undefined) requireGrantId(GrantId)
    if (GranteePrincipal !== undefined && GranteeServicePrincipal !== undefined) {
      throw validation('Specify either GranteePrincipal or GranteeServicePrincipal, but not both.')
    }
    const { items, more } = page(call, input, {
      items: key.grants,
      id: (grant) => grant.grantId,
      defaultLimit: 50,
      scope: JSON.stringify([key.keyId, GrantId, GranteePrincipal, GranteeServicePrincipal]),
      matches: (grant) =>
        (GrantId === undefined || grant.grantId === GrantId) &&
        (GranteePrincipal === undefined || grant.granteePrincipal === GranteePrincipal) &&
        (GranteeServicePrincipal === undefined ||
          grant.granteeServicePrincipal === GranteeServicePrincipal),
    })
    return { Grants: items.map((grant) => entry(key, grant, call.region)), ...more }
  },
)

function entry(key: Key, grant: Grant, region: string): object {
  return {
    KeyId: key.arn,
    GrantId: grant.grantId,
    Name: grant.name ?? '',
    CreationDate: seconds(grant.createdAt),
    ...(grant.granteePrincipal !== null && { GranteePrincipal: grant.granteePrincipal }),
    ...(grant.granteeServicePrincipal !== null && {
      GranteeServicePrincipal: grant.granteeServicePrincipal,
    }),
    ...(grant.retiringPrincipal !== null && { RetiringPrincipal: grant.retiringPrincipal }),
    ...(grant.retiringServicePrincipal !== null && {
      RetiringServicePrincipal: grant.retiringServicePrincipal,
    }),
    IssuingAccount: `arn:${partitionOf(region)}:iam::${ACCOUNT_ID}:root`,
    Operations: grant.operations,
    ...(grant.constraints !== null && { Constraints: grant.constraints }),
  }
}

export const RevokeGrant = writing(
  { KeyId: member.keyId, GrantId: required(member.grantId), DryRun: member.dryRun },
  (call, input) => {
    const key = findKey(call, input.KeyId)
    requireState(call.operation, key)
    removeGrant(key, input.GrantId, input.DryRun)
    return undefined
  },
)

/** By a token, or by key ARN and grant ID (API reference: not by key ID). */
export const RetireGrant = writing(
  {
    GrantToken: member.grantToken,
    KeyId: member.optionalKeyId,
    GrantId: member.grantId,
    DryRun: member.dryRun,
  },
  (call, input) => {
    const { GrantToken, GrantId, KeyId } = input
    const byId = KeyId !== undefined && GrantId !== undefined
    const halfId = (KeyId === undefined) !== (GrantId === undefined)
    if (halfId || byId === (GrantToken !== undefined)) {
      throw validation('Specify either a GrantToken, or a KeyId and a GrantId.')
    }
    if (KeyId !== undefined && !KeyId.startsWith('arn:')) throw invalidArn(`Invalid arn ${KeyId}`)
    const named = byId ? { keyArn: KeyId, grantId: GrantId } : readGrantToken(GrantToken ?? '')
    const key = findKey(call, named.keyArn)
    requireState(call.operation, key)
    removeGrant(key, named.grantId, input.DryRun)
    return undefined
  },
)

function removeGrant(key: Key, grantId: string, dryRun: boolean | undefined): void {
  requireGrantId(grantId)
  if (!key.grants.some((grant) => grant.grantId === grantId)) {
    throw notFound(`Grant ID ${grantId} not found`)
  }
  if (dryRun === true) throw dryRunSucceeded()
  key.grants = key.grants.filter((grant) => grant.grantId !== grantId)
}

function requireGrantId(grantId: string): void {
  if (!/^[0-9a-f]{64}$/.test(grantId)) {
    throw new ServiceError('InvalidGrantIdException', `Invalid grant ID ${grantId}`)
  }
}
