/**
 * The service catalogue: which statements each AWS service's own documentation asks a key policy for. One
 * file an entry, held to docs/facts/service-policies.md by a test.
 */
import { AUTOSCALING_ENTRY } from './definitions/autoscaling.js'
import { BACKUP_ENTRY } from './definitions/backup.js'
import { CLOUDFRONT_ENTRY } from './definitions/cloudfront.js'
import { CLOUDTRAIL_ENTRY } from './definitions/cloudtrail.js'
import { DNSSEC_ENTRY } from './definitions/dnssec.js'
import { DYNAMODB_ENTRY } from './definitions/dynamodb.js'
import { EBS_ENTRY } from './definitions/ebs.js'
import { ECR_ENTRY } from './definitions/ecr.js'
import { EVENTS_ENTRY } from './definitions/events.js'
import { LOGS_ENTRY } from './definitions/logs.js'
import { S3_ENTRY } from './definitions/s3.js'
import { SECRETSMANAGER_ENTRY } from './definitions/secretsmanager.js'
import { SNS_ENTRY } from './definitions/sns.js'
import { SQS_ENTRY } from './definitions/sqs.js'
import { SSM_ENTRY } from './definitions/ssm.js'
import type { ServiceEntry } from './model/service.js'

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
