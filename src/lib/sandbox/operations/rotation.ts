/**
 * EnableKeyRotation, DisableKeyRotation, GetKeyRotationStatus, RotateKeyOnDemand,
 * ListKeyRotations.
 *
 * On-demand rotation is asynchronous, as with AWS: for one second of the sandbox's clock
 * GetKeyRotationStatus shows OnDemandRotationStartDate, and a second call is a ConflictException.
 */

import {
  requireAutomaticallyRotatable,
  requirePrimary,
  requireRotatableOnDemand,
} from '../checks/require-rotatable.js'
import { ServiceError } from '../http/service-error.js'
import { limitExceeded } from '../model/errors.js'
import { requireState } from '../model/key-states.js'
import { DAY, leaderOf, type StoredMaterial } from '../model/model.js'
import { oneOf } from '../request/input-schema.js'
import * as member from '../request/input-types.js'
import { findKey } from '../request/key-ref.js'
import { page } from '../request/paging.js'
import { reading, seconds, writing } from '../request/request-context.js'

/** A key's on-demand rotations in its life, not adjustable (docs/facts/quotas.md). */
const MOST_ON_DEMAND = 25

/** How near an automatic rotation may be (API reference of RotateKeyOnDemand). */
const TOO_NEAR = 20 * 60 * 1000

const DEFAULT_PERIOD = 365

export const EnableKeyRotation = writing(
  { KeyId: member.keyId, RotationPeriodInDays: member.rotationPeriodInDays },
  (call, input) => {
    const key = findKey(call, input.KeyId)
    requireAutomaticallyRotatable(key)
    requireState(call.operation, key)
    requirePrimary(key)
    // "If no value is specified, the default value is 365 days": also where another was in force.
    const period = input.RotationPeriodInDays ?? DEFAULT_PERIOD
    const { rotation } = key
    if (rotation.enabled && rotation.periodInDays === period) return undefined
    rotation.enabled = true
    rotation.periodInDays = period
    rotation.nextAt = call.now + period * DAY
    return undefined
  },
)

export const DisableKeyRotation = writing({ KeyId: member.keyId }, (call, input) => {
  const key = findKey(call, input.KeyId)
  requireAutomaticallyRotatable(key)
  requireState(call.operation, key)
  requirePrimary(key)
  key.rotation.enabled = false
  key.rotation.nextAt = null
  return undefined
})

export const GetKeyRotationStatus = reading({ KeyId: member.keyId }, (call, input) => {
  const key = findKey(call, input.KeyId)
  requireAutomaticallyRotatable(key)
  requireState(call.operation, key)
  const { rotation } = leaderOf(call.state, key)
  const pending = key.state === 'PendingDeletion' || key.state === 'PendingReplicaDeletion'
  const enabled = rotation.enabled && !pending
  return {
    KeyId: key.keyId,
    KeyRotationEnabled: enabled,
    ...(enabled && { RotationPeriodInDays: rotation.periodInDays }),
    ...(enabled && rotation.nextAt !== null && { NextRotationDate: seconds(rotation.nextAt) }),
    ...(rotation.onDemandStartedAt !== null && {
      OnDemandRotationStartDate: seconds(rotation.onDemandStartedAt),
    }),
  }
})

export const RotateKeyOnDemand = writing({ KeyId: member.keyId }, (call, input) => {
  const key = findKey(call, input.KeyId)
  requireRotatableOnDemand(key)
  requireState(call.operation, key)
  requirePrimary(key)
  const { rotation } = key
  if (key.origin === 'EXTERNAL') {
    // Nothing here imports material, so none can be waiting for its turn (recorded code).
    throw new ServiceError(
      'KMSInvalidStateException',
      `${key.arn} has no key material that is pending rotation.`,
    )
  }
  if (rotation.onDemandStartedAt !== null) {
    throw new ServiceError('ConflictException', `A rotation of ${key.arn} is in progress.`)
  }
  if (rotation.nextAt !== null && rotation.nextAt - call.now < TOO_NEAR) {
    throw new ServiceError(
      'ConflictException',
      `An automatic rotation of ${key.arn} is scheduled to begin within the next 20 minutes.`,
    )
  }
  if (rotation.onDemandCount >= MOST_ON_DEMAND) {
    throw limitExceeded(
      'The on-demand rotations limit has been reached for the given keyId. ' +
        `No more on-demand rotations can be performed for this key: ${key.arn}`,
    )
  }
  rotation.onDemandCount += 1
  rotation.onDemandStartedAt = call.now
  return { KeyId: key.keyId }
})

export const ListKeyRotations = reading(
  {
    KeyId: member.keyId,
    IncludeKeyMaterial: oneOf(['ALL_KEY_MATERIAL', 'ROTATIONS_ONLY']),
    Limit: member.limit1000,
    Marker: member.marker,
  },
  (call, input) => {
    const key = findKey(call, input.KeyId)
    requireRotatableOnDemand(key)
    requireState(call.operation, key)
    const current = key.materials.at(-1)
    const all = input.IncludeKeyMaterial === 'ALL_KEY_MATERIAL'
    const { items, more } = page(call, input, {
      items: key.materials.filter((material) => all || material.rotatedAt !== null),
      id: order,
      defaultLimit: 100,
      scope: `${key.keyId} ${all}`,
    })
    const rotations = items.map((material) => ({
      KeyId: key.keyId,
      KeyMaterialId: material.id,
      KeyMaterialState: material.id === current?.id ? 'CURRENT' : 'NON_CURRENT',
      ...(material.rotatedAt !== null && { RotationDate: seconds(material.rotatedAt) }),
      ...(material.rotationType !== null && { RotationType: material.rotationType }),
    }))
    return { Rotations: rotations, ...more }
  },
)

/** Oldest first; the first material, which has no date, before all others. */
function order(material: StoredMaterial): string {
  return `${String(material.rotatedAt ?? 0).padStart(16, '0')} ${material.id}`
}
