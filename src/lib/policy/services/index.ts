/**
 * The service catalogue: which statements each AWS service's own documentation asks a key policy for. One
 * file an entry, held to docs/facts/service-policies.md by a test.
 */
import { AUTOSCALING_ENTRY } from './autoscaling.js'
import { BACKUP_ENTRY } from './backup.js'
import { CLOUDFRONT_ENTRY } from './cloudfront.js'
import { CLOUDTRAIL_ENTRY } from './cloudtrail.js'
import { DNSSEC_ENTRY } from './dnssec.js'
import { DYNAMODB_ENTRY } from './dynamodb.js'
import { EBS_ENTRY } from './ebs.js'
import { ECR_ENTRY } from './ecr.js'
import { EVENTS_ENTRY } from './events.js'
import { LOGS_ENTRY } from './logs.js'
import type { ServiceEntry } from './model.js'
import { S3_ENTRY } from './s3.js'
import { SECRETSMANAGER_ENTRY } from './secretsmanager.js'
import { SNS_ENTRY } from './sns.js'
import { SQS_ENTRY } from './sqs.js'
import { SSM_ENTRY } from './ssm.js'

/** Every service that `--service` knows, by name. */
export const SERVICES: readonly ServiceEntry[] = [
  AUTOSCALING_ENTRY,
  BACKUP_ENTRY,
  CLOUDFRONT_ENTRY,
  CLOUDTRAIL_ENTRY,
  DNSSEC_ENTRY,
  DYNAMODB_ENTRY,
  EBS_ENTRY,
  ECR_ENTRY,
  EVENTS_ENTRY,
  LOGS_ENTRY,
  S3_ENTRY,
  SECRETSMANAGER_ENTRY,
  SNS_ENTRY,
  SQS_ENTRY,
  SSM_ENTRY,
]
