/**
 * Statements that deny what ends a key's use too early, to everybody: only a change of the policy lifts
 * them. Source: "AWS KMS condition keys" and "Determine past usage of a KMS key" in the KMS Developer Guide.
 */
import type { Statement } from '../document/document.js'

/** Days without use before a key may be disabled or deleted. */
export const UNUSED_DAYS = 30

/** The shortest waiting period before a deletion, in days. The longest that KMS takes is 30 as well. */
export const LEAST_WINDOW_DAYS = 30

/**
 * The operators go without IfExists, so that a request without the key is not denied:
 *
 * - kms:TrailingDaysWithoutKeyUsage counts whole days from the last use; on a key that was never used, from
 *   its creation; on one that is older than AWS's records, from their beginning. So a key whose last use
 *   is unknown can be deleted 30 days after the records began. Where KMS keeps no records and sends no
 *   value, NumericLessThanIfExists would deny the deletion for ever.
 * - kms:ScheduleKeyDeletionPendingWindowInDays is what the request names. One that names none gets KMS's
 *   default, 30 days, and need not be denied.
 */
export function guardrails(): Statement[] {
  return [
    deny(
      'Deny disabling and deleting a recently used key',
      ['kms:DisableKey', 'kms:ScheduleKeyDeletion'],
      'kms:TrailingDaysWithoutKeyUsage',
      UNUSED_DAYS,
    ),
    deny(
      'Deny a short waiting period before deletion',
      'kms:ScheduleKeyDeletion',
      'kms:ScheduleKeyDeletionPendingWindowInDays',
      LEAST_WINDOW_DAYS,
    ),
  ]
}

function deny(sid: string, actions: string | string[], key: string, days: number): Statement {
  return {
    Sid: sid,
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: actions,
    Resource: '*',
    Condition: { NumericLessThan: { [key]: String(days) } },
  }
}
