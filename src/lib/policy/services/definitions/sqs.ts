import { EVENTBRIDGE, eventSourceUses } from '../model/event-sources.js'
import { type ServiceEntry, SYMMETRIC } from '../model/service.js'

export const SQS_ENTRY: ServiceEntry = {
  name: 'sqs',
  title: 'Amazon SQS, encrypted queues that AWS services send to',
  calledBy: 'the service that sends',
  key: SYMMETRIC,
  uses: eventSourceUses({
    target: 'SQS queues',
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    publishers: { s3: 's3.amazonaws.com', sns: 'sns.amazonaws.com' },
    example: 'arn:aws:sns:us-east-1:111122223333:orders',
    documentation:
      'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html',
  }),
  notes: [
    'SOURCE_ARN is the event source, not the queue: a topic, a bucket, a rule.',
    EVENTBRIDGE,
    'Producers need kms:GenerateDataKey and kms:Decrypt, consumers kms:Decrypt: name them with --user.',
  ],
}
