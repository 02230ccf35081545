/**
 * The policy that the builder's flags describe. Sources: docs/facts/example-policy.json; "Default key policy"
 * and "Allowing users in other accounts to use a KMS key" in the KMS Developer Guide
 * (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html,
 * …/key-policy-modifying-external-accounts.html); for services, each service's own page.
 */
import { usageError } from '../../errors.js'
import type { OneOrMany, PolicyDocument, Statement } from '../document/document.js'
import { completePrincipal, type Identity } from '../document/principal.js'
import { refuseOtherKind } from '../services/key-need.js'
import { serviceRequests } from '../services/request.js'
import { serviceStatements } from '../services/statements.js'
import { guardrails } from './guardrails.js'

/** Who may do what with a key. */
export interface PolicyWishes {
  /** Principals as `completePrincipal` takes them, here and below. */
  readonly admins: readonly string[]
  readonly users: readonly string[]
  readonly grantUsers: readonly string[]
  /** IDs of other accounts. */
  readonly accounts: readonly string[]
  /** `NAME` or `NAME=SOURCE_ARN`, of the service catalogue. */
  readonly services: readonly string[]
  /** Whether administrators may schedule the key's deletion. */
  readonly adminDelete: boolean
  readonly guardrails: boolean
}

/** What of a key decides on its policy. */
export interface PolicyKey {
  readonly keySpec: string
  readonly keyUsage: string
  readonly origin: string
  readonly multiRegion: boolean
  readonly region: string
}

/** A policy to build: the account that it is for, the key, the wishes. */
export interface PolicyInput extends Identity, PolicyKey, PolicyWishes {}

/** In the example's order. */
const SYMMETRIC_USE = [
  'kms:ReEncrypt*',
  'kms:GenerateDataKey*',
  'kms:Encrypt',
  'kms:DescribeKey',
  'kms:Decrypt',
]

/**
 * What users of a key may do by its usage, unless it is a symmetric encryption key
 * (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-users-crypto).
 */
const USE: Readonly<Record<string, readonly string[]>> = {
  ENCRYPT_DECRYPT: [
    'kms:Encrypt',
    'kms:Decrypt',
    'kms:ReEncrypt*',
    'kms:DescribeKey',
    'kms:GetPublicKey',
  ],
  // RSA, elliptic curves, SM2 and ML-DSA alike.
  SIGN_VERIFY: ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign', 'kms:Verify'],
  GENERATE_VERIFY_MAC: ['kms:DescribeKey', 'kms:GenerateMac', 'kms:VerifyMac'],
  KEY_AGREEMENT: ['kms:DescribeKey', 'kms:DeriveSharedSecret', 'kms:GetPublicKey'],
  // The permissions that Encapsulate, Decapsulate and GetPublicKey name in the API Reference.
  ENCAPSULATE_DECAPSULATE: [
    'kms:DescribeKey',
    'kms:Encapsulate',
    'kms:Decapsulate',
    'kms:GetPublicKey',
  ],
}

const GRANTS = ['kms:RevokeGrant', 'kms:ListGrants', 'kms:CreateGrant']
const FOR_AWS_RESOURCES = { Bool: { 'kms:GrantIsForAWSResource': 'true' } }

/**
 * What AWS's console gives administrators, without kms:ScheduleKeyDeletion
 * (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-administrators).
 * CancelKeyDeletion stays, which the console takes away together with it: it only saves keys. PutKeyPolicy
 * stays too, without which nobody named here could administer the key: who has it can give himself the rest.
 */
const ADMINISTRATION = [
  'kms:Create*',
  'kms:Describe*',
  'kms:Enable*',
  'kms:List*',
  'kms:Put*',
  'kms:Update*',
  'kms:Revoke*',
  'kms:Disable*',
  'kms:Get*',
  'kms:Delete*',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:CancelKeyDeletion',
]

/**
 * The policy of a key: IAM delegation to the account's root, then administrators, users, users of grants
 * and services (contract 2), then other accounts, and last the guardrails, which deny. A
 * statement that nobody is named for is left out. No two have the same Sid.
 *
 * @throws KmsctlError `Usage` (2) for what is no principal, account, service or ARN, and for a service that
 * could not use such a key
 */
export function buildPolicy(input: PolicyInput): PolicyDocument {
  if (!input.adminDelete && input.admins.length === 0) {
    throw usageError('--no-admin-delete says what administrators may not do: add --admin PRINCIPAL')
  }
  const use = useActions(input)
  const users = principals(input.users, input)
  const accounts = input.accounts.map((id) => otherAccount(id, input))
  return {
    Version: '2012-10-17',
    Statement: distinctSids([
      ...allow('Enable IAM User Permissions', [completePrincipal('root', input)], 'kms:*'),
      ...allow(
        'Allow access for Key Administrators',
        principals(input.admins, input),
        input.adminDelete ? 'kms:*' : administration(input),
      ),
      ...allow('Allow use of the key', users, use),
      ...grants('Allow attachment of persistent resources', principals(input.grantUsers, input)),
      ...forServices(input, users),
      ...allow('Allow an external account to use this KMS key', unique(accounts), use),
      // "These permissions are designed for KMS keys that encrypt user data in AWS services", and those
      // are symmetric encryption keys.
      ...(input.keySpec === 'SYMMETRIC_DEFAULT'
        ? grants('Allow an external account to attach persistent resources', unique(accounts))
        : []),
      ...(input.guardrails ? guardrails() : []),
    ]),
  }
}

function useActions({ keySpec, keyUsage }: PolicyInput): string[] {
  if (keySpec === 'SYMMETRIC_DEFAULT') return [...SYMMETRIC_USE]
  const actions = Object.hasOwn(USE, keyUsage) ? USE[keyUsage] : undefined
  if (actions === undefined) {
    throw usageError(
      `usage ${JSON.stringify(keyUsage)} does not exist: choose one of ${Object.keys(USE).join(', ')}`,
    )
  }
  return [...actions]
}

/** The console adds the last three for the keys that have a use for them. */
function administration({ keySpec, origin, multiRegion }: PolicyInput): string[] {
  return [
    ...ADMINISTRATION,
    ...(keySpec === 'SYMMETRIC_DEFAULT' ? ['kms:RotateKeyOnDemand'] : []),
    ...(origin === 'EXTERNAL' ? ['kms:ImportKeyMaterial'] : []),
    ...(multiRegion ? ['kms:ReplicateKey'] : []),
  ]
}

function forServices(input: PolicyInput, callers: readonly string[]): Statement[] {
  const { partition, region, accountId } = input
  return serviceRequests(input.services, input).flatMap((request) => {
    refuseOtherKind(request.entry, input)
    return serviceStatements(request, { partition, region, accountId, callers })
  })
}

function principals(texts: readonly string[], identity: Identity): string[] {
  return unique(texts.map((text) => completePrincipal(text, identity)))
}

function otherAccount(id: string, identity: Identity): string {
  if (!/^\d{12}$/.test(id)) {
    throw usageError(
      `account ${JSON.stringify(id.slice(0, 200))} is no account ID: give the 12 digits of another account`,
    )
  }
  if (id === identity.accountId) {
    throw usageError(
      `account ${id} is your own, and its IAM policies decide already: --account is for others`,
    )
  }
  return completePrincipal(id, identity)
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}

/** The statement, or none where nobody is allowed anything. */
function allow(sid: string, who: readonly string[], actions: OneOrMany<string>): Statement[] {
  const [first, ...others] = who
  if (first === undefined) return []
  return [
    {
      Sid: sid,
      Effect: 'Allow',
      Principal: { AWS: others.length === 0 ? first : [first, ...others] },
      Action: Array.isArray(actions) ? [...actions] : actions,
      Resource: '*',
    },
  ]
}

function grants(sid: string, who: readonly string[]): Statement[] {
  return allow(sid, who, GRANTS).map((statement) => ({
    ...statement,
    Condition: structuredClone(FOR_AWS_RESOURCES),
  }))
}

/**
 * A service that is allowed for several resources gives several statements of one Sid: they are numbered,
 * and of those that say the same one is kept.
 */
function distinctSids(statements: readonly Statement[]): Statement[] {
  const once = new Map(statements.map((statement) => [JSON.stringify(statement), statement]))
  const count = new Map<string, number>()
  return [...once.values()].map((statement) => {
    const { Sid = '' } = statement
    const times = (count.get(Sid) ?? 0) + 1
    count.set(Sid, times)
    return times === 1 ? statement : { ...statement, Sid: `${Sid} ${times}` }
  })
}
