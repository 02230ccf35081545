/** CreateKey, DescribeKey, ListKeys, EnableKey, DisableKey, UpdateKeyDescription. */
import { randomBytes, randomUUID } from 'node:crypto'
import { checkPolicy, defaultPolicy } from '../checks/policy-check.js'
import { generateMaterial } from '../crypto/index.js'
import { ServiceError } from '../http/service-error.js'
import { keyArn } from '../model/arn.js'
import { catchUp } from '../model/due-events.js'
import { unsupported, validation } from '../model/errors.js'
import { requireState } from '../model/key-states.js'
import { type Key, noRotation, type StoredMaterial } from '../model/model.js'
import { requireAvailable, usageFor } from '../model/specs.js'
import { withTags } from '../model/tags.js'
import { checkGrantTokens } from '../request/grant-tokens.js'
import type { Input } from '../request/input-schema.js'
import * as member from '../request/input-types.js'
import { findKey } from '../request/key-ref.js'
import { keyMetadata } from '../request/metadata.js'
import { page } from '../request/paging.js'
import { type Call, reading, writing } from '../request/request-context.js'

const createInput = {
  Policy: member.policy,
  Description: member.description,
  KeyUsage: member.keyUsage,
  CustomerMasterKeySpec: member.customerMasterKeySpec,
  KeySpec: member.keySpec,
  Origin: member.origin,
  CustomKeyStoreId: member.customKeyStoreId,
  BypassPolicyLockoutSafetyCheck: member.bypass,
  Tags: member.tags,
  MultiRegion: member.bypass,
  XksKeyId: member.xksKeyId,
}

export const CreateKey = writing(createInput, (call, input) => {
  if (input.KeySpec !== undefined && input.CustomerMasterKeySpec !== undefined) {
    throw validation('You cannot specify KeySpec and CustomerMasterKeySpec in the same request.')
  }
  const keySpec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT'
  const keyUsage = usageFor(keySpec, input.KeyUsage)
  const origin = originFor(input, keySpec)
  requireAvailable(keySpec, call.region)
  const policy = input.Policy ?? defaultPolicy(call.region)
  checkPolicy(policy, call.region, input.BypassPolicyLockoutSafetyCheck)
  const tags = withTags([], input.Tags ?? [])
  const multiRegion = input.MultiRegion === true
  const keyId = multiRegion ? `mrk-${randomBytes(16).toString('hex')}` : randomUUID()
  const imported = origin === 'EXTERNAL'
  const key: Key = {
    keyId,
    arn: keyArn(call.region, keyId),
    region: call.region,
    createdAt: call.now,
    description: input.Description ?? '',
    keySpec,
    keyUsage,
    origin,
    manager: 'CUSTOMER',
    state: imported ? 'PendingImport' : 'Enabled',
    readyAt: null,
    multiRegion: multiRegion ? 'PRIMARY' : null,
    policy,
    tags,
    materials: imported ? [] : [firstMaterial(keySpec)],
    rotation: noRotation(),
    deletion: null,
    grants: [],
    lastUsage: null,
  }
  call.home.keys[keyId] = key
  return { KeyMetadata: keyMetadata(call.state, key) }
})

function firstMaterial(keySpec: string): StoredMaterial {
  return { ...generateMaterial(keySpec), rotatedAt: null, rotationType: null }
}

/**
 * The origin, where it is possible. There are no custom key stores here, so that every reference
 * to one ends as a reference to a missing one does. The API reference calls EXTERNAL "valid only
 * for symmetric KMS keys"; AWS accepted it for ECC_NIST_P256 when it was recorded (LocalStack,
 * 2024-01-24), and the developer guide lists asymmetric and HMAC keys too, so every spec may.
 */
function originFor(input: Input<typeof createInput>, keySpec: string): string {
  const { CustomKeyStoreId, Origin, XksKeyId } = input
  const inKeyStore = Origin === 'AWS_CLOUDHSM' || Origin === 'EXTERNAL_KEY_STORE'
  if (CustomKeyStoreId === undefined) {
    if (inKeyStore) throw validation(`Origin ${Origin} requires a CustomKeyStoreId.`)
    if (XksKeyId !== undefined) {
      throw validation('XksKeyId is valid only with the Origin EXTERNAL_KEY_STORE.')
    }
    return Origin ?? 'AWS_KMS'
  }
  if (Origin !== undefined && !inKeyStore) {
    throw validation(`CustomKeyStoreId is not valid with the Origin ${Origin}.`)
  }
  if (keySpec !== 'SYMMETRIC_DEFAULT' || input.MultiRegion === true) {
    throw unsupported(
      'A custom key store can only hold symmetric encryption keys of a single Region.',
    )
  }
  throw new ServiceError(
    'CustomKeyStoreNotFoundException',
    `Custom key store ${CustomKeyStoreId} does not exist.`,
  )
}

export const DescribeKey = reading(
  { KeyId: member.keyId, GrantTokens: member.grantTokens },
  (call, input) => {
    checkGrantTokens(input.GrantTokens)
    const key = findKey(call, input.KeyId, { alias: true })
    return { KeyMetadata: keyMetadata(call.state, key) }
  },
)

export const ListKeys = reading(
  { Limit: member.limit1000, Marker: member.marker },
  (call, input) => {
    const { items, more } = page(call, input, {
      items: Object.values(call.home.keys),
      id: (key) => key.keyId,
      defaultLimit: 100,
      scope: '',
      emptySecondPage: true,
    })
    return { Keys: items.map((key) => ({ KeyId: key.keyId, KeyArn: key.arn })), ...more }
  },
)

/** For operations that take nothing but a key, and for the state that they need. */
function target(call: Call, keyId: string): Key {
  const key = findKey(call, keyId)
  requireState(call.operation, key)
  return key
}

export const EnableKey = writing({ KeyId: member.keyId }, (call, input) => {
  const key = target(call, input.KeyId)
  if (key.state !== 'Disabled') return undefined
  // A key that was pending deletion before it ever had material is Disabled without any; only
  // material makes it usable.
  key.state = key.materials.length === 0 ? 'PendingImport' : 'Enabled'
  if (key.state === 'Enabled' && key.multiRegion !== 'REPLICA') catchUp(call.state, key, call.now)
  return undefined
})

/** [12] An unavailable key stays so: no custom key store of this sandbox comes back. */
export const DisableKey = writing({ KeyId: member.keyId }, (call, input) => {
  const key = target(call, input.KeyId)
  if (key.state === 'Enabled') key.state = 'Disabled'
  return undefined
})

export const UpdateKeyDescription = writing(
  { KeyId: member.keyId, Description: member.requiredDescription },
  (call, input) => {
    target(call, input.KeyId).description = input.Description
    return undefined
  },
)
