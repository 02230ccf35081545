/** ScheduleKeyDeletion, CancelKeyDeletion. What follows from the date is in passage.ts. */

import { requireState } from '../model/key-states.js'
import { DAY, relatedKeys } from '../model/model.js'
import * as member from '../request/input-types.js'
import { findKey } from '../request/key-ref.js'
import { seconds, writing } from '../request/request-context.js'

const DEFAULT_WINDOW = 30

export const ScheduleKeyDeletion = writing(
  { KeyId: member.keyId, PendingWindowInDays: member.pendingWindowInDays },
  (call, input) => {
    const key = findKey(call, input.KeyId)
    requireState(call.operation, key)
    const windowInDays = input.PendingWindowInDays ?? DEFAULT_WINDOW
    // A primary waits until its last replica is gone, and its window begins only then.
    const waits = key.multiRegion === 'PRIMARY' && relatedKeys(call.state, key.keyId).length > 1
    const deleteAt = waits ? null : call.now + windowInDays * DAY
    key.state = waits ? 'PendingReplicaDeletion' : 'PendingDeletion'
    key.deletion = { windowInDays, deleteAt }
    key.readyAt = null
    return {
      KeyId: key.arn,
      ...(deleteAt !== null && { DeletionDate: seconds(deleteAt) }),
      KeyState: key.state,
      PendingWindowInDays: windowInDays,
    }
  },
)

/** Leaves the key Disabled, whatever it was before (API reference). */
export const CancelKeyDeletion = writing({ KeyId: member.keyId }, (call, input) => {
  const key = findKey(call, input.KeyId)
  requireState(call.operation, key)
  key.state = 'Disabled'
  key.deletion = null
  return { KeyId: key.arn }
})
