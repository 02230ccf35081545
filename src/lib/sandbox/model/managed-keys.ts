/**
 * The keys that AWS manages, with which every Region begins, and the aliases that AWS has
 * reserved without a key yet. Their key IDs are derived from Region and alias, so that tests and
 * runbooks can name them.
 */
import { createHash } from 'node:crypto'
import { generateMaterial } from '../crypto/index.js'
import { aliasArn, keyArn, rootArn } from './arn.js'
import { ACCOUNT_ID, type Alias, DAY, type Key, type Region } from './model.js'

/** Services whose key exists from the start. */
const WITH_KEY = ['ebs', 's3']

/** Services whose alias waits for its first use. */
const WITHOUT_KEY = ['dynamodb', 'lambda', 'rds', 'secretsmanager', 'sqs', 'ssm']

const serviceNames: Record<string, string> = { ebs: 'EBS', s3: 'S3', ssm: 'SSM', rds: 'RDS' }
const endpoints: Record<string, string> = { ebs: 'ec2' }

/** AWS managed keys rotate every year since May 2022 (API reference of EnableKeyRotation). */
const PERIOD_IN_DAYS = 365

/**
 * What the policy of an AWS managed key lets the account do itself: `kms:Describe*`, `kms:Get*`
 * and `kms:List*`. ListKeyRotations is missing on purpose: AWS refused it when it was recorded
 * (Cloud Custodian, see docs/facts/semantics.md). The policy also lists RevokeGrant; the sandbox
 * follows "view only" of the developer guide.
 */
export const readableOnManagedKeys: ReadonlySet<string> = new Set([
  'DescribeKey',
  'GetKeyLastUsage',
  'GetKeyPolicy',
  'GetKeyRotationStatus',
  'GetPublicKey',
  'ListAliases',
  'ListGrants',
  'ListKeyPolicies',
  'ListResourceTags',
])

/** A Region as AWS hands it over. */
export function newRegion(region: string, now: number): Region {
  const home: Region = { keys: {}, aliases: {} }
  for (const service of [...WITH_KEY, ...WITHOUT_KEY]) {
    const name = `alias/aws/${service}`
    const alias: Alias = {
      name,
      arn: aliasArn(region, name),
      targetKeyId: null,
      createdAt: null,
      updatedAt: null,
    }
    home.aliases[name] = alias
    if (WITH_KEY.includes(service)) completePredefinedAlias(home, region, alias, now)
  }
  return home
}

/** Gives a predefined alias its key. */
export function completePredefinedAlias(
  home: Region,
  region: string,
  alias: Alias,
  now: number,
): Key {
  const service = alias.name.slice('alias/aws/'.length)
  const key = managedKey(region, service, now)
  home.keys[key.keyId] = key
  alias.targetKeyId = key.keyId
  alias.createdAt = now
  alias.updatedAt = now
  return key
}

export function managedKeyId(region: string, service: string): string {
  const hex = createHash('sha256').update(`${region} alias/aws/${service}`).digest('hex')
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ]
  return [...parts, hex.slice(20, 32)].join('-')
}

function managedKey(region: string, service: string, now: number): Key {
  const keyId = managedKeyId(region, service)
  const name = serviceNames[service] ?? service
  return {
    keyId,
    arn: keyArn(region, keyId),
    region,
    createdAt: now,
    description: `Default key that protects my ${name} data when no other key is defined`,
    keySpec: 'SYMMETRIC_DEFAULT',
    keyUsage: 'ENCRYPT_DECRYPT',
    origin: 'AWS_KMS',
    manager: 'AWS',
    state: 'Enabled',
    readyAt: null,
    multiRegion: null,
    policy: managedKeyPolicy(region, service, name),
    tags: [],
    materials: [{ ...generateMaterial('SYMMETRIC_DEFAULT'), rotatedAt: null, rotationType: null }],
    rotation: {
      enabled: true,
      periodInDays: PERIOD_IN_DAYS,
      nextAt: now + PERIOD_IN_DAYS * DAY,
      onDemandStartedAt: null,
      onDemandCount: 0,
    },
    deletion: null,
    grants: [],
    lastUsage: null,
  }
}

function managedKeyPolicy(region: string, service: string, name: string): string {
  const principals = 'all principals in the account that are authorized to use'
  const document = {
    Version: '2012-10-17',
    Id: `auto-${service}-2`,
    Statement: [
      {
        Sid: `Allow access through ${name} for ${principals} ${name}`,
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          'kms:CreateGrant',
          'kms:DescribeKey',
        ],
        Resource: '*',
        Condition: {
          StringEquals: {
            'kms:CallerAccount': ACCOUNT_ID,
            'kms:ViaService': `${endpoints[service] ?? service}.${region}.amazonaws.com`,
          },
        },
      },
      {
        Sid: 'Allow direct access to key metadata to the account',
        Effect: 'Allow',
        Principal: { AWS: rootArn(region) },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
        Resource: '*',
      },
    ],
  }
  return JSON.stringify(document, null, 2)
}
