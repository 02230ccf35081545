import { EVENTBRIDGE, eventSourceUses } from '../model/event-sources.js'
import { type ServiceEntry, SYMMETRIC } from '../model/service.js'

export const SNS_ENTRY: ServiceEntry = {
  name: 'sns',
  title: 'Amazon SNS, encrypted topics that AWS services publish to',
  calledBy: 'the service that publishes',
  key: SYMMETRIC,
  uses: eventSourceUses({
    target: 'SNS topics',
    actions: ['kms:GenerateDataKey*', 'kms:Decrypt'],
    // The table of event sources on the page. The ARNs of Snowball's jobs begin with another name than
    // its principal, and those of RDS's events with that of RDS.
    publishers: {
      cloudwatch: 'cloudwatch.amazonaws.com',
      codecommit: 'codecommit.amazonaws.com',
      dms: 'dms.amazonaws.com',
      ds: 'ds.amazonaws.com',
      dynamodb: 'dynamodb.amazonaws.com',
      inspector: 'inspector.amazonaws.com',
      redshift: 'redshift.amazonaws.com',
      rds: 'events.rds.amazonaws.com',
      glacier: 'glacier.amazonaws.com',
      ses: 'ses.amazonaws.com',
      s3: 's3.amazonaws.com',
      snowball: 'importexport.amazonaws.com',
      'ssm-incidents': 'ssm-incidents.amazonaws.com',
      'ssm-contacts': 'ssm-contacts.amazonaws.com',
    },
    example: 'arn:aws:s3:::example-bucket',
    documentation: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html',
  }),
  notes: [
    'SOURCE_ARN is the event source, not the topic: an alarm, a bucket, a rule.',
    EVENTBRIDGE,
    'Whoever publishes without a service in between needs kms:GenerateDataKey* and kms:Decrypt: name them with --user.',
  ],
}
