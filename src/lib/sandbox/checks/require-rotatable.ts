/**
 * Which keys rotate (API reference of EnableKeyRotation and RotateKeyOnDemand): symmetric
 * encryption keys only; automatically only where KMS made the material; settings and on-demand
 * rotations of a multi-Region key belong to its primary.
 */
import { unsupported } from '../model/errors.js'
import { isSymmetric, type Key } from '../model/model.js'

/** For the status: a replica shows its primary's. */
export function requireAutomaticallyRotatable(key: Key): void {
  requireOrigin(key, ['AWS_KMS'])
  requireSymmetric(key)
}

export function requireRotatableOnDemand(key: Key): void {
  requireOrigin(key, ['AWS_KMS', 'EXTERNAL'])
  requireSymmetric(key)
}

/** The sentence is the recorded one of ReplicateKey; for rotation it is an assumption. */
export function requirePrimary(key: Key): void {
  if (key.multiRegion === 'REPLICA') {
    throw unsupported(`${key.arn} is not a multi-region primary key.`)
  }
}

function requireOrigin(key: Key, origins: readonly string[]): void {
  if (!origins.includes(key.origin)) {
    throw unsupported(`${key.arn} origin is ${key.origin} which is not valid for this operation.`)
  }
}

function requireSymmetric(key: Key): void {
  if (!isSymmetric(key)) {
    throw unsupported(
      `${key.arn} key spec is ${key.keySpec} which is not valid for this operation.`,
    )
  }
}
