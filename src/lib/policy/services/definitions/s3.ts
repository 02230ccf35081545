import { type ServiceEntry, SYMMETRIC } from '../model/service.js'

const SOURCE = {
  StringEquals: { 'aws:SourceAccount': '{sourceAccount}' },
  ArnLike: { 'aws:SourceArn': '{source}' },
}

export const S3_ENTRY: ServiceEntry = {
  name: 's3',
  title: 'Amazon S3, objects with SSE-KMS',
  calledBy: 'its users, S3, or log delivery',
  key: SYMMETRIC,
  uses: [
    {
      purpose: 'let S3 write encrypted inventory files about a bucket',
      source: {
        what: 'the bucket that the inventory is about',
        services: { s3: null },
        resource: /^[a-z0-9*?][a-z0-9.*?-]{0,61}[a-z0-9*?]$|^\*$/,
        example: 'arn:aws:s3:::example-bucket',
        region: 'none',
        account: 'none',
        wildcards: true,
      },
      statements: [
        {
          sid: 'Allow Amazon S3 use of the KMS key',
          principal: { service: 's3.amazonaws.com' },
          actions: ['kms:GenerateDataKey'],
          conditions: SOURCE,
        },
      ],
      documentation:
        'https://docs.aws.amazon.com/AmazonS3/latest/userguide/configure-inventory.html#configure-inventory-kms-key-policy',
    },
    {
      purpose: 'let AWS services deliver their logs to an encrypted bucket',
      source: {
        what: 'a source of log deliveries',
        services: { logs: null },
        resource: /^(?:delivery-source:.+|\*)$/,
        example: 'arn:aws:logs:us-east-1:111122223333:delivery-source:*',
        region: 'any',
        account: 'any',
        wildcards: true,
      },
      statements: [
        {
          sid: 'Allow Logs Delivery to use the key',
          principal: { service: 'delivery.logs.amazonaws.com' },
          actions: [
            'kms:Encrypt',
            'kms:Decrypt',
            'kms:ReEncrypt*',
            'kms:GenerateDataKey*',
            'kms:DescribeKey',
          ],
          conditions: SOURCE,
        },
      ],
      documentation:
        'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html',
    },
    {
      purpose: 'put and get encrypted objects',
      source: null,
      statements: [
        {
          sid: 'Allow use of the key through S3',
          principal: { callersVia: 's3.{region}' },
          actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        },
      ],
      documentation:
        'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
    },
  ],
  notes: [
    'Logs of the older kind are delivered by arn:aws:logs:REGION:ACCOUNT:* instead of a delivery source.',
    'Server access logs cannot be delivered to a bucket with SSE-KMS.',
    'The page on SSE-KMS names the permissions and shows no key policy: holding them to S3 is the rule for services that act for their caller.',
  ],
}
