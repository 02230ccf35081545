/** GetKeyPolicy, PutKeyPolicy, ListKeyPolicies. */

import { checkPolicy, POLICY_NAME } from '../checks/policy-check.js'
import { notFound } from '../model/errors.js'
import { requireState } from '../model/key-states.js'
import * as member from '../request/input-types.js'
import { findKey } from '../request/key-ref.js'
import { page } from '../request/paging.js'
import { reading, writing } from '../request/request-context.js'

/** The sentence is moto's. */
function requireDefault(name: string | undefined): void {
  if (name !== undefined && name !== POLICY_NAME) throw notFound('No such policy exists')
}

export const GetKeyPolicy = reading(
  { KeyId: member.keyId, PolicyName: member.policyName },
  (call, input) => {
    const key = findKey(call, input.KeyId)
    requireState(call.operation, key)
    requireDefault(input.PolicyName)
    return { Policy: key.policy, PolicyName: POLICY_NAME }
  },
)

export const PutKeyPolicy = writing(
  {
    KeyId: member.keyId,
    PolicyName: member.policyName,
    Policy: member.requiredPolicy,
    BypassPolicyLockoutSafetyCheck: member.bypass,
  },
  (call, input) => {
    const key = findKey(call, input.KeyId)
    requireState(call.operation, key)
    requireDefault(input.PolicyName)
    checkPolicy(input.Policy, call.region, input.BypassPolicyLockoutSafetyCheck)
    key.policy = input.Policy
    return undefined
  },
)

export const ListKeyPolicies = reading(
  { KeyId: member.keyId, Limit: member.limit1000, Marker: member.marker },
  (call, input) => {
    const key = findKey(call, input.KeyId)
    requireState(call.operation, key)
    const { items, more } = page(call, input, {
      items: [POLICY_NAME],
      id: (name) => name,
      defaultLimit: 100,
      scope: key.keyId,
    })
    return { PolicyNames: items, ...more }
  },
)
