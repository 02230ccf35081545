/** Policies that AWS's documents show: none may be refused, and few deserve a warning. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { buildPolicy } from '../../../src/lib/policy/build/builder.js'
import type {
  Condition,
  PolicyDocument,
  Statement,
} from '../../../src/lib/policy/document/document.js'
import { SAMPLES } from '../build/builder-samples.js'
import { ACCOUNT, allow, arn, findings, OTHER, only, policy, ROOT, when } from './support.js'

const USE = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncrypt*',
  'kms:GenerateDataKey*',
  'kms:DescribeKey',
]
const service = (name: string, Action: string[], condition?: Condition): Statement =>
  allow({
    Principal: { Service: name },
    Action,
    ...(condition === undefined ? {} : { Condition: condition }),
  })
const AUTOSCALING = arn(
  'role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
)
const TRAIL_ARN = `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/main`

const example = JSON.parse(
  readFileSync(new URL('../../../docs/facts/example-policy.json', import.meta.url), 'utf8'),
) as PolicyDocument

/** Where each stands, the document, and the warnings that it deserves. */
const DOCUMENTED: readonly (readonly [string, PolicyDocument, string[]?])[] = [
  ['docs/facts/example-policy.json', example],
  ['KMS guide, Default key policy: programmatically', { ...only(ROOT), Id: 'key-default-1' }],
  [
    'KMS guide, Creating a key policy: Example key policy',
    {
      Version: '2012-10-17',
      Id: 'key-consolepolicy-2',
      Statement: [
        { ...ROOT, Sid: 'Enable IAM policies' },
        allow({
          Sid: 'Allow access for Key Administrators',
          Principal: { AWS: [arn('user/KMSAdminUser'), arn('role/KMSAdminRole')] },
          Action: [
            ...[
              'Create',
              'Describe',
              'Enable',
              'List',
              'Put',
              'Update',
              'Revoke',
              'Disable',
              'Get',
            ],
            'Delete',
          ]
            .map((verb) => `kms:${verb}*`)
            .concat('kms:TagResource', 'kms:UntagResource')
            .concat('kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion'),
        }),
        allow({
          Sid: 'Allow use of the key',
          Principal: { AWS: [arn('user/ExampleUser'), arn('root', OTHER)] },
          Action: USE,
        }),
        when(
          { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
          {
            Sid: 'Allow attachment of persistent resources',
            Principal: { AWS: [arn('user/ExampleUser'), arn('root', OTHER)] },
            Action: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'],
          },
        ),
      ],
    },
  ],
  [
    'KMS guide, kms:ViaService: everybody of the account through services',
    policy(
      when(
        {
          StringEquals: {
            'kms:CallerAccount': ACCOUNT,
            'kms:ViaService': ['ec2.us-west-2.amazonaws.com', 'rds.us-west-2.amazonaws.com'],
          },
        },
        { Principal: { AWS: '*' }, Action: [...USE, 'kms:CreateGrant', 'kms:ListGrants'] },
      ),
    ),
  ],
  [
    'KMS guide, kms:GrantOperations',
    policy(
      when(
        { 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Encrypt', 'Decrypt'] } },
        { Action: 'kms:CreateGrant' },
      ),
    ),
  ],
  [
    'KMS guide, kms:EncryptionContextKeys: keys that must be there',
    policy(
      when(
        {
          'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['AppName', 'FilePath'] },
          Null: { 'kms:EncryptionContextKeys': 'false' },
        },
        { Action: 'kms:GenerateDataKey*' },
      ),
    ),
  ],
  [
    'KMS guide, kms:ScheduleKeyDeletionPendingWindowInDays',
    policy({
      ...allow({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'kms:ScheduleKeyDeletion' }),
      Condition: { NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '21' } },
    }),
  ],
  [
    'KMS guide, kms:ValidTo, as a Unix time',
    policy(
      when(
        { NumericLessThanEquals: { 'kms:ValidTo': '1546257599.0' } },
        { Action: 'kms:ImportKeyMaterial' },
      ),
    ),
  ],
  [
    'KMS guide, kms:RecipientAttestation:PCR<PCR_ID>',
    policy(
      when(
        { StringEqualsIgnoreCase: { 'kms:RecipientAttestation:PCR1': '0x7b2f' } },
        { Action: ['kms:Decrypt', 'kms:GenerateDataKey'] },
      ),
    ),
  ],
  [
    'KMS guide, kms:RequestAlias',
    policy(when({ StringLike: { 'kms:RequestAlias': 'alias/s3-*' } }, { Action: USE })),
  ],
  [
    'KMS guide, a principal of an organization',
    policy(
      when(
        { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
        { Principal: { AWS: '*' }, Action: USE },
      ),
    ),
  ],
  [
    'KMS guide, VPC endpoints: everything but this endpoint denied',
    policy({
      ...allow({ Effect: 'Deny', Principal: { AWS: arn('role/app') }, Action: USE }),
      Condition: { StringNotEquals: { 'aws:sourceVpce': 'vpce-1a2b3c4d5e6f' } },
    }),
  ],
  [
    'CloudWatch Logs guide',
    policy(
      service(
        'logs.us-east-1.amazonaws.com',
        ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-east-1:${ACCOUNT}:*` },
        },
      ),
    ),
  ],
  [
    'SNS guide: event sources',
    policy(
      service('s3.amazonaws.com', ['kms:GenerateDataKey*', 'kms:Decrypt'], {
        StringEquals: { 'aws:SourceAccount': ACCOUNT },
        ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::bucket' },
      }),
    ),
  ],
  [
    'SNS guide: EventBridge, which sends neither',
    policy(service('events.amazonaws.com', ['kms:GenerateDataKey*', 'kms:Decrypt'])),
  ],
  [
    'CloudTrail guide',
    policy(
      service('cloudtrail.amazonaws.com', ['kms:GenerateDataKey*'], {
        StringEquals: { 'aws:SourceArn': TRAIL_ARN },
        StringLike: {
          'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${ACCOUNT}:trail/*`,
        },
      }),
      service('cloudtrail.amazonaws.com', ['kms:DescribeKey'], {
        StringEquals: { 'aws:SourceArn': TRAIL_ARN },
      }),
    ),
  ],
  [
    'CloudTrail guide: event data stores, which send neither',
    policy(service('cloudtrail.amazonaws.com', ['kms:GenerateDataKey', 'kms:Decrypt'])),
  ],
  [
    'Auto Scaling guide',
    policy(
      allow({ Principal: { AWS: [AUTOSCALING] }, Action: USE }),
      when(
        { Bool: { 'kms:GrantIsForAWSResource': true } },
        { Principal: { AWS: [AUTOSCALING] }, Action: ['kms:CreateGrant'] },
      ),
    ),
  ],
  [
    'EventBridge guide',
    policy(
      service('events.amazonaws.com', ['kms:DescribeKey'], {
        StringEquals: { 'aws:SourceAccount': ACCOUNT },
      }),
      service('events.amazonaws.com', ['kms:GenerateDataKey', 'kms:Decrypt'], {
        StringEquals: {
          'aws:SourceArn': `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/main`,
          'kms:EncryptionContext:aws:events:event-bus:arn': `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/main`,
        },
      }),
    ),
  ],
  [
    'CloudFront guide',
    policy(
      service('cloudfront.amazonaws.com', ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*'], {
        StringEquals: {
          'AWS:SourceArn': `arn:aws:cloudfront::${ACCOUNT}:distribution/EDFDVBD6EXAMPLE`,
        },
      }),
    ),
  ],
  [
    'Route 53 guide: DNSSEC',
    policy(
      service('dnssec-route53.amazonaws.com', ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign'], {
        StringEquals: { 'aws:SourceAccount': ACCOUNT },
        ArnEquals: { 'aws:SourceArn': 'arn:aws:route53:::hostedzone/*' },
      }),
      service('dnssec-route53.amazonaws.com', ['kms:CreateGrant'], {
        Bool: { 'kms:GrantIsForAWSResource': true },
      }),
    ),
  ],
  [
    'Secrets Manager guide',
    policy(
      when(
        {
          StringEquals: {
            'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com',
            'kms:CallerAccount': ACCOUNT,
          },
        },
        { Action: ['kms:GenerateDataKey*', 'kms:Decrypt', 'kms:CreateGrant', 'kms:DescribeKey'] },
      ),
    ),
  ],
  [
    'DynamoDB guide',
    policy(
      when(
        { StringLike: { 'kms:ViaService': 'dynamodb.*.amazonaws.com' } },
        { Action: [...USE, 'kms:CreateGrant'] },
      ),
    ),
  ],
  [
    'ECR guide',
    policy(
      when(
        { StringEquals: { 'kms:ViaService': 'ecr.us-east-1.amazonaws.com' } },
        { Action: ['kms:CreateGrant', 'kms:RetireGrant', 'kms:DescribeKey'] },
      ),
    ),
  ],
  [
    'Backup guide',
    policy(
      allow({
        Action: ['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant', 'kms:Decrypt'],
      }),
    ),
    ['create-grant-unlimited'],
  ],
]

const severe = (document: PolicyDocument, severity: string) => [
  ...new Set(
    findings(document)
      .filter((finding) => finding.severity === severity)
      .map(({ rule }) => rule),
  ),
]

for (const [place, document, warnings = []] of DOCUMENTED) {
  test(`${place}: not refused, and warned of only where that is due`, () => {
    expect(severe(document, 'error')).toEqual([])
    expect(severe(document, 'warning')).toEqual(warnings)
  })
}

describe('what the builder makes is not refused', () => {
  test.each(SAMPLES)('$name', ({ input }) => {
    const { accountId, partition, keySpec, keyUsage, region, multiRegion } = input
    const document = buildPolicy(input)
    const errors = findings({
      document,
      ...{ accountId, partition, keySpec, keyUsage, region, multiRegion },
    }).filter(({ severity }) => severity === 'error')
    expect(errors).toEqual([])
  })
})
