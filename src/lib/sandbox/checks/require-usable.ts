/** What cryptographic operations ask of a key before they use it. */

import { ServiceError } from '../http/service-error.js'
import { dryRunSucceeded, unsupported } from '../model/errors.js'
import { requireState } from '../model/key-states.js'
import { currentMaterial, type Key, type StoredMaterial } from '../model/model.js'
import { checkGrantTokens } from '../request/grant-tokens.js'
import { findKey } from '../request/key-ref.js'
import { type Call, noteUsage } from '../request/request-context.js'

interface CryptoInput {
  GrantTokens?: string[] | undefined
  Recipient?: object | undefined
}

/** Members of every cryptographic operation that need no key. */
export function checkCommon(input: CryptoInput): void {
  checkGrantTokens(input.GrantTokens)
  if (input.Recipient !== undefined) {
    throw unsupported('The embedded KMS does not implement Recipient (attested enclaves).')
  }
}

/** A key by its reference, in the right state and of the right usage. */
export function usableKey(call: Call, reference: string, usage: string, action?: string): Key {
  const options = action === undefined ? { alias: true } : { alias: true, action }
  const key = findKey(call, reference, options)
  requireState(call.operation, key)
  requireUsage(call, key, usage)
  return key
}

export function requireUsage(call: Call, key: Key, usage: string): void {
  if (key.keyUsage !== usage) {
    throw invalidUsage(
      `${key.arn} key usage is ${key.keyUsage} which is not valid for ${call.operation}.`,
    )
  }
}

export function requireAlgorithm(key: Key, algorithm: string, algorithms: readonly string[]): void {
  if (!algorithms.includes(algorithm)) {
    throw invalidUsage(`Algorithm ${algorithm} is incompatible with key spec ${key.keySpec}.`)
  }
}

function invalidUsage(message: string): ServiceError {
  return new ServiceError('InvalidKeyUsageException', message)
}

/** The material that encrypts and signs. A key that passed requireState has some. */
export function material(key: Key): StoredMaterial {
  const current = currentMaterial(key)
  if (current === undefined) throw new Error(`${key.arn} is usable and has no material`)
  return current
}

/**
 * The end of a cryptographic operation that succeeded: a dry run says so, anything else counts as
 * a use of the key.
 */
export function conclude(
  call: Call,
  keys: readonly Key[],
  operation: string,
  dryRun: boolean | undefined,
  eventId: string,
): void {
  if (dryRun === true) throw dryRunSucceeded()
  for (const key of keys) noteUsage(call, key, operation, eventId)
}
