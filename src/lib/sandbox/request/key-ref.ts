/**
 * From the KeyId of a request to a key.
 *
 * Lifecycle operations take a key ID or a key ARN; DescribeKey, GetPublicKey and the
 * cryptographic operations also an alias name or alias ARN (API reference of each). The sentences
 * for missing keys, bad IDs and other Regions are recorded ones; those for aliases, and that a
 * key of another account is an AccessDeniedException for every operation, are not recorded.
 */
import { aliasArn, isRegion, keyArn, parseKmsArn, partitionOf } from '../model/arn.js'
import { denied, invalidArn, keyMissing, notFound } from '../model/errors.js'
import { completePredefinedAlias, readableOnManagedKeys } from '../model/managed-keys.js'
import { ACCOUNT_ID, type Key } from '../model/model.js'
import { type Call, NeedsWriting } from './request-context.js'

const KEY_ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/

interface ReferenceOptions {
  /** Whether an alias is accepted. */
  alias?: boolean
  /** The action of the permission, where it is not the operation's name. */
  action?: string
}

/** The key that a request names, for a caller who may do this to it. */
export function findKey(call: Call, reference: string, options: ReferenceOptions = {}): Key {
  const action = options.action ?? call.operation
  const key = resolve(call, reference, action, options.alias === true)
  authorize(call, key, action)
  return key
}

/**
 * Keys that AWS manages can only be looked at. Their policies let nobody of the account in for
 * the rest, also not for encryption but through the service (docs/facts/semantics.md, "AWS-managed keys").
 */
export function authorize(call: Call, key: Key, action: string): void {
  if (key.manager === 'AWS' && !readableOnManagedKeys.has(action)) {
    throw denied(call.region, action, key.arn)
  }
}

export function aliasMissing(region: string, name: string): Error {
  return notFound(`Alias ${aliasArn(region, name)} is not found.`)
}

function resolve(call: Call, reference: string, action: string, alias: boolean): Key {
  const resource = reference.startsWith('arn:')
    ? resourceOfArn(call, reference, action, alias)
    : reference
  if (resource.startsWith('alias/') && alias) return keyOfAlias(call, resource)
  if (!KEY_ID.test(resource)) throw notFound(`Invalid keyId '${resource}'`)
  const key = call.home.keys[resource]
  if (key === undefined) throw keyMissing(keyArn(call.region, resource))
  return key
}

function resourceOfArn(call: Call, reference: string, action: string, alias: boolean): string {
  const arn = parseKmsArn(reference)
  if (arn === undefined || !isRegion(arn.region) || arn.partition !== partitionOf(arn.region)) {
    throw invalidArn(`Invalid arn ${reference}`)
  }
  if (arn.region !== call.region) throw notFound(`Invalid arn ${arn.region}`)
  if (arn.accountId !== ACCOUNT_ID) throw denied(call.region, action, reference)
  if (arn.resource.startsWith('key/')) return arn.resource.slice('key/'.length)
  if (!alias) throw invalidArn(`ARN does not refer to a valid key: ${reference}`)
  return arn.resource
}

function keyOfAlias(call: Call, name: string): Key {
  const alias = call.home.aliases[name]
  if (alias === undefined) throw aliasMissing(call.region, name)
  if (alias.targetKeyId === null) {
    // "AWS services use DescribeKey to create AWS managed keys from a predefined AWS alias with
    // no key ID" (API reference of DescribeKey). Any caller can; no other operation does.
    if (call.operation !== 'DescribeKey') throw aliasMissing(call.region, name)
    if (!call.writable) throw new NeedsWriting()
    return completePredefinedAlias(call.home, call.region, alias, call.now)
  }
  const key = call.home.keys[alias.targetKeyId]
  if (key === undefined) throw aliasMissing(call.region, name)
  return key
}
