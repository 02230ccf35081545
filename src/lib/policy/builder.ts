/**
 * The policy that the builder's flags describe. Source: truth/example-policy.json, and "Default key
 * policy" in the KMS Developer Guide for what users of each kind of key are allowed. As in the example,
 * administrators get `kms:*`; AWS's console gives them a narrower list.
 */
import { usageError } from '../errors.js'
import type { OneOrMany, PolicyDocument, Statement } from './document.js'
import { completePrincipal, type Identity } from './principal.js'

/** Who may do what with a key of which kind. Principals as `completePrincipal` takes them. */
export interface PolicyInput extends Identity {
  readonly admins: readonly string[]
  readonly users: readonly string[]
  readonly grantUsers: readonly string[]
  readonly keySpec: string
  readonly keyUsage: string
}

/** In the example's order. */
const SYMMETRIC_USE = [
  'kms:ReEncrypt*',
  'kms:GenerateDataKey*',
  'kms:Encrypt',
  'kms:DescribeKey',
  'kms:Decrypt',
]

/** What users of a key may do by its usage, unless it is a symmetric encryption key. */
const USE: Readonly<Record<string, readonly string[]>> = {
  ENCRYPT_DECRYPT: [
    'kms:Encrypt',
    'kms:Decrypt',
    'kms:ReEncrypt*',
    'kms:DescribeKey',
    'kms:GetPublicKey',
  ],
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

/**
 * The policy of a key: IAM delegation to the account's root, then administrators, users and users of
 * grants, each where there are any.
 */
export function buildPolicy(input: PolicyInput): PolicyDocument {
  const root = completePrincipal('root', input)
  return {
    Version: '2012-10-17',
    Statement: [
      ...allow('Enable IAM User Permissions', [root], 'kms:*'),
      ...allow('Allow access for Key Administrators', principals(input.admins, input), 'kms:*'),
      ...allow('Allow use of the key', principals(input.users, input), useActions(input)),
      ...allow('Allow attachment of persistent resources', principals(input.grantUsers, input), [
        ...GRANTS,
      ]).map((statement) => ({
        ...statement,
        Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      })),
    ],
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

function principals(texts: readonly string[], identity: Identity): string[] {
  return [...new Set(texts.map((text) => completePrincipal(text, identity)))]
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
      Action: actions,
      Resource: '*',
    },
  ]
}
