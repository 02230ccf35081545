import { type ServiceEntry, type ServiceStatement, SYMMETRIC } from '../model/service.js'

const DOCUMENTATION =
  'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html'
/** In China with the partition's suffix, as the AWS CDK's region-info has it. */
const LOGS = { service: 'logs.{region}.{suffix}' }

/**
 * The documentation has one statement, with kms:Describe* under the condition on the encryption context.
 * DescribeKey has none, so it stands in a statement of its own here.
 */
const statements = (logGroup: string): readonly ServiceStatement[] => [
  {
    sid: 'Allow CloudWatch Logs to use the key',
    principal: LOGS,
    actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroup } },
  },
  {
    sid: 'Allow CloudWatch Logs to describe the key',
    principal: LOGS,
    actions: ['kms:Describe*'],
  },
]

export const LOGS_ENTRY: ServiceEntry = {
  name: 'logs',
  title: 'Amazon CloudWatch Logs',
  calledBy: 'the service',
  key: SYMMETRIC,
  uses: [
    {
      purpose: 'encrypt one log group',
      source: {
        what: 'a log group',
        services: { logs: null },
        resource: /^(?:log-group:[^:]+(?::\*)?|\*)$/,
        example: 'arn:aws:logs:us-east-1:111122223333:log-group:/app/web',
        region: 'same',
        account: 'any',
        wildcards: true,
        dropped: /(?<=:log-group:[^:]+):\*$/,
      },
      statements: statements('{source}'),
      documentation: DOCUMENTATION,
    },
    {
      purpose: 'encrypt any log group of the account and Region',
      source: null,
      statements: statements('arn:{partition}:logs:{region}:{account}:*'),
      documentation: DOCUMENTATION,
    },
  ],
  notes: [
    'The key and the log group must be in one Region.',
    'In China Regions the principal ends in amazonaws.com.cn; AWS does not document it.',
  ],
}
