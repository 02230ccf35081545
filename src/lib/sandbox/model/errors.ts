/**
 * The refusals that more than one operation makes. The sentences are those of recorded answers of
 * AWS (localstack/localstack, tests/aws/services/kms/test_kms.snapshot.json) unless a comment
 * says otherwise.
 */

import { ServiceError } from '../http/service-error.js'
import { callerArn } from './arn.js'

export function validation(message: string): ServiceError {
  return new ServiceError('ValidationException', message)
}

export function notFound(message: string): ServiceError {
  return new ServiceError('NotFoundException', message)
}

export function unsupported(message: string): ServiceError {
  return new ServiceError('UnsupportedOperationException', message)
}

export function limitExceeded(message: string): ServiceError {
  return new ServiceError('LimitExceededException', message)
}

export function invalidArn(message: string): ServiceError {
  return new ServiceError('InvalidArnException', message)
}

export function malformedPolicy(message: string): ServiceError {
  return new ServiceError('MalformedPolicyDocumentException', message)
}

export function keyMissing(arn: string): ServiceError {
  return notFound(`Key '${arn}' does not exist`)
}

/** As recorded for keys whose policy does not let the caller in. */
export function denied(region: string, action: string, arn: string): ServiceError {
  return new ServiceError(
    'AccessDeniedException',
    `User: ${callerArn(region)} is not authorized to perform: kms:${action} on resource: ${arn} ` +
      `because no resource-based policy allows the kms:${action} action`,
  )
}

/** DryRun reports success as an error (docs/facts/constraints.md). */
export function dryRunSucceeded(): ServiceError {
  return new ServiceError(
    'DryRunOperationException',
    'The request would have succeeded, but the DryRun option is set.',
  )
}
