import {
  type ServiceConditions,
  type ServiceEntry,
  type ServiceStatement,
  SYMMETRIC,
} from '../model/service.js'

const DOCUMENTATION =
  'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-key-policy.html'
const EVENTS = { service: 'events.amazonaws.com' }
const CONTEXT = 'kms:EncryptionContext:aws:events:event-bus:arn'

/** DescribeKey has no encryption context, and the page asks for it without showing a statement. */
const statements = (
  held: Readonly<Record<string, string>>,
  use: ServiceConditions,
): readonly ServiceStatement[] => [
  {
    sid: 'Allow EventBridge to use the key',
    principal: EVENTS,
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    conditions: use,
  },
  {
    sid: 'Allow EventBridge to describe the key',
    principal: EVENTS,
    actions: ['kms:DescribeKey'],
    conditions: { StringEquals: held },
  },
]

const SOURCE = { 'aws:SourceArn': '{source}' }
const ACCOUNT = { 'aws:SourceAccount': '{account}' }

export const EVENTS_ENTRY: ServiceEntry = {
  name: 'events',
  title: 'Amazon EventBridge, encrypted event buses',
  calledBy: 'the service',
  key: SYMMETRIC,
  uses: [
    {
      purpose: 'encrypt one event bus',
      source: {
        what: 'an event bus',
        services: { events: null },
        resource: /^event-bus\/[/.\w-]+$/,
        example: 'arn:aws:events:us-east-1:111122223333:event-bus/orders',
        region: 'same',
        account: 'any',
        wildcards: false,
      },
      statements: statements(SOURCE, { StringEquals: { ...SOURCE, [CONTEXT]: '{source}' } }),
      documentation: DOCUMENTATION,
    },
    {
      purpose: 'encrypt any event bus of the account and Region',
      source: null,
      statements: statements(ACCOUNT, {
        StringEquals: ACCOUNT,
        StringLike: { [CONTEXT]: 'arn:{partition}:events:{region}:{account}:event-bus/*' },
      }),
      documentation: DOCUMENTATION,
    },
  ],
  notes: [
    'The value that the page shows for aws:SourceAccount is no account: with SOURCE_ARN that key is left out.',
    'For rules that send to encrypted topics or queues: --service sns or sqs with the ARN of the rule.',
  ],
}
