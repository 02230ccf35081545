/** GetKeyLastUsage. */

import { requireState } from '../model/key-states.js'
import * as member from '../request/input-types.js'
import { findKey } from '../request/key-ref.js'
import { reading, seconds } from '../request/request-context.js'

/** When KMS began to record uses (seen in recordings; docs/facts/semantics.md). */
const TRACKING_BEGAN = Date.parse('2026-04-23T00:00:00Z')

export const GetKeyLastUsage = reading({ KeyId: member.keyId }, (call, input) => {
  const key = findKey(call, input.KeyId)
  requireState(call.operation, key)
  const used = key.lastUsage
  return {
    KeyId: key.keyId,
    KeyLastUsage:
      used === null
        ? {}
        : {
            Operation: used.operation,
            Timestamp: seconds(used.at),
            CloudTrailEventId: used.eventId,
            KmsRequestId: used.requestId,
          },
    // "…or the date the KMS key was created, whichever is later" (API reference).
    TrackingStartDate: seconds(Math.max(TRACKING_BEGAN, key.createdAt)),
    KeyCreationDate: seconds(key.createdAt),
  }
})
