/** ReplicateKey. A replica is Creating for one second of the sandbox's clock; see passage.ts. */

import { checkPolicy, defaultPolicy } from '../checks/policy-check.js'
import { ServiceError } from '../http/service-error.js'
import { keyArn, partitionOf } from '../model/arn.js'
import { TRANSIENT } from '../model/due-events.js'
import { unsupported, validation } from '../model/errors.js'
import { requireState } from '../model/key-states.js'
import { newRegion } from '../model/managed-keys.js'
import { type Key, noRotation } from '../model/model.js'
import { withTags } from '../model/tags.js'
import * as member from '../request/input-types.js'
import { findKey } from '../request/key-ref.js'
import { keyMetadata } from '../request/metadata.js'
import { writing } from '../request/request-context.js'

export const ReplicateKey = writing(
  {
    KeyId: member.keyId,
    ReplicaRegion: member.replicaRegion,
    Policy: member.policy,
    BypassPolicyLockoutSafetyCheck: member.bypass,
    Description: member.description,
    Tags: member.tags,
  },
  (call, input) => {
    const primary = findKey(call, input.KeyId)
    requireState(call.operation, primary)
    if (primary.multiRegion !== 'PRIMARY') {
      throw unsupported(`${primary.arn} is not a multi-region primary key.`)
    }
    const region = input.ReplicaRegion
    if (partitionOf(region) !== partitionOf(call.region)) {
      throw validation(`ReplicaRegion ${region} is not in the partition of ${primary.arn}.`)
    }
    const home = call.state.regions[region] ?? newRegion(region, call.now)
    call.state.regions[region] = home
    const arn = keyArn(region, primary.keyId)
    // The primary's own Region, too, already includes a related key.
    if (home.keys[primary.keyId] !== undefined) {
      throw new ServiceError('AlreadyExistsException', `${arn} already exists.`)
    }
    const policy = input.Policy ?? defaultPolicy(region)
    checkPolicy(policy, region, input.BypassPolicyLockoutSafetyCheck)
    const tags = withTags([], input.Tags ?? [])
    const replica: Key = {
      ...primary,
      arn,
      region,
      createdAt: call.now,
      description: input.Description ?? '',
      state: 'Creating',
      readyAt: call.now + TRANSIENT,
      multiRegion: 'REPLICA',
      policy,
      tags,
      // Imported material has to be imported into each replica (API reference).
      materials: primary.origin === 'EXTERNAL' ? [] : [...primary.materials],
      rotation: noRotation(),
      deletion: null,
      grants: [],
      lastUsage: null,
    }
    home.keys[replica.keyId] = replica
    return {
      ReplicaKeyMetadata: keyMetadata(call.state, replica),
      ReplicaPolicy: policy,
      ReplicaTags: tags.map(({ key: TagKey, value: TagValue }) => ({ TagKey, TagValue })),
    }
  },
)
