import {
  type ServiceConditions,
  type ServiceEntry,
  type ServiceStatement,
  SYMMETRIC,
} from '../model/service.js'

const PAGE =
  'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html'
const CLOUDTRAIL = { service: 'cloudtrail.amazonaws.com' }

/**
 * Decrypt carries no condition on CloudTrail's encryption context: with S3 Bucket Keys the context is the
 * bucket's.
 */
const trailStatements = (held: Readonly<Record<string, string>>): readonly ServiceStatement[] => {
  const conditions: ServiceConditions = { StringEquals: held }
  return [
    {
      sid: 'Allow CloudTrail to encrypt logs',
      principal: CLOUDTRAIL,
      actions: ['kms:GenerateDataKey*'],
      conditions: {
        ...conditions,
        StringLike: {
          'kms:EncryptionContext:aws:cloudtrail:arn':
            'arn:{partition}:cloudtrail:*:{sourceAccount}:trail/*',
        },
      },
    },
    {
      sid: 'Allow CloudTrail to describe the key',
      principal: CLOUDTRAIL,
      actions: ['kms:DescribeKey'],
      conditions,
    },
    {
      sid: 'Allow CloudTrail to decrypt a trail in a bucket with an S3 Bucket Key',
      principal: CLOUDTRAIL,
      actions: ['kms:Decrypt'],
      conditions,
    },
  ]
}

const source = { services: { cloudtrail: null }, account: 'any', wildcards: false } as const

export const CLOUDTRAIL_ENTRY: ServiceEntry = {
  name: 'cloudtrail',
  title: 'AWS CloudTrail',
  calledBy: 'the service',
  key: SYMMETRIC,
  uses: [
    {
      purpose: 'encrypt the log and digest files of one trail',
      source: {
        ...source,
        what: 'a trail',
        resource: /^trail\/[\w.-]+$/,
        example: 'arn:aws:cloudtrail:us-east-1:111122223333:trail/audit',
        region: 'any',
      },
      statements: trailStatements({ 'aws:SourceArn': '{source}' }),
      documentation: `${PAGE}#create-kms-key-policy-for-cloudtrail-encrypt`,
    },
    {
      purpose: 'encrypt an event data store of CloudTrail Lake',
      source: {
        ...source,
        what: 'an event data store',
        resource: /^eventdatastore\/[\w-]+$/,
        example:
          'arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE',
        region: 'any',
      },
      statements: [
        {
          sid: 'Allow CloudTrail to use an event data store',
          principal: CLOUDTRAIL,
          actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        },
        {
          sid: 'Allow CloudTrail to describe the key',
          principal: CLOUDTRAIL,
          actions: ['kms:DescribeKey'],
        },
      ],
      documentation: `${PAGE}#create-kms-key-policy-for-cloudtrail-encrypt-eds`,
    },
    {
      purpose: 'encrypt the log and digest files of any trail of the account',
      source: null,
      statements: trailStatements({ 'aws:SourceAccount': '{account}' }),
      documentation: `${PAGE}#required-kms-key-policy-trails`,
    },
  ],
  notes: [
    'CloudTrail recommends aws:SourceArn; aws:SourceAccount, which holds without SOURCE_ARN, is supported.',
    'Event data stores support neither aws:SourceArn nor aws:SourceAccount.',
    'Whoever reads the log files needs kms:Decrypt: name them with --user.',
  ],
}
